"""``specs/study.yaml``: what holds for the whole study."""

from __future__ import annotations

import itertools
from typing import Literal

from pydantic import Field, model_validator

from tecdata.spec.model import Flag, Model
from tecdata.spec.trial_design import TrialDesign

__all__ = ["Element", "StudySpec", "Visit"]

IsoDate = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")


class Visit(Model):
    """A planned visit: the days (study days, day 1 = first dose) that count as this visit."""

    number: int = Field(ge=0)
    name: str
    day: int
    first_day: int
    last_day: int


class Element(Model):
    """An epoch and when a subject is in it.

    A subject enters the epoch at ``starts`` (``first_contact``, ``first_dose`` or
    ``after_last_dose``, the latter ``lag_days`` after the last dose) and leaves it when the next one starts.
    """

    epoch: str
    starts: Literal["first_contact", "first_dose", "after_last_dose"]
    lag_days: int = 0


class StudySpec(Model):
    """Identity, standards, visits and epochs of the study.

    ``usubjid`` is the template of USUBJID; it may use ``{study}``, ``{centre}``, ``{subject}`` (the
    local id) and ``{number}`` or, zero-padded, ``{number:03}``. ``defaults`` are the values a
    variable has where a centre gives none, by domain. ``reference_end`` is the milestone of
    RFENDTC. With ``missed_visits`` planned visits that did not take place become SV records.
    ``baseline_window_days`` limits how long before the first dose a baseline result may lie;
    0 sets no limit. ``original_results`` says how numbers are written in --ORRES, --ORNRLO and
    --ORNRHI: ``decimal_point`` (``4,5`` becomes ``4.5``, ``<0,01`` ``<0.01``, ``1:1.280``
    ``1:1280``) or ``verbatim``; the text of the source stays reachable either way. ``design`` makes
    TA, TE, TI, TV, TS and SE; without it none of them is made. ``xpt_limit`` is the most bytes of a
    transport file; a larger dataset is written in parts. With ``xpt_v8`` transport files of version 8 are
    written beside those of version 5.
    """

    study: str
    title: str
    usubjid: str
    sdtmig: str
    ct: str = IsoDate
    data_cut: str = IsoDate
    treatment: str
    non_ascii: Literal["transliterate", "keep", "refuse"] = "transliterate"
    original_results: Literal["decimal_point", "verbatim"] = "decimal_point"
    epochs: tuple[Element, ...]
    visits: tuple[Visit, ...]
    baseline_window_days: int = Field(default=0, ge=0)
    defaults: dict[str, dict[str, str]] = Field(default_factory=dict)
    reference_end: Literal["last_dose", "last_contact"] = "last_dose"
    missed_visits: Flag = False
    design: TrialDesign | None = None
    xpt_limit: int = Field(default=5_000_000_000, ge=2000)
    xpt_v8: Flag = False

    @model_validator(mode="after")
    def _elements_are_the_epochs(self) -> StudySpec:
        if self.design is not None:
            given = [element.epoch for element in self.design.elements]
            wanted = [element.epoch for element in self.epochs]
            if given != wanted:
                raise ValueError(
                    f"design.elements have the epochs {', '.join(given)}; one element is needed for each "
                    f"of {', '.join(wanted)}, in this order"
                )
        return self

    @model_validator(mode="after")
    def _visits_follow_each_other(self) -> StudySpec:
        for visit in self.visits:
            if not visit.first_day <= visit.day <= visit.last_day:
                raise ValueError(f"visit {visit.number}: the planned day is outside its window")
        for earlier, later in itertools.pairwise(self.visits):
            if earlier.number >= later.number or earlier.last_day >= later.first_day:
                raise ValueError(
                    f"visits {earlier.number} and {later.number}: numbers and windows must rise "
                    "and may not overlap"
                )
        return self
