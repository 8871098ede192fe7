"""The account of a centre's cells: every one is mapped, declared ignored, or reported."""

from __future__ import annotations

import dataclasses
import fnmatch
from typing import TYPE_CHECKING

from tecdata.mapping.problems import Reporter, nearest
from tecdata.spec import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tecdata.mapping.tables import TableView
    from tecdata.spec.source import TableSource

__all__ = [
    "CellAccount",
    "Declared",
    "TableAccount",
    "Unread",
    "Usage",
    "ignore_reason",
    "report_unread",
]

#: Cells named in the finding of an unmapped column or row.
NAMED = 3


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """Cells that are not mapped on purpose. ``column`` is empty where whole rows are skipped."""

    table: str
    column: str
    reason: str
    cells: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A column that no rule reads: how many of its cells are filled, and the first of their rows."""

    count: int
    rows: tuple[int, ...]

    def __add__(self, other: Unread) -> Unread:
        """The same column over two parts of its table."""
        rows = tuple(sorted((*self.rows, *other.rows))[: NAMED + 1])
        return Unread(count=self.count + other.count, rows=rows)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TableAccount:
    """Counts of one table's filled cells: ``cells_read = mapped + ignored + unmapped``."""

    table: str
    file: str
    sheet: str
    cells_read: int
    mapped: int
    ignored: int
    unmapped: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CellAccount:
    """Counts of a centre's filled cells, table by table, and the reasons of those left out."""

    centre: str
    tables: tuple[TableAccount, ...]
    declared: tuple[Declared, ...] = ()

    @property
    def cells_read(self) -> int:
        """Filled cells of all tables."""
        return sum(t.cells_read for t in self.tables)

    @property
    def mapped(self) -> int:
        """Cells that some rule used for a record it made."""
        return sum(t.mapped for t in self.tables)

    @property
    def ignored(self) -> int:
        """Cells of declared columns and rows."""
        return sum(t.ignored for t in self.tables)

    @property
    def unmapped(self) -> int:
        """Cells nothing accounts for; each is covered by a finding."""
        return sum(t.unmapped for t in self.tables)

    def with_declared(self, declared: Iterable[Declared]) -> CellAccount:
        """The account with cells that never reached the mapping: skipped rows, for instance.

        They count as read and ignored.
        """
        more = tuple(declared)
        extra: dict[str, int] = {}
        for item in more:
            extra[item.table] = extra.get(item.table, 0) + item.cells
        tables = tuple(
            dataclasses.replace(
                t,
                cells_read=t.cells_read + extra.get(t.table, 0),
                ignored=t.ignored + extra.get(t.table, 0),
            )
            for t in self.tables
        )
        return dataclasses.replace(self, tables=tables, declared=(*self.declared, *more))


def ignore_reason(spec: TableSource, column: str) -> str | None:
    """Why a column is declared ignored, or None; a ``*`` in the declaration stands for anything."""
    if column in spec.ignore:
        return spec.ignore[column]
    for pattern, reason in spec.ignore.items():
        if "*" in pattern and fnmatch.fnmatchcase(column, pattern.replace("[", "[[]")):
            return reason
    return None


class Usage:
    """Which cells of one table some block has used, as one bit string a column."""

    def __init__(self, view: TableView) -> None:
        self.view = view
        self.rows = view.rows
        self._used: dict[str, int] = {}
        self._told: dict[str, int] = {}

    def use(self, columns: Iterable[str], mask: int) -> None:
        """Count the cells of these columns as mapped in the rows of a mask."""
        for column in columns:
            self._used[column] = self._used.get(column, 0) | mask

    def tell(self, column: str, row: int) -> None:
        """Remember that a cell that no rule uses has a finding of its own."""
        self._told[column] = self._told.get(column, 0) | self.rows.mask([row])

    def use_empty(self, columns: Iterable[str], mask: int) -> None:
        """Count those cells as mapped whose text means no value (a missing token, a code)."""
        for column in columns:
            self.use([column], mask & self.view.empty(column))

    def close(
        self, spec: TableSource, reporter: Reporter
    ) -> tuple[TableAccount, tuple[Declared, ...], dict[str, Unread]]:
        """Count the cells and report the rows left; the columns left are for the caller to report."""
        view = self.view
        read = mapped = ignored = 0
        declared: list[Declared] = []
        left: dict[str, int] = {}
        unread: dict[str, Unread] = {}
        for column in view.columns:
            filled = view.filled(column)
            count = filled.bit_count()
            read += count
            reason = ignore_reason(spec, column)
            if reason is not None:
                ignored += count
                declared.append(
                    Declared(table=view.name, column=column, reason=reason, cells=count)
                )
                continue
            used = filled & self._used.get(column, 0)
            mapped += used.bit_count()
            untold = filled & ~used & ~self._told.get(column, 0)
            if column not in self._used and untold:
                rows = self._unmask(filled)
                unread[column] = Unread(count=len(rows), rows=tuple(sorted(rows)[: NAMED + 1]))
            elif untold:
                left[column] = untold
        self._report_rows(left, reporter)
        _report_ignored(view, spec, reporter)
        account = TableAccount(
            table=view.name,
            file=view.raw.file,
            sheet=view.raw.sheet,
            cells_read=read,
            mapped=mapped,
            ignored=ignored,
            unmapped=read - mapped - ignored,
        )
        return account, tuple(declared), unread

    def _report_rows(self, left: Mapping[str, int], reporter: Reporter) -> None:
        by_row: dict[int, list[str]] = {}
        excused = reporter.excused(self.view)
        for column, mask in left.items():
            for row in self._unmask(mask):
                if row not in excused:
                    by_row.setdefault(row, []).append(column)
        for row, columns in sorted(by_row.items()):
            reporter.add(
                "mapping.unmapped_row",
                self.view,
                row,
                "",
                text="",
                count=len(columns),
                places=_some(self.view.address(row, column) for column in columns),
            )

    def _unmask(self, mask: int) -> list[int]:
        bits = mask.to_bytes(len(self.rows), "little")
        return [row for row, bit in zip(self.rows.numbers, bits, strict=True) if bit]


def report_unread(view: TableView, unread: Mapping[str, Unread], reporter: Reporter) -> None:
    """Report the columns of a table that no rule reads."""
    for column, found in unread.items():
        reporter.add(
            "mapping.unmapped_column",
            view,
            None,
            column,
            text=column,
            value=column,
            count=found.count,
            places=_some(view.address(row, column) for row in found.rows),
        )


def _some(cells: Iterable[str]) -> str:
    named = list(cells)
    return ", ".join(named[:NAMED]) + (", …" if len(named) > NAMED else "")


def _report_ignored(view: TableView, spec: TableSource, reporter: Reporter) -> None:
    shown = {fold(name): name for name in view.columns}
    for name in spec.ignore:
        fits = name in view.columns or (
            "*" in name
            and any(fnmatch.fnmatchcase(c, name.replace("[", "[[]")) for c in view.columns)
        )
        if not fits:
            reporter.add(
                "mapping.ignored_missing",
                view,
                None,
                "",
                text=name,
                value=name,
                nearest=nearest(name, shown),
            )
