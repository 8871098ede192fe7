"""tecdata score, and tecdata derive response --explain, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tecdata.cli.main import cli
from tecdata.errors import UsageError

REPOSITORY = Path(__file__).parents[2]
BASELINE = "MDGA=5,PTGA=6,MMT=70,HAQDI=1.0,ENZYME=300,EXMVAS=3"
FOLLOWUP = "MDGA=4,PTGA=5,MMT=76,HAQDI=0.875,ENZYME=180,EXMVAS=2.5"


def called(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, catch_exceptions=False, standalone_mode=False)


def test_score_prints_the_working() -> None:
    made = called("score", "tis", "--baseline", BASELINE, "--followup", FOLLOWUP, "--uln", "CK=190")
    lines = made.output.splitlines()
    assert lines[0].startswith("Total Improvement Score (ACR/EULAR 2016")
    assert lines[-1] == "TIS = 20; adult: MINIMAL; juvenile: NONE"
    assert "7.5 points (MDGA 5 -> 4: better by 10 % of its range of 10)" in lines[1]
    assert len(lines) == 8


def test_score_as_json() -> None:
    made = called("score", "doris", "--followup", "CSLEDAI=0,PGA=0.4", "--json",
                  "--study", str(REPOSITORY))  # fmt: skip
    told = json.loads(made.output)
    assert told["result"] == "DORIS: met"
    assert [part["outcome"] for part in told["verdicts"][0]["parts"]] == ["met"] * 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("score", "tis", "--baseline", "MDGA=six"), "'MDGA=six' is not NAME=VALUE"),
        (("score", "tis", "--baseline", "MDGA=6", "--baseline", "MDGA=7"), "MDGA is given twice"),
        (("derive", "adsl", "--explain", "X"), "'adsl' cannot be explained"),
    ],
)
def test_wrong_use_is_told(arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        called(*arguments)


@pytest.fixture(scope="module")
def explained() -> str:
    return called("derive", "response", str(REPOSITORY), "--explain", "TECAID-BE-001").output


def test_a_tier_opens_down_to_the_source_cells(explained: str) -> None:
    lines = explained.splitlines()
    start = next(i for i, line in enumerate(lines) if "day 41" in line)
    visit = lines[start : lines.index("", start)]
    assert visit[0].endswith("MAJOR")
    text = "\n".join(visit)
    assert "DORIS remission: all of: met (3 met)" in text
    assert "SLEDAI better by at least 2 since baseline: met (SLEDAI 17 -> 2: better by 15)" in text
    places = [line for line in visit if " <- " in line]
    assert all(".xlsx, sheet " in place for place in places)
    assert any("PREDNISOLONE = 5.0 mg QD" in place for place in places)
    assert "(RS 9, 2024-11-06) <- " in explained
    assert "best tier MAJOR, relapse day 217, MILD-MODERATE" in explained


def test_explained_as_json_and_an_unknown_subject() -> None:
    told = json.loads(
        called("derive", "response", str(REPOSITORY), "--explain", "TECAID-BE-010", "--json").output
    )
    visit = told["visits"][0]
    assert visit["tier"] == "MODERATE"
    points = visit["tiers"]["MAJOR"]["parts"]
    assert [p["outcome"] for p in points][:2] == ["7.5 points", "5 points"]
    (source,) = told["sources"][str(points[0]["records"][0])]
    assert (source["domain"], source["test"], source["value"]) == ("RS", "MDGA", "5")
    assert source["cell"]
    with pytest.raises(UsageError, match="no subject 'X' is followed"):
        called("derive", "response", str(REPOSITORY), "--explain", "X")
