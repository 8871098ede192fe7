"""From the address of a cell, as findings write it, to a row and a column of a raw table."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Final

from tecdata.table import column_letter

if TYPE_CHECKING:
    from tecdata.table import RawTable

__all__ = ["Place", "locate"]

_SHEET: Final = re.compile(r"(?P<letters>[A-Z]{0,3})(?P<row>\d*)(?::[A-Z]*\d*)?")
_WORDS: Final = re.compile(
    r"(?:(?:line|row) (?P<row>\d+))?(?:, )?(?:column '(?P<column>.*)')?", re.DOTALL
)


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """A cell of a raw table: the source's row number and the column's name, either may be open."""

    row: int | None
    column: str


def locate(table: RawTable, cell: str) -> Place:
    """What a finding's ``cell`` means in its table; of a range the first cell.

    >>> import polars as pl
    >>> from tecdata.table import ROW, RawTable, SourceColumn
    >>> t = RawTable(name="t", centre="XX", file="t.csv", addressing="lines",
    ...     frame=pl.DataFrame({ROW: [2], "Wert": ["7"]}),
    ...     columns=(SourceColumn(name="Wert", header="Wert", position=0),))
    >>> locate(t, "line 2, column 'Wert'")
    Place(row=2, column='Wert')
    """
    pattern = _SHEET if table.addressing == "sheet" else _WORDS
    found = pattern.fullmatch(cell)
    if found is None or not cell:
        return Place(None, "")
    row = int(found["row"]) if found["row"] else None
    if table.addressing != "sheet":
        return Place(row, found["column"] or "")
    letters = found["letters"]
    names = (c.name for c in table.columns if column_letter(c.position) == letters)
    return Place(row, next(names, ""))
