"""How many records an XPT file has: the file does not say, so its size has to."""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

from tecdata.errors import ExportError
from tecdata.export.xpt_records import RECORD

__all__ = ["count_records"]


def count_records(path: Path) -> int:
    """Count the records of an XPT file (version 5 or 8) with one dataset, and notice a file cut short.

    Raises :class:`ExportError` where the size is no multiple of 80, a header is not where it must be,
    or what is left over after the last record is not blank.
    """
    if not path.stat().st_size:
        raise _broken(path, "it is empty")
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return _records(path, data)


def _records(path: Path, data: mmap.mmap) -> int:
    """Number of records, after every header was found where it must be."""
    kinds = {5: ("LIBRARY", "OBS"), 8: ("LIBV8", "OBSV8")}
    version = next((v for v, (name, _) in kinds.items() if data[:48] == _marker(name)), None)
    if len(data) % RECORD or version is None:
        raise _broken(path, "it is no XPT file of version 5 or 8, or was cut short")
    start = 8 * RECORD
    try:
        count = int(data[7 * RECORD + 54 : 7 * RECORD + 58])
        width: int = sum(
            struct.unpack_from(">H", data, start + 140 * number + 4)[0] for number in range(count)
        )
        first = start + count * 140 + (-count * 140) % RECORD
        if version == 8 and data[first : first + 48] == _marker("LABELV8"):
            first = _after_labels(data, first)
    except (ValueError, struct.error):
        raise _broken(path, "the list of variables is damaged") from None
    if width <= 0:
        raise _broken(path, "the list of variables is damaged")
    if data[first : first + 48] != _marker(kinds[version][1]):
        raise _broken(path, "the header of the observations is not where it must be")
    stated = data[first + 48 : first + 63].strip() if version == 8 else b"0"
    first += RECORD
    size = len(data) - first
    if stated.isdigit() and int(stated):
        # Version 8 says how many there are.
        if size != int(stated) * width + -int(stated) * width % RECORD:
            raise _broken(path, "it has another size than its number of records wants")
        return int(stated)
    records = size // width
    while records and not data[first + (records - 1) * width : first + records * width].strip(b" "):
        records -= 1
    if data[first + records * width :].strip(b" ") or size - records * width >= RECORD:
        raise _broken(path, "what follows the last record is not padding: it was cut short")
    return records


def _marker(name: str) -> bytes:
    """The first 48 bytes of a header record."""
    return f"HEADER RECORD*******{name:8}HEADER RECORD!!!!!!!".encode()


def _after_labels(data: mmap.mmap, start: int) -> int:
    """Where the section of long labels ends that begins there."""
    place = start + RECORD
    for _ in range(int(data[start + 48 : start + RECORD])):
        _, name, label = struct.unpack_from(">HHH", data, place)
        place += 6 + name + label
    return place + -(place - start) % RECORD


def _broken(path: Path, what: str) -> ExportError:
    """The error of a damaged file."""
    return ExportError(what, place=path.name, next_step="Write the file again")
