"""The mapping for callers who hold frames instead of files: pandas in, pandas out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from tecdata.errors import UsageError
from tecdata.finding import Findings
from tecdata.mapping.centre import map_views
from tecdata.mapping.check import check_centre
from tecdata.mapping.tables import TableView
from tecdata.table import ROW, CellKind, RawTable, SourceColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tecdata.spec import CentreMapping, Specs

__all__ = ["map_frames"]

#: The text cells live in the caller's own frame; the raw table only carries the names.
_NO_CELLS = pl.DataFrame()


def map_frames(
    mapping: CentreMapping,
    frames: Mapping[str, Any],
    specs: Specs,
    findings: Findings | None = None,
) -> dict[str, Any]:
    """Map a centre's tables given as frames; the result is of the same kind as the frames.

    Parameters
    ----------
    mapping
        The centre's declarations and rules.
    frames
        Table name -> a pandas, Polars or PyArrow frame, all of one kind. Text columns are read as
        cells; numbers and dates as typed cells. They are not changed.
    specs
        Domains, codelists and tests of the study.
    findings
        Receives the problems, if given.

    Returns
    -------
    dict
        Domain -> frame as :func:`tecdata.mapping.map_centre` describes it.

    Raises
    ------
    SpecError, MappingError
        As :func:`check_centre` and :func:`map_centre`.
    UsageError
        A table is missing, or is no eager frame.
    """
    check_centre(mapping, specs)
    views = {}
    for name in mapping.source.tables:
        if name not in frames:
            raise UsageError(f"no frame for table '{name}'", choices=sorted(frames))
        views[name] = _view(name, frames[name], mapping)
    mapped = map_views(mapping, views, specs, findings if findings is not None else Findings())
    return {code: dataset.frame.to_native() for code, dataset in mapped.datasets.items()}


def _view(name: str, native: Any, mapping: CentreMapping) -> TableView:
    try:
        frame = nw.from_native(native, eager_only=True)
    except TypeError:
        raise UsageError(
            f"table '{name}' is a {type(native).__name__}, not an eager data frame",
            choices=["pandas.DataFrame", "polars.DataFrame", "pyarrow.Table"],
        ) from None
    columns = [c for c in frame.columns if c != ROW]
    facts = tuple(
        SourceColumn(name=c, header=c, position=i, kinds=frozenset({_kind(frame.schema[c])}))
        for i, c in enumerate(columns)
    )
    texts = frame.select(*[_as_text(c, frame.schema[c]) for c in columns])
    if ROW in frame.columns:
        cells = texts.with_columns(frame[ROW].cast(nw.Int64)).select(ROW, *columns)
    else:
        cells = texts.with_row_index(ROW).with_columns((nw.col(ROW).cast(nw.Int64)) + 1)
    raw = RawTable(
        name=name,
        centre=mapping.source.centre,
        file=mapping.source.tables[name].file,
        addressing="records",
        frame=_NO_CELLS,
        columns=facts,
    )
    return TableView(raw, mapping.source, frame=cells)


def _kind(dtype: Any) -> CellKind:
    if dtype.is_numeric():
        return "number"
    if dtype == nw.Datetime:
        return "datetime"
    if dtype == nw.Date:
        return "date"
    return "boolean" if dtype == nw.Boolean else "text"


def _as_text(column: str, dtype: Any) -> nw.Expr:
    if dtype == nw.String:
        return nw.col(column)
    if dtype == nw.Datetime:
        return nw.col(column).dt.to_string("%Y-%m-%dT%H:%M:%S").alias(column)
    if dtype == nw.Date:
        return nw.col(column).dt.to_string("%Y-%m-%d").alias(column)
    return nw.col(column).cast(nw.String)
