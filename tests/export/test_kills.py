"""Whatever ends a run, its output folder holds the old output or the new one, whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize(("way", "runs"), [("kill", 200), ("full", 60), ("eio", 60)])
def test_old_or_new_and_never_half(way: str, runs: int, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.export.kills", str(tmp_path / "out"), str(runs), "11"]
    done = subprocess.run(
        [*command, way], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found) == {"old", "new"}
    assert sum(found.values()) == runs
