"""One writer at a time in an output folder."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tecdata import file_lock
from tecdata.errors import UsageError
from tecdata.leftovers import remove_parts

__all__ = ["LOCK", "output_lock"]

#: The file whose lock says that somebody writes; it is there only meanwhile.
LOCK: Final = ".tecdata-lock"


@contextlib.contextmanager
def output_lock(out: Path) -> Iterator[None]:
    """Keep every other run out of ``out`` until the block ends.

    The lock goes with the process: after a crash or a kill the next run gets it. The folder is
    made where it is missing, and taken away again where nothing was written into it. Half files that a
    killed run left in it are removed.

    Raises :class:`~tecdata.errors.UsageError` where another run holds it.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp()) / "out"
    >>> with output_lock(folder):
    ...     folder.is_dir()
    True
    >>> folder.exists()
    False
    """
    made = [folder for folder in (out, *out.parents) if not folder.exists()]
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = out / LOCK
    held = file_lock.take(path)
    if held is None:
        raise UsageError(
            "another run is writing to this folder",
            place=str(out),
            next_step="Wait until it has ended, or name another folder with --out",
        )
    try:
        remove_parts(out)
        yield
    finally:
        file_lock.release(held, path)
        for folder in made:
            with contextlib.suppress(OSError):
                folder.rmdir()
