"""The cells below a header, every one as text: levelled, merged ones filled, unsure ones taken out."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from tecdata.errors import IntakeError
from tecdata.intake.cells import ColumnText, column_text
from tecdata.intake.header import Header, read_header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tecdata.intake.grid import Grid, Position
    from tecdata.spec.source import TableSource

__all__ = ["Body", "read_body"]

#: Spreadsheets count 29 February 1900, which never was: earlier days cannot be told for certain.
FIRST_SURE_DAY = dt.date(1900, 3, 1)

#: The day number of 1 January 10000: a number in a column of dates that is none.
FIRST_IMPOSSIBLE_DAY = 2_958_466


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The cells below a header, by position: what later checks look at.

    ``columns[i]`` belongs to position i; ``numbers`` are the source's row numbers. ``impossible``
    are day numbers that stand for no certain day (before March 1900, after 9999); their texts are None.
    """

    header: Header
    numbers: Sequence[int]
    values: Sequence[Sequence[Any]]
    columns: Sequence[ColumnText]
    filled_rows: Sequence[bool]
    impossible: Sequence[Position] = ()


def read_body(grid: Grid, source: TableSource, shown: str) -> Body:
    """Split a grid into header and cells, every cell as text.

    Raises :class:`IntakeError` for a missing header row and, in text files, for a row that is
    longer or shorter than the header (unless skip_rows leaves it out).
    """
    header = read_header(grid, source, shown)
    below = [i for i, number in enumerate(grid.numbers) if number > header.last]
    start = below[0] if below else len(grid.rows)
    rows, numbers = grid.rows[start:], grid.numbers[start:]
    width = len(header.names)
    if grid.addressing == "lines":
        rows = _level(rows, numbers, header, source, shown)
    columns_of_values = list(zip(*rows, strict=True)) if rows else [()] * width
    if source.fill_merged:
        columns_of_values = _filled(grid, columns_of_values, numbers)
    columns = [column_text(values) for values in columns_of_values]
    impossible = _correct(grid, columns, columns_of_values, numbers)
    filled = [any(row) for row in zip(*(texts for texts, _, _ in columns), strict=True)]
    return Body(
        header=header,
        numbers=numbers,
        values=columns_of_values,
        columns=columns,
        filled_rows=filled,
        impossible=impossible,
    )


def _correct(
    grid: Grid,
    columns: list[ColumnText],
    values: Sequence[Sequence[Any]],
    numbers: Sequence[int],
) -> list[Position]:
    """Write the full digits of long numbers; take out error values and impossible dates."""
    if not numbers or grid.addressing != "sheet":
        return []
    first, last = numbers[0], numbers[-1]
    for (row, position), digits in grid.structure.exact.items():
        if first <= row <= last and position < len(columns):
            columns[position][0][row - first] = digits
    for row, position in grid.structure.errors:
        if first <= row <= last and position < len(columns):
            texts, kinds, typed = columns[position]
            texts[row - first] = None
            columns[position] = (texts, (kinds - {"blank"}) | {"error"}, typed)
    return _impossible_dates(grid, columns, values, numbers) if grid.serial_dates else []


def _impossible_dates(
    grid: Grid,
    columns: Sequence[ColumnText],
    values: Sequence[Sequence[Any]],
    numbers: Sequence[int],
) -> list[Position]:
    impossible: list[Position] = []
    for position, (texts, kinds, _) in enumerate(columns):
        if not kinds & {"date", "datetime", "time"}:
            continue
        for i, value in enumerate(values[position]):
            early = isinstance(value, dt.date) and _day(value) < FIRST_SURE_DAY
            late = type(value) is float and value >= FIRST_IMPOSSIBLE_DAY
            clock = isinstance(value, (dt.date, dt.time))
            if early or late or (clock and (numbers[i], position) in grid.structure.negative):
                texts[i] = None
                impossible.append((numbers[i], position))
    return impossible


def _day(value: dt.date) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def _level(
    rows: Sequence[Sequence[str]],
    numbers: Sequence[int],
    header: Header,
    source: TableSource,
    shown: str,
) -> list[Sequence[str]]:
    """Rows of a text file, all as wide as the widest; uneven ones are refused."""
    width = len(header.names)
    # Trailing delimiters make columns with neither header nor data.
    headed = max((i + 1 for i, text in enumerate(header.written) if text), default=0)
    level: list[Sequence[str]] = []
    for number, row in zip(numbers, rows, strict=True):
        if len(row) == width == header.length:
            level.append(row)
            continue
        padded = [*row, *[""] * (width - len(row))]
        filled = max((i + 1 for i, cell in enumerate(row) if cell.strip()), default=0)
        uneven = filled and (len(row) < headed or filled > header.length)
        if uneven and not _skips(padded, header, source):
            raise IntakeError(
                f"the row has {len(row)} cells, the header has {headed}",
                place=f"{shown}, line {number}",
                next_step="A delimiter inside a cell needs quotes around the cell: "
                "correct the line or export the file anew",
            )
        level.append(padded)
    return level


def _skips(row: Sequence[str], header: Header, source: TableSource) -> bool:
    return any(
        rule.column in header.names
        and re.search(rule.matches, row[header.names.index(rule.column)].strip())
        for rule in source.skip_rows
    )


def _filled(
    grid: Grid, columns: list[tuple[Any, ...]], numbers: Sequence[int]
) -> list[tuple[Any, ...]]:
    """The value of each merged area on every cell of it."""
    if not numbers:
        return columns
    first, last = numbers[0], numbers[-1]
    writable = [list(values) for values in columns]
    for area in grid.structure.merged:
        if area.top < first or area.top > last or area.left >= len(writable):
            continue
        value = writable[area.left][area.top - first]
        for column in writable[area.left : area.right + 1]:
            for row in range(area.top, min(area.bottom, last) + 1):
                column[row - first] = value
    return [tuple(values) for values in writable]
