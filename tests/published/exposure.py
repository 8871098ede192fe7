"""An independent integration of the published population model, for typical parameters.

Miao et al., Target Oncol 2023;18:667-684, Table 2; ISS stage I, IgG (no covariate factor).
"""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from tests.published.reading import day_of

if TYPE_CHECKING:
    from tecdata.demo.model import Subject

EC90 = 6.04
STEP = 0.05
END = 260.0


@dataclasses.dataclass(frozen=True)
class Exposure:
    auc: float
    days_above: float
    auc_above: float


def simulate(subject: Subject, *, time_dependent: bool = True) -> Exposure:
    weight = float(subject.doses[0].weight_kg)
    doses = {day_of(subject, d.start): 0.718 * float(d.mg) for d in subject.doses}
    clearance, change = 0.449 * (weight / 74) ** 0.704, 0.547 if time_dependent else 0.0
    volume, periphery = 4.13 * (weight / 74) ** 0.358, 1.34 * (weight / 74) ** 1.40

    def slope(t: float, state: tuple[float, ...]) -> tuple[float, ...]:
        depot, central, deep = state
        total = clearance + change * math.exp(-0.0292 * t)
        exchange = 0.0390 / volume * central - 0.0390 / periphery * deep
        return (-0.133 * depot, 0.133 * depot - total / volume * central - exchange, exchange)

    def moved(state: tuple[float, ...], k: tuple[float, ...], by: float) -> tuple[float, ...]:
        return tuple(s + by * d for s, d in zip(state, k, strict=True))

    state: tuple[float, ...] = (0.0, 0.0, 0.0)
    auc = above = auc_above = 0.0
    for step in range(round(END / STEP)):
        t = step * STEP
        if step % round(1 / STEP) == 0 and round(t) in doses:
            state = (state[0] + doses[round(t)], *state[1:])
        k1 = slope(t, state)
        k2 = slope(t + STEP / 2, moved(state, k1, STEP / 2))
        k3 = slope(t + STEP / 2, moved(state, k2, STEP / 2))
        k4 = slope(t + STEP, moved(state, k3, STEP))
        mean = tuple((a + 2 * b + 2 * c + d) / 6 for a, b, c, d in zip(k1, k2, k3, k4, strict=True))
        after = moved(state, mean, STEP)
        c0, c1 = state[1] / volume, after[1] / volume
        auc += STEP * (c0 + c1) / 2
        share, high = _part_above(c0, c1)
        above += STEP * share
        auc_above += STEP * share * high
        state = after
    # What is left at the end leaves by the clearance that does not fade.
    return Exposure(auc + sum(state) / clearance, above, auc_above)


def _part_above(c0: float, c1: float) -> tuple[float, float]:
    """Share of a step above the threshold, and the mean concentration of that share."""
    if min(c0, c1) >= EC90:
        return 1.0, (c0 + c1) / 2
    if max(c0, c1) < EC90:
        return 0.0, 0.0
    return (max(c0, c1) - EC90) / abs(c1 - c0), (max(c0, c1) + EC90) / 2
