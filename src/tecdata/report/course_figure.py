"""Figures of courses: a line a subject in the colour of the disease, the median, limits, doses and immunoglobulins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tecdata.report.course_data import (
    course_median,
    course_records,
    dose_records,
    followed_up,
    replacement_records,
    subjects_of,
)
from tecdata.report.course_strip import draw_replacement
from tecdata.report.figure_style import BLACK, GREY, group_styles, mosaic_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tecdata.dataset import Dataset
    from tecdata.report.figure_style import GroupStyle
    from tecdata.spec import Specs
    from tecdata.spec.figures import Course, CourseFigure, FigureSpecs

__all__ = ["draw_course", "draw_course_figure", "scale_axis"]

#: Height of a row of panels, of the panel of immunoglobulins beside its lines, and of the legend, in inches.
_ROW: Final = 2.15
_LINE: Final = 0.155
_LEGEND: Final = 0.7
#: What the time axes of all panels show. It stands above the legend, since a label of the figure would lie upon it.
_TIME: Final = "Weeks after the first dose; second row: subjects followed up"
#: A linear axis begins at 0 unless the lowest value is this share of the highest or more.
_FROM_ZERO: Final = 0.4


def draw_course_figure(name: str, datasets: Mapping[str, Dataset], specs: Specs) -> Figure:
    """Draw the figure of that name in ``specs/figures.yaml``: a panel a course, all over the same weeks."""
    rules = specs.figures
    wanted = rules.figures[name]
    subjects = subjects_of(datasets)
    keys, heights = _layout(wanted, subjects)
    figure, axes = mosaic_figure("page", sum(heights) + _LEGEND, keys, heights)
    styles = _styles(specs, subjects)
    doses = dose_records(datasets)
    given = replacement_records(rules.replacement, datasets)
    for key, letter in zip(wanted.courses, "ABCDEFGHIJKL", strict=False):
        course = rules.courses[key]
        records = course_records(course, datasets)
        panel = axes[key]
        draw_course(panel, course, records, styles, rules.median_from)
        _mark_doses(panel, doses)
        if course.replacement:
            _mark_replacement(panel, records, given, log=course.scale != "linear")
        counted = records["USUBJID"].n_unique()
        panel.set_title(f"{letter}  {course.label} (n = {counted})")
        weeks_axis(panel, subjects, rules.tick_weeks)
    if wanted.replacement and rules.replacement is not None:
        letter = "ABCDEFGHIJKL"[len(wanted.courses)]
        panel = axes["replacement"]
        draw_replacement(panel, given, subjects, styles, rules.replacement)
        panel.set_title(f"{letter}  {rules.replacement.label} by subject")
        weeks_axis(panel, subjects, rules.tick_weeks)
    _legend(figure, wanted, rules, styles, subjects)
    return figure


def draw_course(
    axes: Axes,
    course: Course,
    records: pl.DataFrame,
    styles: Mapping[str, GroupStyle],
    median_from: int,
) -> None:
    """Lines by subject, the median, limits and levels of one course."""
    _limits(axes, course, records)
    for line in course.lines:
        axes.axhline(float(line.at), color=BLACK, linewidth=0.8, dashes=(5, 2), zorder=1)
        above = course.scale != "linear" or "upper" in course.limits
        axes.annotate(
            line.label or f"{float(line.at):g}", (1, float(line.at)), (-1, 1.5 if above else -2), fontsize=8,
            ha="right", va="bottom" if above else "top",
            xycoords=axes.get_yaxis_transform(), textcoords="offset points", zorder=5,
        )  # fmt: skip
    for (subject,), own in records.group_by("USUBJID", maintain_order=True):
        style = styles[own["DISEASE"][0] or ""]
        axes.plot(
            own["WEEK"].to_numpy(), own["VALUE"].to_numpy(), color=style.color, linestyle=style.dash,
            linewidth=0.9, alpha=0.85, zorder=2, gid=f"{course.param}-{subject}",
        )  # fmt: skip
        within = pl.col("BEYOND").is_null()
        for part, filled in ((own.filter(within), True), (own.filter(~within), False)):
            axes.plot(
                part["WEEK"].to_numpy(), part["VALUE"].to_numpy(), linestyle="none", marker=style.marker,
                markersize=2.6, color=style.color, markerfacecolor=style.color if filled else "white",
                markeredgewidth=0.6, zorder=3,
            )  # fmt: skip
    middle = course_median(records, median_from)
    if middle.height > 1:
        axes.plot(
            middle["WEEK"].to_numpy(),
            middle["VALUE"].to_numpy(),
            color=BLACK,
            linewidth=2.2,
            zorder=4,
        )
    axes.set_ylabel(course.axis)
    scale_axis(axes, course.scale, records["VALUE"].to_list(), [float(x.at) for x in course.lines])


def scale_axis(
    axes: Axes, scale: str, values: Sequence[float], levels: Sequence[float] = ()
) -> None:
    """The scale of a value axis: from 0, logarithmic with plain numbers, or by doublings."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

    if scale == "linear":
        low, high = min((*values, *levels), default=0.0), max((*values, *levels), default=1.0)
        if low == high:
            axes.set_ylim(min(0, 1.4 * low), max(0, 1.4 * high) or 1)
        elif low >= 0:
            axes.set_ylim(bottom=0 if low < _FROM_ZERO * high else low - 0.15 * (high - low))
        return
    axes.set_yscale("log", base=2 if scale == "log2" else 10)
    shown = [v for v in (*values, *levels) if v > 0] or [1.0]
    axes.set_ylim(min(shown) / 1.6, max(shown) * 1.6)
    plain = FuncFormatter(lambda value, _: f"{value:g}")
    axes.yaxis.set_major_formatter(plain)
    axes.yaxis.set_minor_formatter(NullFormatter())
    if scale == "log2":
        ticks = _doublings(min(shown), max(shown))
        axes.set_yticks(ticks)
        axes.yaxis.set_minor_locator(NullLocator())
    elif max(shown) / min(shown) < 60:
        axes.yaxis.set_major_locator(LogLocator(base=10, subs=(1.0, 2.0, 5.0)))


def _doublings(low: float, high: float) -> list[float]:
    """Ticks each a doubling (or four-, eight-fold) apart, begun at 10 or 5 times a power of 2.

    >>> _doublings(80, 2560)
    [80.0, 160.0, 320.0, 640.0, 1280.0, 2560.0]
    """
    start = 10.0
    while start > low:
        start /= 2
    while start * 2 <= low:
        start *= 2
    ticks = [start]
    while ticks[-1] < high:
        ticks.append(ticks[-1] * 2)
    step = 1 + (len(ticks) - 1) // 8
    return ticks[::step]


def weeks_axis(axes: Axes, subjects: pl.DataFrame, step: int) -> None:
    """Ticks of the time axis every ``step`` weeks; below each how many subjects are still followed up."""
    end = float(subjects["FUPD"].max() or 0) / 7  # type: ignore[arg-type]
    ticks = [week for week in range(0, int(end) + step, step) if week <= end]
    axes.set_xlim(-4, end + 1)
    axes.set_xticks(ticks, [f"{week}\n{followed_up(subjects, week)}" for week in ticks])
    for label in axes.get_xticklabels():
        label.set_linespacing(1.25)


def _layout(wanted: CourseFigure, subjects: pl.DataFrame) -> tuple[list[list[str]], list[float]]:
    """The panels by rows and their heights."""
    names = list(wanted.courses)
    keys = [names[i : i + wanted.columns] for i in range(0, len(names), wanted.columns)]
    keys[-1] += ["."] * (wanted.columns - len(keys[-1]))
    heights = [_ROW] * len(keys)
    if wanted.replacement:
        keys.append(["replacement"] * wanted.columns)
        heights.append(0.6 + _LINE * subjects.height)
    return keys, heights


def _styles(specs: Specs, subjects: pl.DataFrame) -> dict[str, GroupStyle]:
    """The look of each disease, in the order of the codelist."""
    found = [name or "" for name in subjects["DISEASE"].unique(maintain_order=True)]
    order = (
        [t.term for t in specs.codelists["DISEASE"].terms] if "DISEASE" in specs.codelists else []
    )
    known = sorted(found, key=lambda d: (order.index(d) if d in order else len(order), d))
    return group_styles(known)


def _limits(axes: Axes, course: Course, records: pl.DataFrame) -> None:
    """Dotted limits of normal; where centres or sexes have different ones, the lowest and the highest."""
    for side in course.limits:
        values = records["LOWER" if side == "lower" else "UPPER"].drop_nulls().unique().sort()
        if values.is_empty():
            continue
        low, high = float(values[0]), float(values[-1])
        if high - low > 0.02 * high:
            axes.axhspan(low, high, color=GREY, alpha=0.12, linewidth=0, zorder=0)
        for value in {low, high}:
            axes.axhline(value, color=GREY, linestyle=":", linewidth=1.0, zorder=1)


def _mark_doses(axes: Axes, doses: pl.DataFrame) -> None:
    """Mark the injections above the axis."""
    weeks = doses["WEEK"].to_numpy()
    axes.plot(
        weeks, [0.02] * len(weeks), linestyle="none", marker="|", markersize=4, markeredgewidth=0.7,
        color=BLACK, transform=axes.get_xaxis_transform(), clip_on=False, zorder=5,
    )  # fmt: skip


def _mark_replacement(axes: Axes, records: pl.DataFrame, given: pl.DataFrame, *, log: bool) -> None:
    """Triangles where immunoglobulins were given, on the subject's own line."""
    import numpy as np

    weeks: list[float] = []
    values: list[float] = []
    for (subject,), own in records.group_by("USUBJID", maintain_order=True):
        when = given.filter(pl.col("USUBJID") == subject)["WEEK"].to_numpy()
        known = own["VALUE"].to_numpy()
        heights = np.log(known) if log else known
        at = np.interp(when, own["WEEK"].to_numpy(), heights, left=np.nan, right=np.nan)
        weeks += list(when)
        values += list(np.exp(at) if log else at)
    axes.plot(
        weeks, values, linestyle="none", marker="v", markersize=2.8, markerfacecolor="white",
        markeredgecolor=BLACK, markeredgewidth=0.5, zorder=3.5,
    )  # fmt: skip


def _legend(
    figure: Figure,
    wanted: CourseFigure,
    rules: FigureSpecs,
    styles: Mapping[str, GroupStyle],
    subjects: pl.DataFrame,
) -> None:
    """Say below the figure what lines and colours mean."""
    from matplotlib.lines import Line2D

    def entry(label: str, **look: Any) -> Line2D:
        return Line2D([], [], label=label, **look)

    courses = [rules.courses[key] for key in wanted.courses]
    counts = dict(subjects.group_by("DISEASE").len().iter_rows())
    handles = [
        entry(
            f"{name} ({counts.get(name, 0)})", color=style.color, linestyle=style.dash,
            marker=style.marker, markersize=3.5,
        )
        for name, style in styles.items()
    ]  # fmt: skip
    handles.append(entry("Median", color=BLACK, linewidth=2.2))
    beyond = {"color": GREY, "marker": "o", "markerfacecolor": "white", "linestyle": "none"}
    handles.append(entry("Beyond measuring range", **beyond))
    if any(course.limits for course in courses):
        handles.append(entry("Limit of normal", color=GREY, linestyle=":"))
    if any(course.lines for course in courses):
        handles.append(entry("Threshold", color=BLACK, linewidth=0.8, linestyle=(0, (5, 2))))
    handles.append(entry("Dose of teclistamab", color=BLACK, marker="|", linestyle="none"))
    if rules.replacement and (wanted.replacement or any(c.replacement for c in courses)):
        handles.append(
            entry(rules.replacement.label, color=BLACK, marker="v", markerfacecolor="white", linestyle="none")
        )  # fmt: skip
    figure.legend(
        handles=handles, loc="outside lower center", ncols=5, columnspacing=1.2, handlelength=2.4,
        title=_TIME, title_fontsize=8.5, borderpad=0.1,
    )  # fmt: skip
