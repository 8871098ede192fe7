"""The Stata files and the laboratory sheet of Tübingen."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pyreadstat
import python_calamine
from tests.made_up import made_up

from tecdata.demo.columns_tuebingen import COLUMNS
from tecdata.demo.render_tuebingen import LAB_FILE, LAB_SHEET, render


def read(path: Path) -> tuple[dict[str, list[Any]], Any]:
    data, meta = pyreadstat.read_dta(path, output_format="dict")
    return {name: list(values) for name, values in data.items()}, meta


def labs(folder: Path) -> list[list[object]]:
    book = python_calamine.CalamineWorkbook.from_path(folder / LAB_FILE)
    rows: list[list[object]] = [list(r) for r in book.get_sheet_by_name(LAB_SHEET).to_python()]
    return rows


def test_each_topic_is_a_file_with_value_labels(tmp_path: Path) -> None:
    render([made_up("TU", "TUE-018", 18)], tmp_path)
    doses, meta = read(tmp_path / "gaben.dta")
    assert [meta.variable_value_labels["dosisart"][k] for k in doses["dosisart"]] == [
        "Titrationsdosis",
        "Erhaltungsdosis",
    ]
    medication, meta = read(tmp_path / "medikation.dta")
    assert medication["ue_nr"] == ["", "1"]
    assert [meta.variable_value_labels["art"][k] for k in medication["art"]] == [
        "Vorbehandlung",
        "CRS-Behandlung",
    ]
    diagnoses, _ = read(tmp_path / "diagnosen.dta")
    assert diagnoses["seit"] == ["10/2023", "", "2019"]
    assert all("SYNTHETISCH" in read(tmp_path / name)[1].file_label for name in COLUMNS)


def test_laboratory_values_are_typed_cells_beside_texts(tmp_path: Path) -> None:
    render([made_up("TU", "TUE-018", 18)], tmp_path)
    header, *rows = labs(tmp_path)
    assert header[:5] == ["Patient", "Entnahmedatum", "Uhrzeit", "Parameter", "Ergebnis"]
    assert [row[3:6] for row in rows] == [
        ["IgG", 7.2, "g/l"],
        ["B-Zellen (CD19+)", "<10", "/µl"],
        ["ANA-Titer", "1:1.280", "Titer"],
        ["CRP", "n. b.", "mg/l"],
    ]
    assert rows[0][1] == datetime.date(2024, 4, 1)


def test_no_subject_gives_the_columns_alone(tmp_path: Path) -> None:
    paths = render([], tmp_path)
    assert {p.name for p in paths} == {*COLUMNS, LAB_FILE, "README.txt"}
    assert len(labs(tmp_path)) == 1
    assert read(tmp_path / "scores.dta")[0]["mrss_17"] == []


def test_bytes_depend_on_the_subjects_alone(tmp_path: Path) -> None:
    pair = [made_up("TU", f"TUE-0{n}", n) for n in (18, 19)]
    first = render(pair, tmp_path / "a")
    second = render(pair[::-1], tmp_path / "b")
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
