"""The rule that another dataset has, or does not have, a record that fits."""

from __future__ import annotations

import functools
import operator
from typing import TYPE_CHECKING

import polars as pl

from tecdata.validate.suites_compiled import CannotRun, Compiled, Setting
from tecdata.validate.suites_conditions import holds
from tecdata.validate.suites_dates import day_of
from tecdata.validate.suites_frames import INDEX, clean

if TYPE_CHECKING:
    from tecdata.spec.expectation import Expectation
    from tecdata.spec.expectation_groups import Exists

__all__ = ["exists"]


def exists(expectation: Expectation, rule: Exists, setting: Setting) -> Compiled:
    """There is a record of another dataset that fits, or there is none.

    A date that is not known to the day leaves open whether a record fits: then nothing is broken.
    """
    if rule.exists not in setting.frames:
        raise CannotRun(f"dataset {rule.exists} is absent", missing=rule.exists)
    theirs, lacking = setting.frames.filtered(rule.exists, rule.where, rule.other_variables())
    if lacking:
        raise CannotRun(next(iter(lacking.values())))
    types = theirs.schema
    filled = functools.reduce(operator.and_, (pl.col(n).is_not_null() for n in rule.match))
    own_keys = [_text(n, setting.schema[n]) for n in rule.match]
    their_keys = [_text(n, types[n]) for n in rule.match.values()]
    names = [f"_k{n}" for n in range(len(own_keys))]
    made = [k.alias(n) for k, n in zip(their_keys, names, strict=True)]
    if not rule.dates:
        key = (rule.exists, repr(rule.where), tuple(rule.match.values()))
        known = setting.frames.once(
            ("exists", *key),
            lambda: theirs.select(_joined(their_keys).alias("k").unique()).get_column("k"),
        )
        there = _joined(own_keys).is_in(known.implode())
        return Compiled(
            expectation=expectation, applies=filled, broken=there if rule.none else ~there
        )
    keyed = theirs.lazy().select(*made, day_of(clean(rule.dates[1])).alias("_day"))
    own_date = day_of(clean(rule.dates[0]))
    low, high = rule.days
    where = holds(expectation.where, setting.schema)

    def make(frame: pl.LazyFrame, prefix: str) -> pl.LazyFrame:
        mine = frame.filter(where).select(
            INDEX,
            *(k.alias(n) for k, n in zip(own_keys, names, strict=True)),
            own_date.alias("_own"),
        )
        later = (pl.col("_day") - pl.col("_own")).dt.total_days()
        fits = pl.col("_day").is_not_null()
        if low is not None:
            fits = fits & (later >= low)
        if high is not None:
            fits = fits & (later <= high)
        if not rule.none:
            fits = fits | pl.col("_day").is_null()
        return (
            mine.join(keyed, on=names, how="inner")
            .filter(fits)
            .select(INDEX, pl.lit(value=True).alias(f"{prefix}there"))
            .unique(INDEX)
        )

    prefix = setting.shared(("exists", setting.prefix), make)
    there = pl.col(f"{prefix}there").fill_null(value=False)
    return Compiled(
        expectation=expectation,
        applies=filled & own_date.is_not_null(),
        broken=there if rule.none else ~there,
    )


def _text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A variable as text; whole numbers without a fraction."""
    column = pl.col(name)
    if dtype == pl.String:
        return column
    return (column.cast(pl.Int64) if dtype.is_float() else column).cast(pl.String)


def _joined(keys: list[pl.Expr]) -> pl.Expr:
    """Several keys as one text."""
    return keys[0] if len(keys) == 1 else pl.concat_str(keys, separator="\x1f")
