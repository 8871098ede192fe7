"""The command line answers at once: nothing heavy is imported before it is needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

HEAVY = {
    "docx", "great_expectations", "great_tables", "lxml", "matplotlib", "narwhals", "numpy",
    "openpyxl", "pandas", "pandera", "polars", "pyarrow", "pydantic", "pyreadstat", "pyspark",
    "rich", "rtflite", "scipy", "xlsxwriter", "yaml",
}  # fmt: skip

PROGRAM = """
import json, os, sys
from tecdata.cli.errors import guarded
from tecdata.cli.main import cli
code = guarded(cli, sys.argv[1:])
names = sorted({name.partition(".")[0] for name in sys.modules})
print(json.dumps([code, names, sum(os.times()[:2])]), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["run", "--help"], ["verify", "--help"]]
)
def test_help_imports_nothing_heavy_and_takes_half_a_second_at_most(arguments: list[str]) -> None:
    seconds = []
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *arguments],
            env=os.environ,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout
        code, names, took = json.loads(done.stderr)
        assert code == 0
        assert set(names) & HEAVY == set()
        seconds.append(took)
    # Seconds of the processor, which other work on the machine does not change.
    assert min(seconds) <= 0.5
