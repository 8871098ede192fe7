from __future__ import annotations

import datetime
from typing import Any

import narwhals as nw
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tecdata.harmonise.study_day import study_day, with_day_numbers


def numbers(texts: list[str | None], kind: Any = pl.DataFrame) -> list[int | None]:
    frame: nw.DataFrame[Any] = nw.from_native(kind({"D": texts}), eager_only=True)
    values = with_day_numbers(frame, {"n": "D"})["n"].to_list()
    return [None if v is None or v != v else int(v) for v in values]


@given(st.dates(datetime.date(1600, 1, 1), datetime.date(2400, 12, 31)), st.integers(-9999, 9999))
def test_day_numbers_count_days_as_the_calendar_does(day: datetime.date, shift: int) -> None:
    other = day + datetime.timedelta(days=shift)
    first, second = numbers([day.isoformat(), other.isoformat()])
    assert first is not None
    assert second is not None
    assert second - first == shift


@pytest.mark.parametrize("kind", [pl.DataFrame, pd.DataFrame])
def test_only_whole_dates_that_exist_have_a_number(kind: Any) -> None:
    texts = ["2024-02-29", "2023-02-29", "2024-04-31", "1900-02-29", "2000-02-29", "2024-13-01"]
    found = numbers([*texts, "2024-04", "2024", None, "", "x", "2024-02-29T23:59"], kind)
    known = [n is not None for n in found]
    assert known == [True, False, False, False, True, False, *[False] * 5, True]
    assert found[0] == found[-1]


@given(st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_there_is_no_day_zero(day: int, reference: int) -> None:
    frame = nw.from_native(pl.DataFrame({"day": [day], "ref": [reference]}))
    found = frame.select(study_day(nw.col("day"), nw.col("ref")).alias("x"))["x"][0]
    assert found != 0
    assert found == (day - reference + 1 if day >= reference else day - reference)
