"""Courses over the rows of a panel: the value of the day, near by, carried forward; baselines; doses; events."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.derive.response.made_panel import disease, response

from tecdata.derive.response.amounts import BOUND, UNIT
from tecdata.derive.response.course_of import (
    collected_course,
    day_keys,
    dosed_course,
    happened_course,
)
from tecdata.derive.response.doses import DoseSpan
from tecdata.derive.response.panel import CARRIED, MEASURED, MISSING, NEAR, Course, Panel
from tecdata.derive.response.records import VALUES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tecdata.derive.response.course_of import Baselines
    from tecdata.spec.response import Measure

#: (subject, day, value): a value is before the first dose up to day 0.
Told = tuple[int, int, float]


def rows(*pairs: tuple[int, int]) -> Panel:
    subject, day = np.array(pairs, np.int64).reshape(-1, 2).T
    return Panel(subject, day, {})


def values(told: Sequence[Told], **columns: Any) -> pl.DataFrame:
    records = [
        {**dict.fromkeys(VALUES), "subject": s, "day": d, "low": v, "high": v, "before": d <= 0,
         "form": 0, **{name: column[at] for name, column in columns.items()}}
        for at, (s, d, v) in enumerate(told)
    ]  # fmt: skip
    return pl.DataFrame(records, schema=VALUES)


def measure(code: str, name: str, **changes: Any) -> Measure:
    return disease(code).measures[name].model_copy(update=changes)


def course(
    panel: Panel,
    own: pl.DataFrame,
    wanted: Measure | None = None,
    *,
    size: int = 2,
    offset: int = 0,
    **settings: Any,
) -> tuple[Course, Baselines]:
    chosen = response().settings.model_copy(update={"window_days": 7, **settings})
    return collected_course(panel, own, offset, wanted or measure("SSC", "MDGA"), chosen, size)


def used(made: Course) -> list[tuple[int, float | None]]:
    return [
        (int(how), low / UNIT if low == high else None)
        for how, low, high in zip(made.how, made.now.low, made.now.high, strict=True)
    ]


def test_a_row_takes_the_value_of_its_day_or_the_nearest_in_the_window() -> None:
    panel = rows((0, 10), (0, 17), (0, 18), (0, 30), (1, 3), (1, 30))
    made, _ = course(panel, values([(0, 10, 1.0), (0, 36, 2.0), (1, 37, 3.0)]))
    assert used(made) == [
        (MEASURED, 1.0), (NEAR, 1.0), (MISSING, None), (NEAR, 2.0), (MISSING, None), (NEAR, 3.0),
    ]  # fmt: skip
    assert made.source.tolist() == [0, 0, -1, 1, -1, 2]
    assert made.now.low.tolist()[2] == -BOUND
    assert made.now.high.tolist()[2] == BOUND
    assert made.higher_is_better is False


def test_of_two_equally_near_the_earlier_counts() -> None:
    made, _ = course(rows((0, 20), (0, 21)), values([(0, 17, 1.0), (0, 23, 2.0)]))
    assert used(made) == [(NEAR, 1.0), (NEAR, 2.0)]


def test_slow_measures_are_carried_as_long_as_they_may_be() -> None:
    slow = measure("SSC", "FVC", carry_days=100)
    panel = rows((0, 10), (0, 110), (0, 111), (1, 40))
    own = values([(0, -3, 9.0), (0, 10, 1.0), (1, 1, 2.0)])
    made, _ = course(panel, own, slow, offset=5)
    assert used(made) == [(MEASURED, 1.0), (CARRIED, 1.0), (MISSING, None), (CARRIED, 2.0)]
    assert made.source.tolist() == [6, 6, -1, 7]
    assert made.higher_is_better is True
    off, _ = course(panel, own, slow, carry_forward=False)
    assert used(off) == [(MEASURED, 1.0), (MISSING, None), (MISSING, None), (MISSING, None)]
    next_day = measure("SSC", "FVC", carry_days=100, window_days=0)
    none, _ = course(rows((0, 11)), own, next_day, carry_forward=False)
    assert used(none) == [(MISSING, None)]


def test_a_measure_may_have_a_window_of_its_own() -> None:
    panel, own = rows((0, 10)), values([(0, 20, 1.0)])
    assert used(course(panel, own)[0]) == [(MISSING, None)]
    assert used(course(panel, own, measure("IIM", "ENZYME", window_days=10))[0]) == [(NEAR, 1.0)]
    none = measure("IIM", "MDGA", window_days=0)
    assert used(course(rows((0, 19)), own, none)[0]) == [(MISSING, None)]


def test_the_last_or_the_first_value_before_the_dose_is_baseline() -> None:
    panel = rows((0, 10), (1, 10), (2, 10))
    own = values([(0, -40, 5.0), (0, -5, 6.0), (0, 10, 1.0), (1, -90, 7.0)])
    made, base = course(panel, own, size=4, offset=100)
    assert made.base_source.tolist() == [101, 103, -1]
    assert made.base.low.tolist() == [6 * UNIT, 7 * UNIT, -BOUND]
    assert made.base.high.tolist() == [6 * UNIT, 7 * UNIT, BOUND]
    assert base.source.tolist() == [101, 103, -1, -1]
    assert base.day.tolist() == [-5, -90, 0, 0]
    assert base.value.tolist()[:2] == [6.0, 7.0]
    assert np.isnan(base.value[2:]).all()
    _, first = course(panel, own, size=4, baseline="first_before_first_dose")
    assert first.source.tolist() == [0, 3, -1, -1]
    _, young = course(panel, own, size=4, baseline_within_days=40)
    assert young.source.tolist() == [1, -1, -1, -1]
    _, edge = course(
        panel, own, size=4, baseline_within_days=40, baseline="first_before_first_dose"
    )
    assert edge.source.tolist() == [0, -1, -1, -1], "forty days old is not too old"


def test_what_was_taken_on_the_day_of_the_dose_is_neither_baseline_nor_visit() -> None:
    own = values([(0, 0, 5.0)], before=[False])
    made, base = course(rows((0, 3)), own, size=1)
    assert (used(made), base.source.tolist()) == ([(MISSING, None)], [-1])
    flagged, base = course(rows((0, 3)), values([(0, 0, 5.0)]), size=1)
    assert base.source.tolist() == [0]
    assert used(flagged) == [(MISSING, None)], "a baseline is no visit"


def test_a_sum_with_missing_items_is_a_range() -> None:
    own = values([(0, -5, 10.0), (0, 10, 4.0)], high=[13.0, 4.0])
    made, base = course(rows((0, 10)), own, size=1)
    assert (made.base.low.tolist(), made.base.high.tolist()) == ([10 * UNIT], [13 * UNIT])
    assert made.now.low.tolist() == made.now.high.tolist() == [4 * UNIT]
    assert base.source.tolist() == [0]
    assert np.isnan(base.value).all(), "a baseline that is not one number has no value"


def test_nothing_collected_is_unknown() -> None:
    made, base = course(rows((0, 10)), values([]), size=1)
    assert used(made) == [(MISSING, None)]
    assert made.base.low.tolist() == [-BOUND]
    assert (made.span.tolist(), base.source.tolist()) == ([0], [-1])


def test_the_range_of_a_scale_is_that_of_the_form_of_the_baseline() -> None:
    own = values([(0, -5, 60.0), (1, -5, 120.0)], form=[0, 1])
    panel = rows((0, 10), (1, 10), (2, 10))
    made, _ = course(panel, own, measure("IIM", "MMT"), size=3)
    assert made.span.tolist() == [80 * UNIT, 150 * UNIT, 0]
    assert course(panel, own, measure("SSC", "FVC"), size=3)[0].span.tolist() == [0, 0, 0]


def test_the_range_of_an_enzyme_is_a_multiple_of_the_limit_beside_the_baseline() -> None:
    told: list[Told] = [(0, -5, 900.0), (0, 10, 300.0), (1, -5, 400.0), (2, -5, 500.0)]
    own = values(told, form=[0, 0, 1, 0], top=[190.0, 170.0, 250.0, None])
    made, _ = course(rows((0, 10), (1, 10), (2, 10)), own, measure("IIM", "ENZYME"), size=3)
    assert made.span.tolist() == [15 * 190 * UNIT, 3 * 250 * UNIT, 0]


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(1, 60)), unique=True, min_size=1),
    st.lists(st.tuples(st.integers(0, 2), st.integers(1, 60)), unique=True, min_size=1),
    st.integers(0, 9),
    st.integers(0, 40),
)
def test_the_value_used_is_what_a_search_of_all_finds(
    visits: list[tuple[int, int]], taken: list[tuple[int, int]], window: int, carry: int
) -> None:
    visits, taken = sorted(visits), sorted(taken)
    own = values([(s, d, float(d)) for s, d in taken])
    wanted = measure("SSC", "FVC", window_days=window, carry_days=carry)
    made, _ = course(rows(*visits), own, wanted, size=3)
    for (who, day), found in zip(visits, made.source.tolist(), strict=True):
        near = [(abs(d - day), d) for s, d in taken if s == who and abs(d - day) <= window]
        back = [d for s, d in taken if s == who and 0 <= day - d <= carry]
        expected = min(near)[1] if near else max(back) if back else None
        assert (taken[found] if found >= 0 else None) == (
            (who, expected) if expected is not None else None
        )


def test_keys_of_subject_and_day_sort_like_both() -> None:
    found = day_keys(np.array([0, 1, 1, 2]), np.array([9000, -300, 5, 0]))
    assert found.tolist() == sorted(found.tolist())
    assert len(set(found.tolist())) == 4


SPANS = {0: [DoseSpan(-10, 9, Fraction(20), 1), DoseSpan(5, 30, Fraction(5), 2)]}
RECORDS = {(0, 1): 70, (0, 2): 71, (2, 1): 72}


def test_the_dose_of_a_row_is_the_sum_and_its_record_the_one_that_began_last() -> None:
    panel = rows((0, 3), (0, 5), (0, 7), (0, 30), (0, 31), (1, 7))
    made, base = dosed_course(panel, SPANS, None, RECORDS, 2)
    assert (made.now.low // UNIT).tolist() == [20, 25, 25, 5, 0, 0]
    assert made.now.known.all()
    assert made.source.tolist() == [70, 71, 71, 71, -1, -1]
    assert (made.base.low // UNIT).tolist() == [20, 20, 20, 20, 20, 0]
    assert made.base_source.tolist() == [70, 70, 70, 70, 70, -1]
    assert (base.source.tolist(), base.value.tolist()) == ([70, -1], [20.0, 0.0])
    assert base.day.tolist() == [0, 0]
    assert made.higher_is_better is False
    assert set(made.how.tolist()) == {MEASURED}


def test_a_dose_of_the_first_day_alone_is_its_baseline() -> None:
    made, base = dosed_course(rows((0, 3)), {0: [DoseSpan(0, 0, Fraction(8), 1)]}, None, RECORDS, 1)
    assert (made.base.low // UNIT).tolist() == [8]
    assert base.value.tolist() == [8.0]


def test_a_dose_by_weight_is_unknown_without_a_weight() -> None:
    panel = rows((0, 3), (1, 3), (2, 3))
    spans = {**SPANS, 2: [DoseSpan(-10, 9, Fraction(30), 1)]}
    made, base = dosed_course(panel, spans, {0: {-3: Fraction(50)}, 1: {}}, RECORDS, 3)
    assert made.now.low.tolist() == [4 * UNIT // 10, 0, -BOUND]
    assert made.now.known.tolist() == [True, True, False]
    assert made.base.known.tolist() == [True, True, False]
    assert made.source.tolist() == [70, -1, -1]
    assert base.source.tolist() == [70, -1, -1]


@pytest.mark.parametrize(
    ("ever", "now", "source"),
    [(True, [0, 1, 1, 1, 0], [-1, 5, 5, 5, -1]), (False, [0, 1, 0, 1, 0], [-1, 5, -1, 7, -1])],
)
def test_an_event_counts_on_its_day_or_from_it_on(
    ever: bool, now: list[int], source: list[int]
) -> None:
    panel = rows((0, 3), (0, 7), (0, 8), (0, 20), (1, 7))
    events = {0: [(7, 4), (7, 5), (20, 6)]}
    records = {(0, 4): 5, (0, 5): 6, (0, 6): 7}
    made, base = happened_course(panel, events, records, 2, ever=ever)
    assert (made.now.low // UNIT).tolist() == now
    assert made.now.known.all()
    assert made.source.tolist() == source
    assert made.base.low.tolist() == made.base.high.tolist() == [0] * 5
    assert made.base_source.tolist() == [-1] * 5
    assert base.source.tolist() == [-1, -1]
    assert made.higher_is_better is False
