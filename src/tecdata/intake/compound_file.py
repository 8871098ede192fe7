"""One stream out of an OLE2 container, by [MS-CFB]; chains that run in circles are refused."""

from __future__ import annotations

import struct

from tecdata.intake.problems import unreadable

__all__ = ["read_stream"]

_HEADER = struct.Struct("<HHHHH6xIIIIIIIII")
_ENTRY = struct.Struct("<64sHBBIII36xIQ")
_LAST_SECTOR = 0xFFFFFFFA
#: Streams below this size lie in the root entry's own stream, in sectors of 64 bytes.
_SMALL = 4096
_SMALL_SECTOR = 64


def read_stream(content: bytes, names: tuple[str, ...], place: str) -> bytes:
    """The bytes of the first stream that has one of the names.

    Raises :class:`IntakeError` where the container is damaged or has no such stream.
    """
    try:
        return _Container(content).stream(names)
    except (struct.error, ValueError, KeyError):
        raise unreadable(place, "xls") from None


class _Container:
    def __init__(self, content: bytes) -> None:
        self._content = content
        fields = _HEADER.unpack_from(content, 24)
        if not 7 <= fields[3] <= 16:
            raise ValueError
        self._size = 1 << fields[3]
        directory, small_table = fields[7], fields[10]
        self._table = self._sector_table(fields[12], fields[13])
        entries = self._chain(directory)
        self._entries = [
            _ENTRY.unpack_from(entries, offset) for offset in range(0, len(entries) - 127, 128)
        ]
        self._small_table = _words(self._chain(small_table)) if fields[11] else ()

    def stream(self, names: tuple[str, ...]) -> bytes:
        """The stream's bytes, cut to its size."""
        for name in names:
            for title, length, kind, _, _, _, _, start, size in self._entries:
                if kind == 2 and title[: max(length - 2, 0)].decode("utf-16-le") == name:
                    return self._read(start, size & 0xFFFFFFFF)
        raise KeyError(names)

    def _read(self, start: int, size: int) -> bytes:
        if size >= _SMALL:
            return self._chain(start)[:size]
        root = self._chain(self._entries[0][7])
        parts = [
            root[sector * _SMALL_SECTOR : (sector + 1) * _SMALL_SECTOR]
            for sector in _follow(self._small_table, start)
        ]
        return b"".join(parts)[:size]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        sector = self._content[start : start + self._size]
        if not sector:
            raise ValueError
        return sector

    def _sector_table(self, more: int, count: int) -> tuple[int, ...]:
        """The allocation table: its sectors are listed in the header and in a chain of further lists."""
        listed = list(struct.unpack_from("<109I", self._content, 76))
        for _ in range(min(count, len(self._content) // self._size)):
            if more >= _LAST_SECTOR:
                break
            words = _words(self._sector(more))
            listed += words[:-1]
            more = words[-1]
        return _words(b"".join(self._sector(n) for n in listed if n < _LAST_SECTOR))

    def _chain(self, start: int) -> bytes:
        return b"".join(self._sector(number) for number in _follow(self._table, start))


def _words(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _follow(table: tuple[int, ...], start: int) -> list[int]:
    chain: list[int] = []
    seen: set[int] = set()
    while start < _LAST_SECTOR:
        if start in seen or start >= len(table):
            raise ValueError
        seen.add(start)
        chain.append(start)
        start = table[start]
    return chain
