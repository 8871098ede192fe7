"""Reference ranges written as one text: ``4,0 - 10,0``, ``< 5``, ``bis 34``, ``> 60``."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from tecdata.mapping.numbers import TYPED, NumberFormat, parse_number

if TYPE_CHECKING:
    from decimal import Decimal
from typing import Literal

__all__ = ["Range", "open_side", "parse_range"]

_UPPER = re.compile(
    r"(?:<=|=<|≤|<|bis(?: zu)?\b|up to\b|under\b|below\b|unter\b|op til\b|max\.?(?= |\d))\s*", re.I
)
_LOWER = re.compile(
    r"(?:>=|=>|≥|>|ab\b|from\b|over\b|above\b|über\b|fra\b|mind\.|min\.?(?= |\d))\s*", re.I
)
_BETWEEN = re.compile(r"(?<=[0-9])\s*(?:-|–|—|−|\bbis\b|\bto\b|\btil\b)\s*(?=[-−0-9])", re.I)


@dataclasses.dataclass(frozen=True, slots=True)
class Range:
    """The two ends of a reference range, each as written and as a number; open where None."""

    low_text: str | None = None
    high_text: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    problem: str | None = None


def parse_range(text: str, form: NumberFormat = TYPED) -> Range:
    """Read a range text under the column's number convention.

    ``problem`` is ``mapping.not_a_range`` (also where the lower end is above the upper one) or
    ``mapping.ambiguous_number``.

    >>> parse_range("4,0–10,0", NumberFormat("comma"))
    Range(low_text='4,0', high_text='10,0', low=Decimal('4.0'), high=Decimal('10.0'), problem=None)
    >>> parse_range("bis 34").high
    Decimal('34')
    """
    text = text.strip().removeprefix("(").removesuffix(")").removeprefix("[").removesuffix("]")
    text = text.strip()
    side, end = open_side(text)
    if side:
        return _one_end(end, form, upper=side == "high")
    ambiguous = False
    for match in _BETWEEN.finditer(text):
        low_text, high_text = text[: match.start()].strip(), text[match.end() :].strip()
        low, high = parse_number(low_text, form), parse_number(high_text, form)
        ambiguous |= "mapping.ambiguous_number" in (low.problem, high.problem)
        if low.value is not None and high.value is not None and not low.operator + high.operator:
            if low.value > high.value:
                break
            return Range(low_text, high_text, low.value, high.value)
    return Range(problem="mapping.ambiguous_number" if ambiguous else "mapping.not_a_range")


def open_side(text: str) -> tuple[Literal["low", "high", ""], str]:
    """Which end a text such as ``bis 34`` or ``> 60`` gives, and the text of that end.

    >>> open_side("bis 1:100")
    ('high', '1:100')
    """
    if match := _UPPER.match(text):
        return "high", text[match.end() :]
    if match := _LOWER.match(text):
        return "low", text[match.end() :]
    return "", text


def _one_end(text: str, form: NumberFormat, *, upper: bool) -> Range:
    number = parse_number(text, form)
    if number.problem == "mapping.ambiguous_number":
        return Range(problem=number.problem)
    if number.value is None or number.operator:
        return Range(problem="mapping.not_a_range")
    end = text.strip()
    return (
        Range(high_text=end, high=number.value) if upper else Range(low_text=end, low=number.value)
    )
