"""What the README promises is run as it stands there."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
README = (REPOSITORY / "README.md").read_text("utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.S | re.M)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A copy of what a newcomer has, so that running the README writes nothing into the checkout."""
    for name in ("specs", "mappings", "sample_exports"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    shutil.copy(REPOSITORY / "contradictions.yaml", tmp_path)
    return tmp_path


def test_the_python_example_runs_and_is_about_ten_lines(study: Path) -> None:
    code = _blocks("python")[0]
    assert 8 <= len([line for line in code.splitlines() if line.strip()]) <= 12
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=study, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "TECAID-" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("0 ")


def test_the_first_block_runs_the_main_job_and_prints_what_is_shown(study: Path) -> None:
    command = _blocks("bash")[0].splitlines()[-1].removeprefix(".venv/bin/")
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(command)], cwd=study, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    shown = _blocks("text")[0].strip().splitlines()
    printed = [line.rstrip() for line in done.stdout.strip().splitlines()]
    assert [line.rstrip() for line in shown] == printed


def test_the_second_block_is_what_the_landing_check_runs() -> None:
    assert "poe check" in _blocks("bash")[1]
    assert "blocks[1]" in (REPOSITORY / ".ci/run").read_text("utf-8")


@pytest.mark.parametrize("command", ["run", "map", "profile", "init", "demo", "doctor"])
def test_every_command_of_the_table_exists_and_takes_json(command: str) -> None:
    assert f"`tecdata {command}" in README
    done = subprocess.run(
        [sys.executable, "-m", "tecdata", command, "--help"], capture_output=True, text=True
    )
    assert done.returncode == 0
    assert "--json" in done.stdout
