from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.report.made_queries import findings, publish

from tecdata.errors import IntakeError
from tecdata.report import Answer, History, read_answers
from tecdata.report.query_workbook_seal import LOG_COLUMNS

HEADER = 6


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    (path,) = publish(tmp_path).workbooks
    return path


def _column(name: str) -> int:
    return LOG_COLUMNS.index(name) + 1


def _answer(log: Any, row: int, **cells: object) -> str:
    for name, value in cells.items():
        log.cell(row, _column(name)).value = value
    return str(log.cell(row, 1).value)


def _saved(book: Any, folder: Path) -> Path:
    path = folder / "Antwort von uns (final).xlsx"
    book.save(path)
    return path


def test_an_unanswered_workbook_gives_none(workbook: Path) -> None:
    assert read_answers(workbook) == []


def test_answers_are_read_and_close_their_queries(workbook: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    log = book.worksheets[0]
    first = _answer(
        log, 7, answer="Wert ist richtig", response="so in der Akte", answered_by="Dr. A",
        answered_on="3.9.2025",
    )  # fmt: skip
    second = _answer(log, 9, response=12.5)
    path = _saved(book, tmp_path)
    answers = read_answers(path)
    assert answers == [
        Answer(
            query=first, centre="XX", study="S", answer="confirmed", response="so in der Akte",
            by="Dr. A", on="2025-09-03", cell="I7",
        ),
        Answer(query=second, centre="XX", study="S", response="12.5", cell="I9"),
    ]  # fmt: skip
    history = History(tmp_path / "history.sqlite")
    when = "2025-09-04T09:00:00Z"
    assert history.answer(answers, when=when, who="kim") == {first: True, second: True}
    assert history.answer(read_answers(path), when=when, who="kim") == {
        first: False, second: False,
    }  # fmt: skip
    history.move([first, second], "Closed", when=when, who="kim", reason="accepted")
    closed = {q.id for q in history.queries(states=["Closed"])}
    assert closed == {first, second}
    # The next workbook does not ask again, and what was answered stands in the history.
    again = publish(tmp_path, when="2025-09-05T09:00:00Z")
    assert {name for name, mark in again.marks.items() if mark == "closed"} == closed


def test_an_answered_query_comes_with_its_answer_the_next_time(
    workbook: Path, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(workbook)
    name = _answer(book.worksheets[0], 7, answer="korrigiert", answered_by="Dr. A")
    history = History(tmp_path / "history.sqlite")
    answers = read_answers(_saved(book, tmp_path))
    history.answer(answers, when="2025-09-04T09:00:00Z", who="kim")
    (path,) = publish(tmp_path, when="2025-09-05T09:00:00Z").workbooks
    rows = openpyxl.load_workbook(path).worksheets[0].iter_rows(min_row=7, values_only=True)
    row = dict(zip(LOG_COLUMNS, next(r for r in rows if r[0] == name), strict=False))
    assert (row["answer"], row["answered_by"], row["state"]) == (
        "korrigiert", "Dr. A", "beantwortet",
    )  # fmt: skip
    # Sent back as it is, it says nothing new.
    assert not any(history.answer(read_answers(path), when="x", who="kim").values())


def test_rows_may_be_sorted_filtered_and_fewer(workbook: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    log = book.worksheets[0]
    wanted = [_answer(log, row, response=f"answer {row}") for row in (7, 8)]
    rows = [[c.value for c in row] for row in log.iter_rows(min_row=7)]
    for number, row in enumerate(reversed(rows[:-1]), start=7):
        for column, value in enumerate(row, start=1):
            log.cell(number, column).value = value
    log.delete_rows(7 + len(rows) - 1)
    del book["people"]
    found = {a.query: a.response for a in read_answers(_saved(book, tmp_path))}
    assert found == dict(zip(wanted, ("answer 7", "answer 8"), strict=True))


@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_saved_by_another_program(workbook: Path, tmp_path: Path, suffix: str) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    book = openpyxl.load_workbook(workbook)
    name = _answer(
        book.worksheets[0], 7, answer="korrigiert", response="Zeile eins\nZeile zwei",
        answered_on="2025-09-03",
    )  # fmt: skip
    path = _saved(book, tmp_path)
    for target in dict.fromkeys((suffix, "xlsx")):
        out = tmp_path / f"as_{target}"
        subprocess.run(
            [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
             "--convert-to", target, "--outdir", str(out), str(path)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        path = out / f"{path.stem}.{target}"
    (answer,) = read_answers(path)
    assert (answer.query, answer.answer, answer.response, answer.on) == (
        name, "corrected", "Zeile eins\nZeile zwei", "2025-09-03",
    )  # fmt: skip


def test_a_changed_locked_cell_is_refused_by_name(workbook: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    log = book.worksheets[0]
    row = next(r for r in range(7, 15) if log.cell(r, _column("value")).value == "-viel")
    log.cell(row, _column("value")).value = "8,1"
    _answer(log, row, answer="korrigiert")
    book["Labor"]["C6"].value = "8,1"
    with pytest.raises(
        IntakeError, match=rf"G{row}: was '-viel', is now '8,1'.*sheet 'Labor', row 6: .*changed"
    ):
        read_answers(_saved(book, tmp_path))


@pytest.mark.parametrize(
    ("row", "cells", "message"),
    [
        (7, {"answer": "vielleicht"}, "'vielleicht' is none of korrigiert"),
        (7, {"id": "XX-000000"}, "'XX-000000' is no query of this workbook"),
        (20, {"response": "lonely"}, "'' is no query of this workbook"),
    ],
)
def test_what_cannot_be_understood_is_refused(
    workbook: Path, tmp_path: Path, row: int, cells: dict[str, str], message: str
) -> None:
    book = openpyxl.load_workbook(workbook)
    _answer(book.worksheets[0], row, **cells)
    with pytest.raises(IntakeError, match=message):
        read_answers(_saved(book, tmp_path))


def test_two_answers_to_one_query_are_refused(workbook: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    log = book.worksheets[0]
    _answer(log, 7, response="one")
    for column, cell in enumerate(log[7], start=1):
        log.cell(20, column).value = cell.value
    assert len(read_answers(_saved(book, tmp_path))) == 1
    _answer(log, 20, response="two")
    with pytest.raises(IntakeError, match="a second, different answer"):
        read_answers(_saved(book, tmp_path))


def test_another_file_is_refused(workbook: Path, tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="does not exist"):
        read_answers(tmp_path / "none.xlsx")
    text = tmp_path / "text.xlsx"
    text.write_text("no workbook")
    with pytest.raises(IntakeError, match="not a workbook"):
        read_answers(text)
    other = openpyxl.Workbook()
    with pytest.raises(IntakeError, match="no sheet '_tecdata'"):
        read_answers(_saved(other, tmp_path))
    book = openpyxl.load_workbook(workbook)
    book["_tecdata"].delete_rows(1)
    with pytest.raises(IntakeError, match="damaged"):
        read_answers(_saved(book, tmp_path))
    book = openpyxl.load_workbook(workbook)
    book["_tecdata"]["B1"].value = '{"version": "0"}'
    with pytest.raises(IntakeError, match="another version"):
        read_answers(_saved(book, tmp_path))
    book = openpyxl.load_workbook(workbook)
    book.worksheets[0]["B6"].value = "renamed"
    with pytest.raises(IntakeError, match="no row with the headers"):
        read_answers(_saved(book, tmp_path))


def test_many_problems_are_counted(workbook: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    for row in range(7, 15):
        for column in ("event", "form", "item"):
            book.worksheets[0].cell(row, _column(column)).value = "other"
    with pytest.raises(IntakeError, match="and 16 more"):
        read_answers(_saved(book, tmp_path))
    assert len(findings()) == 10
