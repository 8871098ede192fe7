"""What comes of a subject, and the records of ADTTE that say so."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from tests.derive.made_study import sdtm, shipped_specs
from tests.derive.response.test_assemble import SKIN, START, made_adsl
from tests.derive.response.test_assemble import result as record

from tecdata.derive.response.datasets import derive_response, judge_study
from tecdata.derive.response.event_records import event_records
from tecdata.derive.response.outcome import Followed, Outcome, tier_at
from tecdata.finding import Findings

SUBJECT = {"STUDYID": "S", "SITEID": "X", "TRTSDT": START}


def outcome(first: Mapping[str, int], relapse: int | None, days: int, *, died: bool) -> Outcome:
    followed = Followed(usubjid="S-1", disease="SSc", days=days, died=died)
    return Outcome(
        followed=followed, first=first, best=len(first), best_possible=3, relapse=relapse,
        grade="RELAPSE" if relapse is not None else "", worsened=relapse,
    )  # fmt: skip


def events(made: Outcome, records: Sequence[Mapping[str, Any]] = ()) -> dict[str, dict[str, Any]]:
    return {r["PARAMCD"]: r for r in event_records(made, SUBJECT, [dict(r) for r in records])}


def test_events_are_dated_in_weeks_and_name_their_record() -> None:
    records = [
        {"PARAMCD": "MRSS", "ADY": 22, "ASEQ": 3},
        {"PARAMCD": "TIER", "ADY": 21, "ASEQ": 7},
        {"PARAMCD": "TIER", "ADY": 22, "ASEQ": 8},
        {"PARAMCD": "RELAPSE", "ADY": 71, "ASEQ": 9},
    ]
    found = events(outcome({"MINIMAL": 21}, 70, 100, died=False), records)
    assert list(found) == ["TTMIN", "TTMOD", "TTMAJ", "TTREL"]
    response, relapse = found["TTMIN"], found["TTREL"]
    assert (response["AVAL"], response["ADY"], response["CNSR"]) == (3.0, 22, 0)
    assert response["ADT"] == START + datetime.timedelta(days=21)
    assert (response["EVNTDESC"], response["SRCDOM"], response["SRCSEQ"]) == (
        "MINIMAL RESPONSE", "ADRS", 8,
    )  # fmt: skip
    assert (relapse["AVAL"], relapse["EVNTDESC"], relapse["SRCSEQ"]) == (10.0, "RELAPSE", 9)


@pytest.mark.parametrize(
    ("died", "cnsr", "words"),
    [
        (False, 1, ("END OF FOLLOW-UP", "LAST CONTACT", "EOSDT")),
        (True, 2, ("DEATH", "DATE OF DEATH", "DTHDT")),
    ],
)
def test_without_the_event_follow_up_or_death_ends_the_time(
    died: bool, cnsr: int, words: tuple[str, str, str]
) -> None:
    found = events(outcome({}, None, 35, died=died))
    assert list(found) == ["TTMIN", "TTMOD", "TTMAJ"], (
        "without a response there is no time to relapse"
    )
    censored = found["TTMAJ"]
    assert (censored["AVAL"], censored["ADY"], censored["CNSR"]) == (5.0, 36, cnsr)
    assert (censored["EVNTDESC"], censored["CNSDTDSC"], censored["SRCVAR"]) == words
    assert (censored["SRCDOM"], censored["SRCSEQ"]) == ("ADSL", None)


def _study(*results: tuple[str, int, float]) -> dict[str, Any]:
    domains: dict[str, list[Mapping[str, Any]]] = {
        "DM": [{"USUBJID": "S-1", "RFSTDTC": "2024-01-01"}]
    }
    for told in results:
        domains.setdefault(shipped_specs().tests[told[0]].domain, []).append(record(*told))
    return sdtm(**domains)


def test_best_tier_first_days_and_the_tier_at_a_day() -> None:
    visits = [(t, d, v / part) for d, part in ((30, 1.2), (60, 2.5), (90, 1.4)) for t, _, v in SKIN]
    study = _study(*SKIN, *visits)
    adsl = made_adsl("SSc").to_polars()
    ((judged, (made,)),) = judge_study(study, shipped_specs(), adsl, Findings())
    assert (made.best, made.best_possible) == (3, 3)
    assert made.first == {"MINIMAL": 30, "MODERATE": 60, "MAJOR": 60}
    assert made.relapse == 90
    assert [tier_at(judged, made, day, 7) for day in (22, 23, 60, 83, 200)] == [
        None, (1, 1), (3, 3), (2, 2), (2, 2),
    ]  # fmt: skip


def test_nobody_without_criteria_or_follow_up_is_judged() -> None:
    findings = Findings()
    made = derive_response(_study(*SKIN), shipped_specs(), findings, {"ADSL": made_adsl("Gout")})
    assert made == {}
    assert [f.check for f in findings] == ["derive.no_response_criteria"]
    assert derive_response(_study(*SKIN), shipped_specs(), findings, {}) == {}


def test_a_subject_without_any_assessment_is_not_evaluable() -> None:
    made = derive_response(_study(*SKIN), shipped_specs(), Findings(), {"ADSL": made_adsl("SSc")})
    rows = {r["PARAMCD"]: r for r in made["ADRS"].to_polars().to_dicts()}
    assert rows["BESTTIER"]["AVALC"] == "NOT EVALUABLE"
    assert rows["BESTTIER"]["REASON"] == "no assessment after baseline"
    assert (rows["RELAPSE"]["AVALC"], rows["RELAPSE"]["REASON"]) == ("N", "no response before")
    assert rows["MRSS"]["ABLFL"] == "Y"
