"""The commands and their options; what they do is imported only when one is called."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tecdata._version import __version__
from tecdata.cli.analysis_group import derive, figures, report, tables
from tecdata.cli.engine_option import SDTM_ONLY, opening_options, refuse_further
from tecdata.cli.options import CENTRE, JSON, KEEP_GOING, STUDY, STUDY_OPTION, out_folder
from tecdata.cli.output_option import FORMAT, XPT
from tecdata.cli.queries_group import diff, queries
from tecdata.cli.score_command import score
from tecdata.cli.simulate_group import simulate
from tecdata.cli.submission_group import conform, ct, spec

if TYPE_CHECKING:
    from tecdata.validate.suites import Suites

__all__ = ["cli", "main"]


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 clean, 1 findings of severity error, 2 wrong use or unreadable input.",
)
@click.version_option(__version__, "-V", "--version", prog_name="tecdata")
def cli() -> None:
    """From hospitals' own files to CDISC SDTM: mapped, checked, traced to the source cell."""


@cli.command()
@STUDY
@out_folder("out")
@CENTRE
@KEEP_GOING
@FORMAT
@XPT
@click.option(
    "--no-history",
    is_flag=True,
    help="Do not record this run in STUDY_DIR/history.sqlite: no query states, no query workbooks.",
)
@opening_options
@SDTM_ONLY
@click.option(
    "--suites",
    type=click.Choice(("native", "gx", "both")),
    help="What runs the expectation suites: tecdata, Great Expectations (counts only), or both.",
)
@JSON
def run(
    study_dir: Path,
    out: Path,
    centres: tuple[str, ...],
    keep_going: bool,
    formats: tuple[str, ...],
    xpt: str,
    no_history: bool,
    sdtm_only: bool,
    suites: Suites | None,
    as_json: bool,
    **opening: Any,
) -> int:
    """Map all centres, harmonise, check, and write datasets, report and query workbooks."""
    if sdtm_only:
        spark = opening["engine"] == "spark"
        refuse_further(
            {
                "--format": bool(formats),
                "--suites": suites is not None,
                "--xpt 8": spark and xpt == "8",
            }
        )
        if spark:
            from tecdata.cli.sdtm_command import write_sdtm_only

            return write_sdtm_only(
                study_dir, out, centres, keep_going=keep_going, opening=opening, as_json=as_json
            )
    from tecdata.cli.starting import get_ready, shared

    get_ready(study_dir, second=shared(opening))
    from tecdata.cli.study_commands import run_study

    return run_study(
        study_dir,
        out,
        centres,
        keep_going=keep_going,
        formats=formats,
        xpt_v8=xpt == "8",
        history=not no_history,
        opening=opening,
        suites=suites,
        sdtm_only=sdtm_only,
        as_json=as_json,
    )


@cli.command("map")
@STUDY
@out_folder("out")
@CENTRE
@KEEP_GOING
@opening_options
@JSON
def map_(
    study_dir: Path,
    out: Path,
    centres: tuple[str, ...],
    keep_going: bool,
    as_json: bool,
    **opening: Any,
) -> int:
    """Read and map the centres only: the mapped records of each, and its account of cells."""
    from tecdata.cli.starting import get_ready, shared

    get_ready(study_dir, second=shared(opening))
    from tecdata.cli.study_commands import map_study

    return map_study(
        study_dir,
        out,
        centres,
        keep_going=keep_going,
        opening=opening,
        as_json=as_json,
    )


@cli.command()
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--no-sample", is_flag=True, help="Only the specs: no example mappings and exports.")
@JSON
def init(directory: Path, no_sample: bool, as_json: bool) -> int:
    """Lay down a study folder: specs, mappings of five example centres, synthetic exports."""
    from tecdata.cli.other_commands import init_folder

    return init_folder(directory, sample=not no_sample, as_json=as_json)


@cli.command()
@click.option(
    "--subjects",
    type=click.IntRange(min=1),
    help="Number of bootstrapped subjects; without it the 18 of the published series.",
)
@click.option(
    "--errors",
    type=click.IntRange(min=0),
    metavar="K",
    help="Plant K errors of many kinds; planted.json beside the exports says what was done where.",
)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Seed of bootstrap and errors."
)
@out_folder("sample_exports")
@JSON
def demo(subjects: int | None, errors: int | None, seed: int, out: Path, as_json: bool) -> int:
    """Write the five centres' synthetic exports; the same seed gives the same bytes."""
    from tecdata.cli.other_commands import write_demo

    return write_demo(subjects, errors, seed, out, as_json=as_json)


@cli.command()
@click.argument("subject", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE|USUBJID")
@STUDY
@out_folder("out")
@click.option("--sheet", help="Of a file: only this sheet of a workbook.")
@click.option(
    "--min-count",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="Of a file: values that occur less often are not shown.",
)
@JSON
def profile(
    subject: Path, study_dir: Path, out: Path, sheet: str | None, min_count: int, as_json: bool
) -> int:
    """Say what is in a FILE, or draw the course of a subject of the study as a page.

    A file: format, encoding, sheets, headers, types, value frequencies. A USUBJID: doses, medications, adverse events,
    laboratory values and scores over one time axis, with every record and its source cell, in OUT/profiles.
    """
    if subject.is_file() or _looks_like_file(subject):
        from tecdata.cli.other_commands import profile_one

        return profile_one(subject, sheet, min_count=min_count, as_json=as_json)
    from tecdata.cli.starting import get_ready

    get_ready(study_dir)
    from tecdata.cli.report_commands import profile_subject

    return profile_subject(str(subject), study_dir, out, as_json=as_json)


def _looks_like_file(path: Path) -> bool:
    """Whether a name that is no file was meant as one: it has a folder or an ending."""
    return len(path.parts) > 1 or bool(path.suffix)


@cli.command()
@STUDY
@JSON
def doctor(study_dir: Path, as_json: bool) -> int:
    """Check that this installation works and that the study folder is in order."""
    from tecdata.cli.doctor import examine

    return examine(study_dir, as_json=as_json)


@cli.command()
@click.argument("out", default="out", type=click.Path(path_type=Path), metavar="[OUT]")
@JSON
def verify(out: Path, as_json: bool) -> int:
    """Compare an output folder with its manifest: every file, its records, its bytes."""
    from tecdata.cli.verify_commands import verify_folder

    return verify_folder(out, as_json=as_json)


@cli.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "--centre", required=True, metavar="NAME", help="Whose files: folder under mappings/."
)
@STUDY_OPTION
@JSON
def check(files: tuple[Path, ...], centre: str, study_dir: Path, as_json: bool) -> int:
    """Say what is wrong with an incoming delivery (some or all files); nothing is written."""
    from tecdata.cli.check_commands import check_files

    return check_files(study_dir, centre, files, as_json=as_json)


cli.add_command(conform)
cli.add_command(ct)
cli.add_command(derive)
cli.add_command(figures)
cli.add_command(report)
cli.add_command(tables)
cli.add_command(score)
cli.add_command(queries)
cli.add_command(simulate)
cli.add_command(spec)
cli.add_command(diff)


@cli.group()
def checks() -> None:
    """The checks there are, and how this study treats them."""


@checks.command("list")
@STUDY
@click.option("--only", metavar="TEXT", help="Only checks whose id contains this.")
@JSON
def list_checks(study_dir: Path, only: str | None, as_json: bool) -> int:
    """List every check: id, severity, text, reason, reference, labels."""
    from tecdata.cli.checks_commands import list_all_checks

    return list_all_checks(study_dir, only or "", as_json=as_json)


def main() -> None:
    """Entry point of the ``tecdata`` command; every way out has an exit code."""
    import gc
    import os
    import sys

    from tecdata.cli.errors import guarded

    # A process of a second or two makes little garbage: looking for it while libraries are imported
    # and again when all is over takes a tenth of that time.
    gc.set_threshold(200_000, 50, 100)
    # Whatever a command writes is for its user only: it may hold patients' values.
    os.umask(0o077)
    try:
        code = guarded(cli, sys.argv[1:])
    finally:
        gc.freeze()
    sys.exit(code)
