"""One patient at the bedside: results, working, and what is refused."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.derive.response.made_panel import response

from tecdata.derive.response.bedside import Given, work_out
from tecdata.errors import UsageError


def numbers(text: str) -> dict[str, Fraction]:
    return {n: Fraction(v) for n, v in (part.split("=") for part in text.split())}


def told(**given: Any) -> Given:
    values: dict[str, Any] = {}
    for key, value in given.items():
        values[key] = numbers(value) if isinstance(value, str) and "=" in value else value
    return Given(**values)


def worked(name: str, **given: Any) -> str:
    return work_out(name, told(**given), response()).result


T1 = {
    "baseline": "MDGA=7 PTGA=8 MMT=112 HAQDI=1.75 ENZYME=2400 EXMVAS=5",
    "followup": "MDGA=2 PTGA=3 MMT=141 HAQDI=0.5 ENZYME=150 EXMVAS=1",
    "spans": "MMT=150",
    "limits": "CK=170",
}


def test_improvement_score_with_its_working() -> None:
    assert worked("TIS", **T1) == "TIS = 82.5; adult: MAJOR; juvenile: MAJOR"
    made = work_out("tis", told(**T1), response())
    points = [verdict.outcome for verdict in made.verdicts]
    assert points == [f"{p} points" for p in ("20", "10", "20", "10", "7.5", "15")]
    assert made.verdicts[2].found == "MMT 112 -> 141: better by 19.33 % of its range of 150"
    assert "Aggarwal 2017" in made.source


def test_missing_components_and_ranges_leave_bounds() -> None:
    less = {**T1, "followup": "MDGA=2 MMT=141 HAQDI=0.5 ENZYME=150"}
    assert (
        worked("tis", **less)
        == "TIS = 57.5 to 87.5; adult: MODERATE to MAJOR; juvenile: MODERATE to MAJOR"
    )
    assert worked("tis", **{**T1, "limits": "LDH=170"}) == worked("tis", **T1)
    made = work_out("tis", told(**{**T1, "limits": "A=1"}), response())
    assert made.result.startswith("TIS = 75 to 82.5")
    assert made.verdicts[4].found.endswith("its range is not known")


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        (
            "criss",
            {"baseline": "MRSS=20 FVC=70 PTGA=6 MDGA=6 HAQDI=1",
             "followup": "MRSS=12 FVC=72 PTGA=4 MDGA=3 HAQDI=0.75"},
            "CRISS = 0.987036; improved (at least 0.6): yes",
        ),
        (
            "criss",
            {"baseline": "MRSS=20 FVC=70 PTGA=6 MDGA=6 HAQDI=1", "followup": "MRSS=20 FVC=70"},
            "CRISS = 0 to 1; improved (at least 0.6): not evaluable",
        ),
        ("doris", {"followup": "CSLEDAI=0 PGA=0.4 PRED=5"}, "DORIS: met"),
        ("doris", {"followup": "CSLEDAI=0 PGA=0.5"}, "DORIS: not met"),
        ("doris", {"followup": "CSLEDAI=0"}, "DORIS: undecided"),
        ("ssc", {"baseline": "MRSS=30 FVC=70 DLCO=60 HAQDI=2 PTGA=8 MDGA=7",
                 "followup": "MRSS=14 FVC=71 DLCO=60 HAQDI=0.875 PTGA=3 MDGA=3"},
         "tier: MAJOR; worsening since baseline: NONE"),
        ("igg4rd", {"baseline": "IGG4RI=6", "followup": "IGG4RI=10"},
         "tier: NONE; worsening since baseline: RELAPSE"),
        ("igg4rd", {"baseline": "IGG4RI=6"},
         "tier: NOT EVALUABLE (NONE to MAJOR); worsening since baseline: NONE to RELAPSE"),
        ("sle", {"baseline": "SLEDAI=2 PGA=0.3", "followup": "SLEDAI=13 PGA=0.3 CSLEDAI=9"},
         "tier: NONE; worsening since baseline: SEVERE"),
        ("haqdi", {"answers": "DRESS=2 ARISE=1 EAT=0 WALK=2 HYGIENE=1 REACH=0 GRIP=3 ACT=1",
                   "aids": ["EAT"]}, "1.5"),
        ("mmt8", {"answers": "NECK=10 DELTOID=8 BICEPS=9 WRIST=10 GLUTMAX=7 GLUTMED=7 QUADRI=8 "
                  "ANKLE=10"}, "69"),
        ("igg4ri2018", {"answers": " ".join(f"{n:02}={3 if n == 1 else 0}" for n in range(1, 26)),
                        "urgent": ["01"]}, "6"),
        ("haqdi", {"answers": "DRESS=2"},
         "0 to 3: not evaluable because 1 of 8 categories answered, at least 6 needed"),
    ],
)  # fmt: skip
def test_results(name: str, given: dict[str, Any], expected: str) -> None:
    assert worked(name, **given) == expected


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("nothing", {}, "there is no score 'nothing'"),
        ("tis", {"baseline": "MDGE=1"}, "has no measure 'MDGE'"),
        ("tis", {"followup": "MDGA=1/3"}, "more than six decimals"),
        ("mrss", {"answers": "01=4"}, "not a whole number from 0 to 3"),
        ("mmt8", {"answers": "NECK=1", "form": "trilateral"}, "trilateral"),
        ("sledai2k", {"answers": "01=8", "subset": "wet"}, "wet"),
        ("tis", {"baseline": "TIS=10"}, "has no measure 'TIS'"),
    ],
)
def test_what_is_not_there_is_refused_with_the_choices(
    name: str, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        worked(name, **given)
    assert caught.value.next_step


T2 = {
    "baseline": "MDGA=5 PTGA=6 MMT=70 HAQDI=1 ENZYME=300 EXMVAS=3",
    "followup": "MDGA=4 PTGA=5 MMT=76 HAQDI=0.875 ENZYME=180 EXMVAS=2.5",
    "limits": "CK=190",
}


def test_a_tier_is_reached_at_its_limit() -> None:
    assert worked("tis", **T2) == "TIS = 20; adult: MINIMAL; juvenile: NONE"
    none = {**T2, "followup": T2["baseline"]}
    assert worked("tis", **none) == "TIS = 0; adult: NONE; juvenile: NONE"
    made = work_out("tis", told(**T2), response())
    assert made.title == "Total Improvement Score"


def test_the_working_of_a_probability() -> None:
    before = "MRSS=20 FVC=70 PTGA=6 MDGA=6 HAQDI=1"
    made = work_out(
        "criss", told(baseline=before, followup="MRSS=12 FVC=72 PTGA=4 MDGA=3"), response()
    )
    rows = {v.asked: (v.found, v.outcome) for v in made.verdicts}
    assert rows["intercept"] == ("", "-5.54")
    assert rows["-0.81 x change of MRSS"] == ("MRSS 20 -> 12", "6.48")
    assert rows["0.21 x change of FVC"] == ("FVC 70 -> 72", "0.42")
    assert rows["-3.41 x change of HAQDI"] == ("HAQDI 1 -> unknown", "unknown")
    assert len(rows) == 6
    low = work_out("criss", told(baseline=before, followup=before), response())
    assert low.result == "CRISS = 0.003911; improved (at least 0.6): no"


def test_a_criterion_is_opened() -> None:
    made = work_out("DORIS", told(followup="CSLEDAI=0 PGA=0.4"), response())
    (verdict,) = made.verdicts
    assert [part.outcome for part in verdict.parts] == ["met", "met", "met"]
    assert (made.title, verdict.outcome) == ("DORIS remission", "met")
    assert made.source.startswith("Albach 2026")


def test_a_disease_opens_every_tier() -> None:
    made = work_out("IGG4RD", told(baseline="IGG4RI=8", followup="IGG4RI=4"), response())
    assert made.title == "IgG4-related disease"
    assert [v.asked for v in made.verdicts] == [
        f"{tier}: IGG4RI better by at least {by} since baseline"
        for tier, by in (("MINIMAL", 2), ("MODERATE", 4), ("MAJOR", 6))
    ]
    assert [v.outcome for v in made.verdicts] == ["met", "met", "not met"]
    assert made.source.startswith("Albach 2026")


def test_an_instrument_tells_its_source_and_its_items() -> None:
    made = work_out("mrss", told(answers=" ".join(f"{n:02}=1" for n in range(1, 18))), response())
    assert (made.title, made.result, made.verdicts) == ("Modified Rodnan Skin Score", "17", ())
    assert made.source == response().instruments["mrss"].source
    with pytest.raises(UsageError) as caught:
        worked("mrss", answers="18=1")
    assert str(caught.value).startswith("Modified Rodnan Skin Score: no item is called 18")
    assert caught.value.choices == tuple(f"{n:02}" for n in range(1, 18))
    assert caught.value.next_step == "Give answers as ITEM=VALUE, separated by commas"
    with pytest.raises(UsageError, match=r"^SLEDAI-2K: wet") as caught:
        worked("sledai2k", answers="01=8", subset="wet")
    with pytest.raises(UsageError) as caught:
        worked("mmt8", answers="NECK=1", form="trilateral")
    assert caught.value.choices == ("unilateral", "bilateral")
    with pytest.raises(UsageError) as caught:
        worked("haqdi", answers="FLY=1")
    assert "DRESS" in caught.value.choices


def test_choices_and_next_steps_of_refusals() -> None:
    with pytest.raises(UsageError) as caught:
        worked("nothing")
    assert {"tis", "doris", "ssc"} <= set(caught.value.choices)
    assert list(caught.value.choices) == sorted(caught.value.choices)
    assert caught.value.next_step == "Name one of them"
    with pytest.raises(UsageError) as caught:
        worked("tis", baseline="MDGE=1")
    assert "MDGA" in caught.value.choices
    assert "TIS" not in caught.value.choices
    assert caught.value.next_step == "Give values as MEASURE=VALUE, separated by commas"
    with pytest.raises(UsageError, match="more than six decimals") as caught:
        worked("tis", followup="MDGA=1/3")
    assert caught.value.next_step == "Round the value to six decimals"


def test_doses_and_events_not_given_are_none() -> None:
    given_all = {"followup": "CSLEDAI=0 PGA=0.4 PRED=6"}
    assert worked("doris", **given_all) == "DORIS: not met"
    assert worked("doris", followup="CSLEDAI=0 PGA=0.4") == "DORIS: met"


def test_a_score_that_no_disease_uses_is_refused() -> None:
    specs = response()
    lupus = specs.model_copy(update={"diseases": {"SLE": specs.diseases["SLE"]}})
    with pytest.raises(UsageError, match="no disease uses the score 'tis'") as caught:
        work_out("tis", told(**T1), lupus)
    assert caught.value.next_step == "Name it as the score of a measure in specs/response"
