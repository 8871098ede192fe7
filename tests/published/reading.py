"""Reads the truth of a subject in one unit per test; factors are written here independently."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from tecdata.demo import cohort

if TYPE_CHECKING:
    from tecdata.demo.model import AdverseEvent, Medication, Result, Subject

FACTORS: dict[tuple[str, str], Fraction] = {
    **{(test, "g/L"): Fraction(1) for test in ("IGG", "IGA", "IGM")},
    **{(test, "mg/dL"): Fraction(1, 100) for test in ("IGG", "IGA", "IGM")},
    ("IGG", "umol/L"): Fraction("0.1499"),
    ("IGA", "umol/L"): Fraction("0.16"),
    ("IGM", "umol/L"): Fraction("0.971"),
    ("HGB", "g/dL"): Fraction(1),
    ("HGB", "mmol/L"): 1 / Fraction("0.6206"),
    ("CREAT", "mg/dL"): Fraction(1),
    ("CREAT", "umol/L"): 1 / Fraction("88.4"),
}
COUNTS = ("WBC", "LYM", "NEUT", "PLAT", "CD19", "CD3")
FACTORS |= {(test, "10^9/L"): Fraction(1) for test in COUNTS}
FACTORS |= {(test, "10^6/L"): Fraction(1, 1000) for test in COUNTS}


def subjects() -> dict[int, Subject]:
    return {subject.number: subject for subject in cohort()}


def day_of(subject: Subject, date: str) -> int:
    """Days since the first dose (which is day 0)."""
    first = datetime.date.fromisoformat(subject.first_dose)
    return (datetime.date.fromisoformat(date[:10]) - first).days


def follow_up_days(subject: Subject) -> int:
    return day_of(subject, subject.last_contact)


def months(subject: Subject) -> Fraction:
    return follow_up_days(subject) / Fraction("30.4375")


def amount(result: Result) -> Fraction:
    assert result.value is not None
    return Fraction(result.value) * FACTORS.get((result.test, result.unit), Fraction(1))


def course(subject: Subject, test: str) -> list[tuple[int, Fraction]]:
    """(day, amount) of all results; a value below the limit counts as a little below it."""
    found = []
    for result in subject.results:
        if result.test == test and result.value is not None:
            below = Fraction(99, 100) if result.operator == "<" else 1
            found.append((day_of(subject, result.start), amount(result) * below))
    return sorted(found)


def baseline(subject: Subject, test: str) -> Fraction | None:
    before = [value for day, value in course(subject, test) if day <= 0]
    return before[-1] if before else None


def excursions(subject: Subject, test: str, limit: Fraction, *, below: bool) -> int:
    """Times a test newly crosses a limit after the first dose; consecutive values are one event."""

    def bad(value: Fraction) -> bool:
        return value < limit if below else value > limit

    values = course(subject, test)
    state = any(bad(value) for day, value in values[-len(values) :] if day <= 0)
    count = 0
    for day, value in values:
        if day > 0:
            count += bad(value) and not state
            state = bad(value)
    return count


def of_term(subject: Subject, *terms: str) -> list[AdverseEvent]:
    return [event for event in subject.events if event.term in terms]


def given_for(subject: Subject, event: AdverseEvent) -> list[Medication]:
    return [given for given in subject.medications if given.key in event.treatments]


def prednisolone_mg(subject: Subject, day: int) -> Decimal:
    """Daily prednisolone on a day, from the intervals of category GLUCOCORTICOID."""
    total = Decimal(0)
    for given in subject.medications:
        if given.category == "GLUCOCORTICOID" and given.dose is not None:
            start = given.start if len(given.start) == 10 else given.start + "-28"
            running = not given.end or day <= day_of(subject, given.end)
            if day_of(subject, start) <= day and running:
                total += given.dose
    return total
