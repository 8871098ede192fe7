"""Cell references of spreadsheets: one of them, or how far all of a sheet reach."""

from __future__ import annotations

import re

from tecdata.intake.grid import Area, Position

__all__ = ["MAX_COLUMNS", "MAX_ROWS", "parse_area", "parse_reference", "reach"]

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384

#: Bytes looked at in one step; bounds the memory.
_STEP = 1 << 24
#: The longest reference, its closing quote included: XFD1048576".
_LONGEST = 11

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})$")


def parse_reference(reference: str) -> Position | None:
    """1-based row and 0-based column of ``B12``; None where it is no cell reference.

    >>> parse_reference("B12")
    (12, 1)
    """
    match = _REFERENCE.match(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column - 1


def parse_area(reference: str) -> Area | None:
    """``B2:C5`` or a single cell as an area."""
    first, _, last = reference.partition(":")
    start, end = parse_reference(first), parse_reference(last or first)
    return Area(*start, *end) if start and end else None


def reach(part: bytes) -> tuple[int, int] | None:
    """Highest row number and number of columns that any ``r="..."`` of a sheet names.

    None where a reference is written in any other way than letters and digits.

    >>> reach(b'<row r="7"><c r="AB7"/><c r="C12" s="1"/></row>')
    (12, 28)
    """
    import numpy as np

    data = np.frombuffer(part + b" " * _LONGEST, dtype=np.uint8)
    rows = columns = 0
    for start in range(0, len(part), _STEP):
        block = data[start : start + _STEP + _LONGEST + 3]
        found = np.flatnonzero(
            (block[: -_LONGEST - 3] == ord(" "))
            & (block[1 : -_LONGEST - 2] == ord("r"))
            & (block[2 : -_LONGEST - 1] == ord("="))
            & (block[3:-_LONGEST] == ord('"'))
        )
        if not len(found):
            continue
        written = block[(found + 4)[:, None] + np.arange(_LONGEST)]
        quoted = written == ord('"')
        length = quoted.argmax(axis=1)
        upper = written & 0xDF
        letter = (upper >= ord("A")) & (upper <= ord("Z"))
        digit = (written >= ord("0")) & (written <= ord("9"))
        letters = letter[:, 0].astype(np.int64)
        letters += letter[:, 0] & letter[:, 1]
        letters += letter[:, 0] & letter[:, 1] & letter[:, 2]
        place = np.arange(_LONGEST)
        inside = place < length[:, None]
        plain = digit == (inside & (place >= letters[:, None]))
        if not (quoted.any(axis=1).all() and plain[inside].all() and (length > letters).all()):
            return None
        column = np.zeros(len(found), dtype=np.int64)
        for i in range(3):
            column = np.where(i < letters, column * 26 + upper[:, i] - ord("A") + 1, column)
        columns = max(columns, int(column.max()))
        digits = length - letters
        most = int(digits.max())
        if most > 7:
            return None
        longest = np.flatnonzero(digits == most)
        value = np.zeros(len(longest), dtype=np.int64)
        for i in range(most):
            value = value * 10 + written[longest, letters[longest] + i] - ord("0")
        rows = max(rows, int(value.max()))
    return rows, columns
