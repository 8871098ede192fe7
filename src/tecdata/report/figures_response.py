"""Figures of response: swimmer plot, best change, and time to response, from ADSL, ADRS and ADTTE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tecdata.report.course_strip import short_subject
from tecdata.report.figure_style import (
    BLACK,
    GREY,
    LIGHT_GREY,
    GroupStyle,
    group_styles,
    new_figure,
)
from tecdata.report.response_results import ResponseData
from tecdata.report.survival import DIED, EVENT, at_risk, compute_incidence

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tecdata.dataset import Dataset
    from tecdata.spec import Specs

__all__ = ["best_change", "swimmer", "time_to_response"]

Row = Mapping[str, Any]

#: How a tier is drawn: marker, face, size. The fill rises with the tier, the outline is always black.
TIER_MARKS = {
    "MINIMAL": ("o", "white", 34),
    "MODERATE": ("D", LIGHT_GREY, 32),
    "MAJOR": ("*", BLACK, 92),
}
_TIMES = {"MINIMAL": "TTMIN", "MODERATE": "TTMOD", "MAJOR": "TTMAJ"}


def _data(datasets: Mapping[str, Dataset], specs: Specs) -> ResponseData:
    """The records of response by subject."""
    frames = {name: datasets[name].to_polars() for name in ("ADSL", "ADRS", "ADTTE")}
    return ResponseData.of(frames, specs)


def swimmer(datasets: Mapping[str, Dataset], specs: Specs) -> Figure:
    """A bar of follow-up for each subject, the first occurrence of each tier, relapse, death.

    As Figure 3 of the case series: a tier is marked once, when it is first met; a tier that is met together
    with a higher one is not marked.
    """
    data = _data(datasets, specs)
    subjects = sorted(
        data.subjects, key=lambda s: (s["DISEASEN"] or 0, -(s["FUPW"] or 0), s["USUBJID"])
    )
    styles = group_styles([str(s["DISEASE"]) for s in subjects])
    figure, (axes,) = new_figure("page", 1.5 + 0.245 * len(subjects))
    longest = max(float(s["FUPW"]) for s in subjects)
    for place, subject in enumerate(subjects):
        _swim(axes, data, subject, place, styles[str(subject["DISEASE"])], longest)
    axes.set_yticks(range(len(subjects)), [short_subject(s["USUBJID"]) for s in subjects])
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(subjects) - 0.4, -0.6)
    axes.set_xlim(0, longest * 1.06)
    axes.set_xticks(range(0, int(longest) + 9, 8))
    axes.set_xlabel("Weeks since the first dose")
    axes.set_title("First minimal, moderate and major response, relapse and follow-up")
    _swimmer_legend(figure, styles)
    return figure


def _swim(
    axes: Axes, data: ResponseData, subject: Row, place: int, style: GroupStyle, longest: float
) -> None:
    """Draw the follow-up of a subject and when it reached what."""
    name, end = subject["USUBJID"], float(subject["FUPW"])
    axes.barh(place, end, height=0.5, color=style.color, alpha=0.45, edgecolor=style.color)
    reached: dict[float, str] = {}
    for tier, code in _TIMES.items():
        weeks = data.weeks(name, code)
        if weeks is not None:
            reached[weeks] = tier
    for weeks, tier in reached.items():
        marker, face, size = TIER_MARKS[tier]
        axes.scatter(
            weeks, place, s=size, c=face, marker=marker, edgecolors=BLACK, linewidths=0.8, zorder=3
        )
    relapse = data.weeks(name, "TTREL")
    if relapse is not None:
        axes.scatter(
            relapse, place, s=62, c="white", marker="X", edgecolors=BLACK, linewidths=1.1, zorder=4
        )
    if subject["DTHFL"] == "Y":
        axes.text(end + longest * 0.008, place, "†", va="center", fontsize=12)
    else:
        axes.scatter(end, place, s=26, c=style.color, marker=">", zorder=2, clip_on=False)


def _swimmer_legend(figure: Figure, styles: Mapping[str, GroupStyle]) -> None:
    """Say what bars and marks mean."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    def mark(marker: str, face: str, size: float, label: str) -> Line2D:
        return Line2D(
            [], [], ls="", marker=marker, mfc=face, mec=BLACK, ms=size, mew=0.8, label=label
        )

    handles: list[Any] = [
        Patch(facecolor=style.color, edgecolor=style.color, alpha=0.45, label=name)
        for name, style in styles.items()
    ]
    handles += [
        mark(marker, face, size**0.5, f"{tier.capitalize()} response")
        for tier, (marker, face, size) in TIER_MARKS.items()
    ]
    handles += [
        mark("X", "white", 7.5, "Relapse"),
        mark("$†$", BLACK, 7, "Died"),
        mark(">", GREY, 5, "Follow-up ongoing"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=4, handletextpad=0.6)


def best_change(datasets: Mapping[str, Dataset], specs: Specs) -> Figure:
    """Waterfall: the best change of each subject's leading score, in percent of its baseline.

    The leading score is the one that makes a day an assessment in the subject's disease (specs/response).
    """
    data = _data(datasets, specs)
    found: list[tuple[float, str, str, str]] = []
    for subject in data.subjects:
        disease = str(subject["DISEASE"])
        spec = specs.response.disease_of(disease) if specs.response else None
        if spec is None:
            continue
        code = spec.anchor[0]
        lower = spec.measures[code].better == "lower"
        changes = [
            float(r["PCHG"])
            for r in data.responses
            if r["USUBJID"] == subject["USUBJID"]
            and r["PARAMCD"] == code
            and r["PCHG"] is not None
            and r["DTYPE"] is None
        ]
        if changes:
            best = min(changes) if lower else -max(changes)
            found.append((best, subject["USUBJID"], disease, spec.measures[code].label))
    found.sort(key=lambda row: (-row[0], row[1]))
    styles = group_styles([row[2] for row in found])
    figure, (axes,) = new_figure("page", 3.6)
    for place, (best, _, disease, _) in enumerate(found):
        style = styles[disease]
        axes.bar(place, best, 0.72, color=style.color, alpha=0.45, edgecolor=style.color)
        axes.plot(place, best, style.marker, color=style.color, ms=5)
    for level in (-25, -50, -100):
        axes.axhline(level, color=LIGHT_GREY, lw=0.7, zorder=0)
    axes.axhline(0, color=BLACK, lw=0.7)
    axes.set_xticks(
        range(len(found)), [short_subject(row[1]) for row in found], rotation=60, ha="right"
    )
    axes.set_xlim(-0.7, len(found) - 0.3)
    axes.set_ylabel("Best change from baseline (%)")
    axes.set_title("Best change of the leading score of each subject's disease")
    scores = {row[2]: row[3] for row in found}
    handles = [
        axes.plot([], [], s.marker, color=s.color, label=f"{d}: {scores[d]}")[0]
        for d, s in styles.items()
    ]
    axes.legend(handles=handles, loc="lower left")
    return figure


def time_to_response(datasets: Mapping[str, Dataset], specs: Specs) -> Figure:
    """Cumulative incidence of each tier and of relapse with death as competing event, and the numbers at risk."""
    data = _data(datasets, specs)
    # In greys: colours are those of diseases.
    curves = {
        "At least minimal": ("TTMIN", GREY, ":", 1.4),
        "At least moderate": ("TTMOD", GREY, "--", 1.4),
        "Major": ("TTMAJ", BLACK, "-", 2.0),
        "Relapse": ("TTREL", BLACK, "-.", 1.2),
    }
    figure, (axes,) = new_figure("wide", 4.3)
    last = max(float(s["FUPW"]) for s in data.subjects)
    ticks = list(range(0, int(last) + 1, 12))
    lines: list[tuple[str, Sequence[int]]] = []
    for label, (code, color, dash, width) in curves.items():
        rows = [row for (_, c), row in data.times.items() if c == code]
        if not rows:
            continue
        weeks, cnsr = [float(r["AVAL"]) for r in rows], [int(r["CNSR"]) for r in rows]
        curve = compute_incidence(weeks, cnsr, cause=EVENT)
        times, values = [*curve.time, max(weeks)], [*curve.value, curve.value[-1]]
        shown = [100 * v for v in values]
        axes.step(times, shown, where="post", color=color, ls=dash, lw=width, label=label)
        lines.append((label, at_risk(weeks, ticks)))
    deaths = compute_incidence(
        *zip(*((float(r["AVAL"]), int(r["CNSR"])) for (_, c), r in data.times.items() if c == "TTMAJ"),
             strict=True), cause=DIED
    )  # fmt: skip
    shown = [100 * v for v in (*deaths.value, deaths.value[-1])]
    axes.step(
        [*deaths.time, last],
        shown,
        where="post",
        color=GREY,
        lw=1.0,
        ls=(0, (6, 1, 1, 1, 1, 1)),
        label="Death before major",
    )
    axes.legend(loc="center right", bbox_to_anchor=(1.0, 0.45))
    axes.set(xlim=(0, last), ylim=(0, 100), xticks=ticks)
    axes.set_xlabel("Weeks since the first dose")
    axes.set_ylabel("Cumulative incidence (%)")
    axes.set_title("Time to response and relapse, death competing")
    _risk_table(axes, ticks, lines)
    return figure


def _risk_table(
    axes: Axes, ticks: Sequence[int], lines: Sequence[tuple[str, Sequence[int]]]
) -> None:
    """Write under the axis how many are at risk."""
    across = axes.get_xaxis_transform()
    axes.text(0, -0.2, "At risk", transform=across, fontsize=8, weight="bold", ha="left")
    for number, (label, counts) in enumerate(lines):
        y = -0.265 - 0.06 * number
        axes.text(-0.05, y, label, transform=axes.transAxes, fontsize=8, ha="right", va="center")
        for tick, count in zip(ticks, counts, strict=True):
            axes.text(tick, y, str(count), transform=across, fontsize=8, ha="center", va="center")
