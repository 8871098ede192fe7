"""One made-up subject, small enough to read, for tests of the renderers."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from tecdata.demo.model import AdverseEvent, Dose, History, Medication, Result, Subject

Centre = Literal["BE", "HH", "HD", "AH", "TU"]

WORDS = {
    "de": {"skin": "Haut", "history": "arterielle Hypertonie", "diagnosis": "SSc"},
    "da": {"skin": "Hud", "history": "Hypertension", "diagnosis": "Systemisk sklerose"},
}


def made_up(centre: Centre, local_id: str, number: int = 1, *, language: str = "de") -> Subject:
    """A subject with one of everything: an operator, a titre, a test not done, partial dates."""
    words = WORDS[language]
    return Subject(
        number=number,
        centre=centre,
        local_id=local_id,
        sex="F",
        age=42,
        birth_year=1982,
        country="DEU",
        indication="SSc",
        consent="2024-03-20",
        first_dose="2024-04-03T09:30",
        last_contact="2025-01-01",
        disease_duration_y=Decimal("0.5"),
        cumulative_mg_per_kg=Decimal("1.56"),
        doses=(
            _dose(1, "2024-04-03T09:30", "0.06", "4.2", "STEP-UP 1"),
            _dose(2, "2024-04-05", "1.5", "105", "TARGET"),
        ),
        visits=("2024-04-01", "2024-05-02"),
        results=(
            Result(test="IGG", start="2024-04-01", value=Decimal("7.20"), unit="g/L"),
            Result(test="CD19", start="2024-04-01", value=Decimal(10), operator="<", unit="10^6/L"),
            Result(test="ANA", start="2024-04-01", value=Decimal(1280)),
            Result(test="CRP", start="2024-05-02", not_done=True, unit="mg/L"),
            Result(test="PTGA", start="2024-05-02", value=Decimal("3.5")),
        ),
        events=(
            AdverseEvent(
                key="1",
                term="CYTOKINE RELEASE SYNDROME",
                verbatim="CRS",
                start="2024-04-04T20:00",
                end="2024-04-06",
                grade=1,
                scale="ASTCT 2019",
                serious=True,
                hospitalised=True,
                related="RELATED",
                outcome="RECOVERED/RESOLVED",
                dose=1,
                treatments=("M2",),
                temperature_c=Decimal("38.9"),
                hypotension=False,
                hypoxia=False,
            ),
        ),
        medications=(
            Medication(key="M1", name="RITUXIMAB", verbatim="RTX", category="PRIOR THERAPY"),
            Medication(
                key="M2",
                name="TOCILIZUMAB",
                verbatim="TOC",
                category="CRS TREATMENT",
                start="2024-04-04",
                end="2024-04-04",
                dose=Decimal(560),
                unit="mg",
                frequency="ONCE",
                route="INTRAVENOUS",
                indication="CRS",
            ),
        ),
        histories=(
            History(
                term="SYSTEMIC SCLEROSIS",
                verbatim=words["diagnosis"],
                category="PRIMARY DIAGNOSIS",
                start="2023-10",
            ),
            History(
                term="SKIN INVOLVEMENT", verbatim=words["skin"], category="ORGAN MANIFESTATION"
            ),
            History(
                term="ARTERIAL HYPERTENSION",
                verbatim=words["history"],
                category="OTHER CONDITION",
                start="2019",
            ),
        ),
        autoantibodies=("AB_ANA", "AB_SCL70"),
        autoantibody_words=("ANA", "Scl-70"),
    )


def _dose(
    number: int, start: str, level: str, mg: str, kind: Literal["STEP-UP 1", "TARGET"]
) -> Dose:
    return Dose(
        number=number,
        start=start,
        mg_per_kg=Decimal(level),
        mg=Decimal(mg),
        weight_kg=Decimal("70.0"),
        kind=kind,
    )
