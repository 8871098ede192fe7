"""From a grid of cells to a raw table: header, columns of text, rows left out and why."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections import Counter
from itertools import compress
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from tecdata.errors import IntakeError
from tecdata.intake.cells import ColumnText, column_text
from tecdata.intake.header import Header, read_header
from tecdata.intake.problems import missing
from tecdata.table import ROW, RawTable, SourceColumn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tecdata.intake.grid import Columns, Grid, Position
    from tecdata.spec.source import TableSource

#: Spreadsheets count 29 February 1900, which never was: earlier days cannot be told for certain.
FIRST_SURE_DAY = dt.date(1900, 3, 1)

__all__ = ["Body", "Place", "TableAccount", "read_body", "table_of_columns", "table_of_grid"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a table stands: its name, centre, file and sheet; ``shown`` names it in messages."""

    table: str
    centre: str
    file: str
    sheet: str = ""
    shown: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TableAccount:
    """Filled cells of a table: read = in the table + skipped, by reason.

    Cells above the header are titles and do not count; fully empty rows do not exist.
    """

    table: str
    file: str
    sheet: str
    rows_read: int
    cells_read: int
    rows_skipped: int
    cells_skipped: Mapping[str, int]

    @property
    def cells_kept(self) -> int:
        """Filled cells of the table that mapping receives."""
        return self.cells_read - sum(self.cells_skipped.values())


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The cells below a header, by position: what later checks look at.

    ``columns[i]`` belongs to position i; ``numbers`` are the source's row numbers. ``impossible``
    are typed dates that cannot be trusted (before March 1900); their texts are None.
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
            clock = isinstance(value, (dt.date, dt.time))
            if early or (clock and (numbers[i], position) in grid.structure.negative):
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
) -> list[list[str]]:
    """Rows of a text file, all as wide as the widest; uneven ones are refused."""
    width = len(header.names)
    # Trailing delimiters make columns with neither header nor data.
    headed = max((i + 1 for i, text in enumerate(header.written) if text), default=0)
    level = []
    for number, row in zip(numbers, rows, strict=True):
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


def table_of_grid(
    grid: Grid, body: Body, source: TableSource, place: Place, lost: Mapping[str, int]
) -> tuple[RawTable, TableAccount]:
    """The raw table and its account.

    ``lost`` are filled cells whose value could not be read, by reason (error values and the like).
    """
    header = body.header
    kept = [i for i, (texts, _, _) in enumerate(body.columns) if header.written[i] or any(texts)]
    columns = tuple(
        SourceColumn(
            name=header.names[i],
            header=header.written[i],
            position=i,
            unit=header.units[i],
            kinds=body.columns[i][1],
            hidden=i in grid.structure.hidden_columns,
        )
        for i in kept
    )
    texts = [body.columns[i][0] for i in kept]
    keep, skipped = _skipped(columns, texts, body.filled_rows, source, place)
    mixed = {
        header.names[i]: list(compress(body.columns[i][2], keep))
        for i in kept
        if "number" in body.columns[i][1] and len(body.columns[i][1]) > 1
    }
    table = _table(
        columns,
        [list(compress(cells, keep)) for cells in texts],
        list(compress(body.numbers, keep)),
        place,
        grid.addressing,
        pl.DataFrame(mixed),
    )
    kept_cells = sum(len(cells) - cells.count(None) for cells in texts)
    reasons = Counter(skipped) + Counter({k: v for k, v in lost.items() if v})
    rows = sum(body.filled_rows)
    account = TableAccount(
        table=place.table,
        file=place.file,
        sheet=place.sheet,
        rows_read=rows,
        cells_read=kept_cells + sum(lost.values()),
        rows_skipped=rows - sum(keep),
        cells_skipped=dict(sorted(reasons.items())),
    )
    return table, account


def table_of_columns(
    data: Columns, source: TableSource, place: Place
) -> tuple[RawTable, TableAccount]:
    """The raw table of a file whose columns carry their own names, and its account."""
    rows = [any(row) for row in zip(*data.texts, strict=True)]
    keep, skipped = _skipped(data.columns, data.texts, rows, source, place)
    table = _table(
        data.columns,
        [list(compress(cells, keep)) for cells in data.texts],
        list(compress(range(1, len(rows) + 1), keep)),
        place,
        "records",
        pl.DataFrame(),
    )
    account = TableAccount(
        table=place.table,
        file=place.file,
        sheet=place.sheet,
        rows_read=sum(rows),
        cells_read=sum(len(cells) - cells.count(None) for cells in data.texts),
        rows_skipped=sum(rows) - sum(keep),
        cells_skipped=dict(sorted(skipped.items())),
    )
    return table, account


def _table(
    columns: tuple[SourceColumn, ...],
    texts: Sequence[Sequence[str | None]],
    numbers: Sequence[int],
    place: Place,
    addressing: Literal["sheet", "lines", "records"],
    number_cells: pl.DataFrame,
) -> RawTable:
    schema = {ROW: pl.Int64, **{column.name: pl.String for column in columns}}
    if len(columns) > len(numbers):
        # A wide table of few rows (visits across) is several times faster to build by rows.
        rows = list(zip(numbers, *texts, strict=True))
        frame = pl.DataFrame(rows, schema=schema, orient="row")
    else:
        frame = pl.DataFrame(dict(zip(schema, [numbers, *texts], strict=True)), schema=schema)
    return RawTable(
        name=place.table,
        centre=place.centre,
        file=place.file,
        sheet=place.sheet,
        addressing=addressing,
        frame=frame,
        columns=columns,
        number_cells=number_cells,
    )


def _skipped(
    columns: tuple[SourceColumn, ...],
    texts: Sequence[Sequence[str | None]],
    filled: Sequence[bool],
    source: TableSource,
    place: Place,
) -> tuple[list[bool], Counter[str]]:
    """Rows to keep (filled, and not named by skip_rows), and cells left out by reason."""
    keep = list(filled)
    cells: Counter[str] = Counter()
    names = [column.name for column in columns]
    for rule in source.skip_rows:
        if rule.column not in names:
            raise missing(
                "skip_rows names no column of this table:",
                rule.column,
                names,
                place=place.shown,
                next_step="Correct 'skip_rows' in source.yaml",
            )
        pattern = re.compile(rule.matches)
        for i, text in enumerate(texts[names.index(rule.column)]):
            if keep[i] and text is not None and pattern.search(text.strip()):
                keep[i] = False
                cells[rule.reason] += sum(column[i] is not None for column in texts)
    return keep, cells
