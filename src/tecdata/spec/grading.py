"""``specs/grading/*.yaml``: toxicity grades of laboratory values, by a scale and its version."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from tecdata.spec.model import Model, TextList

__all__ = ["Criterion", "Grade", "GradedTerm", "GradingScale"]

_CRITERION = re.compile(
    r"(?P<comparison><=|>=|<|>) (?:(?P<amount>\d+(?:\.\d+)?)(?: x (?P<of>LLN|ULN|BASE))?|(?P<limit>LLN|ULN))"
)


class Criterion(Model):
    """One comparison of a value: with an amount, or with ``amount`` times ``of``.

    ``of`` is the lower or upper limit of normal of the record (``LLN``, ``ULN``) or the subject's baseline (``BASE``);
    empty for an amount in the unit of the term.
    """

    comparison: Literal["<", "<=", ">", ">="]
    amount: Decimal
    of: Literal["", "LLN", "ULN", "BASE"] = ""


def _criterion(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    match = _CRITERION.fullmatch(value)
    if match is None:
        raise ValueError(
            "write a comparison such as '< 100', '< LLN', '> 3 x ULN' or '> 1.5 x BASE'"
        )
    return {
        "comparison": match["comparison"],
        "amount": match["amount"] or "1",
        "of": match["limit"] or match["of"] or "",
    }


def _criteria(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Criteria = Annotated[
    tuple[Annotated[Criterion, BeforeValidator(_criterion)], ...], BeforeValidator(_criteria)
]
Grade = Literal["1", "2", "3", "4"]


class GradedTerm(Model):
    """A term of the scale: the tests it grades and what each grade asks for (any of its criteria).

    ``direction`` says which side of normal is graded. ``unit`` is the unit of plain amounts, a
    standard unit of the tests. ``abnormal_baseline`` are the grades of subjects whose baseline lay beyond the limit
    in that direction, where the scale has others for them.
    """

    term: str = Field(max_length=200)
    tests: TextList
    direction: Literal["low", "high"]
    unit: str = ""
    grades: dict[Grade, Criteria]
    abnormal_baseline: dict[Grade, Criteria] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_way(self) -> GradedTerm:
        wanted = "<" if self.direction == "low" else ">"
        for grades in (self.grades, self.abnormal_baseline):
            for grade, criteria in grades.items():
                if any(not c.comparison.startswith(wanted) for c in criteria):
                    raise ValueError(
                        f"grade {grade}: direction {self.direction} compares with {wanted}"
                    )
        plain = [c for criteria in self.grades.values() for c in criteria if not c.of]
        if plain and not self.unit:
            raise ValueError("amounts want a unit")
        return self


class GradingScale(Model):
    """A scale, its version, where it was read, and its terms."""

    scale: str
    version: str
    source: str
    terms: tuple[GradedTerm, ...]

    @model_validator(mode="after")
    def _once(self) -> GradingScale:
        graded = [(test, term.direction) for term in self.terms for test in term.tests]
        twice = sorted({f"{t} {d}" for t, d in graded if graded.count((t, d)) > 1})
        if twice:
            raise ValueError(f"graded by two terms: {', '.join(twice)}")
        return self
