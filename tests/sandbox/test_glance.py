from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tecdata.sandbox import any_clock, any_number_from, any_text_beyond
from tecdata.sandbox.wire import pack_column


@pytest.mark.parametrize(
    ("values", "clock"),
    [
        ([], False),
        (["2024-01-01", 4.5, None, True, 7], False),
        ([dt.date(2024, 1, 1)], True),
        (["h", 1.0, dt.datetime(2024, 1, 1)], True),  # noqa: DTZ001 - cells know no time zone
        (["h", dt.time(9), ""], True),
        (["h", dt.timedelta(hours=30)], True),
    ],
)
def test_whether_there_are_days_or_times(values: list[Any], clock: bool) -> None:
    assert any_clock([pack_column(["x"]), pack_column(values)]) is clock


@given(st.lists(st.one_of(st.text(), st.floats(), st.integers(), st.booleans())))
def test_whether_a_number_is_large(values: list[Any]) -> None:
    large = any(type(v) in (int, float) and abs(v) >= 1e15 for v in values)
    assert any_number_from([pack_column(values)], 1e15) is large


@given(st.lists(st.text(max_size=30)), st.integers(2, 25))
def test_a_long_text_is_never_missed(values: list[str], most: int) -> None:
    if any(len(v) > most for v in values):
        assert any_text_beyond([pack_column(values)], most)


def test_many_short_texts_are_not_taken_for_a_long_one() -> None:
    assert not any_text_beyond([pack_column(["mmol/L"] * 20_000)], 32_767)
    assert any_text_beyond([pack_column(["mmol/L", "x" * 32_768])], 32_767)
