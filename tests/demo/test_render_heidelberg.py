"""The SPSS file of Heidelberg."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyreadstat
import pytest
from tests.made_up import made_up

from tecdata.demo.model import Result
from tecdata.demo.render_heidelberg import FILE, render


def read(folder: Path) -> tuple[dict[str, list[Any]], Any]:
    data, meta = pyreadstat.read_sav(folder / FILE, user_missing=True, output_format="dict")
    return {name: list(values) for name, values in data.items()}, meta


def test_visits_doses_events_and_medication_run_across_the_row(tmp_path: Path) -> None:
    render([made_up("HD", "RHD-004", 4)], tmp_path)
    data, meta = read(tmp_path)
    assert data["pat_id"] == ["RHD-004"]
    assert [str(data[f"d{n}_datum"][0]) for n in (1, 2)] == ["03.04.2024 09:30", "2024-04-05"]
    assert (data["v1_igg"], data["s1_ptga"], data["v1_ana_titer"]) == ([7.2], [3.5], ["1:1280"])
    assert (data["v1_cd19"], data["ae1_beginn"]) == (["<10"], ["04.04.2024 20:00"])
    assert (data["med1_name"], data["med1_ae_nr"]) == (["TOC"], ["1"])
    assert (data["organe"], data["vortherapien"]) == (["Haut"], ["RTX"])
    assert data["autoantikoerper"] == ["ANA, Scl-70"]
    assert "synthetisch" in meta.file_label.lower()


def test_absent_and_not_done_values_are_user_missing_codes(tmp_path: Path) -> None:
    render([made_up("HD", "RHD-004", 4)], tmp_path)
    data, meta = read(tmp_path)
    assert (data["v1_leuko"], data["v2_crp"]) == ([-99.0], [-98.0])
    assert meta.missing_ranges["v1_leuko"] == [
        {"lo": -99.0, "hi": -99.0},
        {"lo": -98.0, "hi": -98.0},
    ]


def test_codes_have_german_labels(tmp_path: Path) -> None:
    render([made_up("HD", "RHD-004", 4)], tmp_path)
    data, meta = read(tmp_path)
    assert meta.variable_value_labels["geschlecht"][data["geschlecht"][0]] == "weiblich"
    assert meta.variable_value_labels["ae1_ausgang"][data["ae1_ausgang"][0]] == "wiederhergestellt"
    assert meta.column_names_to_labels["v1_igg"] == "Immunglobulin G (g/l) (1)"


def test_bytes_depend_on_the_subjects_alone(tmp_path: Path) -> None:
    pair = [made_up("HD", "RHD-004", 4), made_up("HD", "RHD-005", 5)]
    first = render(pair, tmp_path / "a")
    second = render(pair[::-1], tmp_path / "b")
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


def test_no_subject_gives_the_columns_alone(tmp_path: Path) -> None:
    render([], tmp_path)
    data, _ = read(tmp_path)
    assert {"pat_id", "d1_datum", "v1_igg", "ae1_text", "med1_name", "ve1_text"} <= set(data)
    assert data["pat_id"] == []


def test_many_subjects_have_the_columns_of_the_longest(tmp_path: Path) -> None:
    short = dataclasses.replace(made_up("HD", "RHD-005", 5), doses=(), events=())
    render([short, made_up("HD", "RHD-004", 4)], tmp_path)
    data, _ = read(tmp_path)
    assert [str(d) for d in data["d2_datum"]] == ["2024-04-05", "None"]


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (Result(test="MMT8", start="2024-04-01", value=Decimal(80)), "no column for MMT8"),
        (
            Result(test="IGA", start="2024-04-01", value=Decimal(80), unit="mg/dL"),
            "IGA is in 'mg/dL'",
        ),
    ],
)
def test_what_the_file_cannot_say_is_refused(result: Result, message: str, tmp_path: Path) -> None:
    subject = dataclasses.replace(made_up("HD", "RHD-004", 4), results=(result,))
    with pytest.raises(ValueError, match=message):
        render([subject], tmp_path)
