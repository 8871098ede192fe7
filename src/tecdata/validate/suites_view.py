"""What the expectations of a dataset see: its records with supplemental and borrowed columns.

Every column keeps where it comes from: a supplemental qualifier or borrowed value has the row
of the other dataset beside it (``_at_<column>``), so that a finding can name its source cell.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

import polars as pl

from tecdata.validate.suites_dates import day_of
from tecdata.validate.suites_frames import INDEX, at, clean

if TYPE_CHECKING:
    from tecdata.spec import DomainSpec
    from tecdata.spec.expectation import Borrowed
    from tecdata.validate.suites_frames import Frames

__all__ = ["View", "build_view"]

#: The dataset that says which records belong together.
RELATIONS: Final = "RELREC"


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
        if gone := [n for n in _needed(borrowed) if n not in frames]:
            missing[column] = gone[0]
        reason = _cannot_lend(frames, borrowed, lacking)
        if reason:
            lacking[column] = reason
        else:
            sources[column] = borrowed.from_
            lazy = _lend(lazy, records.frame, frames, column, borrowed, name)
    frame = lazy.collect() if any(c in sources for c in lent) else records.frame
    taken = {column: borrowed.take for column, borrowed in lent.items()}
    spec = frames.datasets[name].spec
    return View(name, spec, frame, frame.schema, sources, taken, lacking, missing)


def _needed(borrowed: Borrowed) -> tuple[str, ...]:
    """The datasets a value is borrowed from or found by."""
    return (borrowed.from_, RELATIONS) if borrowed.related else (borrowed.from_,)


def _cannot_lend(frames: Frames, borrowed: Borrowed, lacking: Mapping[str, str]) -> str:
    """Why a column cannot be borrowed; empty where it can."""
    for name in _needed(borrowed):
        if name not in frames:
            return f"dataset {name} is absent"
    absent = frames.records(borrowed.from_, borrowed.other_variables()).lacking
    gone = [*absent.values(), *(lacking[c] for c in borrowed.own_variables() if c in lacking)]
    return gone[0] if gone else ""


def _lend(
    lazy: pl.LazyFrame,
    own: pl.DataFrame,
    frames: Frames,
    column: str,
    borrowed: Borrowed,
    name: str,
) -> pl.LazyFrame:
    """The view with one borrowed column."""
    if borrowed.related:
        related = _related(own, frames, column, borrowed, name)
        return lazy.join(related.lazy(), on=INDEX, how="left", maintain_order="left")
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
    """The records a column is borrowed from."""
    rows, _ = frames.filtered(borrowed.from_, borrowed.where, borrowed.other_variables())
    return rows.lazy().filter(pl.col(borrowed.take).is_not_null())


def _taken(frames: Frames, column: str, borrowed: Borrowed) -> list[pl.Expr]:
    """The borrowed value, the row it comes from, and its clean date where it is one."""
    taken = [pl.col(borrowed.take).alias(column), pl.col(INDEX).alias(at(column))]
    if frames.is_date(borrowed.from_, borrowed.take):
        taken.append(pl.col(clean(borrowed.take)).alias(clean(column)))
    return taken


def _table(frames: Frames, column: str, borrowed: Borrowed) -> pl.DataFrame:
    """The first value to lend for each combination of keys."""
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


def _related(
    own: pl.DataFrame, frames: Frames, column: str, borrowed: Borrowed, name: str
) -> pl.DataFrame:
    """What a record of the other dataset lends to those that RELREC puts together with it."""
    pairs = frames.records(RELATIONS, ("USUBJID", "RDOMAIN", "IDVARVAL", "RELID")).frame
    number = pl.col("IDVARVAL").cast(pl.Float64, strict=False)

    def side(code: str, alias: str) -> pl.LazyFrame:
        of_code = pairs.lazy().filter(pl.col("RDOMAIN") == code)
        return of_code.select("USUBJID", "RELID", number.alias(alias))

    mine = own.lazy().select(INDEX, "USUBJID", pl.col(f"{name}SEQ").cast(pl.Float64).alias("_own"))
    rows = _rows(frames, borrowed)
    if borrowed.first_by:
        rows = rows.sort(borrowed.first_by, INDEX, nulls_last=True)
    theirs = rows.with_row_index("_order").select(
        "USUBJID",
        pl.col(f"{borrowed.from_}SEQ").cast(pl.Float64).alias("_other"),
        "_order",
        *_taken(frames, column, borrowed),
    )
    linked = mine.join(side(name, "_own"), on=["USUBJID", "_own"])
    linked = linked.join(side(borrowed.from_, "_other"), on=["USUBJID", "RELID"])
    linked = linked.join(theirs, on=["USUBJID", "_other"]).sort("_order")
    return (
        linked.unique(INDEX, keep="first", maintain_order=True)
        .drop("USUBJID", "_own", "RELID", "_other", "_order")
        .collect()
    )


def _until(own: pl.DataFrame, frames: Frames, column: str, borrowed: Borrowed) -> pl.DataFrame:
    """For each own record the last value to lend that is not after its date."""
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
