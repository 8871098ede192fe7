"""What a killed run leaves, with patients' values in it, is found and removed; what lives is left alone."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tecdata.export import output_lock, write_bytes_atomic
from tecdata.leftovers import left_behind, remove_left_behind, replacing, work_folder

WORKING = """
import sys
from pathlib import Path
from tecdata.leftovers import replacing, work_folder
base = Path(sys.argv[1])
with work_folder(base) as folder, replacing(base / "table.csv") as stream:
    (folder / "cells.parquet").write_bytes(b"values")
    stream.write(b"half")
    stream.flush()
    print(folder, flush=True)
    sys.stdin.read()
"""


@contextlib.contextmanager
def working(base: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another process at work in ``base``, and its work folder."""
    with subprocess.Popen(
        [sys.executable, "-c", WORKING, str(base)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process, Path(process.stdout.readline().strip())


def test_what_a_killed_process_leaves_is_found_and_removed(tmp_path: Path) -> None:
    with working(tmp_path) as (process, folder):
        part = next(tmp_path.glob(".table.csv.*.part"))
        # While it lives nobody touches anything.
        assert left_behind(tmp_path) == []
        assert remove_left_behind(tmp_path) == 0
        with output_lock(tmp_path):
            assert part.exists()
        assert (folder / "cells.parquet").exists()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert left_behind(tmp_path) == [folder]
        assert (folder / "cells.parquet").exists()
        assert remove_left_behind(tmp_path) == 1
        assert not folder.exists()
        with output_lock(tmp_path):
            assert not part.exists()
    assert list(tmp_path.iterdir()) == []


def test_the_next_work_folder_removes_what_was_left(tmp_path: Path) -> None:
    with working(tmp_path) as (process, folder):
        process.kill()
        process.wait()
        with work_folder(tmp_path) as mine:
            assert not folder.exists()
            assert mine.stat().st_mode & 0o077 == 0
    assert not mine.exists()


def test_the_systems_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with working(tmp_path) as (process, folder):
        process.kill()
        process.wait()
    assert left_behind(None) == [folder]
    with work_folder() as mine:
        assert mine.parent == tmp_path
    assert left_behind(None) == []


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    strange = tmp_path / ".tecdata-work-strange"
    strange.mkdir()
    (tmp_path / ".note.part").write_text("kept")
    target = tmp_path / "elsewhere"
    target.mkdir()
    (target / "owner").write_text("")
    (tmp_path / ".tecdata-work-link").symlink_to(target)
    assert remove_left_behind(tmp_path) == 0
    with output_lock(tmp_path):
        pass
    assert strange.is_dir()
    assert (target / "owner").exists()
    assert (tmp_path / ".note.part").read_text() == "kept"


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_bytes_atomic(path, b"old")
    with pytest.raises(TypeError), replacing(path) as stream:
        stream.write("no bytes")  # type: ignore[call-overload]
    assert path.read_bytes() == b"old"
    with replacing(path, sync=False) as stream:
        stream.write(b"new")
    assert path.read_bytes() == b"new"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]
