from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tecdata.cli.errors import guarded
from tecdata.cli.main import cli

if TYPE_CHECKING:
    import pytest


def test_one_figure_is_written_and_told(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["figures", str(repository), "--out", str(tmp_path), "--only", "figure2", "--json"]
    assert guarded(cli, asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["files"] == ["figures/figure2.svg", "figures/figure2.png"]
    assert (tmp_path / "figures" / "figure2.png").read_bytes().startswith(b"\x89PNG")


def test_a_figure_nobody_knows_names_the_others(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["figures", str(repository), "--out", str(tmp_path), "--only", "figure9"]
    assert guarded(cli, asked) == 2
    told = capsys.readouterr().err
    assert "there is no figure 'figure9'" in told
    assert "figure1" in told
    assert not list(tmp_path.iterdir())
