"""From a run to the pages that statisticians and physicians read: subject profiles and the study report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tecdata._version import __version__
from tecdata.errors import UsageError
from tecdata.publishing import facts_of

if TYPE_CHECKING:
    import polars as pl

    from tecdata.centre_run import Progress
    from tecdata.dataset import Dataset
    from tecdata.pipeline import StudyRun
    from tecdata.spec import Specs

__all__ = ["find_subject", "traces_of", "write_profile", "write_reporting", "write_study_report"]


def find_subject(usubjid: str, adam: Mapping[str, Dataset]) -> str:
    """The subject as ADSL spells it, whatever its capitals.

    Raises :class:`UsageError` naming the subjects there are.
    """
    subjects = adam["ADSL"].to_polars()["USUBJID"].sort().to_list()
    found = [name for name in subjects if name.casefold() == usubjid.casefold()]
    if not found:
        raise UsageError(
            f"there is neither a file nor a subject '{usubjid}'",
            choices=subjects,
            next_step="Name a file of a centre, or a subject of the study by its USUBJID",
        )
    return str(found[0])


def write_profile(usubjid: str, run: StudyRun, specs: Specs, out: Path) -> list[Path]:
    """Write ``OUT/profiles/<USUBJID>.html`` (one file, offline), ``.svg`` and ``.png``; the paths.

    The same run gives the same bytes. Raises :class:`UsageError` for a subject that is not in ADSL.
    """
    from tecdata.report.figure_style import png_bytes, svg_bytes
    from tecdata.report.files import write_new
    from tecdata.report.profile_figure import draw_profile
    from tecdata.report.profile_page import render_profile

    subject = find_subject(usubjid, run.adam)
    figure = draw_profile(subject, {**run.datasets, **run.adam}, specs)
    svg = svg_bytes(figure)
    facts = facts_of(run, run.findings, specs, {})
    page = render_profile(subject, facts, run.adam, svg, traces_of(run))
    written = []
    for suffix, content in (("html", page), ("svg", svg), ("png", png_bytes(figure))):
        written.append(out / "profiles" / f"{subject}.{suffix}")
        write_new(written[-1], content)
    return written


def write_reporting(
    run: StudyRun, specs: Specs, out: Path, progress: Progress | None = None
) -> list[Path]:
    """Write all that a manuscript is made of: ``OUT/tables``, ``OUT/figures``, ``OUT/study-report.html``.

    Returns the files, the study report last. The same run gives the same bytes.
    """
    from tecdata.report import write_tables
    from tecdata.report.figures import write_figures

    datasets = {**run.datasets, **run.adam}
    if progress:
        progress("tables", str(len(specs.tables)))
    frames = {name: dataset.to_polars() for name, dataset in datasets.items()}
    write_tables(frames, specs, out / "tables", version=__version__)
    if progress:
        progress("draw", "figures")
    drawn = write_figures(datasets, specs, out)
    figures = {path.stem: path.read_bytes() for path in drawn if path.suffix == ".svg"}
    report = write_study_report(run, specs, out / "study-report.html", figures=figures)
    return [*sorted((out / "tables").iterdir()), *drawn, report]


def write_study_report(
    run: StudyRun,
    specs: Specs,
    path: Path,
    *,
    figures: Mapping[str, bytes] | None = None,
    suppress: int = 0,
) -> Path:
    """Write the study report: one HTML file, offline, with all tables and figures the run gives; the path.

    ``figures`` are SVG by name, where they are drawn already. With ``suppress`` above 1 counts below it are withheld, and all that
    shows single subjects, figures among it. The same run gives the same bytes.
    """
    from tecdata.report.figures import draw_figures, drawable
    from tecdata.report.files import write_new
    from tecdata.report.results import spec_tables
    from tecdata.report.study_report import render_study_report

    datasets = {**run.datasets, **run.adam}
    tables = spec_tables(datasets, specs, suppress)
    if suppress > 1:
        figures = dict.fromkeys(drawable(datasets, specs), b"")
    elif figures is None:
        figures = draw_figures(datasets, specs)
    facts = facts_of(run, run.findings, specs, {})
    traces = {} if suppress > 1 else traces_of(run)
    page = render_study_report(facts, specs, tables, figures, traces, suppress=suppress)
    write_new(path, page)
    return path


def traces_of(run: StudyRun) -> dict[str, pl.DataFrame]:
    """Where the records of each dataset came from."""
    from tecdata.export.parquet import trace_table

    return {
        name: trace_table(name, dataset.frame.to_polars(), dataset.origins)
        for name, dataset in run.datasets.items()
    }
