"""An independent integration of the model, as slow and exact as it gets: DOP853 at 1e-12 from dose to dose."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq, minimize_scalar

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tecdata.derive.exposure import Doses, System

    Array = NDArray[np.float64]

END = 3000.0


@dataclasses.dataclass(frozen=True)
class Reference:
    auc: float
    cmax: float
    tmax: float
    days_above: float
    auc_above: float
    crossings: list[float]
    profile: Array


def integrate(system: System, doses: Doses, threshold: float, grid: Array, n: int = 0) -> Reference:
    one = {f.name: float(getattr(system, f.name)[n]) for f in dataclasses.fields(system)}

    def slope(t: float, y: Array, inflow: float) -> list[float]:
        depot, central, deep, _ = y
        c = central / one["central"]
        clearance = one["clearance"] + one["transient"] * np.exp(-one["decay"] * t)
        exchange = one["exchange"] * (c - deep / one["peripheral"])
        entering = one["absorption"] * depot
        return [-entering, entering + inflow - clearance * c - exchange, exchange, c]

    stops = [*np.unique([doses.times, doses.times + doses.durations]), END]
    y = np.zeros(4)
    pieces: list[tuple[float, float, Any]] = []
    for start, end in itertools.pairwise(stops):
        inflow = 0.0
        for i, time in enumerate(doses.times):
            amount = float(doses.amounts[i, n])
            if time == start and doses.entry[i] == "depot":
                y[0] += one["bioavailability"] * amount
            elif time == start and not doses.durations[i]:
                y[1] += amount
            elif doses.durations[i] and time <= start < time + doses.durations[i]:
                inflow += amount / doses.durations[i]
        run = solve_ivp(
            slope, (start, end), y, "DOP853", rtol=1e-12, atol=1e-14, args=(inflow,),
            dense_output=True, max_step=5.0,
        )  # fmt: skip
        pieces.append((float(start), float(end), run.sol))
        y = run.y[:, -1].copy()
    return _read(pieces, one["central"], threshold, grid, float(y[3]))


def _read(
    pieces: list[tuple[float, float, Any]], volume: float, threshold: float, grid: Array, auc: float
) -> Reference:
    profile = np.zeros(len(grid))
    crossings: list[float] = []
    above = area = cmax = tmax = 0.0
    for start, end, curve in pieces:
        inside = (grid >= start) & (grid < end)
        if inside.any():
            profile[inside] = curve(grid[inside])[1] / volume
        times = np.linspace(start, min(end, start + 400), 20001)
        values = curve(times)[1] / volume
        top = int(values.argmax())
        around = (times[max(top - 1, 0)], times[min(top + 1, len(times) - 1)])
        peak = minimize_scalar(
            lambda t, curve=curve: -curve(t)[1], bounds=around, method="bounded",
            options={"xatol": 1e-10},
        )  # fmt: skip
        best = max((float(values[top]), float(times[top])), (-peak.fun / volume, float(peak.x)))
        cmax, tmax = max((cmax, tmax), best)
        over = values >= threshold
        edges = [start]
        for i in np.flatnonzero(over[:-1] != over[1:]):
            root = brentq(
                lambda t, curve=curve: curve(t)[1] / volume - threshold,
                times[i], times[i + 1], xtol=1e-12,
            )  # fmt: skip
            crossings.append(root)
            edges.append(root)
        edges.append(end)
        for low, high in itertools.pairwise(edges):
            if curve((low + min(high, low + 400)) / 2)[1] / volume >= threshold:
                above += high - low
                area += float(curve(high)[3] - curve(low)[3])
    return Reference(auc, cmax, tmax, above, area, crossings, profile)
