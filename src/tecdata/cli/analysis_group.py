"""The options of ``tecdata derive``, ``figures``, ``tables`` and ``report``."""

from __future__ import annotations

from pathlib import Path

import click

from tecdata.cli.options import JSON, STUDY, out_folder

__all__ = ["derive", "figures", "report", "tables"]


@click.command()
@click.argument("part")
@STUDY
@out_folder("out", "Folder to write adam/ to.")
@click.option(
    "--explain", "subject", metavar="USUBJID",
    help="With PART response: print why this subject has its tiers, and write nothing.",
)  # fmt: skip
@JSON
def derive(
    part: str, study_dir: Path, out: Path, subject: str | None, as_json: bool  # noqa: FBT001
) -> int:  # fmt: skip
    """Derive analysis datasets (ADaM) from the centres' files: PART is adsl, …, or all."""
    from tecdata.cli.starting import get_ready

    get_ready(study_dir)
    if subject is not None:
        from tecdata.cli.response_commands import explain_subject

        return explain_subject(part, study_dir, subject, as_json=as_json)
    from tecdata.cli.derive_commands import derive_part

    return derive_part(part, study_dir, out, as_json=as_json)


@click.command()
@STUDY
@out_folder("out", "Folder to write figures/ to.")
@click.option(
    "--only", multiple=True, metavar="NAME", help="Only this figure; may be given several times."
)
@JSON
def figures(study_dir: Path, out: Path, only: tuple[str, ...], as_json: bool) -> int:  # noqa: FBT001
    """Draw the figures from the centres' files: OUT/figures/NAME.svg and NAME.png."""
    from tecdata.cli.starting import get_ready

    get_ready(study_dir)
    from tecdata.cli.figure_commands import draw_figures

    return draw_figures(study_dir, out, only, as_json=as_json)


@click.command()
@STUDY
@out_folder("out", "Folder of the run, which gets tables/.")
@click.option(
    "--suppress", type=click.IntRange(min=3), metavar="K",
    help="Withhold counts below K, and complementary ones: for files that leave the house.",
)  # fmt: skip
@click.option(
    "--compare", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.csv",
    help="Expected numbers (table,row,column,label,expected,reason) to set beside the computed.",
)  # fmt: skip
@JSON
def tables(
    study_dir: Path,
    out: Path,
    suppress: int | None,
    compare: Path | None,
    as_json: bool,  # noqa: FBT001
) -> int:
    """Write the tables (CSV, HTML, RTF, result rows) from the datasets of a run.

    Exit code 1: an expected number differs or was not computed.
    """
    from tecdata.cli.table_commands import make_tables

    return make_tables(study_dir, out, suppress or 0, compare, as_json=as_json)


@click.command()
@STUDY
@out_folder("out", "Folder to write study-report.html to.")
@click.option(
    "--suppress", type=click.IntRange(min=3), metavar="K",
    help="Withhold counts below K and all that shows single subjects: study-report-suppressed.html.",
)  # fmt: skip
@JSON
def report(study_dir: Path, out: Path, suppress: int | None, as_json: bool) -> int:  # noqa: FBT001
    """Write the study report: all tables and figures in one HTML file, each number with its records."""
    from tecdata.cli.starting import get_ready

    get_ready(study_dir)
    from tecdata.cli.report_commands import report_study

    return report_study(study_dir, out, suppress or 0, as_json=as_json)
