"""Exposure of many subjects: areas, peaks, troughs, time above a threshold, profiles on a grid."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import numpy as np

from tecdata.derive.exposure.profile import Profile
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
_TAIL: Final = 1e-8
#: No course is followed longer than this many days: a model without an end is told as an error.
_LONGEST: Final = 1e5


@dataclasses.dataclass(frozen=True, slots=True)
class Intervals:
    """Dosing intervals of n subjects; every array has shape (k, n), ``starts`` and ``ends`` (days) perhaps (k, 1).

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
        return self.area / (self.ends - self.starts)


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

    def take(self, index: slice) -> Exposure:
        """The subjects of a slice, numbered from 0 again."""
        subject, time, rising = self.crossings
        here = (subject >= index.start) & (subject < index.stop)
        values = {
            field.name: getattr(self, field.name)[..., index]
            for field in dataclasses.fields(self)
            if field.name not in ("crossings", "intervals")
        }
        by = {
            field.name: getattr(self.intervals, field.name)
            for field in dataclasses.fields(Intervals)
        }
        return Exposure(
            **values,
            crossings=(subject[here] - index.start, time[here], rising[here]),
            intervals=Intervals(
                **{name: v[:, index] if v.shape[1] > 1 else v for name, v in by.items()}
            ),
        )


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
        Times of the profile, days since the first dose: shape (t,), ascending, or (t, n).
    intervals
        Edges of dosing intervals, days, ascending: shape (k + 1,), or (k + 1, n). A subject with fewer intervals than
        others has its last edge again, and 0 in intervals without a length.
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
    times, edges = _columns(grid), _columns(intervals)
    collected = _Collector(system, doses, threshold, times, edges)
    for segment in segments(system, doses, edges, reach=reach):
        collected.take(segment)
        if collected.complete(segment):
            return collected.result(segment)
        if segment.end.min() > _LONGEST:
            raise ValueError(f"drug is left after {_LONGEST:.0f} days")
    raise AssertionError("segments end only when they are no longer asked for")


def _columns(given: Array | None) -> Array:
    """Times with a column for all subjects, or one for each."""
    if given is None:
        return np.empty((0, 1))
    times = np.asarray(given, dtype=float)
    return times if times.ndim > 1 else times[:, None]


class _Collector:
    """Sums up the steps of one batch."""

    def __init__(
        self, system: System, doses: Doses, threshold: float, grid: Array, edges: Array
    ) -> None:
        """Nothing yet, for the days of ``grid`` and the intervals between ``edges``."""
        n, k = system.size, max(len(edges) - 1, 0)
        self.system, self.doses, self.threshold = system, doses, threshold
        self.profile = Profile(grid, n)
        self.edges = edges
        self.auc, self.gone = np.zeros(n), np.zeros(n)
        self.cmax, self.tmax = np.zeros(n), np.zeros(n)
        self.days, self.area = np.zeros(n), np.zeros(n)
        self.by = {name: np.zeros((k, n)) for name in ("area", "cmax", "tmax", "ctrough")}
        self.found: list[tuple[NDArray[np.intp], Array, NDArray[np.bool_]]] = []
        self.last = edges[-1] if k else np.zeros(1)
        self.quiet = False

    def take(self, segment: Segment) -> None:
        """Adds what happened in one segment of time."""
        self.auc += segment.area
        self.gone += segment.eliminated
        self.profile.take(segment)
        if not self.quiet:
            self._look(segment)
        if not segment.pending and (segment.end >= self.last).all():
            highest = segment.left / self.system.central
            self.quiet = bool((highest < np.minimum(self.threshold, self.cmax)).all())

    def _look(self, segment: Segment) -> None:
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
        if len(self.edges) > 1:
            self._take_interval(segment, peak, when)

    def _take_interval(self, segment: Segment, peak: Array, when: Array) -> None:
        """What the step is to the dosing interval it lies in; a step without a length is to none."""
        here = (self.edges <= segment.start).sum(axis=0) - 1
        inside = (here >= 0) & (here < len(self.edges) - 1) & (segment.length > 0)
        if not inside.any():
            return
        column = np.arange(self.system.size)
        if len(inside) > 1:
            column = column[inside]
        here = np.broadcast_to(here, self.system.size)[column]
        start, end = (
            np.broadcast_to(part, (len(self.edges), self.system.size))[here + more, column]
            for part, more in ((self.edges, 0), (self.edges, 1))
        )
        self.by["area"][here, column] += segment.area[column]
        higher = peak[column] > self.by["cmax"][here, column]
        row, those = here[higher], column[higher]
        self.by["cmax"][row, those] = peak[those]
        self.by["tmax"][row, those] = when[those] - start[higher]
        over = np.broadcast_to(segment.end, self.system.size)[column] == end
        self.by["ctrough"][here[over], column[over]] = segment.last[column[over]]

    def complete(self, segment: Segment) -> bool:
        """Whether the rest follows from what is left: no crossing to come, clearance at its limit."""
        system = self.system
        if segment.pending or not self.quiet or not self.profile.complete(segment):
            return False
        fading = system.transient * np.exp(-system.decay * segment.end) / system.clearance
        fading = np.where(system.decay > 0, fading, 0.0)
        return bool((segment.left / system.clearance * fading <= _TAIL * self.auc).all())

    def result(self, segment: Segment) -> Exposure:
        """What all segments come to."""
        # A transient clearance that does not fade belongs to the limit.
        constant = np.where(self.system.decay > 0, 0.0, self.system.transient)
        tail = segment.left / (self.system.clearance + constant)
        total = self.auc + tail
        given = self.doses.reaching(self.system).sum(axis=0)
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
            profile=self.profile.values,
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
    subject = turns.subject[order]
    peak[subject] = turns.value[order]
    when[subject] = segment.when(subject, turns.place[order])
    return peak, when
