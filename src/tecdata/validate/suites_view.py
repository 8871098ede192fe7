"""What the expectations of a dataset see: its records with supplemental and borrowed columns.

Every column keeps where it comes from: a supplemental qualifier or borrowed value has the row
of the other dataset beside it (``_at_<column>``), so that a finding can name its source cell.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import polars as pl

from tecdata.validate.suites_dates import day_of
from tecdata.validate.suites_frames import INDEX, at, clean

if TYPE_CHECKING:
    from tecdata.spec import DomainSpec
    from tecdata.spec.expectation import Borrowed
    from tecdata.validate.suites_frames import Frames

__all__ = ["View", "build_view"]


@dataclasses.dataclass(frozen=True, slots=True)
class View:
    """The records of a dataset as expectations see them.

    ``schema`` are the types of ``frame``. ``sources`` names the dataset a column comes from where
    that is another one, ``lent`` the variable it is there; ``lacking`` says why a wanted column is not there, ``missing`` which dataset it is for want of.
    """

    name: str
    spec: DomainSpec
    frame: pl.DataFrame
    schema: Mapping[str, pl.DataType]
    sources: Mapping[str, str]
    lent: Mapping[str, str]
    lacking: Mapping[str, str]
    missing: Mapping[str, str]


def build_view(
    name: str, frames: Frames, wanted: Iterable[str], borrow: Mapping[str, Borrowed]
) -> View:
    """The view of one dataset with the wanted columns, as far as they can be had."""
    asked = dict.fromkeys(wanted)
    lent = {c: borrow[c] for c in asked if c in borrow}
    columns = dict.fromkeys(c for c in asked if c not in borrow)
    for borrowed in lent.values():
        columns |= dict.fromkeys(borrowed.own_variables())
    records = frames.records(name, columns)
    sources, lacking = dict(records.sources), dict(records.lacking)
    missing: dict[str, str] = {}
    lazy = records.frame.lazy()
    for column, borrowed in lent.items():
        if borrowed.from_ not in frames:
            missing[column] = borrowed.from_
        reason = _cannot_lend(frames, borrowed, lacking)
        if reason:
            lacking[column] = reason
        else:
            sources[column] = borrowed.from_
            lazy = _lend(lazy, records.frame, frames, column, borrowed)
    frame = lazy.collect() if any(c in sources for c in lent) else records.frame
    taken = {column: borrowed.take for column, borrowed in lent.items()}
    spec = frames.datasets[name].spec
    return View(name, spec, frame, frame.schema, sources, taken, lacking, missing)


def _cannot_lend(frames: Frames, borrowed: Borrowed, lacking: Mapping[str, str]) -> str:
    if borrowed.from_ not in frames:
        return f"dataset {borrowed.from_} is absent"
    absent = frames.records(borrowed.from_, borrowed.other_variables()).lacking
    gone = [*absent.values(), *(lacking[c] for c in borrowed.own_variables() if c in lacking)]
    return gone[0] if gone else ""


def _lend(
    lazy: pl.LazyFrame, own: pl.DataFrame, frames: Frames, column: str, borrowed: Borrowed
) -> pl.LazyFrame:
    if borrowed.until:
        made = _until(own, frames, column, borrowed)
        return lazy.join(made.lazy(), on=INDEX, how="left", maintain_order="left")
    key = ("lent", column, repr(borrowed))
    table: pl.DataFrame = frames.once(key, lambda: _table(frames, column, borrowed))
    keys: list[str | pl.Expr] = [*borrowed.match]
    if borrowed.on_day:
        keys.append(day_of(clean(borrowed.on_day[0])))
    names = [f"_k{n}" for n in range(len(keys))]
    return lazy.join(
        table.lazy(), left_on=keys, right_on=names, how="left", coalesce=True, maintain_order="left"
    )


def _rows(frames: Frames, borrowed: Borrowed) -> pl.LazyFrame:
    rows, _ = frames.filtered(borrowed.from_, borrowed.where, borrowed.other_variables())
    return rows.lazy().filter(pl.col(borrowed.take).is_not_null())


def _taken(frames: Frames, column: str, borrowed: Borrowed) -> list[pl.Expr]:
    taken = [pl.col(borrowed.take).alias(column), pl.col(INDEX).alias(at(column))]
    if frames.is_date(borrowed.from_, borrowed.take):
        taken.append(pl.col(clean(borrowed.take)).alias(clean(column)))
    return taken


def _table(frames: Frames, column: str, borrowed: Borrowed) -> pl.DataFrame:
    rows = _rows(frames, borrowed)
    if borrowed.first_by:
        rows = rows.sort(borrowed.first_by, INDEX, nulls_last=True)
    keys = [pl.col(k) for k in borrowed.match.values()]
    if borrowed.on_day:
        keys.append(day_of(clean(borrowed.on_day[1])))
    names = [f"_k{n}" for n in range(len(keys))]
    made = [k.alias(n) for k, n in zip(keys, names, strict=True)]
    one = rows.select(*made, *_taken(frames, column, borrowed))
    return one.unique(names, keep="first", maintain_order=True).collect()


def _until(own: pl.DataFrame, frames: Frames, column: str, borrowed: Borrowed) -> pl.DataFrame:
    mine, their = borrowed.until or ("", "")
    keys = [pl.col(k).alias(f"_k{n}") for n, k in enumerate(borrowed.match.values())]
    names = [f"_k{n}" for n in range(len(keys))]
    taken = _taken(frames, column, borrowed)
    return (
        own.lazy()
        .select(INDEX, *borrowed.match, day_of(clean(mine)).alias("_own"))
        .join(
            _rows(frames, borrowed).select(*keys, *taken, day_of(clean(their)).alias("_day")),
            left_on=list(borrowed.match),
            right_on=names,
            how="inner",
        )
        .filter(pl.col("_day") <= pl.col("_own"))
        .sort("_day", at(column))
        .unique(INDEX, keep="last", maintain_order=True)
        .drop(*borrowed.match, "_own", "_day")
        .collect()
    )
