from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from tecdata.cli.errors import guarded
from tecdata.cli.main import cli


def _json(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, object]:
    assert guarded(cli, [*arguments, "--json"]) == code
    told = json.loads(capsys.readouterr().out)
    assert isinstance(told, dict)
    return told


@pytest.fixture
def study(tmp_path: Path, repository: Path) -> Path:
    folder = tmp_path / "study"
    for name in ("specs", "mappings", "sample_exports"):
        shutil.copytree(repository / name, folder / name)
    return folder


def test_run_writes_everything_and_tells_it(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert guarded(cli, ["run", str(study), "--out", str(out)]) == 0
    told = capsys.readouterr()
    assert "Source cells" in told.out
    assert "read: " in told.err
    for path in (
        "sdtm/xpt/dm.xpt",
        "sdtm/parquet/lb.parquet",
        "validation/findings.csv",
        "validation/findings.parquet",
        "manifest.json",
    ):
        assert (out / path).is_file()
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert len(manifest["inputs"]) == 5
    assert pl.read_parquet(out / "sdtm/parquet/dm.parquet").height == 18


def test_run_of_one_centre(study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = _json(capsys, "run", str(study), "--out", str(tmp_path / "o"), "--centre", "heidelberg")
    datasets = told["datasets"]
    assert isinstance(datasets, dict)
    assert datasets["DM"] == 1


def test_a_centre_nobody_knows_is_wrong_use(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(cli, ["run", str(study), "--centre", "paris"]) == 2
    told = capsys.readouterr().err
    assert "no centre is called paris; allowed: aarhus, berlin" in told


def test_a_missing_file_stops_the_run_unless_it_keeps_going(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (study / "sample_exports/heidelberg").glob("*.sav"):
        path.unlink()
    out = tmp_path / "out"
    assert guarded(cli, ["run", str(study), "--out", str(out)]) == 2
    assert not (out / "manifest.json").exists()
    assert "IntakeError" in capsys.readouterr().err

    assert guarded(cli, ["run", str(study), "--out", str(out), "--keep-going"]) == 2
    assert "heidelberg: IntakeError" in capsys.readouterr().err
    assert pl.read_parquet(out / "sdtm/parquet/dm.parquet").height == 17


def test_map_writes_the_mapped_records(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = _json(capsys, "map", str(study), "--out", str(tmp_path / "o"), "--centre", "hamburg")
    assert told["exit_code"] == 0
    assert (tmp_path / "o/mapped/hamburg/lb.parquet").is_file()


def test_init_lays_down_a_study_that_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new"
    made = _json(capsys, "init", str(folder))
    assert isinstance(made["files"], list)
    assert "specs/study.yaml" in made["files"]
    assert guarded(cli, ["run", str(folder), "--out", str(tmp_path / "o")]) == 0
    assert guarded(cli, ["init", str(folder)]) == 2
    assert "the folder exists and is not empty" in capsys.readouterr().err


def test_demo_writes_the_same_bytes_for_the_same_seed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a", "b"):
        _json(capsys, "demo", "--subjects", "23", "--seed", "7", "--out", str(tmp_path / name))
    first = {p.relative_to(tmp_path / "a"): p.read_bytes() for p in (tmp_path / "a").rglob("*.*")}
    again = {p.relative_to(tmp_path / "b"): p.read_bytes() for p in (tmp_path / "b").rglob("*.*")}
    assert first == again
    assert len(first) >= 10


def test_demo_plants_errors_and_lists_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "bad")
    told = _json(capsys, "demo", "--errors", "60", "--seed", "2", "--out", out)
    planted = json.loads((tmp_path / "bad" / "planted.json").read_text("utf-8"))
    assert told["errors"] == len(planted) == 60
    assert len({error["kind"] for error in planted}) >= 40
    assert guarded(cli, ["demo", "--errors", "0", "--out", str(tmp_path / "clean")]) == 0
    assert "0 errors of 0 kinds are planted" in capsys.readouterr().out
    assert json.loads((tmp_path / "clean" / "planted.json").read_text("utf-8")) == []


def test_demo_of_any_size_goes_through_the_main_job(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(study / "sample_exports")
    _json(capsys, "demo", "--subjects", "40", "--seed", "3", "--out", str(study / "sample_exports"))
    told = _json(capsys, "run", str(study), "--out", str(tmp_path / "o"))
    datasets = told["datasets"]
    assert isinstance(datasets, dict)
    assert datasets["DM"] == 40


def test_profile_says_what_is_in_a_file(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = sorted(p for p in (repository / "sample_exports").rglob("*") if p.is_file())
    for path in files:
        if path.suffix == ".txt":
            continue
        told = _json(capsys, "profile", str(path))
        assert told["tables"], path
    assert guarded(cli, ["profile", str(files[0])]) == 0


def test_doctor_finds_the_checkout_in_order(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = _json(capsys, "doctor", str(repository))
    assert told["ok"] is True
    assert guarded(cli, ["doctor", str(tmp_path)]) == 0
    assert "not a study folder" in capsys.readouterr().out
