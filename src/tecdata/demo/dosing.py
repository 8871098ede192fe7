"""Teclistamab injections: step-up levels, target doses, milligrams by weight."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Literal

from tecdata.demo.model import Dose

if TYPE_CHECKING:
    from tecdata.demo.people import Person

__all__ = ["doses", "last_dose_before"]

TARGET = Decimal("1.5")
_STEPS = (Decimal("0.06"), Decimal("0.3"), Decimal("0.8"))
_KINDS: tuple[Literal["STEP-UP 1", "STEP-UP 2", "STEP-UP 3"], ...] = (
    "STEP-UP 1",
    "STEP-UP 2",
    "STEP-UP 3",
)
_TENTH = Decimal("0.1")
#: Weights found on a later dose day, where the subject was weighed again: (subject, dose) -> kg.
_REWEIGHED = {
    (3, 5): "68.9",
    (3, 6): "68.9",
    (7, 4): "91.6",
    (7, 5): "91.6",
    (7, 6): "91.9",
    (8, 4): "62.4",
    (8, 5): "62.8",
    (8, 6): "63.3",
    (13, 4): "83.3",
    (15, 5): "65.6",
    (18, 3): "53.7",
    (18, 4): "53.9",
}
_HOURS = ("09:30", "10:00", "10:30", "11:15", "13:00")


def doses(person: Person) -> tuple[Dose, ...]:
    """All injections of a subject; their levels add up to the published cumulative dose.

    Raises ``ValueError`` where no number of step-ups and target doses gives that sum.
    """
    levels = _levels(person)
    return tuple(_dose(person, n, level) for n, level in enumerate(levels, 1))


def _levels(person: Person) -> list[Decimal]:
    count = len(person.dose_days)
    for steps in (_STEPS[:2], _STEPS):
        levels = [*steps, *[TARGET] * (count - len(steps))]
        if sum(levels) == person.cumulative:
            return levels
    raise ValueError(f"subject {person.number}: {count} doses cannot be {person.cumulative} mg/kg")


def _dose(person: Person, number: int, level: Decimal) -> Dose:
    weight = Decimal(_REWEIGHED.get((person.number, number), person.weight_kg))
    start = person.date(person.dose_days[number - 1])
    if person.centre in ("HH", "AH"):
        start += "T" + _HOURS[(person.number + number) % len(_HOURS)]
    return Dose(
        number=number,
        start=start,
        mg_per_kg=level,
        mg=(level * weight).quantize(_TENTH, ROUND_HALF_UP),
        weight_kg=weight,
        kind="TARGET" if level == TARGET else _KINDS[number - 1],
    )


def last_dose_before(person: Person, day: int) -> int:
    """Number of the last injection on or before a day (0 before the first)."""
    return sum(dose_day <= day for dose_day in person.dose_days)
