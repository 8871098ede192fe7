"""Adverse events as the centre recorded them (laboratory abnormalities are results)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal, cast

from tecdata.demo.dosing import last_dose_before
from tecdata.demo.model import AdverseEvent
from tecdata.demo.tables import rows_of
from tecdata.demo.words import word

if TYPE_CHECKING:
    from tecdata.demo.people import Person

__all__ = ["CRS", "crs_days", "events"]

CRS = "CYTOKINE RELEASE SYNDROME"
_OUTCOMES = {
    "R": "RECOVERED/RESOLVED",
    "S": "RECOVERED/RESOLVED WITH SEQUELAE",
    "N": "NOT RECOVERED/NOT RESOLVED",
    "F": "FATAL",
}


def crs_days(person: Person) -> tuple[int, ...]:
    """Days on which an episode of CRS began."""
    return tuple(int(r["day"]) for r in rows_of("events", person.number) if r["term"] == CRS)


def events(person: Person, treated_by: dict[str, tuple[str, ...]]) -> tuple[AdverseEvent, ...]:
    """A subject's events by onset; ``treated_by`` maps the reference of an event to CM keys."""
    found = sorted(rows_of("events", person.number), key=lambda row: int(row["day"]))
    return tuple(
        _event(person, number, row, treated_by.get(row["ref"], ()))
        for number, row in enumerate(found, 1)
    )


def _event(
    person: Person, number: int, row: dict[str, str], treatments: tuple[str, ...]
) -> AdverseEvent:
    day, crs = int(row["day"]), row["term"] == CRS
    grade, hospital = int(row["grade"]), row["hospital"] == "Y"
    return AdverseEvent(
        key=str(number),
        term=row["term"],
        verbatim=word(person.centre, "AETERMS", row["term"], person.number + number),
        start=person.date(day),
        end=person.date(int(row["end"])) if row["end"] else "",
        grade=grade,
        scale="ASTCT 2019" if crs else "CTCAE V5.0",
        serious=hospital or grade == 5,
        hospitalised=hospital,
        related=cast(
            Literal["RELATED", "NOT RELATED", "POSSIBLY RELATED"],
            row["related"],
        ),
        outcome=_OUTCOMES[row["outcome"]],
        dose=last_dose_before(person, day),
        treatments=treatments,
        temperature_c=Decimal(row["temp"]) if crs else None,
        hypotension=(row["hypotension"] == "Y") if crs else None,
        # A grade 2 without hypotension is one with low-flow oxygen (ASTCT 2019).
        hypoxia=(grade == 2 and row["hypotension"] == "N") if crs else None,
    )
