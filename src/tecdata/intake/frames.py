"""Frames in place of a centre's files: pandas, Polars, PyArrow or Spark, every cell as text."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl

from tecdata.errors import UsageError
from tecdata.finding import Finding, Findings
from tecdata.intake.cells import column_text
from tecdata.intake.delivery import Delivery
from tecdata.intake.grid import Columns
from tecdata.intake.parquet import series_text
from tecdata.intake.tabulate import Place, table_of_columns
from tecdata.table import SourceColumn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tecdata.spec.source import SourceSpec

__all__ = ["read_frames"]

_KNOWN = (
    "pandas.DataFrame",
    "polars.DataFrame",
    "pyarrow.Table",
    "pyspark.sql.DataFrame",
)
#: A column's cells as text, the kinds of cell it holds, and which cells are numbers where it is mixed.
_Texts: TypeAlias = tuple[list[str | None], frozenset[Any], list[bool]]

_CELLS = (str, bool, int, float, dt.datetime, dt.date, dt.time, dt.timedelta)


def read_frames(source: SourceSpec, frames: Mapping[str, Any], findings: Findings) -> Delivery:
    r"""Take a centre's tables from frames, as if they had come in files.

    Parameters
    ----------
    source
        What the centre sends; of its tables only how cells are read counts, not where they are.
    frames
        Table of ``source.yaml`` -> a pandas, Polars, PyArrow or Spark frame whose columns are
        named as the rules call them. Texts are cells as a person wrote them; numbers, dates and
        truth values are typed cells. They are not changed. Rows are numbered from 1 in the order
        they come, which of a Spark frame is that of its partitions.
    findings
        Receives a table that has no row.

    Raises
    ------
    UsageError
        A table has no frame or a frame no table; something is no frame, or has columns that
        cannot be told apart.
    IntakeError
        A column holds lists, structures or bytes; ``source.yaml`` names a column that is not there.

    Examples
    --------
    >>> import polars as pl
    >>> from tecdata.spec.source import SourceSpec
    >>> source = SourceSpec.model_validate({
    ...     "centre": "XX", "name": "Example", "country": "DEU", "language": ["de"], "folder": "xx",
    ...     "subject": {"pattern": r"(?P<number>\d+)"}, "tables": {"lab": {"file": "lab.csv"}},
    ... })
    >>> frame = pl.DataFrame({"id": [1], "IgG": ["7,5"]})
    >>> read_frames(source, {"lab": frame}, Findings()).tables["lab"].frame.rows()
    [(1, '1', '7,5')]
    """
    strange = sorted(frames.keys() - source.tables.keys())
    absent = [name for name in source.tables if name not in frames]
    if strange or absent:
        wrong = f"no table is called {strange[0]}" if strange else f"no frame for table {absent[0]}"
        raise UsageError(
            wrong,
            place=f"frames of centre {source.centre}",
            choices=tuple(source.tables),
            next_step="Give one frame for each table of source.yaml",
        )
    tables, accounts = {}, {}
    for name, table in source.tables.items():
        file = f"frame {name}"
        place = Place(table=name, centre=source.centre, file=file, shown=file)
        data = _columns(frames[name], file)
        tables[name], accounts[name] = table_of_columns(data, table, place)
        if tables[name].frame.is_empty():
            empty = Finding.of("intake.no_rows", centre=source.centre, file=file, at="", table=name)
            findings.add(empty)
    return Delivery(centre=source.centre, tables=tables, accounts=accounts, files=())


def _columns(frame: Any, place: str) -> Columns:
    library = type(frame).__module__.partition(".")[0]
    if library == "pyspark":
        # Spark 3 has no way to Arrow of its own.
        return _columns(frame.toArrow() if hasattr(frame, "toArrow") else frame.toPandas(), place)
    if library == "pyarrow":
        return _columns(pl.from_arrow(frame), place)
    if library == "pandas" and hasattr(frame, "columns"):
        names = list(frame.columns)
        _check_names(names, place)
        return _together(names, [_pandas_text(frame[name], place) for name in names])
    if isinstance(frame, pl.DataFrame):
        texts: list[_Texts] = [(*series_text(series, place), []) for series in frame.iter_columns()]
        return _together(frame.columns, texts)
    raise UsageError(
        f"a {type(frame).__name__} is not a frame that can be read",
        place=place,
        choices=_KNOWN,
        next_step="Give the table as one of these",
    )


def _check_names(names: Sequence[Any], place: str) -> None:
    double = [name for name, count in Counter(names).items() if count > 1]
    if double or not all(isinstance(name, str) for name in names):
        wrong = f"column {double[0]} stands twice" if double else "a column's name is no text"
        raise UsageError(
            wrong, place=place, next_step="Rename the columns so that rules can tell them apart"
        )


def _pandas_text(series: Any, place: str) -> _Texts:
    if series.dtype != object:
        return (*series_text(pl.from_pandas(series), place), [])
    missing = series.isna().tolist()
    values = [
        None if gap else _cell(value, series.name, place)
        for value, gap in zip(series.tolist(), missing, strict=True)
    ]
    return column_text(values)


def _cell(value: Any, column: str, place: str) -> Any:
    """A cell of an object column as one of the types intake writes."""
    if isinstance(value, dt.datetime) and hasattr(value, "to_pydatetime"):
        return value.to_pydatetime(warn=False)
    if isinstance(value, dt.timedelta) and hasattr(value, "to_pytimedelta"):
        return value.to_pytimedelta()
    if isinstance(value, Decimal):
        return float(value)
    plain = value.item() if hasattr(value, "item") else value
    if type(plain) not in _CELLS:
        raise UsageError(
            f"column '{column}' holds a {type(value).__name__}, not a single value",
            place=place,
            next_step="Give one text, number or date a cell",
        )
    return plain


def _together(
    names: Sequence[str],
    texts: Sequence[_Texts],
) -> Columns:
    columns = tuple(
        SourceColumn(name=name, header=name, position=i, kinds=kinds)
        for i, (name, (_, kinds, _)) in enumerate(zip(names, texts, strict=True))
    )
    mixed = {
        column.name: flags
        for column, (_, kinds, flags) in zip(columns, texts, strict=True)
        if "number" in kinds and len(kinds) > 1
    }
    return Columns(columns=columns, texts=[cells for cells, _, _ in texts], numbers=mixed)
