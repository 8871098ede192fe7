"""Adverse events by subject over time: the first weeks wide, the rest beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import polars as pl

from tecdata.report.course_data import dose_records, subjects_of, weeks_of
from tecdata.report.course_strip import short_subject
from tecdata.report.figure_style import (
    BLACK,
    GREY,
    LIGHT_GREY,
    PALETTE,
    GroupStyle,
    group_style,
    new_figure,
)
from tecdata.spec.tables import EventTable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tecdata.dataset import Dataset
    from tecdata.spec import Specs

__all__ = ["ae_timeline", "lanes_of"]

#: Weeks of the left part, in which most events begin, and how much wider a week is there.
_EARLY: Final = 8.0
_WIDER: Final = 4.0
#: What a mark and its grade take, in weeks of the right part.
_MARK: Final = 4.2
#: Height of a lane in inches.
_LANE: Final = 0.155
_OTHER: Final = "Other"


def ae_timeline(datasets: Mapping[str, Dataset], specs: Specs) -> Figure:
    """Draw the treatment-emergent events of ADAE, a row a subject, coloured by the categories of the first table of events."""
    subjects = subjects_of(datasets)
    events = _events(datasets, specs)
    order = list(dict.fromkeys(_categories(specs).values()))
    found = sorted(
        events["CATEGORY"].unique(), key=lambda c: (order.index(c) if c in order else len(order), c)
    )
    styles = {name: _style(place) for place, name in enumerate(found)}
    lanes = {
        subject: lanes_of(events.filter(pl.col("USUBJID") == subject).select("START", "END").rows())
        for subject in subjects["USUBJID"]
    }
    counts = {subject: max(own, default=0) + 1 for subject, own in lanes.items()}
    height = 1.5 + _LANE * (sum(counts.values()) + 0.6 * len(counts))
    figure, axes = new_figure("page", height, columns=2, share_y=True)
    grid = axes[0].get_gridspec()
    if grid is not None:
        grid.set_width_ratios([1.25, 1])
    doses = dose_records(datasets)
    top = 0.0
    ticks: list[float] = []
    for subject, days in subjects.select("USUBJID", "FUPD").iter_rows():
        bottom = top + counts[subject]
        own = events.filter(pl.col("USUBJID") == subject)
        weeks = doses.filter(pl.col("USUBJID") == subject)["WEEK"].to_list()
        for panel in axes:
            _draw_subject(panel, own, lanes[subject], top, styles)
            panel.plot(
                [0, (days or 0) / 7], [bottom - 0.2] * 2, color=LIGHT_GREY, linewidth=1.2, zorder=1
            )
            panel.plot(
                weeks,
                [bottom - 0.2] * len(weeks),
                color=BLACK,
                marker="|",
                markersize=4,
                linestyle="none",
            )
        ticks.append((top + bottom - 1) / 2)
        top = bottom + 0.6
    _finish(axes, subjects, ticks, top)
    _legend(figure, events, styles)
    return figure


def lanes_of(events: Sequence[tuple[float, float]]) -> list[int]:
    """A lane for each event (start and end in weeks, in order of start), so that no two in a lane touch.

    >>> lanes_of([(0.0, 1.0), (0.2, 0.4), (10.0, 12.0)])
    [0, 1, 0]
    """
    ends: list[float] = []
    lanes = []
    for start, end in events:
        begins, stops = _place(start), max(_place(end), _place(start) + _MARK)
        lane = next((i for i, taken in enumerate(ends) if taken <= begins), len(ends))
        ends[lane : lane + 1] = [stops]
        lanes.append(lane)
    return lanes


def _place(week: float) -> float:
    """Where a week lies on paper, in weeks of the right part."""
    return week * _WIDER if week <= _EARLY else _EARLY * _WIDER + week - _EARLY


def _categories(specs: Specs) -> dict[str, str]:
    """Category by term, of the first table of events."""
    table = next((t for t in specs.tables.values() if isinstance(t, EventTable)), None)
    sections = table.sections if table else ()
    return {term: s.category for s in sections for row in s.rows for term in row.terms}


def _events(datasets: Mapping[str, Dataset], specs: Specs) -> pl.DataFrame:
    """USUBJID, START, END, GRADE, HOSPITAL and CATEGORY of dated treatment-emergent events by time."""
    frame = datasets["ADAE"].to_polars()
    chosen = frame.filter((pl.col("TRTEMFL") == "Y") & pl.col("ASTDY").is_not_null())
    category = pl.col("AEDECOD").replace_strict(
        _categories(specs), default=_OTHER, return_dtype=pl.String
    )
    return chosen.select(
        "USUBJID",
        START=weeks_of("ASTDY"),
        END=pl.coalesce(weeks_of("AENDY"), weeks_of("ASTDY")),
        GRADE=pl.col("ATOXGR").fill_null(""),
        HOSPITAL=(pl.col("AESHOSP") == "Y").fill_null(value=False),
        CATEGORY=category.fill_null(_OTHER),
        SEQ=pl.col("AESEQ"),
    ).sort("USUBJID", "START", "SEQ")


def _style(place: int) -> GroupStyle:
    """Colour and marker of a category; what is beyond the palette is black."""
    return group_style(place) if place < len(PALETTE) else GroupStyle(BLACK, "*", "-")


def _draw_subject(
    axes: Axes,
    events: pl.DataFrame,
    lanes: Sequence[int],
    top: float,
    styles: Mapping[str, GroupStyle],
) -> None:
    """Draw the events of a subject in their lanes."""
    columns = ("START", "END", "GRADE", "HOSPITAL", "CATEGORY")
    for lane, (start, end, grade, hospital, category) in zip(
        lanes, events.select(columns).iter_rows(), strict=True
    ):
        style, row = styles[category], top + lane
        axes.plot([start, end], [row, row], color=style.color, linewidth=2.2, alpha=0.7, zorder=2)
        axes.plot(
            [start], [row], marker=style.marker, markersize=5, color=style.color, linestyle="none",
            markeredgecolor=BLACK, markeredgewidth=1.3 if hospital else 0.3, zorder=3,
        )  # fmt: skip
        axes.annotate(
            grade, (start, row), (4, 0), textcoords="offset points", va="center", fontsize=8, zorder=4,
            annotation_clip=True,
        )  # fmt: skip


def _finish(
    axes: Sequence[Axes], subjects: pl.DataFrame, ticks: Sequence[float], end: float
) -> None:
    """Label the subjects and the weeks."""
    longest = max(float(days or 0) for days in subjects["FUPD"]) / 7
    labels = [
        f"{short_subject(s)} ({d})" if d else short_subject(s)
        for s, d in subjects.select("USUBJID", "DISEASE").iter_rows()
    ]
    early, late = axes
    early.set_yticks(list(ticks), labels)
    early.set_ylim(end - 0.3, -0.8)
    early.tick_params(axis="y", length=0)
    early.set_xlim(-0.15, _EARLY)
    early.set_xticks(range(int(_EARLY) + 1))
    early.set_title(f"First {int(_EARLY)} weeks")
    late.set_xlim(_EARLY, max(longest, _EARLY + 1) + 1)
    late.set_xticks(range(12, int(longest) + 1, 12))
    late.set_title(f"After week {int(_EARLY)}")
    late.tick_params(axis="y", length=0, labelleft=False)
    late.spines["left"].set_color(GREY)
    late.spines["left"].set_linestyle(":")


def _legend(figure: Figure, events: pl.DataFrame, styles: Mapping[str, GroupStyle]) -> None:
    """Say what colours, marks and lines mean."""
    from matplotlib.lines import Line2D

    counts = dict(events.group_by("CATEGORY").len().iter_rows())
    handles = [
        Line2D(
            [], [], color=style.color, marker=style.marker, markeredgecolor=BLACK, markeredgewidth=0.3,
            markersize=5, linewidth=2.2, label=f"{name} ({counts[name]})",
        )
        for name, style in styles.items()
    ]  # fmt: skip
    hollow = {"color": "white", "markeredgecolor": BLACK, "linestyle": "none", "markersize": 5}
    handles.append(Line2D([], [], marker="o", markeredgewidth=1.3, label="In hospital", **hollow))  # type: ignore[arg-type]
    handles.append(
        Line2D([], [], color=BLACK, marker="|", linestyle="none", label="Dose of teclistamab")
    )
    handles.append(Line2D([], [], color=LIGHT_GREY, linewidth=1.2, label="Follow-up"))
    figure.legend(
        handles=handles, loc="outside lower center", ncols=4, columnspacing=1.2, title_fontsize=8.5,
        title="Weeks after the first dose; numbers are grades",
    )  # fmt: skip
