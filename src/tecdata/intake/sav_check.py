"""A walk through the dictionary of an SPSS file before the library that crashes on a damaged one.

Record layout: GNU PSPP Developers Guide, appendix "System File Format".
"""

from __future__ import annotations

import struct

from tecdata.intake.problems import unreadable

__all__ = ["check_sav"]

_HEADER_SIZE = 176
_VARIABLE, _LABELS, _LABELLED, _DOCUMENT, _EXTENSION, _END = 2, 3, 4, 6, 7, 999
_WIDTHS = range(-1, 256)
_MISSING_COUNTS = (-3, -2, 0, 1, 2, 3)


def check_sav(content: bytes, place: str) -> None:
    """Refuse a sav or zsav file whose dictionary does not hold together.

    Raises :class:`IntakeError` for a record that is cut off, unknown, or that labels a variable
    the file does not have.
    """
    try:
        _Walk(content).run()
    except (struct.error, ValueError):
        raise unreadable(place, "sav") from None


class _Walk:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._order = "<" if content[64:68] in (b"\x02\0\0\0", b"\x03\0\0\0") else ">"
        self._offset = _HEADER_SIZE
        self._variables = 0

    def run(self) -> None:
        """Step from record to record up to the one that ends the dictionary."""
        while (kind := self._integer()) != _END:
            if kind == _VARIABLE:
                self._variable()
            elif kind == _LABELS:
                for _ in range(self._count(16)):
                    self._offset += 8
                    self._skip(-(-(self._content[self._offset] + 1) // 8) * 8)
            elif kind == _LABELLED:
                self._labelled()
            elif kind == _DOCUMENT:
                self._skip(80 * self._count(80))
            elif kind == _EXTENSION:
                self._offset += 4
                size, count = self._integer(), self._integer()
                if size < 0 or count < 0:
                    raise ValueError
                self._skip(size * count)
            else:
                raise ValueError

    def _integer(self) -> int:
        (value,) = struct.unpack_from(f"{self._order}i", self._content, self._offset)
        self._offset += 4
        return int(value)

    def _count(self, least: int) -> int:
        """A number of items of at least so many bytes, which must have room in the file."""
        count = self._integer()
        if not 0 <= count * least <= len(self._content) - self._offset:
            raise ValueError
        return count

    def _skip(self, size: int) -> None:
        self._offset += size
        if self._offset >= len(self._content):
            raise ValueError

    def _variable(self) -> None:
        width, labelled, missing = self._integer(), self._integer(), self._integer()
        if width not in _WIDTHS or labelled not in (0, 1) or missing not in _MISSING_COUNTS:
            raise ValueError
        self._variables += 1
        self._offset += 16
        if labelled:
            self._skip(-(-self._count(1) // 4) * 4)
        self._skip(8 * abs(missing))

    def _labelled(self) -> None:
        for _ in range(self._count(4)):
            if not 1 <= self._integer() <= self._variables:
                raise ValueError
