"""One result in its original and its standard form, by the kind of its test."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from tecdata.mapping.convert import plain_text, standardise
from tecdata.mapping.numbers import NumberFormat, parse_number
from tecdata.mapping.titres import parse_titre

if TYPE_CHECKING:
    from fractions import Fraction

    from tecdata.mapping.terms import Spellings
    from tecdata.spec import TestDefinition

__all__ = ["Standard", "standard_result"]


@dataclasses.dataclass(frozen=True, slots=True)
class Standard:
    """A result: its original, its standard text and number, and the check that failed.

    ``original`` is the source text, of a number with a decimal point and without grouping.
    ``term`` says that the text is a word of the test's codelist, which has no unit.
    """

    original: str
    term: bool = dataclasses.field(default=False, kw_only=True)
    text: str | None = None
    number: float | None = None
    problem: str | None = None


def standard_result(
    text: str,
    test: TestDefinition,
    factor: Fraction | None,
    form: NumberFormat,
    spellings: Spellings | None,
) -> Standard:
    """Read a result.

    Parameters
    ----------
    text
        The cell, outer blanks removed.
    test
        ``number``: a number in a unit. ``titre``: the number is the reciprocal of the dilution.
        ``ordinal``: a term of the test's codelist; a titre may have one beside its dilutions.
    factor
        From the result's unit to the standard unit; None where there is none, and then no
        standard form of a number either.
    form
        The column's number convention.
    spellings
        Of the test's codelist, if it has one.
    """
    if spellings is not None and test.result != "number":
        found = spellings.find(text)
        if len(found) == 1:
            return Standard(text, found[0], term=True)
        if test.result == "ordinal":
            kind = "ambiguous" if found else "unmapped"
            return Standard(text, problem=f"mapping.{kind}_term")
    if test.result == "titre":
        titre = parse_titre(text)
        if titre.reciprocal is None:
            return Standard(text, problem=titre.problem)
        plain = f"{titre.operator}{titre.reciprocal}"
        return Standard(titre.text, plain, None if titre.operator else float(titre.reciprocal))
    parsed = parse_number(text, form)
    if parsed.value is None:
        return Standard(text, problem=parsed.problem)
    original = parsed.operator + format(parsed.value, "f")
    if factor is None:
        return Standard(original)
    value = standardise(parsed.value, factor)
    number = None if parsed.operator else float(value)
    return Standard(original, parsed.operator + plain_text(value), number)
