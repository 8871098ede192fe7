"""The small OpenDocument writer, read back by a reader that is not ours."""

from __future__ import annotations

import datetime
import zipfile
from decimal import Decimal
from pathlib import Path

import python_calamine

from tecdata.demo.ods_writer import Cell, write_ods

ROWS: list[list[Cell]] = [
    ["Patient", "Datum", "Wert", "leer"],
    ["TUE-018 ", datetime.date(2024, 4, 3), Decimal("7.20"), None],
    ["TUE-018", None, "<0,5 & > x", 3],
]


def test_cells_come_back_with_their_types(tmp_path: Path) -> None:
    path = write_ods(tmp_path / "a.ods", [("Labor", ROWS), ("Hinweise", [["synthetisch"]])])
    book = python_calamine.CalamineWorkbook.from_path(path)
    assert book.sheet_names == ["Labor", "Hinweise"]
    assert book.get_sheet_by_name("Labor").to_python() == [
        ["Patient", "Datum", "Wert", "leer"],
        ["TUE-018 ", datetime.date(2024, 4, 3), 7.2, ""],
        ["TUE-018", "", "<0,5 & > x", 3],
    ]


def test_the_same_sheets_give_the_same_bytes_and_no_clock(tmp_path: Path) -> None:
    first = write_ods(tmp_path / "a.ods", [("Labor", ROWS)])
    second = write_ods(tmp_path / "b.ods", [("Labor", ROWS)])
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert {m.date_time for m in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.infolist()[0].filename == "mimetype"
        assert {m.compress_type for m in archive.infolist()} == {zipfile.ZIP_STORED}
