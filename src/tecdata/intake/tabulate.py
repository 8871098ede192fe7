"""From the cells below a header to a raw table: columns of text, rows left out and why."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from itertools import compress
from typing import TYPE_CHECKING, Literal

import polars as pl

from tecdata.intake.problems import no_column
from tecdata.table import ROW, RawTable, SourceColumn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tecdata.intake.body import Body
    from tecdata.intake.grid import Columns, Grid
    from tecdata.spec.source import TableSource

__all__ = ["Place", "TableAccount", "table_of_columns", "table_of_grid"]


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
        pl.DataFrame({name: list(compress(flags, keep)) for name, flags in data.numbers.items()}),
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
            raise no_column(rule.column, names, place=place.shown, setting="skip_rows")
        pattern = re.compile(rule.matches)
        for i, text in enumerate(texts[names.index(rule.column)]):
            if keep[i] and text is not None and pattern.search(text.strip()):
                keep[i] = False
                cells[rule.reason] += sum(column[i] is not None for column in texts)
    return keep, cells
