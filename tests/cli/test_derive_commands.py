from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from tecdata.cli.errors import guarded
from tecdata.cli.main import cli

if TYPE_CHECKING:
    import pytest


def test_one_part_is_written_and_told(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert guarded(cli, ["derive", "adsl", str(repository), "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["adam"] == {"ADSL": 18}
    assert pl.read_parquet(out / "adam" / "parquet" / "adsl.parquet").height == 18


def test_a_part_nobody_knows_names_the_others(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(cli, ["derive", "adxx", str(repository), "--out", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert "there is no derivation 'adxx'" in told
    assert "adsl" in told
    assert not list(tmp_path.iterdir())
