"""What comes of a subject, and the records of ADTTE that say so."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.derive.made_study import sdtm, shipped_specs
from tests.derive.response.test_assemble import SKIN, START, made_adsl
from tests.derive.response.test_assemble import result as record

from tecdata.derive.response.datasets import derive_response, judge_study
from tecdata.derive.response.event_records import event_records
from tecdata.finding import Findings
from tecdata.spec.response import TIERS

Rows = Sequence[Mapping[str, Any]]


def events(
    first: Mapping[str, int], relapse: int | None, days: int, *, died: bool, adrs: Rows = ()
) -> dict[str, dict[str, Any]]:
    """Records of one subject by PARAMCD, from the days of its tiers and of its relapse."""
    row = {
        "STUDYID": "S", "USUBJID": "S-1", "SITEID": "X", "DISEASE": "SSc", "TRTSDT": START,
        "days": days, "died": died, "relapse": relapse,
        **{tier: first.get(tier) for tier in TIERS[1:]},
    }  # fmt: skip
    outcomes = pl.DataFrame(
        [row], schema_overrides=dict.fromkeys((*TIERS[1:], "relapse"), pl.Int64)
    )
    schema = {"USUBJID": pl.String, "PARAMCD": pl.String, "ADY": pl.Int64, "ASEQ": pl.Int64}
    records = pl.DataFrame([{"USUBJID": "S-1", **r} for r in adrs], schema=schema)
    return {r["PARAMCD"]: r for r in event_records(outcomes, records).to_dicts()}


def test_events_are_dated_in_weeks_and_name_their_record() -> None:
    records = [
        {"PARAMCD": "MRSS", "ADY": 22, "ASEQ": 3},
        {"PARAMCD": "TIER", "ADY": 21, "ASEQ": 7},
        {"PARAMCD": "TIER", "ADY": 22, "ASEQ": 8},
        {"PARAMCD": "RELAPSE", "ADY": 71, "ASEQ": 9},
    ]
    found = events({"MINIMAL": 21}, 70, 100, died=False, adrs=records)
    assert list(found) == ["TTMAJ", "TTMIN", "TTMOD", "TTREL"]
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
    found = events({}, None, 35, died=died)
    assert list(found) == ["TTMAJ", "TTMIN", "TTMOD"], "no time to relapse without a response"
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


def test_best_tier_first_days_and_relapse() -> None:
    visits = [(t, d, v / part) for d, part in ((30, 1.2), (60, 2.5), (90, 1.4)) for t, _, v in SKIN]
    study = _study(*SKIN, *visits)
    adsl = made_adsl("SSc").to_polars()
    ((_, found),) = judge_study(study, shipped_specs(), adsl, Findings())
    (made,) = found.to_dicts()
    assert (made["best"], made["best_possible"]) == (3, 3)
    assert [made[tier] for tier in TIERS[1:]] == [30, 60, 60]
    assert (made["relapse"], made["grade"], made["relapse_row"]) == (90, "RELAPSE", 2)


def test_a_relapse_follows_a_minimal_response_too() -> None:
    study = _study(
        *[("IGG4RITOT", day, value) for day, value in ((-5, 10.0), (30, 7.0), (60, 11.0))]
    )
    ((_, found),) = judge_study(
        study, shipped_specs(), made_adsl("IgG4-RD").to_polars(), Findings()
    )
    (made,) = found.to_dicts()
    assert [made[tier] for tier in TIERS[1:]] == [30, None, None]
    assert (made["relapse"], made["grade"]) == (60, "RELAPSE")


@settings(deadline=None, max_examples=40)
@example([1.2, 2.5, 1.4])
@example([0.5, 0.4, 2.5])
@given(st.lists(st.sampled_from((0.4, 0.5, 0.8, 1.0, 1.2, 1.4, 2.5)), min_size=1, max_size=6))
def test_a_relapse_never_comes_before_a_response(parts: list[float]) -> None:
    visits = [(t, 15 * n, v / part) for n, part in enumerate(parts, 1) for t, _, v in SKIN]
    adsl = made_adsl("SSc").to_polars()
    ((_, found),) = judge_study(_study(*SKIN, *visits), shipped_specs(), adsl, Findings())
    (made,) = found.to_dicts()
    if made["relapse"] is not None:
        assert made["MINIMAL"] is not None
        assert made["MINIMAL"] < made["relapse"]
    first = [made[tier] for tier in TIERS[1:] if made[tier] is not None]
    assert first == sorted(first), "a better tier is never met before one it includes"


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
