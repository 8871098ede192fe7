"""The published numbers, and how the case series prints its statistics."""

from __future__ import annotations

import csv
import statistics
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

FOLDER = Path(__file__).parent
Number = int | float | Decimal | Fraction


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rounded(value: Number, digits: int = 0) -> str:
    """Half away from zero, as tables are rounded by hand; ``digits`` decimals always shown."""
    exact = fraction(value)
    scaled = Decimal(exact.numerator) / Decimal(exact.denominator)
    return str(scaled.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def short(value: Number, digits: int = 1) -> str:
    """Rounded, without trailing zeros: 8 but 4.2."""
    text = rounded(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def fraction(value: Number) -> Fraction:
    """A float stands for the decimal number it prints as."""
    return Fraction(repr(value)) if isinstance(value, float) else Fraction(value)


def median(values: Iterable[Number]) -> Fraction:
    return statistics.median([fraction(value) for value in values])


def median_range(values: Iterable[Number], digits: int = 1, *, fixed: bool = False) -> str:
    show = rounded if fixed else short
    found = list(values)
    middle, low, high = median(found), min(found), max(found)
    return f"{show(middle, digits)} ({show(low, digits)}-{show(high, digits)})"


def count_percent(count: int, of: int) -> str:
    return f"{count} ({rounded(Fraction(count * 100, of))})"
