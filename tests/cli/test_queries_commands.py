from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

import tecdata
from tecdata.cli.errors import guarded
from tecdata.cli.identity import when_and_who
from tecdata.cli.main import cli
from tecdata.report import CentreQueries, publish_queries
from tecdata.spec import load_centre

SHEET = "Teclistamab_Berlin_Export.xlsx"


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    """A study folder whose one centre sent three wrong cells, recorded."""
    study = tmp_path_factory.mktemp("begun") / "study"
    shutil.copytree(repository / "specs", study / "specs")
    for name in ("mappings", "sample_exports"):
        shutil.copytree(repository / name / "berlin", study / name / "berlin")
    file = study / "sample_exports" / "berlin" / SHEET
    book = openpyxl.load_workbook(file)
    book["Labor"]["F20"] = "n.b. (leer)"
    book["Labor"]["H33"] = "12,5 ++"
    book["Labor"]["B40"] = "31.02.2025"
    book.save(file)
    made = tecdata.open_study(study).run(study / "out")
    (centre,) = made.centres
    assert centre.delivery is not None
    publish_queries(
        made.findings,
        [
            CentreQueries(
                source=load_centre(study / "mappings" / "berlin").source,
                tables=centre.delivery.tables,
                files={file.path: file.sha256 for file in centre.delivery.files},
            )
        ],
        history=study / "history.sqlite",
        out=study / "out",
        study="TECAID",
        when="2025-09-01T10:00:00Z",
        who="kim",
    )
    return study


@pytest.fixture
def study(begun: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "study"
    shutil.copytree(begun, folder)
    return folder


def _json(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    assert guarded(cli, [*map(str, arguments), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert isinstance(told, dict)
    return told


def _wrong_cells(told: dict[str, Any]) -> dict[str, str]:
    queries = told["queries"]
    return {q["finding"]["value"]: q["OID"] for q in queries if q["finding"]["value"]}


def test_queries_are_listed_and_filtered(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = _json(capsys, "queries", "list", "--study", study)
    assert {"n.b. (leer)", "12,5 ++", "31.02.2025"} <= set(_wrong_cells(told))
    assert {q["State"] for q in told["queries"]} == {"Open"}
    # What no centre is asked (a question of the derivations) is the study's own.
    own = [q for q in told["queries"] if not q["OID"].startswith("STUDY-")]
    for name in ("berlin", "BE"):
        listed = _json(capsys, "queries", "list", "--study", study, "--centre", name)
        assert listed["queries"] == own
    notices = _json(capsys, "queries", "list", "--study", study, "--state", "candidate")
    assert {q["finding"]["severity"] for q in notices["queries"]} == {"notice"}
    assert guarded(cli, ["queries", "list", "--study", str(study)]) == 0
    shown = capsys.readouterr().out
    assert "TEC-B-001, 01.08.2024" in shown
    assert guarded(cli, ["queries", "list", "--study", str(study), "--state", "Closed"]) == 0
    assert "No queries" in capsys.readouterr().out
    assert guarded(cli, ["queries", "list", "--study", str(study), "--centre", "paris"]) == 2
    assert "berlin" in capsys.readouterr().err


def test_an_answered_workbook_closes_its_queries(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sent"
    told = _json(capsys, "queries", "export", "--study", study, "--out", out)
    assert told["workbooks"] == [str(out / "BE.xlsx")]
    book = openpyxl.load_workbook(out / "BE.xlsx")
    log = book.worksheets[0]
    row = next(r for r in range(7, 20) if log.cell(r, 7).value == "12,5 ++")
    assert book["Labor"]["H33"].comment is not None
    log.cell(row, 9).value = "Wert ist richtig"
    log.cell(row, 11).value = "Dr. A"
    book.save(out / "back.xlsx")
    # What cannot be read leaves no result either: the one row speaks for both queries.
    listed = _json(capsys, "queries", "list", "--study", study)["queries"]
    asked = {q["OID"]: q["finding"]["check"] for q in listed if q["finding"]["cell"] == "H33"}
    assert set(asked.values()) == {"mapping.not_a_number", "suite.lb.result"}
    assert asked[str(log.cell(row, 1).value)] == "mapping.not_a_number"
    names = sorted(asked)
    imported = _json(capsys, "queries", "import", out / "back.xlsx", "--study", study)
    assert sorted(imported.pop("answered")) == names
    assert imported == {"closed": [], "known": 0}
    again = _json(capsys, "queries", "import", out / "back.xlsx", "--study", study, "--close")
    assert sorted(again.pop("closed")) == names
    assert again == {"answered": [], "known": 2}
    closed = _json(capsys, "queries", "list", "--study", study, "--state", "Closed")
    assert sorted(q["OID"] for q in closed["queries"]) == names
    assert closed["queries"][0]["thread"][-1]["reason"] == "the answer was accepted"


def test_a_workbook_of_another_study_is_refused(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.load_workbook(study / "out" / "queries" / "BE.xlsx")
    hidden = book["_tecdata"]
    hidden["B1"].value = hidden["B1"].value.replace("TECAID", "OTHER")
    book.worksheets[0].cell(7, 10).value = "yes"
    book.save(tmp_path / "back.xlsx")
    arguments = ["queries", "import", str(tmp_path / "back.xlsx"), "--study", str(study)]
    assert guarded(cli, arguments) == 2
    assert "belongs to study OTHER" in capsys.readouterr().err


def test_closing_cancelling_and_reopening_by_hand(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = _wrong_cells(_json(capsys, "queries", "list", "--study", study))
    one, other = ids["12,5 ++"], ids["31.02.2025"]
    common = ("--study", study, "--reason", "asked by telephone")
    moved = _json(capsys, "queries", "close", one.lower(), other, *common)
    assert moved == {"moved": [one, other], "state": "Closed"}
    assert _json(capsys, "queries", "reopen", one, *common)["state"] == "Open"
    assert _json(capsys, "queries", "close", one, "--cancel", *common)["state"] == "Cancelled"
    assert guarded(cli, ["queries", "close", "BE-NOSUCH", *map(str, common)]) == 2
    assert "knows no query 'BE-NOSUCH'" in capsys.readouterr().err
    assert guarded(cli, ["queries", "close", one, "--study", str(study)]) == 2


def test_ageing_counts_days_by_centre(
    study: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1757930400")  # 2025-09-15
    told = _json(capsys, "queries", "ageing", "--study", study)
    assert told["as_of"] == "2025-09-15T10:00:00Z"
    (centre,) = [row for row in told["centres"] if row["centre"] == "BE"]
    assert centre["15-30"] == 0
    assert centre["8-14"] == centre["open"] >= 3
    assert (centre["median_days"], centre["oldest_days"]) == (14, 14)
    assert guarded(cli, ["queries", "ageing", "--study", str(study)]) == 0
    assert "2025-09-15" in capsys.readouterr().out


def test_the_history_is_verified(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = _json(capsys, "queries", "verify", "--study", study)
    assert told["rows"] == told["last"]
    assert len(told["seal"]) == 64


def test_without_a_history_there_are_no_queries(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(cli, ["queries", "list", "--study", str(tmp_path)]) == 2
    assert "tecdata run" in capsys.readouterr().err


def test_queries_alone_lists_those_of_the_current_folder(
    study: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(study)
    assert guarded(cli, ["queries"]) == 0
    assert "12,5 ++" in capsys.readouterr().out


def test_diff_tells_by_its_exit_code(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = study / "out", tmp_path / "new"
    assert guarded(cli, ["diff", str(old), str(old), "--study", str(study)]) == 0
    assert "Nothing differs" in capsys.readouterr().out
    shutil.copytree(old, new)
    file = new / "sdtm" / "parquet" / "lb.parquet"
    table = pl.read_parquet(file)
    changed = pl.when(pl.int_range(pl.len()) == 3).then(pl.lit("99")).otherwise("LBORRES")
    table.with_columns(LBORRES=changed).write_parquet(file)
    assert guarded(cli, ["diff", str(old), str(new)]) == 1
    shown = capsys.readouterr().out
    assert "Labor" in shown
    assert "99" in shown
    assert guarded(cli, ["diff", str(old), str(new), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    (change,) = told["changes"]
    assert (change["variable"], change["new"]) == ("LBORRES", "99")
    assert change["new_cell"].startswith(f"{SHEET}, Labor, ")
    assert guarded(cli, ["diff", str(old), str(tmp_path)]) == 2
    assert "not an output of tecdata run" in capsys.readouterr().err


def test_moment_and_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    monkeypatch.setenv("LOGNAME", "kim")
    assert when_and_who() == ("1970-01-01T00:00:00Z", "kim")
