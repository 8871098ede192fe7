from __future__ import annotations

import datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tecdata.validate.iso8601 import is_date_time, is_duration, not_a_date_time, not_a_duration

RIGHT = [
    "2025",
    "2025-12",
    "2025-12-31",
    "2024-02-29",
    "2000-02-29",
    "2025-12-31T23",
    "2025-12-31T23:59",
    "2025-12-31T23:59:59",
    "2025-12-31T23:59:59.123",
    "2025-12-31T23:59Z",
    "2025-12-31T23:59-05:00",
    "2025---15",
    "--12-15",
    "--02-29",
    "-----T07:15",
    "2025-12-15T-:15",
    "2025-12-15T13:-:17",
    "2025-12-01/2025-12-10",
    "2025-12-01T10:00/2025-12-01T10:30",
]
WRONG = [
    "",
    "-",
    "--",
    "25",
    "2025-",
    "2025-1",
    "2025-00",
    "2025-13",
    "2025-12-00",
    "2025-12-32",
    "2025-02-30",
    "1900-02-29",
    "--02-30",
    "2025-12-",
    "2025-12--",
    "2025-12-31T",
    "2025-12-31T24:00",
    "2025-12-31T10:60",
    "2025-12-31T10:00:60",
    "2025-12-31T10:",
    "2025-12-31T-",
    "2025-12-31 10:00",
    "31.12.2025",
    "12/31/2025",
    "2025-12-31x",
    "x2025-12-31",
    "2025/12",
    "2025-12-31/",
    "2025-01-01/2025-01-02/2025-01-03",
    "２０２５",
    "2025-12-31\n",
]


@pytest.mark.parametrize("text", RIGHT)
def test_right(text: str) -> None:
    assert is_date_time(text)


@pytest.mark.parametrize("text", WRONG)
def test_wrong(text: str) -> None:
    assert not is_date_time(text)


def expression_accepts(*texts: str) -> list[bool]:
    frame = pl.DataFrame({"D": texts}, schema={"D": pl.String})
    return [not bad for bad in frame.select(not_a_date_time("D")).to_series().to_list()]


@pytest.mark.parametrize("text", WRONG)
def test_the_quick_expression_accepts_nothing_wrong(text: str) -> None:
    # An empty text is a missing date, not a wrong one.
    assert expression_accepts(text) == [text == ""]


@given(st.text(alphabet="0129-:T/Z.", max_size=20))
def test_the_quick_expression_never_accepts_more_than_the_rule(text: str) -> None:
    assert not expression_accepts(text)[0] or is_date_time(text) or text == ""


@given(st.dates(min_value=datetime.date(1000, 1, 1)), st.sampled_from([4, 7, 10]))
def test_every_date_of_the_calendar_whole_or_partial(day: datetime.date, length: int) -> None:
    text = day.isoformat()[:length]
    assert is_date_time(text)
    assert expression_accepts(text) == [True]


@given(st.datetimes(min_value=datetime.datetime(1000, 1, 1)))  # noqa: DTZ001
def test_every_date_time(moment: datetime.datetime) -> None:
    text = moment.isoformat()
    assert is_date_time(text)
    assert expression_accepts(text) == [True]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("P1Y2M3DT4H5M6S", True),
        ("P3D", True),
        ("-P3D", True),
        ("PT0.5S", True),
        ("P2W", True),
        ("P", False),
        ("PT", False),
        ("3D", False),
        ("P1S", False),
        ("P1H", False),
        ("P1.5D", False),
        ("P1D ", False),
    ],
)
def test_durations(text: str, right: bool) -> None:
    assert is_duration(text) is right
    frame = pl.DataFrame({"D": [text, "", None]}, schema={"D": pl.String})
    assert frame.select(not_a_duration("D")).to_series().to_list()[0] is not right
