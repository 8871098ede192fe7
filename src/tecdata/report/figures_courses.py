"""Courses of the components of response by subject, from ADRS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tecdata.report.figure_style import BLACK, LIGHT_GREY, GroupStyle, group_styles, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tecdata.dataset import Dataset
    from tecdata.spec import Specs

__all__ = ["component_courses"]

#: Panels: title, parameters drawn in it, whether on a logarithmic axis.
_PANELS: tuple[tuple[str, tuple[str, ...], bool], ...] = (
    ("mRSS (0-51)", ("MRSS",), False),
    ("FVC (% predicted)", ("FVC",), False),
    ("MMT-8 (% of the maximum)", ("MMT8", "MMT8B"), False),
    ("Creatine kinase (U/L)", ("CK",), True),
    ("SLEDAI-2K", ("SLEDAI",), False),
    ("Complement C3 (g/L)", ("C3",), False),
    ("Patient global (0-10)", ("PTGA",), False),
    ("FACIT-Fatigue (0-52)", ("FACITF",), False),
)
Row = dict[str, Any]


def component_courses(datasets: Mapping[str, Dataset], specs: Specs) -> Figure:
    """Eight components over time, a line a subject, as Figure 4 of the case series; values carried forward are left out.

    Muscle testing is drawn in percent of the maximum of the form, since the forms have other scales.
    """
    rows = datasets["ADRS"].to_polars().to_dicts()
    rows = [r for r in rows if r["AVAL"] is not None and r["DTYPE"] is None and r["ADY"]]
    listed = specs.codelists.get("DISEASE")
    order = [term.term for term in listed.terms] if listed else []
    found = {str(r["DISEASE"]) for r in rows}
    styles = group_styles([d for d in order if d in found] + sorted(found - set(order)))
    figure, grid = new_figure("page", 7.6, rows=4, columns=2, share_x=True)
    spans = _spans(specs)
    for axes, (title, codes, logarithmic) in zip(grid, _PANELS, strict=True):
        own = [r for r in rows if r["PARAMCD"] in codes]
        for name in sorted({r["USUBJID"] for r in own}):
            course = sorted((r for r in own if r["USUBJID"] == name), key=lambda r: r["ADY"])
            _draw(axes, course, styles[str(course[0]["DISEASE"])], spans)
        if logarithmic:
            axes.set_yscale("log")
            axes.set_yticks([100, 300, 1000], ["100", "300", "1000"])
            axes.minorticks_off()
        axes.axvline(0, color=LIGHT_GREY, lw=0.8, zorder=0)
        axes.set_title(title)
    for axes in grid[-2:]:
        axes.set_xlabel("Weeks since the first dose")
    handles = [
        grid[0].plot([], [], style.marker, color=style.color, ls="-", label=name)[0]
        for name, style in styles.items()
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
    return figure


def _draw(axes: Axes, course: list[Row], style: GroupStyle, spans: Mapping[str, float]) -> None:
    """Draw the course of a subject in weeks, in per cent of a span where there is one."""
    times = [(r["ADY"] - 1 if r["ADY"] > 0 else r["ADY"]) / 7 for r in course]
    values = [100 * r["AVAL"] / spans[r["PARAMCD"]] if r["PARAMCD"] in spans else r["AVAL"]
              for r in course]  # fmt: skip
    axes.plot(times, values, style.marker, ls="-", color=style.color, ms=3, lw=1.0, alpha=0.9)
    if any(r["ABLFL"] == "Y" for r in course):
        axes.plot(times[:1], values[:1], style.marker, mfc="white", mec=BLACK, ms=3.4, mew=0.6)


def _spans(specs: Specs) -> dict[str, float]:
    """The range of each form of the measures that have several."""
    diseases = specs.response.diseases.values() if specs.response else ()
    return {
        form.test: float(form.span)
        for disease in diseases
        for measure in disease.measures.values()
        if len(measure.forms) > 1
        for form in measure.forms
        if form.span is not None
    }
