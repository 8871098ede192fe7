"""Rows of any tables of any centres in one frame, and the tables out of them again."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tecdata.table import ROW, RawTable

if TYPE_CHECKING:
    from tecdata.shares.job import CentreShare

__all__ = ["ROW_SCHEMA", "rows_of", "tables_of"]

#: Centre (its folder), table, row number, the cells in the order of the table's columns, and which
#: cells of its mixed columns are typed numbers.
ROW_SCHEMA: Final[dict[str, Any]] = {
    "centre": pl.String,
    "table": pl.String,
    ROW: pl.Int64,
    "cells": pl.List(pl.String),
    "numbers": pl.List(pl.Boolean),
}


def rows_of(centre: str, table: RawTable) -> pl.DataFrame:
    """The rows of one table."""
    names = [column.name for column in table.columns]
    mixed = table.number_cells.columns
    flags = table.number_cells.rename({name: f"~{i}" for i, name in enumerate(mixed)})
    cells = pl.concat_list(names) if names else pl.lit([], dtype=pl.List(pl.String))
    numbers = pl.concat_list(flags.columns) if mixed else pl.lit([], dtype=pl.List(pl.Boolean))
    return table.frame.hstack(flags.get_columns()).select(
        pl.lit(centre).alias("centre"),
        pl.lit(table.name).alias("table"),
        ROW,
        cells.alias("cells"),
        numbers.alias("numbers"),
    )


def tables_of(centre: CentreShare, rows: pl.DataFrame) -> dict[str, RawTable]:
    """The centre's tables: those shared out with these rows, in the order of the source; the others whole."""
    rows = rows.filter(pl.col("centre") == centre.name)
    tables = dict(centre.tables)
    for name in centre.subjects:
        blank = centre.tables[name]
        own = rows.filter(pl.col("table") == name).sort(ROW)
        if not own.is_empty():
            frame = _spread(own, "cells", [column.name for column in blank.columns])
            numbers = _spread(own, "numbers", blank.number_cells.columns)
            tables[name] = dataclasses.replace(
                blank, frame=own.select(ROW).hstack(frame.get_columns()), number_cells=numbers
            )
    return tables


def _spread(rows: pl.DataFrame, column: str, names: list[str]) -> pl.DataFrame:
    """A column of lists as columns."""
    if not names:
        return pl.DataFrame()
    return rows.get_column(column).list.to_struct(fields=names).struct.unnest()
