"""Worsening from the best value before, with its confirmation, and the flare index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.derive.response.made_panel import Values, disease, panel

from tecdata.derive.response.judge import Judge
from tecdata.derive.response.relapse import compute_worsening
from tecdata.spec.response_rule import Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tecdata.spec.response import Mode


def grades(
    code: str, baseline: Values, visits: Sequence[tuple[int, Values]], mode: Mode = "paper"
) -> list[tuple[int, int]]:
    spec = disease(code)
    found = compute_worsening(panel(code, baseline, visits), spec, spec.modes[mode])
    return list(zip(found.low.tolist(), found.high.tolist(), strict=True))


def lungs(measure: str, *values: tuple[int, str]) -> list[tuple[int, int]]:
    stable = {"MRSS": 10, "FVC": 80, "DLCO": 60}
    return grades("SSC", stable, [(day, {**stable, measure: v}) for day, v in values])


@pytest.mark.parametrize(
    ("measure", "course", "expected"),
    [
        ("FVC", [(100, "72"), (128, "71")], [(1, 1), (0, 1)]),
        ("FVC", [(100, "72"), (127, "71")], [(0, 1), (0, 1)]),
        ("FVC", [(100, "72")], [(0, 1)]),
        ("FVC", [(100, "72.01"), (128, "72.01")], [(0, 0), (0, 0)]),
        ("FVC", [(100, "72"), (128, "73"), (160, "70")], [(0, 0), (0, 0), (0, 1)]),
        ("FVC", [(100, "72"), (110, "73"), (128, "71")], [(1, 1), (0, 0), (0, 1)]),
        ("DLCO", [(100, "51"), (130, "50")], [(1, 1), (0, 1)]),
        ("DLCO", [(100, "51.01"), (130, "50")], [(0, 0), (0, 1)]),
        ("MRSS", [(100, "12.5")], [(1, 1)]),
        ("MRSS", [(100, "12.4")], [(0, 0)]),
    ],
)
def test_sclerosis(
    measure: str, course: list[tuple[int, str]], expected: list[tuple[int, int]]
) -> None:
    assert lungs(measure, *course) == expected


def test_counted_from_the_best_value_so_far() -> None:
    stable = {"FVC": 80, "DLCO": 60}
    course = [{"MRSS": 20}, {"MRSS": 8}, {"MRSS": 9}, {"MRSS": 10}, {"MRSS": 9}]
    visits = [(30 * (i + 1), {**stable, **v}) for i, v in enumerate(course)]
    assert [low for low, _ in grades("SSC", {**stable, "MRSS": 28}, visits)] == [0, 0, 0, 1, 0]


def test_no_ratio_from_zero() -> None:
    stable = {"FVC": 80, "DLCO": 60}
    visits = [(30, {**stable, "MRSS": 0}), (60, {**stable, "MRSS": 3})]
    assert grades("SSC", {**stable, "MRSS": 4}, visits) == [(0, 0), (0, 1)]


def test_skin_of_the_literature_needs_more_than_five_points_too() -> None:
    stable = {"FVC": 80, "DLCO": 60}
    for after, expected in ((17, 0), (18, 1)):
        found = grades(
            "SSC", {**stable, "MRSS": 12}, [(30, {**stable, "MRSS": after})], "literature"
        )
        assert found[0][0] == expected


IMACS = {"MDGA": 2, "PTGA": 2, "MMT": 78, "HAQDI": 1, "EXMVAS": 1, "ENZYME": 100}


@pytest.mark.parametrize(
    ("change", "twice", "paper", "literature"),
    [
        ({"MDGA": 4, "MMT": 77}, True, 1, 0),
        ({"MDGA": "3.9"}, True, 0, 0),
        ({"MDGA": "4", "MMT": "62.4"}, True, 1, 1),
        ({"MDGA": "4", "MMT": "62.4"}, False, 1, 0),
        ({"MMT": "62.4"}, True, 1, 0),
        ({"MMT": "62.5"}, True, 0, 0),
        ({"EXMVAS": 3}, True, 0, 1),
        ({"EXMVAS": "2.9"}, True, 0, 0),
        ({"MDGA": "2.6", "PTGA": "2.6", "HAQDI": "1.3"}, True, 0, 1),
        ({"MDGA": "2.6", "PTGA": "2.6", "HAQDI": "1.29"}, True, 0, 0),
    ],
)
def test_myositis(change: Values, twice: bool, paper: int, literature: int) -> None:
    worse = {**IMACS, **change}
    visits = [(30, worse), (60, worse if twice else IMACS)]
    assert grades("IIM", IMACS, visits)[0][0] == paper
    assert grades("IIM", IMACS, visits, "literature")[0] == (literature, literature)


def test_responder_index_rises_by_four() -> None:
    visits: list[tuple[int, Values]] = [
        (30, {"IGG4RI": 2}),
        (60, {"IGG4RI": 5}),
        (90, {"IGG4RI": 6}),
    ]
    assert [low for low, _ in grades("IGG4RD", {"IGG4RI": 10}, visits)] == [0, 0, 1]


CALM: dict[str, str | int] = {
    "SLEDAI": 2, "CSLEDAI": 2, "PGA": "0.3", "PRED": 0, "PREDKG": 0, "NEWITEMS": 0, "NEWMILD": 0,
    "NEWSEV": 0, "MAJORORG": 0,
}  # fmt: skip
MILD, SEVERE = 1, 2


@pytest.mark.parametrize(
    ("baseline", "change", "expected"),
    [
        ({}, {"SLEDAI": 6, "PGA": "0.8"}, MILD),
        ({}, {"SLEDAI": 5}, MILD),
        ({}, {"SLEDAI": 4, "PGA": "0.9", "PRED": 5, "PREDKG": "0.083333"}, MILD),
        ({"SLEDAI": 4, "PGA": "1.0"}, {"SLEDAI": 5, "PGA": "1.5"}, 0),
        ({}, {"PGA": "1.3"}, MILD),
        ({}, {"PGA": "1.29"}, 0),
        ({}, {"SLEDAI": 12}, MILD),
        ({}, {"SLEDAI": 13}, SEVERE),
        ({}, {"PGA": "2.5"}, MILD),
        ({}, {"PGA": "2.6"}, SEVERE),
        ({}, {"PRED": 30, "PREDKG": "0.5"}, MILD),
        ({}, {"PRED": 31, "PREDKG": "0.51"}, SEVERE),
        ({}, {"NEWMILD": 1}, MILD),
        ({}, {"NEWMED": 1}, MILD),
        ({}, {"NEWIS": 1}, SEVERE),
        ({}, {"SLEHOSP": 1}, SEVERE),
        ({}, {"NEWSEV": 1}, 0),
        ({"PRED": 10, "PREDKG": "0.1"}, {"NEWSEV": 1, "PRED": 20, "PREDKG": "0.3"}, SEVERE),
        ({"PRED": 10, "PREDKG": "0.1"}, {"NEWSEV": 1, "PRED": 19, "PREDKG": "0.3"}, MILD),
        ({"SLEDAI": 19}, {"SLEDAI": 19}, 0),
    ],
)
def test_flare_index(baseline: Values, change: Values, expected: int) -> None:
    start = {**CALM, **baseline}
    found = grades("SLE", start, [(84, {**start, **change})])
    assert found == [(expected, expected)]


# Flares of a trial of stopping prednisone as published: SLEDAI, PGA and what was done (ARD 2020, Table 3).
PUBLISHED = [
    ({"SLEDAI": 19, "PGA": "2.6", "PRED": 10, "PREDKG": "0.16"}, SEVERE),
    ({"SLEDAI": 13, "PGA": "1.5", "PRED": 30, "PREDKG": "0.5", "NEWIS": 1}, SEVERE),
    ({"SLEDAI": 4, "PGA": "1.0", "PRED": 500, "PREDKG": 8}, SEVERE),
    ({"SLEDAI": 4, "PGA": "0.4", "NEWMILD": 2, "NEWITEMS": 2}, MILD),
    ({"SLEDAI": 4, "PGA": "1.0", "NEWMILD": 1, "NEWITEMS": 1}, MILD),
]


@pytest.mark.parametrize(("flare", "expected"), PUBLISHED)
def test_flare_index_of_published_flares(flare: Values, expected: int) -> None:
    assert grades("SLE", CALM, [(84, {**CALM, **flare})])[0][0] == expected


def test_the_flare_index_of_the_literature_counts_from_the_visit_before() -> None:
    visits = [(30, {**CALM, "SLEDAI": 4}), (60, {**CALM, "SLEDAI": 6})]
    assert [low for low, _ in grades("SLE", CALM, visits)] == [0, MILD]
    assert [low for low, _ in grades("SLE", CALM, visits, "literature")] == [0, 0]


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 20), min_size=2, max_size=8),
    st.integers(1, 10),
)
def test_running_references_are_what_a_loop_finds(values: list[int], gap: int) -> None:
    visits: list[tuple[int, Values]] = [
        (gap * (i + 1), {"IGG4RI": v}) for i, v in enumerate(values)
    ]
    made = panel("IGG4RD", {"IGG4RI": 15}, visits)
    best = made.reference("IGG4RI", "best").value.low // 10**6
    before = made.reference("IGG4RI", "previous").value.low // 10**6
    assert best.tolist() == [min([15, *values[:i]]) for i in range(len(values))]
    assert before.tolist() == [[15, *values][i] for i in range(len(values))]


def test_a_count_is_confirmed_from_the_references_of_its_own_day() -> None:
    start: Values = {**IMACS, "EXMVAS": 10}
    worse: Values = {**start, "MDGA": "2.6", "PTGA": "2.6", "HAQDI": "1.3", "EXMVAS": 1}
    # A month later one of the three is well again; another measure is worse than its best, not than before.
    later: Values = {**worse, "HAQDI": 1, "EXMVAS": 2}
    assert grades("IIM", start, [(30, worse), (60, later)], "literature")[0] == (0, 0)
    assert grades("IIM", start, [(30, worse), (60, worse)], "literature")[0] == (1, 1)


def test_grades_are_whole_numbers() -> None:
    spec = disease("IGG4RD")
    made = panel("IGG4RD", {"IGG4RI": 2}, [(10, {"IGG4RI": 6})])
    found = compute_worsening(made, spec, spec.modes["paper"])
    assert [found.low.dtype.name, found.high.dtype.name] == ["int8", "int8"]
    assert found.grades == ("RELAPSE",)
    assert found.met["RELAPSE"].surely.tolist() == [True]


def test_confirmation_looks_within_one_subject_only() -> None:
    made = panel("IGG4RD", {"IGG4RI": 2}, [(10, {"IGG4RI": 6}), (50, {"IGG4RI": 6})])
    two = type(made)(np.array([0, 1]), made.day, made.courses)
    rule = Rule.model_validate({"worsens": "IGG4RI", "by": "4", "confirm": {"after_days": "28"}})
    assert Judge(made, {})(rule).surely.tolist() == [True, False]
    assert Judge(two, {})(rule).surely.tolist() == [False, False]
