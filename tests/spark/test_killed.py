"""A run on Spark that is killed leaves its work folder, with patients' values; the next one removes it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import tecdata
from tecdata.leftovers import left_behind

pytestmark = [pytest.mark.usefixtures("session"), pytest.mark.filterwarnings("ignore")]

RUN = """
import sys, tecdata
study = tecdata.open_study(sys.argv[1], engine="spark", landing=sys.argv[2])
study.run(sys.argv[3], sdtm_only=True, centres=["berlin"])
"""


def test_the_next_run_removes_what_a_killed_one_left(repository: Path, tmp_path: Path) -> None:
    landing, out, temporary = (tmp_path / name for name in ("landing", "out", "temporary"))
    temporary.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(repository), str(landing), str(out)],
        env=os.environ | {"TMPDIR": str(temporary)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with process:
        until = time.monotonic() + 240
        # Killed when the executors have begun to write.
        while not list(landing.glob(".tecdata-work-*/pieces/*")):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.02)
        assert left_behind(landing, temporary) == []
        os.kill(process.pid, signal.SIGKILL)
    gone = left_behind(landing, temporary)
    assert [path.parent for path in gone] == [landing, temporary]
    # The next run has another engine.
    tecdata.open_study(repository, landing=landing).run(out, sdtm_only=True, centres=["berlin"])
    assert not list(landing.glob(".tecdata-work-*"))
    assert sorted(path.name for path in landing.iterdir()) == ["berlin"]
    shutil.rmtree(temporary)
