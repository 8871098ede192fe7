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
    assert "better by 19.33 % of its range of 150" in made.verdicts[2].found
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
