"""Files and folders that are there only while a run is at work, and what a killed run leaves of them.

Both hold values of patients. Each is locked by the process that made it, and the lock goes with that process:
what nobody holds was left behind by a run that was killed, and the next run removes it.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Final

from tecdata import file_lock

__all__ = ["left_behind", "remove_left_behind", "remove_parts", "replacing", "work_folder"]

#: How the folders' names begin; hidden, so that no reader of a landing takes one for a centre.
PREFIX: Final = ".tecdata-work-"
#: The file in each of them whose lock says that its maker is alive.
OWNER: Final = "owner"
_PART = re.compile(r"\..+\.[a-z0-9_]{8}\.part")


@contextlib.contextmanager
def replacing(path: Path, *, sync: bool = True) -> Iterator[IO[bytes]]:
    """Open a new file that takes the place of ``path`` only when the block ends without an error.

    The folder must exist. The file gets permissions 0600. On an error the old file stays. ``sync``: the content is
    on the disk before the old file goes.
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            file_lock.hold(descriptor)
            yield stream
            stream.flush()
            if sync:
                os.fsync(stream.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def work_folder(base: Path | None = None) -> Iterator[Path]:
    """A private folder in ``base`` (the system's temporary folder), gone when the block ends.

    What killed runs left there is removed first.

    >>> with work_folder() as folder:
    ...     folder.is_dir()
    True
    >>> folder.exists()
    False
    """
    remove_left_behind(base)
    folder, held = _made(base)
    try:
        yield folder
    finally:
        _remove(folder, held)


def _made(base: Path | None) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
        # Another run may look at it before it is locked, and take it for one that was left.
        with contextlib.suppress(FileNotFoundError):
            held = file_lock.take(folder / OWNER)
            if held is not None:
                return folder, held


def _remove(folder: Path, held: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    file_lock.release(held)
    # On Windows the owner's file could not be taken away before.
    shutil.rmtree(folder, ignore_errors=True)


def left_behind(*bases: Path | None) -> list[Path]:
    """Work folders in some places (None: the system's temporary folder) whose maker is no more; only one's own.

    Where the system has no locks nothing can be told, and the list is empty.
    """
    found = []
    for folder, held in _taken(bases):
        file_lock.release(held)
        found.append(folder)
    return found


def remove_left_behind(*bases: Path | None) -> int:
    """Remove what :func:`left_behind` finds; how many folders that were."""
    count = 0
    for folder, held in _taken(bases):
        _remove(folder, held)
        count += 1
    return count


def _taken(bases: Sequence[Path | None]) -> Iterator[tuple[Path, int]]:
    """Folders whose makers are no more, each with its lock, to be released by the caller."""
    if file_lock.lock_kind() == "none":
        return
    roots = [Path(tempfile.gettempdir()) if base is None else base for base in bases]
    for folder in sorted(found for root in roots for found in root.glob(f"{PREFIX}*")):
        held = None
        with contextlib.suppress(OSError):
            held = file_lock.take(folder / OWNER) if _own(folder) else None
        if held is not None:
            yield folder, held


def _own(folder: Path) -> bool:
    """Whether it is a folder of this user with an owner's file; others in a shared place are left alone."""
    told = folder.lstat()
    mine = not hasattr(os, "getuid") or told.st_uid == os.getuid()
    return mine and not folder.is_symlink() and (folder / OWNER).is_file()


def remove_parts(folder: Path) -> int:
    """Remove half files that no process is writing, in ``folder`` and all below; how many that were."""
    count = 0
    for path in folder.rglob(".*.part"):
        if _PART.fullmatch(path.name) and not file_lock.held(path):
            with contextlib.suppress(OSError):
                path.unlink()
                count += 1
    return count
