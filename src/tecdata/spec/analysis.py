"""``specs/analysis.yaml``: how the analysis datasets of the study are derived."""

from __future__ import annotations

from fractions import Fraction

from pydantic import Field

from tecdata.spec.model import ExactFactor, Model, TextList

__all__ = ["AnalysisSpec", "Diagnosis", "SubjectCount", "SubjectFlag"]


class Diagnosis(Model):
    """Where a subject's disease stands: records of MH of one MHCAT, grouped by a codelist.

    A term of ``codelist`` is a disease group; its English names are the MHDECOD it comprises.
    """

    category: str
    codelist: str


class SubjectFlag(Model):
    """A flag of ADSL: ``Y`` where the subject has a record of ``domain`` whose ``column`` is one of ``terms``.

    ``category`` narrows the records to those whose --CAT it is. Other subjects have ``N``.
    """

    variable: str
    domain: str
    column: str
    category: str = ""
    terms: TextList = Field(min_length=1)


class SubjectCount(Model):
    """A number of ADSL: how many different values ``column`` has in the subject's records of a --CAT."""

    variable: str
    domain: str
    column: str
    category: str


class AnalysisSpec(Model):
    """Rules of the derivations that are the study's own.

    ``days_a_month`` and ``days_a_year`` turn days of follow-up into months and years.
    """

    days_a_month: ExactFactor = Field(default=Fraction("30.4375"), gt=0)
    days_a_year: ExactFactor = Field(default=Fraction("365.25"), gt=0)
    diagnosis: Diagnosis | None = None
    flags: tuple[SubjectFlag, ...] = ()
    counts: tuple[SubjectCount, ...] = ()
