"""Rules and what was found, in words."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from tests.derive.response.made_panel import panel, response

from tecdata.derive.response.judge import Judge
from tecdata.derive.response.panel import CARRIED, MEASURED, NEAR, Panel
from tecdata.derive.response.wording import (
    asked,
    found,
    missing_because,
    named,
    points_verdict,
    range_text,
    rule_met,
    verdict_on,
)
from tecdata.spec.instrument import PointScore
from tecdata.spec.response_rule import Rule

PART: dict[str, Any] = {"improves": "MRSS", "by": "2"}


def rule(**words: Any) -> Rule:
    return Rule.model_validate(words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"value": "PGA", "at_least": "1.5"}, "PGA at least 1.5"),
        ({"value": "PGA", "above": "2"}, "PGA above 2"),
        ({"value": "PGA", "at_most": "0"}, "PGA at most 0"),
        ({"value": "PGA", "below": "0.5"}, "PGA below 0.5"),
        ({"improves": "FVC", "percent": "5"}, "FVC better by at least 5 % of baseline"),
        (
            {"worsens": "FVC", "percent": "10", "since": "best", "strictly": "true"},
            "FVC worse by more than 10 % of the best value before",
        ),
        (
            {"improves": "MDGA", "percent": "25", "of_range": "true"},
            "MDGA better by at least 25 % of its range",
        ),
        (
            {"worsens": "PRED", "by": "0", "strictly": "true", "since": "previous"},
            "PRED worse by more than 0 since the value before",
        ),
        ({"worsens": "PRED", "by": "5", "since": "previous"}, "PRED worse by at least 5 since the value before"),
        (
            {"worsens": "FVC", "by": "1", "confirm": {"after_days": "28"}},
            "FVC worse by at least 1 since baseline, seen again after 28 days",
        ),
        (
            {"worsens": "FVC", "by": "1", "confirm": {"after_days": "1", "within_days": "31"}},
            "FVC worse by at least 1 since baseline, seen again after 1 days and within 31",
        ),
        ({"meets": "DORIS"}, "criterion DORIS"),
        ({"count": "1", "of": [PART, PART]}, "at least 1 of 2"),
        (
            {"count": "2", "of": [PART, PART], "confirm": {"after_days": "9"}},
            "at least 2 of 2, seen again after 9 days",
        ),
        ({"not": PART}, "without"),
        ({"observed": PART}, "counted only where observed"),
        ({"observed": PART, "label": "renal crisis"}, "renal crisis"),
        ({"all": [PART]}, "all of"),
        ({"any": [PART], "label": "any flare"}, "any flare: any of"),
        ({"any": [PART], "confirm": {"after_days": "1"}}, "any of, seen again after 1 days"),
    ],
)  # fmt: skip
def test_what_a_rule_asks(words: dict[str, Any], expected: str) -> None:
    assert asked(rule(**words)) == expected


def skin(base: str | int | None, *values: str | int | None, how: tuple[int, ...] = ()) -> Panel:
    visits = [(30 * (i + 1), {"MRSS": value}) for i, value in enumerate(values)]
    made = panel("SSC", {"MRSS": base}, visits)
    course = made.courses["MRSS"]
    course = dataclasses.replace(
        course,
        how=np.array(how or [MEASURED] * len(values), np.int8),
        source=np.arange(len(values)) + 10,
        base_source=np.full(len(values), 5),
    )
    return Panel(made.subject, made.day, {**made.courses, "MRSS": course})


def test_what_was_found() -> None:
    judge = Judge(skin(20, 10, 15, how=(MEASURED, CARRIED)), {})
    half = rule(improves="MRSS", percent="50")
    assert found(half, judge, 0) == ("MRSS 20 -> 10: better by 10 = 50 %", (10, 5))
    assert found(half, judge, 1) == ("MRSS 20 -> 15 (carried forward): better by 5 = 25 %", (11, 5))
    by = rule(worsens="MRSS", by="3", since="best")
    assert found(by, judge, 1)[0] == "MRSS 10 -> 15 (carried forward): worse by 5"
    assert found(by, judge, 1)[1] == (11, 10)
    assert found(rule(value="MRSS", below="5"), judge, 0) == ("MRSS = 10", (10,))
    near = Judge(skin(20, 10, how=(NEAR,)), {})
    assert found(half, near, 0)[0].startswith("MRSS 20 -> 10 (on a day near by): better")
    share = rule(improves="MRSS", percent="10", of_range="true")
    assert found(share, judge, 0)[0] == "MRSS 20 -> 10: better by 10 = 19.61 %"
    zero = Judge(skin(0, 3), {})
    assert found(half, zero, 0)[0] == "MRSS 0 -> 3: better by -3, no ratio from 0"
    gone = Judge(skin(20, None), {})
    assert found(half, gone, 0)[0] == "MRSS 20 -> unknown"


def test_a_verdict_is_opened_down_to_its_measures() -> None:
    judge = Judge(skin(20, 10, None), {"LOW": rule(value="MRSS", below="5")})
    both = rule(all=[{"improves": "MRSS", "percent": "50"}, {"not": {"meets": "LOW"}}])
    verdict = verdict_on(both, judge, 0)
    assert (verdict.asked, verdict.found, verdict.outcome) == ("all of", "2 met", "met")
    change, without = verdict.parts
    assert (change.outcome, change.records, change.parts) == ("met", (10, 5), ())
    assert (without.asked, without.found, without.outcome) == ("without", "", "met")
    (low,) = without.parts
    assert (low.asked, low.outcome, low.found) == ("criterion LOW", "not met", "")
    assert low.parts[0].found == "MRSS = 10"
    assert verdict_on(both, judge, 1).outcome == "undecided"
    for words in ({"any": [PART]}, {"count": "1", "of": [PART]}, {"all": [PART]}):
        assert verdict_on(rule(**words), judge, 0).found == "1 met"
    bare = panel("SSC", {"MRSS": 9}, [(30, {"MRSS": 5})])
    assert verdict_on(rule(**PART), Judge(bare, {}), 0).records == (), "in no record"


def test_the_measures_that_made_a_rule_be_met() -> None:
    judge = Judge(skin(20, 10), {})
    either = rule(any=[PART, {"worsens": "MRSS", "by": "1"}, {"value": "MRSS", "above": "9"}])
    better = "MRSS 20 -> 10: better by 10 (MRSS better by at least 2 since baseline)"
    assert rule_met(either, judge, np.array([0])) == [f"{better}; MRSS = 10 (MRSS above 9)"]
    assert rule_met(rule(worsens="MRSS", by="1"), judge, np.array([0])) == [""]


def test_points_of_a_component() -> None:
    instrument = response().instruments["tis"]
    assert isinstance(instrument, PointScore)
    part = instrument.parts["MDGA"]
    made = panel("IIM", {"MDGA": 8}, [(30, {"MDGA": 5}), (60, {"MDGA": None})])
    bins = "points for Physician global activity (>5 %: 7.5, >15 %: 15, >25 %: 17.5, >40 %: 20)"
    told = points_verdict("MDGA", part, made.courses["MDGA"], 0)
    assert (told.asked, told.outcome, told.records) == (bins, "17.5 points", ())
    assert told.found == "MDGA 8 -> 5: better by 30 % of its range of 10"
    gone = points_verdict("MDGA", part, made.courses["MDGA"], 1)
    assert (gone.found, gone.outcome) == ("MDGA 8 -> unknown", "0 to 20 points")
    enzyme = panel("IIM", {"ENZYME": 300}, [(30, {"ENZYME": 100})]).courses["ENZYME"]
    bare = points_verdict("ENZYME", instrument.parts["ENZYME"], enzyme, 0)
    assert bare.found == "ENZYME 300 -> 100: its range is not known"


def test_values_their_bounds_and_what_is_missing() -> None:
    made = panel("SSC", dict.fromkeys(("MRSS", "FVC"), 5), [(30, {"MRSS": "2.5"})])
    assert range_text(made.courses["MRSS"].now, 0) == "2.5"
    assert range_text(made.courses["FVC"].now, 0) == "unknown"
    assert range_text(made.courses["CRISS"].now, 0) == "0 to 1"
    assert missing_because("FVC") == "missing: FVC"
    assert missing_because("") == "no confirming value yet"
    twice = [("A", np.array([True, False, True])), ("B", np.array([True, False, False])),
             ("A", np.array([True, True, False]))]  # fmt: skip
    assert named(twice, 3) == ["A, B", "A", "A"]
    assert named([], 2) == ["", ""]


def test_names_by_row_each_once_in_their_order() -> None:
    marks = [("FVC", [1, 0, 0, 1]), ("MRSS", [0, 0, 1, 1]), ("FVC", [1, 0, 1, 0])]
    marked = [(name, np.array(where, dtype=np.bool_)) for name, where in marks]
    assert named(marked, 4) == ["FVC", "", "MRSS, FVC", "FVC, MRSS"]
    assert named([], 2) == ["", ""]
