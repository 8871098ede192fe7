"""CTCAE 5.0 grades: the test vectors that admiral publishes for derive_var_atoxgr, and properties."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.derive.made_study import shipped_specs

from tecdata.derive.grades import derive_grades
from tecdata.spec.grading import GradedTerm

SCALE = shipped_specs().grading["CTCAE 5.0"]


def grade(
    test: str,
    value: float,
    *,
    low: float | None = None,
    high: float | None = None,
    base: float | None = None,
    indicator: str | None = "NORMAL",
    after: bool = True,
    side: str | None = None,
) -> tuple[str | None, str | None]:
    schema = {
        "PARAMCD": pl.String,
        **dict.fromkeys(("AVAL", "ANRLO", "ANRHI", "BASE"), pl.Float64),
        "BNRIND": pl.String,
        "_after_base": pl.Boolean,
        "ACENS": pl.String,
    }
    row = (test, value, low, high, base, indicator, after, side)
    frame = pl.DataFrame([row], schema=schema, orient="row")
    found = derive_grades(frame, SCALE.terms).row(0, named=True)
    return found["ATOXGRL"], found["ATOXGRH"]


@pytest.mark.parametrize(
    ("value", "limit", "expected"),
    [
        *((79, 140, "3"), (99, 140, "2"), (100, 140, "1"), (139, 140, "1"), (140, 140, "0")),
        *((100, None, None), (99, None, "2"), (79.9, None, "3")),
    ],
)
def test_anaemia(value: float, limit: float | None, expected: str | None) -> None:
    assert grade("HGB", value, low=limit) == (expected, None)


@pytest.mark.parametrize(
    ("value", "limit", "expected"),
    [
        *((0.19, 1.1, "4"), (0.2, 1.1, "3"), (0.49, 1.1, "3"), (0.5, 1.1, "2"), (0.79, 1.1, "2")),
        *((0.8, 1.1, "1"), (1.1, 1.1, "0"), (0.8, None, None)),
    ],
)
def test_lymphocytes(value: float, limit: float | None, expected: str | None) -> None:
    assert grade("LYM", value, low=limit)[0] == expected


@pytest.mark.parametrize(("value", "expected"), [(4.0, "0"), (4.1, "2"), (20.0, "2"), (20.1, "3")])
def test_lymphocytes_have_two_sides(value: float, expected: str) -> None:
    assert grade("LYM", value, low=1.1) == ("0", expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.49, "4"), (0.5, "3"), (0.99, "3"), (1.0, "2"), (1.49, "2"), (1.5, "1"), (2.0, "0")],
)
def test_neutrophils(value: float, expected: str) -> None:
    assert grade("NEUT", value, low=2.0)[0] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(801, "4"), (800, "3"), (201, "3"), (200, "2"), (121, "2"), (120, "1"), (41, "1"), (40, "0")],
)
def test_transaminases_of_a_normal_baseline(value: float, expected: str) -> None:
    assert grade("ALT", value, high=40, base=20) == (None, expected)


@pytest.mark.parametrize(("value", "expected"), [(60, "1"), (59, "0"), (121, "2"), (801, "4")])
def test_transaminases_of_an_abnormal_baseline(value: float, expected: str) -> None:
    assert grade("ALT", value, high=30, base=40, indicator="HIGH") == (None, expected)


def test_a_baseline_is_graded_by_the_limit_and_an_unknown_one_grades_nothing_after_it() -> None:
    assert grade("AST", 100, high=30, base=100, indicator="HIGH", after=False) == (None, "2")
    assert grade("AST", 100, high=30, base=None, indicator=None) == (None, None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(241, "4"), (240, "3"), (121, "3"), (120, "2"), (61, "2"), (60, "1"), (41, "1"), (40, "0")],
)
def test_creatinine_by_the_limit(value: float, expected: str) -> None:
    assert grade("CREAT", value, high=40, base=200) == (None, expected)


def test_creatinine_by_the_baseline() -> None:
    assert grade("CREAT", 90, high=100, base=50) == (None, "2")
    assert grade("CREAT", 151, high=200, base=50) == (None, "3")


def test_products_are_compared_in_decimal() -> None:
    # 2.5 x 170.4 is 425.99999999999994 or 426 as binary has it; the value is at the cut-off, not above.
    assert grade("CK", 426.0, high=170.4) == (None, "1")
    assert grade("CK", 426.1, high=170.4) == (None, "2")


def test_a_value_beyond_the_measuring_range_counts_as_past_its_limit() -> None:
    assert grade("LYM", 0.2, low=1.0, side="<")[0] == "4"
    assert grade("LYM", 0.2, low=1.0, side=">")[0] == "3"


def test_tests_no_term_grades_have_none() -> None:
    assert grade("CRP", 300, high=5) == (None, None)


@settings(deadline=None, max_examples=40)
@given(st.floats(0.01, 400), st.floats(0.01, 400))
def test_a_lower_value_is_never_graded_milder(one: float, other: float) -> None:
    low, high = sorted((one, other))
    worse, better = grade("PLAT", low, low=150)[0], grade("PLAT", high, low=150)[0]
    assert worse is not None
    assert better is not None
    assert int(worse) >= int(better)


def test_a_scale_says_what_is_wrong_with_it() -> None:
    term = {"term": "x", "tests": "HGB", "direction": "low", "unit": "g/L"}
    with pytest.raises(ValidationError, match="write a comparison such as"):
        GradedTerm.model_validate({**term, "grades": {"1": "below 100"}})
    with pytest.raises(ValidationError, match="direction low compares with <"):
        GradedTerm.model_validate({**term, "grades": {"1": "> 100"}})
    with pytest.raises(ValidationError, match="amounts want a unit"):
        GradedTerm.model_validate({**term, "unit": "", "grades": {"1": "< 100"}})
