from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from tecdata.cli.errors import guarded
from tecdata.cli.main import cli
from tecdata.errors import IntakeError


@click.command()
@click.option("--kind")
def _break(kind: str) -> None:
    if kind == "ours":
        raise IntakeError("the file is empty", place="a.csv")
    if kind == "system":
        raise FileNotFoundError(2, "No such file or directory", "a.csv")
    if kind == "stop":
        raise KeyboardInterrupt
    raise ValueError("patient Muster, Max")


def test_our_error_is_told_and_ends_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(_break, ["--kind", "ours"]) == 2
    assert capsys.readouterr().err == "IntakeError: a.csv: the file is empty\n"


def test_an_unforeseen_error_keeps_its_text_to_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(_break, ["--kind", "other"]) == 2
    told = capsys.readouterr().err
    assert "Muster" not in told
    assert told.startswith("Internal error (ValueError) at ")


def test_with_debug_the_traceback_comes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TECDATA_DEBUG", "1")
    with pytest.raises(ValueError, match="Muster"):
        guarded(_break, ["--kind", "other"])


def test_a_missing_file_and_a_stop_have_their_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(_break, ["--kind", "system"]) == 2
    assert capsys.readouterr().err == "Error: No such file or directory: a.csv\n"
    assert guarded(_break, ["--kind", "stop"]) == 130


@pytest.mark.parametrize(
    "arguments",
    [["unknown"], ["run", "--nothing"], ["run", "a", "b"], ["demo", "--subjects", "0"]],
)
def test_wrong_use_ends_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(cli, arguments) == 2
    assert "Usage:" in capsys.readouterr().err


def test_a_folder_that_is_no_study_is_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(cli, ["run", str(tmp_path)]) == 2
    assert "this is not a study folder: it has no specs/study.yaml" in capsys.readouterr().err


def test_with_json_an_error_is_json_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(cli, ["run", str(tmp_path / "none"), "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["error"] == "UsageError"
    assert "the study folder does not exist" in told["message"]


@pytest.mark.parametrize("command", ["run", "map"])
def test_the_old_meaning_of_engine_leads_to_suites(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(cli, [command, "--engine", "both"]) == 2
    assert "say --suites both. --engine says what maps" in capsys.readouterr().err
