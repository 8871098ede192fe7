from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.harmonise.small_study import Row, run, specs

DAY1 = datetime.date(2024, 3, 10)


def on(day: int) -> str:
    """The date of a study day."""
    return (DAY1 + datetime.timedelta(days=day - 1 if day > 0 else day)).isoformat()


def labs(*dates: str) -> list[Row]:
    return [{"LBTESTCD": "A", "LBTEST": "A", "LBDTC": d} for d in dates]


def visits(*days: int, **changes: Any) -> list[tuple[Any, ...]]:
    out = run({"LB": labs(*map(on, days))}, with_specs=specs(**changes))
    return sorted(out.rows("LB", "LBDTC", "VISITNUM", "VISIT", "VISITDY"))


def test_the_date_nearest_to_the_planned_day_is_the_planned_visit() -> None:
    assert visits(25, 30, 40) == [
        (on(25), 0.01, "UNSCHEDULED 0.01", None),
        (on(30), 4.0, "WEEK 4", 29),
        (on(40), 4.01, "UNSCHEDULED 4.01", None),
    ]


def test_of_two_dates_as_near_the_earlier_is_the_planned_visit() -> None:
    assert [v[1] for v in visits(1, 28, 30)] == [2.0, 4.0, 4.01]


def test_unscheduled_dates_follow_the_last_visit_that_took_place() -> None:
    found = visits(-40, -7, 1, 2, 3, 22, 23, 29, 60)
    assert [v[1] for v in found] == [0.01, 1.0, 2.0, 2.01, 2.02, 2.03, 2.04, 4.0, 4.01]
    assert [v[2] for v in found][-2:] == ["WEEK 4", "UNSCHEDULED 4.01"]


def test_all_records_of_a_day_are_one_visit_in_every_domain() -> None:
    lb = labs("2024-03-24T08:00", "2024-03-24T20:00")
    im: list[Row] = [{"ISTESTCD": "B", "ISTEST": "B", "ISDTC": "2024-03-24"}]
    out = run({"LB": lb, "IS": im})
    assert out.rows("LB", "VISITNUM", "VISIT") == [(3.0, "WEEK 2")] * 2
    assert out.rows("IS", "VISITNUM", "VISIT") == [(3.0, "WEEK 2")]
    assert out.rows("SV", "VISITNUM", "SVSTDTC", "SVENDTC", "SVSTDY", "SVPRESP", "SVOCCUR") == [
        (3.0, "2024-03-24", "2024-03-24", 15, "Y", "Y")
    ]


def test_records_without_a_whole_date_have_no_visit() -> None:
    out = run({"LB": labs("2024-03")})
    assert out.rows("LB", "VISITNUM", "VISIT", "LBDY") == [(None, None, None)]
    assert "SV" not in out.datasets


def test_more_than_99_unscheduled_dates_stay_below_the_next_visit() -> None:
    window = {"number": 1, "name": "START", "day": 1, "first_day": 1, "last_day": 1}
    later = {"number": 2, "name": "END", "day": 200, "first_day": 200, "last_day": 200}
    found = visits(*range(1, 122), 200, visits=[window, later])
    assert [v[1] for v in found][:2] == [1.0, 1.001]
    assert found[-2][1:3] == (1.12, "UNSCHEDULED 1.120")
    assert found[-1][1] == 2.0


def test_sv_describes_unscheduled_visits_by_the_domains_seen() -> None:
    im: list[Row] = [{"ISTESTCD": "B", "ISTEST": "B", "ISDTC": on(3)}]
    out = run({"LB": labs(on(1), on(3)), "IS": im})
    columns = ("VISITNUM", "VISITDY", "SVPRESP", "SVOCCUR", "EPOCH", "SVSTDY", "SVENDY", "SVUPDES")
    assert out.rows("SV", *columns) == [
        (2.0, 1, "Y", "Y", "TREATMENT", 1, 1, None),
        (2.01, None, None, None, "TREATMENT", 3, 3, "RECORDS IN IS, LB"),
    ]


def test_missed_visits_are_recorded_only_where_the_study_wants_them() -> None:
    dm: list[Row] = [{"SEX": "F", "RFPENDTC": on(30)}]
    given = {"DM": dm, "LB": labs(on(1))}
    assert run(given).column("SV", "VISITNUM") == [2.0]
    out = run(given, with_specs=specs(missed_visits=True))
    assert out.rows("SV", "VISITNUM", "VISIT", "SVPRESP", "SVOCCUR", "VISITDY", "SVSTDTC") == [
        (1.0, "SCREENING", "Y", "N", -7, None),
        (2.0, "DAY 1", "Y", "Y", 1, on(1)),
        (3.0, "WEEK 2", "Y", "N", 15, None),
    ]


@pytest.mark.parametrize(
    ("visits", "problem"),
    [
        (((1, 1, 1, 9), (2, 9, 9, 10)), "visits 1 and 2: numbers and windows must rise"),
        (((2, 1, 1, 8), (1, 9, 9, 10)), "visits 2 and 1: numbers and windows must rise"),
        (((1, 9, 1, 8),), "visit 1: the planned day is outside its window"),
    ],
)
def test_windows_that_would_not_decide_are_refused(
    visits: tuple[tuple[int, int, int, int], ...], problem: str
) -> None:
    names = ("number", "day", "first_day", "last_day")
    given = [{"name": "V", **dict(zip(names, visit, strict=True))} for visit in visits]
    with pytest.raises(ValidationError, match=problem):
        specs(visits=given)


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(-60, 80).filter(bool), min_size=1, max_size=40))
def test_visit_numbers_rise_with_time_and_are_never_shared(days: set[int]) -> None:
    numbers = [v[1] for v in visits(*days)]
    assert numbers == sorted(set(numbers))
    assert len(numbers) == len(days)
