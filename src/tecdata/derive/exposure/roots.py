"""Where the polynomial of a step peaks and where it crosses a threshold."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import numpy as np

from tecdata.derive.exposure.series import ORDER, SCALE, combine, slope_rows, value_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tecdata.derive.exposure.taylor import Segment

    Array = NDArray[np.float64]
    Index = NDArray[np.intp]

__all__ = ["Extremes", "TimeAbove", "extremes", "time_above"]

#: Places in a step at which the curve is looked at: so near each other that the exponentials of the model turn at most
#: once between two of them.
NODES: Final = np.linspace(0.0, 1.0, 9)
_ROUNDS: Final = 60
_POWERS: Final = np.arange(ORDER + 1.0)
#: Terms by which the series of an area goes on beyond that of the concentration.
_FURTHER: Final = 10
#: The next step of Newton would move a root by about the square of this share of the step.
_NEAR: Final = 1e-5


@dataclasses.dataclass(frozen=True, slots=True)
class Extremes:
    """The curve at :data:`NODES`, and its turning points.

    ``values`` has shape (len(NODES), n). A turning point belongs to ``subject[i]``, lies between the nodes ``at[i]``
    and ``at[i] + 1``, at ``place[i]`` (share of the step), and has the concentration ``value[i]``.
    """

    values: Array
    at: Index
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
    shift, rows = segment.shift, len(NODES)
    both = np.vstack([value_rows(NODES, shift), slope_rows(NODES, shift)])
    found = combine(both, segment.series)
    values, rising = found[:rows], found[rows:] > 0
    at, subject = np.nonzero(rising[:-1] != rising[1:])
    chosen = _scaled(segment.series, subject)
    slope = -shift * chosen
    slope[:-1] += chosen[1:] * _POWERS[1:, None]
    place = _solve(slope, NODES[at], NODES[at + 1])
    return Extremes(values, at, subject, place, np.exp(-shift * place) * _horner(chosen, place))


def time_above(segment: Segment, found: Extremes, threshold: float) -> TimeAbove:
    """Time and area at or above a threshold within a step; crossings are exact to rounding."""
    above = found.values >= threshold
    subject, low, high, rising = _brackets(found, above, found.value >= threshold)
    last = above[-1].astype(float)
    if not len(subject):
        return TimeAbove(last * segment.length, last * segment.area, subject, low, rising)
    series, shift = _scaled(segment.series, subject), segment.shift
    place = _solve(series, low, high, threshold, shift)
    # Time above is the sum over crossings of the place, minus where it rises, plus where it falls.
    sign = np.where(rising, -1.0, 1.0)
    share = np.bincount(subject, sign * place, len(last)) + last
    until = np.exp(-shift * place) * _horner(_integral(series, shift), place)
    amount = np.bincount(subject, sign * until, len(last)) * segment.length + last * segment.area
    order = np.lexsort((place, subject))
    subject, place = subject[order], place[order]
    when = segment.when(subject, place)
    return TimeAbove(share * segment.length, amount, subject, when, rising[order])


def _brackets(
    found: Extremes, above: NDArray[np.bool_], turned: NDArray[np.bool_]
) -> tuple[Index, Array, Array, NDArray[np.bool_]]:
    """Between which places whose curve crosses the threshold once, and whether it rises there.

    A turning point parts what lies between its two nodes.
    """
    crosses = above[:-1] != above[1:]
    at, subject = found.at, found.subject
    crosses[at, subject] = False
    plain, whose = np.nonzero(crosses)
    first, second = above[at, subject] != turned, turned != above[at + 1, subject]
    return (
        np.concatenate([whose, subject[first], subject[second]]),
        np.concatenate([NODES[plain], NODES[at[first]], found.place[second]]),
        np.concatenate([NODES[plain + 1], found.place[first], NODES[at[second] + 1]]),
        np.concatenate([above[plain + 1, whose], turned[first], ~turned[second]]),
    )


def _scaled(series: Array, subject: Index) -> Array:
    """The series of some subjects with its terms divided by j!, as a polynomial has them."""
    scaled: Array = series.take(subject, axis=1)
    scaled *= SCALE[:, None]
    return scaled


def _integral(series: Array, shift: float) -> Array:
    """A polynomial q with exp(-shift · u) · q(u) = the area from 0 to u."""
    terms = len(series) + _FURTHER
    integral = np.zeros((terms, series.shape[1]))
    for j in range(1, terms):
        np.multiply(integral[j - 1], shift / j, out=integral[j])
        if j <= len(series):
            integral[j] += series[j - 1] / j
    return integral


def _horner(series: Array, place: Array) -> Array:
    """The value of each power series at its place."""
    value: Array = series[-1].copy()
    for coefficient in series[-2::-1]:
        value *= place
        value += coefficient
    return value


def _solve(
    series: Array, low: Array, high: Array, target: float = 0.0, shift: float = 0.0
) -> Array:
    """The root of ``series - target · exp(shift · u)`` in each bracket: Newton, halved where it leaves the bracket."""
    if not series.shape[1]:
        return np.empty(0)
    low, high = low.copy(), high.copy()
    start = _horner(series, low) - target * np.exp(shift * low)
    end = _horner(series, high) - target * np.exp(shift * high)
    gap = end - start
    place = low - (high - low) * np.divide(start, gap, out=np.full_like(gap, -0.5), where=gap != 0)
    for _ in range(_ROUNDS):
        value, slope = _value_and_slope(series, place)
        if target:
            wanted = target * np.exp(shift * place)
            value -= wanted
            slope -= shift * wanted
        below = (value > 0) == (start > 0)
        low, high = np.where(below, place, low), np.where(below, high, place)
        step = place - np.divide(value, slope, out=np.full_like(slope, np.inf), where=slope != 0)
        step = np.where((step >= low) & (step <= high), step, 0.5 * (low + high))
        moved = np.abs(step - place)
        place = step
        if float(moved.max()) < _NEAR:
            break
    return place


def _value_and_slope(series: Array, place: Array) -> tuple[Array, Array]:
    """The value and the slope of each power series at its place."""
    value, slope = series[-1].copy(), np.zeros_like(place)
    for coefficient in series[-2::-1]:
        slope *= place
        slope += value
        value *= place
        value += coefficient
    return value, slope
