"""Workbooks of text: written without formulas, read with sheets and headers matched by their outline."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tecdata.errors import UsageError

__all__ = ["outline", "read_sheets", "write_sheets"]


def outline(text: str) -> str:
    """The form in which sheets and headers are compared: letters and digits only.

    >>> outline("NCI Codelist Code"), outline("nci_codelist-code ")
    ('ncicodelistcode', 'ncicodelistcode')
    """
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def write_sheets(
    path: Path, sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence[str]]]]
) -> None:
    """Write a workbook: for each sheet its headers and rows, all as text.

    The same content gives the same bytes. Missing folders are made.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    plain = dict.fromkeys(("strings_to_formulas", "strings_to_numbers", "strings_to_urls"), False)
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, **plain})
    book.set_properties({"created": datetime.datetime(1980, 1, 1)})  # noqa: DTZ001 - as in its archive
    bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#F3F6F9"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for name, (headers, rows) in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(0, len(headers) - 1), 22)
        for column, text in enumerate(headers):
            sheet.write_string(0, column, text, bold)
        last = 0
        for last, row in enumerate(rows, 1):
            for column, text in enumerate(row):
                if text:
                    sheet.write_string(last, column, text, wrapped)
        sheet.autofilter(0, 0, max(1, last), max(0, len(headers) - 1))
    book.close()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(buffer.getvalue())


def read_sheets(path: Path) -> dict[str, list[dict[str, str]]]:
    """Rows of every sheet by its outline; each row has the texts by the outline of their header.

    Rows without any text are left out. Raises :class:`UsageError` where the file is no workbook.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (OSError, InvalidFileException, KeyError, ValueError) as error:
        raise UsageError(
            f"the workbook cannot be read ({type(error).__name__})",
            place=str(path),
            next_step="Name an .xlsx file",
        ) from None
    sheets: dict[str, list[dict[str, str]]] = {}
    for sheet in book.worksheets:
        rows = [
            ["" if v is None else str(v) for v in row] for row in sheet.iter_rows(values_only=True)
        ]
        headers = [outline(text) for text in rows[0]] if rows else []
        sheets[outline(sheet.title)] = [
            dict(zip(headers, row, strict=False)) for row in rows[1:] if any(row)
        ]
    book.close()
    return sheets
