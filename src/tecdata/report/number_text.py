"""Numbers as print has them: one place for rounding, percentages, medians and ranges."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

__all__ = ["count_percent", "median", "percent", "range_text", "rounded"]

#: Digits of a double that are taken for meant; what lies beyond is noise of binary arithmetic.
_SIGNIFICANT = 12


def rounded(value: float | Fraction | Decimal, digits: int = 0, *, fixed: bool = True) -> str:
    """A number with ``digits`` decimals, half away from zero; without ``fixed`` trailing zeros are dropped.

    A double stands for the decimal number that its first 12 significant digits are: 0.285 rounds to 0.29, though
    it is a little less in binary.

    >>> rounded(2.5), rounded(-2.5), rounded(0.285, 2), rounded(8.0, 1, fixed=False), rounded(1 / 3, 1)
    ('3', '-3', '0.29', '8', '0.3')
    """
    if isinstance(value, Fraction):
        exact = Decimal(value.numerator) / Decimal(value.denominator)
    elif isinstance(value, Decimal):
        exact = value
    else:
        exact = Decimal(f"{value:.{_SIGNIFICANT}g}")
    text = str(exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))
    if Decimal(text) == 0:
        text = text.lstrip("-")
    return text if fixed or "." not in text else text.rstrip("0").rstrip(".")


def percent(count: int, of: int) -> str:
    """A percentage without decimals; empty where there is nothing to take it of.

    >>> percent(17, 18), percent(0, 18), percent(0, 0)
    ('94', '0', '')
    """
    return rounded(Fraction(100 * count, of)) if of else ""


def count_percent(count: int, of: int) -> str:
    """``n (%)``.

    >>> count_percent(13, 18), count_percent(0, 0)
    ('13 (72)', '0')
    """
    share = percent(count, of)
    return f"{count} ({share})" if share else f"{count}"


def median(values: Sequence[float]) -> float:
    """The median; of an even number of values the mean of the two in the middle.

    >>> median([3, 1, 2]), median([4, 1, 2, 3])
    (2, 2.5)
    """
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def range_text(values: Sequence[float], digits: int, *, fixed: bool = False) -> str:
    """``low-high``.

    >>> range_text([39.0, 1.0, 8.25], 1)
    '1-39'
    """
    low, high = (rounded(v, digits, fixed=fixed) for v in (min(values), max(values)))
    return f"{low}-{high}"
