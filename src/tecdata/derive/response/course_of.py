"""Courses of a panel from records, doses and events."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from tecdata.derive.response.amounts import UNIT, Bools, Range, fixed, whole
from tecdata.derive.response.doses import DoseSpan, compute_daily_dose
from tecdata.derive.response.panel import CARRIED, MEASURED, MISSING, NEAR, Course, Panel, Rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    import polars as pl
    from numpy.typing import NDArray

    from tecdata.spec.response import Measure, ResponseSettings

__all__ = ["APART", "Baselines", "collected_course", "day_keys", "dosed_course", "happened_course"]

#: Days of one subject lie closer together than this, so subject and day make one sortable number.
APART = 10**7
_FAR = 10**6


@dataclasses.dataclass(frozen=True, slots=True)
class Baselines:
    """By subject the baseline of a measure: its record (-1: none), its day and value (NaN: not one number)."""

    source: Rows
    day: Rows
    value: NDArray[np.float64]


def day_keys(subject: Rows, day: Rows) -> Rows:
    """One number for a subject and a day, in the order of both."""
    return subject * APART + day


def collected_course(
    panel: Panel,
    own: pl.DataFrame,
    offset: int,
    measure: Measure,
    settings: ResponseSettings,
    size: int,
) -> tuple[Course, Baselines]:
    """The course of a measure over the rows of a panel, and its baselines.

    Parameters
    ----------
    panel
        Its subjects and days.
    own
        Values of the measure in one form a subject, sorted by subject and day.
    offset
        The number of the first of them among all records.
    measure, settings
        Windows, carrying forward, choice of baseline.
    size
        How many subjects there are.
    """
    subject, day = own["subject"].to_numpy(), own["day"].to_numpy()
    before = own["before"].to_numpy()
    base = _last(subject, _baseline_rows(day, before, settings), size)
    after = np.flatnonzero(~before & (day > 0))
    window = settings.window_days if measure.window_days is None else measure.window_days
    carry = measure.carry_days if settings.carry_forward else 0
    used, how = _chosen(panel, subject[after], day[after], window, carry)
    now = np.where(used >= 0, after[used], -1) if len(after) else used
    based = base[panel.subject]
    low, high = own["low"].to_numpy(), own["high"].to_numpy()
    course = Course(
        higher_is_better=measure.better == "higher",
        now=_ranges(low, high, now),
        how=how,
        base=_ranges(low, high, based),
        span=_spans(own, based, measure),
        source=np.where(now >= 0, now + offset, -1),
        base_source=np.where(based >= 0, based + offset, -1),
    )
    value = np.full(size, np.nan)
    there = base >= 0
    one = np.where(low == high, low, np.nan)
    value[there] = one[base[there]]
    days = np.zeros(size, np.int64)
    days[there] = day[base[there]]
    return course, Baselines(np.where(there, base + offset, -1), days, value)


def _baseline_rows(day: Rows, before: Bools, settings: ResponseSettings) -> Rows:
    """The rows that may be a baseline, the one that counts last."""
    if settings.baseline_within_days:
        before = before & (day >= -settings.baseline_within_days)
    rows = np.flatnonzero(before)
    return rows if settings.baseline == "last_before_first_dose" else rows[::-1]


def _last(subject: Rows, rows: Rows, size: int) -> Rows:
    """By subject the last of some rows, -1 where it has none."""
    found = np.full(size, -1)
    found[subject[rows]] = rows
    return found


def _chosen(
    panel: Panel, subject: Rows, day: Rows, window: int, carry: int
) -> tuple[Rows, NDArray[np.int8]]:
    """By row of the panel, which of the values it uses (-1: none) and how it came by it.

    The value of its day, else the nearest within the window (of two equally near the earlier), else the last one
    not older than ``carry``.
    """
    if not len(day):
        nothing = np.full(len(panel), -1)
        return nothing, np.full(len(panel), MISSING, np.int8)
    back = np.searchsorted(day_keys(subject, day), day_keys(panel.subject, panel.day), "right") - 1
    ahead = back + 1

    def gap(at: Rows) -> Rows:
        inside = at.clip(0, len(day) - 1)
        same = (at == inside) & (subject[inside] == panel.subject)
        return np.where(same, np.abs(day[inside] - panel.day), _FAR)

    since, until = gap(back), gap(ahead)
    near = np.minimum(since, until) <= window
    carried = ~near & (since <= carry)
    used = np.where(near & (until < since), ahead, np.where(near | carried, back, -1))
    how = np.select([since == 0, near, carried], [MEASURED, NEAR, CARRIED], MISSING)
    return used, how.astype(np.int8)


def _ranges(low: NDArray[np.float64], high: NDArray[np.float64], rows: Rows) -> Range:
    """The values of some records; unknown where the number is -1."""
    if not len(low):
        return Range.unknown(len(rows))
    there = rows >= 0
    bottom = Range.of(whole(low)[0][rows], there)
    if np.array_equal(low, high):
        return bottom
    return Range(bottom.low, Range.of(whole(high)[0][rows], there).high)


def _spans(own: pl.DataFrame, based: Rows, measure: Measure) -> Rows:
    """The range of the scale by row: the form's own, or a multiple of the limit beside the baseline."""
    spans = np.zeros(len(based), np.int64)
    if not measure.forms or not len(own):
        return spans
    forms, tops = own["form"].to_numpy()[based], own["top"].to_numpy()[based]
    for number, form in enumerate(measure.forms):
        here = (based >= 0) & (forms == number)
        if form.span is not None:
            spans[here] = fixed(form.span)
        elif form.span_uln is not None:
            limit, known = whole(np.where(here, tops, np.nan))
            spans[known] = (limit * int(form.span_uln))[known]
    return spans


def dosed_course(
    panel: Panel,
    spans: Mapping[int, Sequence[DoseSpan]],
    kilograms: Mapping[int, Mapping[int, Fraction]] | None,
    told: Mapping[tuple[int, int], int],
    size: int,
) -> tuple[Course, Baselines]:
    """The daily dose on each row; per kg body weight where weights are given, unknown without one.

    ``told`` gives by subject and --SEQ the number of a dose's record: a row's source is the one that began last of
    those running. The baseline is the dose of the day of the first dose, whenever it began.
    """
    low = np.zeros(len(panel), np.int64)
    source = np.full(len(panel), -1)
    base = np.zeros(size, np.int64)
    based = np.full(size, -1)
    known = np.ones(size, dtype=np.bool_)
    if kilograms is not None:
        known[[number not in kilograms for number in range(size)]] = False
    for number, own in spans.items():
        if not known[number]:
            continue
        rows = panel.rows_of(number)
        weighed = None if kilograms is None else kilograms[number]
        days = [0, *panel.day[rows].tolist()]
        base[number], *low[rows] = compute_daily_dose(own, days, weighed)
        based[number], *source[rows] = (told.get((number, _running(own, day)), -1) for day in days)
    course = Course.of(
        Range.of(low, known[panel.subject]),
        Range.of(base[panel.subject], known[panel.subject]),
        higher_is_better=False,
    )
    course = dataclasses.replace(course, source=source, base_source=based[panel.subject])
    return course, Baselines(based, np.zeros(size, np.int64), base / UNIT)


def _running(spans: Sequence[DoseSpan], day: int) -> int:
    """--SEQ of the dose that began last of those running on a day, 0 where none is."""
    running = [(s.first, s.seq) for s in spans if s.first <= day <= s.last]
    return max(running)[1] if running else 0


def happened_course(
    panel: Panel,
    events: Mapping[int, Sequence[tuple[int, int]]],
    told: Mapping[tuple[int, int], int],
    size: int,
    *,
    ever: bool,
) -> tuple[Course, Baselines]:
    """1 on the days of an event, with ``ever`` from the first one on; else 0. There was none at baseline."""
    now = np.zeros(len(panel), np.int64)
    source = np.full(len(panel), -1)
    for number, happened in events.items():
        rows = panel.rows_of(number)
        # The earliest is written last: it is the one that stays.
        for day, seq in reversed(happened):
            at = panel.day[rows]
            here = rows[at >= day if ever else at == day]
            now[here], source[here] = UNIT, told.get((number, seq), -1)
    every = np.ones(len(panel), dtype=np.bool_)
    course = Course.of(
        Range.of(now, every), Range.of(np.zeros_like(now), every), higher_is_better=False
    )
    nothing = Baselines(np.full(size, -1), np.zeros(size, np.int64), np.full(size, np.nan))
    return dataclasses.replace(course, source=source), nothing
