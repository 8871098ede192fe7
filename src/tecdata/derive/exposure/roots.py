"""Where the polynomial of a step peaks and where it crosses a threshold."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import numpy as np

from tecdata.derive.exposure.taylor import ORDER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tecdata.derive.exposure.taylor import Segment

    Array = NDArray[np.float64]
    Index = NDArray[np.intp]

__all__ = ["Extremes", "TimeAbove", "extremes", "time_above"]

#: Places in a step at which the curve is looked at. Where fast processes are still at work a step is 1.8 times the
#: fastest time constant, so that the three exponentials of the model turn at most once between two of them.
NODES: Final = np.linspace(0.0, 1.0, 5)
_ROUNDS: Final = 60
_NODE_POWERS: Final = NODES[:, None] ** np.arange(ORDER + 1)
_NODE_SLOPES: Final = np.hstack(
    [
        np.zeros((len(NODES), 1)),
        NODES[:, None] ** np.arange(ORDER) * np.arange(1, ORDER + 1),
    ]
)


@dataclasses.dataclass(frozen=True, slots=True)
class Extremes:
    """The curve at :data:`NODES`, and its turning points.

    ``values`` has shape (len(NODES), n). A turning point belongs to ``subject[i]``, lies at ``place[i]`` (share of
    the step) and has the concentration ``value[i]``.
    """

    values: Array
    subject: Index
    place: Array
    value: Array


@dataclasses.dataclass(frozen=True, slots=True)
class TimeAbove:
    """Time (days, shape (n,)) and area (mg·day/L) of a step at or above a threshold, and its crossings.

    ``subject``, ``time`` (days since the first dose) and ``rising`` describe the crossings.
    """

    days: Array
    area: Array
    subject: Index
    time: Array
    rising: NDArray[np.bool_]


def extremes(segment: Segment) -> Extremes:
    """The curve of every subject at the nodes of a step, and where it turns."""
    series = segment.series
    values = np.einsum("uj,jn->un", _NODE_POWERS, series)
    slopes = np.einsum("uj,jn->un", _NODE_SLOPES, series)
    turning = (slopes[:-1] > 0) != (slopes[1:] > 0)
    at, subject = np.nonzero(turning)
    chosen = series[:, subject]
    slope = chosen[1:] * np.arange(1.0, ORDER + 1)[:, None]
    place = _solve(slope, NODES[at], NODES[at + 1], 0.0)
    return Extremes(values, subject, place, _horner(chosen, place))


def time_above(segment: Segment, found: Extremes, threshold: float) -> TimeAbove:
    """Time and area at or above a threshold within a step; crossings are exact to rounding."""
    above = found.values >= threshold
    whole: NDArray[np.bool_] = np.asarray(above.all(axis=0))
    mixed: NDArray[np.bool_] = np.asarray(whole != above.any(axis=0))
    turns = np.not_equal(found.value >= threshold, whole[found.subject])
    mixed[found.subject[turns]] = True
    whole &= ~mixed
    days = np.where(whole, segment.length, 0.0)
    area = np.where(whole, segment.area(), 0.0) if whole.any() else np.zeros(len(whole))
    subject = np.flatnonzero(mixed)
    if not len(subject):
        return TimeAbove(days, area, subject, np.empty(0), np.empty(0, bool))
    series = segment.series[:, subject]
    edges = _edges(found, subject)
    high = np.stack([_horner(series, row) for row in edges]) >= threshold
    row, column = np.nonzero(high[:-1] != high[1:])
    place = _solve(series[:, column], edges[row, column], edges[row + 1, column], threshold)
    rising = high[row + 1, column]
    integral = np.vstack([np.zeros(len(subject)), series / np.arange(1.0, ORDER + 2)[:, None]])
    # Time above is the sum over crossings of the place, minus where it rises, plus where it falls.
    sign = np.where(rising, -1.0, 1.0)
    share = np.bincount(column, sign * place, len(subject)) + high[-1]
    amount = np.bincount(column, sign * _horner(integral[:, column], place), len(subject))
    amount += np.where(high[-1], _horner(integral, np.ones(len(subject))), 0.0)
    days[subject], area[subject] = share * segment.length, amount * segment.length
    order = np.lexsort((place, column))
    time = segment.start + segment.length * place[order]
    return TimeAbove(days, area, subject[column[order]], time, rising[order])


def _edges(found: Extremes, subject: Index) -> Array:
    """Nodes and turning points of some subjects in ascending order, shape (nodes + most turns, n)."""
    position = np.full(found.values.shape[1], -1)
    position[subject] = np.arange(len(subject))
    mine = position[found.subject] >= 0
    column, place = position[found.subject[mine]], found.place[mine]
    order = np.argsort(column, kind="stable")
    column, place = column[order], place[order]
    rank = np.arange(len(column)) - np.searchsorted(column, column)
    more = np.ones((int(rank.max()) + 1 if len(rank) else 0, len(subject)))
    more[rank, column] = place
    nodes = np.repeat(NODES[:, None], len(subject), axis=1)
    return np.sort(np.vstack([nodes, more]), axis=0)


def _horner(series: Array, place: Array) -> Array:
    value: Array = series[-1].copy()
    for coefficient in series[-2::-1]:
        value *= place
        value += coefficient
    return value


def _solve(series: Array, low: Array, high: Array, target: float) -> Array:
    """The root of ``series - target`` in each bracket: Newton, halved where it leaves the bracket."""
    if not series.shape[1]:
        return np.empty(0)
    low, high = low.copy(), high.copy()
    start, end = _horner(series, low) - target, _horner(series, high) - target
    gap = end - start
    place = low - (high - low) * np.divide(start, gap, out=np.full_like(gap, -0.5), where=gap != 0)
    for _ in range(_ROUNDS):
        value, slope = _value_and_slope(series, place)
        value -= target
        below = (value > 0) == (start > 0)
        low, high = np.where(below, place, low), np.where(below, high, place)
        step = place - np.divide(value, slope, out=np.full_like(slope, np.inf), where=slope != 0)
        step = np.where((step >= low) & (step <= high), step, 0.5 * (low + high))
        moved = np.abs(step - place)
        place = step
        # Newton doubles the digits: the next step would move it by the square of this.
        if float(moved.max()) < 1e-7:
            break
    return place


def _value_and_slope(series: Array, place: Array) -> tuple[Array, Array]:
    value, slope = series[-1].copy(), np.zeros_like(place)
    for coefficient in series[-2::-1]:
        slope *= place
        slope += value
        value *= place
        value += coefficient
    return value, slope
