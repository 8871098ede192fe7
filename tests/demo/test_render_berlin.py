"""The Berlin workbook: all of the truth in it, as untidy as announced, the same bytes each time."""

from __future__ import annotations

import dataclasses
import datetime
import re
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tecdata.demo import cohort
from tecdata.demo.model import Result, Subject
from tecdata.demo.render_berlin import FILE_NAME, render
from tecdata.demo.words_berlin import LAB_COLUMNS, UNIT_WORDS, known_tests

SHEETS = [
    "Hinweise",
    "Stammdaten",
    "Teclistamab-Gaben",
    "Labor",
    "Unerwünschte Ereignisse",
    "Scores",
    "Lungenfunktion",
    "Medikation",
    "Referenzbereiche",
]


@pytest.fixture(scope="module")
def subjects() -> list[Subject]:
    return [s for s in cohort() if s.centre == "BE"]


@pytest.fixture(scope="module")
def book(subjects: list[Subject], tmp_path_factory: pytest.TempPathFactory) -> Any:
    (path,) = render(subjects, tmp_path_factory.mktemp("berlin"))
    return openpyxl.load_workbook(path)


def test_sheets_and_two_row_headers(book: Any) -> None:
    assert book.sheetnames == SHEETS
    for name in SHEETS[1:-1]:
        merged = {str(area) for area in book[name].merged_cells.ranges}
        assert "A3:A4" in merged, name
        assert book[name]["A1"].value
    assert book["Labor"]["D4"].value == "/nl"


def test_says_that_it_is_synthetic(book: Any) -> None:
    for sheet in book:
        if sheet.title != "Referenzbereiche":
            assert "synthetisch" in f"{sheet['A1'].value} {sheet['A2'].value}"


def test_labs_are_untidy(book: Any) -> None:
    sheet = book["Labor"]
    cells = [c for row in sheet.iter_rows(min_row=5) for c in row if c.value is not None]
    dates = [c.value for c in cells if c.column_letter == "B"]
    assert {type(d) for d in dates} == {datetime.datetime, str}
    texts = [c.value for c in cells if isinstance(c.value, str)]
    values = [c.value for c in cells if c.column > 3]
    assert any(isinstance(v, int | float) for v in values)
    assert any("," in str(v) for v in values)
    assert "n.b." in texts
    assert any(t.startswith("<") for t in texts)
    assert any(re.fullmatch(r"1:\d\.\d{3}", t) for t in texts)
    assert any(re.fullmatch(r"1:\d+", t) for t in texts)
    assert any(c.value.endswith(" ") for c in cells if c.column_letter == "A")
    assert any(c.comment for row in sheet.iter_rows() for c in row)
    assert sheet.column_dimensions["C"].hidden
    filled = [row[0].row for row in sheet.iter_rows(min_row=5) if row[0].value is not None]
    assert len(filled) < filled[-1] - 4, "an empty row in the middle"


def test_doses_end_with_a_sum_that_passes_over_typed_text(book: Any) -> None:
    rows = list(book["Teclistamab-Gaben"].values)[4:]
    *doses, last = rows
    assert last[0] == "Summe"
    assert last[6] == f"=SUM(G5:G{4 + len(doses)})"
    assert {type(row[6]) for row in doses} >= {float, str}


def test_every_lab_result_is_there(book: Any, subjects: list[Subject]) -> None:
    header = [c.value for c in book["Labor"][3]]
    tests = {c.header: c.test for c in LAB_COLUMNS}
    written = []
    for row in book["Labor"].iter_rows(min_row=5, values_only=True):
        if row[0] is None or row[1] is None:
            continue
        day = row[1].date().isoformat() if isinstance(row[1], datetime.datetime) else row[1].strip()
        if "." in day:
            day = "-".join(reversed(day.split(".")))
        for name, value in list(zip(header, row, strict=True))[3:]:
            if value is not None:
                written.append((row[0].strip(), day, tests[name], _plain(value)))
    expected = [
        (s.local_id, r.start, r.test, _expected(r))
        for s in subjects
        for r in s.results
        if r.test in set(tests.values())
    ]
    assert sorted(written) == sorted(expected)


def _plain(value: object) -> str:
    if isinstance(value, str):
        text = value.replace(" ", "")
        return text if text == "n.b." else _trim(text.replace(".", "").replace(",", "."))
    return _trim(repr(value))


def _trim(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _expected(result: Result) -> str:
    if result.not_done:
        return "n.b."
    titre = "1:" if result.test == "ANA" else ""
    return result.operator + titre + _trim(f"{result.value:f}")


def test_same_bytes_in_any_time_zone_and_order(
    subjects: list[Subject], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = render(subjects, tmp_path / "a")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    (second,) = render(subjects[::-1], tmp_path / "b")
    monkeypatch.undo()
    time.tzset()
    assert first.read_bytes() == second.read_bytes()


def test_no_subjects_gives_headers_alone(tmp_path: Path) -> None:
    (path,) = render([], tmp_path)
    assert path.name == FILE_NAME
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == SHEETS
    assert [c.value for c in book["Stammdaten"][3]][:2] == ["Pat-ID", "Jahrgang"]
    assert book["Medikation"].max_row == 4


def _with(subject: Subject, *results: Result) -> Subject:
    return dataclasses.replace(subject, results=results)


def test_refuses_what_has_no_column(subjects: list[Subject], tmp_path: Path) -> None:
    strange = _with(subjects[0], Result(test="ALDOLASE", start="2024-04-03", value=Decimal(3)))
    with pytest.raises(ValueError, match="no column in the workbook for: ALDOLASE"):
        render([strange], tmp_path)


def test_refuses_two_units_or_ranges_of_one_test(subjects: list[Subject], tmp_path: Path) -> None:
    first = Result(test="IGG", start="2024-04-03", value=Decimal(7), unit="g/L", low=Decimal(7))
    other_unit = dataclasses.replace(first, start="2024-05-03", unit="mg/dL")
    with pytest.raises(ValueError, match=r"several for: \['IGG'\]"):
        render([_with(subjects[0], first, other_unit)], tmp_path)
    other_range = dataclasses.replace(first, start="2024-05-03", low=Decimal(8))
    with pytest.raises(ValueError, match="two reference ranges for IGG"):
        render([_with(subjects[0], first, other_range)], tmp_path)


def test_words_cover_what_the_cohort_has(subjects: list[Subject]) -> None:
    assert {r.test for s in subjects for r in s.results} <= known_tests()
    lab_units = {c.unit for c in LAB_COLUMNS if c.unit}
    assert lab_units <= set(UNIT_WORDS)
