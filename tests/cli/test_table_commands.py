from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

from tests.published.expected import COLUMNS

from tecdata.cli.errors import guarded
from tecdata.cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tecdata.pipeline import StudyRun


def test_tables_of_an_output(
    sample_run: StudyRun,
    sample_out: Path,
    repository: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert sample_run.adam
    out = shutil.copytree(sample_out, tmp_path / "out")
    expected = tmp_path / "expected.csv"
    rows = ["characteristics,AGE,value,age,48.5 (23-63),", "characteristics,N,value,n,17,"]
    expected.write_text("\n".join([",".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
    arguments = ["tables", str(repository), "--out", str(out), "--json"]
    assert guarded(cli, arguments) == 0
    before = {p.name: p.read_bytes() for p in (out / "tables").iterdir()}
    capsys.readouterr()
    assert guarded(cli, [*arguments, "--compare", str(expected)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["comparison"] == {"differs": 1, "equal": 1}
    assert "table2.rtf" in told["files"]
    assert (out / "comparison" / "comparison.html").is_file()
    assert {p.name: p.read_bytes() for p in (out / "tables").iterdir()} == before
    assert guarded(cli, ["verify", str(out)]) == 0


def test_an_output_without_analysis_datasets_names_the_next_step(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(cli, ["tables", str(repository), "--out", str(tmp_path)]) == 2
    assert "tecdata run --out DIR" in capsys.readouterr().err
