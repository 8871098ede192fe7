"""Steps between doses: each is a Taylor series of the amounts in time, exact to about 1e-9 of the state.

The model is linear, so the coefficients of the series follow from the state by a recurrence; the fading
clearance enters as the product of two series. A step is as long as the last coefficient, which bounds the
remainder, stays below its tolerance for every subject of the batch, and never crosses the start or end of a
dose. Its polynomial gives concentrations, areas and crossings at any time inside it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tecdata.derive.exposure.system import Doses, System

    Array = NDArray[np.float64]

__all__ = ["ORDER", "REACH", "Segment", "segments"]

#: Terms of the series.
ORDER: Final = 16
#: What the first step after a dose tries, in units of 1/fastest rate.
REACH: Final = 1.6
#: The longest reach: beyond it the series of a fast process that has died away would blow up rounding errors.
_FARTHEST: Final = 6.5
#: Largest last coefficient, as a share of the amount at the end of the step; what follows it is a fifth of it.
_REMAINDER: Final = 1e-9


@dataclasses.dataclass(frozen=True, slots=True)
class Segment:
    """One step: ``start`` and ``length`` in days, and the concentration as a polynomial.

    ``series`` has shape (ORDER + 1, n): the concentration (mg/L) at ``start + u · length`` is the sum of
    ``series[j] · u**j``. ``left`` (n,) is the amount in the body and at the absorption site at the
    end, mg; ``eliminated`` what was cleared within the step; ``pending`` says whether doses follow.
    """

    start: float
    length: float
    series: Array
    left: Array
    eliminated: Array
    pending: bool

    @property
    def end(self) -> float:
        """Days since the first dose."""
        return self.start + self.length

    def area(self) -> Array:
        """Area under the concentration over the step, mg·day/L, shape (n,)."""
        area: Array = self.length * np.einsum("j,jn->n", _INTEGRAL, self.series)
        return area

    def at(self, times: Array) -> Array:
        """Concentrations at times within the step, shape (len(times), n)."""
        u = (np.asarray(times) - self.start) / self.length
        values: Array = np.einsum("tj,jn->tn", u[:, None] ** _POWERS, self.series)
        return values


_POWERS: Final = np.arange(ORDER + 1)
_INTEGRAL: Final = 1.0 / (_POWERS + 1.0)
_ONES: Final = np.ones(ORDER + 1)


def segments(
    system: System, doses: Doses, stops: Array | None = None, *, reach: float = REACH
) -> Iterator[Segment]:
    """Steps from the first dose on, without end: the caller stops when it has seen enough.

    Parameters
    ----------
    system, doses
        The subjects and what they get; the clock of the fading clearance starts at time 0.
    stops
        Further times at which a step must end, days.
    reach
        Scales the length of the steps; smaller is more exact.

    Yields
    ------
    Segment
        Adjoining steps; the first starts at the first dose.
    """
    state = [np.zeros(system.size) for _ in range(3)]
    breaks = doses.breaks()
    ends = breaks if stops is None else np.unique(np.concatenate([breaks, stops]))
    time, far = float(doses.times[0]), reach
    while True:
        if time in breaks:
            far = reach
            _give(system, doses, time, state)
        following = ends[ends > time]
        stop = float(following[0]) if len(following) else np.inf
        inflow, rate = _inflow(doses, time), float(system.rate(time).max())
        while True:
            end = _end(time, far / rate, stop)
            coefficients = _series(system, state, inflow, time, end - time)
            worst = _remainder(coefficients)
            used = (end - time) * rate
            wanted = used * float((_REMAINDER / max(worst, 1e-40)) ** (1.0 / ORDER))
            if worst <= 2 * _REMAINDER:
                break
            far = 0.9 * wanted
        far = min(0.95 * wanted, 2.0 * max(used, reach), _FARTHEST * reach / REACH)
        depot, central, deep, lost = coefficients
        state = [np.einsum("j,jn->n", _ONES, x) for x in (depot, central, deep)]
        yield Segment(
            start=time,
            length=end - time,
            series=central / system.central,
            left=state[0] + state[1] + state[2],
            eliminated=np.einsum("j,jn->n", _INTEGRAL[:-1], lost),
            pending=bool(breaks[-1] > time),
        )
        time = end


def _end(time: float, length: float, stop: float) -> float:
    """The end of a step: even steps up to the next stop, which is met without rounding."""
    if stop == np.inf:
        return time + length
    steps = np.ceil((stop - time) / length)
    return stop if steps <= 1 else float(time + (stop - time) / steps)


def _give(system: System, doses: Doses, time: float, state: list[Array]) -> None:
    """Add what is given at a time and does not take time."""
    for i in np.flatnonzero(doses.times == time):
        if doses.entry[i] == "depot":
            state[0] = state[0] + system.bioavailability * doses.amounts[i]
        elif not doses.durations[i]:
            state[1] = state[1] + doses.amounts[i]


def _remainder(coefficients: tuple[Array, Array, Array, Array]) -> float:
    """The largest last coefficient of the central amount, as a share of the amount at the end."""
    central = coefficients[1]
    end = np.einsum("j,jn->n", _ONES, central)
    last = np.abs(central[-1])
    return float(np.divide(last, end, out=np.zeros_like(end), where=end > 0).max())


def _inflow(doses: Doses, time: float) -> Array:
    """Rate of the infusions that run at a time, mg/day."""
    rate = np.zeros(doses.amounts.shape[1])
    for i in np.flatnonzero(doses.durations > 0):
        if doses.times[i] <= time < doses.times[i] + doses.durations[i]:
            rate = rate + doses.amounts[i] / doses.durations[i]
    return rate


def _series(
    system: System, state: list[Array], inflow: Array, time: float, length: float
) -> tuple[Array, Array, Array, Array]:
    """Coefficients of the amounts (depot, central, peripheral) and of what is eliminated in a step."""
    shape = (ORDER + 1, system.size)
    d, a, p = np.empty(shape), np.empty(shape), np.empty(shape)
    lost = np.empty((ORDER, system.size))
    d[0], a[0], p[0] = state
    out = length * system.clearance / system.central
    to_deep = length * system.exchange / system.central
    back = length * system.exchange / system.peripheral
    absorbed = length * system.absorption
    fading = length * system.transient / system.central * np.exp(-system.decay * time)
    weights, same = _fading_weights(system.decay * length)
    entering, moved, cleared = (np.empty(system.size) for _ in range(3))
    for j in range(ORDER):
        step = 1.0 / (j + 1)
        # The coefficient of fading(t) · central(t): each of the one series with each of the other.
        np.einsum(same, weights[: j + 1], a[j::-1], out=cleared)
        np.multiply(cleared, fading, out=cleared)
        np.multiply(out, a[j], out=entering)
        np.add(cleared, entering, out=lost[j])
        np.multiply(to_deep, a[j], out=moved)
        np.multiply(back, p[j], out=entering)
        moved -= entering
        np.multiply(moved, step, out=p[j + 1])
        np.multiply(absorbed, d[j], out=entering)
        np.multiply(entering, -step, out=d[j + 1])
        entering -= moved
        entering -= lost[j]
        if j == 0:
            entering += length * inflow
        np.multiply(entering, step, out=a[j + 1])
    return d, a, p, lost


def _fading_weights(exponent: Array) -> tuple[Array, str]:
    """Coefficients of exp(-exponent · u), and how einsum multiplies them: once for all where all fade alike."""
    alike = bool((exponent == exponent[0]).all())
    base = exponent[:1] if alike else exponent
    weights = np.empty((ORDER, len(base)))
    weights[0] = 1.0
    for j in range(1, ORDER):
        np.multiply(weights[j - 1], base * (-1.0 / j), out=weights[j])
    return (weights[:, 0].copy(), "j,jn->n") if alike else (weights, "jn,jn->n")
