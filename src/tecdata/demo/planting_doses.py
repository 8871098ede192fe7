"""Errors in the injections: order, amount, weight, dates, what has to go with them."""

from __future__ import annotations

import dataclasses
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from tecdata.demo.planting_change import (
    Free,
    days_after,
    days_between,
    in_dose,
    moved,
    one_of,
    replaced,
    shown,
)
from tecdata.demo.planting_model import Change, MakeChange, TruthKind

if TYPE_CHECKING:
    from tecdata.demo.model import Dose, Medication, Subject

__all__ = ["KINDS"]

_TENTH = Decimal("0.1")


def _steps_swapped(subject: Subject, pick: Random, free: Free) -> Change | None:
    steps = [d for d in subject.doses if d.kind != "TARGET"]
    if len(steps) < 2 or not free("EX"):
        return None
    first, second = steps[:2]
    doses = list(subject.doses)
    for at, taken in ((doses.index(first), second), (doses.index(second), first)):
        doses[at] = dataclasses.replace(doses[at], mg_per_kg=taken.mg_per_kg, mg=taken.mg)
    swapped = (shown(second.mg_per_kg), shown(first.mg_per_kg))
    return dataclasses.replace(_all_doses(subject, tuple(doses), second, *swapped), record={})


def _step_left_out(subject: Subject, pick: Random, free: Free) -> Change | None:
    steps = [d for d in subject.doses if d.kind == "STEP-UP 2"]
    if not steps or not free("EX"):
        return None
    after = subject.doses[subject.doses.index(steps[0]) + 1]
    return _all_doses(
        subject, replaced(subject.doses, steps[0]), after, shown(steps[0].mg), "nothing"
    )


def _amount_off(factor: str) -> MakeChange:
    def make(subject: Subject, pick: Random, free: Free) -> Change | None:
        dose = one_of(subject.doses, pick)
        if dose is None or not free("EX", dose.number):
            return None
        mg = (dose.mg * Decimal(factor)).quantize(_TENTH, ROUND_HALF_UP)
        return in_dose(subject, dose, "mg", mg=mg)

    return make


def _digits_swapped(subject: Subject, pick: Random, free: Free) -> Change | None:
    fit = [d for d in subject.doses if d.mg >= 20 and shown(d.mg)[0] != shown(d.mg)[1]]
    dose = one_of(fit, pick)
    if dose is None or not free("EX", dose.number):
        return None
    text = shown(dose.mg)
    mg = Decimal(text[1] + text[0] + text[2:])
    return in_dose(subject, dose, "mg", mg=mg) if abs(mg - dose.mg) * 10 > dose.mg else None


def _level_slip(subject: Subject, pick: Random, free: Free) -> Change | None:
    dose = one_of([d for d in subject.doses if d.kind != "TARGET"], pick)
    if dose is None or not free("EX", dose.number):
        return None
    return in_dose(subject, dose, "mg_per_kg", mg_per_kg=dose.mg_per_kg * 10)


def _weight_swapped(subject: Subject, pick: Random, free: Free) -> Change | None:
    dose = one_of(subject.doses, pick)
    if dose is None or not free("EX", dose.number) or not free("VS", dose.number):
        return None
    text = shown(dose.weight_kg)
    weight = Decimal(text[1] + text[0] + text[2:])
    if len(text.split(".")[0]) != 2 or abs(weight - dose.weight_kg) * 10 < dose.weight_kg:
        return None
    return _with_weight(subject, dose, "weight_kg", weight_kg=weight)


def _after_death(subject: Subject, pick: Random, free: Free) -> Change | None:
    if not subject.death or not free("EX"):
        return None
    return in_dose(
        subject, subject.doses[-1], "start", start=days_after(subject.death, pick.randint(1, 6))
    )


def _before_consent(subject: Subject, pick: Random, free: Free) -> Change | None:
    if not subject.consent or not free("EX") or not free("DM", "consent"):
        return None
    start = moved(subject.doses[0].start, days_between(subject.doses[0].start, subject.consent) - 4)
    return in_dose(
        subject,
        subject.doses[0],
        "start",
        domains=("EX", "DM", "DS"),
        claims=(("EX",), ("DM", "consent"), ("AE",)),
        start=start,
    )


def _twice(subject: Subject, pick: Random, free: Free) -> Change | None:
    dose = one_of(subject.doses[1:], pick)
    if dose is None or not free("EX"):
        return None
    doses = replaced(subject.doses, dose, dose, dose)
    return _all_doses(subject, doses, dose, "once", "twice")


def _in_future(subject: Subject, pick: Random, free: Free) -> Change | None:
    if subject.death or not free("EX") or not free("DM", "last_contact"):
        return None
    start = moved(subject.doses[-1].start, 730)
    claims = (("EX",), ("DM", "last_contact"))
    return in_dose(subject, subject.doses[-1], "start", claims=claims, start=start)


def _long_gap(subject: Subject, pick: Random, free: Free) -> Change | None:
    """The first injection, with its premedication, a week and more before the second."""
    first = subject.doses[0]
    given = [m for m in subject.medications if _goes_with(m, first)]
    room = days_between(subject.consent, first.start) - 1 if subject.consent else 0
    if room < 10 or not all(map(free, ("EX", "CM"))):
        return None
    medications = tuple(
        dataclasses.replace(m, start=moved(m.start, -10), end=moved(m.end, -10))
        if m in given
        else m
        for m in subject.medications
    )
    doses = replaced(
        subject.doses, first, dataclasses.replace(first, start=moved(first.start, -10))
    )
    change = _all_doses(subject, doses, subject.doses[1], first.start, doses[0].start)
    return dataclasses.replace(
        change,
        subject=dataclasses.replace(change.subject, medications=medications),
        claims=(("EX",), ("DM", "consent"), ("CM",), ("AE",)),
    )


def _no_premedication(subject: Subject, pick: Random, free: Free) -> Change | None:
    dose = one_of([d for d in subject.doses if d.kind != "TARGET"], pick)
    if dose is None or not free("EX") or not free("CM"):
        return None
    given = [m for m in subject.medications if _goes_with(m, dose)]
    if not given:
        return None
    return Change(
        subject=dataclasses.replace(
            subject, medications=tuple(m for m in subject.medications if m not in given)
        ),
        domains=("EX", "CM"),
        record={"EXSTDTC": dose.start},
        was=", ".join(m.name for m in given),
        now="nothing",
        # A premedication without a date could be the one that is missing.
        claims=(("EX",), ("CM",)),
    )


def _goes_with(given: Medication, dose: Dose) -> bool:
    return given.category == "PREMEDICATION" and given.start[:10] == dose.start[:10]


def _numbers_swapped(subject: Subject, pick: Random, free: Free) -> Change | None:
    targets = [d for d in subject.doses if d.kind == "TARGET"]
    if len(targets) < 2 or not free("EX"):
        return None
    first, second = targets[-2:]
    doses = list(subject.doses)
    doses[-2] = dataclasses.replace(first, number=second.number)
    doses[-1] = dataclasses.replace(second, number=first.number)
    numbers = (shown(first.number), shown(second.number))
    change = _all_doses(subject, tuple(doses), first, *numbers)
    return dataclasses.replace(change, record={}, claims=(("EX",), ("AE",)))


def _day_off(subject: Subject, pick: Random, free: Free) -> Change | None:
    late = [d for d in subject.doses[4:-1] if d.kind == "TARGET"]
    dose = one_of(late, pick)
    if dose is None or not free("EX", dose.number):
        return None
    return _with_weight(subject, dose, "start", start=moved(dose.start, 1))


def _weight_and_dose_off(subject: Subject, pick: Random, free: Free) -> Change | None:
    dose = one_of(subject.doses[2:], pick)
    if dose is None or not free("EX", dose.number) or not free("VS", dose.number):
        return None
    weight = dose.weight_kg + Decimal("1.5")
    mg = (dose.mg_per_kg * weight).quantize(_TENTH, ROUND_HALF_UP)
    return _with_weight(subject, dose, "weight_kg", weight_kg=weight, mg=mg)


def _with_weight(subject: Subject, dose: Dose, field: str, **changes: Any) -> Change:
    """A change that shows in the dose and in the weight measured with it."""
    claims = (("VS", dose.number),)
    return in_dose(subject, dose, field, domains=("EX", "VS"), claims=claims, **changes)


def _all_doses(subject: Subject, doses: tuple[Dose, ...], at: Dose, was: str, now: str) -> Change:
    return Change(
        subject=dataclasses.replace(subject, doses=doses),
        domains=("EX",),
        record={"EXSTDTC": at.start},
        was=was,
        now=now,
        claims=(("EX",),),
    )


_PRODUCT = ("suite.ex.*weight*", "suite.ex.*product*", "suite.ex.dose*")
_ORDER = ("suite.ex.*order*", "suite.ex.*step*", "suite.ex.*level*", "suite.ex.*sequence*")

KINDS: tuple[TruthKind, ...] = (
    TruthKind(name="steps_swapped", rows="doses", make=_steps_swapped, expected=_ORDER),
    TruthKind(name="step_left_out", rows="doses", make=_step_left_out, expected=_ORDER),
    TruthKind(name="amount_off_by_third", rows="doses", make=_amount_off("1.3"), expected=_PRODUCT),
    TruthKind(name="amount_ten_times", rows="doses", make=_amount_off("10"), expected=_PRODUCT),
    TruthKind(name="amount_digits_swapped", rows="doses", make=_digits_swapped, expected=_PRODUCT),
    TruthKind(
        name="level_slip", rows="doses", make=_level_slip, expected=_ORDER, follows=("suite.ex.*",)
    ),
    TruthKind(name="weight_digits_swapped", rows="doses", make=_weight_swapped, expected=_PRODUCT),
    TruthKind(
        name="dose_after_death",
        rows="doses",
        make=_after_death,
        expected=("suite.ex.*death*", "harmonise.after_death"),
        follows=("suite.ex.*",),
    ),
    TruthKind(
        name="dose_before_consent",
        rows="doses",
        make=_before_consent,
        expected=("suite.*consent*",),
        follows=("suite.*",),
    ),
    TruthKind(
        name="dose_twice",
        rows="doses",
        make=_twice,
        expected=("validate.key_duplicate", "suite.ex.*"),
    ),
    TruthKind(
        name="dose_in_future",
        rows="doses",
        make=_in_future,
        expected=("suite.ex.*", "suite.*data_cut*", "suite.*contact*"),
        follows=("suite.*",),
    ),
    TruthKind(
        name="long_gap_between_steps",
        rows="doses",
        make=_long_gap,
        expected=("suite.ex.*gap*", "suite.ex.*restart*"),
        follows=("suite.*",),
    ),
    TruthKind(
        name="premedication_missing",
        rows="doses",
        make=_no_premedication,
        expected=("suite.*premed*",),
    ),
    TruthKind(
        name="dose_numbers_swapped",
        rows="doses",
        make=_numbers_swapped,
        expected=("suite.ex.*number*", "suite.ex.*order*"),
    ),
    TruthKind(
        name="dose_day_off_by_one",
        rows="doses",
        make=_day_off,
        unseen="Injections need not be an exact number of days apart; a day more or less is plausible.",
    ),
    TruthKind(
        name="weight_and_dose_off",
        rows="doses",
        make=_weight_and_dose_off,
        unseen="Weight and dose agree with each other, and the weight with the ones before it.",
    ),
)
