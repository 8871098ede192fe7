"""The kinds of rule an expectation can state of one record.

All numbers, terms and tables come from the YAML. Each kind says which of its fields name
variables (``READS``, first the variable a finding points at) and which details its message may use (``DETAILS``).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from tecdata.spec.condition import Condition, Conditions
from tecdata.spec.model import ExactFactor, Flag, Model, TextList

__all__ = [
    "Allowed",
    "Bounds",
    "Compare",
    "Implies",
    "Limits",
    "Pattern",
    "Present",
    "Product",
    "Range",
    "Rule",
    "Step",
    "Unit",
    "Years",
]


class Rule(Model):
    """What every kind offers."""

    READS: ClassVar[tuple[str, ...]] = ()
    DETAILS: ClassVar[tuple[str, ...]] = ()

    def variables(self) -> Iterator[str]:
        """The variables read, the one a finding points at first."""
        for name in self.READS:
            value = getattr(self, name)
            for item in (value,) if isinstance(value, str) else value or ():
                if isinstance(item, Condition):
                    yield from item.variables()
                elif item and not item.startswith("study."):
                    yield item


class Present(Rule):
    """Each of these variables has a value."""

    present: TextList
    READS = ("present",)
    DETAILS = ("missing",)


class Range(Rule):
    """A number within limits, which belong to the range unless ``above`` or ``below`` is said."""

    range: str
    at_least: ExactFactor | None = None
    at_most: ExactFactor | None = None
    above: ExactFactor | None = None
    below: ExactFactor | None = None
    READS = ("range",)
    DETAILS = ("low", "high")

    @model_validator(mode="after")
    def _limited(self) -> Range:
        if {self.at_least, self.at_most, self.above, self.below} == {None}:
            raise ValueError("a range needs at_least, at_most, above or below")
        return self


class Allowed(Rule):
    """A text among values or the terms of a codelist; with ``required`` it must not be empty."""

    allowed: str
    values: TextList = ()
    codelist: str | None = None
    required: Flag = False
    READS = ("allowed",)
    DETAILS = ("choices",)

    @model_validator(mode="after")
    def _from_one_place(self) -> Allowed:
        if bool(self.values) == bool(self.codelist):
            raise ValueError("give either values or a codelist")
        return self


class Pattern(Rule):
    """A text that matches a regular expression."""

    pattern: str
    matches: str
    READS = ("pattern",)


class Compare(Rule):
    """Two variables side by side.

    ``as`` says how: ``dates`` (partial ones break the rule only where every day they can mean
    does), ``numbers`` or ``texts``. ``days`` shifts the right date. The right side may be a date
    of the study: ``study.data_cut``.
    """

    compare: str
    is_: Literal["before", "not_after", "same", "not_before", "after"] = Field(alias="is")
    to: str
    as_: Literal["dates", "numbers", "texts"] = Field(default="dates", alias="as")
    days: int = 0
    READS = ("compare", "to")
    DETAILS = ("other",)

    @model_validator(mode="after")
    def _sensible(self) -> Compare:
        if self.as_ != "dates" and (self.days or self.to.startswith("study.")):
            raise ValueError("days and study.data_cut go with as: dates only")
        if self.as_ == "texts" and self.is_ != "same":
            raise ValueError("texts can only be the same")
        if self.to.startswith("study.") and self.to != "study.data_cut":
            raise ValueError("the study has one date to compare with: study.data_cut")
        return self


class Implies(Rule):
    """Where ``when`` holds, ``then`` holds too; ``about`` is the variable to mend."""

    about: str
    when: Conditions
    then: Conditions
    READS = ("about", "when", "then")


class Step(Rule):
    """A number in whole steps; ``steps`` gives the step for each value of ``by``."""

    step: str
    by: str
    steps: dict[str, ExactFactor]
    READS = ("step", "by")
    DETAILS = ("size",)


class Bounds(Model):
    """Lowest and highest value, both allowed."""

    at_least: ExactFactor | None = None
    at_most: ExactFactor | None = None


class Limits(Rule):
    """A number within limits that depend on the test.

    Either a ``table``, or with ``tests`` what the study's tests call plausible, in the standard unit.
    """

    limits: str
    by: str
    table: dict[str, Bounds] = Field(default_factory=dict)
    tests: Flag = False
    READS = ("limits", "by")
    DETAILS = ("low", "high")

    @model_validator(mode="after")
    def _from_one_place(self) -> Limits:
        if bool(self.table) == self.tests:
            raise ValueError("give either a table or tests: true")
        return self


class Unit(Rule):
    """The unit is the standard unit of the test or one with a conversion; ``by`` is its code."""

    unit: str
    by: str
    READS = ("unit", "by")
    DETAILS = ("choices",)


class Product(Rule):
    """A number is the product of others, within a relative tolerance."""

    product: str
    of: TextList
    tolerance: ExactFactor
    READS = ("product", "of")
    DETAILS = ("expected", "percent")


class Years(Rule):
    """A number of years between two dates, as far as partial dates decide it.

    ``tolerance`` is how many years more or fewer are still right.
    """

    years: str
    since: str
    at: str
    tolerance: ExactFactor = Fraction(0)
    READS = ("years", "since", "at")
    DETAILS = ("low", "high")
