"""The figures there are, each made from datasets alone, and their files.

A part of the report adds its figures to :data:`FIGURES`; the module that draws (and matplotlib) is imported when
a figure is made.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tecdata.errors import UsageError
from tecdata.report.files import write_new

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tecdata.dataset import Dataset
    from tecdata.spec import Specs

__all__ = [
    "FIGURES",
    "FigureEntry",
    "check_names",
    "draw_figure",
    "draw_figures",
    "drawable",
    "figure_entries",
    "write_figures",
]


@dataclasses.dataclass(frozen=True, slots=True)
class FigureEntry:
    """A figure: the module under ``tecdata.report`` and its function ``(datasets, specs) -> Figure``.

    ``needs`` are the datasets without which it cannot be drawn. With ``declared`` the function gets the name of the figure in
    ``specs/figures.yaml`` first.
    """

    module: str
    function: str
    needs: tuple[str, ...] = ()
    declared: str = ""


#: Figures by the name of their files, in the order they are made.
FIGURES: Final[dict[str, FigureEntry]] = {
    "ae_timeline": FigureEntry("figure_timeline", "ae_timeline", ("ADSL", "ADAE")),
    "exposure_courses": FigureEntry("figures_exposure", "courses", ("ADPC",)),
    "exposure_by_outcome": FigureEntry(
        "figures_exposure", "exposure_by_outcome", ("ADPP", "ADAE", "ADRS")
    ),
    "response_swimmer": FigureEntry("figures_response", "swimmer", ("ADSL", "ADRS", "ADTTE")),
    "response_courses": FigureEntry("figures_courses", "component_courses", ("ADRS",)),
    "response_waterfall": FigureEntry("figures_response", "best_change", ("ADSL", "ADRS", "ADTTE")),
    "response_times": FigureEntry(
        "figures_response", "time_to_response", ("ADSL", "ADRS", "ADTTE")
    ),
}


def figure_entries(specs: Specs) -> dict[str, FigureEntry]:
    """All figures by name: those that ``specs/figures.yaml`` declares, then :data:`FIGURES`."""
    rules = specs.figures
    declared = {
        name: FigureEntry(
            "course_figure",
            "draw_course_figure",
            ("ADSL", *dict.fromkeys(rules.courses[c].dataset for c in wanted.courses)),
            declared=name,
        )
        for name, wanted in rules.figures.items()
    }
    return declared | FIGURES


def check_names(names: Sequence[str], specs: Specs) -> None:
    """Raise :class:`UsageError` for the first name that is no figure."""
    entries = figure_entries(specs)
    for name in names:
        if name not in entries:
            raise UsageError(
                f"there is no figure '{name}'",
                choices=tuple(entries),
                next_step="Name one of them with --only, or none for all",
            )


def draw_figure(name: str, datasets: Mapping[str, Dataset], specs: Specs) -> Figure:
    """Draw one registered figure.

    Parameters
    ----------
    name
        A key of :func:`figure_entries`.
    datasets
        SDTM and derived datasets by name (``DM``, ``EX``, ``ADSL``, ``ADPC``).

    Raises
    ------
    UsageError
        For a name that is not registered, or a dataset that is lacking.
    """
    from tecdata.report.figure_style import figure_style

    check_names([name], specs)
    entry = figure_entries(specs)[name]
    lacking = [need for need in entry.needs if not len(datasets.get(need, ()))]
    if lacking:
        raise UsageError(
            f"figure '{name}' cannot be drawn: there are no records of {', '.join(lacking)}",
            choices=tuple(datasets),
            next_step="Derive the datasets first, or leave the figure out",
        )
    draw = getattr(import_module(f"tecdata.report.{entry.module}"), entry.function)
    with figure_style():
        named = (entry.declared,) if entry.declared else ()
        figure: Figure = draw(*named, datasets, specs)
    return figure


def draw_figures(datasets: Mapping[str, Dataset], specs: Specs) -> dict[str, bytes]:
    """Every figure whose datasets have records, as SVG by name."""
    from tecdata.report.figure_style import svg_bytes

    return {
        name: svg_bytes(draw_figure(name, datasets, specs)) for name in drawable(datasets, specs)
    }


def drawable(datasets: Mapping[str, Dataset], specs: Specs) -> list[str]:
    """The figures whose datasets have records."""
    return [
        name
        for name, entry in figure_entries(specs).items()
        if all(len(datasets.get(need, ())) for need in entry.needs)
    ]


def write_figures(
    datasets: Mapping[str, Dataset],
    specs: Specs,
    out: Path,
    only: Sequence[str] | None = None,
) -> list[Path]:
    """Write ``OUT/figures/<name>.svg`` and ``.png`` of every figure, or of those named.

    A figure whose datasets are not there is left out, unless it was named: then that is an error.
    The files are the same bytes for the same datasets.

    Returns
    -------
    list of Path
        The files, in the order they were made.

    Raises
    ------
    UsageError
        See :func:`draw_figure`.
    """
    from tecdata.report.figure_style import png_bytes, svg_bytes

    written: list[Path] = []
    for name in only or drawable(datasets, specs):
        figure = draw_figure(name, datasets, specs)
        for suffix, render in (("svg", svg_bytes), ("png", png_bytes)):
            path = out / "figures" / f"{name}.{suffix}"
            write_new(path, render(figure))
            written.append(path)
    return written
