"""Findings on what is odd about a sheet: formulas, error values, hidden, merged, commented cells."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from tecdata.finding import Finding, Findings
from tecdata.table import cell_address, column_letter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tecdata.intake.body import Body
    from tecdata.intake.grid import Area, Grid, Position

__all__ = ["Reporter", "report_body", "report_header"]

#: Places of one kind reported one by one in one sheet; the rest are counted in one finding.
REPORTED = 50

#: From here a spreadsheet's 15 digits no longer hold every whole number.
LONG = 1e15

#: Whole numbers that may be days of 1982 to 2064.
DAYS = range(30_000, 60_001)

#: Cells of another type are strangers where they are at most one in so many.
FEW = 2

_TOLD_APART = frozenset(("text", "number", "date", "datetime"))


class Reporter:
    """Adds findings about one sheet, with its address filled in."""

    def __init__(
        self, findings: Findings, centre: str, file: str, grid: Grid, names: Sequence[str]
    ) -> None:
        self._names = names
        self._findings = findings
        self._centre, self._file, self._grid = centre, file, grid
        self._at = f", sheet '{grid.sheet}'" if grid.sheet else ""

    def add(self, check: str, cell: str, **details: str | int) -> None:
        """One finding."""
        self._findings.add(
            Finding.of(
                check,
                centre=self._centre,
                file=self._file,
                sheet=self._grid.sheet,
                cell=cell,
                at=self._at,
                **details,  # type: ignore[arg-type]
            )
        )

    def cells(
        self,
        check: str,
        positions: Iterable[Position],
        value: Callable[[Position], str] | None = None,
        *,
        all_of_them: bool = False,
    ) -> None:
        """One finding a cell, and one that counts those beyond :data:`REPORTED`."""
        ordered = sorted(positions)
        named = len(ordered) if all_of_them else REPORTED
        for position in ordered[:named]:
            self.add(check, self.address(position), value=value(position) if value else "")
        self._further(check, len(ordered) - named)

    def runs(self, check: str, positions: Iterable[Position]) -> None:
        """One finding for cells that stand below one another."""
        runs = _runs(positions)
        for first, last in runs[:REPORTED]:
            start, end = self.address(first), self.address(last)
            self.add(check, start if start == end else f"{start}:{end}")
        self._further(check, len(runs) - REPORTED)

    def _further(self, check: str, count: int) -> None:
        if count > 0:
            self.add("intake.further_cells", "", count=count, like=check)

    def address(self, position: Position) -> str:
        """``B12``, or line and column name in a text file."""
        row, column = position
        name = self._names[column] if column < len(self._names) else ""
        return cell_address(self._grid.addressing, row, name, column)


def _runs(positions: Iterable[Position]) -> list[tuple[Position, Position]]:
    """First and last cell of each unbroken stretch of a column."""
    runs: list[tuple[Position, Position]] = []
    for row, column in sorted(positions, key=lambda p: (p[1], p[0])):
        if runs and runs[-1][1] == (row - 1, column):
            runs[-1] = (runs[-1][0], (row, column))
        else:
            runs.append(((row, column), (row, column)))
    return sorted(runs)


def report_header(reporter: Reporter, body: Body) -> None:
    """Duplicate headers, and data below empty ones."""
    header = body.header
    for position in header.duplicates:
        reporter.add(
            "intake.duplicate_header",
            reporter.address((header.last, position)),
            header=header.written[position],
            variable=header.names[position],
        )
    for position, written in enumerate(header.written):
        texts = body.columns[position][0]
        if not written and any(texts):
            reporter.add(
                "intake.blank_header",
                reporter.address((header.last, position)),
                variable=header.names[position],
                count=len(texts) - texts.count(None),
            )


def report_body(
    reporter: Reporter, grid: Grid, body: Body, *, fill_merged: bool, all_comments: bool = False
) -> dict[str, int]:
    """Everything odd below the header; comments anywhere.

    Returns
    -------
    lost
        Filled cells whose value could not be read, by reason, for the account.
    """
    structure, last = grid.structure, body.header.last
    formulas = {p: how for p, how in structure.formulas.items() if p[0] > last}
    errors = {p: text for p, text in structure.errors.items() if p[0] > last}
    empty = [p for p, how in formulas.items() if how == "empty" and p not in errors]
    reporter.runs(
        "intake.formula_cell",
        (p for p, how in formulas.items() if how == "stored" and p not in errors),
    )
    reporter.runs(
        "intake.linked_formula",
        (p for p, how in formulas.items() if how == "linked" and p not in errors),
    )
    reporter.cells("intake.formula_without_value", empty)
    reporter.cells("intake.error_cell", errors, lambda p: errors[p])
    reporter.cells(
        "intake.comment",
        structure.comments,
        lambda p: structure.comments[p],
        all_of_them=all_comments,
    )
    reporter.runs("intake.percent_format", (p for p in structure.fractions if p[0] > last))
    _report_merged(reporter, structure.merged, body, filled=fill_merged)
    _report_hidden(reporter, grid, body)
    _report_values(reporter, body)
    reporter.cells("intake.impossible_date", body.impossible)
    return {
        "error value": len(errors),
        "formula without a stored value": len(empty),
        "impossible date": len(body.impossible),
    }


def _report_merged(reporter: Reporter, areas: Sequence[Area], body: Body, *, filled: bool) -> None:
    check = "intake.merged_filled" if filled else "intake.merged_cell"
    first = body.numbers[0] if body.numbers else 0
    count = 0
    for area in sorted(areas):
        row = area.top - first
        inside = 0 <= row < len(body.numbers) and area.left < len(body.columns)
        if area.top > body.header.last and inside and body.columns[area.left][0][row] is not None:
            count += 1
            if count <= REPORTED:
                ends = [(area.top, area.left), (area.bottom, area.right)]
                reporter.add(check, ":".join(reporter.address(p) for p in ends))
    reporter._further(check, count - REPORTED)


def _report_hidden(reporter: Reporter, grid: Grid, body: Body) -> None:
    structure = grid.structure
    for position in sorted(structure.hidden_columns):
        if position < len(body.columns) and any(body.columns[position][0]):
            name = body.header.names[position]
            reporter.add("intake.hidden_column", column_letter(position), variable=name)
    hidden = [
        number
        for number, filled in zip(body.numbers, body.filled_rows, strict=True)
        if filled and number in structure.hidden_rows
    ]
    runs = _runs((number, 0) for number in hidden)
    for first, last in runs[:REPORTED]:
        start, end = first[0], last[0]
        reporter.add("intake.hidden_row", f"{start}" if start == end else f"{start}:{end}")
    reporter._further("intake.hidden_row", len(runs) - REPORTED)


def _report_values(reporter: Reporter, body: Body) -> None:
    """Typed values that a spreadsheet is known to have spoilt."""
    found: dict[str, list[Position]] = {}
    for position, (_, kinds, _) in enumerate(body.columns):
        values = body.values[position]
        if "number" in kinds:
            long = [i for i, v in enumerate(values) if _is_number(v) and not -LONG < v < LONG]
            _note(found, "intake.long_number", long, body, position)
        if len(kinds & _TOLD_APART) > 1:
            for check, rows in _strangers(values).items():
                _note(found, check, rows, body, position)
    for check in ("long_number", "date_among_numbers", "date_among_texts", "day_number"):
        reporter.cells(f"intake.{check}", found.get(f"intake.{check}", ()))


def _note(
    found: dict[str, list[Position]], check: str, rows: list[int], body: Body, position: int
) -> None:
    if rows:
        found.setdefault(check, []).extend((body.numbers[i], position) for i in rows)


def _is_number(value: Any) -> bool:
    return type(value) in (float, int)


def _strangers(values: Sequence[Any]) -> dict[str, list[int]]:
    """Rows of a column whose cells are of another type than most, as spreadsheets make them."""
    dates = [i for i, v in enumerate(values) if isinstance(v, dt.date)]
    numbers = [i for i, v in enumerate(values) if _is_number(v)]
    texts = sum(type(v) is str and not v.isspace() and v != "" for v in values)
    strangers: dict[str, list[int]] = {}
    if len(dates) < len(numbers):
        strangers["intake.date_among_numbers"] = dates
    elif len(dates) * FEW <= texts:
        strangers["intake.date_among_texts"] = dates
    if len(numbers) * FEW <= texts + len(dates):
        days = [i for i in numbers if values[i] == int(values[i]) and values[i] in DAYS]
        strangers["intake.day_number"] = days
    return strangers
