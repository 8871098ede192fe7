"""The published per-subject table comes out of the truth row by row."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from tests.published.reading import day_of, follow_up_days, months, subjects
from tests.published.targets import rounded, rows

from tecdata.demo.words import term_of

ROWS = {int(row["patient"]): row for row in rows("table1")}


@pytest.mark.parametrize("number", ROWS)
def test_row(number: int) -> None:
    row, subject = ROWS[number], subjects()[number]
    assert subject.centre == row["centre"]
    assert subject.indication == row["indication"]
    assert subject.age == int(row["age_y"])
    assert subject.sex == row["sex"].upper()
    assert subject.disease_duration_y == Decimal(row["disease_duration_y"])
    assert subject.cumulative_mg_per_kg == Decimal(row["cumulative_dose_mg_per_kg"])
    assert sum(dose.mg_per_kg for dose in subject.doses) == subject.cumulative_mg_per_kg
    assert rounded(months(subject), 1) == row["follow_up_mo"]
    assert subject.birth_year in (
        int(subject.first_dose[:4]) - subject.age,
        int(subject.first_dose[:4]) - subject.age - 1,
    )


@pytest.mark.parametrize("number", ROWS)
def test_prior_therapies(number: int) -> None:
    listed = [
        term_of("MEDICATIONS", name) for name in ROWS[number]["treatment_history"].split(", ")
    ]
    subject = subjects()[number]
    assert [m.name for m in subject.medications if m.category == "PRIOR THERAPY"] == listed


@pytest.mark.parametrize("number", ROWS)
def test_autoantibodies(number: int) -> None:
    text = ROWS[number]["autoantibodies"]
    listed = [] if text == "-" else text.split(", ")
    subject = subjects()[number]

    def bare(word: str) -> str:
        return re.sub(r"[^a-z0-9]", "", word.casefold())

    found = [bare(antibody.removeprefix("AB_")) for antibody in subject.autoantibodies]
    expected = [
        bare(name).replace("ruvbl12", "ruvbl").replace("rnapiii", "rnap3") for name in listed
    ]
    assert found == expected
    assert len(subject.autoantibody_words) == len(found)


@pytest.mark.parametrize("number", ROWS)
def test_organs(number: int) -> None:
    listed = re.split(r"[,(]", ROWS[number]["organ_manifestations"])
    organs = [h for h in subjects()[number].histories if h.category == "ORGAN MANIFESTATION"]
    assert len(organs) == len(listed)


def test_dates_of_the_study() -> None:
    for subject in subjects().values():
        assert "2024-03-01" <= subject.first_dose <= "2025-10-31"
        assert subject.last_contact <= "2026-01-15"
        assert subject.consent < min(subject.visits)
        assert -14 <= day_of(subject, subject.visits[0]) < 0
        assert follow_up_days(subject) >= day_of(subject, subject.visits[-1])
