from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tecdata.intake.cells import column_text, number_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4.5, "4.5"),
        (1280.0, "1280"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e-7, "0.0000001"),
        (1e15, "1000000000000000"),
        (1.5e300, "15" + "0" * 299),
        (123456789.25, "123456789.25"),
    ],
)
def test_numbers_are_the_shortest_plain_text(value: float, text: str) -> None:
    assert number_text(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_as_itself(value: float) -> None:
    text = number_text(value)
    assert float(text) == value
    assert "e" not in text
    assert not text.endswith(".0")


@pytest.mark.parametrize(
    ("value", "text", "kind"),
    [
        ("TEC-1 ", "TEC-1 ", "text"),
        ("00123", "00123", "text"),
        ("1E5", "1E5", "text"),
        ("a\nb", "a\nb", "text"),
        (True, "TRUE", "boolean"),
        (7, "7", "number"),
        (dt.date(2024, 4, 3), "2024-04-03", "date"),
        (dt.datetime(2024, 4, 3), "2024-04-03", "date"),  # noqa: DTZ001 - files know no zones
        (dt.datetime(2024, 4, 3, 9, 30), "2024-04-03T09:30", "datetime"),  # noqa: DTZ001
        (dt.datetime(2024, 4, 3, 9, 30, 5), "2024-04-03T09:30:05", "datetime"),  # noqa: DTZ001
        (dt.time(9, 30), "09:30", "time"),
        (dt.timedelta(hours=30, minutes=5), "30:05", "time"),
        (dt.timedelta(seconds=-90), "-00:01:30", "time"),
    ],
)
def test_each_kind_of_cell_becomes_text(value: Any, text: str, kind: str) -> None:
    assert column_text([value])[:2] == ([text], frozenset({kind}))


@pytest.mark.parametrize("value", ["", " ", "\t\n", "\xa0", None])
def test_a_blank_cell_is_none(value: str | None) -> None:
    assert column_text([value, value]) == ([None, None], frozenset({"blank"}), [False, False])


def test_a_mixed_column_says_where_its_typed_numbers_are() -> None:
    texts, kinds, numbers = column_text(["<0,01", 4.5, "", 7.0])
    assert texts == ["<0,01", "4.5", None, "7"]
    assert kinds == {"text", "number"}
    assert numbers == [False, True, False, True]


def test_blank_texts_do_not_make_a_column_of_numbers_mixed() -> None:
    assert column_text(["", 4.5, " "])[1] == {"number"}
