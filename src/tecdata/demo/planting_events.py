"""Errors in adverse events: dates, grade, outcome, what a cytokine release syndrome needs."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from tecdata.demo.planting_change import (
    Free,
    days_after,
    days_between,
    in_event,
    moved,
    one_of,
    replaced,
)
from tecdata.demo.planting_model import Change, MakeChange, TruthKind

if TYPE_CHECKING:
    from tecdata.demo.model import AdverseEvent, Subject

__all__ = ["KINDS"]

_CRS = "CYTOKINE RELEASE SYNDROME"


def _events(
    subject: Subject, free: Free, *, crs: bool | None = None, ended: bool | None = None
) -> list[AdverseEvent]:
    """Events that are still free, never a fatal one."""
    return [
        e
        for e in subject.events
        if free("AE", e.key)
        and e.outcome != "FATAL"
        and len(e.start) >= 10
        and (crs is None or (e.term == _CRS) == crs)
        and (ended is None or bool(e.end) == ended)
    ]


def _end_before_start(subject: Subject, pick: Random, free: Free) -> Change | None:
    event = one_of(_events(subject, free, ended=True), pick)
    if event is None:
        return None
    return in_event(subject, event, "end", end=days_after(event.start, -pick.randint(2, 20)))


def _year_slip(subject: Subject, pick: Random, free: Free) -> Change | None:
    """The year before: before the first dose, mostly before consent."""
    event = one_of(_events(subject, free, crs=False), pick)
    if event is None:
        return None
    start = f"{int(event.start[:4]) - 3}{event.start[4:]}"
    return in_event(subject, event, "start", start=start)


def _after_contact(subject: Subject, pick: Random, free: Free) -> Change | None:
    event = one_of(_events(subject, free, crs=False), pick)
    if event is None or subject.death or not free("DM", "last_contact"):
        return None
    start = days_after(subject.last_contact, pick.randint(20, 60))
    end = start if event.end else ""
    claims = (("DM", "last_contact"),)
    return in_event(subject, event, "start", claims=claims, start=start, end=end)


def _grade_off_scale(subject: Subject, pick: Random, free: Free) -> Change | None:
    event = one_of(_events(subject, free), pick)
    return in_event(subject, event, "grade", grade=pick.choice((6, 7, 8))) if event else None


def _grade_five_survived(subject: Subject, pick: Random, free: Free) -> Change | None:
    event = one_of(_events(subject, free, crs=False), pick)
    return in_event(subject, event, "grade", grade=5) if event else None


def _fatal_but_alive(subject: Subject, pick: Random, free: Free) -> Change | None:
    event = one_of(_events(subject, free, crs=False, ended=True), pick)
    if event is None or subject.death or not free("DM", "death"):
        return None
    return in_event(
        subject,
        event,
        "outcome",
        domains=("AE", "DM", "DS"),
        claims=(("DM", "death"),),
        outcome="FATAL",
    )


def _death_without_event(subject: Subject, pick: Random, free: Free) -> Change | None:
    fatal = [e for e in subject.events if e.outcome == "FATAL" and free("AE", e.key)]
    if not fatal or not free("DM", "death"):
        return None
    return in_event(
        subject,
        fatal[0],
        "outcome",
        domains=("AE", "DM", "DS"),
        claims=(("DM", "death"),),
        outcome="RECOVERED/RESOLVED",
        grade=3,
    )


def _hospital_not_serious(subject: Subject, pick: Random, free: Free) -> Change | None:
    event = one_of([e for e in _events(subject, free) if e.hospitalised], pick)
    return in_event(subject, event, "serious", serious=False) if event else None


def _crs_grade_too_low(subject: Subject, pick: Random, free: Free) -> Change | None:
    mild = [e for e in _events(subject, free, crs=True) if e.grade == 1 and e.hypoxia is False]
    event = one_of(mild, pick)
    return in_event(subject, event, "hypoxia", hypoxia=True) if event else None


def _crs_grade_too_high(subject: Subject, pick: Random, free: Free) -> Change | None:
    mild = [e for e in _events(subject, free, crs=True) if e.grade == 1 and e.hypoxia is False]
    event = one_of(mild, pick)
    return in_event(subject, event, "grade", grade=pick.choice((2, 3))) if event else None


def _crs_without_fever(subject: Subject, pick: Random, free: Free) -> Change | None:
    warm = [e for e in _events(subject, free, crs=True) if e.temperature_c is not None]
    event = one_of(warm, pick)
    return (
        in_event(subject, event, "temperature_c", temperature_c=Decimal("37.1")) if event else None
    )


def _crs_temperature_digits(subject: Subject, pick: Random, free: Free) -> Change | None:
    warm = [e for e in _events(subject, free, crs=True) if e.temperature_c is not None]
    event = one_of(warm, pick)
    if event is None:
        return None
    swapped = Decimal(f"8{str(event.temperature_c).removeprefix('38').removeprefix('39') or '.0'}")
    return in_event(subject, event, "temperature_c", temperature_c=swapped + 75)


def _crs_too_late(subject: Subject, pick: Random, free: Free) -> Change | None:
    event = one_of(_events(subject, free, crs=True), pick)
    start = moved(subject.doses[-1].start[:10], 35)
    room = days_between(start, subject.last_contact)
    if event is None or room < 5 or not free("EX"):
        return None
    change = in_event(subject, event, "start", start=start, end=days_after(start, 2))
    # An injection that moves could come near it again.
    return dataclasses.replace(change, claims=(*change.claims, ("EX",)))


def _term_missing(subject: Subject, pick: Random, free: Free) -> Change | None:
    event = one_of(_events(subject, free), pick)
    if event is None:
        return None
    change = in_event(subject, event, "verbatim", verbatim="")
    return dataclasses.replace(change, record={"AESPID": event.key})


def _recovered_without_end(subject: Subject, pick: Random, free: Free) -> Change | None:
    closed = [e for e in _events(subject, free, ended=True) if e.outcome == "RECOVERED/RESOLVED"]
    event = one_of(closed, pick)
    return in_event(subject, event, "end", end="") if event else None


def _unrecovered_with_end(subject: Subject, pick: Random, free: Free) -> Change | None:
    event = one_of(_events(subject, free, ended=True), pick)
    if event is None:
        return None
    return in_event(subject, event, "outcome", outcome="NOT RECOVERED/NOT RESOLVED")


def _event_twice(subject: Subject, pick: Random, free: Free) -> Change | None:
    event = one_of(_events(subject, free), pick)
    if event is None:
        return None
    key = str(max((int(e.key) for e in subject.events if e.key.isdigit()), default=0) + 1)
    copy = dataclasses.replace(event, key=key, treatments=())
    change = in_event(subject, event, "key")
    events = (*change.subject.events, copy)
    return dataclasses.replace(
        change,
        subject=dataclasses.replace(subject, events=events),
        record={"AEDECOD": event.term, "AESTDTC": event.start},
        was="once",
        now=f"again as no. {key}",
        claims=(("AE", event.key), ("AE", key)),
    )


def _treatment_unknown(subject: Subject, pick: Random, free: Free) -> Change | None:
    event = one_of(_events(subject, free), pick)
    if event is None:
        return None
    return in_event(
        subject, event, "treatments", domains=("AE", "CM"), treatments=(*event.treatments, "M901")
    )


def _last_dose_wrong(subject: Subject, pick: Random, free: Free) -> Change | None:
    event = one_of([e for e in _events(subject, free) if e.dose >= 1], pick)
    if event is None:
        return None
    return in_event(subject, event, "dose", dose=event.dose + len(subject.doses) + 3)


def _grade_off_by_one(subject: Subject, pick: Random, free: Free) -> Change | None:
    event = one_of([e for e in _events(subject, free, crs=False) if e.grade == 1], pick)
    return in_event(subject, event, "grade", grade=2) if event else None


def _start_off_by_one(subject: Subject, pick: Random, free: Free) -> Change | None:
    far = [
        e
        for e in _events(subject, free, crs=False, ended=True)
        if not e.treatments
        and days_between(e.start, e.end) > 2
        and all(abs(days_between(d.start, e.start)) > 3 for d in subject.doses)
    ]
    event = one_of(far, pick)
    return in_event(subject, event, "start", start=moved(event.start, 1)) if event else None


def _event_left_out(subject: Subject, pick: Random, free: Free) -> Change | None:
    event = one_of([e for e in _events(subject, free, crs=False) if not e.treatments], pick)
    if event is None:
        return None
    change = in_event(subject, event, "term")
    # The later events keep their numbers: whoever forgets one forgets its number too.
    events = replaced(subject.events, event)
    return dataclasses.replace(
        change, subject=dataclasses.replace(subject, events=events), now="nothing"
    )


def _kind(
    name: str,
    make: MakeChange,
    *expected: str,
    follows: tuple[str, ...] = (),
    **more: Any,
) -> TruthKind:
    return TruthKind(
        name=name, rows="events", make=make, expected=expected, follows=follows, **more
    )


KINDS: tuple[TruthKind, ...] = (
    _kind("event_end_before_start", _end_before_start, "suite.ae.dates"),
    _kind("event_year_slip", _year_slip, "suite.*", follows=("suite.*",)),
    _kind("event_after_last_contact", _after_contact, "suite.*", follows=("suite.*",)),
    _kind(
        "event_grade_off_scale",
        _grade_off_scale,
        "mapping.unmapped_term",
        "suite.ae.*grade*",
        centres=("BE", "HD", "TU"),
    ),
    _kind("event_grade_five_survived", _grade_five_survived, "suite.*"),
    _kind("event_fatal_but_alive", _fatal_but_alive, "suite.*", follows=("suite.*",)),
    _kind("death_without_fatal_event", _death_without_event, "suite.*", follows=("suite.*",)),
    _kind(
        "hospitalised_not_serious", _hospital_not_serious, "suite.ae.*serious*", "suite.ae.*hosp*"
    ),
    _kind("crs_grade_too_low", _crs_grade_too_low, "suite.ae.*crs*"),
    _kind("crs_grade_too_high", _crs_grade_too_high, "suite.ae.*crs*"),
    _kind("crs_without_fever", _crs_without_fever, "suite.ae.*crs*"),
    _kind("crs_temperature_digits_swapped", _crs_temperature_digits, "suite.ae.*"),
    _kind("crs_too_late", _crs_too_late, "suite.ae.*crs*"),
    _kind("event_term_missing", _term_missing, "validate.required_null", "suite.ae.*"),
    _kind("event_recovered_without_end", _recovered_without_end, "suite.ae.*"),
    _kind("event_unrecovered_with_end", _unrecovered_with_end, "suite.ae.*"),
    _kind("event_twice", _event_twice, "suite.ae.*"),
    _kind(
        "event_treatment_unknown",
        _treatment_unknown,
        "harmonise.unknown_relation",
        "suite.*treat*",
        centres=("HH",),
    ),
    _kind("event_last_dose_wrong", _last_dose_wrong, "suite.ae.*dose*"),
    _kind(
        "event_grade_off_by_one",
        _grade_off_by_one,
        unseen="Grade 1 or 2 is a judgement; nothing else recorded tells them apart.",
    ),
    _kind(
        "event_start_off_by_one",
        _start_off_by_one,
        unseen="The start stays before the end and inside follow-up.",
    ),
    _kind(
        "event_left_out",
        _event_left_out,
        unseen="What was never entered leaves no trace but a gap in the numbering.",
    ),
)
