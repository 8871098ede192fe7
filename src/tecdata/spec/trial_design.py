"""The trial design of ``specs/study.yaml``: arms, elements, criteria and summary (SDTMIG 3.4, section 7)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from tecdata.spec.model import Model

__all__ = ["Arm", "Criterion", "PlannedElement", "SummaryParameter", "TrialDesign"]

#: What a summary parameter may be counted from: data of DM, or facts of the study's spec.
Counted = Literal[
    "subjects", "countries", "first_consent", "last_contact", "arms", "data_cut", "sdtmig", "title"
]


class Arm(Model):
    """A planned arm: ARMCD (20 characters at most) and ARM. Its elements are all of the design, in order."""

    code: str = Field(pattern=r"^[A-Z0-9_]{1,20}$")
    arm: str = Field(max_length=40)


class PlannedElement(Model):
    """An element: ETCD, ELEMENT, the epoch it makes up, and by which rules it starts and ends.

    ``start`` and ``end`` are TESTRL and TEENRL, ``duration`` is TEDUR (ISO 8601); ``transition`` is TATRANS.
    """

    code: str = Field(pattern=r"^[A-Z][A-Z0-9]{0,7}$")
    element: str = Field(max_length=40)
    epoch: str
    start: str = Field(max_length=200)
    end: str = Field(default="", max_length=200)
    duration: str = Field(default="", pattern=r"^(P[0-9.YMWDTHS]+)?$")
    transition: str = Field(default="", max_length=200)

    @model_validator(mode="after")
    def _ends(self) -> PlannedElement:
        if not (self.end or self.duration):
            raise ValueError(f"element {self.code} needs an end rule or a duration")
        return self


class Criterion(Model):
    """An inclusion or exclusion criterion: IETESTCD, IETEST (200 characters at most), IECAT."""

    code: str = Field(pattern=r"^[A-Z][A-Z0-9_]{0,7}$")
    text: str = Field(max_length=200)
    category: Literal["INCLUSION", "EXCLUSION"]


class SummaryParameter(Model):
    """One TSPARMCD with its values: given, or counted from the data, or a null flavour that says why not.

    ``codelist`` is where the values' codes stand (TSVALCD, TSVCDREF ``CDISC CT``); ``reference`` and
    ``version`` name another dictionary. ``group`` is TSGRPID.
    """

    code: str
    values: tuple[str, ...] = ()
    counted: Counted | None = Field(default=None, alias="from")
    null: Literal["NI", "NA", "UNK", "PINF", "NINF", "NASK", "MSK", "OTH"] | None = None
    codelist: str = ""
    reference: str = ""
    version: str = ""
    group: str = ""

    @model_validator(mode="after")
    def _one_way(self) -> SummaryParameter:
        ways = (bool(self.values), self.counted is not None, self.null is not None)
        if sum(ways) != 1:
            raise ValueError(f"{self.code}: give one of values, from and null")
        if self.codelist and self.reference:
            raise ValueError(f"{self.code}: a codelist is CDISC's, a reference another dictionary")
        return self


class TrialDesign(Model):
    """Arms, elements (one for each epoch of the study, in order), criteria and summary parameters."""

    arms: tuple[Arm, ...]
    elements: tuple[PlannedElement, ...]
    criteria: tuple[Criterion, ...] = ()
    summary: tuple[SummaryParameter, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> TrialDesign:
        named = (
            ("arm", [a.code for a in self.arms]),
            ("element", [e.code for e in self.elements]),
            ("criterion", [c.code for c in self.criteria]),
        )
        for what, codes in named:
            twice = sorted({code for code in codes if codes.count(code) > 1})
            if twice:
                raise ValueError(f"{what} {twice[0]} stands twice")
        return self
