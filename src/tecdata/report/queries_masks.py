"""What is shown of cells that hold an identifier: its mask, in a centre's own sheets too."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from tecdata.report.masking import MASK
from tecdata.report.queries_address import locate

if TYPE_CHECKING:
    from tecdata.finding import Cell, Finding
    from tecdata.table import RawTable

__all__ = ["Hide", "Masks", "masks_of", "unchanged"]

#: Hides what it knows to be secret in any text.
Hide = Callable[[str], str]

#: Stands for a cell of a column that holds identifiers throughout.
_WHOLE: Final = MASK * 5


def unchanged(text: str) -> str:
    """Hide nothing."""
    return text


@dataclasses.dataclass(frozen=True, slots=True)
class Masks:
    """The masks of one table: of single cells, of whole columns, and of texts anywhere."""

    cells: Mapping[tuple[int, str], str] = dataclasses.field(default_factory=dict)
    columns: frozenset[str] = frozenset()
    hide: Hide = unchanged

    def shown(self, row: int, column: str, text: str) -> str:
        """The text to show of a filled cell.

        >>> Masks(columns=frozenset({"Name"})).shown(2, "Name", "Beispiel")
        '•••••'
        """
        mask = self.cells.get((row, column))
        if mask is not None:
            return mask
        return _WHOLE if column in self.columns else self.hide(text)


def masks_of(findings: Iterable[Finding], table: RawTable, hide: Hide = unchanged) -> Masks:
    """The masks that findings of identifiers (those that show :data:`MASK`) give a table."""
    cells: dict[tuple[int, str], str] = {}
    columns: set[str] = set()
    for finding in findings:
        about: tuple[Finding | Cell, ...] = (finding, *finding.cells)
        for cell in about:
            if MASK not in cell.value or (cell.file, cell.sheet) != (table.file, table.sheet):
                continue
            place = locate(table, cell.cell)
            if place.column and place.row is None:
                columns.add(place.column)
            elif place.column and place.row is not None:
                cells[place.row, place.column] = cell.value
    return Masks(cells, frozenset(columns), hide)
