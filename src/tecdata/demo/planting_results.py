"""Errors in laboratory results: unit slips, mixed-up tests, duplicates, impossible dates."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from tecdata.demo.planting_change import Free, days_after, in_result, one_of, shown
from tecdata.demo.planting_model import Change, MakeChange, TruthKind

if TYPE_CHECKING:
    from tecdata.demo.model import Result, Subject

__all__ = ["KINDS"]

_ALL = ("BE", "HH", "HD", "AH", "TU")


def domain_of(test: str) -> str:
    """The dataset a laboratory test belongs to."""
    if test in ("ANA", "DSDNA", "SCL70", "JO1", "VZVIGG"):
        return "IS"
    return "CP" if test in ("CD19", "CD3") else "LB"


def measured(
    subject: Subject, tests: Collection[str], free: Free, *, least: int = 1
) -> list[Result]:
    """Plain numbers among the results of the tests, of tests that are free and often measured."""
    plain = [
        r for r in subject.results if r.value is not None and not r.operator and r.test in tests
    ]
    counts = {test: sum(r.test == test for r in plain) for test in tests}
    return [r for r in plain if counts[r.test] >= least and free(domain_of(r.test), r.test)]


def _times(factor: str, *tests: str, unit: str = "", least: int = 4, digits: int = 4) -> MakeChange:
    """A value as another unit would give it; ``digits`` are those that are kept."""

    def make(subject: Subject, pick: Random, free: Free) -> Change | None:
        fit = [r for r in measured(subject, tests, free, least=least) if not unit or r.unit == unit]
        # A first result has nothing before it to compare with.
        result = one_of([r for r in fit if r.value and r is not fit[0]], pick)
        if result is None or result.value is None:
            return None
        value = _short(result.value * Decimal(factor), digits)
        return in_result(
            subject, result, dataclasses.replace(result, value=value), domain=domain_of(result.test)
        )

    return make


def _short(value: Decimal, digits: int) -> Decimal:
    short = Decimal(f"{value:.{digits}g}")
    return Decimal(f"{short:f}")


def _twice(factor: str) -> MakeChange:
    def make(subject: Subject, pick: Random, free: Free) -> Change | None:
        result = one_of(measured(subject, ("CREAT", "LDH", "PLAT", "WBC", "HGB"), free), pick)
        if result is None or result.value is None:
            return None
        value = _short(result.value * Decimal(factor), 3)
        again = dataclasses.replace(result, value=value)
        return in_result(subject, result, result, again, domain="LB")

    return make


def _mixed_up(first: str, second: str) -> MakeChange:
    """The values of two tests of one sample in each other's place."""

    def make(subject: Subject, pick: Random, free: Free) -> Change | None:
        pairs = [
            (one, other)
            for one in measured(subject, (first,), free, least=3)
            for other in measured(subject, (second,), free, least=3)
            if one.start == other.start
        ]
        pair = one_of(pairs, pick)
        if pair is None:
            return None
        one, other = pair
        new = {
            id(one): dataclasses.replace(one, value=other.value),
            id(other): dataclasses.replace(other, value=one.value),
        }
        return Change(
            subject=dataclasses.replace(
                subject, results=tuple(new.get(id(r), r) for r in subject.results)
            ),
            domains=("LB",),
            record={"LBDTC": one.start},
            was=f"{first} {shown(one.value)}, {second} {shown(other.value)}",
            now=f"{first} {shown(other.value)}, {second} {shown(one.value)}",
            claims=(("LB", first), ("LB", second)),
        )

    return make


def _part_over_whole(subject: Subject, pick: Random, free: Free) -> Change | None:
    whole = {r.start: r for r in measured(subject, ("WBC",), free)}
    parts = [r for r in measured(subject, ("LYM",), free) if r.start in whole]
    part = one_of(parts, pick)
    if part is None:
        return None
    total = whole[part.start].value or Decimal(0)
    new = dataclasses.replace(part, value=_short(total * Decimal("1.6"), 3))
    claims = (("LB", "LYM"), ("LB", "WBC"), ("LB", "NEUT"))
    change = in_result(subject, part, new, domain="LB", claims=claims)
    # Whether part or whole is wrong is not to be seen: any result of the sample may be named.
    return dataclasses.replace(change, record={"LBDTC": part.start})


def _negative(subject: Subject, pick: Random, free: Free) -> Change | None:
    result = one_of(measured(subject, ("CRP", "ALT", "LDH", "PLAT"), free), pick)
    if result is None or not result.value:
        return None
    return in_result(subject, result, dataclasses.replace(result, value=-result.value), domain="LB")


def _at(
    when: Callable[[Subject, Random], str], *, dead: bool = False, against: str = ""
) -> MakeChange:
    """A result on another day."""

    def make(subject: Subject, pick: Random, free: Free) -> Change | None:
        if bool(subject.death) != dead or not (not against or free("DM", against)):
            return None
        result = one_of(measured(subject, ("CRP", "LDH", "PLAT", "HGB", "IGA"), free), pick)
        if result is None:
            return None
        new = dataclasses.replace(result, start=when(subject, pick) + result.start[10:])
        change = in_result(subject, result, new, domain="LB", was=result.start, now=new.start)
        return dataclasses.replace(
            change,
            domains=("LB", "SV"),
            record={"LBTESTCD": result.test, "LBDTC": new.start},
            claims=(*change.claims, *([("DM", against)] if against else [])),
        )

    return make


def _years_before(subject: Subject, pick: Random) -> str:
    return days_after(subject.consent, -365 * pick.randint(3, 9))


def _range_swapped(subject: Subject, pick: Random, free: Free) -> Change | None:
    fit = [r for r in measured(subject, ("WBC", "PLAT", "LDH", "HGB"), free) if r.low and r.high]
    result = one_of(fit, pick)
    if result is None:
        return None
    new = dataclasses.replace(result, low=result.high, high=result.low)
    return in_result(
        subject,
        result,
        new,
        domain="LB",
        was=f"{shown(result.low)}-{shown(result.high)}",
        now=f"{shown(new.low)}-{shown(new.high)}",
    )


def _a_little_off(subject: Subject, pick: Random, free: Free) -> Change | None:
    result = one_of(measured(subject, ("CRP", "ALT", "PLAT", "LDH"), free), pick)
    if result is None or result.value is None:
        return None
    new = dataclasses.replace(result, value=_short(result.value * Decimal("1.15"), 2))
    return in_result(subject, result, new, domain="LB") if new.value != result.value else None


def _left_out(subject: Subject, pick: Random, free: Free) -> Change | None:
    result = one_of(measured(subject, ("CRP", "ALT", "PLAT", "LDH"), free, least=3), pick)
    return in_result(subject, result, domain="LB") if result is not None else None


def _kind(
    name: str,
    make: MakeChange,
    *expected: str,
    follows: tuple[str, ...] = (),
    unseen: str = "",
    centres: tuple[str, ...] = _ALL,
) -> TruthKind:
    return TruthKind(
        name=name,
        rows="labs",
        make=make,
        expected=expected,
        follows=follows,
        unseen=unseen,
        centres=centres,
    )


_SLIP = ("suite.lb.*",)
_DATES = ("suite.*",)

KINDS: tuple[TruthKind, ...] = (
    _kind("count_per_microlitre", _times("1000", "WBC", "NEUT", "PLAT", unit="10^9/L"), *_SLIP),
    _kind("igg_umol_as_grams", _times("6.671", "IGG", unit="g/L"), *_SLIP),
    _kind("igg_mg_dl_as_grams", _times("100", "IGG", unit="g/L"), *_SLIP),
    _kind("creatinine_umol_as_mg_dl", _times("88.4", "CREAT", unit="mg/dL"), *_SLIP),
    _kind("creatinine_mg_dl_as_umol", _times("0.01131", "CREAT", unit="umol/L"), *_SLIP),
    _kind("haemoglobin_ten_times", _times("10", "HGB"), *_SLIP),
    _kind("platelets_tenth", _times("0.1", "PLAT", digits=3), *_SLIP),
    _kind("ck_and_creatinine_mixed_up", _mixed_up("CK", "CREAT"), *_SLIP),
    _kind("lymphocytes_over_leukocytes", _part_over_whole, *_SLIP),
    _kind("result_negative", _negative, *_SLIP),
    _kind("result_twice_different", _twice("1.4"), "suite.lb.*dup*", "validate.key_duplicate"),
    _kind("result_twice_same", _twice("1"), "suite.lb.*dup*", "validate.key_duplicate"),
    _kind(
        "range_limits_swapped",
        _range_swapped,
        "suite.lb.*",
        "mapping.not_a_range",
        centres=("HH", "AH", "TU"),
    ),
    _kind("result_years_before", _at(_years_before), *_DATES, follows=_DATES),
    _kind(
        "result_after_last_contact",
        _at(
            lambda s, pick: days_after(s.last_contact, pick.randint(40, 200)),
            against="last_contact",
        ),
        *_DATES,
        follows=_DATES,
    ),
    _kind(
        "result_after_death",
        _at(lambda s, pick: days_after(s.death, pick.randint(3, 40)), dead=True),
        "suite.*death*",
        "harmonise.after_death",
        follows=_DATES,
    ),
    _kind(
        "result_a_little_off",
        _a_little_off,
        unseen="A value inside the usual range of this person; only the laboratory has the right one.",
    ),
    _kind(
        "result_left_out",
        _left_out,
        unseen="Not every test is asked for at every visit, so one less is no gap.",
    ),
)
