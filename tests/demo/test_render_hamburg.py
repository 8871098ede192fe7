"""The Hamburg files: encoding, notation, every result and event, the same bytes each time."""

from __future__ import annotations

import csv
import dataclasses
import re
import time
from decimal import Decimal
from pathlib import Path

import pytest

from tecdata.demo import cohort
from tecdata.demo.model import Result, Subject
from tecdata.demo.render_hamburg import ENCODING, render
from tecdata.demo.words_hamburg import ANALYTES, SCORES

NAMES = [
    "HH_Gaben.csv",
    "HH_Labor.csv",
    "HH_Medikation.csv",
    "HH_Patienten.csv",
    "HH_Scores.csv",
    "HH_UE.csv",
    "README.txt",
]


@pytest.fixture(scope="module")
def subjects() -> list[Subject]:
    return [s for s in cohort() if s.centre == "HH"]


@pytest.fixture(scope="module")
def folder(subjects: list[Subject], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hamburg")
    render(subjects, folder)
    return folder


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    lines = (folder / name).read_bytes().decode(ENCODING).split("\r\n")
    assert "synthetisch" in lines[0]
    return list(csv.DictReader(lines[1:-1], delimiter=";"))


def test_seven_files_crlf_not_utf8(folder: Path) -> None:
    assert sorted(p.name for p in folder.iterdir()) == NAMES
    for name in NAMES:
        data = (folder / name).read_bytes()
        assert data.count(b"\n") == data.count(b"\r\n")
        with pytest.raises(UnicodeDecodeError):
            data.decode("utf-8")


def test_each_file_spells_the_id_its_own_way(folder: Path, subjects: list[Subject]) -> None:
    spellings = {name: _rows(folder, name)[0]["PatNr"] for name in NAMES[:-1]}
    assert len(set(spellings.values())) == 4
    numbers = {int(re.sub(r"\D", "", text)) for text in spellings.values()}
    assert numbers == {subjects[0].number}


def test_every_result_is_there(folder: Path, subjects: list[Subject]) -> None:
    tests = {name: test for test, names in ANALYTES.items() for name in names}
    tests |= {name: test for test, name in SCORES.items()}
    rows = [(r["Abnahme"], r["Analyt"], r["Wert"]) for r in _rows(folder, "HH_Labor.csv")]
    rows += [(r["Datum"], r["Parameter"], r["Wert"]) for r in _rows(folder, "HH_Scores.csv")]
    written = [(day, tests[name], _plain(value)) for day, name, value in rows]
    expected = [(_german(r.start), r.test, _expected(r)) for s in subjects for r in s.results]
    assert sorted(written) == sorted(expected)


def _german(iso: str) -> str:
    day, _, clock = iso.partition("T")
    year, month, date = day.split("-")
    return f"{date}.{month}.{year[2:]} {clock}".strip()


def _plain(text: str) -> str:
    return text if text == "n.b." else text.replace(" ", "").replace(".", "").replace(",", ".")


def _expected(result: Result) -> str:
    if result.not_done:
        return "n.b."
    titre = "1:" if result.test == "ANA" else ""
    return f"{result.operator}{titre}{result.value:f}"


def test_names_units_ranges_and_grades_vary(folder: Path) -> None:
    labs = _rows(folder, "HH_Labor.csv")
    assert {r["Einheit"] for r in labs if r["Analyt"] in ANALYTES["WBC"]} >= {"/nl", "Gpt/l"}
    assert {r["Analyt"] for r in labs} >= {"Leukozyten", "Leukos"}
    ranges = {r["Referenz"] for r in labs}
    assert {"4,0 - 10,0", "150 - 400"} <= ranges
    assert {text.split()[0] for text in ranges if text and " - " not in text} == {"<", "bis"}
    grades = " ".join(r["Grad"] for r in _rows(folder, "HH_UE.csv"))
    assert "CTCAE" in grades
    assert "Grad I" in grades
    assert "ASTCT" in grades


def test_dates_have_two_digit_years_and_doses_their_time(folder: Path) -> None:
    for row in _rows(folder, "HH_Gaben.csv"):
        assert re.fullmatch(r"\d\d\.\d\d\.\d\d( \d\d:\d\d)?", row["Zeitpunkt"])


def test_events_name_the_medications_given_for_them(folder: Path, subjects: list[Subject]) -> None:
    written = [r["Therapie (Med-Nr)"] for r in _rows(folder, "HH_UE.csv")]
    assert written == [", ".join(e.treatments) for s in subjects for e in s.events]
    keys = {r["Nr"] for r in _rows(folder, "HH_Medikation.csv")}
    assert {key for text in written for key in text.split(", ") if key} <= keys


def test_same_bytes_in_any_time_zone_and_order(
    folder: Path, subjects: list[Subject], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/Lima")
    time.tzset()
    for path in render(subjects[::-1], tmp_path):
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name
    monkeypatch.undo()
    time.tzset()


def test_no_subjects_gives_headers_alone(tmp_path: Path) -> None:
    render([], tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == NAMES
    assert all(_rows(tmp_path, name) == [] for name in NAMES[:-1])


def test_refuses_an_unknown_test(subjects: list[Subject], tmp_path: Path) -> None:
    strange = Result(test="ALDOLASE", start="2024-04-03", value=Decimal(3))
    with pytest.raises(ValueError, match="no name in the files for the tests: ALDOLASE"):
        render([dataclasses.replace(subjects[0], results=(strange,))], tmp_path)


def test_refuses_a_letter_windows_1252_lacks(subjects: list[Subject], tmp_path: Path) -> None:
    history = dataclasses.replace(subjects[0].histories[0], verbatim="Sklerodermie ≥ 2 Jahre")
    with pytest.raises(UnicodeEncodeError):
        render([dataclasses.replace(subjects[0], histories=(history,))], tmp_path)
