"""The subject profile: doses, medications, adverse events, laboratory values and scores over one time axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tecdata.report.course_data import course_records, dose_records, weeks_of
from tecdata.report.course_figure import scale_axis
from tecdata.report.figure_style import (
    BLACK,
    GREY,
    LIGHT_GREY,
    figure_style,
    group_style,
    mosaic_figure,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tecdata.dataset import Dataset
    from tecdata.spec import Specs
    from tecdata.spec.figures import Course, ProfilePanel

__all__ = ["draw_profile", "medication_lanes"]

#: Heights in inches: a lane of doses, medications or events, a panel of values.
_LANE: Final = 0.19
_PANEL: Final = 1.1

#: A bar is at least this share of the time axis long.
_SHORTEST: Final = 0.006

#: A bar from day to day in a lane: first week, last week (None: a single day), label, strength (0 to 1).
Bar = tuple[float, float | None, str, float]


def draw_profile(usubjid: str, datasets: Mapping[str, Dataset], specs: Specs) -> Figure:
    """Draw the profile of a subject of ADSL; panels without a record are left out.

    Parameters
    ----------
    usubjid
        A USUBJID of ADSL.
    datasets
        SDTM and analysis datasets by name.
    specs
        ``specs.figures.profile`` gives panels and medications.
    """
    subject = (
        datasets["ADSL"].to_polars().row(by_predicate=pl.col("USUBJID") == usubjid, named=True)
    )
    panels = _panels(usubjid, datasets, specs)
    medications = medication_lanes(usubjid, datasets, specs)
    events = _event_lanes(usubjid, datasets)
    lanes = {"_given": medications, "_events": events}
    keys = [*(name for name, rows in lanes.items() if rows), *(p.title for p, _ in panels)]
    heights = [0.55 + _LANE * len(lanes[k]) if k in lanes else _PANEL for k in keys]
    with figure_style():
        figure, axes = mosaic_figure("page", sum(heights) + 0.5, [[k] for k in keys], heights)
        _share_time(list(axes.values()), subject, dose_records(datasets), usubjid)
        for name, rows in lanes.items():
            if rows:
                _draw_lanes(axes[name], rows, events=name == "_events")
        for panel, courses in panels:
            _draw_panel(axes[panel.title], panel, courses)
        sex, age = subject.get("SEX") or "", subject.get("AGE")
        about = ", ".join(str(x) for x in (subject.get("DISEASE"), sex, age) if x)
        figure.suptitle(f"{usubjid} ({about})", x=0.01, ha="left", fontweight="bold")
    return figure


def medication_lanes(
    usubjid: str, datasets: Mapping[str, Dataset], specs: Specs
) -> dict[str, list[Bar]]:
    """Doses of the treatment by kind, then the medications of ``specs.figures.profile`` that were given on or after the first dose."""
    lanes: dict[str, list[Bar]] = {}
    doses = dose_records(datasets).filter(pl.col("USUBJID") == usubjid)
    treatment = specs.study.treatment.capitalize()
    for (kind,), own in doses.group_by("EXCAT", maintain_order=True):
        amounts = own["DOSEKG"].drop_nulls().unique().sort().to_list()
        between = "-".join(f"{amount:g}" for amount in dict.fromkeys(amounts[:1] + amounts[-1:]))
        name = f"{treatment}, {str(kind or 'dose').lower()}" + (
            f" ({between} mg/kg)" if between else ""
        )
        lanes[name] = [(week, None, "", 1.0) for week in own["WEEK"]]
    frame = _frame(datasets, "CM", usubjid)
    if frame is None:
        return lanes
    # A prior therapy without a day is not drawn.
    dated = frame.filter(pl.col("CMSTDY").is_not_null()).with_columns(
        START=weeks_of("CMSTDY"), END=weeks_of("CMENDY")
    )
    for key, label in specs.figures.profile.medications.items():
        own = dated.filter((pl.col("CMDECOD") == key) | (pl.col("CMCAT") == key))
        own = own.filter((pl.col("START") >= 0) | (pl.col("END") >= 0).fill_null(value=False))
        for start, end in own.select("START", "END").iter_rows():
            last = None if end is None or end <= start else end
            lanes.setdefault(label, []).append((max(start, -4.0), last, "", 0.6))
    return lanes


def _event_lanes(usubjid: str, datasets: Mapping[str, Dataset]) -> dict[str, list[Bar]]:
    """Adverse events by term, the earliest first; the label is the grade."""
    frame = _frame(datasets, "ADAE", usubjid)
    lanes: dict[str, list[Bar]] = {}
    if frame is None:
        return lanes
    dated = frame.filter(pl.col("ASTDY").is_not_null()).sort("ASTDY", "AESEQ")
    dated = dated.with_columns(START=weeks_of("ASTDY"), END=weeks_of("AENDY"))
    columns = ("AEDECOD", "AETERM", "START", "END", "ATOXGR", "AESHOSP")
    for decoded, term, start, end, grade, hospital in dated.select(columns).iter_rows():
        name = (decoded or term).capitalize()
        bar = (start, end, grade or "", 1.0 if hospital == "Y" else 0.35)
        lanes.setdefault(name, []).append(bar)
    return lanes


def _frame(datasets: Mapping[str, Dataset], name: str, usubjid: str) -> pl.DataFrame | None:
    """The records of a subject in a dataset; None where there are none."""
    dataset = datasets.get(name)
    if dataset is None or not len(dataset):
        return None
    return dataset.to_polars().filter(pl.col("USUBJID") == usubjid)


def _panels(
    usubjid: str, datasets: Mapping[str, Dataset], specs: Specs
) -> list[tuple[ProfilePanel, list[tuple[Course, pl.DataFrame]]]]:
    """The panels with a course of this subject, and the courses."""
    found = []
    for panel in specs.figures.profile.panels:
        courses = [specs.figures.courses[key] for key in panel.courses]
        drawn = [
            (course, own)
            for course in courses
            if (own := course_records(course, datasets).filter(pl.col("USUBJID") == usubjid)).height
        ]
        if drawn:
            found.append((panel, drawn))
    return found


def _draw_lanes(axes: Axes, lanes: Mapping[str, Sequence[Bar]], *, events: bool) -> None:
    """Bars in lanes; the label stands in or beside its bar."""
    color = group_style(4 if events else 0).color
    for row, bars in enumerate(lanes.values()):
        for start, end, label, strength in bars:
            if end is None:
                axes.plot(
                    [start], [row], marker="o" if strength < 1 else "D", markersize=4.5, color=color,
                    markeredgecolor=BLACK, markeredgewidth=0.5, linestyle="none", zorder=3,
                )  # fmt: skip
            else:
                axes.barh(
                    row, max(end - start, _SHORTEST * axes.get_xlim()[1]), left=start, height=0.62, color=color, alpha=strength,
                    edgecolor=BLACK, linewidth=0.6, zorder=3,
                )  # fmt: skip
            if label:
                axes.annotate(
                    label, (start, row), (-2.5 if end is not None else -4, 0), textcoords="offset points",
                    ha="right", va="center", fontsize=8, zorder=4,
                )  # fmt: skip
    axes.set_yticks(range(len(lanes)), list(lanes))
    axes.set_ylim(len(lanes) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    title = (
        "Adverse events (number: grade; dark: in hospital)" if events else "Doses and medications"
    )
    axes.set_title(title)


def _draw_panel(
    axes: Axes, panel: ProfilePanel, courses: Sequence[tuple[Course, pl.DataFrame]]
) -> None:
    """Draw the courses of a panel."""
    values: list[float] = []
    handles: list[Any] = []
    for place, (course, own) in enumerate(courses):
        style = group_style(place)
        (line,) = axes.plot(
            own["WEEK"].to_numpy(), own["VALUE"].to_numpy(), color=style.color, linestyle=style.dash,
            marker=style.marker, markersize=3.2, linewidth=1.1, label=course.label, zorder=3,
        )  # fmt: skip
        handles.append(line)
        beyond = own.filter(pl.col("BEYOND").is_not_null())
        axes.plot(
            beyond["WEEK"].to_numpy(), beyond["VALUE"].to_numpy(), linestyle="none", marker=style.marker,
            markersize=3.2, color=style.color, markerfacecolor="white", zorder=4,
        )  # fmt: skip
        values += own["VALUE"].to_list()
        for side in course.limits:
            limits = own["LOWER" if side == "lower" else "UPPER"].drop_nulls().unique().sort()
            for limit in limits:
                axes.axhline(limit, color=style.color, linestyle=":", linewidth=0.9, zorder=1)
        for level in course.lines:
            axes.axhline(float(level.at), color=GREY, linewidth=0.8, dashes=(5, 2), zorder=1)
    levels = [float(x.at) for course, _ in courses for x in course.lines]
    scale_axis(axes, panel.scale, values, levels)
    units = dict.fromkeys(course.unit for course, _ in courses if course.unit)
    axes.set_ylabel("".join(units) if len(units) < 2 else "see legend")
    axes.set_title(panel.title if len(courses) > 1 else courses[0][0].label)
    if len(courses) > 1:
        labels = [c.label if len(units) == 1 else c.axis for c, _ in courses]
        axes.legend(handles, labels, loc="center left", bbox_to_anchor=(1.0, 0.5), handlelength=2.2)


def _share_time(
    axes: Sequence[Axes], subject: Mapping[str, Any], doses: pl.DataFrame, usubjid: str
) -> None:
    """One range of weeks for all; the days of doses as lines through all; the end of follow-up."""
    end = float(subject["FUPD"] or 0) / 7
    own = doses.filter(pl.col("USUBJID") == usubjid)["WEEK"].to_list()
    step = next(s for s in (1, 2, 4, 8, 12, 24, 52) if end / s <= 12 or s == 52)
    for panel in axes:
        for week in own:
            panel.axvline(week, color=LIGHT_GREY, linewidth=0.7, zorder=0)
        panel.axvline(
            end, color=GREY, linewidth=1.2, linestyle="-" if subject["DTHFL"] else ":", zorder=0
        )
        panel.set_xlim(-max(1.0, 0.04 * end) - 2, end + max(0.5, 0.02 * end))
        panel.set_xticks(range(0, int(end) + 1, step))
        panel.tick_params(axis="x", labelbottom=panel is axes[-1])
    died = "line at the end: death" if subject["DTHFL"] else "dotted line at the end: last contact"
    axes[-1].set_xlabel(f"Weeks after the first dose (grey lines: doses; {died})")
