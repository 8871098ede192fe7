"""Conditions on one record, as data: the ``where``, ``when`` and ``then`` of expectations."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from tecdata.spec.model import Flag, Model, TextList

__all__ = ["Condition", "Conditions", "Operand"]


def _operand(value: Any) -> Any:
    try:
        return Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        return value


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


#: A number, or the name of a variable of the same record.
Operand = Annotated[Fraction | str, BeforeValidator(_operand)]

_TESTS = (
    "in_",
    "not_in",
    "matches",
    "empty",
    "at_least",
    "at_most",
    "above",
    "below",
    "same_as",
)


class Condition(Model):
    """One condition: a test of a variable, or ``all``, ``any`` or ``not`` of further ones.

    A test of an empty variable is undecided (only ``empty`` decides there): an undecided ``where``
    or ``when`` leaves the record out, an undecided ``then`` breaks nothing. ``at_least``,
    ``at_most``, ``above`` and ``below`` take a number or another variable; ``same_as`` is equality with
    another variable.

    >>> condition = Condition.model_validate({"variable": "AESER", "in": ["Y"]})
    >>> list(condition.variables())
    ['AESER']
    """

    variable: str = ""
    in_: TextList | None = Field(default=None, alias="in")
    not_in: TextList | None = None
    matches: str | None = None
    empty: Flag | None = None
    at_least: Operand | None = None
    at_most: Operand | None = None
    above: Operand | None = None
    below: Operand | None = None
    same_as: str | None = None
    all_: Conditions | None = Field(default=None, alias="all")
    any_: Conditions | None = Field(default=None, alias="any")
    not_: Condition | None = Field(default=None, alias="not")

    @model_validator(mode="after")
    def _one_form(self) -> Condition:
        forms = [f for f in ("all_", "any_", "not_") if getattr(self, f) is not None]
        tests = [t for t in _TESTS if getattr(self, t, None) is not None]
        if self.variable:
            if forms or not tests:
                raise ValueError(
                    "a variable needs a test: in, not_in, matches, empty, at_least, at_most, "
                    "above, below or same_as"
                )
        elif len(forms) != 1 or tests:
            raise ValueError("write a variable with a test, or one of all, any, not")
        return self

    def variables(self) -> Iterator[str]:
        """Every variable the condition reads, in the order of the text."""
        if self.variable:
            yield self.variable
            for operand in (self.at_least, self.at_most, self.above, self.below, self.same_as):
                if isinstance(operand, str):
                    yield operand
        for inner in (*(self.all_ or ()), *(self.any_ or ())):
            yield from inner.variables()
        if self.not_ is not None:
            yield from self.not_.variables()


#: Several conditions that must all hold; a single one may be written without the list.
Conditions = Annotated[tuple[Condition, ...], BeforeValidator(_listed)]

Condition.model_rebuild()
