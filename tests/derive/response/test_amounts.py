"""Exact numbers: every step of a visual analogue scale keeps its side of every bin."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tecdata.derive.response.amounts import BOUND, UNIT, Range, exact, fixed, plain, whole


@settings(deadline=None)
@given(st.decimals(-99_999, 99_999, places=6, allow_nan=False))
def test_a_decimal_read_as_a_float_is_that_decimal(value: object) -> None:
    numbers, known = whole([float(str(value))])
    assert known.all()
    assert exact(int(numbers[0])) == Fraction(str(value))


def test_steps_of_a_scale_subtract_exactly() -> None:
    grid = np.arange(0, 101) / 10
    numbers, _ = whole(grid)
    differences = numbers[:, None] - numbers[None, :]
    expected = (np.arange(0, 101)[:, None] - np.arange(0, 101)[None, :]) * (UNIT // 10)
    assert (differences == expected).all()


def test_missing_values_are_marked_and_never_a_number() -> None:
    numbers, known = whole([None, float("nan"), float("inf"), 2.5])
    assert known.tolist() == [False, False, False, True]
    values = Range.of(numbers, known)
    assert values.low.tolist() == [-BOUND, -BOUND, -BOUND, 2_500_000]
    assert values.high.tolist() == [BOUND, BOUND, BOUND, 2_500_000]
    assert values.known.tolist() == known.tolist()


def test_known_values_share_their_bounds() -> None:
    values = Range.of(*whole([1.0, 2.0]))
    assert values.low is values.high
    taken = values.take(np.array([1]))
    assert taken.low is taken.high
    assert taken.low.tolist() == [2 * UNIT]
    assert len(values) == 2
    assert Range.unknown(2).low.tolist() == [-BOUND, -BOUND]
    assert Range.unknown(2).high.tolist() == [BOUND, BOUND]


def test_a_value_too_large_is_refused() -> None:
    with pytest.raises(ValueError, match=r"1e\+08 is beyond"):
        whole([1e8])
    assert whole([99_999_999.0])[0].tolist() == [99_999_999 * UNIT]
    assert whole([])[0].tolist() == []


def test_a_threshold_is_never_rounded() -> None:
    assert fixed("1/8") == 125_000
    with pytest.raises(ValueError, match="more than six decimals"):
        fixed("1/3")


@pytest.mark.parametrize(
    ("value", "text"),
    [("12.50", "12.5"), ("-3", "-3"), ("0", "0"), ("0.000001", "0.000001"), ("-0.5", "-0.5")],
)
def test_numbers_are_written_as_people_write_them(value: str, text: str) -> None:
    assert plain(fixed(value)) == text
    assert plain(Fraction(value)) == text
