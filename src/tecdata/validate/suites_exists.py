"""The rule that another dataset has, or does not have, a record that fits."""

from __future__ import annotations

import functools
import operator

import polars as pl

from tecdata.spec.expectation import Expectation
from tecdata.spec.expectation_groups import Exists
from tecdata.validate.suites_compiled import CannotRun, Compiled, Setting
from tecdata.validate.suites_conditions import holds
from tecdata.validate.suites_dates import day
from tecdata.validate.suites_view import INDEX, own_columns

__all__ = ["exists"]


def exists(expectation: Expectation, rule: Exists, setting: Setting) -> Compiled:
    """There is a record of another dataset that fits, or there is none.

    A date that is not known to the day leaves open whether a record fits: then nothing is broken.
    """
    if rule.exists not in setting.datasets:
        raise CannotRun(f"dataset {rule.exists} is absent")
    theirs, _, lacking = own_columns(rule.exists, setting.datasets, rule.other_variables())
    if lacking:
        raise CannotRun(next(iter(lacking.values())))
    theirs = theirs.filter(holds(rule.where, theirs.schema))
    filled = functools.reduce(operator.and_, (pl.col(n).is_not_null() for n in rule.match))
    own_keys = [_text(n, setting.schema[n]) for n in rule.match]
    their_keys = [_text(n, theirs.schema[n]) for n in rule.match.values()]
    names = [f"_k{n}" for n in range(len(own_keys))]
    keyed = theirs.select(
        *(k.alias(n) for k, n in zip(their_keys, names, strict=True)),
        *([day(pl.col(rule.dates[1])).alias("_day")] if rule.dates else []),
    )
    if not rule.dates:
        if len(names) == 1:
            there = own_keys[0].is_in(keyed.get_column("_k0").unique().implode())
        else:
            joined = keyed.select(pl.concat_str(names, separator="\x1f").unique()).to_series()
            there = pl.concat_str(own_keys, separator="\x1f").is_in(joined.implode())
        return Compiled(
            expectation=expectation, applies=filled, broken=there if rule.none else ~there
        )
    flag = setting.name("there")
    own_date = day(pl.col(rule.dates[0]))
    low, high = rule.days
    where = holds(expectation.where, setting.schema)

    def prepare(frame: pl.LazyFrame) -> pl.LazyFrame:
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
            mine.join(keyed.lazy(), on=names, how="inner")
            .filter(fits)
            .select(INDEX, pl.lit(True).alias(flag))  # noqa: FBT003
            .unique(INDEX)
        )

    there = pl.col(flag).fill_null(value=False)
    return Compiled(
        expectation=expectation,
        prepare=prepare,
        applies=filled & own_date.is_not_null(),
        broken=there if rule.none else ~there,
    )


def _text(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if dtype == pl.String:
        return column
    return (column.cast(pl.Int64) if dtype.is_float() else column).cast(pl.String)
