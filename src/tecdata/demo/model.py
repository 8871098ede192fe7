"""The truth of a synthetic subject, free of any centre's file shape.

Everything here is what an ideal observer at the bedside would have written down, in the units
and words of the centre; the renderers turn it into that centre's kind of file, and the tests
compare the harmonised datasets with it record for record.

Dates are ISO 8601 texts and may be partial where a centre would only know the month or year
(``"2019"``, ``"2024-04"``); times are part of the text (``"2024-04-03T09:30"``).
"""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Literal

__all__ = [
    "AdverseEvent",
    "Dose",
    "History",
    "Medication",
    "Result",
    "Subject",
]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """One teclistamab injection. ``kind`` is STEP-UP 1..3 or TARGET."""

    number: int
    start: str
    mg_per_kg: Decimal
    mg: Decimal
    weight_kg: Decimal
    kind: Literal["STEP-UP 1", "STEP-UP 2", "STEP-UP 3", "TARGET"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One measured result of any Findings domain.

    ``test`` is a study test id (a key of specs/lab_tests.yaml or specs/clinical_tests.yaml).
    Exactly one of: ``value`` (with ``operator`` ``<`` or ``>`` where beyond the measuring range);
    ``text`` (an ordinal result as its submission value: POSITIVE, NEGATIVE); or neither, with
    ``not_done`` true. For titres ``value`` is the reciprocal (1280 for 1:1280). ``unit`` is the
    CDISC UNIT term of the unit the centre measures in ("" for scores and titres); ``low`` and
    ``high`` the local reference range in that unit, open where None.
    """

    test: str
    start: str
    value: Decimal | None = None
    operator: Literal["", "<", ">"] = ""
    text: str = ""
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    not_done: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEvent:
    """One adverse event as observed (laboratory abnormalities are results, not events).

    ``term`` is the study's decoded term (AEDECOD), ``verbatim`` what the centre wrote in its
    language. ``grade`` 1-5 under ``scale`` ("ASTCT 2019" or "CTCAE V5.0"). ``outcome`` is a CDISC
    OUT term. ``end`` is "" while ongoing. ``dose`` is the number of the last injection before onset.
    ``treatments`` are the ``key``s of the medications given for it. The last three fields belong to CRS.
    """

    key: str
    term: str
    verbatim: str
    start: str
    end: str
    grade: int
    scale: str
    serious: bool
    hospitalised: bool
    related: Literal["RELATED", "NOT RELATED", "POSSIBLY RELATED"]
    outcome: str
    dose: int
    treatments: tuple[str, ...] = ()
    temperature_c: Decimal | None = None
    hypotension: bool | None = None
    hypoxia: bool | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Medication:
    """A prior or concomitant medication other than teclistamab.

    ``name`` is the study's decoded name (CMDECOD), ``verbatim`` the centre's word or
    abbreviation. ``category``: PRIOR THERAPY, PREMEDICATION, CRS TREATMENT, IMMUNOGLOBULIN
    REPLACEMENT, GLUCOCORTICOID, PROPHYLAXIS, AE TREATMENT. ``dose`` in ``unit`` (a UNIT term) at
    ``frequency`` (a FREQ term) by ``route`` (a ROUTE term), all empty where the record has none (prior therapies).
    ``end`` is "" while ongoing or unknown; ``ongoing`` tells the two apart.
    """

    key: str
    name: str
    verbatim: str
    category: str
    start: str = ""
    end: str = ""
    ongoing: bool = False
    dose: Decimal | None = None
    unit: str = ""
    frequency: str = ""
    route: str = ""
    indication: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Medical history. ``category``: PRIMARY DIAGNOSIS, ORGAN MANIFESTATION, OTHER CONDITION."""

    term: str
    verbatim: str
    category: str
    start: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Everything about one subject.

    ``number`` is unique over the study for the published 18 (their patient number of Table 1)
    and unique within a centre for bootstrapped cohorts; USUBJID is ``TECAID-<centre>-<number:03>``.
    ``visits`` are the dates of contact (results carry these dates). ``last_contact`` is the end
    of follow-up (the day of death where ``death`` is set). ``autoantibodies`` are the study test ids of the profile
    found positive at baseline, ``autoantibody_words`` the centre's own words for them, same order.
    """

    number: int
    centre: Literal["BE", "HH", "HD", "AH", "TU"]
    local_id: str
    sex: Literal["F", "M"]
    age: int
    birth_year: int
    country: str
    indication: str
    consent: str
    first_dose: str
    last_contact: str
    death: str = ""
    death_cause: str = ""
    disease_duration_y: Decimal
    cumulative_mg_per_kg: Decimal
    doses: tuple[Dose, ...]
    visits: tuple[str, ...]
    results: tuple[Result, ...]
    events: tuple[AdverseEvent, ...]
    medications: tuple[Medication, ...]
    histories: tuple[History, ...]
    autoantibodies: tuple[str, ...] = ()
    autoantibody_words: tuple[str, ...] = ()
