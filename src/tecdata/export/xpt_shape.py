"""How many records an XPT file has: the file does not say, so its size has to."""

from __future__ import annotations

import struct
from pathlib import Path

from tecdata.errors import ExportError
from tecdata.export.xpt_records import RECORD

__all__ = ["count_records"]


def count_records(path: Path) -> int:
    """Count the records of an XPT version 5 file with one dataset, and notice a file cut short.

    Raises :class:`ExportError` where the size is no multiple of 80, a header is not where it must be,
    or what is left over after the last record is not blank.
    """
    data = path.read_bytes()
    if len(data) % RECORD or not data.startswith(
        b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!"
    ):
        raise _broken(path, "it is no XPT version 5 file, or was cut short")
    start = 8 * RECORD
    try:
        count = int(data[7 * RECORD + 54 : 7 * RECORD + 58])
        width: int = sum(
            struct.unpack_from(">h", data, start + 140 * number + 4)[0] for number in range(count)
        )
    except (ValueError, struct.error):
        raise _broken(path, "the list of variables is damaged") from None
    if width <= 0:
        raise _broken(path, "the list of variables is damaged")
    first = start + count * 140 + (-count * 140) % RECORD + RECORD
    if data[first - RECORD : first - RECORD + 27] != b"HEADER RECORD*******OBS    ":
        raise _broken(path, "the header of the observations is not where it must be")
    size = len(data) - first
    records = size // width
    while records and not data[first + (records - 1) * width : first + records * width].strip(b" "):
        records -= 1
    if data[first + records * width :].strip(b" ") or size - records * width >= RECORD:
        raise _broken(path, "what follows the last record is not padding: it was cut short")
    return records


def _broken(path: Path, what: str) -> ExportError:
    return ExportError(what, place=path.name, next_step="Write the file again")
