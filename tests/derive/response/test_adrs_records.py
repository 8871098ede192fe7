"""Whole records of ADRS and ADTTE: every variable of every kind of record."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import polars as pl
from tests.derive.made_study import sdtm, shipped_specs
from tests.derive.response.test_assemble import LUPUS, SKIN, START, derived, dose, lungs, made_adsl
from tests.derive.response.test_assemble import result as record

from tecdata.dataset import Dataset
from tecdata.derive.response.datasets import derive_response
from tecdata.finding import Findings

if TYPE_CHECKING:
    from collections.abc import Mapping

HEAD = {
    "STUDYID": "S", "USUBJID": "S-1", "SITEID": "X", "DISEASE": "SSc", "TRTSDT": START,
}  # fmt: skip


def row(frame: pl.DataFrame, code: str, day: int | None) -> dict[str, Any]:
    """The record of a parameter on a study day without what is empty."""
    at = pl.col("ADY") == day if day is not None else pl.col("ADY").is_null()
    (found,) = frame.filter((pl.col("PARAMCD") == code) & at).to_dicts()
    return {name: value for name, value in found.items() if value is not None}


def day(number: int) -> dict[str, Any]:
    return {"ADY": number, "ADT": START + datetime.timedelta(days=number - (number > 0))}


VISITS = [(test, at, value / 2) for at in (28, 84) for test, _, value in SKIN]


def skin() -> pl.DataFrame:
    return derived("SSc", [*SKIN, *VISITS, *lungs((-5, 80), (28, 82))])


def test_a_component_at_baseline_measured_and_carried() -> None:
    frame = skin()
    label = {"PARCAT1": "COMPONENT", "PARAMCD": "FVC", "PARAM": "FVC, Percent Predicted (%)"}
    source = {"SRCDOM": "RE", "SRCVAR": "RESTRESN"}
    base = {
        **HEAD, **label, **source, **day(-5), "ASEQ": 2, "AVISIT": "BASELINE", "AVISITN": 0,
        "AVAL": 80.0, "BASE": 80.0, "ABLFL": "Y", "ANL01FL": "Y", "SRCSEQ": 1,
    }  # fmt: skip
    assert {**row(frame, "FVC", -5), "ASEQ": 2} == base
    after = {"AVAL": 82.0, "AVALLO": 82.0, "AVALHI": 82.0, "BASE": 80.0, "CHG": 2.0, "PCHG": 2.5}
    week4 = {"AVISIT": "WEEK 4", "AVISITN": row(frame, "TIER", 29)["AVISITN"]}
    found = row(frame, "FVC", 29)
    assert found.pop("ASEQ") == row(frame, "FVC", -5)["ASEQ"] + 1
    assert found == {
        **HEAD, **label, **source, **day(29), **week4, **after, "ANL01FL": "Y", "SRCSEQ": 2,
    }  # fmt: skip
    found = row(frame, "FVC", 85)
    assert (found["DTYPE"], found["SRCSEQ"], found["AVISIT"]) == ("LOCF", 2, "WEEK 12")
    assert {name: found[name] for name in after} == after


def test_scores_criteria_and_tiers() -> None:
    frame = skin()
    week4 = {name: row(frame, "FVC", 29)[name] for name in ("AVISIT", "AVISITN")}
    told = {**HEAD, **day(29), **week4, "ANL01FL": "Y"}

    def without_number(code: str, at: int = 29) -> dict[str, Any]:
        found = row(frame, code, at)
        assert isinstance(found.pop("ASEQ"), int)
        return found

    assert without_number("TIER") == {
        **told, "PARCAT1": "RESPONSE", "PARAMCD": "TIER", "PARAM": "Tier of Response",
        "AVAL": 3.0, "AVALC": "MAJOR", "AVALLO": 3.0, "AVALHI": 3.0,
    }  # fmt: skip
    assert without_number("CPRPROG") == {
        **told, "PARCAT1": "CRITERION", "PARAMCD": "CPRPROG",
        "PARAM": "Major cardiopulmonary-renal progression",
        "AVAL": 0.0, "AVALC": "N", "AVALLO": 0.0, "AVALHI": 0.0,
    }  # fmt: skip
    score = without_number("CRISS")
    chance = score.pop("AVAL")
    assert 0.999 < chance <= 1
    assert score == {
        **told, "PARCAT1": "SCORE", "PARAMCD": "CRISS", "PARAM": "ACR CRISS Probability",
        "AVALLO": chance, "AVALHI": chance,
    }  # fmt: skip


def test_the_best_tier_and_the_relapse_of_a_subject() -> None:
    worse = [("MRSSTOT", 150, 13.0)]
    frame = derived("SSc", [*SKIN, *VISITS, *lungs((-5, 80), (28, 82)), *worse])
    best = row(frame, "BESTTIER", 29)
    assert {k: best[k] for k in ("PARCAT1", "PARAM", "AVAL", "AVALC", "AVALLO", "AVALHI")} == {
        "PARCAT1": "RESPONSE", "PARAM": "Best Tier of Response", "AVAL": 3.0, "AVALC": "MAJOR",
        "AVALLO": 3.0, "AVALHI": 3.0,
    }  # fmt: skip
    relapse = row(frame, "RELAPSE", 151)
    assert {k: relapse[k] for k in ("PARCAT1", "PARAM", "AVAL", "AVALC", "REASON")} == {
        "PARCAT1": "RESPONSE", "PARAM": "Relapse after Response", "AVAL": 1.0, "AVALC": "Y",
        "REASON": "RELAPSE: MRSS 10 -> 13: worse by 3 = 30 % (MRSS worse by at least 25 % of the "
        "best value before)",
    }  # fmt: skip
    none = row(skin(), "RELAPSE", None)
    assert (none["AVAL"], none["AVALC"], "REASON" in none) == (0.0, "N", False)


def test_the_best_tier_is_dated_by_its_own_first_day() -> None:
    visits = [
        (test, at, value / by) for at, by in ((28, 1.2), (84, 2.5)) for test, _, value in SKIN
    ]
    best = row(derived("SSc", [*SKIN, *visits]), "BESTTIER", 85)
    assert (best["AVALC"], best["AVISIT"]) == ("MAJOR", "WEEK 12")


def test_no_response_is_no_first_day() -> None:
    same = [(test, 28, value) for test, _, value in SKIN]
    frame = derived("SSc", [*SKIN, *same, *lungs((-5, 80), (28, 80))])
    best = row(frame, "BESTTIER", None)
    assert (best["AVAL"], best["AVALC"], best["AVALHI"]) == (0.0, "NONE", 0.0)
    assert row(frame, "RELAPSE", None)["REASON"] == "no response before"


def test_what_is_missing_leaves_bounds_and_says_so() -> None:
    frame = derived("SSc", [*SKIN, *[told for told in VISITS if told[0] in ("MRSSTOT", "PTGA")]])
    tier = row(frame, "TIER", 29)
    assert "AVAL" not in tier
    assert (tier["AVALC"], tier["AVALLO"], tier["AVALHI"]) == ("NOT EVALUABLE", 0.0, 3.0)
    assert tier["REASON"] == "NONE to MAJOR possible; missing: FVC, HAQDI, MDGA"
    score = row(frame, "CRISS", 29)
    assert ("AVAL" in score, score["AVALLO"], score["AVALHI"]) == (False, 0.0, 1.0)
    best = row(frame, "BESTTIER", None)
    assert (best["AVAL"], best["AVALC"], best["AVALHI"]) == (0.0, "NONE", 3.0)


def test_a_criterion_that_cannot_be_told() -> None:
    frame = derived("SLE", [*LUPUS, ("SLEDAITOT", 28, 2.0)])
    doris = row(frame, "DORIS", 29)
    assert "AVAL" not in doris
    assert (doris["AVALC"], doris["AVALLO"], doris["AVALHI"]) == ("NOT EVALUABLE", 0.0, 1.0)
    assert doris["REASON"] == "missing: CSLEDAI, PGA"
    sri = row(frame, "SRI4", 29)
    assert (sri["AVALC"], sri["REASON"]) == ("NOT EVALUABLE", "missing: PGA")


def test_a_change_from_zero_has_no_percent() -> None:
    frame = derived("SSc", [("MRSSTOT", -5, 0.0), ("MRSSTOT", 28, 3.0)])
    found = row(frame, "MRSS", 29)
    assert (found["BASE"], found["CHG"], "PCHG" in found) == (0.0, 3.0, False)
    bare = row(derived("SSc", [("MRSSTOT", 28, 3.0)]), "MRSS", 29)
    assert not {"BASE", "CHG", "PCHG"} & bare.keys()


def test_of_two_records_in_a_visit_the_nearest_to_its_day_is_flagged() -> None:
    frame = derived("SSc", [("MRSSTOT", -5, 9.0), *[("MRSSTOT", at, 3.0) for at in (26, 27, 29)]])
    flags = frame.filter(pl.col("PARAMCD") == "MRSS").select("ADY", "ANL01FL", "AVISIT").rows()
    planned = next(v.day for v in shipped_specs().study.visits if v.name == "WEEK 4")
    nearest = min((27, 28, 30), key=lambda at: abs(at - planned))
    assert flags == [
        (-5, "Y", "BASELINE"), *[(at, "Y" if at == nearest else None, "WEEK 4") for at in (27, 28, 30)],
    ]  # fmt: skip


def two_subjects(**second: Any) -> tuple[dict[str, Dataset], Dataset]:
    """One subject with systemic sclerosis that responds and one with lupus that is like it."""
    first = [record(*told) for told in [*SKIN, *VISITS, *lungs((-5, 80), (28, 82))]]
    other = [
        {**record(*told), "USUBJID": "S-2"}
        for told in (*LUPUS, ("SLEDAITOT", 28, 2.0), ("PGA", 28, 0.1))
    ]
    domains: dict[str, list[Mapping[str, Any]]] = {
        "DM": [{"USUBJID": who, "RFSTDTC": "2024-01-01"} for who in ("S-1", "S-2")],
        "CM": [{**dose(-60, None, 5.0), "USUBJID": "S-2"}],
    }
    for told in (*first, *other):
        code = next(name[:2] for name in told if name.endswith("TESTCD"))
        domains.setdefault(code, []).append(told)
    adsl = made_adsl("SSc").to_polars()
    more = adsl.with_columns(**{"USUBJID": pl.lit("S-2"), "DISEASE": pl.lit("SLE"), **second})
    spec = shipped_specs().adam["ADSL"]
    return sdtm(**domains), Dataset.of(pl.concat([more, adsl], how="vertical_relaxed"), spec)


def test_diseases_side_by_side() -> None:
    study, adsl = two_subjects()
    findings = Findings()
    made = derive_response(study, shipped_specs(), findings, {"ADSL": adsl})
    assert list(made) == ["ADRS", "ADTTE"]
    frame = made["ADRS"].to_polars()
    assert frame["USUBJID"].unique(maintain_order=True).to_list() == ["S-1", "S-2"]
    for _, own in frame.group_by("USUBJID"):
        assert own["ASEQ"].to_list() == list(range(1, len(own) + 1))
    tiers = frame.filter(pl.col("PARAMCD") == "TIER").select("USUBJID", "DISEASE", "AVALC").rows()
    assert tiers[0] == tiers[1] == ("S-1", "SSc", "MAJOR")
    assert tiers[2][:2] == ("S-2", "SLE")
    times = made["ADTTE"].to_polars()
    assert times.select("USUBJID", "PARAMCD").rows() == [
        (who, code) for who in ("S-1", "S-2") for code in ("TTMAJ", "TTMIN", "TTMOD", "TTREL")
    ]
    first = times.row(by_predicate=(pl.col("USUBJID") == "S-1") & (pl.col("PARAMCD") == "TTMAJ"),
                      named=True)  # fmt: skip
    number = row(frame.filter(pl.col("USUBJID") == "S-1"), "TIER", 29)["ASEQ"]
    assert first == {
        "STUDYID": "S", "USUBJID": "S-1", "SITEID": "X", "DISEASE": "SSc",
        "PARAM": "Weeks to Major Response", "PARAMCD": "TTMAJ", "STARTDT": START,
        "ADT": START + datetime.timedelta(days=28), "ADY": 29, "AVAL": 4.0, "CNSR": 0,
        "EVNTDESC": "MAJOR RESPONSE", "CNSDTDSC": None, "SRCDOM": "ADRS", "SRCVAR": "ADT",
        "SRCSEQ": number,
    }  # fmt: skip
    labels = dict(times.select("PARAMCD", "PARAM").unique().rows())
    assert labels["TTMIN"] == "Weeks to at Least Minimal Response"
    assert labels["TTMOD"] == "Weeks to at Least Moderate Response"
    assert labels["TTREL"] == "Weeks to Relapse after Response"


def test_a_subject_without_time_at_risk_is_reported_and_left_out() -> None:
    for gone in ({"TRTSDT": pl.lit(None, pl.Date)}, {"FUPD": pl.lit(None, pl.Int64)}):
        study, adsl = two_subjects(**gone)
        findings = Findings()
        made = derive_response(study, shipped_specs(), findings, {"ADSL": adsl})
        assert made["ADRS"].to_polars()["USUBJID"].unique().to_list() == ["S-1"]
        (told,) = [f for f in findings if f.check == "derive.no_time_at_risk"]
        assert (told.usubjid, told.domain) == ("S-2", "ADSL")


def test_carried_values_and_events_to_decide_on_are_reported() -> None:
    event = {"USUBJID": "S-1", "AEDECOD": "DECOMPENSATED HEART INSUFFICIENCY", "AESTDY": 61}
    study, adsl = two_subjects()
    study |= sdtm(AE=[event, {**event, "USUBJID": "S-2"}])
    findings = Findings()
    derive_response(study, shipped_specs(), findings, {"ADSL": adsl})
    (carried,) = [f for f in findings if f.check == "derive.carried_forward"]
    assert (carried.domain, carried.variable) == ("ADRS", "FVC")
    assert "1 " in carried.message
    assert "182" in carried.message
    assert "Systemic sclerosis" in carried.message
    (decide,) = [f for f in findings if f.check == "derive.adjudicate"]
    assert (decide.domain, decide.usubjid, decide.seq, decide.variable, decide.value) == (
        "AE", "S-1", 1, "AEDECOD", "DECOMPENSATED HEART INSUFFICIENCY",
    )  # fmt: skip
    assert "LV Failure" in decide.message


def test_a_disease_without_criteria_names_the_subject() -> None:
    study, adsl = two_subjects(DISEASE=pl.lit("Gout"))
    findings = Findings()
    derive_response(study, shipped_specs(), findings, {"ADSL": adsl})
    (told,) = [f for f in findings if f.check == "derive.no_response_criteria"]
    assert (told.usubjid, told.variable, told.value, told.domain) == (
        "S-2", "DISEASE", "Gout", "ADSL",
    )  # fmt: skip


def test_a_subject_without_a_disease_is_reported() -> None:
    study, adsl = two_subjects(DISEASE=pl.lit(None, pl.String))
    findings = Findings()
    derive_response(study, shipped_specs(), findings, {"ADSL": adsl})
    (told,) = [f for f in findings if f.check == "derive.no_response_criteria"]
    assert (told.usubjid, told.value) == ("S-2", "")


def test_death_ends_the_time() -> None:
    study, adsl = two_subjects(DTHFL=pl.lit("Y"), FUPD=pl.lit(20))
    made = derive_response(study, shipped_specs(), Findings(), {"ADSL": adsl})
    times = made["ADTTE"].to_polars().filter(pl.col("USUBJID") == "S-2")
    assert times.select("PARAMCD", "CNSR", "EVNTDESC", "ADY").rows() == [
        (code, 2, "DEATH", 21) for code in ("TTMAJ", "TTMIN", "TTMOD")
    ]


def test_what_made_a_relapse_is_told_as_far_as_the_variable_holds() -> None:
    better = [("SLEDAITOT", 30, 4.0), ("PGA", 30, 0.5)]
    worse = [("SLEDAITOT", 60, 16.0), ("PGA", 60, 2.8)]
    doses = [dose(-10, 59, 5.0), dose(60, None, 60.0)]
    frame = derived("SLE", [*LUPUS, *better, *worse], CM=doses)
    (reason,) = frame.filter(pl.col("PARAMCD") == "RELAPSE")["REASON"]
    assert reason.startswith("SEVERE: SLEDAI = 16 (SLEDAI above 12); SLEDAI 4 -> 16: worse by 12 (")
    assert len(reason) == 200


def test_what_was_measured_near_by_did_not_make_the_relapse() -> None:
    better = [("SLEDAITOT", 30, 4.0), ("PGA", 30, 0.5)]
    frame = derived("SLE", [*LUPUS, *better, ("SLEDAITOT", 60, 16.0), ("PGA", 63, 2.8)])
    (reason,) = frame.filter(pl.col("PARAMCD") == "RELAPSE")["REASON"]
    assert "SLEDAI 4 -> 16" in reason
    assert "PGA" not in reason


def test_a_visit_takes_the_days_of_its_window_to_the_last() -> None:
    days = [(21, "WEEK 2"), (22, "WEEK 4"), (42, "WEEK 4"), (43, "WEEK 8")]
    frame = derived("SSc", [*SKIN, *[("MRSSTOT", at - 1, 10.0) for at, _ in days]])
    scores = frame.filter((pl.col("PARAMCD") == "MRSS") & (pl.col("ADY") > 0))
    assert scores.select("ADY", "AVISIT").rows() == days
