from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tecdata.cli.errors import guarded
from tecdata.cli.main import cli

if TYPE_CHECKING:
    import pytest


def test_a_subject_is_profiled_and_told(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["profile", "TECAID-TU-018", str(repository), "--out", str(tmp_path), "--json"]
    assert guarded(cli, asked) == 0
    told = json.loads(capsys.readouterr().out)
    ends = ("html", "svg", "png")
    assert told["files"] == [f"profiles/TECAID-TU-018.{end}" for end in ends]
    assert (tmp_path / "profiles" / "TECAID-TU-018.html").is_file()


def test_neither_file_nor_subject_nor_study_is_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(cli, ["profile", "TECAID-TU-018", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert "there is no file 'TECAID-TU-018', and no study" in told
    assert "Traceback" not in told
    assert guarded(cli, ["profile", str(tmp_path / "none.csv")]) == 2
    assert "does not exist" in capsys.readouterr().err


def test_the_report_for_outside_stands_beside_the_one_of_the_house(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["report", str(repository), "--out", str(tmp_path), "--suppress", "5", "--json"]
    assert guarded(cli, asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["files"] == ["study-report-suppressed.html"]
    assert "TECAID-" not in (tmp_path / told["files"][0]).read_text("utf-8")
