"""Dictionary codes of Polars columns: each distinct value once, and which of them stands in each row.

Long columns of clinical data repeat few values. What is computed once for each distinct value is
taken to the rows by whole numbers, and rows are sorted by whole numbers: neither hashes or
compares a text more than once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = [
    "Codes",
    "combine",
    "encode",
    "gather",
    "order_by_keys",
    "repeated",
    "spread",
    "take_sorted",
]

Index = npt.NDArray[np.int64]

#: Combinations looked up in a table of all that are possible, per row of the frame.
_DENSE: Final = 4
#: The largest number that combined codes may take.
_ROOM: Final = 2**62


@dataclasses.dataclass(frozen=True, slots=True)
class Codes:
    """``values[index[i]]`` is the value of row ``i``; the values are distinct, None among them if need be."""

    index: Index
    values: list[Any]


def encode(series: pl.Series) -> Codes:
    """The codes of one column, whose values come in no particular order.

    >>> codes = encode(pl.Series(["b", None, "b"]))
    >>> [codes.values[i] for i in codes.index]
    ['b', None, 'b']
    """
    if series.dtype == pl.String and series.null_count() < len(series):
        # Categories of its own: those that all columns share are never forgotten.
        own = pl.Categorical(pl.Categories.random(physical=pl.UInt32))
        coded = series.cast(own)
        found = coded.drop_nulls().unique()
        order = found.to_physical().to_numpy().argsort()
        values = found.cast(pl.String).gather(order.astype(np.uint32)).to_list()
        physical = coded.to_physical()
    else:
        found = series.drop_nulls().unique()
        values = found.to_list()
        physical = series.replace_strict(
            found, pl.int_range(len(found), dtype=pl.UInt32, eager=True), default=None
        )
    if physical.null_count():
        physical = physical.fill_null(len(values))
        values.append(None)
    return Codes(physical.to_numpy().astype(np.int64), values)


def combine(parts: Sequence[Codes]) -> tuple[Index, list[tuple[Any, ...]]]:
    """The combinations of several columns that occur: which stands in each row, and their values."""
    index, picked = parts[0].index, [np.arange(len(parts[0].values))]
    for part in parts[1:]:
        size = len(part.values)
        index, found = _distinct(index * size + part.index, len(picked[0]) * size)
        picked = [*(places[found // size] for places in picked), found % size]
    columns = [[part.values[i] for i in places] for part, places in zip(parts, picked, strict=True)]
    return index, list(zip(*columns, strict=True))


def _distinct(numbers: Index, size: int) -> tuple[Index, Index]:
    """Position of each number among the distinct ones, and these."""
    if size <= max(_DENSE * len(numbers), 1 << 16):
        present = np.zeros(size, dtype=np.bool_)
        present[numbers] = True
        found = np.flatnonzero(present)
        if len(found) == size:
            return numbers, found
        places = np.cumsum(present, dtype=np.int64) - 1
        return places[numbers], found
    found, index = np.unique(numbers, return_inverse=True)
    return index, found


def gather(values: Sequence[Any], index: Index, dtype: type[pl.DataType] = pl.String) -> pl.Series:
    """The value of each row, of those of the distinct ones."""
    return pl.Series(values, dtype=dtype).gather(index)


def spread(values: Sequence[Any], index: Index, dtype: type[pl.DataType]) -> pl.Expr:
    """A value for each distinct one, as a column of all rows; a constant costs next to nothing."""
    first = values[0] if values else None
    if (first is None or isinstance(first, str)) and all(value == first for value in values):
        return pl.lit(first, dtype=dtype)
    return pl.lit(gather(values, index, dtype))


def take_sorted(frame: pl.DataFrame, by: Sequence[str], keys: int) -> pl.DataFrame:
    """The frame in the order of the columns ``by``, missing values last.

    The first ``keys`` of them are those that nearly always decide; the others are looked at
    only in the rows that these leave alike. Texts are in the order of their code points.
    """
    packed, used = _packed(frame, by[:keys])
    if not (packed[1:] > packed[:-1]).all():
        order = np.argsort(packed, kind="stable")
        frame = frame[order]
        packed = packed[order]
    return _ties_sorted(frame, packed, by[used:])


def order_by_keys(frame: pl.DataFrame, keys: Sequence[str]) -> pl.Series | None:
    """Row numbers in the order of the keys, missing values first; None where rows have equal keys."""
    packed, used = _packed(frame, keys, nulls_last=False)
    order = np.argsort(packed, kind="stable")
    ordered = packed[order]
    if used < len(keys) or (ordered[1:] == ordered[:-1]).any():
        return None
    return pl.Series(order.astype(np.uint32))


def repeated(frame: pl.DataFrame, keys: Sequence[str]) -> pl.Series | None:
    """Which rows another one equals in all keys, missing values equal too; None where none does."""
    packed, used = _packed(frame, keys)
    if used < len(keys):
        again = frame.select(keys).is_duplicated()
        return again if again.any() else None
    ordered = np.sort(packed)
    same = ordered[1:] == ordered[:-1]
    return pl.Series(np.isin(packed, ordered[1:][same])) if same.any() else None


def _packed(
    frame: pl.DataFrame, keys: Sequence[str], *, nulls_last: bool = True
) -> tuple[Index, int]:
    """One number a row that orders rows as the keys do, and how many of the keys it has room for."""
    packed, room, used = np.zeros(len(frame), dtype=np.int64), 1, 0
    for name in keys:
        ranks, size = _ranks(frame.get_column(name), nulls_last=nulls_last)
        if room * size >= _ROOM:
            break
        if size > 1:
            packed = packed * size + ranks
            room *= size
        used += 1
    return packed, used


def _ties_sorted(frame: pl.DataFrame, packed: Index, by: Sequence[str]) -> pl.DataFrame:
    same = packed[1:] == packed[:-1]
    if not by or not same.any():
        return frame
    alike = np.zeros(len(frame), dtype=np.bool_)
    alike[1:] |= same
    alike[:-1] |= same
    places = np.flatnonzero(alike)
    tied = (
        frame[places]
        .select(by)
        .with_columns(pl.Series("~group", packed[places]), pl.Series("~place", places))
    )
    moved = tied.sort("~group", *by, nulls_last=True).get_column("~place").to_numpy()
    order = np.arange(len(frame))
    order[places] = moved
    return frame[order]


def _ranks(series: pl.Series, *, nulls_last: bool) -> tuple[Index, int]:
    """Rank of each row's value among the distinct ones, and how many ranks there are."""
    if series.dtype.is_integer() and series.len():
        low, high = series.min(), series.max()
        if isinstance(low, int) and isinstance(high, int) and low > -_ROOM and high - low < 1 << 40:
            base, gap = (low, high - low + 1) if nulls_last else (low - 1, 0)
            shifted = (series.cast(pl.Int64) - base).fill_null(gap)
            return shifted.to_numpy(), high - low + 2
    codes = encode(series)
    known = pl.Series(codes.values, dtype=series.dtype)
    ranks = np.empty(len(codes.values), dtype=np.int64)
    ranks[known.arg_sort(nulls_last=nulls_last).to_numpy()] = np.arange(len(ranks))
    return ranks[codes.index], len(ranks)
