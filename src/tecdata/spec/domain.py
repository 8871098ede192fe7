"""What a dataset must be: one file a domain under ``specs/sdtm``, one an analysis dataset under ``specs/adam``."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from pydantic import Field, model_validator

from tecdata.spec.model import Model

__all__ = ["DomainSpec", "SupplementalSpec", "VariableSpec"]

Core = Literal["Req", "Exp", "Cond", "Perm"]
DataType = Literal["text", "integer", "float", "date", "datetime", "duration"]


class VariableSpec(Model):
    """One variable of a domain (SDTMIG 3.4 section of its domain; ADaMIG 1.3 section 3).

    ``type`` ``datetime`` is text holding a whole or partial ISO 8601 date or date-time,
    ``duration`` an ISO 8601 duration, ``date`` a whole date that is a number in an XPT file (days since
    1960-01-01) and a date elsewhere. ``length`` is the largest number of bytes (text) allowed.
    ``role`` is SDTM's, core ``Cond`` ADaM's. Of analysis variables ``method`` says how a derived one
    comes about and ``predecessor`` which variable (``DM.AGE``) another one is; ``format`` is the SAS display
    format (``DATE9.``).
    """

    name: str = Field(pattern=r"^[A-Z][A-Z0-9]{0,7}$")
    label: str = Field(max_length=40)
    type: DataType = "text"
    length: int = Field(default=200, ge=1, le=200)
    core: Core = "Perm"
    role: str = ""
    codelist: str | None = None
    origin: Literal["Collected", "Derived", "Assigned", "Protocol", "Predecessor"] = "Collected"
    method: str = ""
    predecessor: str = Field(default="", pattern=r"^([A-Z0-9]{2,8}\.[A-Z][A-Z0-9]{0,7})?$")
    format: str = Field(default="", pattern=r"^([A-Z]{1,7}\d{1,2}\.\d?)?$")

    @property
    def is_numeric(self) -> bool:
        """True for SAS type Num."""
        return self.type in ("integer", "float", "date")


class SupplementalSpec(Model):
    """A non-standard variable of the domain, kept in SUPP-- as QNAM/QLABEL/QVAL."""

    name: str = Field(pattern=r"^[A-Z][A-Z0-9]{0,7}$")
    label: str = Field(max_length=40)
    codelist: str | None = None
    origin: Literal["CRF", "DERIVED", "ASSIGNED", "COLLECTED"] = "COLLECTED"
    evaluator: str = ""


class DomainSpec(Model):
    """A domain: class, structure, keys, variables in order, supplemental qualifiers."""

    domain: str = Field(pattern=r"^[A-Z][A-Z0-9]{1,7}$")
    label: str = Field(max_length=40)
    class_: str = Field(alias="class")
    structure: str
    keys: tuple[str, ...]
    variables: tuple[VariableSpec, ...]
    supplemental: tuple[SupplementalSpec, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> DomainSpec:
        names = [v.name for v in self.variables] + [s.name for s in self.supplemental]
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise ValueError(f"declared twice: {', '.join(twice)}")
        unknown = [k for k in self.keys if k not in names]
        if unknown:
            raise ValueError(f"keys that are not variables: {', '.join(unknown)}")
        return self

    @cached_property
    def by_name(self) -> dict[str, VariableSpec]:
        """Variables by name."""
        return {v.name: v for v in self.variables}

    @cached_property
    def supplemental_by_name(self) -> dict[str, SupplementalSpec]:
        """Supplemental qualifiers by QNAM."""
        return {s.name: s for s in self.supplemental}

    def has(self, name: str) -> bool:
        """Whether a variable or supplemental qualifier of that name exists."""
        return name in self.by_name or name in self.supplemental_by_name
