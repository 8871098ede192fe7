"""Errors in what is known of the person: age, consent, death, diagnosis."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from tecdata.demo.people import DATA_CUT
from tecdata.demo.planting_change import Free, days_after, in_person, moved, one_of, replaced
from tecdata.demo.planting_model import Change, TruthKind

if TYPE_CHECKING:
    from tecdata.demo.model import History, Subject

__all__ = ["KINDS"]


def _age_implausible(subject: Subject, pick: Random, free: Free) -> Change | None:
    if not free("DM", "age"):
        return None
    return in_person(subject, "age", age=pick.choice((3, 8, 118, 147)))


def _age_against_birth_year(subject: Subject, pick: Random, free: Free) -> Change | None:
    # A decade off, the usual slip of the hand, but still an adult's age.
    age = subject.age + (10 if subject.age < 80 else -10)
    return in_person(subject, "age", age=age) if free("DM", "age") else None


def _consent_after_first_dose(subject: Subject, pick: Random, free: Free) -> Change | None:
    if not free("DM", "consent"):
        return None
    late = days_after(subject.first_dose, pick.randint(2, 9))
    return in_person(subject, "consent", domains=("DM", "DS"), consent=late)


def _consent_missing(subject: Subject, pick: Random, free: Free) -> Change | None:
    return (
        in_person(subject, "consent", domains=("DM", "DS"), consent="")
        if free("DM", "consent")
        else None
    )


def _contact_before_last_dose(subject: Subject, pick: Random, free: Free) -> Change | None:
    if subject.death or not free("DM", "last_contact"):
        return None
    early = days_after(subject.doses[-1].start, -pick.randint(2, 4))
    return in_person(subject, "last_contact", domains=_DATED, last_contact=early)


def _contact_after_data_cut(subject: Subject, pick: Random, free: Free) -> Change | None:
    if subject.death or not free("DM", "last_contact"):
        return None
    late = days_after(DATA_CUT.isoformat(), pick.randint(20, 300))
    return in_person(subject, "last_contact", domains=("DM", "DS"), last_contact=late)


def _death_too_early(subject: Subject, pick: Random, free: Free) -> Change | None:
    if not subject.death or not free("DM", "death"):
        return None
    return in_person(
        subject, "death", domains=_DATED, claims=(("AE",), ("EX",)), death=moved(subject.death, -9)
    )


def _duration_against_diagnosis(subject: Subject, pick: Random, free: Free) -> Change | None:
    dated = [h for h in subject.histories if h.category == "PRIMARY DIAGNOSIS" and h.start]
    if not dated or not free("MH"):
        return None
    years = subject.disease_duration_y + Decimal(pick.randint(6, 15))
    change = in_person(
        subject, "disease_duration_y", domains=("MH",), disease_duration_y=years, claims=(("MH",),)
    )
    return dataclasses.replace(change, claims=(("MH",),))


def _diagnosis_in_future(subject: Subject, pick: Random, free: Free) -> Change | None:
    history = one_of([h for h in subject.histories if h.start], pick)
    if history is None or not free("MH"):
        return None
    start = f"20{pick.randint(52, 89)}" + history.start[4:]
    return _history(subject, history, dataclasses.replace(history, start=start))


def _history(subject: Subject, old: History, *new: History) -> Change:
    return Change(
        subject=dataclasses.replace(subject, histories=replaced(subject.histories, old, *new)),
        domains=("MH",),
        record={"MHDECOD": old.term},
        was=old.start or old.verbatim,
        now=new[0].start if new else "nothing",
        claims=(("MH",),),
    )


def _sex_wrong(subject: Subject, pick: Random, free: Free) -> Change | None:
    if not free("DM", "sex"):
        return None
    return in_person(subject, "sex", sex="M" if subject.sex == "F" else "F")


def _condition_left_out(subject: Subject, pick: Random, free: Free) -> Change | None:
    others = [h for h in subject.histories if h.category == "OTHER CONDITION"]
    history = one_of(others, pick)
    return _history(subject, history) if history is not None and free("MH") else None


#: Datasets whose dates are compared with the end of follow-up.
_DATED = ("DM", "DS", "EX", "AE", "CM", "LB", "IS", "CP", "VS", "RE", "QS", "RS", "SV")
_LATER = ("*contact*", "*follow_up*", "*rfpendtc*", "*after_end*")

KINDS: tuple[TruthKind, ...] = (
    TruthKind(
        name="age_implausible",
        rows="patients",
        make=_age_implausible,
        expected=("suite.dm.age*",),
        follows=("suite.dm.*",),
    ),
    TruthKind(
        name="age_against_birth_year",
        rows="patients",
        make=_age_against_birth_year,
        expected=("suite.dm.*birth*",),
        follows=("suite.dm.*",),
    ),
    TruthKind(
        name="consent_after_first_dose",
        rows="patients",
        make=_consent_after_first_dose,
        expected=("suite.*consent*",),
    ),
    TruthKind(
        name="consent_missing",
        rows="patients",
        make=_consent_missing,
        expected=("suite.*consent*",),
    ),
    TruthKind(
        name="contact_before_last_dose",
        rows="patients",
        make=_contact_before_last_dose,
        expected=_LATER,
    ),
    TruthKind(
        name="contact_after_data_cut",
        rows="patients",
        make=_contact_after_data_cut,
        expected=("suite.cross_domain.follow_up_cut",),
    ),
    TruthKind(
        name="death_too_early",
        rows="patients",
        make=_death_too_early,
        expected=("harmonise.after_death", "suite.*death*"),
        follows=("suite.*",),
    ),
    TruthKind(
        name="duration_against_diagnosis",
        rows="patients",
        make=_duration_against_diagnosis,
        expected=("suite.mh.*",),
    ),
    TruthKind(
        name="diagnosis_in_future",
        rows="patients",
        make=_diagnosis_in_future,
        expected=("suite.*",),
        centres=("BE", "HH"),
    ),
    TruthKind(
        name="sex_wrong",
        rows="patients",
        make=_sex_wrong,
        # Berlin and Heidelberg look the reference range up by sex, so there the range changes too.
        centres=("HH", "AH", "TU"),
        unseen="Both sexes are possible; nothing else in a delivery tells which is right.",
    ),
    TruthKind(
        name="condition_left_out",
        rows="patients",
        make=_condition_left_out,
        unseen="What was never entered leaves no trace; only the patient's record has it.",
    ),
)
