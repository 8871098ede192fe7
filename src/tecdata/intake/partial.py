"""A delivery that may be incomplete: what can be read of some files, and what cannot."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tecdata.errors import IntakeError
from tecdata.finding import Cell, Finding, Findings
from tecdata.intake.delivery import Delivery, _Reading
from tecdata.intake.opener import InputFile, Opened, open_input
from tecdata.intake.problems import closest
from tecdata.intake.spreadsheet import Spreadsheet
from tecdata.table import ROW, cell_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tecdata.intake.grid import Grid
    from tecdata.spec.source import SourceSpec, TableSource

__all__ = ["Partial", "Problem", "read_files"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A file, sheet or table that could not be read; ``near`` are the closest sheet names."""

    kind: Literal["file", "sheet", "table"]
    file: str
    expected: str = ""
    near: tuple[str, ...] = ()
    error: IntakeError


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """What could be read.

    ``beside`` are the texts outside the tables: rows that are no records, sheets no table reads,
    comments; ``variable`` says which.
    """

    delivery: Delivery
    problems: tuple[Problem, ...]
    beside: tuple[Cell, ...]


def read_files(source: SourceSpec, files: Mapping[str, Path], findings: Findings) -> Partial:
    """Read the tables of some of a centre's files, each as far as it goes.

    Parameters
    ----------
    source
        What the centre sends.
    files
        The files of the tables, by the name or pattern that source.yaml gives; tables of other
        files are left out.
    findings
        Receives what is odd about the files.
    """
    infos: list[InputFile] = []
    problems: list[Problem] = []
    beside: list[Cell] = []
    merged = _Everything(source, Findings())
    for pattern, path in sorted(files.items(), key=lambda item: item[1].name):
        keys = [key for key, table in source.tables.items() if table.file == pattern]
        try:
            opened = open_input(path, name=path.name, place=path.name)
        except IntakeError as error:
            problems.append(Problem(kind="file", file=path.name, error=error))
            continue
        infos.append(opened.info)
        reading = _read(source, opened, keys, problems)
        if reading is None:
            continue
        findings.extend(f for f in reading.findings if not _of_unread_table(f, source, pattern))
        merged.tables |= reading.tables
        merged.accounts |= reading.accounts
        beside += reading.beside()
    order = [key for key in source.tables if key in merged.tables]
    delivery = Delivery(
        centre=source.centre,
        tables={key: merged.tables[key] for key in order},
        accounts={key: merged.accounts[key] for key in order},
        files=tuple(infos),
    )
    return Partial(delivery=delivery, problems=tuple(problems), beside=tuple(beside))


def _of_unread_table(finding: Finding, source: SourceSpec, pattern: str) -> bool:
    """A sheet that some table should have read is reported as what it is, not as unknown."""
    return finding.check == "intake.unknown_sheet" and any(
        table.file == pattern and table.sheet == finding.sheet for table in source.tables.values()
    )


def _read(
    source: SourceSpec, opened: Opened, keys: Sequence[str], problems: list[Problem]
) -> _Everything | None:
    """The tables of one file: all at once, or, where that fails, those that can be read."""
    whole = _attempt(source, opened, keys)
    if isinstance(whole, _Everything):
        return whole
    good: dict[str, TableSource] = {}
    for key in keys:
        table, error = _readable(source, opened, key)
        if error is None:
            good[key] = table
        else:
            problems.append(_problem(opened, table, error))
    if not good:
        return None
    again = _attempt(source.model_copy(update={"tables": good}), opened, list(good))
    return again if isinstance(again, _Everything) else None


def _attempt(source: SourceSpec, opened: Opened, keys: Sequence[str]) -> _Everything | IntakeError:
    reading = _Everything(source, Findings())
    try:
        reading._read_file(opened, keys)
    except IntakeError as error:
        return error
    return reading


def _readable(
    source: SourceSpec, opened: Opened, key: str
) -> tuple[TableSource, IntakeError | None]:
    """How one table can be read: as declared, or without what is said of absent columns."""
    table = source.tables[key]
    outcome = _attempt(source, opened, [key])
    if isinstance(outcome, _Everything):
        return table, None
    bare = table.model_copy(update={"columns": {}, "skip_rows": ()})
    tried = _attempt(source.model_copy(update={"tables": {key: bare}}), opened, [key])
    if isinstance(tried, IntakeError):
        return table, tried
    names = {column.name for column in tried.tables[key].columns}
    columns = {name: reading for name, reading in table.columns.items() if name in names}
    rows = tuple(rule for rule in table.skip_rows if rule.column in names)
    return table.model_copy(update={"columns": columns, "skip_rows": rows}), None


def _problem(opened: Opened, table: TableSource, error: IntakeError) -> Problem:
    if opened.info.format in ("xlsx", "xlsm", "xls", "xlsb", "ods") and table.sheet is not None:
        try:
            book = Spreadsheet(opened)
        except IntakeError:
            return Problem(kind="file", file=opened.info.path, error=error)
        try:
            book.choose(table.sheet)
        except IntakeError:
            near = closest(table.sheet, book.names, limit=3)
            name = opened.info.path
            return Problem(kind="sheet", file=name, expected=table.sheet, near=near, error=error)
    return Problem(kind="table", file=opened.info.path, expected=table.sheet or "", error=error)


class _Everything(_Reading):
    """A reading that keeps the grids, for what stands outside the tables."""

    def __init__(self, source: SourceSpec, findings: Findings) -> None:
        super().__init__(source, Path(), findings)
        self._grids: list[tuple[str, Grid, str]] = []

    def _place(self, name: str) -> str:
        return name

    def _read_grid(self, opened: Opened, grid: Grid, key: str, *, report: bool) -> None:
        self._grids.append((opened.info.path, grid, key))
        super()._read_grid(opened, grid, key, report=report)

    def _report_unknown_sheets(
        self, opened: Opened, book: Spreadsheet, read: Mapping[str, Grid]
    ) -> None:
        super()._report_unknown_sheets(opened, book, read)
        for name in book.names:
            if name not in read:
                self._grids.append((opened.info.path, book.grid(name), ""))

    def beside(self) -> Iterator[Cell]:
        """Texts of rows that no table has as a record or header, and comments."""
        used: dict[tuple[str, str], set[int]] = {}
        for file, grid, key in self._grids:
            rows = used.setdefault((file, grid.sheet), set())
            if key:
                rows.update(self.tables[key].frame.get_column(ROW).to_list())
                rows.update(self.source.tables[key].header_rows)
        grids = {(file, grid.sheet): grid for file, grid, _ in self._grids}
        for (file, sheet), grid in grids.items():
            known = used[file, sheet]
            for number, row in zip(grid.numbers, grid.rows, strict=True):
                if number not in known:
                    yield from _texts(file, grid, number, row)
            for (number, position), text in sorted(grid.structure.comments.items()):
                cell = cell_address(grid.addressing, number, "", position)
                yield Cell(file=file, sheet=sheet, cell=cell, variable="comment", value=text)


def _texts(file: str, grid: Grid, number: int, row: Sequence[object]) -> Iterator[Cell]:
    for position, value in enumerate(row):
        if isinstance(value, str) and value.strip():
            cell = cell_address(grid.addressing, number, "", position)
            yield Cell(
                file=file, sheet=grid.sheet, cell=cell, variable="outside the table", value=value
            )
