"""Every check of intake: files that fail it with the exact message, and files that pass it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from tests.made_workbooks import xls

from tecdata.checks.intake import CHECKS

Read = Callable[..., Any]
Edit = Callable[[Any], None]

HEADER = ("Pat", "Datum", "IgG")
ROWS: tuple[tuple[Any, ...], ...] = (
    ("TEC-1", dt.date(2024, 4, 3), 4.5),
    ("TEC-2", dt.date(2024, 4, 4), 7.25),
    ("TEC-3", dt.date(2024, 4, 5), 9),
)


def book(path: Path, edit: Edit = lambda _: None, name: str = "b.xlsx") -> Mapping[str, Any]:
    """A clean workbook of one sheet, then spoilt by ``edit``; the tables that read it."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Labor"
    for row in (HEADER, *ROWS):
        sheet.append(row)
    edit(sheet)
    workbook.save(path / name)
    return {"labs": {"file": name, "sheet": "Labor"}}


def typed_error(sheet: Any) -> None:
    sheet["C3"].value, sheet["C3"].data_type = "#REF!", "e"


def formula(path: Path, text: str) -> Mapping[str, Any]:
    """A workbook whose C2:C3 are formulas with stored values."""
    with xlsxwriter.Workbook(path / "b.xlsx") as workbook:
        sheet = workbook.add_worksheet("Labor")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ("TEC-1", "x"))
        sheet.write_row(2, 0, ("TEC-2", "x"))
        sheet.write_formula("C2", text, None, 7.5)
        sheet.write_formula("C3", text, None, 8.5)
    return {"labs": {"file": "b.xlsx"}}


def hidden_sheet(sheet: Any) -> None:
    sheet.parent.create_sheet("Notizen")
    sheet.sheet_state = "hidden"
    sheet.parent.active = 1


def second_sheet(sheet: Any) -> None:
    other = sheet.parent.create_sheet("Alt")
    other["B2"], other["C3"] = "x", 5


def with_format(cell: str, value: Any, number_format: str) -> Edit:
    def edit(sheet: Any) -> None:
        sheet[cell].value = value
        sheet[cell].number_format = number_format

    return edit


def set_cell(cell: str, value: Any) -> Edit:
    def edit(sheet: Any) -> None:
        sheet[cell].value = value

    return edit


def comment(sheet: Any) -> None:
    sheet["C2"].comment = Comment("nüchtern?", "Dr. A")


def date_among_numbers(sheet: Any) -> None:
    sheet["C3"].value = dt.date(2024, 5, 4)


def date_among_texts(sheet: Any) -> None:
    sheet["A3"].value = dt.date(2024, 3, 1)


def day_number(sheet: Any) -> None:
    sheet["B3"].value, sheet["B3"].number_format = 45_000, "General"


def epoch_1904(sheet: Any) -> None:
    sheet.parent.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904


def macros(path: Path) -> Mapping[str, Any]:
    import zipfile

    book(path, name="plain.xlsx")
    source = zipfile.ZipFile(path / "plain.xlsx")
    with zipfile.ZipFile(path / "b.xlsm", "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "[Content_Types].xml":
                content = content.replace(
                    b"spreadsheetml.sheet.main+xml", b"sheet.macroEnabled.main+xml"
                )
            target.writestr(name, content)
        target.writestr("xl/vbaProject.bin", b"\xcc\x61")
    (path / "plain.xlsx").unlink()
    return {"labs": {"file": "b.xlsm"}}


def text(path: Path, content: bytes, **settings: Any) -> Mapping[str, Any]:
    (path / "b.csv").write_bytes(content)
    return {"labs": {"file": "b.csv", **settings}}


def unknown_file(path: Path) -> Mapping[str, Any]:
    (path / "neu.xlsx").write_bytes(b"")
    (path / "~$b.xlsx").write_bytes(b"")
    (path / ".DS_Store").write_bytes(b"")
    return book(path)


def merged(sheet: Any) -> None:
    sheet.merge_cells("A2:A4")


def fill_merged(path: Path) -> Mapping[str, Any]:
    tables = book(path, merged)
    return {"labs": {**tables["labs"], "fill_merged": "true"}}


def hide_rows(sheet: Any) -> None:
    sheet.row_dimensions[2].hidden = sheet.row_dimensions[3].hidden = True
    sheet.row_dimensions[9].hidden = True


def hide_column(sheet: Any) -> None:
    sheet.column_dimensions["C"].hidden = True


def many_comments(sheet: Any) -> None:
    for row in range(5, 60):
        sheet.cell(row, 1, f"TEC-{row}").comment = Comment("?", "Dr. A")


def old_format(path: Path) -> Mapping[str, Any]:
    (path / "b.xls").write_bytes(xls({"Labor": [HEADER, ("TEC-1", "x", 4.5)]}))
    return {"labs": {"file": "b.xls"}}


Make = Callable[[Path], Mapping[str, Any]]

FAILING: dict[str, tuple[Make, str]] = {
    "intake.unknown_file": (
        unknown_file,
        (
            "neu.xlsx: no table of source.yaml reads this file. Add a table for it, or name it under "
            "ignore_files with the reason."
        ),
    ),
    "intake.unknown_sheet": (
        lambda path: book(path, second_sheet),
        (
            "b.xlsx, sheet 'Alt': no table of source.yaml reads this sheet (2 filled cells). Add a "
            "table for it, or name it under ignore_sheets with the reason."
        ),
    ),
    "intake.macros": (
        macros,
        "b.xlsm: the workbook carries macros; they were not run. Nothing is to be done if no value is made by them; otherwise ask the centre for the values themselves.",
    ),
    "intake.dates_1904": (
        lambda path: book(path, epoch_1904),
        "b.xlsx: the workbook counts its days from 1904; its dates were read so. Nothing is to be done if they are right; if they are four years late, ask the centre to save the file anew with its days counted from 1900.",
    ),
    "intake.encoding_detected": (
        lambda path: text(path, "Pat;Größe\n1;2\n".encode(), delimiter=";"),
        (
            "b.csv: read as utf-8 (it is valid UTF-8). Nothing is to be done if letters look right; "
            "otherwise declare 'encoding' in source.yaml."
        ),
    ),
    "intake.delimiter_detected": (
        lambda path: text(path, b"Pat\tIgG\n1\t2\n"),
        (
            "b.csv: cells are split at each tab (detected). Nothing is to be done if that is right; "
            "otherwise declare 'delimiter' in source.yaml."
        ),
    ),
    "intake.encoding_doubtful": (
        lambda path: text(path, "Pat;Größe\n1;2\n".encode(), encoding="cp1252", delimiter=";"),
        (
            "b.csv: read as cp1252, as source.yaml declares, but it is valid UTF-8 beyond ASCII, "
            "which cp1252 text hardly ever is; letters are probably wrong. Correct 'encoding' in source.yaml."
        ),
    ),
    "intake.no_rows": (
        lambda path: book(path, lambda sheet: sheet.delete_rows(2, 3)),
        (
            "b.xlsx, sheet 'Labor': there is a header but no row below it, so table 'labs' gives no "
            "record. Ask the centre whether that is meant."
        ),
    ),
    "intake.replacement_character": (
        lambda path: text(
            path, "Pat;Ort\n1;M\ufffdnchen\n".encode(), encoding="utf-8", delimiter=";"
        ),
        (
            "b.csv, line 2: the file itself holds the sign U+FFFD where a letter was lost before it "
            "was sent. Ask the centre for an export in UTF-8."
        ),
    ),
    "intake.duplicate_header": (
        lambda path: book(path, set_cell("C1", "Pat")),
        (
            "b.xlsx, sheet 'Labor', C1: the header 'Pat' stands there again; "
            "rules call this column 'Pat#2'. Ask the centre which is which, and to rename one."
        ),
    ),
    "intake.blank_header": (
        lambda path: book(path, set_cell("C1", None)),
        (
            "b.xlsx, sheet 'Labor', C1: the header is empty, and 3 cells below it are filled; "
            "rules call this column 'column C'. Ask the centre to name it."
        ),
    ),
    "intake.formula_cell": (
        lambda path: formula(path, "=SUM(A1:A9)"),
        (
            "b.xlsx, sheet 'Labor', C2:C3: a formula; the value it had when the file was saved was "
            "taken. Nothing is to be done if a spreadsheet program saved the file; otherwise have it "
            "opened in one, saved and sent again."
        ),
    ),
    "intake.linked_formula": (
        lambda path: formula(path, "=[1]Alt!A1"),
        (
            "b.xlsx, sheet 'Labor', C2:C3: a formula that reads another workbook; the value stored "
            "with it was taken and may be out of date. Ask the centre to compare it with that "
            "workbook and to enter the value itself."
        ),
    ),
    "intake.formula_without_value": (
        lambda path: book(path, set_cell("C3", "=1+1")),
        (
            "b.xlsx, sheet 'Labor', C3: a formula whose value was not saved; the cell was read as "
            "empty. Open the file in its spreadsheet program and save it again."
        ),
    ),
    "intake.error_cell": (
        lambda path: book(path, typed_error),
        (
            "b.xlsx, sheet 'Labor', C3: the cell shows the error #REF!; it was read as empty. "
            "Correct the formula or enter the value."
        ),
    ),
    "intake.merged_cell": (
        lambda path: book(path, merged),
        (
            "b.xlsx, sheet 'Labor', A2:A4: merged cells below the header; the value counts for the "
            "first of them only. Set fill_merged: true in source.yaml if it holds for all."
        ),
    ),
    "intake.merged_filled": (
        fill_merged,
        (
            "b.xlsx, sheet 'Labor', A2:A4: merged cells below the header; the value was taken for "
            "all of them. Nothing is to be done if it holds for all; otherwise take fill_merged out "
            "of source.yaml."
        ),
    ),
    "intake.hidden_row": (
        lambda path: book(path, hide_rows),
        "b.xlsx, sheet 'Labor', row 2:3: hidden, with data; it was read like the others. Ask the centre whether it was meant to be sent.",
    ),
    "intake.hidden_column": (
        lambda path: book(path, hide_column),
        "b.xlsx, sheet 'Labor', column C: 'IgG' is hidden and holds data; it was read like the others. Ask the centre whether it was meant to be sent.",
    ),
    "intake.hidden_sheet": (
        lambda path: book(path, hidden_sheet),
        "b.xlsx, sheet 'Labor': the sheet is hidden and holds data; it was read like the others. Ask the centre whether it was meant to be sent.",
    ),
    "intake.comment": (
        lambda path: book(path, comment),
        "b.xlsx, sheet 'Labor', C2: a comment is attached to the cell; it became no record. Read it: if it says something of the patient, declare comments: records in source.yaml, or ask the centre for it as a value; otherwise nothing is to be done.",
    ),
    "intake.long_number": (
        lambda path: book(path, set_cell("C3", 1234567890123456)),
        (
            "b.xlsx, sheet 'Labor', C3: a number of more than 15 digits, which a spreadsheet cannot "
            "hold exactly. Have the column formatted as text and the number entered again."
        ),
    ),
    "intake.impossible_date": (
        lambda path: book(path, with_format("B3", 60, "dd.mm.yyyy")),
        (
            "b.xlsx, sheet 'Labor', B3: a day number before March 1900 or after the year 9999, which "
            "stands for no certain day; it was read as empty. Enter the date again."
        ),
    ),
    "intake.date_among_numbers": (
        lambda path: book(path, date_among_numbers),
        (
            "b.xlsx, sheet 'Labor', C3: a date in a column of numbers; spreadsheets turn entries such "
            "as 4.5 into dates. Compare with the record."
        ),
    ),
    "intake.date_among_texts": (
        lambda path: book(path, date_among_texts),
        (
            "b.xlsx, sheet 'Labor', A3: a date in a column of texts; spreadsheets turn entries such "
            "as 3-4 or MAR1 into dates. Compare with the record."
        ),
    ),
    "intake.day_number": (
        lambda path: book(path, day_number),
        (
            "b.xlsx, sheet 'Labor', B3: a whole number in a column of texts or dates; it may be a "
            "date that lost its format (45000 is 2023-03-15). Compare with the record."
        ),
    ),
    "intake.percent_format": (
        lambda path: book(path, with_format("C3", 0.85, "0%")),
        (
            "b.xlsx, sheet 'Labor', C3: shown as percent, stored as a fraction (85 % is 0.85); the "
            "stored number was taken. Nothing is to be done if the mapping takes it for a fraction; "
            "otherwise correct the unit in its block."
        ),
    ),
    "intake.further_cells": (
        lambda path: book(path, many_comments),
        "b.xlsx, sheet 'Labor': 5 further places like those reported (intake.comment). Treat them as those.",
    ),
    "intake.not_checked": (
        old_format,
        (
            "b.xls: this xls file does not show them, so these were not looked for: texts of "
            "comments, formulas that read other workbooks, cells shown as percent. Save it anew as "
            ".xlsx to have them checked."
        ),
    ),
}


def test_every_check_of_intake_is_tested() -> None:
    assert set(FAILING) == {check.id for check in CHECKS}


@pytest.mark.parametrize("check", sorted(FAILING))
def test_a_check_fails_where_it_should(check: str, folder: Path, read: Read) -> None:
    make, message = FAILING[check]
    _, findings = read(**make(folder))
    assert [f.message for f in findings if f.check == check] == [message]


@pytest.mark.parametrize("check", sorted(FAILING))
def test_a_clean_delivery_passes_it(check: str, folder: Path, read: Read) -> None:
    tables = dict(book(folder))
    (folder / "c.csv").write_text("Pat;IgG\n1;2\n")
    tables["more"] = {"file": "c.csv", "encoding": "utf-8", "delimiter": ";"}
    _, findings = read(**tables)
    assert [f for f in findings if f.check == check] == []


def test_what_cannot_be_seen_is_not_passed(folder: Path, read: Read) -> None:
    _, findings = read(**old_format(folder))
    assert [(f.check, f.status) for f in findings] == [("intake.not_checked", "not_run")]


def test_findings_name_centre_file_sheet_cell_and_value(folder: Path, read: Read) -> None:
    _, findings = read(**book(folder, typed_error))
    assert [(f.centre, f.file, f.sheet, f.cell, f.value) for f in findings] == [
        ("XX", "b.xlsx", "Labor", "C3", "#REF!")
    ]


def test_a_comment_is_kept_but_not_said(folder: Path, read: Read) -> None:
    _, findings = read(**book(folder, comment))
    assert [f.value for f in findings] == ["nüchtern?"]
    assert "nüchtern" not in findings[0].message


def test_several_tables_of_a_sheet_report_it_once(folder: Path, read: Read) -> None:
    tables = book(folder, typed_error)
    _, findings = read(a=tables["labs"], b=tables["labs"])
    assert len(findings) == 1


def test_what_stands_above_the_header_is_not_data(folder: Path, read: Read) -> None:
    def edit(sheet: Any) -> None:
        sheet.insert_rows(1, 2)
        sheet["A1"] = "=TODAY()"
        sheet.merge_cells("A1:C1")
        sheet["A2"].value, sheet["A2"].data_type = "#N/A", "e"

    tables = book(folder, edit)
    delivery, findings = read(labs={**tables["labs"], "header_rows": ("3",)})
    assert findings == []
    assert delivery.tables["labs"].frame.height == 3
