from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tecdata.mapping.convert import plain_text, standardise

VALUES = st.decimals(
    min_value=Decimal("0.0001"), max_value=10**6, places=4, allow_nan=False, allow_infinity=False
)
FACTORS = st.fractions(min_value=Fraction(1, 1000), max_value=1000, max_denominator=1000)


@pytest.mark.parametrize(
    ("value", "factor", "text"),
    [
        ("1.1", Fraction("88.42"), "97.262"),
        ("400", Fraction("0.01"), "4"),
        ("1", Fraction(1, 60), "0.01666666667"),
        ("2", Fraction(1, 3), "0.6666666667"),
        ("0.10", Fraction(1), "0.1"),
        ("12345678901", Fraction(1), "12345678900"),
        ("1.00000000005", Fraction(1), "1"),
        ("1.00000000015", Fraction(1), "1"),
        ("1.000000001500", Fraction(1), "1.000000002"),
        ("0.00001", Fraction(1, 10), "0.000001"),
    ],
)
def test_ten_significant_digits(value: str, factor: Fraction, text: str) -> None:
    assert plain_text(standardise(Decimal(value), factor)) == text


@given(VALUES, FACTORS)
def test_the_result_is_the_exact_product_rounded_once(value: Decimal, factor: Fraction) -> None:
    exact = Fraction(value) * factor
    shown = Fraction(standardise(value, factor))
    assert abs(shown - exact) <= exact * Fraction(5, 10**10)
    assert (
        len(plain_text(Decimal(str(standardise(value, factor)))).strip("0.").replace(".", "")) <= 10
    )


@given(
    st.integers(1, 10**6).map(lambda n: Decimal(n) / 100), st.sampled_from(["0.01", "10", "88.42"])
)
def test_a_unit_round_trip_changes_nothing(value: Decimal, text: str) -> None:
    factor = Fraction(text)
    there = standardise(value, factor)
    assert standardise(there, 1 / factor) == value


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9
    )
)
def test_plain_text_is_the_number_without_ornament(value: Decimal) -> None:
    text = plain_text(value)
    assert Decimal(text) == value
    assert "E" not in text
    assert not ("." in text and text.endswith(("0", ".")))
    assert text != "-0"
