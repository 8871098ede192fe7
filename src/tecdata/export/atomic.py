"""Files appear whole or not at all: written beside, synced, renamed; a whole folder likewise.

A reader of the output folder, or the next run after a crash, finds the old output or the new.
Files are readable by their owner only, since every output is personal data.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Final

from tecdata.leftovers import replacing

__all__ = ["atomic_file", "recover", "staged_output", "write_bytes_atomic"]

#: The manifest is moved last: an output folder whose manifest is there is complete.
MANIFEST: Final = "manifest.json"
_STAGING: Final = ".tecdata-new"
_COMPLETE: Final = ".complete"


def atomic_file(path: Path) -> AbstractContextManager[IO[bytes]]:
    """Open a new file that takes the place of ``path`` only when the block ends without an error.

    The folder must exist. The file gets permissions 0600. On an error the old file stays.
    """
    return replacing(path)


def write_bytes_atomic(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` so that a crash leaves the old file or the new one.

    Missing parent folders are made. Raises ``OSError`` where the disk refuses.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> write_bytes_atomic(folder / "a" / "b.txt", b"text")
    >>> (folder / "a" / "b.txt").read_bytes()
    b'text'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(path) as stream:
        stream.write(data)


@contextlib.contextmanager
def staged_output(out: Path) -> Iterator[Path]:
    """Collect a whole output in a folder beside, and move it into ``out`` when the block ends.

    Write everything, ``manifest.json`` included, under the folder yielded. At the end the old
    manifest is taken away, every file is moved, files that the old manifest lists and the new
    output does not have are removed, and the manifest is moved last. An error inside the block
    leaves ``out`` as it was. A kill while files are being moved leaves a folder without a
    manifest, which :func:`recover` (called first here, so at the start of every run) completes.
    """
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    recover(out)
    staging = out / _STAGING
    staging.mkdir(mode=0o700)
    try:
        yield staging
        for path in staging.rglob("*"):
            path.chmod(0o700 if path.is_dir() else 0o600)
        write_bytes_atomic(staging / _COMPLETE, _plan(staging, out))
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    _move(staging, out)


def recover(out: Path) -> None:
    """Finish a move that was interrupted, or drop an output that was never complete."""
    staging = out / _STAGING
    if (staging / _COMPLETE).is_file():
        _move(staging, out)
    elif staging.is_dir():
        shutil.rmtree(staging)


def _plan(staging: Path, out: Path) -> bytes:
    """What the move has to do, written down before it begins so that it can be taken up again."""
    new = sorted(p.relative_to(staging).as_posix() for p in staging.rglob("*") if p.is_file())
    files = [name for name in new if name != MANIFEST]
    try:
        listed = json.loads((out / MANIFEST).read_bytes())["outputs"]
        old = {str(entry["path"]) for entry in listed}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        old = set()
    stale = sorted(name for name in old - set(new) if _inside(out, name))
    return json.dumps({"files": files, "stale": stale}).encode()


def _inside(out: Path, name: str) -> bool:
    """Whether a name stays within the output folder, whatever dots and links it holds."""
    return (out / name).resolve().is_relative_to(out.resolve())


def _move(staging: Path, out: Path) -> None:
    """Bring the complete files of a staging folder into place: old manifest away first, new one last."""
    plan = json.loads((staging / _COMPLETE).read_bytes())
    manifest = staging / MANIFEST
    if manifest.is_file():
        (out / MANIFEST).unlink(missing_ok=True)
    for name in plan["files"]:
        if (staging / name).is_file():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (staging / name).replace(out / name)
    for name in plan["stale"]:
        (out / name).unlink(missing_ok=True)
    _sync_folder(out)
    if manifest.is_file():
        manifest.replace(out / MANIFEST)
    _sync_folder(out)
    shutil.rmtree(staging)


def _sync_folder(folder: Path) -> None:
    """Let the renamings in a folder reach the disk."""
    # Not every system can sync a folder; the files themselves are synced already.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
