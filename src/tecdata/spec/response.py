"""``specs/response``: measures, criteria, tiers and worsening of each disease, and the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from tecdata.spec.instrument import Instrument
from tecdata.spec.model import ExactFactor, Flag, Model, TextList
from tecdata.spec.response_rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "TIERS",
    "Criteria",
    "DiseaseSpec",
    "DoseMeasure",
    "EventMeasure",
    "ItemMeasure",
    "Measure",
    "MeasureForm",
    "Mode",
    "ResponseSettings",
    "ResponseSpecs",
]

#: Tiers from least to most; a visit has the highest that is met, whether or not the lower are.
TIERS = ("NONE", "MINIMAL", "MODERATE", "MAJOR")
Tier = Literal["MINIMAL", "MODERATE", "MAJOR"]
Mode = Literal["paper", "literature"]


class MeasureForm(Model):
    """One way a measure is collected: a test of the study (its id) and the range it can span.

    ``span`` is the range of the scale, or with ``span_uln`` a multiple of the upper limit of normal
    that stands with the baseline result. Forms are never subtracted from each other; of a measure with several each is
    a parameter of its own, named ``code`` (the test where not given).
    """

    test: str
    code: str = Field(default="", max_length=8)
    label: str = ""
    span: ExactFactor | None = None
    span_uln: ExactFactor | None = None


class ItemMeasure(Model):
    """A sum over items of an instrument, each a test of its own: ``prefix`` + item name."""

    instrument: str
    prefix: str
    subset: str = ""
    newly: Flag = False


class DoseMeasure(Model):
    """The daily dose of a class of drugs on a day, from CM, in one drug's equivalents.

    ``factors`` turn 1 unit of each drug (CMDECOD) into the reference drug's; ``per_day`` how often
    a CMDOSFRQ is taken a day. ``per_kg`` divides by the last body weight.
    """

    categories: TextList
    factors: dict[str, ExactFactor]
    per_day: dict[str, ExactFactor]
    unit: str = "mg"
    per_kg: Flag = False


class EventMeasure(Model):
    """1 from (or, with ``on_the_day``, on) the day of the first event after the first dose, else 0.

    ``terms`` are values of --DECOD; records of ``categories_not`` do not count, with ``hospital`` only those
    with admission. ``review`` are terms a person should look at: they may be the event, they are
    not counted, and they are reported.
    """

    domain: Literal["AE", "CM"]
    terms: TextList
    categories_not: TextList = ()
    hospital: Flag = False
    on_the_day: Flag = False
    review: TextList = ()


class Measure(Model):
    """One thing that is followed in a disease; its name is PARAMCD in ADRS.

    It comes from ``forms`` (collected totals), ``items``, a ``dose``, an event or a ``score``
    (instrument, 0 where the criterion ``zero_if`` is met). A visit takes the value of its own day, else the nearest within ``window_days``
    (the settings' where not given), else the last one after baseline not older than ``carry_days``.
    """

    label: str = Field(max_length=40)
    better: Literal["lower", "higher"] = "lower"
    unit: str = ""
    forms: tuple[MeasureForm, ...] = ()
    choose: Literal["most_complete", "highest_uln"] = "most_complete"
    items: ItemMeasure | None = None
    dose: DoseMeasure | None = None
    event: EventMeasure | None = None
    score: str = ""
    zero_if: str = ""
    window_days: int | None = Field(default=None, ge=0)
    carry_days: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _one_origin(self) -> Measure:
        single = [bool(self.dose), bool(self.event), bool(self.score)]
        collected = bool(self.forms) or self.items is not None
        if sum(single) + collected != 1:
            raise ValueError("write forms or items, or one of dose, event, score")
        return self


class Criteria(Model):
    """Tiers and worsening as one mode has them."""

    tiers: dict[Tier, Rule] = Field(min_length=1)
    worsening: dict[str, Rule] = Field(min_length=1)
    source: str


class DiseaseSpec(Model):
    """A disease: which diagnoses it covers, what is measured, when it has responded or relapsed.

    ``anchor`` are the measures that make a day an assessment. ``worsening`` of a mode names grades
    from mildest to worst.
    """

    disease: str = Field(pattern=r"^[A-Z][A-Z0-9]{1,7}$")
    label: str
    terms: TextList
    anchor: TextList
    measures: dict[str, Measure]
    criteria: dict[str, Rule] = Field(default_factory=dict)
    modes: dict[Mode, Criteria]
    notes: str = ""

    @model_validator(mode="after")
    def _names_known(self) -> DiseaseSpec:
        problems = [
            f"{name} is not a measure of this file"
            for name in (*self.anchor, *(r.measure for r in self.rules() if r.measure))
            if name not in self.measures
        ]
        problems += [
            f"{rule.meets} is not a criterion of this file"
            for rule in self.rules()
            if rule.meets and rule.meets not in self.criteria
        ]
        problems += [
            f"{measure.zero_if} is not a criterion of this file"
            for measure in self.measures.values()
            if measure.zero_if and measure.zero_if not in self.criteria
        ]
        if "paper" not in self.modes:
            problems.append("modes: paper is missing")
        if problems:
            raise ValueError("; ".join(sorted(set(problems))))
        return self

    def rules(self) -> Iterator[Rule]:
        """Every rule of the file."""
        for rule in self.criteria.values():
            yield from rule.walk()
        for mode in self.modes.values():
            for rule in (*mode.tiers.values(), *mode.worsening.values()):
                yield from rule.walk()


class ResponseSettings(Model):
    """Choices of the analysis; the defaults in ``specs/response/settings.yaml`` are the paper's.

    ``baseline`` says which assessment before the first dose counts; ``window_days`` how far a component may lie
    from the visit's day; ``weeks`` when rates are told; ``month_days`` days of a month. With
    ``relapse_needs_response`` a worsening before any response is no relapse. ``reported`` are measures told at baseline and
    at ``outcome_week``, from the value nearest to it within ``outcome_window_days``.
    """

    mode: Mode = "paper"
    baseline: Literal["last_before_first_dose", "first_before_first_dose"]
    baseline_within_days: int = Field(default=0, ge=0)
    window_days: int = Field(ge=0)
    carry_forward: Flag = True
    weeks: tuple[int, ...]
    months_of_relapse: int
    month_days: ExactFactor
    relapse_needs_response: Flag = True
    reported: tuple[str, ...] = ()
    outcome_week: int = 24
    outcome_window_days: int = 28
    confidence: ExactFactor
    source: str


class ResponseSpecs(Model):
    """Everything under ``specs/response``."""

    settings: ResponseSettings
    diseases: dict[str, DiseaseSpec] = Field(default_factory=dict)
    instruments: dict[str, Instrument] = Field(default_factory=dict)

    def disease_of(self, term: str) -> DiseaseSpec | None:
        """The disease a diagnosis belongs to; ``None`` where none covers it."""
        return next((d for d in self.diseases.values() if term in d.terms), None)
