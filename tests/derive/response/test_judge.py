"""Rules on rows whose values were measured near by, carried forward, or whose ranges matter."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from tests.derive.response.made_panel import disease, panel

from tecdata.derive.response.amounts import UNIT
from tecdata.derive.response.judge import Judge
from tecdata.derive.response.panel import CARRIED, MEASURED, NEAR, Panel
from tecdata.derive.response.relapse import compute_worsening
from tecdata.spec.response_rule import Rule

Pair = tuple[bool, bool]


def rule(**words: Any) -> Rule:
    return Rule.model_validate(words)


def pairs(made: Panel, wanted: Rule, **how: Any) -> list[Pair]:
    truth = Judge(made, {}, **how)(wanted)
    return list(zip(truth.surely.tolist(), truth.possibly.tolist(), strict=True))


def index(*values: str | int, base: str | int | None = 10) -> Panel:
    visits = [(30 * (i + 1), {"IGG4RI": v}) for i, v in enumerate(values)]
    return panel("IGG4RD", {"IGG4RI": base}, visits)


def taken(made: Panel, *how: int) -> Panel:
    course = dataclasses.replace(made.courses["IGG4RI"], how=np.array(how, np.int8))
    return Panel(made.subject, made.day, {**made.courses, "IGG4RI": course})


def test_only_values_of_the_own_day_can_worsen() -> None:
    made = taken(index(8, 14, 14, 14), MEASURED, NEAR, CARRIED, MEASURED)
    wanted = rule(worsens="IGG4RI", by="4", since="best")
    assert pairs(made, wanted) == [(False, False), (True, True), (True, True), (True, True)]
    open_ = (False, True)
    assert pairs(made, wanted, own_day=True) == [(False, False), open_, open_, (True, True)]
    spec = disease("IGG4RD")
    found = compute_worsening(made, spec, spec.modes["paper"])
    assert found.low.tolist() == [0, 0, 0, 1]


def test_values_near_by_and_carried_forward_are_no_reference() -> None:
    made = taken(index(9, 2, 1, 5), MEASURED, NEAR, CARRIED, MEASURED)
    assert (made.reference("IGG4RI", "best").value.low // UNIT).tolist() == [10, 9, 9, 9]
    assert (made.reference("IGG4RI", "previous").value.low // UNIT).tolist() == [10, 9, 9, 9]


@pytest.mark.parametrize(
    ("after", "expected"), [("8.75", (True, True)), ("8.7501", (False, False))]
)
def test_percents_with_decimals_are_exact(after: str, expected: Pair) -> None:
    assert pairs(index(after), rule(improves="IGG4RI", percent="12.5")) == [expected]


def test_percent_of_the_range() -> None:
    quarter = rule(improves="MDGA", percent="25", of_range="true")
    for before, after, expected in ((4, "1.5", True), (4, "1.6", False), (0, 0, False)):
        made = panel("IIM", {"MDGA": before}, [(30, {"MDGA": after})])
        assert pairs(made, quarter) == [(expected, expected)]
    unknown = panel("IIM", {"ENZYME": 900}, [(30, {"ENZYME": 100})])
    of_limit = rule(improves="ENZYME", percent="25", of_range="true")
    assert pairs(unknown, of_limit) == [(False, True)]


def test_rows_may_be_judged_from_the_references_of_others() -> None:
    made = index(8, 14, 13)
    judge = Judge(made, {})
    wanted = rule(worsens="IGG4RI", by="5", since="previous")
    assert judge(wanted).surely.tolist() == [False, True, False]
    later = judge(wanted, np.array([2]), np.array([1]))
    assert later.surely.tolist() == [True], "13 from the 8 before the second visit"
    assert judge(wanted, np.array([1, 2])).surely.tolist() == [True, False]


def test_a_criterion_may_be_asked_for_some_rows() -> None:
    criteria = {"LOW": rule(value="IGG4RI", at_most="8")}
    judge = Judge(index(8, 9), criteria)
    named = rule(meets="LOW")
    assert judge(named).surely.tolist() == [True, False]
    assert judge(named, np.array([1])).surely.tolist() == [False]


@pytest.mark.parametrize(
    ("words", "at", "beside"),
    [
        ({"at_least": "5"}, (True, True), "4.999999"),
        ({"above": "5"}, (False, False), "5.000001"),
        ({"at_most": "5"}, (True, True), "5.000001"),
        ({"below": "5"}, (False, False), "4.999999"),
    ],
)
def test_limits_of_values(words: dict[str, str], at: Pair, beside: str) -> None:
    wanted = rule(value="IGG4RI", **words)
    assert pairs(index(5), wanted) == [at]
    assert pairs(index(beside), wanted) == [(not at[0], not at[1])]


def test_a_strict_change_must_be_more_than_its_limit() -> None:
    strict = rule(improves="IGG4RI", by="2", strictly="true")
    assert pairs(index(8), strict) == [(False, False)]
    assert pairs(index("7.999999"), strict) == [(True, True)]
    half = rule(improves="IGG4RI", percent="50", strictly="true")
    assert pairs(index(5, "4.9"), half) == [(False, False), (True, True)]


def test_a_limit_of_zero_is_a_limit() -> None:
    assert pairs(index(0, -1), rule(value="IGG4RI", below="0")) == [(False, False), (True, True)]
    assert pairs(index(0, -1), rule(value="IGG4RI", at_most="0")) == [(True, True)] * 2
    assert pairs(index(0, 1), rule(value="IGG4RI", above="0")) == [(False, False), (True, True)]
    assert pairs(index(0, -1), rule(value="IGG4RI", at_least="0")) == [(True, True), (False, False)]


def test_rows_must_be_in_order() -> None:
    made = index(5, 4)
    with pytest.raises(ValueError, match="sorted by subject and day"):
        Panel(made.subject, made.day[::-1], made.courses)
    with pytest.raises(ValueError, match="sorted by subject and day"):
        Panel(made.subject, np.array([5, 5]), made.courses)


def test_subjects_have_references_of_their_own() -> None:
    made = index(5, 7, 3, 9)
    two = Panel(np.array([0, 0, 1, 1]), np.array([10, 20, 10, 20]), made.courses)
    best = two.reference("IGG4RI", "best").value.low
    assert [Fraction(int(v), UNIT) for v in best] == [10, 5, 10, 3]
    assert two.rank().tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize(("code", "measure"), [("SSC", "FVC"), ("IGG4RD", "IGG4RI")])
def test_of_two_best_values_alike_the_earlier_is_the_reference(code: str, measure: str) -> None:
    best = "90" if measure == "FVC" else "3"
    visits = [(30 * n, {measure: value}) for n, value in enumerate((best, best, "50"), 1)]
    made = panel(code, {measure: 60}, visits)
    course = dataclasses.replace(made.courses[measure], source=np.array([7, 8, 9]))
    found = Panel(made.subject, made.day, {**made.courses, measure: course})
    assert found.reference(measure, "best").source.tolist() == [-1, 7, 7]
    assert found.reference(measure, "previous").source.tolist() == [-1, 7, 8]
