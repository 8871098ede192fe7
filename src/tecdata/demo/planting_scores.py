"""Errors in scores, questionnaires and lung function."""

from __future__ import annotations

import dataclasses
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import TYPE_CHECKING

from tecdata.demo.planting_change import (
    Free,
    in_result,
    one_of,
    shown,
)
from tecdata.demo.planting_model import Change, MakeChange, Rows, TruthKind

if TYPE_CHECKING:
    from tecdata.demo.model import Result, Subject

__all__ = ["KINDS"]

_ALL = ("BE", "HH", "HD", "AH", "TU")
_DOMAINS = {
    "PTGA": "QS",
    "HAQDI": "QS",
    "FACITF": "QS",
    "FVC": "RE",
    "FVCPP": "RE",
    "DLCO": "RE",
    "DLCOPP": "RE",
}


def _free_results(subject: Subject, test: str, free: Free) -> list[Result]:
    """Numbers of a test, unless it or the score it is part of is taken."""
    domain = _DOMAINS.get(test, "RS")
    if not free(domain, test):
        return []
    return [r for r in subject.results if r.test == test and r.value is not None and not r.operator]


def _becomes(test: str, *values: str) -> MakeChange:
    """A value that the scale does not have."""

    def make(subject: Subject, pick: Random, free: Free) -> Change | None:
        result = one_of(_free_results(subject, test, free), pick)
        if result is None:
            return None
        new = dataclasses.replace(result, value=Decimal(pick.choice(values)))
        return in_result(subject, result, new, domain=_DOMAINS.get(test, "RS"))

    return make


def _total_off(test: str, *parts: str) -> MakeChange:
    """A total that is not the sum of its parts."""

    def make(subject: Subject, pick: Random, free: Free) -> Change | None:
        starts = {r.start for r in subject.results if r.test == parts[0]}
        fit = [r for r in _free_results(subject, test, free) if r.start in starts]
        result = one_of(fit, pick)
        if result is None or result.value is None or not all(free("RS", part) for part in parts):
            return None
        new = dataclasses.replace(result, value=result.value + pick.choice((1, 2, 3)))
        claims = tuple(("RS", name) for name in (test, *parts))
        return in_result(subject, result, new, domain="RS", claims=claims)

    return make


def _lung_mixed_up(subject: Subject, pick: Random, free: Free) -> Change | None:
    shares = {r.start: r for r in _free_results(subject, "FVCPP", free)}
    litres = one_of([r for r in _free_results(subject, "FVC", free) if r.start in shares], pick)
    if litres is None:
        return None
    share = shares[litres.start]
    new = {
        id(litres): dataclasses.replace(litres, value=share.value),
        id(share): dataclasses.replace(share, value=litres.value),
    }
    return Change(
        subject=dataclasses.replace(
            subject, results=tuple(new.get(id(r), r) for r in subject.results)
        ),
        domains=("RE",),
        record={"REDTC": litres.start},
        was=f"FVC {shown(litres.value)}, FVC% {shown(share.value)}",
        now=f"FVC {shown(share.value)}, FVC% {shown(litres.value)}",
        claims=(("RE", "FVC"), ("RE", "FVCPP")),
    )


def _lung_times(factor: str, *, least: int = 1) -> MakeChange:
    def make(subject: Subject, pick: Random, free: Free) -> Change | None:
        fit = _free_results(subject, "FVC", free)
        result = one_of(fit, pick) if len(fit) >= least and free("RE", "FVCPP") else None
        if result is None or result.value is None:
            return None
        value = (result.value * Decimal(factor)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        new = dataclasses.replace(result, value=value)
        return in_result(subject, result, new, domain="RE", claims=(("RE", "FVC"), ("RE", "FVCPP")))

    return make


def _off_by_one(subject: Subject, pick: Random, free: Free) -> Change | None:
    result = one_of(_free_results(subject, "FACITF", free), pick)
    if result is None or result.value is None or not 1 <= result.value <= 50:
        return None
    new = dataclasses.replace(result, value=result.value + 1)
    return in_result(subject, result, new, domain="QS")


# Medication


def _score(
    name: str,
    make: MakeChange,
    *expected: str,
    rows: Rows = "scores",
    unseen: str = "",
    centres: tuple[str, ...] = _ALL,
) -> TruthKind:
    return TruthKind(
        name=name, rows=rows, make=make, expected=expected, unseen=unseen, centres=centres
    )


_SCALE = ("suite.rs.*", "suite.qs.*")
_LUNG = ("suite.re.*",)
_SLEDAI = tuple(f"SLEDAI{n:02}" for n in range(1, 25))
_SKIN = tuple(f"MRSS{n:02}" for n in range(1, 18))
_RI = tuple(f"IGG4RI{n:02}" for n in range(1, 5))

KINDS: tuple[TruthKind, ...] = (
    _score("haq_between_steps", _becomes("HAQDI", "0.3", "1.1", "1.45", "2.2"), *_SCALE),
    _score("haq_off_scale", _becomes("HAQDI", "3.5", "4.25", "12.5"), *_SCALE),
    _score("global_on_scale_of_100", _becomes("PTGA", "35", "48", "72"), *_SCALE),
    _score("pga_on_scale_of_10", _becomes("PGA", "5", "6.5", "8"), *_SCALE),
    _score("facit_off_scale", _becomes("FACITF", "58", "130"), *_SCALE),
    _score("mmt8_bilateral_as_single", _becomes("MMT8", "112", "138", "149"), *_SCALE),
    _score("mmt8_off_scale", _becomes("MMT8B", "160", "186"), *_SCALE),
    _score("mrss_off_scale", _becomes("MRSSTOT", "54", "61"), *_SCALE),
    _score("mrss_site_off_scale", _becomes("MRSS05", "4", "7"), *_SCALE),
    _score("mrss_total_off", _total_off("MRSSTOT", *_SKIN), *_SCALE),
    _score("sledai_total_off", _total_off("SLEDAITOT", *_SLEDAI), *_SCALE),
    _score("sledai_weight_wrong", _becomes("SLEDAI13", "3", "5"), *_SCALE),
    _score("igg4_ri_total_off", _total_off("IGG4RITOT", *_RI), *_SCALE),
    _score("fvc_litres_and_percent_mixed_up", _lung_mixed_up, *_LUNG, rows="lung"),
    _score("fvc_in_millilitres", _lung_times("1000"), *_LUNG, rows="lung"),
    _score("fvc_against_percent", _lung_times("0.6", least=3), *_LUNG, rows="lung"),
    _score(
        "score_off_by_one",
        _off_by_one,
        unseen="A neighbouring value of the scale; only the questionnaire has the right one.",
    ),
)
