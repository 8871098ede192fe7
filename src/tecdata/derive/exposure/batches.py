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

__all__ = ["batches", "expose"]

_SIZE: Final = 2048
#: The fastest subject of a batch is at most this many times as fast as the slowest.
_SPREAD: Final = 1.25


def batches(system: System, *, size: int = _SIZE) -> Iterator[Index]:
    """Subjects by the fastest rate of their model, cut into batches."""
    rate = system.rate(0.0)
    order = np.argsort(rate, kind="stable")
    sorted_rate = rate[order]
    start = 0
    while start < len(order):
        limit = np.searchsorted(sorted_rate, sorted_rate[start] * _SPREAD, side="right")
        end = min(start + size, int(limit))
        yield order[start:end]
        start = end


def expose(
    system: System,
    doses: Doses,
    *,
    threshold: float,
    grid: Array | None = None,
    intervals: Array | None = None,
    threads: int = 1,
) -> Exposure:
    """Exposure of any number of subjects, as :func:`~tecdata.derive.exposure.summary.exposure_of`.

    ``threads`` changes how long it takes and nothing else. The crossings are ordered by subject and time.
    """

    def one(index: Index) -> Exposure:
        return exposure_of(
            system.take(index),
            doses.take(index),
            threshold=threshold,
            grid=grid,
            intervals=intervals,
        )

    parts = list(batches(system))
    if threads == 1 or len(parts) == 1:
        return _joined(system.size, parts, [one(index) for index in parts])
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(threads) as pool:
        return _joined(system.size, parts, list(pool.map(one, parts)))


def _joined(size: int, parts: list[Index], made: list[Exposure]) -> Exposure:
    where = np.argsort(np.concatenate(parts), kind="stable")

    def joined(values: list[Array]) -> Array:
        return np.ascontiguousarray(np.concatenate(values, axis=-1)[..., where])

    subject = np.concatenate([i[e.crossings[0]] for i, e in zip(parts, made, strict=True)])
    time = np.concatenate([e.crossings[1] for e in made])
    rising = np.concatenate([e.crossings[2] for e in made])
    order = np.lexsort((time, subject))
    by_interval = {
        f.name: joined([getattr(e.intervals, f.name) for e in made])
        for f in dataclasses.fields(Intervals)
        if f.name not in ("starts", "ends")
    }
    plain = {
        f.name: joined([getattr(e, f.name) for e in made])
        for f in dataclasses.fields(Exposure)
        if f.name not in ("crossings", "intervals")
    }
    first = made[0].intervals
    return Exposure(
        **plain,
        crossings=(subject[order], time[order], rising[order]),
        intervals=Intervals(first.starts, first.ends, **by_interval),
    )
