"""A report appears whole or not at all, readable by its owner only: it holds patient data."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

__all__ = ["write_new"]


def write_new(path: Path, data: bytes) -> None:
    """Write a file beside and rename it (permissions 0600); missing parent folders are made.

    Raises ``OSError`` where the disk refuses; the old file, if there is one, then stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
