"""Courses of a panel from records, doses and events."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from tecdata.derive.response.amounts import UNIT, Range, fixed, whole
from tecdata.derive.response.doses import DoseSpan, compute_daily_dose
from tecdata.derive.response.panel import Course, Rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    import polars as pl

    from tecdata.spec.response import Measure

__all__ = ["dosed_course", "happened_course", "ranges_of", "spans_of"]


def ranges_of(values: pl.DataFrame, source: Rows) -> Range:
    """The values of numbered records; unknown where the number is -1."""
    there = source >= 0
    picked = np.where(there, source, 0)
    empty = not len(values)
    low = np.zeros(len(source)) if empty else values["low"].to_numpy()[picked]
    high = np.zeros(len(source)) if empty else values["high"].to_numpy()[picked]
    bottom, top = whole(low)[0], whole(high)[0]
    lows, highs = Range.of(bottom, there), Range.of(top, there)
    return Range(lows.low, highs.high)


def spans_of(values: pl.DataFrame, base_source: Rows, measure: Measure) -> Rows:
    """The range of the scale by row: the form's own, or a multiple of the limit beside the baseline."""
    spans = np.zeros(len(base_source), np.int64)
    if not measure.forms or not len(values):
        return spans
    forms = values["form"].to_numpy()[np.maximum(base_source, 0)]
    tops = values["top"].to_numpy()[np.maximum(base_source, 0)]
    for number, form in enumerate(measure.forms):
        here = (base_source >= 0) & (forms == number)
        if form.span is not None:
            spans[here] = fixed(form.span)
        elif form.span_uln is not None:
            limit, known = whole(np.where(here, tops, np.nan))
            spans[known] = (limit * int(form.span_uln))[known]
    return spans


def dosed_course(
    rows: pl.DataFrame,
    spans: Mapping[str, list[DoseSpan]],
    kilograms: Mapping[str, Mapping[int, Fraction]] | None,
    told: pl.DataFrame,
) -> Course:
    """The daily dose on each row; per kg body weight where weights are given, unknown without one.

    ``told`` are the records of the doses: a row's source is the one that began last of those running.
    """
    low = np.zeros(len(rows), np.int64)
    base = np.zeros(len(rows), np.int64)
    known = np.ones(len(rows), dtype=np.bool_)
    source, base_source = np.full(len(rows), -1, np.int64), np.full(len(rows), -1, np.int64)
    number = {(u, s): i for u, s, i in told.select("usubjid", "seq", "id").iter_rows()}
    for (subject,), part in rows.group_by("usubjid", maintain_order=True):
        at = part["row"].to_numpy()
        weighed = None if kilograms is None else kilograms.get(str(subject), {})
        if weighed is not None and not weighed:
            known[at] = False
            continue
        own = spans.get(str(subject), [])
        days = part["day"].to_list()
        low[at] = compute_daily_dose(own, days, weighed)
        base[at] = compute_daily_dose(own, [0], weighed)[0]
        source[at] = [number.get((subject, _running(own, day)), -1) for day in days]
        base_source[at] = number.get((subject, _running(own, 0)), -1)
    course = Course.of(Range.of(low, known), Range.of(base, known), higher_is_better=False)
    return dataclasses.replace(course, source=source, base_source=base_source)


def _running(spans: list[DoseSpan], day: int) -> int | None:
    """--SEQ of the dose that began last of those running on a day."""
    running = [(s.first, s.seq) for s in spans if s.first <= day <= s.last]
    return max(running)[1] if running else None


def happened_course(
    rows: pl.DataFrame,
    events: Mapping[str, list[tuple[int, int]]],
    told: pl.DataFrame,
    *,
    ever: bool,
) -> Course:
    """1 on the days of an event, with ``ever`` from the first one on; else 0."""
    now = np.zeros(len(rows), np.int64)
    source = np.full(len(rows), -1, np.int64)
    number = {(u, s): i for u, s, i in told.select("usubjid", "seq", "id").iter_rows()}
    for row, subject, day in rows.select("row", "usubjid", "day").iter_rows():
        for when, seq in events.get(subject, []):
            if when <= day if ever else when == day:
                now[row] = UNIT
                source[row] = number.get((subject, seq), -1)
                break
    every = np.ones(len(rows), dtype=np.bool_)
    course = Course.of(
        Range.of(now, every), Range.of(np.zeros_like(now), every), higher_is_better=False
    )
    return dataclasses.replace(course, source=source)
