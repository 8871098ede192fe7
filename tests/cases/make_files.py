"""The files of the cases that no editor writes: run ``python tests/cases/make_files.py`` to renew them.

Each is as small as the oddity it shows allows. A workbook behind a password cannot be written by
the libraries of the tests: ``intake_password`` holds an empty container of that kind.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import polars as pl
import pyreadstat
import xlsxwriter
from openpyxl.comments import Comment

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.made_workbooks import compound  # noqa: E402  the line above makes it importable

if TYPE_CHECKING:
    from collections.abc import Callable

HEADER = ("id", "datum", "dosis")
ROWS: tuple[tuple[Any, ...], ...] = (
    ("P1", dt.date(2024, 4, 1), 4.5),
    ("P1", dt.date(2024, 4, 3), 20),
    ("P2", dt.date(2024, 4, 5), 60.5),
)
CREATED = dt.datetime(2024, 1, 1)  # noqa: DTZ001  workbooks know no time zones


def workbook(case: str, edit: Callable[[Any], None]) -> None:
    """A clean sheet of doses, spoilt by ``edit``."""
    book = openpyxl.Workbook()
    book.properties.created = book.properties.modified = CREATED
    sheet = book.active
    sheet.title = "Gaben"
    for row in (HEADER, *ROWS):
        sheet.append(row)
    edit(sheet)
    book.save(HERE / case / "in" / "t.xlsx")


def errors(sheet: Any) -> None:
    sheet["C3"].value, sheet["C3"].data_type = "#REF!", "e"
    sheet["B4"].value, sheet["B4"].data_type = "#N/A", "e"


def merged(sheet: Any) -> None:
    sheet.merge_cells("C2:C3")


def hidden(sheet: Any) -> None:
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    sheet.parent.create_sheet("Deckblatt")
    sheet.parent.active = 1
    sheet.sheet_state = "hidden"


def headers(sheet: Any) -> None:
    sheet["D1"], sheet["D2"] = "dosis", 5
    sheet["E3"] = "nachgetragen"


def sheets(sheet: Any) -> None:
    sheet.title = " Gaben "
    other = sheet.parent.create_sheet("Nachtrag")
    other["B2"], other["C3"] = "P3", 5


def spoilt(sheet: Any) -> None:
    sheet["C3"].value = dt.date(2024, 5, 4)
    sheet["B4"].value, sheet["B4"].number_format = 60, "dd.mm.yyyy"


def comments(sheet: Any) -> None:
    sheet["C4"].comment = Comment("geschätzt", "Dr. A")


def formulas() -> None:
    with xlsxwriter.Workbook(HERE / "intake_formulas" / "in" / "t.xlsx") as book:
        book.set_properties({"created": CREATED})
        sheet = book.add_worksheet("Gaben")
        sheet.write_row(0, 0, HEADER)
        for i, (subject, _, dose) in enumerate(ROWS, start=1):
            sheet.write_row(i, 0, (subject, f"0{i}.04.2024", dose))
        sheet.write_formula("C2", "=1.5*3", None, 4.5)
        sheet.write_formula("C3", "=[1]Plan!A1", None, 20)
        sheet.write_formula("C4", "=Gewicht", None, "")


def labelled() -> None:
    pyreadstat.write_sav(
        pl.DataFrame(
            {"id": ["P1", "P2", "P3"], "sex": [1.0, 7.0, -9.0], "dosis": [4.5, -99.0, 60]}
        ),
        HERE / "intake_value_labels" / "in" / "t.sav",
        variable_value_labels={"sex": {1.0: "weiblich", 2.0: "männlich", -9.0: "keine Angabe"}},
        missing_ranges={"dosis": [-99.0], "sex": [-9.0]},
    )


def main() -> None:
    """Write all of them."""
    for case, edit in {
        "intake_error_cells": errors,
        "intake_merged_cells": merged,
        "intake_hidden": hidden,
        "intake_headers": headers,
        "intake_sheets": sheets,
        "intake_missing_sheet": lambda sheet: setattr(sheet, "title", "Dosen"),
        "intake_spoilt_dates": spoilt,
        "intake_comments": comments,
        "intake_truncated": lambda _: None,
    }.items():
        workbook(case, edit)
    formulas()
    labelled()
    cut = HERE / "intake_truncated" / "in" / "t.xlsx"
    cut.write_bytes(cut.read_bytes()[:2000])
    locked = HERE / "intake_password" / "in" / "t.xlsx"
    locked.write_bytes(compound("EncryptedPackage", b""))


if __name__ == "__main__":
    main()
