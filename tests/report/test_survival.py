"""Exact intervals, Kaplan-Meier and cumulative incidence: published values, and properties."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tecdata.report.survival import (
    CENSORED,
    DIED,
    EVENT,
    at_risk,
    compute_incidence,
    compute_rate,
    compute_survival,
    median_time,
    value_at,
)

# Freireich's trial of 6-mercaptopurine, weeks in remission: 0 relapse, 1 censored (Gehan 1965).
WEEKS = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
RELAPSES = [0] * 9 + [1] * 12
SUBJECT = st.tuples(st.integers(1, 30), st.sampled_from([EVENT, CENSORED, DIED]))


def test_kaplan_meier_of_a_textbook() -> None:
    curve = compute_survival([float(w) for w in WEEKS], RELAPSES)
    assert list(curve.time) == [0, 6, 7, 10, 13, 16, 22, 23]
    printed = (1, 0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448)
    assert [round(v, 3) for v in curve.value] == pytest.approx(printed)
    assert median_time(curve) == 23
    assert value_at(curve, 12) == pytest.approx(0.753, abs=5e-4)
    assert value_at(curve, 0) == 1
    # Log-log limits at 6 weeks as survival packages give them.
    assert curve.low[1] == pytest.approx(0.6197, abs=5e-4)
    assert curve.high[1] == pytest.approx(0.9516, abs=5e-4)


def test_without_events_everybody_stays() -> None:
    curve = compute_survival([1.0, 2.0], [1, 2])
    assert (curve.time, curve.value) == ((0.0,), (1.0,))
    assert median_time(curve) is None


def test_limits_that_are_not_defined_are_not_numbers() -> None:
    curve = compute_survival([1.0, 2.0], [0, 0])
    assert curve.value[-1] == 0
    assert math.isnan(curve.low[-1])


def test_exact_intervals() -> None:
    assert compute_rate(0, 10) == pytest.approx((0, 0.3085), abs=1e-4)
    assert compute_rate(10, 10) == pytest.approx((0.6915, 1), abs=1e-4)
    assert compute_rate(8, 14) == pytest.approx((0.2886, 0.8234), abs=1e-4)
    wide, narrow = compute_rate(5, 10, 0.99), compute_rate(5, 10, 0.9)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]
    for wrong in ((3, 2), (-1, 2), (0, 0)):
        with pytest.raises(ValueError, match="no rate"):
            compute_rate(*wrong)


def test_at_risk_counts_those_still_followed() -> None:
    assert at_risk([6, 6, 7, 10], [0, 6, 6.5, 11]) == [4, 4, 2, 0]


@settings(deadline=None)
@given(st.lists(SUBJECT, min_size=1, max_size=25))
def test_incidences_and_event_free_share_add_up(subjects: list[tuple[int, int]]) -> None:
    weeks, cnsr = [float(w) for w, _ in subjects], [c for _, c in subjects]
    own = compute_incidence(weeks, cnsr)
    deaths = compute_incidence(weeks, cnsr, cause=DIED)
    either = compute_survival(weeks, [EVENT if c != CENSORED else CENSORED for c in cnsr])
    for week in (0, 5, 12.5, 30):
        total = value_at(own, week) + value_at(deaths, week) + value_at(either, week)
        assert total == pytest.approx(1)
    assert list(own.value) == sorted(own.value)


@settings(deadline=None)
@given(st.lists(SUBJECT, min_size=1, max_size=25))
def test_incidence_without_deaths_is_what_kaplan_meier_leaves(
    subjects: list[tuple[int, int]],
) -> None:
    weeks, cnsr = [float(w) for w, _ in subjects], [min(c, CENSORED) for _, c in subjects]
    incidence, survival = compute_incidence(weeks, cnsr), compute_survival(weeks, cnsr)
    for week in range(31):
        assert value_at(incidence, week) == pytest.approx(1 - value_at(survival, week))
