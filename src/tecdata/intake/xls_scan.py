"""What python-calamine does not tell about an xls sheet, from its BIFF records ([MS-XLS] 2.4)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from tecdata.intake.compound_file import read_stream
from tecdata.intake.problems import locked, unreadable
from tecdata.intake.scan import BIFF_ERRORS, SheetScan, outside

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["XLS_UNSEEN", "scan_xls"]

#: What cannot be told of xls sheets, in the words of the finding.
XLS_UNSEEN = ("texts of comments", "formulas that read other workbooks", "cells shown as percent")

MAX_ROWS, MAX_COLUMNS = 65_536, 256

_FORMULA, _FILEPASS, _NOTE, _COLINFO, _BOUNDSHEET = 0x0006, 0x002F, 0x001C, 0x007D, 0x0085
_DIMENSIONS, _BOOLERR, _ROW, _BOF, _EOF = 0x0200, 0x0205, 0x0208, 0x0809, 0x000A
#: Records that begin with row and column: BLANK NUMBER LABEL RK RSTRING LABELSST, MULRK MULBLANK.
_CELLS = frozenset({0x0201, 0x0203, 0x0204, 0x027E, 0x00D6, 0x00FD})
_SPANS = frozenset({0x00BD, 0x00BE})


def scan_xls(content: bytes, place: str) -> dict[str, SheetScan]:
    """Structure of each worksheet by its name.

    Raises :class:`IntakeError` where the file is damaged, encrypted, or has cells outside any sheet.
    """
    stream = read_stream(content, ("Workbook", "Book"), place)
    sheets: dict[str, SheetScan] = {}
    try:
        for name, offset in _sheets(stream, place):
            shown = f"{place}, sheet '{name}'"
            sheets[name] = _scan(stream, offset, shown)
            sheets[name].check(shown)
    except (struct.error, ValueError, IndexError):
        raise unreadable(place, "xls") from None
    return sheets


def _records(stream: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    """Records up to the end of the substream that begins at ``offset``; inner ones are left out."""
    depth = 0
    while offset + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, offset)
        body = stream[offset + 4 : offset + 4 + length]
        if len(body) < length:
            raise ValueError
        offset += 4 + length
        # A chart inside a sheet is a substream of its own.
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 0:
            return
        if depth == 1:
            yield kind, body


def _sheets(stream: bytes, place: str) -> list[tuple[str, int]]:
    wide = stream[4:6] == b"\x00\x06"
    sheets = []
    for kind, body in _records(stream, 0):
        if kind == _FILEPASS:
            raise locked(place)
        if kind == _BOUNDSHEET and body[5] == 0:
            offset, length = struct.unpack_from("<IxxB", body)
            if not wide:
                name = body[7 : 7 + length].decode("cp1252", "replace")
            elif body[7] & 1:
                name = body[8 : 8 + 2 * length].decode("utf-16-le")
            else:
                name = body[8 : 8 + length].decode("latin-1")
            sheets.append((name, offset))
    return sheets


def _scan(stream: bytes, offset: int, place: str) -> SheetScan:
    scan = SheetScan()
    for kind, body in _records(stream, offset):
        if kind in _CELLS or kind in _SPANS or kind in (_FORMULA, _BOOLERR):
            row, column = struct.unpack_from("<HH", body)
            last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind in _SPANS else column
            if last >= MAX_COLUMNS or column >= MAX_COLUMNS:
                raise outside(place)
            scan.cell(row + 1, column)
            scan.cell(row + 1, last)
            _note_result(scan, kind, body, (row + 1, column))
        elif kind == _DIMENSIONS:
            _check_dimensions(body, place)
        elif kind == _ROW and body[12] & 0x20:
            scan.hidden_rows.add(struct.unpack_from("<H", body)[0] + 1)
        elif kind == _COLINFO and body[8] & 1:
            first, last = struct.unpack_from("<HH", body)
            scan.hidden_columns.update(range(first, min(last + 1, MAX_COLUMNS)))
        elif kind == _NOTE:
            row, column = struct.unpack_from("<HH", body)
            scan.comments[row + 1, column] = ""
    return scan


def _check_dimensions(body: bytes, place: str) -> None:
    """The parser reserves memory for all cells between first and last, even if last is before first."""
    layout = "<IIHH" if len(body) >= 12 else "<HHHH"
    top, bottom, left, right = struct.unpack_from(layout, body)
    if (
        bottom > MAX_ROWS
        or right > MAX_COLUMNS
        or (bottom and right and (top >= bottom or left >= right))
    ):
        raise outside(place)


def _note_result(scan: SheetScan, kind: int, body: bytes, position: tuple[int, int]) -> None:
    """Formulas, and cells whose value is an error."""
    if kind == _FORMULA:
        failed = body[12:14] == b"\xff\xff" and body[6] == 2
        if failed:
            scan.errors[position] = BIFF_ERRORS.get(body[8], "#N/A")
        else:
            scan.formulas[position] = "stored"
    elif kind == _BOOLERR and body[7]:
        scan.errors[position] = BIFF_ERRORS.get(body[6], "#N/A")
