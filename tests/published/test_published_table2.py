"""Every row of the published table of adverse events comes out of the truth of the cohort."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from tests.published.reading import course, excursions, subjects
from tests.published.targets import rounded, rows
from tests.published.text_safety import CRS, INFECTIONS

from tecdata.demo.contradictions import CONTRADICTIONS

if TYPE_CHECKING:
    from tecdata.demo.model import AdverseEvent, Subject

ROWS = rows("table2")
COLUMNS = ("n_patients", "pct", "n_events", "n_events_hospitalised")
MYOSITIS = ("IIM",)


@dataclasses.dataclass
class Count:
    """Events by subject; ``hospitalised`` None where the table counts no admissions."""

    by_subject: dict[int, int]
    hospitalised: int = 0
    of: int = 18

    @property
    def people(self) -> set[int]:
        return {number for number, count in self.by_subject.items() if count}


def _events(chosen: Callable[[AdverseEvent], bool]) -> Count:
    found = {n: [e for e in s.events if chosen(e)] for n, s in subjects().items()}
    admitted = sum(event.hospitalised for events in found.values() for event in events)
    return Count({n: len(events) for n, events in found.items()}, admitted)


def _terms(*terms: str) -> Callable[[], Count]:
    return lambda: _events(lambda event: event.term in terms)


def _crs(low: int, high: int) -> Callable[[], Count]:
    return lambda: _events(lambda event: event.term == CRS and low <= event.grade <= high)


def _labs(count: Callable[[Subject], int]) -> Callable[[], Count]:
    return lambda: Count({n: count(s) for n, s in subjects().items()})


def _low(test: str, limit: str) -> Callable[[], Count]:
    return _labs(lambda s: excursions(s, test, Fraction(limit), below=True))


def _transaminases(subject: Subject) -> int:
    if subject.indication.startswith(MYOSITIS):
        return 0
    return sum(excursions(subject, test, Fraction(150), below=False) for test in ("ALT", "AST"))


def _hypogammaglobulinaemia() -> Count:
    low = {
        n: int(any(day > 0 and value < 4 for day, value in course(s, "IGG")))
        for n, s in subjects().items()
    }
    followed = [s for s in subjects().values() if any(day > 0 for day, _ in course(s, "IGG"))]
    return Count(low, of=len(followed))


ISR = "INJECTION SITE REACTION"
CARDIAC = (
    "SUDDEN CARDIAC DEATH",
    "DECOMPENSATED HEART INSUFFICIENCY",
    "ALVEOLAR HAEMORRHAGE AND HEART FAILURE",
    "SYNCOPE",
    "ATRIAL FLUTTER",
)
NEURO = ("HEADACHE", "WORSENED TRIGEMINAL NEURALGIA", "TRANSIENT FACIAL HYPAESTHESIA")
SKIN = ("XEROSIS WITH SCALING AND PRURITUS", "EXANTHEMA", "ECZEMA", "PSORIASIS GUTTATA")
GUT = ("DIARRHOEA", "IBD-LIKE COLITIS", "CHOLECYSTOLITHIASIS")

COUNTS: dict[str, Callable[[], Count]] = {
    "CRS grade 1": _crs(1, 1),
    "CRS grade 2": _crs(2, 2),
    "CRS grade 3 or higher": _crs(3, 5),
    "ICANS": _terms("ICANS"),
    "Injection site reaction": _terms(ISR),
    "Hypogammaglobulinaemia (<4 g/L)": _hypogammaglobulinaemia,
    "Lymphopaenia (<0.5 /µL)": _low("LYM", "0.5"),
    "New anaemia (<10 g/dL)": _low("HGB", "10"),
    "New thrombocytopenia (<100 /nL)": _low("PLAT", "100"),
    "Neutropenia (<1.5 /nL)": _low("NEUT", "1.5"),
    "Upper respiratory tract infection": _terms(INFECTIONS[0]),
    "Sinusitis": _terms("SINUSITIS"),
    "Mild tonsillitis": _terms("TONSILLITIS"),
    "Tonsillitis with fever over >2 wk": _terms("TONSILLITIS WITH PROLONGED FEVER"),
    "Pneumonia": _terms("PNEUMONIA"),
    "Acute undifferentiated fever": _terms("ACUTE UNDIFFERENTIATED FEVER"),
    "COVID-19": _terms("COVID-19"),
    "Urinary tract infection": _terms("URINARY TRACT INFECTION"),
    "Gastroenteritis": _terms("GASTROENTERITIS"),
    "Phlegmon": _terms("PHLEGMON"),
    "Superinfection of digital ulcer": _terms("SUPERINFECTION OF DIGITAL ULCER"),
    "Oral candidiasis": _terms("ORAL CANDIDIASIS"),
    "Sudden cardiac death": _terms(CARDIAC[0]),
    "Decompensated heart insufficiency": _terms(CARDIAC[1]),
    "Death due to alveolar haemorrhage and heart failure": _terms(CARDIAC[2]),
    "Syncope": _terms("SYNCOPE"),
    "Atrial flutter": _terms("ATRIAL FLUTTER"),
    "Creatinine increase (>1.5 mg/dL)": _labs(
        lambda s: excursions(s, "CREAT", Fraction("1.5"), below=False)
    ),
    "Oedema": _terms("OEDEMA"),
    "Mild/moderate diarrhoea": _terms("DIARRHOEA"),
    "IBD-like colitis": _terms("IBD-LIKE COLITIS"),
    "Transaminase increase (>150 U/L)": _labs(_transaminases),
    "Cholecystolithiasis": _terms("CHOLECYSTOLITHIASIS"),
    "Headache": _terms("HEADACHE"),
    "Worsened trigeminal neuralgia": _terms(NEURO[1]),
    "Transient facial hypaesthesia": _terms(NEURO[2]),
    "Xerosis with scaling and pruritus": _terms(SKIN[0]),
    "Exanthema": _terms("EXANTHEMA"),
    "Eczema": _terms("ECZEMA"),
    "Psoriasis guttata": _terms("PSORIASIS GUTTATA"),
    "Tenosynovitis": _terms("TENOSYNOVITIS"),
}
#: Rows whose events end in death: the table prints no number of admissions.
DEATHS = ("Sudden cardiac death", "Death due to alveolar haemorrhage and heart failure")
#: Rows without a number of events, because immunoglobulin infusions confound it.
UNCOUNTED = ("Hypogammaglobulinaemia (<4 g/L)",)


def _category(name: str) -> Count:
    parts = [
        COUNTS[row["event"]]() for row in ROWS if row["category"] == name and row["event"] in COUNTS
    ]
    total: dict[int, int] = {}
    for part in parts:
        for number, count in part.by_subject.items():
            total[number] = total.get(number, 0) + count
    return Count(total, sum(part.hospitalised for part in parts))


def _printed(row: dict[str, str]) -> dict[str, str]:
    event = row["event"]
    found = _category(row["category"]) if event not in COUNTS else COUNTS[event]()
    uncounted = event in UNCOUNTED or (row["category"] == "Haematological" and event not in COUNTS)
    return {
        "n_patients": str(len(found.people)),
        "pct": rounded(Fraction(100 * len(found.people), found.of)),
        "n_events": "n.a." if uncounted else str(sum(found.by_subject.values())),
        "n_events_hospitalised": "n.a." if event in DEATHS else str(found.hospitalised),
    }


def test_every_row_is_counted() -> None:
    assert {row["event"] for row in ROWS} == {*COUNTS, "(category total)"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['category']}: {row['event']}")
def test_row(row: dict[str, str]) -> None:
    contradicted = {item.row for item in CONTRADICTIONS}
    found = _printed(row)
    for column in COLUMNS:
        if f"table2:{row['event']}:{column}" in contradicted:
            assert found[column] != row[column], "no contradiction any more"
        else:
            assert found[column] == row[column], column


def test_laboratory_abnormalities_are_no_events() -> None:
    words = ("PENIA", "ANAEMIA", "GLOBULIN", "CREATININE", "TRANSAMINASE")
    terms = {event.term for subject in subjects().values() for event in subject.events}
    assert not [term for term in terms if any(word in term for word in words)]


def test_thresholds_are_passed_clearly() -> None:
    """No value lies so near a threshold that rounding or another conversion would move it."""
    near = []
    limits = {"IGG": "4", "LYM": "0.5", "HGB": "10", "PLAT": "100", "NEUT": "1.5", "CREAT": "1.5"}
    for subject in subjects().values():
        for test, text in limits.items():
            limit = Fraction(text)
            for day, value in course(subject, test):
                if abs(value - limit) < limit / 100:
                    near.append((subject.number, test, day, float(value)))
    assert not near
