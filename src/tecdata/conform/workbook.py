"""The report that CDISC CORE writes as a workbook, with the Explanation column of *Issue Summary* filled in."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tecdata.errors import UsageError

__all__ = ["explain_workbook"]

_SHEET: Final = "Issue Summary"
_PROPERTIES: Final = "docProps/core.xml"
_MODIFIED: Final = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(?=</dcterms:modified>)")


def explain_workbook(source: Path, target: Path, explain: Callable[[str, str], str]) -> int:
    """Copy a report of CORE (``.xlsx``) and fill its Explanation column, which the engine leaves empty.

    Parameters
    ----------
    source, target
        The report as CORE wrote it, and where the explained one goes; everything else stays as it was.
    explain
        Gives for a rule and a dataset (``CORE-000701``, ``CM``) what is to be said, or nothing. Text that stands in the
        column already (a person's) is kept.

    Returns
    -------
    int
        How many rows were filled in.

    Raises
    ------
    UsageError
        The file is no such report.

    Notes
    -----
    The same report and the same texts give the same bytes.
    """
    import openpyxl
    from openpyxl.styles import Alignment
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(source)
        sheet: Any = book[_SHEET]
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, InvalidFileException):
        raise UsageError(
            f"this is no workbook of CDISC CORE: it has no sheet {_SHEET}",
            place=str(source),
            next_step="Have CORE write it: -of XLSX",
        ) from None
    columns = {_outline(cell.value): cell.column for cell in sheet[1]}
    place = columns.get("explanation")
    if place is None:
        place = sheet.max_column + 1
        sheet.cell(1, place).value = "Explanation"
    filled = 0
    for row in range(2, sheet.max_row + 1):
        rule = str(sheet.cell(row, columns.get("coreid", 2)).value or "")
        dataset = str(sheet.cell(row, columns.get("dataset", 1)).value or "")
        cell = sheet.cell(row, place)
        text = explain(rule, dataset.upper().removesuffix(".XPT"))
        if text and not cell.value:
            cell.value, cell.data_type = text, "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            filled += 1
    made = io.BytesIO()
    book.save(made)
    target.write_bytes(_undated(made.getvalue()))
    return filled


def _outline(value: object) -> str:
    """The letters of a heading only, so that spelling and spaces do not matter."""
    return re.sub(r"[^a-z]", "", str(value or "").casefold())


def _undated(data: bytes) -> bytes:
    """The archive without the moment of its writing."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == _PROPERTIES:
                content = _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return made.getvalue()
