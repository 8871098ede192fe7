"""Tables of associations: exposure against groups of subjects and durations, as data."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from tecdata.spec.model import ExactFactor, Model, TextList

__all__ = ["AssociationTable", "ExposureColumn", "Outcome"]

Where = dict[str, TextList]


def _treated() -> Where:
    return {"SAFFL": ("Y",)}


class ExposureColumn(Model):
    """A number of each subject: ``variable`` of the records of ``dataset`` with the conditions."""

    id: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")
    label: str
    dataset: str = "ADPP"
    where: Where = Field(default_factory=dict)
    variable: str = "AVAL"


class Outcome(Model):
    """What exposure is compared with.

    ``group``: subjects who have a record of ``dataset`` with the conditions, against those who have none.
    ``duration``: weeks from the first value after the first dose that is below ``below`` (a number, or the variable
    ``below_variable`` of the record) to the next that is not; to the last value where there is none, which is
    counted as not ended.
    """

    id: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")
    label: str
    kind: Literal["group", "duration"]
    dataset: str
    where: Where = Field(default_factory=dict)
    below: float | None = None
    below_variable: str = ""

    @model_validator(mode="after")
    def _limit(self) -> Outcome:
        limits = (self.below is not None) + bool(self.below_variable)
        if limits != (self.kind == "duration"):
            raise ValueError(f"{self.id}: a duration has below or below_variable, a group neither")
        return self


class AssociationTable(Model):
    """Every exposure against every outcome.

    Groups are compared by Mann-Whitney's U, durations by Spearman's rank correlation; ``confidence`` is that of the
    limits of the effect sizes.
    """

    kind: Literal["associations"]
    table: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    population: Where = Field(default_factory=_treated)
    population_label: str
    notes: tuple[str, ...] = ()
    footnotes: dict[str, str] = Field(default_factory=dict)
    confidence: ExactFactor = Field(gt=0, lt=1)
    exposures: tuple[ExposureColumn, ...] = Field(min_length=1)
    outcomes: tuple[Outcome, ...] = Field(min_length=1)
