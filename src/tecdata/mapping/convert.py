"""Exact unit conversion and the one rounding rule of standard results."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

__all__ = ["DIGITS", "plain_text", "standardise"]

#: Significant digits of a standard result. More would be noise of the factor, not of the assay.
DIGITS = 10

_ROUND = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN)
#: Wide enough that numerator times value is exact for any value a laboratory prints.
_EXACT = Context(prec=100)


def standardise(value: Decimal, factor: Fraction) -> Decimal:
    """``value`` times the exact ``factor``, rounded half-even to ten significant digits.

    >>> from fractions import Fraction
    >>> standardise(Decimal("88.4"), Fraction(1))
    Decimal('88.4')
    >>> standardise(Decimal("1"), Fraction(1, 3))
    Decimal('0.3333333333')
    """
    if factor == 1:
        return _ROUND.plus(value)
    product = _EXACT.multiply(value, Decimal(factor.numerator))
    return _ROUND.divide(product, Decimal(factor.denominator))


def plain_text(value: Decimal) -> str:
    """Plain decimal text without exponent, trailing zeros or a negative zero.

    >>> plain_text(Decimal("4.500")), plain_text(Decimal("1E+3")), plain_text(Decimal("-0.0"))
    ('4.5', '1000', '0')
    """
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
