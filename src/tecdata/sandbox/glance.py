"""What a packed column of cells holds, told without unpacking it (:mod:`tecdata.sandbox.wire`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from tecdata.sandbox.wire import split_kinds

__all__ = ["any_clock", "any_number_from", "any_text_beyond"]

#: Letters of dates, datetimes, times and durations.
_CLOCKS: Final = frozenset("dtcl")


def _packed(columns: Sequence[Sequence[bytes]], kind: str) -> Iterator[bytes]:
    for blobs in columns:
        yield from (part for found, part, _ in split_kinds(blobs) if found == kind)


def any_clock(columns: Sequence[Sequence[bytes]]) -> bool:
    """Whether any cell is a date, a time or a duration."""
    return any(kind in _CLOCKS for blobs in columns for kind, _, _ in split_kinds(blobs))


def any_number_from(columns: Sequence[Sequence[bytes]], limit: float) -> bool:
    """Whether any number is as large as ``limit`` or larger, its sign apart."""
    import numpy as np

    for part in _packed(columns, "f"):
        numbers = np.frombuffer(part, np.float64)
        if bool((numbers >= limit).any()) or bool((numbers <= -limit).any()):
            return True
    return any(abs(int(text)) >= limit for part in _packed(columns, "i") for text in part.split())


def any_text_beyond(columns: Sequence[Sequence[bytes]], characters: int) -> bool:
    """Whether there may be a text of more than so many characters; False is certain.

    Texts are joined by a zero byte. Where every stretch of half the length has one, none is so long.
    """
    half = characters // 2
    for part in _packed(columns, "s"):
        starts = range(0, len(part) - half + 1, half)
        if any(part.find(b"\x00", start, start + half) < 0 for start in starts):
            return True
    return False
