"""A report appears whole or not at all, readable by its owner only: it holds patient data."""

from __future__ import annotations

from pathlib import Path

from tecdata.leftovers import replacing

__all__ = ["write_new"]


def write_new(path: Path, data: bytes) -> None:
    """Write a file beside and rename it (permissions 0600); missing parent folders are made.

    Raises ``OSError`` where the disk refuses; the old file, if there is one, then stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path, sync=False) as stream:
        stream.write(data)
