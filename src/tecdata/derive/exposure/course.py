"""The course of a treatment as stops: when something is given, begins or ends, and what it is."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tecdata.derive.exposure.system import Doses, System

    Array = NDArray[np.float64]

__all__ = ["Course", "course_of"]


@dataclasses.dataclass(frozen=True, slots=True)
class Course:
    """Stops and what happens at each.

    Parameters
    ----------
    stops
        Days since the first dose, ascending in every column, shape (e, 1) for one clock or (e, n) where each
        subject has its own; a subject with fewer stops has its last one again.
    depot, bolus
        mg that reach the absorption site and the central compartment at a stop, shape (e, n).
    inflow
        mg/day that run into the central compartment from a stop on, shape (e, n); None without infusions.
    """

    stops: Array
    depot: Array
    bolus: Array
    inflow: Array | None


def course_of(system: System, doses: Doses, edges: Array) -> Course:
    """The course of given doses, which also stops at ``edges`` (days, shape (k, 1) or (k, n))."""
    times = doses.times if doses.own_times else doses.times[:, None]
    durations = doses.durations if doses.own_times else doses.durations[:, None]
    wide = max(times.shape[1], edges.shape[1])
    parts = (times, times + durations, edges)
    # Nothing is followed before the first dose.
    every = np.concatenate([np.broadcast_to(part, (len(part), wide)) for part in parts])
    stops = _distinct(np.maximum(every, times.min(axis=0)))
    size = doses.amounts.shape[1]
    depot, bolus = np.zeros((2, len(stops), size))
    running = np.zeros((len(stops), size)) if durations.any() else None
    reached, column = doses.reaching(system), np.arange(size)
    for i, entry in enumerate(doses.entry):
        row = np.broadcast_to((stops == times[i]).argmax(axis=0), size)
        long = np.broadcast_to(durations[i], size)
        if entry == "depot":
            depot[row, column] += reached[i]
        else:
            bolus[row, column] += np.where(long > 0, 0.0, reached[i])
        if running is not None and entry == "central":
            inside = (stops >= times[i]) & (stops < times[i] + durations[i])
            running += inside * np.divide(reached[i], long, out=np.zeros(size), where=long > 0)
    return Course(stops, depot, bolus, running)


def _distinct(times: Array) -> Array:
    """Each column's times once and in order, the last again where others have more."""
    ordered = np.sort(times, axis=0)
    last = ordered[-1].copy()
    again = np.zeros(ordered.shape, dtype=bool)
    again[1:] = ordered[1:] == ordered[:-1]
    ordered[again] = np.inf
    ordered.sort(axis=0)
    most = int(np.isfinite(ordered).sum(axis=0).max())
    return np.where(np.isfinite(ordered[:most]), ordered[:most], last)
