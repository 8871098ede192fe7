from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tecdata.errors import IntakeError
from tecdata.intake.grid import Area, Grid, Structure
from tecdata.intake.header import read_header
from tecdata.spec.source import TableSource

if TYPE_CHECKING:
    from pathlib import Path


def grid(rows: list[list[Any]], *merged: Area, first: int = 1) -> Grid:
    return Grid(
        sheet="Labor",
        addressing="sheet",
        numbers=range(first, first + len(rows)),
        rows=rows,
        structure=Structure(merged=merged),
    )


def table(*header_rows: int, units_row: int | None = None) -> TableSource:
    return TableSource(file="b.xlsx", header_rows=header_rows, units_row=units_row)


def test_header_rows_are_joined_top_down() -> None:
    found = read_header(
        grid([["Titel", ""], ["Blutbild", "Blutbild"], ["Leuko", "Hb"]]), table(2, 3), "b"
    )
    assert found.names == ("Blutbild / Leuko", "Blutbild / Hb")
    assert found.last == 3


def test_a_merged_header_counts_for_every_column_it_spans() -> None:
    rows = [["Pat", "Blutbild", "", "Sex"], ["", "Leuko", "Hb", ""]]
    found = read_header(grid(rows, Area(1, 1, 1, 2), Area(1, 0, 2, 0)), table(1, 2), "b")
    assert found.names == ("Pat", "Blutbild / Leuko", "Blutbild / Hb", "Sex")


def test_the_units_row_gives_units_not_names() -> None:
    rows = [["Pat", "IgG", "Hb"], ["", "g/l", " g/dl "]]
    found = read_header(grid(rows, Area(1, 0, 2, 0)), table(1, 2, units_row=2), "b")
    assert (found.names, found.units) == (("Pat", "IgG", "Hb"), ("", "g/l", "g/dl"))


def test_a_unit_merged_over_columns_counts_for_each() -> None:
    rows = [["C3", "C4"], ["g/l", ""]]
    found = read_header(grid(rows, Area(2, 0, 2, 1)), table(1, 2, units_row=2), "b")
    assert found.units == ("g/l", "g/l")


def test_names_are_tidied_and_headers_kept_as_written() -> None:
    found = read_header(
        grid([[" Leuko\n(Gpt/l) ", "Pat-\u00a0ID", "Gro\u0308\u00dfe"]]), table(1), "b"
    )
    assert found.names == ("Leuko (Gpt/l)", "Pat- ID", "Größe")
    assert found.written == (" Leuko\n(Gpt/l) ", "Pat-\u00a0ID", "Gro\u0308\u00dfe")


def test_names_are_unique_and_blank_ones_named_by_their_place() -> None:
    rows = [["Name", "Name", "Name#2", "Name", "", "column E", 2024.0]]
    found = read_header(grid(rows), table(1), "b")
    assert found.names == ("Name", "Name#3", "Name#2", "Name#4", "column E#2", "column E", "2024")
    assert found.duplicates == (1, 3)


@pytest.mark.parametrize(
    ("rows", "header_rows", "message"),
    [
        (
            [["a"], ["1"]],
            (4,),
            (
                "b: there is no header row 4: the last filled row is 2. See its rows with "
                "'tecdata profile FILE', then correct 'header_rows' in source.yaml"
            ),
        ),
        (
            [["a"], [""], [" "], ["1"]],
            (2, 3),
            (
                "b: header rows 2 and 3 are empty. See its rows with "
                "'tecdata profile FILE', then correct 'header_rows' in source.yaml"
            ),
        ),
        (
            [],
            (1,),
            (
                "b: there is no filled cell, so no header. See its rows with "
                "'tecdata profile FILE', then correct 'header_rows' in source.yaml"
            ),
        ),
    ],
)
def test_a_missing_header_is_refused(
    rows: list[list[Any]], header_rows: tuple[int, ...], message: str
) -> None:
    with pytest.raises(IntakeError) as caught:
        read_header(grid(rows), table(*header_rows), "b")
    assert str(caught.value) == message


def test_a_header_row_above_the_first_filled_row_is_empty(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="header row 1 is empty"):
        read_header(grid([["a"], ["1"]], first=3), table(1), "b")


def test_no_cell_is_quoted_in_an_error(folder: Path, read: Any) -> None:
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "Anna Geheim"
    workbook.save(folder / "b.xlsx")
    with pytest.raises(IntakeError) as caught:
        read(t={"file": "b.xlsx", "header_rows": ("9",)})
    assert "Geheim" not in str(caught.value)
