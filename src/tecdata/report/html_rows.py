"""The source rows findings speak of, cut out of the raw tables: the header, the row, the cell."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tecdata.report.masking import MASK
from tecdata.table import ROW, column_letter

if TYPE_CHECKING:
    from tecdata.finding import Cell, Finding
    from tecdata.report.facts import RunFacts
    from tecdata.table import RawTable

__all__ = ["Place", "SourceRows", "collect_rows", "parse_address"]

#: A table of more columns shows, beside the marked ones, the first few and their neighbours.
_WIDE: Final = 40
_FIRST: Final = 4
_NEIGHBOURS: Final = 8

_SHEET: Final = re.compile(r"(?P<column>[A-Z]*)(?P<row>\d*)(?::[A-Z]*\d*)?")
_WORDS: Final = re.compile(
    r"(?:(?:line|row) (?P<row>\d+))?(?:, )?(?:column '(?P<column>.*)')?", re.S
)


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """A cell found again: the table's number, the source row, the position among its columns."""

    table: int
    row: int
    column: int | None


@dataclasses.dataclass(frozen=True, slots=True)
class SourceRows:
    """What the page needs to show source rows.

    ``tables`` has one entry a table that is shown (centre, file, sheet, column heads by position),
    ``rows`` the filled cells by table and row number, ``places`` the cell of each finding and,
    under ``(finding, k)``, of its k-th further cell.
    """

    tables: list[dict[str, Any]]
    rows: dict[str, dict[str, list[Any]]]
    places: Mapping[tuple[int, int], Place]


def parse_address(table: RawTable, address: str) -> tuple[int | None, int | None]:
    """Row number and column position (among the table's columns) of a cell's address.

    What the address leaves out, or what the table does not have, is None.
    """
    return _parse(table, address, _positions(table))


def _positions(table: RawTable) -> dict[str, int]:
    """Position among the table's columns by what addresses call a column: letters or name."""
    if table.addressing == "sheet":
        return {column_letter(c.position): i for i, c in enumerate(table.columns)}
    return {c.name: i for i, c in enumerate(table.columns)}


def _parse(
    table: RawTable, address: str, positions: Mapping[str, int]
) -> tuple[int | None, int | None]:
    """Row and position that an address names; None for what it does not."""
    found = (_SHEET if table.addressing == "sheet" else _WORDS).fullmatch(address)
    if found is None:
        return None, None
    return int(found["row"]) if found["row"] else None, positions.get(found["column"] or "")


def collect_rows(facts: RunFacts, findings: Sequence[Finding]) -> SourceRows:
    """Cut out the rows of all findings; cells of identifiers show what the findings show.

    A cell whose finding gives a masked value is masked in every row, and so is the rest of its
    column: a column that holds one identifier is not shown for context.
    """
    finder = _Finder(facts.tables)
    places: dict[tuple[int, int], Place] = {}
    masks: dict[tuple[int, int], dict[int, str]] = {}
    for number, finding in enumerate(findings):
        cells: tuple[Finding | Cell, ...] = (finding, *finding.cells)
        for k, cell in enumerate(cells, start=-1):
            place = finder.find(finding.centre, cell)
            if place is None:
                continue
            places[number, k] = place
            if MASK in cell.value and place.column is not None:
                masks.setdefault((place.table, place.column), {})[place.row] = cell.value
    wanted: dict[int, dict[int, set[int]]] = {}
    for place in places.values():
        marked = wanted.setdefault(place.table, {}).setdefault(place.row, set())
        if place.column is not None:
            marked.add(place.column)
    tables: list[dict[str, Any]] = []
    rows: dict[str, dict[str, list[Any]]] = {}
    renumbered: dict[int, int] = {}
    for number in sorted(wanted):
        renumbered[number] = len(tables)
        centre, table = finder.tables[number]
        own = {c: m for (t, c), m in masks.items() if t == number}
        cut = _cut(table, wanted[number], own)
        shown = {i for positions, _ in cut.values() for i in positions}
        tables.append(_head(centre, table, shown))
        rows[str(len(tables) - 1)] = {str(row): list(cells) for row, cells in cut.items()}
    if facts.hide is not str:
        _hide(tables, rows, facts.hide)
    moved = {
        key: dataclasses.replace(place, table=renumbered[place.table])
        for key, place in places.items()
    }
    return SourceRows(tables=tables, rows=rows, places=moved)


class _Finder:
    """Finds the table and row of a cell by centre, file and sheet."""

    def __init__(self, tables: Mapping[str, Mapping[str, RawTable]]) -> None:
        self.tables = [
            (centre, t) for centre in sorted(tables) for _, t in sorted(tables[centre].items())
        ]
        self._by_sheet: dict[tuple[str, str, str], list[int]] = {}
        for number, (centre, table) in enumerate(self.tables):
            self._by_sheet.setdefault((centre, table.file, table.sheet), []).append(number)
        self._rows: dict[int, frozenset[int]] = {}
        self._columns = [_positions(table) for _, table in self.tables]

    def find(self, centre: str, cell: Finding | Cell) -> Place | None:
        """The table, row and column of a cell; None where it is in no table."""
        if not cell.file or not cell.cell:
            return None
        best: Place | None = None
        for number in self._by_sheet.get((centre, cell.file, cell.sheet), ()):
            table = self.tables[number][1]
            row, column = _parse(table, cell.cell, self._columns[number])
            if row is None or row not in self._known(number):
                continue
            if column is not None:
                return Place(number, row, column)
            best = best or Place(number, row, None)
        return best

    def _known(self, number: int) -> frozenset[int]:
        """The row numbers of a table, looked up once."""
        if number not in self._rows:
            self._rows[number] = frozenset(self.tables[number][1].frame[ROW].to_list())
        return self._rows[number]


def _cut(
    table: RawTable, wanted: Mapping[int, set[int]], masks: Mapping[int, Mapping[int, str]]
) -> dict[int, tuple[list[int], list[str]]]:
    """Positions and texts of the cells of each row that are shown."""
    names = [c.name for c in table.columns]
    chosen = table.frame.filter(pl.col(ROW).is_in(sorted(wanted))).select(ROW, *names).sort(ROW)
    cut: dict[int, tuple[list[int], list[str]]] = {}
    for row, *cells in chosen.iter_rows():
        positions = _shown(cells, wanted[row])
        texts = [
            _masked(cells[i], masks[i].get(row)) if i in masks else cells[i] or ""
            for i in positions
        ]
        cut[row] = (positions, texts)
    return cut


def _hide(
    tables: list[dict[str, Any]], rows: dict[str, dict[str, list[Any]]], hide: Callable[[str], str]
) -> None:
    """Mask what identifiers the texts still hold: each distinct text once."""
    once = functools.cache(hide)
    for table in tables:
        table["file"], table["sheet"] = once(table["file"]), once(table["sheet"])
        table["columns"] = {i: [a, once(b), once(c)] for i, (a, b, c) in table["columns"].items()}
    for cells in (cells for own in rows.values() for cells in own.values()):
        cells[1] = [once(text) for text in cells[1]]


def _masked(text: str | None, mask: str | None) -> str:
    """The mask of a text, or as many dots as any other."""
    return mask or (MASK * 5 if text else "")


def _shown(cells: Sequence[str | None], marked: Iterable[int]) -> list[int]:
    """Which columns of a wide row are shown: the first ones and those around what is marked."""
    filled = {i for i, text in enumerate(cells) if text}
    always = set(marked)
    if len(filled) > _WIDE:
        order = sorted(filled | always)
        near = set(order[:_FIRST])
        for position in always:
            at = order.index(position)
            near.update(order[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS + 1])
        filled = near
    return sorted(filled | always)


def _head(centre: str, table: RawTable, shown: Iterable[int]) -> dict[str, Any]:
    """A table's file, sheet and shown columns."""
    columns: dict[str, list[str]] = {}
    for i in sorted(shown):
        column = table.columns[i]
        letter = column_letter(column.position) if table.addressing == "sheet" else ""
        note = column.unit or (column.label if column.label != column.name else "")
        columns[str(i)] = [letter, column.name, note]
    return {
        "centre": centre,
        "file": table.file,
        "sheet": table.sheet,
        "kind": {"sheet": "row", "lines": "line", "records": "row"}[table.addressing],
        "columns": columns,
        "width": len(table.columns),
    }
