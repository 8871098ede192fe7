from __future__ import annotations

import json
from typing import TYPE_CHECKING

import openpyxl
import polars as pl
import pyreadstat
import pytest
import yaml

from tecdata.errors import IntakeError
from tecdata.intake import profile_file
from tecdata.spec.source import TableSource

if TYPE_CHECKING:
    from pathlib import Path


def workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    labs = book.active
    labs.title = "Labor"
    labs["A1"] = "Laborwerte, Stand April"
    for row in (("Pat-ID", "Datum", "IgG", "Sex"), (None, None, "g/l", None)):
        labs.append(row)
    for i in range(8):
        labs.append((f"TEC-{i}", f"0{i + 1}.04.2024", f"{i},5", "m" if i < 5 else "w"))
    labs.column_dimensions["B"].hidden = True
    book.create_sheet("Leer")
    notes = book.create_sheet("Notizen")
    notes.append(("Text",))
    notes.sheet_state = "hidden"
    book.save(path)


def test_a_workbook_is_described(tmp_path: Path) -> None:
    workbook(tmp_path / "b.xlsx")
    found = profile_file(tmp_path / "b.xlsx")
    assert (found.format, found.encoding, found.delimiter) == ("xlsx", "", "")
    assert [(t.sheet, t.hidden, t.rows, t.width) for t in found.tables] == [
        ("Labor", False, 8, 4),
        ("Leer", False, 0, 0),
        ("Notizen", True, 0, 1),
    ]
    labs = found.tables[0]
    assert (labs.header_rows, labs.units_row) == ((2, 3), 3)
    igg = labs.columns[2]
    assert (igg.name, igg.unit, igg.kinds, igg.filled, igg.distinct) == (
        "IgG",
        "g/l",
        ("text",),
        8,
        8,
    )
    assert (igg.decimal, igg.min_length, igg.max_length) == ({"comma": 8}, 3, 3)
    assert labs.columns[1].dates == {"dd.mm.yyyy": 8}
    assert labs.columns[1].hidden
    assert (labs.columns[3].values, labs.columns[3].rare) == ((("m", 5),), 1)


def test_rare_values_are_hidden_in_what_is_printed(tmp_path: Path) -> None:
    workbook(tmp_path / "b.xlsx")
    data = profile_file(tmp_path / "b.xlsx", sheet="Labor").to_dict()
    columns = data["tables"][0]["columns"]
    assert [column["values"] for column in columns] == [
        [["8 values", "<5 each"]],
        [["8 values", "<5 each"]],
        [["8 values", "<5 each"]],
        [["m", 5], ["1 other value", "<5 each"]],
    ]
    assert "TEC-" not in json.dumps(data)


def test_the_threshold_can_be_set(tmp_path: Path) -> None:
    workbook(tmp_path / "b.xlsx")
    found = profile_file(tmp_path / "b.xlsx", sheet="Labor", min_count=3)
    assert found.tables[0].columns[3].values == (("m", 5), ("w", 3))


def test_the_suggestion_reads_the_file_it_was_made_from(tmp_path: Path) -> None:
    workbook(tmp_path / "b.xlsx")
    suggestion = profile_file(tmp_path / "b.xlsx").suggested_source_yaml
    assert suggestion == (
        "tables:\n"
        "  labor:\n"
        "    file: b.xlsx\n"
        "    sheet: Labor\n"
        "    header_rows: [2, 3]\n"
        "    units_row: 3\n"
        "    reading:\n"
        "      decimal: comma\n"
        "      dates: [dd.mm.yyyy]\n"
        "  notizen:\n"
        "    file: b.xlsx\n"
        "    sheet: Notizen\n"
    )
    for table in yaml.safe_load(suggestion)["tables"].values():
        TableSource.model_validate(table)


def test_a_text_file_is_described(tmp_path: Path) -> None:
    lines = ["Größe;Datum;Mix"] + [f"{i},5;0{i}/04/24 09:30;{i}.5" for i in range(1, 6)]
    (tmp_path / "Größe (neu).csv").write_bytes("\n".join(lines).encode("cp1252"))
    found = profile_file(tmp_path / "Größe (neu).csv")
    assert (found.format, found.encoding, found.delimiter) == ("csv", "cp1252", "semicolon")
    assert found.suggested_source_yaml == (
        "tables:\n"
        "  grosse_neu:\n"
        '    file: "Größe (neu).csv"\n'
        "    encoding: cp1252\n"
        '    delimiter: ";"\n'
        "    reading:\n"
        "      decimal: detect  # both signs occur: set it for each column\n"
        "      # undecided: dd/mm/yy HH:MM or mm/dd/yy HH:MM\n"
        "      pivot_year: 2030  # two-digit years: say where the century turns\n"
    )
    (table,) = yaml.safe_load(found.suggested_source_yaml)["tables"].values()
    assert table["delimiter"] == ";"


def test_a_statistics_file_is_described(tmp_path: Path) -> None:
    frame = pl.DataFrame({"sex": [1.0, 2.0] * 6, "igg": [7.5, -99.0] * 6})
    pyreadstat.write_sav(
        frame,
        tmp_path / "d.sav",
        column_labels={"igg": "IgG (g/l)"},
        variable_value_labels={"sex": {1: "m", 2: "w"}},
        missing_ranges={"igg": [-99]},
    )
    found = profile_file(tmp_path / "d.sav")
    (table,) = found.tables
    assert (table.header_rows, table.rows) == ((), 12)
    sex, igg = table.columns
    assert (sex.value_labels, sex.values) == (2, (("1", 6), ("2", 6)))
    assert (igg.label, igg.missing_codes) == ("IgG (g/l)", ("-99",))
    assert found.suggested_source_yaml == "tables:\n  d:\n    file: d.sav\n"


def test_parquet_is_described(tmp_path: Path) -> None:
    pl.DataFrame({"a": [1, 2]}).write_parquet(tmp_path / "d.parquet")
    assert profile_file(tmp_path / "d.parquet").tables[0].columns[0].kinds == ("number",)


def test_a_profile_is_plain_json(tmp_path: Path) -> None:
    workbook(tmp_path / "b.xlsx")
    assert json.loads(json.dumps(profile_file(tmp_path / "b.xlsx").to_dict()))["format"] == "xlsx"


@pytest.mark.parametrize(
    ("name", "sheet", "message"),
    [
        (
            "b.xlsx",
            "Labo",
            ": there is no sheet 'Labo'; allowed: Labor, Notizen, Leer. Name one of these",
        ),
        ("b.csv", "Labor", ": only workbooks have sheets. Leave the sheet out"),
        ("c.csv", None, ": the file does not exist. Check its name and folder"),
    ],
)
def test_wrong_use_is_told(tmp_path: Path, name: str, sheet: str | None, message: str) -> None:
    workbook(tmp_path / "b.xlsx")
    (tmp_path / "b.csv").write_text("a;b\n")
    with pytest.raises(IntakeError) as caught:
        profile_file(tmp_path / name, sheet=sheet)
    assert str(caught.value) == f"{tmp_path / name}{message}"
