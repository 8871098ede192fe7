from __future__ import annotations

import dataclasses
import re
import stat
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from tests.report.made_queries import SOURCE, findings, not_a_number, publish, table, tables

from tecdata.finding import Finding
from tecdata.report import History, Sending, write_query_workbook
from tecdata.report.query_workbook_formats import COLOURS
from tecdata.report.query_workbook_layout import plan_sheets
from tecdata.report.query_workbook_seal import ANSWER_COLUMNS, LOG_COLUMNS
from tecdata.report.wording import wordings

HEADER = 6


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (workbook,) = publish(tmp_path_factory.mktemp("study")).workbooks
    return workbook


@pytest.fixture(scope="module")
def book(path: Path) -> Any:
    return openpyxl.load_workbook(path)


def _log(book: Any) -> dict[str, dict[str, Any]]:
    """Cells of the log by query id and column."""
    sheet = book.worksheets[0]
    rows = sheet.iter_rows(min_row=HEADER + 1, max_col=len(LOG_COLUMNS))
    return {row[0].value: dict(zip(LOG_COLUMNS, row, strict=True)) for row in rows}


def _row_of(book: Any, value: str) -> dict[str, Any]:
    return next(row for row in _log(book).values() if row["value"].value == value)


def _fill(cell: Any) -> str:
    return f"#{cell.fill.fgColor.rgb[2:]}"


def test_the_log_comes_first_in_the_centres_language(book: Any) -> None:
    log = book.worksheets[0]
    assert log.title == "Rückfragen"
    assert log["A1"].value == "Rückfragen an Musterstadt (XX)"
    assert [c.value for c in log[HEADER]][: len(LOG_COLUMNS)] == list(
        wordings("de").columns.values()
    )
    assert log.freeze_panes == "B7"
    assert log.page_setup.orientation == "landscape"
    row = _row_of(book, "=1+1")
    assert {name: cell.value for name, cell in row.items() if cell.value is not None} == {
        "id": row["id"].value,
        "cell": "C5",
        "subject": "P-001",
        "event": "2025-04-01",
        "form": "Labor",
        "item": "IgG",
        "value": "=1+1",
        "question": "'=1+1' ist keine Zahl (Dezimalkomma), für IgG fehlt damit der Zahlenwert. "
        "Welcher Wert ist richtig?",
        "state": "offen",
        "severity": "Fehler",
        "query_type": "System",
        "centre": "XX",
        "assigned": "Zentrum",
        "opened_by": "kim",
        "opened_on": "2025-09-01",
        "days": 0,
        "thread": "2025-09-01 offen (kim)",
    }


def test_what_only_the_data_management_can_mend_stays_here(book: Any) -> None:
    asked = {row["question"].value for row in _log(book).values()}
    assert len(asked) == 8
    assert not any("LBTEST" in question for question in asked)
    assert not any("Kommentar" in question for question in asked)


@pytest.mark.parametrize(
    ("value", "sheet", "cell"),
    [
        ("=1+1", "Labor", "C5"),
        ("-viel", "Labor", "C6"),
        ("31.2.2025", "events", "C3"),
        ("7", "people", "C4"),
        ("F••• B•••••••", "Labor", "D6"),
    ],
)
def test_each_query_links_to_its_cell_which_is_coloured_and_commented(
    book: Any, value: str, sheet: str, cell: str
) -> None:
    row = _row_of(book, value)
    assert row["cell"].hyperlink.location == f"'{sheet}'!{cell}"
    target = book[sheet][cell]
    assert target.value == value
    assert target.data_type == "s"
    severity = "reject" if "•" in value else "error"
    assert _fill(target) == COLOURS[severity][0]
    assert target.comment.text.startswith(f"{row['id'].value} (")
    assert row["question"].value in target.comment.text


def test_the_other_cells_of_a_query_point_to_it(book: Any) -> None:
    row = next(r for r in _log(book).values() if r["item"].value == "Datum")
    other = book["events"]["C2"]
    assert other.comment.text == f"gehört zu {row['id'].value}"
    assert other.fill.fill_type is None


def test_a_column_is_marked_at_its_header_and_a_file_has_no_cell(book: Any) -> None:
    row = next(r for r in _log(book).values() if r["cell"].value == "D")
    assert row["cell"].hyperlink.location == "'Labor'!D2"
    assert _fill(book["Labor"]["D2"]) == COLOURS["warning"][0]
    extra = next(r for r in _log(book).values() if r["form"].value == "extra.pdf")
    assert extra["cell"].hyperlink is None


def test_the_sheets_are_laid_out_like_the_source(book: Any) -> None:
    assert book.sheetnames == ["Rückfragen", "Labor", "events", "people", "_tecdata"]
    labs = [[c.value for c in row] for row in book["Labor"].iter_rows()]
    assert labs[0][0] == "Zeile 1 (Titel) ist hier weggelassen."
    assert labs[1] == ["Pat-ID", "Datum", "IgG", "Notiz"]
    assert labs[2] == [None, None, "g/l", None]
    assert [str(v) for v in labs[3]] == ["P-001", "2025-03-01 00:00:00", "7.5", "None"]
    assert book["Labor"]["C4"].data_type == "n"
    events = [[c.value for c in row] for row in book["events"].iter_rows()]
    assert events[0] == ["Zeile", "Pat", "Beginn", "Text"]
    assert events[1] == [2, "P-001", "1.3.2025", "Fieber"]
    people = [[c.value for c in row] for row in book["people"].iter_rows()]
    assert people == [
        ["Datensatz", "id", "sex"],
        [None, None, "Geschlecht"],
        [1, "P-001", "1"],
        [2, "P-002", "7"],
    ]


def test_no_cell_is_a_formula_and_text_stays_text(path: Path, book: Any) -> None:
    assert book["Labor"]["C7"].value == "+8"
    assert book["Labor"]["D5"].value == "@x"
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert not any("externalLink" in name or "vba" in name.lower() for name in names)
        for name in names:
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in archive.read(name)


def test_identifiers_are_nowhere_in_the_file(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            assert b"Beispiel" not in archive.read(name), name


def test_everything_but_the_answers_is_locked(book: Any) -> None:
    for sheet in book:
        assert sheet.protection.sheet
        for row in sheet.iter_rows():
            for cell in row:
                answer = (
                    sheet is book.worksheets[0]
                    and cell.row > HEADER
                    and LOG_COLUMNS[cell.column - 1] in ANSWER_COLUMNS
                )
                assert cell.protection.locked != answer, (sheet.title, cell.coordinate)
    (validation,) = book.worksheets[0].data_validations.dataValidation
    assert str(validation.sqref) == "I7:I14"
    assert book["_tecdata"].sheet_state == "veryHidden"


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    made = [publish(tmp_path / str(i)).workbooks[0].read_bytes() for i in range(2)]
    assert made[0] == made[1]


def test_only_the_owner_can_read_it(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("language", "first"), [("da", "Forespørgsler"), ("en", "Queries"), ("de", "Rückfragen")]
)
def test_the_language_can_be_chosen(tmp_path: Path, language: str, first: str) -> None:
    publish(tmp_path)
    file = tmp_path / "x.xlsx"
    queries = History(tmp_path / "history.sqlite").queries(centre="XX")
    write_query_workbook(
        file, queries, tables(), SOURCE,
        Sending(study="S", as_of="2025-09-08", language=language),
    )  # fmt: skip
    book = openpyxl.load_workbook(file)
    assert book.sheetnames[0] == first
    assert {row["days"].value for row in _log(book).values()} == {7}


def test_a_column_of_identifiers_is_masked_throughout(tmp_path: Path) -> None:
    column = Finding.of(
        "identifier.name", centre="XX", file="book.xlsx", sheet="Labor", cell="D", value="B•••",
        where="", count=9,
    )  # fmt: skip
    (workbook,) = publish(tmp_path, [*findings()[:2], column]).workbooks
    sheet = openpyxl.load_workbook(workbook)["Labor"]
    assert [sheet.cell(row, 4).value for row in range(4, 8)] == [None, "•••••", "•••••", "•••••"]


def test_what_is_known_to_be_secret_is_hidden_in_every_text(tmp_path: Path) -> None:
    publish(tmp_path)
    file = tmp_path / "x.xlsx"
    queries = History(tmp_path / "history.sqlite").queries(centre="XX")
    write_query_workbook(
        file, queries[:1], tables(), SOURCE,
        Sending(
            study="S", as_of="2025-09-08", hide=lambda text: re.sub("Beispiel|Notiz", "•", text)
        ),
    )  # fmt: skip
    sheet = openpyxl.load_workbook(file)["Labor"]
    assert (sheet["D2"].value, sheet["D6"].value) == ("•", "Frau •")


def test_of_a_large_table_only_the_rows_around_are_shown(tmp_path: Path) -> None:
    height = 20_001
    labs = table(
        "labs", "book.xlsx", "Labor", "sheet", 4,
        {"Pat-ID": ["P-001"] * height, "Datum": ["2025-03-01"] * height, "IgG": ["x"] * height},
    )  # fmt: skip
    given = {"labs": labs}
    (workbook,) = publish(tmp_path, [not_a_number("C9000", "x")], given=given).workbooks
    sheet = openpyxl.load_workbook(workbook)["Labor"]
    shown = [row[0].row for row in sheet.iter_rows(min_row=4, max_col=1) if row[0].value]
    assert shown == [8998, 8999, 9000, 9001, 9002]
    assert sheet["C9000"].comment is not None


def test_line_numbers_beyond_a_sheets_end_are_kept_in_the_first_column(tmp_path: Path) -> None:
    labs = table("labs", "l.csv", "", "lines", 2_000_000, {"id": ["P-1", "P-2"], "v": ["1", "x"]})
    one = dataclasses.replace(not_a_number("line 2000001, column 'v'", "x"), file="l.csv", sheet="")
    (workbook,) = publish(tmp_path, [one], given={"labs": labs}).workbooks
    sheet = openpyxl.load_workbook(workbook)["l"]
    assert [sheet.cell(4, c).value for c in (1, 2, 3)] == [2_000_000, "P-1", "1"]
    marked = [c for row in sheet.iter_rows() for c in row if c.comment is not None]
    assert [(c.value, sheet.cell(c.row, 1).value) for c in marked] == [("x", 2_000_001)]


def test_titles_are_made_fit_and_unique(tmp_path: Path) -> None:
    publish(tmp_path)
    queries = History(tmp_path / "history.sqlite").queries(centre="XX")
    sheets = plan_sheets(queries, tables().values(), SOURCE, ["LABOR", "Events"])
    assert [sheet.title for sheet in sheets] == ["Labor (2)", "events (2)", "people"]


def test_number_cells_that_a_spreadsheet_cannot_hold_stay_text(tmp_path: Path) -> None:
    numbers = {"kinds": frozenset({"number"})}
    dates = {"kinds": frozenset({"datetime"})}
    long = ["12345678901234567", "1.5", "x", "1e999"]
    when = ["1899-01-01", "2025-03-01 08:30", "2025-13-01", None]
    odd = table(
        "labs", "book.xlsx", "Labor", "sheet", 4, {"n": long, "d": when},
        {"n": numbers, "d": dates},
    )  # fmt: skip
    (workbook,) = publish(tmp_path, [not_a_number("A4", "x")], given={"labs": odd}).workbooks
    sheet = openpyxl.load_workbook(workbook)["Labor"]
    assert [sheet.cell(r, 1).value for r in range(4, 8)] == [long[0], 1.5, "x", "1e999"]
    assert [str(sheet.cell(r, 2).value) for r in range(4, 8)] == [
        "1899-01-01", "2025-03-01 08:30:00", "2025-13-01", "None",
    ]  # fmt: skip
    assert isinstance(odd.frame, pl.DataFrame)
