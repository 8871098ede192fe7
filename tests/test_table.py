from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from tecdata.table import RawTable, SourceColumn, column_letter


@given(st.integers(min_value=0, max_value=16383))
def test_letters_are_those_of_a_spreadsheet(position: int) -> None:
    assert column_letter(position) == get_column_letter(position + 1)


@pytest.mark.parametrize(
    ("addressing", "expected"),
    [
        ("sheet", "AB12"),
        ("lines", "line 12, column 'Wert'"),
        ("records", "row 12, column 'Wert'"),
    ],
)
def test_a_cell_is_named_as_its_kind_of_file_allows(addressing: str, expected: str) -> None:
    table = RawTable(
        name="t",
        centre="XX",
        file="f",
        addressing=addressing,  # type: ignore[arg-type]
        frame=pl.DataFrame({"_row": [12], "Wert": ["1"]}),
        columns=(SourceColumn(name="Wert", header="Wert", position=27),),
    )
    assert table.address(12, "Wert") == expected
    assert table.column("Wert").position == 27


def test_an_unknown_column_is_a_key_error() -> None:
    table = RawTable(
        name="t", centre="XX", file="f", addressing="sheet", frame=pl.DataFrame(), columns=()
    )
    with pytest.raises(KeyError):
        table.column("none")
