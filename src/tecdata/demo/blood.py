"""Courses of blood counts, enzymes, creatinine and CRP: a baseline, a common shape, and excursions.

Excursions of ``data/blood.csv`` are the laboratory abnormalities the case series counts; between
them the generated values stay on the good side of every threshold by a margin.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from tecdata.demo.tables import noise, rows_of

if TYPE_CHECKING:
    from tecdata.demo.people import Person

__all__ = ["ROUTINE", "baseline", "excursions", "routine"]

#: Tests of the routine panel, in the order of the report.
ROUTINE = ("WBC", "LYM", "NEUT", "PLAT", "HGB", "CREAT", "ALT", "AST", "LDH", "CRP")

#: Baseline column -> factor to the truth's own unit (haemoglobin is written in g/dL there).
_SCALE = {"HGB": 10.0}


@functools.cache
def baseline(number: int) -> dict[str, float]:
    """Values before treatment of the subject with this number, in the truth's own units."""
    (row,) = rows_of("blood", number)
    tests = ("IGG", "IGA", "IGM", *ROUTINE[1:])
    return {test: float(row[test]) * _SCALE.get(test, 1.0) for test in tests}


@functools.cache
def excursions(number: int) -> dict[tuple[str, int], float]:
    """Hand-set values by test and day."""
    (row,) = rows_of("blood", number)
    found = {}
    for part in row["excursions"].split():
        test, _, rest = part.partition("@")
        day, _, value = rest.partition(":")
        found[test, int(day)] = float(value) * _SCALE.get(test, 1.0)
    return found


def routine(person: Person, test: str, day: int) -> float:
    """Value of a routine test on a day, in the truth's own unit."""
    if test == "WBC":
        return (routine(person, "LYM", day) + routine(person, "NEUT", day)) * 1.1 + 0.1
    fixed = excursions(person.number).get((test, day))
    if fixed is not None:
        return fixed
    start = baseline(person.number)[test]
    shake = noise("blood", person.number, test, day)
    if day <= person.baseline_day:
        return start
    return _SHAPES[test](start, day, shake)


def _lymphocytes(start: float, day: int, shake: float) -> float:
    # Redistribution after the step-up doses, then slow return.
    if 0 < day <= 9:
        return max(0.66 + 0.06 * shake, start * (0.68 + 0.06 * shake))
    late = 1.0 - 0.2 * math.exp(-day / 40) if day > 0 else 1.0
    return max(0.70 + 0.05 * shake, start * late * (1 + 0.1 * shake))


def _neutrophils(start: float, day: int, shake: float) -> float:
    dexamethasone = 1.35 if 0 < day <= 9 else 1.0
    return max(2.45 + 0.2 * shake, start * dexamethasone * (1 + 0.14 * shake))


def _platelets(start: float, day: int, shake: float) -> float:
    early = 0.86 if 0 < day <= 16 else 1.0
    return max(128.0 + 6 * shake, start * early * (1 + 0.08 * shake))


def _haemoglobin(start: float, day: int, shake: float) -> float:
    early = 0.95 if 3 < day <= 30 else 1.0
    return max(105.0 + 2 * shake, start * early * (1 + 0.03 * shake))


def _creatinine(start: float, _: int, shake: float) -> float:
    return min(start * (1 + 0.07 * shake), 1.32)


def _enzyme(normal: float) -> Callable[[float, int, float], float]:
    def value(start: float, day: int, shake: float) -> float:
        # Enzymes raised by myositis fall with it; normal ones stay where they were.
        raised = max(start - normal, 0.0)
        falling = raised * math.exp(-max(day, 0) / 22)
        return (min(start, normal) + falling) * (1 + 0.05 * shake)

    return value


def _crp(start: float, day: int, shake: float) -> float:
    settled = start if day < 0 else 1.2 + (start - 1.2) * math.exp(-day / 45)
    return max(settled * (1 + 0.45 * shake), 0.3)


_SHAPES: dict[str, Callable[[float, int, float], float]] = {
    "LYM": _lymphocytes,
    "NEUT": _neutrophils,
    "PLAT": _platelets,
    "HGB": _haemoglobin,
    "CREAT": _creatinine,
    "ALT": _enzyme(32.0),
    "AST": _enzyme(30.0),
    "LDH": _enzyme(230.0),
    "CRP": _crp,
}
