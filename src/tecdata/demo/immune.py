"""Courses of immunoglobulins, B and T cells.

IgG falls from baseline to below 4 g/L on the day the plan names, stays low afterwards and moves
with each infusion of immunoglobulins; CD19+ cells are below detection from the second week until
the day of recovery.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING

from tecdata.demo.blood import baseline
from tecdata.demo.tables import noise, pairs, rows_of

if TYPE_CHECKING:
    from tecdata.demo.people import Person

__all__ = ["b_cell_days", "b_cells", "first_low_igg", "iga", "igg", "igm", "t_cells"]

#: IgG half-life in days as an exponential rate, and rise in g/L per gram infused.
_IGG_RATE = math.log(2) / 21
_IGG_PER_GRAM = 0.14


@functools.cache
def first_low_igg(number: int) -> int | None:
    """Day of the first IgG below 4 g/L; None where no IgG was measured after the start."""
    (row,) = rows_of("blood", number)
    return int(row["first_low"]) if row["first_low"] else None


@functools.cache
def _infusions(number: int) -> tuple[tuple[int, float], ...]:
    return tuple(
        (day, float(grams))
        for row in rows_of("ivig", number)
        for day, grams in pairs(row["infusions"])
    )


@functools.cache
def _recovery(number: int) -> tuple[tuple[int, float], ...]:
    (row,) = rows_of("cells", number)
    return tuple((day, float(count)) for day, count in pairs(row["b_recovery"]))


def b_cell_days(number: int) -> frozenset[int]:
    """Days whose CD19+ count the plan names; they are never missed."""
    return frozenset(day for day, _ in _recovery(number))


def igg(person: Person, day: int) -> float:
    """IgG in g/L."""
    start, low_day = baseline(person.number)["IGG"], first_low_igg(person.number)
    if day <= 0 or low_day is None:
        return start
    shake = noise("IGG", person.number, day)
    if day < low_day:
        falling = float(start * (3.7 / start) ** (day / low_day))
        return max(falling * (1 + 0.02 * shake), 4.12 + 0.01 * (low_day - day))
    own = 3.45 + 0.25 * shake + _own_recovery(person.number, day)
    if day == low_day:
        return own
    value = own + sum(
        grams * _IGG_PER_GRAM * math.exp(-_IGG_RATE * (day - infused))
        for infused, grams in _infusions(person.number)
        if infused < day
    )
    # No value so near 4 g/L that rounding or another unit would move it across.
    return 3.9 if abs(value - 4.0) < 0.1 else value


def _own_recovery(number: int, day: int) -> float:
    """What returning plasma cells make; enough to stop infusions where these ended early."""
    recovery, infusions = _recovery(number), _infusions(number)
    if not recovery or not infusions:
        return 0.0
    stopped = infusions[-1][0] < 365 and day > infusions[-1][0]
    since = max(day - recovery[0][0], 0)
    return since * (0.012 if stopped else 0.0012)


def iga(person: Person, day: int) -> float:
    """IgA in g/L."""
    return _falling(person, "IGA", day, rate=1 / 24, floor=0.06, recovery=0.0016)


def igm(person: Person, day: int) -> float:
    """IgM in g/L."""
    return _falling(person, "IGM", day, rate=1 / 18, floor=0.04, recovery=0.0012)


def _falling(
    person: Person, test: str, day: int, *, rate: float, floor: float, recovery: float
) -> float:
    start = baseline(person.number)[test]
    if day <= 0:
        return start
    back = _recovery(person.number)
    own = max(day - back[0][0], 0) * recovery if back else 0.0
    value = floor + (start - floor) * math.exp(-day * rate) + own
    return value * (1 + 0.06 * noise(test, person.number, day))


def b_cells(person: Person, day: int) -> float | None:
    """CD19+ cells in 10^9/L; None below detection (0.01)."""
    if day < 0:
        (row,) = rows_of("cells", person.number)
        return float(row["b_baseline"])
    known = [count for known_day, count in _recovery(person.number) if known_day <= day]
    return known[-1] if known else None


def t_cells(person: Person, day: int) -> float:
    """CD3+ cells in 10^9/L."""
    (row,) = rows_of("cells", person.number)
    start = float(row["t_baseline"])
    if day < 0:
        return start
    drop = 0.55 * math.exp(-((day - 4) ** 2) / 60)
    slope = 1 + 0.35 * noise("slope", person.number) * (1 - math.exp(-day / 80))
    return float(start * (slope - drop) * (1 + 0.08 * noise("CD3", person.number, day)))
