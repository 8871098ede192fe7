"""The five rendered deliveries, opened for planting: their grids, and how they are written back."""

from __future__ import annotations

import csv
import datetime
import io
import shutil
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tecdata.demo import render_aarhus, render_hamburg, render_heidelberg, render_tuebingen
from tecdata.demo.exports import FOLDERS, write_exports
from tecdata.demo.german import date_text, number_text
from tecdata.demo.planting_grid import Grid, ListGrid
from tecdata.demo.planting_workbook import Workbook
from tecdata.demo.render_berlin import FILE_NAME
from tecdata.demo.statistics_files import StatColumn

if TYPE_CHECKING:
    from tecdata.demo.model import Subject

__all__ = ["Delivered"]


class Delivered:
    """All files of the five centres, as grids by file name and sheet.

    The files are rendered first; :meth:`save` writes the grids over them. ``renamed`` files get
    another name at the end.
    """

    def __init__(self, subjects: Sequence[Subject], out: Path) -> None:
        self.out = out
        self.files: list[Path] = write_exports(subjects, out)
        self.book = Workbook(out / FOLDERS["BE"] / FILE_NAME)
        self.grids: dict[tuple[str, str, str], Grid] = {
            ("BE", FILE_NAME, name): grid for name, grid in self.book.sheets.items()
        }
        for path in sorted((out / FOLDERS["HH"]).glob("*.csv")):
            self.grids["HH", path.name, ""] = _read(path, render_hamburg.ENCODING, ";", 1)
        path = out / FOLDERS["AH"] / render_aarhus.FILE
        self.grids["AH", path.name, ""] = _read(path, "utf-8-sig", ",", 0)
        by_centre = {code: [s for s in subjects if s.centre == code] for code in FOLDERS}
        columns, rows = render_heidelberg.table(by_centre["HD"])
        name = render_heidelberg.FILE
        self.grids["HD", name, ""] = _statistics(name, columns, rows)
        content = render_tuebingen.tables(by_centre["TU"])
        for name, (columns, rows) in content.stata.items():
            self.grids["TU", name, ""] = _statistics(name, columns, rows)
        self.grids["TU", render_tuebingen.LAB_FILE, render_tuebingen.LAB_SHEET] = ListGrid(
            render_tuebingen.LAB_FILE,
            render_tuebingen.LAB_SHEET,
            [str(head) for head in content.labs[0]],
            [list(row) for row in content.labs[1:]],
            "sheet",
            str,
            lambda old, new: new,
            _seen,
            first=2,
        )
        self.touched: set[str] = set()
        self.renamed: dict[tuple[str, str], str] = {}

    def grid(self, centre: str, file: str, sheet: str = "") -> Grid:
        """A grid that is about to be changed; its centre will be written anew."""
        self.touched.add(centre)
        return self.grids[centre, file, sheet]

    def save(self) -> list[Path]:
        """Write the grids back; returns the paths of all files."""
        if "BE" in self.touched:
            self.book.save()
        for (centre, file, _), grid in self.grids.items():
            if centre in self.touched and isinstance(grid, ListGrid):
                path = self.out / FOLDERS[centre] / file
                if centre == "HH":
                    _write(path, grid, render_hamburg.ENCODING, ";", "\r\n")
                elif centre == "AH":
                    _write(path, grid, "utf-8-sig", ",", "\n")
        if "HD" in self.touched:
            grid = self.grids["HD", render_heidelberg.FILE, ""]
            render_heidelberg.write(*_table(grid), self.out / FOLDERS["HD"])
        if "TU" in self.touched:
            self._save_tuebingen()
        for (centre, old), new in self.renamed.items():
            folder = self.out / FOLDERS[centre]
            shutil.move(folder / old, folder / new)
            self.files = [folder / new if p == folder / old else p for p in self.files]
        return self.files

    def _save_tuebingen(self) -> None:
        stata, labs = {}, []
        for (centre, file, _), grid in self.grids.items():
            if centre == "TU" and isinstance(grid, ListGrid):
                if file == render_tuebingen.LAB_FILE:
                    labs = [grid.heads, *grid.rows]
                else:
                    stata[file] = _table(grid)
        content = render_tuebingen.Tables(stata=stata, labs=labs)
        render_tuebingen.write(content, self.out / FOLDERS["TU"])


def _read(path: Path, encoding: str, delimiter: str, notes: int) -> ListGrid:
    text = path.read_text(encoding=encoding)
    for _ in range(notes):
        text = text.partition("\n")[2]
    heads, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return ListGrid(
        path.name,
        "",
        heads,
        rows,
        "lines",
        str,
        lambda old, new: new,
        str,
        first=notes + 2,
        lines=lambda row: 1 + sum(cell.count("\n") for cell in row),
    )


def _write(path: Path, grid: ListGrid, encoding: str, delimiter: str, end: str) -> None:
    old = path.read_bytes().decode(encoding)
    notes = old.split("\n")[: grid.first - 2]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    writer.writerows([grid.heads, *grid.rows])
    path.write_bytes(("".join(f"{note}\n" for note in notes) + text.getvalue()).encode(encoding))


def _seen(cell: Any) -> str:
    if isinstance(cell, datetime.date):
        return cell.strftime("%d.%m.%Y")
    if isinstance(cell, Decimal):
        return number_text(cell)
    return "" if cell is None else str(cell)


class _StatisticsGrid(ListGrid):
    """A statistics file: a text in a typed column makes a text column of it."""

    def put(self, row: int, name: str, text: str) -> None:
        """Write a text into a cell; digits into a column of codes stay a code."""
        at = self.names.index(name)
        head: StatColumn = self.heads[at]
        if any(code >= 0 for code in head.labels) and text.isdigit():
            self.rows[row][at] = int(text)
            return
        if head.kind == "date" and text and not _is_day(text):
            self.heads[at] = StatColumn(head.name, head.label, "text")
            for cells in self.rows:
                cells[at] = date_text(cells[at]) if cells[at] else cells[at]
        self.rows[row][at] = text


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


def _statistics(
    file: str, columns: Sequence[StatColumn], rows: Sequence[dict[str, Any]]
) -> ListGrid:
    return _StatisticsGrid(
        file,
        "",
        list(columns),
        [[row.get(column.name) for column in columns] for row in rows],
        "records",
        lambda head: head.name,
        _renamed,
        _seen,
    )


def _renamed(old: StatColumn | None, name: str) -> StatColumn:
    if old is None:
        return StatColumn(name, name, "text")
    return StatColumn(name, old.label, old.kind, old.labels, old.missing)


def _table(grid: Grid) -> tuple[list[StatColumn], list[dict[str, Any]]]:
    assert isinstance(grid, ListGrid)  # noqa: S101
    rows = [dict(zip(grid.names, row, strict=True)) for row in grid.rows]
    return grid.heads, rows
