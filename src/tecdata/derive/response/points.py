"""Scores of change: points for the improvement of several components, and a probability."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tecdata.derive.response.amounts import UNIT, Range, Whole, fixed
from tecdata.derive.response.judge import gains
from tecdata.spec.instrument import PointScore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tecdata.derive.response.amounts import Bools
    from tecdata.derive.response.panel import Course, Rows
    from tecdata.spec.instrument import LogisticScore, PointPart

__all__ = ["compute_part", "compute_points", "compute_probability", "unknown_parts"]

#: Changes of scores are far smaller than ten thousand; the product with a slope must fit 63 bits.
_WIDEST = 10**4 * UNIT


def compute_part(part: PointPart, course: Course) -> Range:
    """Points of one component for its change from baseline, in percent of its range.

    Unknown values give the range from no points to the most there are. Worsening gives 0.
    """
    gain = gains(course, course.base, course.now)
    known = course.span > 0
    low = np.where(known, _points(part, gain.low, course.span), 0)
    if bool(known.all()) and (gain.low is gain.high or bool(gain.known.all())):
        return Range(low, low)
    most = fixed(part.most)
    return Range(low, np.where(known, _points(part, gain.high, course.span), most))


def _points(part: PointPart, gain: Whole, span: Whole) -> Whole:
    """The points of a change: each bin adds what it has more than the one before."""
    points = np.zeros(len(gain), np.int64)
    before = 0
    for step in part.bins:
        scaled = gain * (100 * step.above.denominator)
        passed = scaled > span * step.above.numerator
        points += passed * (fixed(step.points) - before)
        before = fixed(step.points)
    return points


def compute_points(instrument: PointScore, courses: Mapping[str, Course]) -> Range:
    """The sum of points over all components, between the bounds that missing ones leave.

    Parameters
    ----------
    instrument
        For instance the TIS (``specs/response/instruments/myositis.yaml``): six components, 0 to 100.
    courses
        By component; each with baseline, value of the visit and range of its scale.

    Returns
    -------
    Range
        Millionths by row: ``low`` counts missing components as not improved, ``high`` as improved most.
    """
    parts = [compute_part(part, courses[name]) for name, part in instrument.parts.items()]
    low, high = np.zeros_like(parts[0].low), np.zeros_like(parts[0].low)
    for part in parts:
        low += part.low
        high += part.high
    return Range(low, low if all(p.low is p.high for p in parts) else high)


def compute_probability(instrument: LogisticScore, courses: Mapping[str, Course]) -> Range:
    """exp(x) / (1 + exp(x)) with x from the changes since baseline; unknown lies between 0 and 1.

    The linear predictor is exact; the probability is rounded to six decimals.
    """
    total: np.ndarray[tuple[int], np.dtype[np.int64]] | None = None
    known: np.ndarray[tuple[int], np.dtype[np.bool_]] | None = None
    for name, slope in instrument.slopes.items():
        course = courses[name]
        here = course.now.known & course.base.known
        change = np.where(here, course.now.low - course.base.low, 0).clip(-_WIDEST, _WIDEST)
        term = change * fixed(slope)
        total = term if total is None else total + term
        known = here if known is None else known & here
    if total is None or known is None:
        raise ValueError("the score has no components")
    x = total / UNIT**2 + float(instrument.intercept)
    chance = np.rint(UNIT / (1 + np.exp(-np.clip(x, -700, 700)))).astype(np.int64)
    low = np.where(known, chance, 0)
    return Range(low, np.where(known, chance, UNIT))


def unknown_parts(
    instrument: PointScore | LogisticScore, courses: Mapping[str, Course], rows: Rows
) -> list[tuple[str, Bools]]:
    """The components of a score, and on which of the rows their change (or, for points, their range) is unknown."""
    names = instrument.parts if isinstance(instrument, PointScore) else instrument.slopes
    found = []
    for name in names:
        course = courses[name]
        known = course.now.known & course.base.known
        if isinstance(instrument, PointScore):
            known &= course.span > 0
        found.append((name, ~known[rows]))
    return found
