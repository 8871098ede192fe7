"""``specs/analysis.yaml``: how the analysis datasets of the study are derived."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tecdata.spec.model import ExactFactor, Model, TextList

__all__ = [
    "Abnormality",
    "AnalysisSpec",
    "Diagnosis",
    "Dosing",
    "EventTreatment",
    "FindingsDataset",
    "FirstTime",
    "Parameter",
    "SubjectCount",
    "SubjectFlag",
]

Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,7}$")]


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

    variable: Code
    domain: str
    column: str
    category: str = ""
    terms: TextList = Field(min_length=1)


class SubjectCount(Model):
    """A number of ADSL: how many different values ``column`` has in the subject's records of a --CAT."""

    variable: Code
    domain: str
    column: str
    category: str


class Dosing(Model):
    """What makes a dose late: days to the dose before, by EXCAT.

    ``planned_interval_days`` are the longest planned ones; a dose that comes ``delayed_after_days`` or more
    later than that is delayed. ``target`` is the EXCAT of target doses.
    """

    target: str = ""
    planned_interval_days: dict[str, int] = Field(default_factory=dict)
    delayed_after_days: int = Field(default=1, ge=1)


class EventTreatment(Model):
    """A flag of ADAE: ``Y`` where one of these medications (CMDECOD) is related to the event.

    ``route`` narrows them to those given that way (a ROUTE term).
    """

    variable: Code
    medications: TextList = Field(min_length=1)
    route: str = ""


class Parameter(Model):
    """The parameter that results of one value of the distinguishing qualifier are."""

    paramcd: Code
    param: str = Field(max_length=200)


class FindingsDataset(Model):
    """An analysis dataset of results (BDS): the Findings domains it takes.

    A result's PARAMCD is its --TESTCD, or, with ``qualifier`` (the end of a variable's name, for instance BDAGNT),
    what ``parameters`` give for the qualifier's value; other results are not taken. ``category`` takes only
    results of these --CAT. ``grading`` names a scale under specs/grading.
    """

    dataset: Code
    domains: TextList
    category: tuple[str, ...] = ()
    qualifier: str = ""
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    grading: str = ""


class Abnormality(Model):
    """A laboratory abnormality counted as an event (ADABN).

    ``tests`` (--TESTCD) beyond ``limit`` in ``unit``, on the side ``direction`` says. Results of one test in a
    row beyond the limit are one event; after a result within the limit the next one beyond it is a new event. An event is
    counted if it begins after the first dose and the subject's last result before was not beyond the limit. Subjects of the
    groups ``not_in`` (DISEASE) are left out.
    """

    id: Code
    label: str = Field(max_length=200)
    tests: TextList = Field(min_length=1)
    direction: Literal["below", "above"]
    limit: Decimal
    unit: str
    not_in: tuple[str, ...] = ()


class FirstTime(Model):
    """The first time a laboratory value passes a limit after the first dose (ADTTL).

    ``test`` (--TESTCD) on the side ``direction`` of ``limit`` in ``unit``; ``after_below`` asks that an earlier value after the first
    dose lay below it (or at it where that is the limit of detection), in the same unit.
    """

    id: Code
    label: str = Field(max_length=200)
    test: str
    direction: Literal["below", "above"]
    limit: Decimal
    unit: str
    after_below: Decimal | None = None


class AnalysisSpec(Model):
    """Rules of the derivations that are the study's own.

    ``days_a_month`` and ``days_a_year`` turn days of follow-up into months and years. ``treatment_emergent_days`` is how
    long after the last dose an event still counts as treatment-emergent; without it always.
    """

    days_a_month: ExactFactor = Field(default=Fraction("30.4375"), gt=0)
    days_a_year: ExactFactor = Field(default=Fraction("365.25"), gt=0)
    diagnosis: Diagnosis | None = None
    flags: tuple[SubjectFlag, ...] = ()
    counts: tuple[SubjectCount, ...] = ()
    dosing: Dosing = Field(default_factory=Dosing)
    treatment_emergent_days: int | None = None
    event_treatments: tuple[EventTreatment, ...] = ()
    findings: tuple[FindingsDataset, ...] = ()
    abnormalities: tuple[Abnormality, ...] = ()
    first_times: tuple[FirstTime, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> AnalysisSpec:
        ids = [a.id for a in self.abnormalities]
        twice = sorted({i for i in ids if ids.count(i) > 1})
        if twice:
            raise ValueError(f"abnormalities declared twice: {', '.join(twice)}")
        return self
