"""Steps between doses: each is a series of the concentration in time, exact to about 1e-9 of itself.

The model is linear, so the terms of the series follow from the state by a recurrence; the fading clearance enters as
the product of two series. A step is as long as the last terms, which bound the remainder, stay below their tolerance
for every subject of the batch, and never crosses the start or end of a dose. Its series gives concentrations, areas
and crossings at any time inside it.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy import add, multiply, subtract

from tecdata.derive.exposure.course import course_of
from tecdata.derive.exposure.series import (
    ORDER,
    PASCAL,
    SCALE,
    area_row,
    combine,
    fading_weights,
    slope_rows,
    value_rows,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tecdata.derive.exposure.system import Doses, System

    Array = NDArray[np.float64]

__all__ = ["REACH", "Segment", "segments"]

#: What a step after a dose tries, in units of 1/fastest rate.
REACH: Final = 4.0
#: The longest reach, of later steps, when fast processes have died away.
_FARTHEST: Final = 10.0
#: How many time constants of a process that has died away one step may take: beyond it rounding errors grow.
_STABLE: Final = 7.0
#: The shift of the series in units of the fastest rate: the middle of the rates.
_MIDDLE: Final = 0.5
#: Clearance that fades counts as gone when all that is left of it clears less than this share.
_FADED: Final = 1e-10
#: Largest of the last terms, as a share of the concentration at the end of the step.
_REMAINDER: Final = 1e-8


@dataclasses.dataclass(frozen=True, slots=True)
class Segment:
    """One step of n subjects, whose memory the next step takes over.

    ``start`` and ``end`` (days since the first dose) and ``length`` have shape (1,) for one clock, (n,) where each subject has its own. The
    concentration (mg/L) is ``series`` (ORDER + 1, n) with ``shift``, see :mod:`tecdata.derive.exposure.series`;
    ``last`` (n,) is its value at the end, ``area`` (n,) the area under it, mg·day/L. ``left`` (n,) is the amount in the body and at the absorption site at the
    end, mg; ``eliminated`` what was cleared within the step; ``pending`` says whether stops follow.
    """

    start: Array
    end: Array
    length: Array
    shift: float
    series: Array
    last: Array
    area: Array
    left: Array
    eliminated: Array
    pending: bool

    def when(self, subject: NDArray[np.intp], place: Array) -> Array:
        """Days since the first dose at places (shares of the step) of some subjects."""
        one = len(self.start) == 1
        start, length = (part if one else part[subject] for part in (self.start, self.length))
        return np.asarray(start + place * length)


def segments(
    system: System, doses: Doses, edges: Array | None = None, *, reach: float = REACH
) -> Iterator[Segment]:
    """Steps from the first dose on, without end: the caller stops when it has seen enough.

    Parameters
    ----------
    system, doses
        The subjects and what they get; the clock of the fading clearance starts at time 0.
    edges
        Further times at which a step must end, days, shape (k, 1) or (k, n).
    reach
        Scales the length of the steps; smaller is more exact.

    Yields
    ------
    Segment
        Adjoining steps; the first starts at the first dose.
    """
    course = course_of(system, doses, np.empty((0, 1)) if edges is None else edges)
    body, time = _Body(system), course.stops[0]
    for row in range(len(course.stops)):
        body.give(course.depot[row], course.bolus[row])
        body.inflow = None if course.inflow is None else course.inflow[row]
        until = course.stops[row + 1] if row + 1 < len(course.stops) else None
        far = reach
        for taken in itertools.count():
            end, far = _try(body, time, until, far, settled=until is None and taken > 1)
            # Later steps may reach farther, when fast processes have died away.
            far = min(far, _FARTHEST * reach / REACH)
            yield body.step(time, end, pending=until is not None)
            time = end
            if end is until:
                break


def _try(
    body: _Body, time: Array, until: Array | None, far: float, *, settled: bool
) -> tuple[Array, float]:
    """Make the series of the next step, shorter until it is exact; its end, and how far the next may reach.

    Where fast processes have ``settled``, the series is best about the rates at which concentrations fall.
    """
    body.fades = body.fading(time)
    rate = body.rate()
    if len(time) == 1:
        rate = rate.max(keepdims=True)
    while True:
        end = _end(time, far / rate, until)
        length = end - time
        used = float((rate * length).max())
        shift = _MIDDLE * used
        if settled:
            # Nothing falls faster than its fastest rate; what seems to is the rounding of next to nothing.
            shift = min(max(body.settled(length), used - _STABLE), used)
        worst = body.try_step(length, shift)
        wanted = used * float((_REMAINDER / max(worst, 1e-40)) ** (1.0 / ORDER))
        if worst <= 2 * _REMAINDER:
            return end, min(0.95 * wanted, 2.0 * max(used, far))
        far = 0.9 * wanted


def _end(time: Array, length: Array, until: Array | None) -> Array:
    """The end of a step: the next stop, or even steps, of all subjects as many, up to it."""
    if until is None:
        return time + length
    gap = until - time
    steps = int(np.ceil((gap / length).max()))
    return until if steps <= 1 else time + gap / steps


class _Body:
    """The state of a batch, and the series of its next step.

    ``depot`` is in mg; ``central`` and ``deep``, the amounts of the compartments, are divided by the central volume.
    """

    def __init__(self, system: System) -> None:
        """Nothing in any compartment yet."""
        n = system.size
        self.system = system
        self.depot, self.central, self.deep = np.zeros((3, n))
        self.inflow: Array | None = None
        self.falls = np.zeros(n)
        self.shift = 0.0
        self.out = system.clearance / system.central
        self.to_deep = system.exchange / system.central
        self.back = system.exchange / system.peripheral
        self.constant = self.out + self.to_deep + self.back
        self.fades = np.zeros(n)
        self.alike = bool((system.decay == system.decay[0]).all())
        # The terms of the concentration and of the deep compartment.
        self.c, self.p = np.empty((2, ORDER + 1, n))
        self.rows_c, self.rows_p = list(self.c), list(self.p)
        self.faded = np.empty(n)
        self.more = np.empty(n)

    def give(self, depot: Array, bolus: Array) -> None:
        """Amounts into the depot and into the central compartment."""
        self.depot += depot
        self.central += bolus / self.system.central

    def fading(self, time: Array) -> Array:
        """The rate of the clearance that fades at a time, 1/day."""
        system = self.system
        decay = system.decay[:1] if self.alike and len(time) == 1 else system.decay
        rate: Array = system.transient * np.exp(-decay * time) / system.central
        return rate

    def rate(self) -> Array:
        """The fastest rate of each subject from now on, 1/day."""
        rate = self.constant + self.fades
        np.maximum(rate, self.system.absorption, out=rate)
        # The fading itself sets the pace for as long as there is something that fades.
        decay = self.system.decay
        return np.maximum(rate, np.where(self.fades > _FADED * decay, decay, 0.0), out=rate)

    def settled(self, length: Array) -> float:
        """The shift for the next step where it follows another: the middle of the rates concentrations fall at."""
        here = self.last > 0
        falls = (self.falls * length)[here] / self.last[here]
        return max(float(falls.min() + falls.max()) / 2, 0.0) if len(falls) else 0.0

    def try_step(self, length: Array, shift: float) -> float:
        """Make the series of a step; returns its last terms as a share of the end value."""
        system, end, self.shift = self.system, np.ones(1), shift
        decay = length * (system.decay[:1] if self.alike and len(length) == 1 else system.decay)
        lost = self._series(length, fading_weights(decay))
        rows = [value_rows(end, shift)[0], area_row(shift), slope_rows(end, shift)[0]]
        if lost is None:
            rows.append(area_row(shift + float(decay[0])))
        self.rows = np.stack(rows)
        self.last, self.area, self.slope, *faded = combine(self.rows, self.c)
        self.lost = faded[0] if lost is None else lost
        least = -_REMAINDER * (self.central + self.depot / system.central)
        if (self.last < least).any():
            return 1.0  # no concentration falls below zero
        # The term before the last may only by chance be larger or smaller than the last lets expect.
        term = np.maximum(np.abs(self.c[-1]), np.abs(self.c[-2]) * shift)
        term *= SCALE[-1] * np.exp(-shift)
        here = self.last > 0
        return float(np.divide(term, self.last, out=np.zeros_like(term), where=here).max())

    def _series(self, length: Array, weights: Array) -> Array | None:
        """The terms of a step; also the share of it that fades, where that differs between subjects."""
        system, shift = self.system, self.shift
        fades = length * self.fades
        entering = (length * system.absorption / system.central) * self.depot
        slower = shift - length * system.absorption
        stays = shift - length * (self.out + self.to_deep)
        deep, back = length * self.to_deep, length * self.back
        waits = shift - back
        running = None if self.inflow is None else length * self.inflow / system.central
        c, p, faded, more = self.rows_c, self.rows_p, self.faded, self.more
        alike = weights.shape[1] == 1
        convolve, area = _convolution(weights), area_row(shift)
        lost = None if alike else np.zeros(system.size)
        c[0][:], p[0][:] = self.central, self.deep
        for j in range(ORDER):
            convolve(j, self.c, faded)
            if lost is not None:
                lost += area[j] * faded
            multiply(fades, faded, faded)
            multiply(stays, c[j], c[j + 1])
            subtract(c[j + 1], faded, c[j + 1])
            multiply(back, p[j], more)
            add(c[j + 1], more, c[j + 1])
            add(c[j + 1], entering, c[j + 1])
            multiply(entering, slower, entering)
            if running is not None:
                c[j + 1] += running
                running = running * shift
            multiply(deep, c[j], more)
            multiply(waits, p[j], p[j + 1])
            add(p[j + 1], more, p[j + 1])
        return lost

    def step(self, time: Array, end: Array, *, pending: bool) -> Segment:
        """Take the step that was tried."""
        system, length = self.system, end - time
        np.divide(-self.slope, length, out=self.falls, where=length > 0)
        eliminated = system.central * length * (self.out * self.area + self.fades * self.lost)
        self.central = self.last
        self.deep = combine(self.rows[:2], self.p)[0]
        self.depot = self.depot * np.exp(-length * system.absorption)
        left = system.central * (self.central + self.deep) + self.depot
        return Segment(
            start=time,
            end=end,
            length=length,
            shift=self.shift,
            series=self.c,
            last=self.last,
            area=length * self.area,
            left=left,
            eliminated=eliminated,
            pending=pending,
        )


def _convolution(weights: Array) -> Callable[[int, Array, Array], None]:
    """What multiplies the terms of the fading share with those of the concentration, up to the j-th."""
    alike = weights.shape[1] == 1
    how = "j,jn->n" if alike else "jn,jn->n"
    table = [PASCAL[j, : min(j + 1, len(weights)), None] * weights[: j + 1] for j in range(ORDER)]
    rows = [row[:, 0] for row in table] if alike else table

    def convolve(j: int, series: Array, out: Array) -> None:
        backwards = series[max(j + 1 - len(weights), 0) : j + 1][::-1]
        np.einsum(how, rows[j], backwards, out=out)

    return convolve
