"""Where each cell of a centre's tables stands in the query workbook."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from tecdata.report.queries_address import Place, locate
from tecdata.table import ROW

if TYPE_CHECKING:
    from tecdata.finding import Cell, Finding
    from tecdata.report.queries import Query
    from tecdata.spec.source import SourceSpec
    from tecdata.table import RawTable

__all__ = ["Mark", "Sheet", "plan_sheets", "unique_title"]

#: Tables of more rows show those around their queries only: nobody reads more, a mail carries less.
_WHOLE: Final = 20_000
_AROUND: Final = 2
#: Rows a spreadsheet has.
_LAST_ROW: Final = 1_048_576


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """A cell that a query speaks of; ``main`` is the one it is put to, others are involved."""

    query: Query
    main: bool


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet of the workbook: the tables it shows and the cells that are marked.

    Positions are 0-based as xlsxwriter counts. ``header`` is the row of the (last) header,
    ``rows`` gives each source row's place, ``shift`` the columns put before the source's own.
    """

    title: str
    file: str
    sheet: str
    tables: tuple[RawTable, ...]
    first: int
    header: int
    units: int | None
    shift: int
    rows: Mapping[int, int]
    whole: bool
    marks: Mapping[tuple[int, int], Sequence[Mark]]

    @property
    def sheetlike(self) -> bool:
        """Whether the source is a spreadsheet, whose addresses are kept."""
        return self.shift == 0

    def spot(self, place: Place) -> tuple[int, int] | None:
        """Row and column of a place; None where the sheet does not show it."""
        column = next(
            (c.position for t in self.tables for c in t.columns if c.name == place.column), None
        )
        if place.row is None:
            return None if column is None else (self.header, column + self.shift)
        row = self.rows.get(place.row)
        if row is None:
            return None
        return (row, 0) if column is None else (row, column + self.shift)

    def find(self, cell: str) -> Place:
        """What a finding's address means here."""
        places = [locate(table, cell) for table in self.tables]
        return next((p for p in places if self.spot(p) is not None), places[0])


def plan_sheets(
    queries: Iterable[Query],
    tables: Iterable[RawTable],
    source: SourceSpec | None,
    taken: Iterable[str],
) -> list[Sheet]:
    """The sheets that have a query, in the order of the centre's tables.

    Tables without a query are left out: nobody needs to see them again. ``taken`` are sheet
    titles in use already.
    """
    asked: dict[tuple[str, str], list[tuple[Query, str, bool]]] = {}
    for query in queries:
        cells: tuple[Finding | Cell, ...] = (query.finding, *query.finding.cells)
        for cell in cells:
            if cell.file:
                known = asked.setdefault((cell.file, cell.sheet), [])
                known.append((query, cell.cell, cell is query.finding))
    groups: dict[tuple[str, str], list[RawTable]] = {}
    for table in tables:
        groups.setdefault((table.file, table.sheet), []).append(table)
    titles = {title.casefold() for title in taken}
    sheets = []
    for key, group in groups.items():
        if key in asked:
            title = unique_title(key[1] or PurePosixPath(key[0]).stem, titles)
            sheets.append(_plan(title, group, source, asked[key]))
    return sheets


def unique_title(wanted: str, taken: set[str]) -> str:
    r"""A sheet title spreadsheets accept (31 characters, none of ``[]:*?/\``), not used before.

    >>> unique_title("a/b", set()), unique_title("Labor", {"labor"})
    ('a b', 'Labor (2)')
    """
    clean = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", wanted).strip("' ")[:31].rstrip("' ") or "-"
    title, number = clean, 1
    while title.casefold() in taken or title.casefold() == "history":
        number += 1
        ending = f" ({number})"
        title = clean[: 31 - len(ending)] + ending
    taken.add(title.casefold())
    return title


def _plan(
    title: str,
    tables: list[RawTable],
    source: SourceSpec | None,
    asked: list[tuple[Query, str, bool]],
) -> Sheet:
    """Where everything of a sheet comes to stand."""
    first = tables[0]
    header_rows, units_row = _header(first, source)
    sheetlike = first.addressing == "sheet"
    numbers = sorted({n for table in tables for n in table.frame.get_column(ROW).to_list()})
    wanted = [locate(table, cell).row for table in tables for _, cell, _ in asked]
    whole = len(numbers) <= _WHOLE
    if not whole:
        near = {row + d for row in wanted if row for d in range(-_AROUND, _AROUND + 1)}
        numbers = [n for n in numbers if n in near]
    top = max(header_rows)
    # A file with more lines than a sheet has rows keeps its line numbers, not its places.
    compact = bool(numbers) and numbers[-1] + top >= _LAST_ROW and not sheetlike
    below = top if first.addressing == "records" else 0
    rows = {n: (top + i if compact else n - 1 + below) for i, n in enumerate(numbers)}
    sheet = Sheet(
        title=title,
        file=first.file,
        sheet=first.sheet,
        tables=tuple(tables),
        first=min(header_rows) - 1,
        header=max(n for n in header_rows if n != units_row) - 1,
        units=None if units_row is None else units_row - 1,
        shift=0 if sheetlike else 1,
        rows=rows,
        whole=whole,
        marks={},
    )
    marks: dict[tuple[int, int], list[Mark]] = {}
    for query, cell, main in asked:
        spot = sheet.spot(sheet.find(cell))
        if spot is not None:
            marks.setdefault(spot, []).append(Mark(query, main))
    return dataclasses.replace(sheet, marks=marks)


def _header(table: RawTable, source: SourceSpec | None) -> tuple[tuple[int, ...], int | None]:
    """The rows of the header and that of the units, 1-based as in the source."""
    if table.addressing == "records":
        # Names and, below them, the labels of a statistics file.
        return ((1, 2), 2) if any(column.label for column in table.columns) else ((1,), None)
    declared = source.tables.get(table.name) if source is not None else None
    if declared is None or not declared.header_rows:
        return (1,), None
    return declared.header_rows, declared.units_row
