"""Errors in medication."""

from __future__ import annotations

import dataclasses
from random import Random
from typing import TYPE_CHECKING

from tecdata.demo.planting_change import (
    Free,
    days_after,
    in_medication,
    one_of,
    replaced,
)
from tecdata.demo.planting_model import Change, MakeChange, TruthKind

if TYPE_CHECKING:
    from tecdata.demo.model import Medication, Subject

__all__ = ["KINDS"]

_ALL = ("BE", "HH", "HD", "AH", "TU")


def _courses(subject: Subject, free: Free) -> list[Medication]:
    """Medication with whole dates; premedication belongs to the doses."""
    return [
        m
        for m in subject.medications
        if m.category not in ("PRIOR THERAPY", "PREMEDICATION")
        and len(m.start) >= 10
        and free("CM", m.key)
        and free("CM")
    ]


def _medication_end_first(subject: Subject, pick: Random, free: Free) -> Change | None:
    given = one_of(
        [
            m
            for m in subject.medications
            if m.end and len(m.start) >= 10 and free("CM", m.key) and m.category != "PREMEDICATION"
        ],
        pick,
    )
    if given is None:
        return None
    end = days_after(given.start, -pick.randint(2, 30))
    return in_medication(subject, given, "end", end=end)


def _medication_ongoing_ended(subject: Subject, pick: Random, free: Free) -> Change | None:
    given = one_of(
        [
            m
            for m in subject.medications
            if m.end and free("CM", m.key) and m.category != "PREMEDICATION"
        ],
        pick,
    )
    return in_medication(subject, given, "ongoing", ongoing=True) if given else None


def _medication_after_contact(subject: Subject, pick: Random, free: Free) -> Change | None:
    fit = [
        m
        for m in subject.medications
        if m.category == "IMMUNOGLOBULIN REPLACEMENT" and free("CM", m.key)
    ]
    given = one_of(fit, pick)
    if given is None or not free("DM", "last_contact"):
        return None
    start = days_after(subject.last_contact, pick.randint(20, 90))
    change = in_medication(subject, given, "start", start=start, end=start)
    return dataclasses.replace(change, claims=(*change.claims, ("DM", "last_contact")))


def _medication_after_death(subject: Subject, pick: Random, free: Free) -> Change | None:
    given = one_of(_courses(subject, free), pick)
    if given is None or not subject.death:
        return None
    start = days_after(subject.death, pick.randint(5, 60))
    return in_medication(subject, given, "start", start=start, end="", ongoing=False)


def _medication_without_unit(subject: Subject, pick: Random, free: Free) -> Change | None:
    fit = [m for m in subject.medications if m.unit and m.dose and free("CM", m.key)]
    given = one_of(fit, pick)
    return in_medication(subject, given, "unit", unit="") if given else None


def _medication_twice(subject: Subject, pick: Random, free: Free) -> Change | None:
    fit = [m for m in subject.medications if len(m.start) >= 10 and free("CM", m.key)]
    given = one_of(fit, pick)
    if given is None:
        return None
    numbers = [int(m.key[1:]) for m in subject.medications if m.key[1:].isdigit()]
    copy = dataclasses.replace(given, key=f"M{max(numbers, default=0) + 1}")
    change = in_medication(subject, given, "key")
    return dataclasses.replace(
        change,
        subject=dataclasses.replace(
            subject, medications=replaced(subject.medications, given, given, copy)
        ),
        record={"CMDECOD": given.name, "CMSTDTC": given.start},
        was="once",
        now=f"again as {copy.key}",
        claims=(("CM", given.key), ("CM", copy.key)),
    )


def _treatment_before_event(subject: Subject, pick: Random, free: Free) -> Change | None:
    by_key = {m.key: m for m in subject.medications}
    fit = [
        (e, by_key[key])
        for e in subject.events
        for key in e.treatments
        if key in by_key and len(by_key[key].start) >= 10 and free("CM", key) and free("AE", e.key)
    ]
    pair = one_of(fit, pick)
    if pair is None:
        return None
    event, given = pair
    start = days_after(event.start, -pick.randint(40, 90))
    change = in_medication(subject, given, "start", domains=("CM", "AE"), start=start)
    return dataclasses.replace(change, claims=(*change.claims, ("AE", event.key)))


def _medication_dose_half(subject: Subject, pick: Random, free: Free) -> Change | None:
    given = one_of([m for m in _courses(subject, free) if m.dose], pick)
    if given is None or given.dose is None:
        return None
    return in_medication(subject, given, "dose", dose=given.dose / 2)


def _medication_left_out(subject: Subject, pick: Random, free: Free) -> Change | None:
    fit = [m for m in _courses(subject, free) if m.category == "IMMUNOGLOBULIN REPLACEMENT"]
    given = one_of(fit, pick)
    if given is None:
        return None
    change = in_medication(subject, given, "name")
    medications = replaced(subject.medications, given)
    return dataclasses.replace(
        change, subject=dataclasses.replace(subject, medications=medications), now="nothing"
    )


def _kind(
    name: str,
    make: MakeChange,
    *expected: str,
    unseen: str = "",
    centres: tuple[str, ...] = _ALL,
) -> TruthKind:
    return TruthKind(
        name=name, rows="medications", make=make, expected=expected, unseen=unseen, centres=centres
    )


KINDS: tuple[TruthKind, ...] = (
    _kind(
        "medication_end_before_start",
        _medication_end_first,
        "suite.cm.*",
        "suite.*end*",
    ),
    _kind(
        "medication_ongoing_and_ended",
        _medication_ongoing_ended,
        "suite.cm.*",
        centres=("HD", "AH", "TU"),
    ),
    _kind("medication_after_last_contact", _medication_after_contact, "suite.*"),
    _kind(
        "medication_after_death",
        _medication_after_death,
        "harmonise.after_death",
        "suite.cross_domain.start_after_last_contact",
    ),
    _kind("medication_dose_without_unit", _medication_without_unit, "suite.cm.*"),
    _kind(
        "medication_twice",
        _medication_twice,
        "suite.cm.*",
        "validate.key_duplicate",
    ),
    _kind("treatment_before_event", _treatment_before_event, "suite.*"),
    _kind(
        "medication_dose_half",
        _medication_dose_half,
        unseen="Doses differ from person to person; half of one is a usual dose too.",
    ),
    _kind(
        "medication_left_out",
        _medication_left_out,
        unseen="Replacement is given at irregular intervals; one less is no gap.",
    ),
)
