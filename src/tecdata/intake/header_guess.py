"""A guess where a header stands. It is only ever suggested to a person, never used to read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tecdata.intake.grid import Grid

__all__ = ["HeaderGuess", "guess_header"]

#: Header rows and units row, 1-based; the units row is one of the header rows.
HeaderGuess = tuple[tuple[int, ...], int | None]

ROWS_LOOKED_AT = 40
#: A header fills at least this share of the cells the fullest row fills.
FULL_ENOUGH = 0.6
#: and at least this share of its texts differ.
UNIQUE_ENOUGH = 0.7

_UNIT = re.compile(r"[(\[]?[%‰°µA-Za-z0-9./*^²³]{1,14}[)\]]?")
_CERTAIN_UNIT = re.compile(r".*[/%°^].*|mg|kg|g|l|ml|cm|mm|U|IU", re.IGNORECASE)


def guess_header(grid: Grid) -> HeaderGuess:
    """The first row that is nearly full and holds only texts, few of them twice.

    A row of units below it and a row of merged group names above it are taken with it. The
    first filled row where nothing looks like a header.
    """
    rows = list(zip(grid.numbers, grid.rows, strict=True))[:ROWS_LOOKED_AT]
    widths = [len(_filled(row)) for _, row in rows]
    fullest = max(widths, default=0)
    for i, (number, row) in enumerate(rows):
        cells = _filled(row)
        texts_only = all(isinstance(cell, str) for cell in cells)
        if len(cells) < max(1, FULL_ENOUGH * fullest) or not texts_only:
            continue
        if len(set(cells)) < UNIQUE_ENOUGH * len(cells) or any(map(_numeric, cells)):
            continue
        units = rows[i + 1][0] if i + 1 < len(rows) and _units(rows[i + 1][1], cells) else None
        above = [number - 1] if _grouped(grid, number - 1) else []
        return (*above, number, *([units] if units else [])), units
    return (grid.numbers[0] if grid.rows else 1,), None


def _filled(row: Sequence[Any]) -> list[Any]:
    return [cell for cell in row if cell not in ("", None) and str(cell).strip()]


def _numeric(cell: str) -> bool:
    return cell.strip()[:1].isdigit() and any(mark in cell for mark in ",.:")


def _units(row: Sequence[Any], headers: Sequence[Any]) -> bool:
    cells = _filled(row)
    if not cells or len(cells) > len(headers) or not all(isinstance(c, str) for c in cells):
        return False
    fitting = [c for c in cells if _UNIT.fullmatch(c.strip())]
    certain = [c for c in fitting if _CERTAIN_UNIT.fullmatch(c.strip()) and not c.strip().isdigit()]
    return len(fitting) == len(cells) and 2 * len(certain) >= len(cells)


def _grouped(grid: Grid, number: int) -> bool:
    """Two or more merged cells beside one another: groups of columns, not a title."""
    return sum(area.top == number and area.right > area.left for area in grid.structure.merged) > 1
