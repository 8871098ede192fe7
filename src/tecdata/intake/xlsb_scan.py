"""What python-calamine does not tell about an xlsb sheet, from its records ([MS-XLSB] 2.4)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from tecdata.intake.grid import Area
from tecdata.intake.problems import unreadable
from tecdata.intake.scan import BIFF_ERRORS, SheetScan, outside
from tecdata.intake.xml_parts import relations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tecdata.intake.archive import Archive

__all__ = ["XLSB_UNSEEN", "scan_xlsb"]

#: What cannot be told of xlsb sheets, in the words of the finding.
XLSB_UNSEEN = ("cell comments", "formulas that read other workbooks", "cells shown as percent")

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384

_ROW, _ERROR, _FORMULA_ERROR, _COLUMNS, _MERGED, _DIMENSION, _SHEET = 0, 3, 11, 60, 176, 148, 156
_CELLS = range(1, 12)
_FORMULAS = range(8, 11)


def scan_xlsb(archive: Archive, place: str) -> dict[str, SheetScan]:
    """Structure of each worksheet by its name.

    Raises :class:`IntakeError` where a part is damaged or a cell lies outside any sheet.
    """
    book = "xl/workbook.bin"
    sheets: dict[str, SheetScan] = {}
    try:
        targets = relations(archive, book, place)
        for kind, body in _records(archive.read(book)):
            if kind == _SHEET:
                key, end = _text(body, 8)
                name, _ = _text(body, end)
                part = targets.get(key, ("", ""))[1]
                if part in archive.names:
                    shown = f"{place}, sheet '{name}'"
                    sheets[name] = _scan(archive.read(part), shown)
                    sheets[name].check(shown)
    except (struct.error, IndexError, ValueError):
        raise unreadable(place, "xlsb") from None
    return sheets


def _text(body: bytes, offset: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", body, offset)
    end = offset + 4 + 2 * length
    if end > len(body):
        raise ValueError
    return body[offset + 4 : end].decode("utf-16-le"), end


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Records: a type of one or two bytes, a length of one to four, seven bits a byte."""
    offset = 0
    while offset < len(part):
        kind = part[offset]
        offset += 1
        if kind & 0x80:
            kind = kind & 0x7F | part[offset] << 7
            offset += 1
        length = shift = 0
        while True:
            byte = part[offset]
            offset += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift == 28:
                break
        if offset + length > len(part):
            raise ValueError
        yield kind, part[offset : offset + length]
        offset += length


def _scan(part: bytes, place: str) -> SheetScan:
    scan = SheetScan()
    row = 1
    for kind, body in _records(part):
        if kind == _ROW:
            row = struct.unpack_from("<I", body)[0] + 1
            if row > MAX_ROWS:
                raise outside(place)
            if body[11] & 0x10:
                scan.hidden_rows.add(row)
        elif kind in _CELLS:
            (column,) = struct.unpack_from("<I", body)
            if column >= MAX_COLUMNS:
                raise outside(place)
            scan.cell(row, column)
            if kind in (_ERROR, _FORMULA_ERROR):
                scan.errors[row, column] = BIFF_ERRORS.get(body[8], "#N/A")
            elif kind in _FORMULAS:
                scan.formulas[row, column] = "stored"
        else:
            _note_layout(scan, kind, body, place)
    return scan


def _note_layout(scan: SheetScan, kind: int, body: bytes, place: str) -> None:
    """Dimensions, hidden columns and merged areas."""
    if kind == _DIMENSION:
        top, bottom, left, right = struct.unpack_from("<4I", body)
        if bottom >= MAX_ROWS or right >= MAX_COLUMNS or top > bottom or left > right:
            raise outside(place)
    elif kind == _COLUMNS and body[16] & 1:
        first, last = struct.unpack_from("<II", body)
        scan.hidden_columns.update(range(first, min(last + 1, MAX_COLUMNS)))
    elif kind == _MERGED:
        top, bottom, left, right = struct.unpack_from("<4I", body)
        scan.merged.append(Area(top + 1, left, bottom + 1, right))
