from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tecdata.mapping.numbers import NumberFormat
from tecdata.mapping.ranges import parse_range
from tecdata.mapping.titres import parse_titre

GERMAN = NumberFormat("comma", "point")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("4,0 - 10,0", "4.0", "10.0"),
        ("4,0–10,0", "4.0", "10.0"),
        ("4,0 bis 10,0", "4.0", "10.0"),
        ("[4,0 - 10,0]", "4.0", "10.0"),
        ("700 - 1.600", "700", "1600"),
        ("-5 - 5", "-5", "5"),
        ("-5--1", "-5", "-1"),
        ("3-7", "3", "7"),
        ("< 5", None, "5"),
        ("≤5,5", None, "5.5"),
        ("bis 34", None, "34"),
        ("bis zu 34", None, "34"),
        ("op til 34", None, "34"),
        ("up to 34", None, "34"),
        ("max. 34", None, "34"),
        ("> 60", "60", None),
        ("ab 60", "60", None),
        ("mind. 60", "60", None),
        (">= 60", "60", None),
    ],
)
def test_ranges(text: str, low: str | None, high: str | None) -> None:
    found = parse_range(text, GERMAN)
    assert found.problem is None
    assert found.low == (None if low is None else Decimal(low))
    assert found.high == (None if high is None else Decimal(high))


@pytest.mark.parametrize(
    "text",
    ["-", "negativ", "10,0 - 4,0", "4,0", "4,0 -", "bis", "<> 5", "4,0 - < 10", "4 / 5", "Banane"],
)
def test_what_is_no_range(text: str) -> None:
    assert parse_range(text, GERMAN).problem == "mapping.not_a_range"


def test_a_range_may_be_ambiguous() -> None:
    undecided = NumberFormat("undecided")
    assert parse_range("700 - 1.600", undecided).problem == "mapping.ambiguous_number"
    assert parse_range("< 1.600", undecided).problem == "mapping.ambiguous_number"


def test_the_ends_are_kept_as_written() -> None:
    found = parse_range("4,0 - 10,0", GERMAN)
    assert (found.low_text, found.high_text) == ("4,0", "10,0")


@given(st.integers(-1000, 1000), st.integers(0, 1000), st.sampled_from([" - ", "–", " bis ", "-"]))
def test_two_numbers_and_a_dash_are_a_range(low: int, width: int, dash: str) -> None:
    found = parse_range(f"{low}{dash}{low + width}", GERMAN)
    assert found.low == Decimal(low)
    assert found.high == Decimal(low + width)


@pytest.mark.parametrize(
    ("text", "standard"),
    [
        ("1:1280", "1:1280"),
        ("1:1.280", "1:1280"),
        ("1:1,280", "1:1280"),
        ("1:1 280", "1:1280"),
        ("1:10.240", "1:10240"),
        ("1/80", "1:80"),
        ("1 : 80", "1:80"),
        ("<1:80", "<1:80"),
        ("≥ 1:5.120", ">=1:5120"),
        ("320", "1:320"),
    ],
)
def test_titres(text: str, standard: str) -> None:
    assert parse_titre(text).text == standard


@pytest.mark.parametrize(
    "text", ["1:12.80", "1.280", "1:0", "0", "negativ", "1:", "2:80", "1:1.28"]
)
def test_what_is_no_titre(text: str) -> None:
    assert parse_titre(text).problem == "mapping.not_a_titre"
