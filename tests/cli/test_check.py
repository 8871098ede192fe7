from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tecdata.cli.errors import guarded
from tecdata.cli.main import cli

if TYPE_CHECKING:
    import pytest


def _check(
    repository: Path, *files: Path, name: str = "hamburg", options: tuple[str, ...] = ()
) -> int:
    arguments = ["check", *map(str, files), "--centre", name, "--study", str(repository)]
    return guarded(cli, [*arguments, *options])


def test_a_clean_delivery_is_told_so(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = repository / "sample_exports/hamburg"
    assert _check(repository, *sorted(folder.glob("HH_*.csv"))) == 0
    told = capsys.readouterr().out
    assert "Delivery of hamburg (HH)" in told
    assert "Nothing stands against taking this delivery. Nothing was written." in told
    assert "error (" not in told


def test_findings_stand_by_severity_with_file_cell_and_message(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (repository / "sample_exports/hamburg/HH_UE.csv").read_bytes().decode("cp1252")
    lines = text.splitlines(keepends=True)
    cells = lines[2].split(";")
    cells[2] = "Hustenreizung, Tel. 030 4505130"
    lines[2] = ";".join(cells)
    path = tmp_path / "HH_UE.csv"
    path.write_bytes("".join(lines).encode("cp1252"))
    assert _check(repository, path) == 1
    told = capsys.readouterr().out
    assert told.index("reject (1)") < told.index("error (") < told.index("notice (")
    assert "identifier.phone" in told
    assert "line 3, column 'Ereignis'" in told
    assert "4505130" not in told
    assert "Hustenreizung" in told, "other values are shown to the person at the terminal"
    assert "Do not take this delivery as it is." in told

    assert _check(repository, path, options=("--json",)) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["exit_code"] == 1
    assert data["cells"]["read"] > 0
    rejected = [
        f for f in data["findings"] if f["severity"] == "reject" and f["status"] == "failed"
    ]
    assert [f["value"] for f in rejected] == ["0•• •••••••"]
    assert "4505130" not in json.dumps(data)


def test_long_runs_of_one_check_are_cut_on_the_terminal_only(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (repository / "sample_exports/hamburg/HH_Labor.csv").read_bytes().decode("cp1252")
    path = tmp_path / "HH_Labor.csv"
    path.write_bytes(text.replace(";0,", ";0.").encode("cp1252"))
    assert _check(repository, path) == 1
    told = capsys.readouterr().out
    assert told.count("is not a number under") == 8
    assert "more; all of them: --json" in told
    _check(repository, path, options=("--json",))
    assert capsys.readouterr().out.count("is not a number under") > 8


def test_what_cannot_be_read_and_wrong_use_have_exit_code_2(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _check(repository, tmp_path / "HH_UE.csv") == 2
    assert "the file does not exist" in capsys.readouterr().out
    assert _check(repository, tmp_path / "HH_UE.csv", name="paris") == 2
    assert "no centre is called paris" in capsys.readouterr().err
    assert guarded(cli, ["check", "--centre", "hamburg"]) == 2


def test_the_command_itself_ends_with_the_code(repository: Path) -> None:
    file = repository / "sample_exports/heidelberg/teclistamab_hd.sav"
    done = subprocess.run(
        [sys.executable, "-m", "tecdata", "check", str(file), "--centre", "heidelberg"],
        cwd=repository,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "teclistamab_hd.sav" in done.stdout
