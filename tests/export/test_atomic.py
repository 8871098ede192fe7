from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tecdata.export import recover, staged_output, write_bytes_atomic
from tecdata.export.atomic import atomic_file


def contents(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_text() for p in files}


def fill(folder: Path, **files: str) -> None:
    for name, text in files.items():
        write_bytes_atomic(folder / "sdtm" / name, text.encode())
    outputs = [{"path": f"sdtm/{name}"} for name in files]
    write_bytes_atomic(folder / "manifest.json", json.dumps({"outputs": outputs}).encode())


def publish(out: Path, **files: str) -> None:
    with staged_output(out) as folder:
        fill(folder, **files)


def test_a_file_is_for_its_owner_only(tmp_path: Path) -> None:
    write_bytes_atomic(tmp_path / "deep" / "x", b"1")
    assert stat.S_IMODE((tmp_path / "deep" / "x").stat().st_mode) == 0o600


def test_an_error_while_writing_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    write_bytes_atomic(path, b"old")

    def fail() -> None:
        with atomic_file(path) as stream:
            stream.write(b"half")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        fail()
    assert contents(tmp_path) == {"x": "old"}


def test_a_whole_output_replaces_the_old_one(tmp_path: Path) -> None:
    out = tmp_path / "out"
    publish(out, a="1", b="1")
    write_bytes_atomic(out / "notes.txt", b"not ours")
    write_bytes_atomic(out / "sdtm" / "own.txt", b"not ours either")
    publish(out, b="2", c="2")
    assert contents(out) == {
        "manifest.json": json.dumps({"outputs": [{"path": "sdtm/b"}, {"path": "sdtm/c"}]}),
        "notes.txt": "not ours",
        "sdtm/b": "2",
        "sdtm/c": "2",
        "sdtm/own.txt": "not ours either",
    }


def test_an_error_leaves_the_old_output(tmp_path: Path) -> None:
    out = tmp_path / "out"
    publish(out, a="1")
    before = contents(out)

    def fail() -> None:
        with staged_output(out) as folder:
            fill(folder, a="2")
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        fail()
    assert contents(out) == before


def test_a_manifest_that_names_a_file_elsewhere_removes_nothing_there(tmp_path: Path) -> None:
    out = tmp_path / "out"
    victim = tmp_path / "victim"
    victim.write_text("keep")
    write_bytes_atomic(
        out / "manifest.json", json.dumps({"outputs": [{"path": "../victim"}]}).encode()
    )
    publish(out, a="1")
    assert victim.read_text() == "keep"


@pytest.mark.parametrize("manifest", ["", "{", "[]", '{"outputs": [1]}', '{"outputs": {}}'])
def test_a_broken_old_manifest_does_not_matter(tmp_path: Path, manifest: str) -> None:
    write_bytes_atomic(tmp_path / "manifest.json", manifest.encode())
    publish(tmp_path, a="1")
    assert contents(tmp_path)["sdtm/a"] == "1"


CHILD = """
import json, sys, time
from pathlib import Path
from tecdata.export import atomic
out, moves = Path(sys.argv[1]), int(sys.argv[2])
done = 0
replace = Path.replace
def counting(self, target):
    global done
    if atomic._STAGING in str(self) and ".part" not in self.name:
        if done == moves:
            print("ready", flush=True)
            time.sleep(60)
        done += 1
    return replace(self, target)
Path.replace = counting
with atomic.staged_output(out) as folder:
    for name in ("a", "b", "c"):
        atomic.write_bytes_atomic(folder / "sdtm" / name, b"2")
    outputs = [{"path": f"sdtm/{n}"} for n in ("a", "b", "c")]
    atomic.write_bytes_atomic(folder / "manifest.json", json.dumps({"outputs": outputs}).encode())
print("ready", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("moves", range(5))
def test_killed_while_moving_the_next_run_finishes_the_move(tmp_path: Path, moves: int) -> None:
    out = tmp_path / "out"
    publish(out, a="1", old="1")
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(out), str(moves)], stdout=subprocess.PIPE, text=True
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        os.kill(child.pid, signal.SIGKILL)
    if moves < 4:
        # The folder says by itself that it is not whole: the manifest comes last.
        assert not (out / "manifest.json").exists()
    recover(out)
    whole = contents(out)
    assert {n: t for n, t in whole.items() if n != "manifest.json"} == {
        "sdtm/a": "2",
        "sdtm/b": "2",
        "sdtm/c": "2",
    }
    assert (out / "manifest.json").exists()


def test_killed_before_everything_was_written_the_old_output_stays(tmp_path: Path) -> None:
    out = tmp_path / "out"
    publish(out, a="1")
    before = contents(out)
    fill(out / ".tecdata-new", a="2", b="2")
    recover(out)
    assert contents(out) == before
    recover(tmp_path / "nowhere")
