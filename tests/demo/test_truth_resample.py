"""Larger cohorts: reproducible, in proportion, inside the study."""

from __future__ import annotations

import datetime
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tecdata.demo import bootstrap, cohort

if TYPE_CHECKING:
    from tecdata.demo.model import Subject


def _days(start: str, end: str) -> int:
    one, two = (datetime.date.fromisoformat(text[:10]) for text in (start, end))
    return (two - one).days


def test_same_seed_same_cohort() -> None:
    assert bootstrap(20, seed=4) == bootstrap(20, seed=4)
    assert bootstrap(20, seed=4) != bootstrap(20, seed=5)


@pytest.mark.parametrize("n", [0, 1, 2, 17, 18, 40])
def test_numbers_and_proportions(n: int) -> None:
    made = bootstrap(n, seed=1)
    assert [s.number for s in made] == list(range(1, n + 1))
    assert len({s.local_id for s in made}) == n
    sizes = Counter(s.centre for s in made)
    for centre, of_18 in Counter(s.centre for s in cohort()).items():
        assert abs(sizes[centre] - n * of_18 / 18) < 1


def test_negative() -> None:
    with pytest.raises(ValueError, match="0 or more subjects, not -1"):
        bootstrap(-1, seed=0)


def _donor(copy: Subject) -> Subject:
    shape = (copy.centre, copy.age, copy.indication, len(copy.results))
    (donor,) = [s for s in cohort() if (s.centre, s.age, s.indication, len(s.results)) == shape]
    return donor


def test_dates_move_by_whole_days_and_stay_in_the_study() -> None:
    for copy in bootstrap(60, seed=9):
        donor = _donor(copy)
        moved = _days(donor.first_dose, copy.first_dose)
        assert "2024-03-01" <= copy.first_dose <= "2025-10-31"
        assert copy.last_contact <= "2026-01-15"
        for mine, theirs in (
            (copy.visits, donor.visits),
            ([d.start for d in copy.doses], [d.start for d in donor.doses]),
            ([e.start for e in copy.events], [e.start for e in donor.events]),
            ([r.start for r in copy.results], [r.start for r in donor.results]),
        ):
            assert {_days(a, b) for a, b in zip(theirs, mine, strict=True)} <= {moved}
            assert [text[10:] for text in mine] == [text[10:] for text in theirs]


def test_only_measured_amounts_are_jittered() -> None:
    changed = set()
    for copy in bootstrap(30, seed=2):
        for mine, theirs in zip(copy.results, _donor(copy).results, strict=True):
            assert (mine.test, mine.unit, mine.operator) == (
                theirs.test,
                theirs.unit,
                theirs.operator,
            )
            if mine.value != theirs.value:
                changed.add(mine.test)
                assert mine.value is not None
                assert theirs.value is not None
                assert abs(mine.value - theirs.value) <= theirs.value * 6 / 100 + 1
    assert "IGG" in changed
    assert not changed & {"PTGA", "SLEDAITOT", "ANA", "FVCPP", "HAQDI"}
