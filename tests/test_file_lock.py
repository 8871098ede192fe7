"""Locks go with their process; systems without them are told so, and nothing dies of an import."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tecdata import file_lock

REPOSITORY = Path(__file__).parents[1]

#: As Python is on Windows: modules that only Unix has are hidden.
WINDOWS = """
import os, subprocess, sys
for name in ("fcntl", "resource", "pwd", "grp", "termios"):
    sys.modules[name] = None
del os.getuid
"""

#: Locks as Windows' own module gives them, made of files.
STAND_IN = """
import types
held = {}
def locking(descriptor, mode, size):
    key = os.fstat(descriptor).st_ino
    assert (mode, size) == (2, 1)
    if key in held:
        raise OSError(36, "Resource deadlock avoided")
    held[key] = descriptor
sys.modules["msvcrt"] = types.SimpleNamespace(locking=locking, LK_NBLCK=2)
"""


def run(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_lock_is_taken_once(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert file_lock.lock_kind() == "flock"
    one = file_lock.take(path)
    assert one is not None
    assert file_lock.take(path) is None
    file_lock.release(one, path)
    assert not path.exists()
    two = file_lock.take(path)
    assert two is not None
    file_lock.release(two)
    assert path.exists()


def test_a_file_that_is_being_written_is_held(tmp_path: Path) -> None:
    path = tmp_path / "part"
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR)
    assert not file_lock.held(path)
    file_lock.hold(descriptor)
    assert file_lock.held(path)
    os.close(descriptor)
    assert not file_lock.held(path)
    assert file_lock.held(tmp_path / "nothing there")


def test_locks_of_windows_keep_a_second_run_out(tmp_path: Path) -> None:
    code = f"""{WINDOWS}{STAND_IN}
from pathlib import Path
from tecdata import file_lock
from tecdata.errors import UsageError
from tecdata.export import output_lock
assert file_lock.lock_kind() == "locking"
out = Path(sys.argv[1])
with output_lock(out):
    try:
        with output_lock(out):
            print("both")
    except UsageError as error:
        print(error.message)
"""
    assert run(code, str(tmp_path)) == "another run is writing to this folder\n"


#: The answers of ``tecdata doctor`` about the system, by check.
DOCTOR = """
import contextlib, io, json, sys
from tecdata.cli.main import main
told = io.StringIO()
with contextlib.redirect_stdout(told), contextlib.suppress(SystemExit):
    sys.argv = ["tecdata", "doctor", "--json"]
    main()
answers = {a["check"]: (a["state"], a["detail"]) for a in json.loads(told.getvalue())["answers"]}
print(json.dumps([answers["parsers' memory"], answers["run lock"], answers["left by killed runs"]]))
"""


def test_the_doctor_says_what_the_system_does_not_give() -> None:
    memory, lock, _ = json.loads(run(WINDOWS + DOCTOR))
    assert memory[0] == "warning"
    assert memory[1].startswith("this system sets no limit: a hostile file may use up all memory")
    assert lock == ["warning", "this system locks no files: let no two runs write to one folder"]
    memory, lock, _ = json.loads(run(DOCTOR))
    assert memory == ["ok", "at most 4 GiB a file"]
    assert lock == ["ok", "two runs over one folder are told apart"]


@pytest.mark.parametrize("hidden", [WINDOWS])
def test_a_run_without_what_only_unix_has(hidden: str, tmp_path: Path) -> None:
    code = f"""{hidden}
import subprocess
from tecdata.sandbox import process
# The parser's process has none of them either.
inside = {hidden!r} + "import runpy; runpy.run_module('tecdata.sandbox.child', run_name='__main__')"
started = subprocess.Popen
def start(command, **options):
    if "tecdata.sandbox.child" in command:
        command = [command[0], "-P", "-c", inside, command[-1]]
    return started(command, **options)
subprocess.Popen = start
import tecdata
tecdata.open_study(sys.argv[1]).run(sys.argv[2], sdtm_only=True)
from pathlib import Path
from tecdata.export import verify_output
print(len(verify_output(Path(sys.argv[2]))), sorted(p.name for p in Path(sys.argv[2]).iterdir()))
"""
    said: Any = run(code, str(REPOSITORY), str(tmp_path / "out"))
    assert said.startswith("0 [")
    assert ".tecdata" not in said
