"""Many subjects in batches of like speed: a slow subject does not take the steps of a fast one.

Batches depend on the subjects alone, so that results are the same bytes however many threads there are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from tecdata.derive.exposure.summary import Exposure, Intervals, exposure_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tecdata.derive.exposure.system import Doses, System

    Array = NDArray[np.float64]
    Index = NDArray[np.intp]

__all__ = ["batches", "expose", "expose_batches"]

_SIZE: Final = 8192
#: The fastest subject of a batch is at most this many times as fast as the slowest; of a small batch, whose steps
#: cost the same however few subjects take them, more.
_SPREAD, _SMALL, _SPREAD_OF_SMALL = 1.3, 1024, 2.0


def batches(system: System, *, size: int = _SIZE) -> Iterator[Index]:
    """Subjects by the fastest rate of their model, cut into batches."""
    rate = system.rate(0.0)
    order = np.argsort(rate, kind="stable")
    sorted_rate = rate[order]
    start = 0
    while start < len(order):
        near, far = np.searchsorted(
            sorted_rate, sorted_rate[start] * np.array([_SPREAD, _SPREAD_OF_SMALL]), side="right"
        )
        end = min(start + size, max(int(near), min(start + _SMALL, int(far))))
        yield order[start:end]
        start = end


def expose_batches(
    system: System,
    doses: Doses,
    *,
    threshold: float,
    grid: Array | None = None,
    intervals: Array | None = None,
    threads: int = 1,
) -> Iterator[tuple[Index, Exposure]]:
    """The exposure of each batch with the subjects it is of, in the order of :func:`batches`.

    As :func:`~tecdata.derive.exposure.summary.exposure_of`; ``threads`` changes how long it takes and nothing
    else.
    """

    def one(index: Index) -> tuple[Index, Exposure]:
        made = exposure_of(
            system.take(index),
            doses.take(index),
            threshold=threshold,
            grid=_own(grid, index),
            intervals=_own(intervals, index),
        )
        return index, made

    parts = list(batches(system))
    if threads == 1 or len(parts) == 1:
        yield from map(one, parts)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(one, parts)


def _own(times: Array | None, index: Index) -> Array | None:
    """The times of some subjects; those that all share stay as they are."""
    return times if times is None or times.ndim == 1 else times[:, index]


def expose(
    system: System,
    doses: Doses,
    *,
    threshold: float,
    grid: Array | None = None,
    intervals: Array | None = None,
    threads: int = 1,
) -> Exposure:
    """The exposure of any number of subjects, in their order; see :func:`expose_batches`.

    The crossings are ordered by subject and time.
    """
    own_edges = intervals is not None and intervals.ndim > 1
    joined = _Joined(system.size, own_edges=own_edges)
    for index, made in expose_batches(
        system, doses, threshold=threshold, grid=grid, intervals=intervals, threads=threads
    ):
        joined.put(index, made)
    return joined.result()


class _Joined:
    """The exposures of batches, each put where its subjects belong."""

    def __init__(self, size: int, *, own_edges: bool) -> None:
        """Nothing yet, of ``size`` subjects."""
        self.size, self.own_edges = size, own_edges
        self.values: dict[str, Array] = {}
        self.crossings: list[tuple[Index, Array, NDArray[np.bool_]]] = []
        self.edges: tuple[Array, Array] = (np.empty((0, 1)), np.empty((0, 1)))

    def put(self, index: Index, made: Exposure) -> None:
        """What was made of the subjects ``index`` goes to their places."""
        for field in dataclasses.fields(Exposure):
            if field.name not in ("crossings", "intervals"):
                self._scatter(field.name, index, getattr(made, field.name))
        for name in _BY_INTERVAL:
            self._scatter(f"intervals.{name}", index, getattr(made.intervals, name))
        subject, time, rising = made.crossings
        self.crossings.append((index[subject], time, rising))
        starts, ends = made.intervals.starts, made.intervals.ends
        if not self.own_edges:
            self.edges = (starts, ends)
        else:
            self._scatter("intervals.starts", index, starts)
            self._scatter("intervals.ends", index, ends)
            self.edges = (self.values["intervals.starts"], self.values["intervals.ends"])

    def _scatter(self, name: str, index: Index, value: Array) -> None:
        """Values of some subjects go to their columns."""
        if name not in self.values:
            self.values[name] = np.empty((*value.shape[:-1], self.size))
        self.values[name][..., index] = value

    def result(self) -> Exposure:
        """All parts as one exposure, crossings sorted by subject and time."""
        columns = zip(*self.crossings, strict=True)
        subject, time, rising = (np.concatenate(column) for column in columns)
        order = np.lexsort((time, subject))
        plain = {name: v for name, v in self.values.items() if "." not in name}
        by = {name: self.values[f"intervals.{name}"] for name in _BY_INTERVAL}
        return Exposure(
            **plain,
            crossings=(subject[order], time[order], rising[order]),
            intervals=Intervals(*self.edges, **by),
        )


_BY_INTERVAL: Final = ("area", "cmax", "tmax", "ctrough")
