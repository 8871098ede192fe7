"""A large xlsx sheet looked through once, piece by piece, while it is unpacked.

Most sheets are written as all programs write them, their cells lie close together, and they hold no formula, no
error value and no hidden row. That is told here from a piece at a time, which stays in the processor's cache and
is forgotten: the sheet as a whole, some ten times the size of the file, is never in memory. What is not plain, or
holds any of these, is read whole and looked at closely (:mod:`tecdata.intake.xlsx_guard`,
:mod:`tecdata.intake.xlsx_scan`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tecdata.intake.references import MAX_ROWS
from tecdata.intake.scan import spread_fits

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["SheetSurvey"]

#: What a piece is framed with, so that words before its first and behind its last match exist.
_FRAME: Final = b" " * 16
#: Each in all eight bytes of a word: 1, the highest bit, a quote, a zero, what makes ten a highest bit.
_ONES, _HIGH = 0x0101010101010101, 0x8080808080808080
_QUOTES, _ZEROS, _TOO_MUCH = ord('"') * _ONES, ord("0") * _ONES, (0x80 - 10) * _ONES

_CELL = re.compile(rb"<c[\s/>]")
_PREFIXED = re.compile(rb":[cf][\s/>]")
_NO_PREFIX = re.compile(rb"<worksheet[\s>]")


def _word(text: bytes) -> int:
    return int.from_bytes(text, "little")


_REFERENCE, _HIDDEN, _NEGATIVE = _word(b' r="'), _word(b"hidd"), _word(b"<v>-")
_CELLS, _FORMULA, _ERRORS = _word(b"<c"), _word(b"<f"), (_word(b'"e'), _word(b"'e"))


class SheetSurvey:
    """Takes the pieces of a sheet's XML, each cut before a ``<``, and says what was in none of them.

    Attributes
    ----------
    head
        The first piece, which holds everything before the cells, and the first cells.
    plain
        Every cell begins as all programs write it, ``<c r="`` and a reference to one of the first 702 columns.
    formulas, errors, hidden, negative
        Whether there may be a formula, an error value, a hidden row, a number below zero. Never False where
        there is one and the sheet is plain.
    cells, rows, columns
        The number of cells, their last row, and what their columns do not pass.
    """

    def __init__(self) -> None:
        self.head = b""
        self.plain = True
        self.formulas = self.errors = self.hidden = self.negative = False
        self.cells = 0
        self.rows, self.columns = 1, 26

    @property
    def fits(self) -> bool:
        """Whether the sheet is plain and its cells surely lie close enough together to be parsed."""
        possible = self.plain and self.rows <= MAX_ROWS
        return possible and spread_fits(self.cells, self.rows, self.columns)

    def add(self, piece: bytes) -> None:
        """Look at the next piece."""
        if not self.head:
            self.head = piece
            self.plain = b"<sheetData" in piece and _NO_PREFIX.search(piece) is not None
        elif not piece.startswith(b"<"):
            self.plain = False
        framed = _FRAME + piece + _FRAME
        cells = 0
        for shift in range(4):
            cells += self._words(framed[shift:] if shift else framed)
        self.cells += cells
        apostrophes = b"'" in piece
        if self._pairs(framed, apostrophes=apostrophes) != cells:
            # Other elements begin with the same letter: counted exactly.
            self.plain &= len(_CELL.findall(piece)) == cells
        if b":" in piece and _PREFIXED.search(piece):
            self.plain = False

    def _words(self, framed: bytes) -> int:
        """What four bytes tell; the number of cells whose reference begins at this shift."""
        import numpy as np

        words = np.frombuffer(framed, np.uint32, len(framed) // 4)
        self.hidden |= bool((words == _HIDDEN).any())
        self.negative |= bool((words == _NEGATIVE).any())
        found = np.flatnonzero(words == _REFERENCE)
        if not len(found):
            return 0
        self._references(*(words[found + i] for i in (1, 2, 3)))
        return int(np.count_nonzero(words[found - 1] >> 16 == _CELLS))

    def _references(self, *words: NDArray[np.uint32]) -> None:
        """Nine bytes of each reference: letters, digits and the closing quote.

        The first eight are looked at together, as one number whose lowest byte is the first of them.
        """
        import numpy as np

        text = words[0] | words[1].astype(np.uint64) << 32
        # The lowest byte that equals a quote; all ones below it, and everywhere where there is none.
        differs = text ^ _QUOTES
        quotes = (differs - _ONES) & ~differs & _HIGH
        inside = ((quotes & (~quotes + 1)) >> 7) - 1
        ended = (quotes != 0) | (words[2] & 0xFF == ord('"'))
        one = (text & 0xFF) - ord("A") < 26
        two = one & ((text >> 8 & 0xFF) - ord("A") < 26)
        letters = (one.astype(np.uint64) + two) * 8
        inside >>= letters
        digits = text >> letters & inside
        # A byte that is a digit differs from "0" by nine at the most.
        values = digits ^ (inside & _ZEROS)
        strange = ~ended | (inside == 0) | ((values + (inside & _TOO_MUCH) | values) & _HIGH != 0)
        if bool(strange.any()):
            self.plain = False
            return
        # Digits with the first one highest are in the order of their numbers.
        last = (digits.byteswap() >> (64 - np.bitwise_count(inside).astype(np.uint64))).max()
        self.rows = max(self.rows, int(int(last).to_bytes(8, "big").lstrip(b"\x00")))
        if bool(two.any()):
            columns = (text & 0xFF) * 26 + (text >> 8 & 0xFF) - (ord("A") - 1) * 27
            self.columns = max(self.columns, int(columns[two].max()))

    def _pairs(self, framed: bytes, *, apostrophes: bool) -> int:
        """What two bytes tell; the number of elements that begin like a cell."""
        import numpy as np

        cells = 0
        for shift in range(2):
            shifted = framed[shift:] if shift else framed
            pairs = np.frombuffer(shifted, np.uint16, len(shifted) // 2)
            cells += int(np.count_nonzero(pairs == _CELLS))
            self.formulas |= bool((pairs == _FORMULA).any())
            self.errors |= any(bool((pairs == e).any()) for e in _ERRORS[: 1 + apostrophes])
        return cells
