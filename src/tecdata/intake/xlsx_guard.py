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


def check_references(part: bytes, place: str) -> None:
    """Refuse a sheet whose cells lie so far apart that parsing it exhausts memory."""
    cells = part.count(b"<c ") + part.count(b":c ")
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


def _plain(part: bytes, cells: int) -> bool:
    """Whether every cell element begins as all programs write it."""
    odd = (b"<c\n", b"<c\t", b"<c\r")
    return part.count(b'<c r="') == cells and not any(o in part for o in odd)


def _surely_fits(part: bytes, cells: int) -> bool:
    """Whether the sheet is written as all programs do and its cells lie close together.

    A quick look that spares nearly every sheet the search for each reference.
    """
    if len(part) > LARGE_PART or not _plain(part, cells) or _EXTREME.search(part):
        return False
    wide = [parse_reference(f"{letters.decode()}1") for letters in set(_TWO_LETTERS.findall(part))]
    width = max((position[1] + 1 for position in wide if position), default=26)
    return spread_fits(cells, 99_999, width)
