"""Units: from a centre's spelling to a UNIT term, and from there to a test's standard unit."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tecdata.mapping.terms import Spellings
    from tecdata.spec import TestDefinition

__all__ = ["Unit", "allowed_units", "resolve_unit"]


@dataclasses.dataclass(frozen=True, slots=True)
class Unit:
    """A unit's submission value and its factor to the standard unit, or the check that failed."""

    term: str | None = None
    factor: Fraction | None = None
    problem: str | None = None


def allowed_units(test: TestDefinition) -> tuple[str, ...]:
    """Units a result of the test may come in, the standard unit first."""
    return (test.unit, *test.units) if test.unit else ()


def resolve_unit(text: str | None, test: TestDefinition, units: Spellings) -> Unit:
    """Find the unit a text means for a test.

    A spelling of several units (``G/L``, which may be ``G/l`` or ``g/L`` with the wrong case) is
    decided by the test if it allows only one of them: of leukocytes it is ``10^9/L``, of a
    protein ``g/L``. ``problem`` is ``mapping.unit_missing``,
    ``mapping.unit_unknown``, ``mapping.unit_ambiguous`` or ``mapping.unit_not_convertible``.
    """
    if text is None:
        if test.result == "titre":
            # A dilution has no other unit than its standard one.
            return Unit(test.unit or None, Fraction(1))
        if test.unit:
            return Unit(problem="mapping.unit_missing")
        return Unit(factor=Fraction(1))
    found = units.find(text)
    if not found:
        return Unit(problem="mapping.unit_unknown")
    allowed = allowed_units(test)
    fitting = [term for term in found if term in allowed]
    if len(fitting) == 1:
        term = fitting[0]
        return Unit(term, Fraction(1) if term == test.unit else test.units[term].factor)
    if len(found) > 1:
        return Unit(problem="mapping.unit_ambiguous")
    return Unit(found[0], problem="mapping.unit_not_convertible")
