"""Exposure of many subjects: areas, peaks, troughs, time above a threshold, profiles on a grid."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import numpy as np

from tecdata.derive.exposure.roots import extremes, time_above
from tecdata.derive.exposure.taylor import REACH, segments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tecdata.derive.exposure.roots import Extremes
    from tecdata.derive.exposure.system import Doses, System
    from tecdata.derive.exposure.taylor import Segment

    Array = NDArray[np.float64]

__all__ = ["Exposure", "Intervals", "exposure_of"]

#: The tail is taken from the limiting clearance once that changes the area by less than this share.
_TAIL: Final = 1e-9
#: No course is followed longer than this many days: a model without an end is told as an error.
_LONGEST: Final = 1e5


@dataclasses.dataclass(frozen=True, slots=True)
class Intervals:
    """Dosing intervals of n subjects; every array has shape (k, n).

    ``cmax`` (mg/L) is reached ``tmax`` days after the interval's start; ``ctrough`` is the concentration at its
    end, before the next dose; ``area`` is in mg·day/L; ``cave`` is it divided by the length.
    """

    starts: Array
    ends: Array
    area: Array
    cmax: Array
    tmax: Array
    ctrough: Array

    @property
    def cave(self) -> Array:
        """Average concentration, mg/L."""
        return self.area / (self.ends - self.starts)[:, None]


@dataclasses.dataclass(frozen=True, slots=True)
class Exposure:
    """Exposure of n subjects; arrays of shape (n,) unless said otherwise.

    Attributes
    ----------
    auc
        Area under the concentration from the first dose to infinity, mg·day/L (µg·day/mL).
    tail
        Share of ``auc`` that stems from the limiting clearance after the last step.
    cmax, tmax
        Highest concentration, mg/L, and when, days since the first dose.
    days_above, auc_above
        Time and area while the concentration is at or above the threshold.
    crossings
        Subject, time (days) and direction (True: rising) of every crossing of the threshold.
    profile
        Concentrations on the grid, shape (len(grid), n).
    intervals
        By dosing interval.
    imbalance
        Largest share of the dose that is neither eliminated nor left: 0 but for rounding.
    """

    auc: Array
    tail: Array
    cmax: Array
    tmax: Array
    days_above: Array
    auc_above: Array
    crossings: tuple[NDArray[np.intp], Array, NDArray[np.bool_]]
    profile: Array
    intervals: Intervals
    imbalance: Array


def exposure_of(
    system: System,
    doses: Doses,
    *,
    threshold: float,
    grid: Array | None = None,
    intervals: Array | None = None,
    reach: float = REACH,
) -> Exposure:
    """Follow subjects from the first dose until nothing is left to learn.

    Parameters
    ----------
    system, doses
        The subjects and what they get.
    threshold
        Concentration in mg/L (µg/mL), above 0.
    grid
        Times of the profile, days since the first dose, ascending.
    intervals
        Edges of dosing intervals, days, ascending, shape (k + 1,).
    reach
        See :func:`tecdata.derive.exposure.taylor.segments`.

    Raises
    ------
    ValueError
        Where drug is still in the body after 100,000 days.

    Examples
    --------
    >>> from tecdata.derive.exposure.system import Doses, System
    >>> one = System.of(clearance=[0.5], central=[5.0])
    >>> float(exposure_of(one, Doses.of([0], [100], "central"), threshold=10.0).auc[0].round(6))
    200.0
    """
    times = np.empty(0) if grid is None else np.asarray(grid, dtype=float)
    edges = np.empty(0) if intervals is None else np.asarray(intervals, dtype=float)
    collected = _Collector(system, doses, threshold, times, edges)
    until = max(edges[-1] if len(edges) else 0.0, times[-1] if len(times) else 0.0)
    for segment in segments(system, doses, edges, reach=reach):
        collected.take(segment)
        done = segment.end >= until and not segment.pending
        if done and collected.complete(segment):
            return collected.result(segment)
        if segment.end > _LONGEST:
            raise ValueError(f"drug is left after {_LONGEST:.0f} days")
    raise AssertionError("segments end only when they are no longer asked for")


class _Collector:
    """Sums up the steps of one batch."""

    def __init__(
        self, system: System, doses: Doses, threshold: float, grid: Array, edges: Array
    ) -> None:
        n, k = system.size, max(len(edges) - 1, 0)
        self.system, self.doses, self.threshold = system, doses, threshold
        self.grid, self.edges = grid, edges
        self.auc, self.gone = np.zeros(n), np.zeros(n)
        self.cmax, self.tmax = np.zeros(n), np.zeros(n)
        self.days, self.area = np.zeros(n), np.zeros(n)
        self.profile = np.zeros((len(grid), n))
        self.by = {name: np.zeros((k, n)) for name in ("area", "cmax", "tmax", "ctrough")}
        self.found: list[tuple[NDArray[np.intp], Array, NDArray[np.bool_]]] = []
        self.last, self.quiet = float(edges[-1]) if k else 0.0, False

    def take(self, segment: Segment) -> None:
        area = segment.area()
        self.auc += area
        self.gone += segment.eliminated
        inside = (self.grid >= segment.start) & (self.grid < segment.end)
        if inside.any():
            self.profile[inside] = segment.at(self.grid[inside])
        if not self.quiet:
            self._look(segment, area)
        if not segment.pending and segment.end >= self.last:
            highest = segment.left / self.system.central
            self.quiet = bool((highest < np.minimum(self.threshold, self.cmax)).all())

    def _look(self, segment: Segment, area: Array) -> None:
        """Peaks, crossings and intervals: until what is left in the body can change none of them."""
        turns = extremes(segment)
        part = time_above(segment, turns, self.threshold)
        self.days += part.days
        self.area += part.area
        if len(part.subject):
            self.found.append((part.subject, part.time, part.rising))
        peak, when = _peak(segment, turns)
        higher = peak > self.cmax
        np.copyto(self.cmax, peak, where=higher)
        np.copyto(self.tmax, when, where=higher)
        here = int(np.searchsorted(self.edges, segment.start, side="right")) - 1
        if 0 <= here < len(self.edges) - 1:
            self._take_interval(here, segment, area, peak, when, turns.values[-1])

    def _take_interval(
        self, here: int, segment: Segment, area: Array, peak: Array, when: Array, last: Array
    ) -> None:
        self.by["area"][here] += area
        higher = peak > self.by["cmax"][here]
        np.copyto(self.by["cmax"][here], peak, where=higher)
        np.copyto(self.by["tmax"][here], when - self.edges[here], where=higher)
        if segment.end == self.edges[here + 1]:
            self.by["ctrough"][here] = last

    def complete(self, segment: Segment) -> bool:
        """Whether the rest follows from what is left: no crossing to come, clearance at its limit."""
        system = self.system
        if not self.quiet:
            return False
        fading = system.transient * np.exp(-system.decay * segment.end) / system.clearance
        fading = np.where(system.decay > 0, fading, 0.0)
        return bool((segment.left / system.clearance * fading <= _TAIL * self.auc).all())

    def result(self, segment: Segment) -> Exposure:
        # A transient clearance that does not fade belongs to the limit.
        constant = np.where(self.system.decay > 0, 0.0, self.system.transient)
        tail = segment.left / (self.system.clearance + constant)
        total = self.auc + tail
        late = self.grid >= segment.end
        self.profile[late] = 0.0 if not late.any() else segment.at(np.array([segment.end]))
        share = np.array([e == "depot" for e in self.doses.entry])[:, None]
        given = (self.doses.amounts * np.where(share, self.system.bioavailability, 1.0)).sum(axis=0)
        given = np.where(given > 0, given, 1.0)
        crossings = [np.concatenate(part) for part in zip(*self.found, strict=True)] or [
            np.empty(0, np.intp),
            np.empty(0),
            np.empty(0, bool),
        ]
        return Exposure(
            auc=total,
            tail=np.divide(tail, total, out=np.zeros_like(total), where=total > 0),
            cmax=self.cmax,
            tmax=self.tmax,
            days_above=self.days,
            auc_above=self.area,
            crossings=(crossings[0], crossings[1], crossings[2]),
            profile=self.profile,
            intervals=Intervals(self.edges[:-1], self.edges[1:], **self.by),
            imbalance=np.abs(given - self.gone - segment.left) / given,
        )


def _peak(segment: Segment, turns: Extremes) -> tuple[Array, Array]:
    """Highest concentration of a step and its time, days since the first dose."""
    first = turns.values[0] >= turns.values[-1]
    peak = np.where(first, turns.values[0], turns.values[-1])
    when = np.where(first, segment.start, segment.end)
    order = np.argsort(turns.value, kind="stable")
    order = order[turns.value[order] > peak[turns.subject[order]]]
    # Of several turning points of a subject the highest is assigned last.
    peak[turns.subject[order]] = turns.value[order]
    when[turns.subject[order]] = segment.start + turns.place[order] * segment.length
    return peak, when
