"""What intake hands on: one table of one source, every cell as text, with its address."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Literal

import polars as pl

__all__ = ["ROW", "CellKind", "RawTable", "SourceColumn", "column_letter"]

#: Name of the column of a raw table that holds the source's own row number (1-based).
ROW = "_row"

#: What the source stored in a cell. ``text`` is text; ``number``, ``date``, ``datetime``,
#: ``time``, ``boolean`` and ``error`` are typed cells of a spreadsheet or statistics file.
CellKind = Literal["text", "number", "date", "datetime", "time", "boolean", "error", "blank"]


def column_letter(position: int) -> str:
    """Spreadsheet letters of a 0-based column position.

    >>> column_letter(0), column_letter(25), column_letter(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SourceColumn:
    """One column as the source has it.

    ``name`` is what rules call it (the header, its lines joined by ``" / "``, made unique);
    ``header`` is the header as written; ``unit`` the text of the declared units row.
    ``value_labels`` maps a stored code to its label, ``missing_codes`` are user-missing codes
    (SPSS, Stata), both as text. ``kinds`` are the cell kinds seen in the column.
    """

    name: str
    header: str
    position: int
    unit: str = ""
    label: str = ""
    value_labels: Mapping[str, str] = dataclasses.field(default_factory=dict)
    missing_codes: tuple[str, ...] = ()
    kinds: frozenset[CellKind] = frozenset({"text"})
    hidden: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """A table of a delivery, losslessly.

    ``frame`` has the column :data:`ROW` (Int64: the row number in the source: sheet row, line of
    the file, or 1-based record number) and one String column for each of ``columns``, null where
    the cell is empty. ``number_cells`` has a Boolean column for each column that mixes typed
    numbers with text (true where the cell is a typed number, whose text always has a decimal
    point): in such a column the declared decimal sign holds for the text cells only.
    ``addressing`` says how cells are named: ``sheet`` gives ``B12``, ``lines`` gives
    ``line 12, column 'Wert'``, ``records`` gives ``row 12, column 'v1_igg'``.
    """

    name: str
    centre: str
    file: str
    sheet: str = ""
    addressing: Literal["sheet", "lines", "records"]
    frame: pl.DataFrame
    columns: tuple[SourceColumn, ...]
    number_cells: pl.DataFrame = dataclasses.field(default_factory=pl.DataFrame)

    def column(self, name: str) -> SourceColumn:
        """The column of that name; ``KeyError`` where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def address(self, row: int | None, column: str) -> str:
        """How a person finds the cell, for instance ``C14``."""
        return cell_address(self.addressing, row, column, self._position(column))

    def _position(self, name: str) -> int | None:
        return next((c.position for c in self.columns if c.name == name), None)


def cell_address(
    addressing: Literal["sheet", "lines", "records"],
    row: int | None,
    column: str,
    position: int | None,
) -> str:
    """Name a cell in the way its kind of file allows; a missing part is left out."""
    if addressing == "sheet":
        return (column_letter(position) if position is not None else "") + str(row or "")
    word = "line" if addressing == "lines" else "row"
    parts = [f"{word} {row}"] if row is not None else []
    if column:
        parts.append(f"column '{column}'")
    return ", ".join(parts)
