from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tecdata.export.ibm import LARGEST, SMALLEST, from_ibm, in_range, to_ibm


def value_by_definition(word: int) -> Fraction:
    """TS-140: sign, exponent of 16 in excess 64, fraction of 56 bits, in exact arithmetic."""
    sign = -1 if word >> 63 else 1
    power = (word >> 56 & 0x7F) - 64
    return sign * Fraction(word & (1 << 56) - 1, 1 << 56) * Fraction(16) ** power


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(LARGEST)
@example(-LARGEST)
@example(SMALLEST)
@example(np.nextafter(SMALLEST, 0).item())
@example(np.nextafter(LARGEST, np.inf).item())
@example(5e-324)
@example(0.1)
@example(16.0)
@example(np.nextafter(16.0, 0).item())
def test_every_double_is_held_exactly_or_said_not_to_be(value: float) -> None:
    array = np.array([value])
    size = abs(Fraction(value))
    held = size == 0 or Fraction(16) ** -65 <= size < Fraction(16) ** 63
    assert in_range(array).tolist() == [held]
    if held:
        word = int(to_ibm(array)[0])
        assert value_by_definition(word) == Fraction(value)
        assert from_ibm(to_ibm(array)).tolist() == [value]
        # A normalised fraction, so that no value can be taken for a missing one.
        assert value == 0 or word >> 52 & 0xF


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (1.0, 0x4110000000000000),
        (-1.0, 0xC110000000000000),
        (10.0, 0x41A0000000000000),
        (100.0, 0x4264000000000000),
        (0.5, 0x4080000000000000),
        (-118.625, 0xC276A00000000000),
        (0.1, 0x401999999999999A),
        (0.0, 0),
        (-0.0, 0),
        (float("nan"), 0x2E00000000000000),
        (SMALLEST, 0x0010000000000000),
        (LARGEST, 0x7FFFFFFFFFFFFFF8),
    ],
)
def test_known_words(value: float, word: int) -> None:
    assert hex(int(to_ibm(np.array([value]))[0])) == hex(word)


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), 7.3e75, -1e300, 5.3e-79, 5e-324])
def test_out_of_range(value: float) -> None:
    assert in_range(np.array([value])).tolist() == [False]


def test_the_argument_is_not_changed() -> None:
    values = np.array([1.5, float("nan"), -0.0])
    before = values.copy()
    to_ibm(values)
    np.testing.assert_array_equal(values, before)


@pytest.mark.parametrize("first", [".", "_", "A", "Z"])
def test_every_missing_code_reads_as_missing(first: str) -> None:
    word = np.array([ord(first) << 56], dtype=np.uint64)
    assert np.isnan(from_ibm(word)).tolist() == [True]
