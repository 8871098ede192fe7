"""Numbers as hospitals write them, read exactly and never guessed.

A text is a number only under a declared convention. Where the convention is to be detected, the
whole column decides: ``4,5`` shows a decimal comma, ``1.299,99`` shows a decimal comma and
thousands points, ``1.280`` shows nothing, because it is one and a bit or one thousand and more.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "OPERATORS",
    "TYPED",
    "Number",
    "NumberFormat",
    "decide",
    "detect",
    "evidence",
    "parse_number",
]

Sign = Literal["point", "comma", "either", "undecided"]
Thousands = Literal["none", "point", "comma", "space", "apostrophe"]

#: Signs before a number that say it lies beyond the measuring range, as SDTM writes them.
OPERATORS = {
    "<=": "<=",
    ">=": ">=",
    "=<": "<=",
    "=>": ">=",
    "≤": "<=",
    "≥": ">=",
    "<": "<",
    ">": ">",
}

_GROUPS = {
    "point": r"\.",
    "comma": ",",
    "space": "[ \u00a0\u2009\u202f]",
    "apostrophe": "['\u2019]",
}
_DECIMALS = {"point": r"\.", "comma": ",", "either": "[.,]"}
_OPERATOR = re.compile(r"(<=|>=|=<|=>|≤|≥|<|>)\s*")
_SHAPE = re.compile(r"[-−]?([0-9]+(?:[.,][0-9]+)*)")
_NAMES: dict[str, Literal["point", "comma"]] = {".": "point", ",": "comma"}
_OTHER: dict[str, Literal["point", "comma"]] = {"point": "comma", "comma": "point"}


@dataclasses.dataclass(frozen=True, slots=True)
class NumberFormat:
    """A decimal sign and a thousands separator.

    ``either`` takes point and comma for the decimal sign where no thousands separator can be
    meant. ``undecided`` is the outcome of a detection that found no evidence: numbers whose form
    leaves one reading are read, all others are reported as ambiguous.
    """

    decimal: Sign = "point"
    thousands: Thousands = "none"

    def __str__(self) -> str:
        if self.decimal == "undecided":
            return "a decimal sign that the column does not show"
        return f"decimal {self.decimal}, thousands {self.thousands}"


#: How intake writes the typed numbers of spreadsheets and statistics files.
TYPED = NumberFormat()


@dataclasses.dataclass(frozen=True, slots=True)
class Number:
    """The outcome of reading one text: a value with its operator, or the check that failed."""

    value: Decimal | None = None
    operator: str = ""
    problem: str | None = None


def parse_number(text: str, form: NumberFormat = TYPED) -> Number:
    """Read one text under one convention.

    ``problem`` is ``mapping.not_a_number`` or ``mapping.ambiguous_number``. Percent signs,
    units behind the number and half-written thousands (``12.80`` under thousands points) are not
    numbers.

    >>> parse_number("< 0,01", NumberFormat("comma"))
    Number(value=Decimal('0.01'), operator='<', problem=None)
    >>> parse_number("1.280", NumberFormat("undecided")).problem
    'mapping.ambiguous_number'
    """
    operator, text = split_operator(text.strip())
    if form.decimal == "undecided":
        shown = _evidence(text)
        if shown is None:
            return Number(problem="mapping.ambiguous_number")
        form = NumberFormat(shown, _OTHER[shown]) if shown else TYPED
    match = _pattern(form).fullmatch(text)
    if not match:
        return Number(problem="mapping.not_a_number")
    minus, whole, fraction, exponent = match.groups()
    digits = whole if form.thousands == "none" else "".join(c for c in whole if c.isdigit())
    plain = ("-" if minus else "") + digits
    plain += f".{fraction}" if fraction else ""
    return Number(Decimal(f"{plain}E{exponent}" if exponent else plain), operator)


def split_operator(text: str) -> tuple[str, str]:
    """Take the sign before a number off: ``"≤ 5"`` gives ``("<=", "5")``."""
    match = _OPERATOR.match(text)
    return (OPERATORS[match.group(1)], text[match.end() :]) if match else ("", text)


def detect(texts: Iterable[str], thousands: Thousands | None = None) -> NumberFormat:
    """Decide the convention of a column from all of its texts.

    Evidence is a separator that can only be one thing: two kinds in one number, a fraction that
    has not three digits, a leading zero, more than three digits before it, or the same
    separator twice. Without evidence, or with evidence for both, the column is undecided.
    ``thousands`` is the separator where it is declared; then nothing is ambiguous.

    >>> detect(["4,5", "1.280"])
    NumberFormat(decimal='comma', thousands='point')
    >>> detect(["1.280", "12"])
    NumberFormat(decimal='undecided', thousands='none')
    """
    return decide(evidence(texts) if thousands is None else (), thousands)


def evidence(texts: Iterable[str]) -> set[Literal["point", "comma"]]:
    """The decimal signs that some text of a column proves."""
    return {e for text in texts if (e := _evidence(split_operator(text.strip())[1]))}


def decide(
    seen: Iterable[Literal["point", "comma"]], thousands: Thousands | None = None
) -> NumberFormat:
    """The convention of a column from the evidence of all of it, wherever that was gathered."""
    if thousands == "point" or thousands == "comma":
        return NumberFormat(_OTHER[thousands], thousands)
    if thousands is not None:
        return NumberFormat("either", thousands)
    found = set(seen)
    if len(found) == 1:
        decimal = found.pop()
        return NumberFormat(decimal, _OTHER[decimal])
    return NumberFormat("undecided")


@functools.cache
def _pattern(form: NumberFormat) -> re.Pattern[str]:
    grouped = ""
    if form.thousands != "none":
        grouped = rf"[0-9]{{1,3}}(?:{_GROUPS[form.thousands]}[0-9]{{3}})+|"
    return re.compile(
        rf"([-−]?)({grouped}[0-9]+)(?:{_DECIMALS[form.decimal]}([0-9]+))?(?:[eE]([+-]?[0-9]{{1,3}}))?"
    )


def _evidence(text: str) -> Literal["point", "comma", ""] | None:
    """Decimal sign that the form of one number proves, "" if none, None if it is ambiguous."""
    match = _SHAPE.fullmatch(text)
    signs = [c for c in match.group(1) if c in ".,"] if match else []
    if not match or not signs:
        return ""
    whole, *groups = re.split("[.,]", match.group(1))
    last = _NAMES[signs[-1]]
    if len(set(signs)) == 2:
        return last if signs.count(signs[-1]) == 1 else ""
    if len(groups) > 1:
        return _OTHER[last] if all(len(group) == 3 for group in groups) else ""
    if len(groups[0]) != 3 or len(whole) > 3 or whole.startswith("0"):
        return last
    return None
