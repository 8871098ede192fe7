from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlsxwriter
from tests.made_workbooks import ods, ods_sheet, xls, xlsb

if TYPE_CHECKING:
    from pathlib import Path

Read = Callable[..., Any]

ROWS: list[tuple[Any, ...]] = [
    ("Pat", "IgG", "CRP", "Visite"),
    ("TEC-1 ", 4.5, "<0,01", None),
    (None, 1280, 12, "V 1"),
    (None, None, None, None),
    ("TEC-3", 0.1 + 0.2, "n.b.", " "),
]

EXPECTED = [
    (2, "TEC-1 ", "4.5", "<0,01", None),
    (3, None, "1280", "12", "V 1"),
    (5, "TEC-3", "0.30000000000000004", "n.b.", None),
]


def xlsx(path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.title = "Labor"
    for r, row in enumerate(ROWS, start=1):
        for c, value in enumerate(row, start=1):
            workbook.active.cell(r, c, value)
    # openpyxl writes 16 digits; what the file holds is what must come out.
    workbook.active["B5"].value = "0.30000000000000004"
    workbook.active["B5"].data_type = "n"
    workbook.save(path)


@pytest.mark.parametrize("kind", ["xlsx", "xlsm", "xls", "xlsb", "ods"])
def test_the_same_sheet_reads_the_same_from_every_format(
    kind: str, folder: Path, read: Read
) -> None:
    path = folder / f"b.{kind}"
    rows = ROWS
    if kind in ("xlsx", "xlsm"):
        xlsx(path)
    elif kind == "xls":
        path.write_bytes(xls({"Labor": rows}))
    elif kind == "xlsb":
        path.write_bytes(xlsb({"Labor": rows}))
    else:
        path.write_bytes(ods(ods_sheet("Labor", rows)))
    delivery, _ = read(t={"file": path.name, "sheet": "Labor"})
    table = delivery.tables["t"]
    assert table.frame.columns == ["_row", "Pat", "IgG", "CRP", "Visite"]
    assert table.frame.rows() == EXPECTED
    assert table.column("IgG").kinds == {"number"}
    assert table.column("CRP").kinds == {"number", "text"}
    assert table.number_cells.to_dict(as_series=False) == {"CRP": [False, True, False]}
    assert table.address(3, "CRP") == "C3"


def test_an_xlsm_named_file_may_hold_no_macros(folder: Path, read: Read) -> None:
    xlsx(folder / "b.xlsm")
    _, findings = read(t={"file": "b.xlsm"})
    assert findings == []


def test_typed_cells_keep_their_kind(folder: Path, read: Read) -> None:
    with xlsxwriter.Workbook(folder / "b.xlsx") as workbook:
        sheet = workbook.add_worksheet("Labor")
        day = workbook.add_format({"num_format": "dd.mm.yyyy"})
        moment = workbook.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        clock = workbook.add_format({"num_format": "hh:mm"})
        long = workbook.add_format({"num_format": "[h]:mm"})
        sheet.write_row(0, 0, ["Tag", "Zeitpunkt", "Uhr", "Dauer", "Ja"])
        sheet.write_datetime(1, 0, dt.datetime(2024, 4, 3), day)  # noqa: DTZ001
        sheet.write_datetime(1, 1, dt.datetime(2024, 4, 3, 9, 30), moment)  # noqa: DTZ001
        sheet.write_datetime(1, 2, dt.time(9, 30), clock)
        sheet.write_number(1, 3, 1.25, long)
        sheet.write_boolean(1, 4, True)
    delivery, findings = read(t={"file": "b.xlsx"})
    table = delivery.tables["t"]
    assert table.frame.row(0) == (2, "2024-04-03", "2024-04-03T09:30", "09:30", "30:00", "TRUE")
    kinds = [set(column.kinds) for column in table.columns]
    assert kinds == [{"date"}, {"datetime"}, {"time"}, {"time"}, {"boolean"}]
    assert findings == []


def test_a_sheet_that_begins_low_and_right_keeps_its_addresses(folder: Path, read: Read) -> None:
    workbook = openpyxl.Workbook()
    workbook.active["C5"], workbook.active["C6"] = "IgG", 7
    workbook.save(folder / "b.xlsx")
    delivery, _ = read(t={"file": "b.xlsx", "header_rows": ("5",)})
    table = delivery.tables["t"]
    assert table.frame.rows() == [(6, "7")]
    assert table.address(6, "IgG") == "C6"


def test_a_wrong_dimension_in_the_file_loses_no_rows(folder: Path, read: Read) -> None:
    import zipfile

    xlsx(folder / "a.xlsx")
    source = zipfile.ZipFile(folder / "a.xlsx")
    with zipfile.ZipFile(folder / "b.xlsx", "w") as target:
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, part.replace(b'ref="A1:D5"', b'ref="A1"'))
    delivery, _ = read(t={"file": "b.xlsx"})
    assert delivery.tables["t"].frame.height == 3


def test_dates_of_1904_workbooks_are_right(folder: Path, read: Read) -> None:
    with xlsxwriter.Workbook(folder / "b.xlsx", {"date_1904": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write(0, 0, "Tag")
        day = workbook.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_datetime(1, 0, dt.datetime(2024, 4, 3), day)  # noqa: DTZ001
    delivery, _ = read(t={"file": "b.xlsx"})
    assert delivery.tables["t"].frame.row(0) == (2, "2024-04-03")


def test_digits_beyond_a_float_are_kept(folder: Path, read: Read) -> None:
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "Probe"
    workbook.active["A2"].value, workbook.active["A2"].data_type = "1234567890123456789", "n"
    workbook.save(folder / "b.xlsx")
    delivery, findings = read(t={"file": "b.xlsx"})
    assert delivery.tables["t"].frame.row(0) == (2, "1234567890123456789")
    assert [f.check for f in findings] == ["intake.long_number"]


@pytest.mark.parametrize(
    ("number", "number_format"), [(-3, "dd.mm.yyyy"), (59, "dd.mm.yyyy"), (60, "dd.mm.yyyy hh:mm")]
)
def test_days_that_cannot_be_told_are_not_guessed(
    number: int, number_format: str, folder: Path, read: Read
) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(("Pat", "Tag"))
    workbook.active.append(("TEC-1", number))
    workbook.active["B2"].number_format = number_format
    workbook.save(folder / "b.xlsx")
    delivery, findings = read(t={"file": "b.xlsx"})
    assert delivery.tables["t"].frame.row(0) == (2, "TEC-1", None)
    assert [(f.check, f.cell) for f in findings] == [("intake.impossible_date", "B2")]
    assert delivery.accounts["t"].cells_skipped == {"impossible date": 1}


def test_merged_cells_are_filled_only_where_declared(folder: Path, read: Read) -> None:
    workbook = openpyxl.Workbook()
    for row in (("Pat", "IgG"), ("TEC-1", 1), (None, 2), ("TEC-2", 3)):
        workbook.active.append(row)
    workbook.active.merge_cells("A2:A3")
    workbook.save(folder / "b.xlsx")
    plain = read(t={"file": "b.xlsx"})[0].tables["t"].frame
    filled = read(t={"file": "b.xlsx", "fill_merged": "true"})[0].tables["t"].frame
    assert plain["Pat"].to_list() == ["TEC-1", None, "TEC-2"]
    assert filled["Pat"].to_list() == ["TEC-1", "TEC-1", "TEC-2"]


def test_a_namespace_prefix_hides_nothing(folder: Path, read: Read) -> None:
    import zipfile

    workbook = openpyxl.Workbook()
    for row in (("Pat", "IgG"), ("TEC-1", 1), ("TEC-2", "=1+1")):
        workbook.active.append(row)
    workbook.active["B2"].value, workbook.active["B2"].data_type = "#N/A", "e"
    workbook.save(folder / "a.xlsx")
    source = zipfile.ZipFile(folder / "a.xlsx")
    with zipfile.ZipFile(folder / "b.xlsx", "w") as target:
        for name in source.namelist():
            part = source.read(name).decode()
            if "sheet1" in name:
                part = part.replace("<", "<x:").replace("<x:/", "</x:")
                part = part.replace("xmlns=", "xmlns:x=", 1)
            target.writestr(name, part)
    (folder / "a.xlsx").unlink()
    _, findings = read(t={"file": "b.xlsx"})
    assert [(f.check, f.cell) for f in findings] == [
        ("intake.formula_without_value", "B3"),
        ("intake.error_cell", "B2"),
    ]


def ods_cell(attributes: str, text: str = "", inside: str = "") -> str:
    return f"<table:table-cell {attributes}>{inside}<text:p>{text}</text:p></table:table-cell>"


def test_an_ods_sheet_shows_its_oddities_too(folder: Path, read: Read) -> None:
    value = 'office:value-type="float" office:value="7.5"'
    failed = 'table:formula="of:=1/0" office:value-type="string" calcext:value-type="error"'
    note = "<office:annotation><dc:creator>Dr. A</dc:creator><text:p>nüchtern?</text:p></office:annotation>"
    span = 'table:number-columns-spanned="1" table:number-rows-spanned="2"'
    sheet = ods_sheet(
        "Labor",
        [
            ("Pat", "IgG", "FVC"),
            ("TEC-1", ods_cell(f'table:formula="of:=[.A1]" {value}', "7,5"), None),
            ("TEC-2", ods_cell(failed, "#DIV/0!"), ods_cell(value, "7,5", note)),
            (ods_cell(f'office:value-type="string" {span}', "TEC-3"), 4, None),
            ("<table:covered-table-cell/>", ods_cell('table:formula="of:=[.A1]"'), None),
            (
                "TEC-4",
                ods_cell(f"table:formula=\"of:=['file:///x.ods'#$A.A1]\" {value}", "7,5"),
                ods_cell('office:value-type="percentage" office:value="0.85"', "85%"),
            ),
        ],
    )
    sheet = sheet.replace("<table:table-row>", '<table:table-row table:visibility="collapse">', 2)
    sheet = sheet.replace(
        '"Labor">', '"Labor"><table:table-column table:number-columns-repeated="2"/>'
        '<table:table-column table:visibility="collapse"/>', 1,
    )  # fmt: skip
    (folder / "b.ods").write_bytes(ods(sheet))
    delivery, findings = read(t={"file": "b.ods"})
    assert [(f.check, f.cell, f.value) for f in findings] == [
        ("intake.formula_cell", "B2", ""),
        ("intake.linked_formula", "B6", ""),
        ("intake.formula_without_value", "B5", ""),
        ("intake.error_cell", "B3", "#DIV/0!"),
        ("intake.comment", "C3", "nüchtern?"),
        ("intake.percent_format", "C6", ""),
        ("intake.merged_cell", "A4:A5", ""),
        ("intake.hidden_column", "C", ""),
        ("intake.hidden_row", "2", ""),
    ]
    assert delivery.tables["t"].frame["IgG"].to_list() == ["7.5", None, "4", "7.5"]


def test_repeated_ods_cells_are_written_out(folder: Path, read: Read) -> None:
    cell = '<table:table-cell office:value-type="float" office:value="2" table:number-columns-repeated="2"/>'
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    rows = ods_sheet("Labor", [("a", "b"), (cell,)])
    tail = f'<table:table-row table:number-rows-repeated="1048574">{empty}</table:table-row>'
    (folder / "b.ods").write_bytes(ods(rows.replace("</table:table>", f"{tail}</table:table>")))
    delivery, findings = read(t={"file": "b.ods"})
    assert delivery.tables["t"].frame.rows() == [(2, "2", "2")]
    assert findings == []


def test_a_hidden_xls_sheet_is_reported(folder: Path, read: Read) -> None:
    (folder / "b.xls").write_bytes(xls({"Labor": [("a",), ("x",)]}, hidden=["Labor"]))
    _, findings = read(t={"file": "b.xls"})
    assert [f.check for f in findings] == ["intake.hidden_sheet", "intake.not_checked"]


def test_cells_without_an_address_are_read_and_said_not_to_be_checked(
    folder: Path, read: Read
) -> None:
    import re
    import zipfile

    xlsx(folder / "a.xlsx")
    source = zipfile.ZipFile(folder / "a.xlsx")
    with zipfile.ZipFile(folder / "b.xlsx", "w") as target:
        for name in source.namelist():
            part = source.read(name).decode()
            target.writestr(name, re.sub(r'<c r="[A-Z]+\d+"', "<c", part))
    (folder / "a.xlsx").unlink()
    delivery, findings = read(t={"file": "b.xlsx"})
    assert delivery.tables["t"].frame.height == 3
    assert [(f.check, f.status) for f in findings] == [("intake.not_checked", "not_run")]
