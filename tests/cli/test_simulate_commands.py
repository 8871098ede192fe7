from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from tecdata.cli.errors import guarded
from tecdata.cli.main import cli

if TYPE_CHECKING:
    import pytest

REGIMEN = "0.06@0, 0.3@3, 1.5@7 x4 weekly"


def run(repository: Path, out: Path, *more: str) -> int:
    command = ["simulate", "--study", str(repository), "--out", str(out), "--regimen", REGIMEN]
    return guarded(cli, [*command, "--subjects", "150", "--seed", "4", "--days", "60", *more])


def test_a_simulation_is_written_and_the_same_bytes_come_again(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, threads in (("a", "1"), ("b", "3")):
        more = ["--profiles", "--uncertainty", "3", "--threads", threads, "--json"]
        assert run(repository, tmp_path / name, *more) == 0
    told = json.loads(capsys.readouterr().out.split("\n}\n")[0] + "}")
    assert told["subjects"] == 150
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert files == [
        "bands.csv",
        "intervals.csv",
        "parameters.parquet",
        "population_band.png",
        "population_band.svg",
        "profiles.parquet",
        "summary.csv",
    ]
    for name in files:
        one, other = (tmp_path / folder / name for folder in ("a", "b"))
        assert one.read_bytes() == other.read_bytes(), name
    assert pl.read_parquet(tmp_path / "a" / "profiles.parquet").height == 150 * 61
    bands = pl.read_csv(tmp_path / "a" / "bands.csv")
    assert {"P50", "PTA", "P50LOW", "PTAHIGH"} <= set(bands.columns)


def test_a_delay_and_the_label_are_told(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(repository, tmp_path, "--delay", "+30d before dose 5", "--restart") == 0
    told = capsys.readouterr().out
    assert "51   0.3 mg/kg" in told
    assert "SHARE WITH 28 DAYS OR MORE" in told


def test_residual_error_adds_where_measured_concentrations_lie(
    repository: Path, tmp_path: Path
) -> None:
    assert run(repository, tmp_path / "a") == 0
    assert run(repository, tmp_path / "b", "--residual") == 0
    plain, measured = (pl.read_csv(tmp_path / name / "bands.csv") for name in ("a", "b"))
    assert set(measured.columns) - set(plain.columns) == {"P5MEAS", "P95MEAS"}
    assert measured.select(plain.columns).equals(plain)
    assert "90 % of measured concentrations" in (tmp_path / "b" / "population_band.svg").read_text(
        encoding="utf-8"
    )


def test_names_that_do_not_exist_name_the_others(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for option, choice in (
        ("--model", "teclistamab_miao_2023"),
        ("--analysis", "NOTDCL"),
        ("--route", "INTRAVENOUS"),
    ):
        assert run(repository, tmp_path / "c", option, "nothing") == 2
        told = capsys.readouterr().err
        assert option in told
        assert choice in told
    assert not (tmp_path / "c").exists()
