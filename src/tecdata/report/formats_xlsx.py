"""Workbooks of plain texts and numbers: nothing a spreadsheet program would calculate or follow."""

from __future__ import annotations

import datetime
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

__all__ = ["Sheet", "Value", "workbook"]

Value = str | int | None

#: A sheet's name, the lines above its heading, the heading, the rows.
Sheet = tuple[str, Sequence[Sequence[Value]], Sequence[str], Iterable[Sequence[Value]]]

#: What a sheet and a cell can hold.
MOST_ROWS: Final = 1_048_576
_MOST_CHARACTERS: Final = 32_767
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def workbook(sheets: Iterable[Sheet], *, created: str = "", most_rows: int = MOST_ROWS) -> bytes:
    """A workbook as bytes; the same sheets give the same bytes.

    Parameters
    ----------
    sheets
        Rows may be an iterator: they are written as they come.
    created
        ISO 8601 moment the file carries as its own; without it 1 January 1980, as in its archive.
    most_rows
        Rows a sheet can hold. What does not fit goes on in ``<name> (2)`` and so on, with the same
        heading: nothing is left out.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    book = xlsxwriter.Workbook(buffer, options)
    moment = datetime.datetime.fromisoformat(created or "1980-01-01T00:00:00")
    book.set_properties({"created": moment.replace(tzinfo=None)})
    bold = book.add_format({"bold": True, "bottom": 1})
    for name, preamble, heading, rows in sheets:
        rest: Iterator[Sequence[Value]] = iter(rows)
        for part in itertools.count(1):
            sheet = book.add_worksheet(name if part == 1 else f"{name} ({part})")
            sheet.set_column(0, len(heading) - 1, 22)
            for line, values in enumerate(preamble):
                _write(sheet, line, values)
            first = len(preamble) + 1
            for column, text in enumerate(heading):
                sheet.write_string(first - 1, column, text, bold)
            sheet.freeze_panes(first, 0)
            for line, values in enumerate(itertools.islice(rest, most_rows - first), start=first):
                _write(sheet, line, values)
            following = next(rest, None)
            if following is None:
                break
            rest = itertools.chain((following,), rest)
    book.close()
    return buffer.getvalue()


def _write(sheet: Worksheet, line: int, values: Sequence[Value]) -> None:
    """Write a line; texts stay texts, whatever they look like."""
    for column, value in enumerate(values):
        if isinstance(value, int):
            sheet.write_number(line, column, value)
        elif value:
            sheet.write_string(line, column, _text(value))


def _text(value: str) -> str:
    """A text that a cell can hold, cut where it is too long."""
    clean = _NOT_XML.sub("\ufffd", value)
    # A longer text would be left out by the writer, without a word.
    return clean if len(clean) <= _MOST_CHARACTERS else clean[: _MOST_CHARACTERS - 1] + "…"
