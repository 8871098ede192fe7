"""The few frame operations every stage shares, written once for every engine Narwhals drives.

Values are parsed by **lookup**: the distinct values of a column are taken out, each is read once
by a plain Python function, and the outcome is joined back. It is exact (decimals, not floats),
the same on every engine, and its cost follows the number of distinct values, not of rows.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

import narwhals as nw
import polars as pl

__all__ = ["EngineName", "Lookup", "attach", "lookup", "lookup_all", "pick", "to_lists"]

#: What maps and harmonises; the records are the same.
EngineName = Literal["polars", "pandas", "spark"]

#: Up to here a pass through Python lists beats building, hashing and joining frames.
SMALL = 20_000

#: Stands in for null in join keys (a null key would match nothing); it cannot be data, because
#: neither a text file nor a spreadsheet cell can hold it.
_FILLER = "\x00null"

#: The types of attached columns as Polars has them. Frames of the embedded engine are built by Polars
#: itself: Narwhals looks at every frame and column it is handed, which for small ones is most of the cost.
_POLARS: Mapping[Any, type[pl.DataType]] = {
    nw.String: pl.String,
    nw.Float64: pl.Float64,
    nw.Int64: pl.Int64,
    nw.Boolean: pl.Boolean,
}


@dataclasses.dataclass(frozen=True, slots=True)
class Lookup:
    """Columns computed from the distinct values of other columns.

    Parameters
    ----------
    keys
        One or more columns. Nulls are passed on as None.
    function
        Called once for each distinct combination, positionally, in no particular order: it must
        be pure. Returns one value per output.
    outputs
        New column name -> Narwhals dtype, in the order of the function's results. An existing
        column of that name is replaced.
    """

    keys: Sequence[str]
    function: Callable[..., tuple[Any, ...]]
    outputs: Mapping[str, Any]


def lookup(
    frame: nw.DataFrame[Any],
    keys: Sequence[str],
    function: Callable[..., tuple[Any, ...]],
    outputs: Mapping[str, Any],
) -> nw.DataFrame[Any]:
    """Add columns computed from the distinct values of ``keys`` (see :class:`Lookup`).

    Row order is kept; the frame given is not changed.

    >>> import polars as pl
    >>> frame = nw.from_native(pl.DataFrame({"a": ["1", "x", None]}), eager_only=True)
    >>> read = lambda text: (text.isdigit() if text else None,)
    >>> lookup(frame, ["a"], read, {"b": nw.Boolean})["b"].to_list()
    [True, False, None]
    """
    return lookup_all(frame, [Lookup(keys, function, outputs)])


def lookup_all(frame: nw.DataFrame[Any], lookups: Sequence[Lookup]) -> nw.DataFrame[Any]:
    """Add the columns of several lookups, none of which reads another's outputs."""
    if not lookups:
        return frame
    if len(frame) > SMALL:
        for one in lookups:
            frame = _by_join(frame, one)
        return frame
    keys = dict.fromkeys(key for one in lookups for key in one.keys)
    lists = to_lists(frame, keys)
    columns: dict[str, list[Any]] = {}
    schema: dict[str, Any] = {}
    for one in lookups:
        columns |= _by_lists(one, lists)
        schema |= one.outputs
    return attach(frame, columns, schema)


def attach(
    frame: nw.DataFrame[Any], columns: Mapping[str, list[Any]], schema: Mapping[str, Any]
) -> nw.DataFrame[Any]:
    """The frame with further columns from lists, or with these in place of its own."""
    if frame.implementation.is_polars():
        native: pl.DataFrame = frame.to_native()
        made = [pl.Series(n, values, _POLARS[schema[n]]) for n, values in columns.items()]
        replaces = not columns.keys().isdisjoint(native.columns)
        native = native.with_columns(made) if replaces else native.hstack(made)
        return nw.from_native(native, eager_only=True)
    further = nw.from_dict(columns, schema=schema, backend=frame.implementation)
    # pandas would match rows by their labels, which filters leave with gaps.
    frame = nw.maybe_reset_index(frame)
    before = frame.columns
    kept = [name for name in before if name not in columns]
    joined = nw.concat([frame[kept], further], how="horizontal") if kept else further
    return joined[list(dict.fromkeys([*before, *columns]))]


def pick(
    frame: nw.DataFrame[Any], columns: Mapping[str, str | list[Any]], schema: Mapping[str, Any]
) -> nw.DataFrame[Any]:
    """A frame of some of the frame's columns under new names, and of columns from lists.

    ``columns``: new name -> name in ``frame``, or a list of the frame's height, whose type is in
    ``schema``.
    """
    if frame.implementation.is_polars():
        native: pl.DataFrame = frame.to_native()
        taken = [
            native.get_column(source).alias(name)
            if isinstance(source, str)
            else pl.Series(name, source, _POLARS[schema[name]])
            for name, source in columns.items()
        ]
        return nw.from_native(pl.DataFrame(taken), eager_only=True)
    frame = nw.maybe_reset_index(frame)
    series = {
        name: frame.get_column(source)
        if isinstance(source, str)
        else nw.new_series(name, source, schema[name], backend=frame.implementation)
        for name, source in columns.items()
    }
    return nw.from_dict(series)


def to_lists(frame: nw.DataFrame[Any], columns: Iterable[str]) -> dict[str, list[Any]]:
    """Columns as Python lists, with None for a missing value on every engine."""
    names = list(columns)
    if frame.implementation.is_polars():
        native: pl.DataFrame = frame.to_native()
        return {name: native.get_column(name).to_list() for name in names}
    lists: dict[str, list[Any]] = frame[names].to_dict(as_series=False)
    if frame.implementation.is_pandas_like():
        # pandas keeps a missing text as NaN, the one value that is not itself.
        return {k: [None if v != v else v for v in values] for k, values in lists.items()}
    return lists


def _by_lists(one: Lookup, lists: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    if len(one.keys) == 1:
        values = lists[one.keys[0]]
        known = {value: one.function(value) for value in set(values)}
    else:
        values = list(zip(*(lists[key] for key in one.keys), strict=True))
        known = {value: one.function(*value) for value in set(values)}
    rows = [known[value] for value in values]
    return {name: [row[i] for row in rows] for i, name in enumerate(one.outputs)}


def _by_join(frame: nw.DataFrame[Any], one: Lookup) -> nw.DataFrame[Any]:
    names = {key: f"_key_{i}" for i, key in enumerate(one.keys)}
    ordered = frame.with_row_index("_order").with_columns(
        *[_joinable(nw.col(key), frame.schema[key]).alias(name) for key, name in names.items()]
    )
    distinct = ordered.select(list(names.values())).unique()
    rows = list(distinct.iter_rows())
    results = [one.function(*[None if v == _FILLER or v != v else v for v in row]) for row in rows]
    columns = {name: [row[i] for row in rows] for i, name in enumerate(names.values())}
    schema = {name: distinct.schema[name] for name in names.values()}
    for i, dtype in enumerate(one.outputs.values()):
        columns[f"_out_{i}"] = [result[i] for result in results]
        schema[f"_out_{i}"] = dtype
    table = nw.from_dict(columns, schema=schema, backend=frame.implementation)
    joined = ordered.join(table, on=list(names.values()), how="left").sort("_order")
    before = set(frame.columns)
    stale = [name for name in one.outputs if name in before]
    outputs = {f"_out_{i}": name for i, name in enumerate(one.outputs)}
    new = [name for name in one.outputs if name not in before]
    return (
        joined.drop("_order", *names.values(), *stale).rename(outputs).select(*frame.columns, *new)
    )


def _joinable(expr: nw.Expr, dtype: Any) -> nw.Expr:
    return expr.fill_null(_FILLER) if dtype == nw.String else expr
