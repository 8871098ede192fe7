"""The options of ``tecdata conform``, ``tecdata spec`` and ``tecdata ct``."""

from __future__ import annotations

from pathlib import Path

import click

from tecdata.cli.options import JSON, STUDY_OPTION

__all__ = ["conform", "ct", "spec"]


@click.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--core", type=click.Path(path_type=Path),
    help="CDISC CORE: its executable, or a checkout with core.py; without it the program core is looked for.",
)  # fmt: skip
@click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False),
    help="Read this JSON report of CORE instead of running it.",
)  # fmt: skip
@click.option(
    "--study", "study_dir", default=".", show_default=True,
    type=click.Path(path_type=Path, file_okay=False), help="The study folder, with its waivers.",
)  # fmt: skip
@JSON
def conform(
    out: Path, core: Path | None, report: Path | None, study_dir: Path, as_json: bool  # noqa: FBT001
) -> int:  # fmt: skip
    """Check the SDTM of OUT by CDISC CORE; issues name the source cell, waivers explain them."""
    from tecdata.cli.conform_commands import conform_output

    return conform_output(out, study_dir, core, report, as_json=as_json)


_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group()
def spec() -> None:
    """Specs to and from Excel, in the layout of Pinnacle 21 and metacore."""


@spec.command("export")
@_FILE
@STUDY_OPTION
@JSON
def export(file: Path, study_dir: Path, as_json: bool) -> int:  # noqa: FBT001
    """Write datasets, variables, codelists, methods and comments into FILE."""
    from tecdata.cli.spec_commands import export_specs

    return export_specs(file, study_dir, as_json=as_json)


@spec.command("import")
@_FILE
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False),
    help="New folder for the YAML files; nothing is overwritten.",
)  # fmt: skip
@JSON
def import_(file: Path, out: Path, as_json: bool) -> int:  # noqa: FBT001
    """Read FILE and write it as specs."""
    from tecdata.cli.spec_commands import import_specs

    return import_specs(file, out, as_json=as_json)


@spec.command("mapping")
@click.argument("centre")
@_FILE
@STUDY_OPTION
@JSON
def mapping(centre: str, file: Path, study_dir: Path, as_json: bool) -> int:  # noqa: FBT001
    """Write the rules of CENTRE (its folder under mappings/) as a workbook to check and sign."""
    from tecdata.cli.spec_commands import export_mappings

    return export_mappings(centre, file, study_dir, as_json=as_json)


@click.group()
def ct() -> None:
    """Controlled terminology of CDISC."""


@ct.command("update")
@_FILE
@click.option(
    "--release", default="", metavar="DATE", help="Its date, where the file does not say."
)
@click.option("--dry-run", is_flag=True, help="Report only; change nothing.")
@STUDY_OPTION
@JSON
def update(file: Path, release: str, dry_run: bool, study_dir: Path, as_json: bool) -> int:  # noqa: FBT001
    """Compare the pinned terms with FILE (NCI EVS: .txt, .xls, .odm.xml) and take over what is safe."""
    from tecdata.cli.ct_commands import update as run

    return run(file, study_dir, release, dry_run=dry_run, as_json=as_json)
