"""SPSS and Stata files with fixed stamps, and the typing of untidy columns."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyreadstat
import pytest

from tecdata.demo.statistics_files import StatColumn, Value, settle, write_dta, write_sav

COLUMNS = (
    StatColumn("id", "Patient", "text"),
    StatColumn("sex", "Geschlecht", "number", {1: "weiblich"}),
    StatColumn("day", "Datum", "date"),
    StatColumn("igg", "IgG", "number", {}, (-99, -98)),
)
ROWS: list[dict[str, Value]] = [
    {"id": "RHD-004", "sex": 1, "day": "2024-04-03", "igg": Decimal("7.25")},
    {"id": "RHD-005", "igg": -99},
]


@pytest.mark.parametrize(("write", "suffix"), [(write_sav, "sav"), (write_dta, "dta")])
def test_the_clock_is_not_in_the_file(write: object, suffix: str, tmp_path: Path) -> None:
    assert callable(write)
    content = write(tmp_path / f"a.{suffix}", COLUMNS, ROWS, "synthetisch").read_bytes()
    assert b"01 Dec 2" in content[:300]
    assert content == write(tmp_path / f"b.{suffix}", COLUMNS, ROWS, "synthetisch").read_bytes()


def test_spss_keeps_codes_labels_dates_and_missing_codes(tmp_path: Path) -> None:
    data, meta = pyreadstat.read_sav(
        write_sav(tmp_path / "a.sav", COLUMNS, ROWS, "synthetisch"),
        user_missing=True,
        output_format="dict",
    )
    assert meta.file_label == "synthetisch"
    assert meta.variable_value_labels == {"sex": {1.0: "weiblich"}}
    assert meta.missing_ranges == {"igg": [{"lo": -99.0, "hi": -99.0}, {"lo": -98.0, "hi": -98.0}]}
    assert list(data["igg"]) == [7.25, -99.0]
    assert str(data["day"][0]) == "2024-04-03"


def test_stata_keeps_labels_and_dates(tmp_path: Path) -> None:
    path = write_dta(tmp_path / "a.dta", COLUMNS, ROWS, "synthetisch")
    data, meta = pyreadstat.read_dta(path, output_format="dict")
    assert meta.column_names_to_labels["sex"] == "Geschlecht"
    assert str(data["day"][0]) == "2024-04-03"


@pytest.mark.parametrize(("write", "suffix"), [(write_sav, "sav"), (write_dta, "dta")])
def test_a_file_without_rows_has_its_columns(write: object, suffix: str, tmp_path: Path) -> None:
    assert callable(write)
    read = pyreadstat.read_sav if suffix == "sav" else pyreadstat.read_dta
    _, meta = read(write(tmp_path / f"a.{suffix}", COLUMNS, [], "leer"))
    assert meta.column_names == ["id", "sex", "day", "igg"]


def test_a_partial_date_makes_a_text_column() -> None:
    rows: list[dict[str, Value]] = [{"day": "2024-04-03"}, {"day": "2024-04"}, {"day": ""}, {}]
    columns, cells = settle(COLUMNS[2:3], rows)
    assert columns[0].kind == "text"
    assert [c["day"] for c in cells] == ["03.04.2024", "04/2024", None, None]


def test_a_text_among_numbers_makes_a_text_column_with_decimal_commas() -> None:
    rows: list[dict[str, Value]] = [{"igg": Decimal("7.20")}, {"igg": "<0,5"}, {"igg": -99}]
    columns, cells = settle(COLUMNS[3:], rows)
    assert (columns[0].kind, columns[0].missing) == ("text", ())
    assert [c["igg"] for c in cells] == ["7,20", "<0,5", -99]


def test_a_date_column_with_a_time_keeps_it() -> None:
    _, cells = settle(COLUMNS[2:3], [{"day": "2024-04-03T20:00"}])
    assert cells[0]["day"] == "03.04.2024 20:00"
