"""``tecdata profile USUBJID`` and ``tecdata report``."""

from __future__ import annotations

from pathlib import Path

import click

from tecdata.cli.output import Reporter, print_json
from tecdata.errors import UsageError
from tecdata.study import open_study

__all__ = ["profile_subject", "report_study"]


def profile_subject(usubjid: str, study_dir: Path, out: Path, *, as_json: bool) -> int:
    """Write the profile of a subject; 0.

    Raises :class:`~tecdata.errors.UsageError` where there is no such subject.
    """
    from tecdata.export import output_lock, record_products
    from tecdata.reporting import write_profile

    try:
        study = open_study(study_dir)
    except UsageError as error:
        raise UsageError(
            f"there is no file '{usubjid}', and no study to look a subject up in: {error.message}",
            place=error.place,
            next_step="Name a file, or a subject and its study folder: tecdata profile USUBJID STUDY_DIR",
        ) from None
    with Reporter(quiet=as_json) as progress:
        made = study.analyse(progress=progress)
        progress("draw", usubjid)
        with output_lock(out):
            written = write_profile(usubjid, made, study.specs, out)
            record_products(out, written)
    files = [path.relative_to(out).as_posix() for path in written]
    if as_json:
        print_json({"out": str(out), "files": files, "exit_code": 0})
        return 0
    for path in written:
        click.echo(f"Written: {path}")
    return 0


def report_study(study_dir: Path, out: Path, suppress: int, *, as_json: bool) -> int:
    """Write the study report, ``OUT/study-report.html``, and the tables and figures it is made of; 0.

    With ``suppress`` above 1 only the report for outside the house, ``study-report-suppressed.html``.
    """
    from tecdata.export import output_lock, record_products
    from tecdata.reporting import write_reporting, write_study_report

    study = open_study(study_dir)
    with Reporter(quiet=as_json) as progress:
        made = study.analyse(progress=progress)
        with output_lock(out):
            if suppress > 1:
                path = out / "study-report-suppressed.html"
                written = [write_study_report(made, study.specs, path, suppress=suppress)]
            else:
                written = write_reporting(made, study.specs, out, progress)
            record_products(out, written)
    path = written[-1]
    if as_json:
        files = [each.relative_to(out).as_posix() for each in written]
        print_json({"out": str(out), "files": files, "exit_code": 0})
        return 0
    if len(written) > 1:
        click.echo(f"Written to {out}/tables and {out}/figures: {len(written) - 1} files")
    click.echo(f"Written: {path} ({path.stat().st_size / 1e6:.1f} MB); it needs no other file")
    return 0
