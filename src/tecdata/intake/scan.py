"""What a scan of a sheet collects beside its values, and the bounds within which it may be parsed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Literal

from tecdata.errors import IntakeError
from tecdata.intake.grid import Area, Position, Structure
from tecdata.table import cell_address

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

__all__ = [
    "BIFF_ERRORS",
    "SheetScan",
    "check_lengths",
    "check_spread",
    "outside",
    "spread_fits",
]

#: Cells the bounding box of a sheet may span; each costs the parser some 30 bytes.
MAX_BOX = 40_000_000
#: A box below this many cells is never refused, however few of them are filled.
SMALL_BOX = 2_000_000
#: Above SMALL_BOX, at least one cell in this many must be there.
MIN_DENSITY = 500

#: Characters a cell may hold; no spreadsheet program writes more.
MAX_CHARACTERS = 32_767

#: Error codes of cells in binary workbooks ([MS-XLS] 2.5.10 Bes).
BIFF_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}

_CLEAR = "Delete the stray cells (select the empty area and delete it), save the file anew"


def spread_fits(cells: int, rows: int, columns: int) -> bool:
    """Whether so many cells may lie in so many rows and columns."""
    box = rows * columns
    return box <= SMALL_BOX or (box <= MAX_BOX and cells * MIN_DENSITY >= box)


def check_spread(cells: int, rows: int, columns: int, place: str) -> None:
    """Refuse a sheet whose few cells lie so far apart that parsing it exhausts memory."""
    if not spread_fits(cells, rows, columns):
        raise IntakeError(
            f"refused: {cells} cells are spread over {rows} rows and {columns} columns",
            place=place,
            next_step=_CLEAR,
        )


def outside(place: str) -> IntakeError:
    """The error for a cell no sheet has room for."""
    return IntakeError(
        "refused: a cell lies outside any possible sheet", place=place, next_step=_CLEAR
    )


def check_lengths(columns: Sequence[Sequence[Any]], top: int, left: int, place: str) -> None:
    """Refuse a sheet with a text longer than a cell can be; its first cell is at 0-based ``top``, ``left``."""
    for position, values in enumerate(columns):
        longest = max(map(len, [v for v in values if type(v) is str]), default=0)
        if longest > MAX_CHARACTERS:
            lengths = [len(v) if type(v) is str else 0 for v in values]
            cell = cell_address("sheet", lengths.index(longest) + top + 1, "", position + left)
            raise IntakeError(
                f"refused: cell {cell} holds {longest} characters, more than the {MAX_CHARACTERS} "
                "that a spreadsheet has room for",
                place=place,
                next_step="Shorten the cell, or ask the centre for a text file",
            )


@dataclasses.dataclass(slots=True)
class SheetScan:
    """Collects the structure of one sheet, row by row."""

    merged: list[Area] = dataclasses.field(default_factory=list)
    hidden_rows: set[int] = dataclasses.field(default_factory=set)
    hidden_columns: set[int] = dataclasses.field(default_factory=set)
    formulas: dict[Position, Literal["stored", "empty", "linked"]] = dataclasses.field(
        default_factory=dict
    )
    errors: dict[Position, str] = dataclasses.field(default_factory=dict)
    comments: dict[Position, str] = dataclasses.field(default_factory=dict)
    fractions: set[Position] = dataclasses.field(default_factory=set)
    cells: int = 0
    last: Position = (0, 0)
    first: Position = (1 << 30, 1 << 30)

    def cell(self, row: int, column: int) -> None:
        """Count a cell (1-based row, 0-based column) and widen the bounding box."""
        self.cells += 1
        self.first = (min(self.first[0], row), min(self.first[1], column))
        self.last = (max(self.last[0], row), max(self.last[1], column))

    def check(self, place: str) -> None:
        """Refuse the sheet if its cells are spread absurdly."""
        if self.cells:
            rows, columns = (self.last[i] - self.first[i] + 1 for i in (0, 1))
            check_spread(self.cells, rows, columns, place)

    def structure(self, unseen: tuple[str, ...] = ()) -> Structure:
        """What was collected."""
        return Structure(
            merged=self.merged,
            hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=frozenset(self.hidden_columns),
            formulas=self.formulas,
            errors=self.errors,
            comments=self.comments,
            fractions=frozenset(self.fractions),
            unseen=unseen,
        )
