"""Primary diagnosis, organ manifestations and other medical history."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tecdata.demo.model import History
from tecdata.demo.tables import rows_of
from tecdata.demo.words import word

if TYPE_CHECKING:
    from tecdata.demo.people import Person

__all__ = ["histories"]

_DIAGNOSES = {
    "SSc": "SYSTEMIC SCLEROSIS",
    "SLE": "SYSTEMIC LUPUS ERYTHEMATOSUS",
    "UCTD": "UNDIFFERENTIATED CONNECTIVE TISSUE DISEASE",
    "IgG4-RD": "IGG4-RELATED DISEASE",
    "IIM": "IDIOPATHIC INFLAMMATORY MYOPATHY",
    "IIM (ASyS)": "ANTISYNTHETASE SYNDROME",
    "IIM (DM)": "DERMATOMYOSITIS",
}
#: Words of the published list of organ manifestations -> the study's term.
_ORGANS = {
    "kidneys": "KIDNEY INVOLVEMENT",
    "ln class ii/v": "LUPUS NEPHRITIS CLASS II/V",
    "ln class ii": "LUPUS NEPHRITIS CLASS II",
    "skin": "SKIN INVOLVEMENT",
    "bullous lesions": "BULLOUS SKIN LESIONS",
    "du": "DIGITAL ULCERS",
    "calcinosis": "CALCINOSIS",
    "cytopaenias": "CYTOPENIA",
    "joints": "JOINT INVOLVEMENT",
    "ild": "INTERSTITIAL LUNG DISEASE",
    "heart": "HEART INVOLVEMENT",
    "pah": "PULMONARY ARTERIAL HYPERTENSION",
    "gi": "GASTROINTESTINAL INVOLVEMENT",
    "muscles": "MUSCLE INVOLVEMENT",
    "head": "HEAD INVOLVEMENT",
    "pachymeningitis": "PACHYMENINGITIS",
    "pseudotumor": "PSEUDOTUMOR",
    "sinusitis": "SINUSITIS IN IGG4-RELATED DISEASE",
}


def histories(person: Person) -> tuple[History, ...]:
    """All histories: the diagnosis, the organs in the published order, then the rest."""
    return (
        History(
            term=_DIAGNOSES[person.indication],
            verbatim=_word(person, _DIAGNOSES[person.indication], person.number),
            category="PRIMARY DIAGNOSIS",
            start=_onset(person),
        ),
        *_organs(person),
        *_others(person),
    )


def _word(person: Person, term: str, turn: int) -> str:
    # Checkbox forms (Aarhus) and one-subject centres have one spelling each.
    return word(person.centre, "MHTERMS", term, turn if person.centre in ("BE", "HH") else 0)


def _onset(person: Person) -> str:
    months = round(float(person.duration_y) * 12)
    year, month = divmod(person.first_dose.year * 12 + person.first_dose.month - 1 - months, 12)
    return f"{year}" if months >= 12 else f"{year}-{month + 1:02}"


def _organs(person: Person) -> Iterator[History]:
    for turn, part in enumerate(re.split(r"[,(]", person.organs)):
        organ = part.strip(" )").removeprefix("incl. ").casefold()
        term = _ORGANS[organ]
        yield History(
            term=term,
            verbatim=_word(person, term, person.number + turn),
            category="ORGAN MANIFESTATION",
        )


def _others(person: Person) -> Iterator[History]:
    for turn, row in enumerate(rows_of("histories", person.number)):
        start = row["start"]
        if start.startswith("@"):
            day = person.first_dose + datetime.timedelta(days=int(start[1:]))
            start = day.isoformat()[:7]
        yield History(
            term=row["term"],
            verbatim=_word(person, row["term"], turn),
            category="OTHER CONDITION",
            start=start,
        )
