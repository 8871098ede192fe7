"""Parquet by polars: every column written as text."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import polars as pl

from tecdata.errors import IntakeError
from tecdata.intake.cells import column_text
from tecdata.intake.grid import Columns
from tecdata.intake.problems import not_parsed, unreadable
from tecdata.sandbox import ParserError, parsers
from tecdata.table import CellKind, SourceColumn

if TYPE_CHECKING:
    from tecdata.intake.opener import Opened

__all__ = ["read_parquet", "series_text"]

_PLAIN = (
    pl.String,
    pl.Boolean,
    pl.Date,
    pl.Datetime,
    pl.Time,
    pl.Duration,
    pl.Categorical,
    pl.Enum,
)

#: From here on a column's cells are looked at by distinct value.
_LONG: Final = 20_000


def read_parquet(opened: Opened) -> Columns:
    """Read a Parquet file.

    Raises :class:`IntakeError` where it is damaged or holds columns of lists, structures or bytes.
    """
    if not opened.content.endswith(b"PAR1"):
        raise unreadable(opened.place, "parquet")
    try:
        _, (stream,) = parsers().ask("parquet", opened.content)
    except ParserError as error:
        raise not_parsed(error, opened.place, "parquet", parsers().limits) from None
    frame = pl.read_ipc_stream(io.BytesIO(stream))
    columns, texts = [], []
    for position, series in enumerate(frame.iter_columns()):
        cells, kinds = series_text(series, opened.place)
        columns.append(
            SourceColumn(name=series.name, header=series.name, position=position, kinds=kinds)
        )
        texts.append(cells)
    return Columns(columns=tuple(columns), texts=texts)


def series_text(series: pl.Series, place: str) -> tuple[list[str | None], frozenset[CellKind]]:
    """The cells of a column as text (None where missing) and the kind they have.

    Raises :class:`IntakeError` for a column of lists, structures or bytes.
    """
    dtype = series.dtype
    if dtype.is_decimal():
        return series.cast(pl.String).to_list(), frozenset({"number"})
    if not (dtype.is_numeric() or dtype in _PLAIN or dtype == pl.Null):
        raise IntakeError(
            f"column '{series.name}' holds {dtype}, not single values",
            place=place,
            next_step="Ask the centre for a file with one value a cell",
        )
    if dtype == pl.Float32:
        # Widening to 64 bits would show digits that were never stored.
        series = series.cast(pl.String).cast(pl.Float64)
    if dtype.is_float():
        series = series.fill_nan(None)
    if dtype == pl.String and len(series) > _LONG:
        return _long_text(series)
    texts, kinds, _ = column_text(series.to_list())
    return texts, kinds


def _long_text(series: pl.Series) -> tuple[list[str | None], frozenset[CellKind]]:
    """Of a long column of text each distinct value is looked at once."""
    from tecdata.codes import encode, gather

    codes = encode(series)
    texts, kinds, _ = column_text(codes.values)
    same = texts == codes.values
    return (series if same else gather(texts, codes.index)).to_list(), kinds
