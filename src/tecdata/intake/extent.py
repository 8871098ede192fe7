"""How far the references of a large sheet reach, found by array arithmetic instead of cell by cell."""

from __future__ import annotations

__all__ = ["reach"]

#: Bytes looked at in one step; bounds the memory.
_STEP = 1 << 24
#: The longest reference, its closing quote included: XFD1048576".
_LONGEST = 11


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
