"""One writer at a time in an output folder."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tecdata.errors import UsageError

__all__ = ["LOCK", "output_lock"]

#: The file whose lock says that somebody writes; it is there only meanwhile.
LOCK: Final = ".tecdata-lock"


@contextlib.contextmanager
def output_lock(out: Path) -> Iterator[None]:
    """Keep every other run out of ``out`` until the block ends.

    The lock goes with the process: after a crash or a kill the next run gets it. The folder is
    made where it is missing, and taken away again where nothing was written into it.

    Raises :class:`~tecdata.errors.UsageError` where another run holds it. On systems without file
    locks (Windows) nothing is locked.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp()) / "out"
    >>> with output_lock(folder):
    ...     folder.is_dir()
    True
    >>> folder.exists()
    False
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    made = [folder for folder in (out, *out.parents) if not folder.exists()]
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = out / LOCK
    while True:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise UsageError(
                "another run is writing to this folder",
                place=str(out),
                next_step="Wait until it has ended, or name another folder with --out",
            ) from None
        # Who held it before may have taken the file away between our opening and locking it.
        if path.exists() and os.fstat(descriptor).st_ino == path.stat().st_ino:
            break
        os.close(descriptor)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)
        for folder in made:
            with contextlib.suppress(OSError):
                folder.rmdir()
