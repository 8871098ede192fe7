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

__all__ = [
    "EngineName",
    "Lookup",
    "attach",
    "in_order",
    "is_long",
    "is_small",
    "lookup",
    "lookup_all",
    "once_each",
    "pick",
    "to_lists",
]

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


def is_small(frame: nw.DataFrame[Any]) -> bool:
    """Whether a frame has so few rows that Python lists are the fastest way through it."""
    return len(frame) <= SMALL


def is_long(frame: nw.DataFrame[Any] | nw.Series[Any]) -> bool:
    """Whether it is a Polars frame of so many rows that work is best done once a distinct value."""
    return len(frame) > SMALL and frame.implementation.is_polars()


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
    if is_long(frame):
        return nw.from_native(_by_codes(frame.to_native(), lookups), eager_only=True)
    if not is_small(frame):
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
        if not any(isinstance(source, list) for source in columns.values()):
            # Taken out one by one, a column of one value would become as long as the others.
            chosen = native.select(pl.col(str(old)).alias(new) for new, old in columns.items())
            return nw.from_native(chosen, eager_only=True)
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


def once_each(
    frame: nw.DataFrame[Any],
    keys: Sequence[str],
    work: Callable[[nw.DataFrame[Any]], nw.DataFrame[Any]],
) -> nw.DataFrame[Any]:
    """What ``work`` makes of the rows of ``keys``, done once for each distinct one where that pays.

    ``work`` takes a frame of the keys and returns one of as many rows, in their order, that depend
    on nothing but their own row. The result has a row for each of ``frame``.
    """
    if not is_long(frame):
        return work(frame.select(*keys))
    from tecdata.codes import combine, encode

    native: pl.DataFrame = frame.to_native()
    index, found = combine([encode(native.get_column(key)) for key in keys])
    schema = {key: native.schema[key] for key in keys}
    made = work(nw.from_native(pl.DataFrame(found, schema=schema, orient="row"), eager_only=True))
    return nw.from_native(made.to_native()[index], eager_only=True)


def in_order(frame: nw.DataFrame[Any], by: Sequence[str], keys: int) -> nw.DataFrame[Any]:
    """The frame sorted by the columns ``by``, missing values last.

    ``keys``: so many of them, the first, nearly always decide the order.
    """
    if is_long(frame):
        from tecdata.codes import take_sorted

        return nw.from_native(take_sorted(frame.to_native(), by, keys), eager_only=True)
    return frame.sort(*by, nulls_last=True)


def _by_lists(one: Lookup, lists: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    if len(one.keys) == 1:
        values = lists[one.keys[0]]
        known = {value: one.function(value) for value in set(values)}
    else:
        values = list(zip(*(lists[key] for key in one.keys), strict=True))
        known = {value: one.function(*value) for value in set(values)}
    rows = [known[value] for value in values]
    return {name: [row[i] for row in rows] for i, name in enumerate(one.outputs)}


def _by_codes(frame: pl.DataFrame, lookups: Sequence[Lookup]) -> pl.DataFrame:
    """The lookups on a long Polars frame: no text is hashed twice, and none is joined."""
    from tecdata.codes import combine, encode, spread

    keys_read = dict.fromkeys(key for one in lookups for key in one.keys)
    known = {key: encode(frame.get_column(key)) for key in keys_read}
    made: list[pl.Expr] = []
    for one in lookups:
        index, keys = combine([known[key] for key in one.keys])
        results = [one.function(*key) for key in keys]
        made += [
            spread([result[i] for result in results], index, _POLARS[dtype]).alias(name)
            for i, (name, dtype) in enumerate(one.outputs.items())
        ]
    return frame.with_columns(made)


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
