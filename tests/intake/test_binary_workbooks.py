"""Oddities of xls and xlsb sheets, from their records."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from tests.made_workbooks import biff, compound, record, small_compound, xls, xlsb

from tecdata.errors import IntakeError
from tecdata.intake.compound_file import read_stream

if TYPE_CHECKING:
    from pathlib import Path

Read = Callable[..., Any]

ROWS = [("Pat", "IgG"), ("TEC-1", 4.5), ("TEC-2", None), ("TEC-3", None), ("TEC-4", None)]


def findings(read: Read, name: str) -> list[tuple[str, str, str]]:
    return [(f.check, f.cell, f.value) for f in read(t={"file": name})[1]]


def test_an_xls_sheet_shows_its_oddities(folder: Path, read: Read) -> None:
    error = struct.pack("<BBB3xH", 2, 0, 0x07, 0xFFFF)
    records = (
        biff(0x0205, struct.pack("<HHHBB", 2, 1, 0, 0x17, 1))
        + biff(0x0006, struct.pack("<HHHdHI", 3, 1, 0, 7.5, 0, 0) + b"\x03\x00\x1e\x01\x00")
        + biff(0x0006, struct.pack("<HHH", 4, 1, 0) + error + bytes(6) + b"\x03\x00\x1e\x01\x00")
        + biff(0x0208, struct.pack("<HHHHHHI", 1, 0, 2, 300, 0, 0, 0x20))
        + biff(0x007D, struct.pack("<HHHHHH", 1, 1, 0, 0, 1, 0))
        + biff(0x001C, struct.pack("<HHHHHB", 2, 0, 0, 1, 0, 0))
        + biff(0x00E5, struct.pack("<HHHHH", 1, 3, 4, 0, 0))
    )
    (folder / "b.xls").write_bytes(xls({"Labor": ROWS}, records=records))
    assert findings(read, "b.xls") == [
        ("intake.formula_cell", "B4", ""),
        ("intake.error_cell", "B3", "#REF!"),
        ("intake.error_cell", "B5", "#DIV/0!"),
        ("intake.comment", "A3", ""),
        ("intake.merged_cell", "A4:A5", ""),
        ("intake.hidden_column", "B", ""),
        ("intake.hidden_row", "2", ""),
        ("intake.not_checked", "", ""),
    ]
    table = read(t={"file": "b.xls"})[0].tables["t"]
    assert table.frame["IgG"].to_list() == ["4.5", None, "7.5", None]
    assert table.column("IgG").kinds == {"number", "error"}


def test_an_xlsb_sheet_shows_its_oddities(folder: Path, read: Read) -> None:
    cells = (
        record(0, struct.pack("<IIHBBBI", 6, 0, 300, 0, 0x10, 0, 0))
        + record(6, struct.pack("<II", 0, 0) + struct.pack("<I", 1) + "x".encode("utf-16-le"))
        + record(3, struct.pack("<IIB", 1, 0, 0x2A))
        + record(0, struct.pack("<IIHBBBI", 7, 0, 300, 0, 0, 0, 0))
        + record(9, struct.pack("<IIdHI", 1, 0, 7.5, 0, 0) + bytes(4))
    )
    merged = record(176, struct.pack("<4I", 3, 4, 0, 0))
    head = record(60, struct.pack("<IIIIH", 1, 1, 0, 0, 1))
    (folder / "b.xlsb").write_bytes(xlsb({"Labor": ROWS}, cells=cells + merged, head=head))
    assert findings(read, "b.xlsb") == [
        ("intake.formula_cell", "B8", ""),
        ("intake.error_cell", "B7", "#N/A"),
        ("intake.merged_cell", "A4:A5", ""),
        ("intake.hidden_column", "B", ""),
        ("intake.hidden_row", "7", ""),
        ("intake.not_checked", "", ""),
    ]
    table = read(t={"file": "b.xlsb"})[0].tables["t"]
    assert table.frame["IgG"].to_list()[-1] == "7.5"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("b.xls", xls({"Labor": ROWS}, records=biff(0x0203, struct.pack("<HHHd", 5, 300, 0, 1)))),
        ("b.xls", xls({"Labor": ROWS}, records=biff(0x0200, struct.pack("<IIHHH", 9, 5, 0, 2, 0)))),
        (
            "b.xls",
            xls({"Labor": ROWS}, records=biff(0x0200, struct.pack("<IIHHH", 0, 1 << 30, 0, 2, 0))),
        ),
        ("b.xlsb", xlsb({"Labor": ROWS}, cells=record(5, struct.pack("<IId", 1 << 20, 0, 1)))),
        ("b.xlsb", xlsb({"Labor": ROWS}, cells=record(0, struct.pack("<I", 1 << 30) + bytes(13)))),
        ("b.xlsb", xlsb({"Labor": ROWS}, cells=record(148, struct.pack("<4I", 9, 5, 0, 1)))),
    ],
)
def test_cells_outside_any_sheet_are_refused(
    name: str, content: bytes, folder: Path, read: Read
) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(IntakeError) as caught:
        read(t={"file": name})
    assert str(caught.value) == (
        f"xx/{name}, sheet 'Labor': refused: a cell lies outside any possible sheet. "
        "Delete the stray cells (select the empty area and delete it), save the file anew"
    )


def test_an_xlsb_of_two_far_cells_is_refused(folder: Path, read: Read) -> None:
    cells = record(0, struct.pack("<I", 1_048_575) + bytes(13)) + record(
        5, struct.pack("<IId", 16_383, 0, 1)
    )
    (folder / "b.xlsb").write_bytes(xlsb({"Labor": ROWS}, cells=cells))
    with pytest.raises(IntakeError, match="8 cells are spread over 1048576 rows and 16384 columns"):
        read(t={"file": "b.xlsb"})


def test_an_encrypted_xls_says_so(folder: Path, read: Read) -> None:
    (folder / "b.xls").write_bytes(xls({"Labor": ROWS}, book=biff(0x002F, bytes(6))))
    with pytest.raises(IntakeError) as caught:
        read(t={"file": "b.xls"})
    assert str(caught.value) == (
        "xx/b.xls: the file is protected by a password and cannot be read. "
        "Open it with the password, save it without one, and replace it"
    )


def test_streams_are_found_in_large_and_small_sectors() -> None:
    large, small = bytes(range(256)) * 20, b"small stream" * 8
    assert read_stream(compound("Workbook", large), ("Workbook",), "b.xls") == large
    assert read_stream(small_compound("Book", small), ("Workbook", "Book"), "b.xls") == small


def test_a_chain_that_runs_in_a_circle_is_refused() -> None:
    content = bytearray(compound("Workbook", bytes(5000)))
    content[512 + 4 * 3 : 512 + 4 * 4] = struct.pack("<I", 2)
    with pytest.raises(IntakeError, match="damaged or truncated"):
        read_stream(bytes(content), ("Workbook",), "b.xls")
