"""Every statistic the Results text prints comes out of the truth of the cohort."""

from __future__ import annotations

import pytest
from tests.published import text_cohort, text_labs, text_response, text_safety
from tests.published.reading import follow_up_days, subjects
from tests.published.response import MAJOR, MODERATE, first_day, tiers
from tests.published.targets import rows

from tecdata.demo.contradictions import CONTRADICTIONS

STATISTICS = (
    text_cohort.STATISTICS
    | text_safety.STATISTICS
    | text_labs.STATISTICS
    | text_response.STATISTICS
)
PRINTED = {row["id"]: row["published"] for row in rows("text_targets")}
#: Statistic -> what comes out instead of the printed text, because the series contradicts itself.
INSTEAD = {"FU_PY": "11.7"}


def test_every_row_has_a_statistic() -> None:
    assert set(STATISTICS) == set(PRINTED)


def test_differences_are_listed_contradictions() -> None:
    listed = {item.row for item in CONTRADICTIONS if item.row and ":" not in item.row}
    assert set(INSTEAD) == listed


@pytest.mark.parametrize("name", PRINTED)
def test_statistic(name: str) -> None:
    found = STATISTICS[name]()
    expected = INSTEAD.get(name, PRINTED[name])
    assert found == expected


def test_severe_infections_had_intravenous_antibiotics() -> None:
    assert text_safety.severe_antibiotics()


def test_major_response_is_preceded_by_moderate() -> None:
    for subject in subjects().values():
        found = tiers(subject)
        major = first_day(subject, MAJOR)
        if major is not None:
            moderate = first_day(subject, MODERATE)
            assert moderate is not None
            assert moderate < major
            assert found[moderate] == MODERATE


def test_tiers_do_not_depend_on_how_missing_components_are_treated() -> None:
    for subject in subjects().values():
        alone, carried = tiers(subject), tiers(subject, carry=True)
        assert alone == {day: carried[day] for day in alone}, subject.number


def test_responses_within_follow_up() -> None:
    for subject in subjects().values():
        assert max(tiers(subject), default=0) <= follow_up_days(subject)
