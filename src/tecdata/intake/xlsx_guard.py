"""What is refused of an xlsx sheet before the parser sees it: cells that lie absurdly far apart.

Two cells at the far corners of a sheet, in a file of 2 KB, make a parser ask for 500 GB.
"""

from __future__ import annotations

import re

from tecdata.intake.references import MAX_COLUMNS, MAX_ROWS, parse_reference, reach
from tecdata.intake.scan import check_spread, outside, spread_fits

__all__ = ["check_references"]

#: From here on references are looked at as arrays, whose library takes time to load.
LARGE_PART = 4_000_000

# Only references that can make a large box: five or more digits, or three or more letters.
_FAR = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{3,}\d+|[A-Za-z]{0,2}\d{5,}|[^\"']*&[^\"']*)[\"']")
#: Six-digit rows, three-letter columns, and references that are not written plainly.
_EXTREME = re.compile(rb' r="(?:[A-Za-z]{3}|[A-Za-z]{0,2}\d{6}|[^"A-Za-z0-9])')
_TWO_LETTERS = re.compile(rb' r="([A-Za-z]{2})\d')
#: What is not a plain reference to one of the first 26 columns and 999,999 rows; 702 and 99,999.
_NOT_NARROW = re.compile(rb' r="(?![A-Z]?\d{1,6}")')
_NOT_NEAR = re.compile(rb' r="(?![A-Z]{0,2}\d{1,5}")')


def check_references(part: bytes, place: str) -> None:
    """Refuse a sheet whose cells lie so far apart that parsing it exhausts memory."""
    cells = part.count(b"<c ") + _count_below(part, b":", b":c ")
    if _surely_fits(part, cells):
        return
    if len(part) > LARGE_PART and (found := reach(part)) is not None and _plain(part, cells):
        if found[0] > MAX_ROWS or found[1] > MAX_COLUMNS:
            raise outside(place)
        check_spread(cells, *found, place)
        return
    rows, columns = [1], [0]
    for reference in {match[1] for match in _FAR.finditer(part)}:
        text = reference.decode("ascii", "replace")
        position = (int(text), 0) if text.isdigit() else parse_reference(text)
        if position is None or position[0] > MAX_ROWS or position[1] >= MAX_COLUMNS:
            raise outside(place)
        rows.append(position[0])
        columns.append(position[1])
    # References that are not far may still lie in any of the first 702 columns.
    near = 702 if re.search(rb"\sr\s*=\s*[\"'][A-Za-z]{2}\d", part) else 26
    width = max(columns) + 1 if max(columns) > 25 else near
    check_spread(cells, max(rows), width, place)


def _count_below(part: bytes, rare: bytes, wanted: bytes) -> int:
    """How often ``wanted`` stands among the cells; one byte of it is sought first, which is fast."""
    start = max(part.find(b"<sheetData"), 0)
    return part.count(wanted, start) if part.find(rare, start) >= 0 else 0


def _plain(part: bytes, cells: int) -> bool:
    """Whether every cell element begins as all programs write it."""
    odd = any(_count_below(part, blank, b"<c" + blank) for blank in (b"\n", b"\t", b"\r"))
    return part.count(b'<c r="') == cells and not odd


def _surely_fits(part: bytes, cells: int) -> bool:
    """Whether the sheet is written as all programs do and its cells lie close together.

    A quick look that spares nearly every sheet the search for each reference.
    """
    if not _plain(part, cells):
        return False
    if len(part) > LARGE_PART:
        if not _NOT_NARROW.search(part):
            return spread_fits(cells, 999_999, 26)
        rows_fit = not _NOT_NEAR.search(part)
    else:
        rows_fit = not _EXTREME.search(part)
    return rows_fit and spread_fits(cells, 99_999, _width(part))


def _width(part: bytes) -> int:
    """Columns up to the last of two letters that some cell names; at least 26."""
    wide = [parse_reference(f"{letters.decode()}1") for letters in set(_TWO_LETTERS.findall(part))]
    return max((position[1] + 1 for position in wide if position), default=26)
