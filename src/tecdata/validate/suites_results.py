"""Rules about results of one or several tests of a subject: totals, slips of unit, mix-ups, ratios."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import polars as pl

from tecdata.spec import expectation_groups as kinds
from tecdata.spec.expectation import Expectation
from tecdata.validate.suites_compiled import Compiled, Setting
from tecdata.validate.suites_conditions import holds, number
from tecdata.validate.suites_view import INDEX

__all__ = ["ratio", "slip", "swapped", "total"]

#: A median of fewer results says nothing about what is usual.
_FEWEST = 3


def total(expectation: Expectation, rule: kinds.Sum, setting: Setting) -> Compiled:
    """The result of one test is the sum of the results of others."""
    value, parts, made = (setting.name(n) for n in ("value", "parts", "sum"))
    where = holds(expectation.where, setting.schema)
    result = number(rule.value, setting.schema)
    by, tolerance = list(rule.by), float(rule.tolerance)

    def prepare(frame: pl.LazyFrame) -> pl.LazyFrame:
        rows = frame.filter(where & result.is_not_null()).select(
            INDEX, *by, pl.col(rule.test).alias("_t"), result.alias("_v")
        )
        sums = (
            rows.filter(pl.col("_t").is_in(list(rule.parts)))
            .group_by(by)
            .agg(
                pl.col("_v").sum().alias(made),
                pl.col(INDEX).sort().alias(parts),
                pl.len().alias("_n"),
                pl.col("_t").n_unique().alias("_tests"),
            )
            # A part measured twice leaves the sum open.
            .filter((pl.col("_n") == len(rule.parts)) & (pl.col("_tests") == len(rule.parts)))
        )
        totals = rows.filter(pl.col("_t") == rule.total)
        joined = totals.join(sums, on=by, how="inner")
        return joined.select(INDEX, pl.col("_v").alias(value), made, parts)

    spare = pl.col(value).abs() * tolerance + 1e-9
    over = pl.col(made) - pl.col(value)
    return Compiled(
        expectation=expectation,
        prepare=prepare,
        applies=pl.col(made).is_not_null(),
        broken=(over if rule.is_ == "at_least" else over.abs()) > spare,
        details=lambda row: {"sum": row[made]},
        records=(parts,),
        record_variables=(rule.value,),
    )


def slip(expectation: Expectation, rule: kinds.Slip, setting: Setting) -> Compiled:
    """A value is off from its group's median by the factor of a wrong unit."""
    middle, which = setting.name("median"), setting.name("slip")
    where = holds(expectation.where, setting.schema)
    result = number(rule.slip, setting.schema)
    by = list(rule.by)
    slips = [(test, slip) for test, several in rule.table.items() for slip in several]
    within = math.log(float(rule.within))

    def prepare(frame: pl.LazyFrame) -> pl.LazyFrame:
        rows = (
            frame.filter(where & pl.col(rule.test).is_in(list(rule.table)) & (result > 0))
            .select(INDEX, *dict.fromkeys([*by, rule.test]), result.alias("_v"))
            .with_columns(
                pl.col("_v").median().over(by).alias(middle), pl.len().over(by).alias("_n")
            )
            .filter((pl.col("_n") >= _FEWEST) & (pl.col(middle) > 0))
        )
        off = (pl.col("_v") / pl.col(middle)).log()
        found = pl.coalesce(
            pl.when(
                (pl.col(rule.test) == test)
                & ((off - math.log(float(slip.factor))).abs() <= within)
            ).then(n)
            for n, (test, slip) in enumerate(slips)
        )
        return rows.select(INDEX, middle, found.alias(which))

    def details(row: Mapping[str, Any]) -> dict[str, object]:
        _, found = slips[row[which]]
        factor = found.factor
        small = f"1/{float(1 / factor):.4g}"
        return {
            "median": row[middle],
            "factor": f"{float(factor):.4g}" if factor >= 1 else small,
            "meaning": found.meaning,
        }

    return Compiled(
        expectation=expectation,
        prepare=prepare,
        applies=pl.col(middle).is_not_null(),
        broken=pl.col(which).is_not_null(),
        details=details,
    )


def _pairs(
    frame: pl.LazyFrame,
    expectation: Expectation,
    rule: kinds.Swapped | kinds.Ratio,
    of: tuple[str, str],
    value: str,
    setting: Setting,
) -> pl.LazyFrame:
    """Results of two tests of the same moment side by side (``_a``, ``_b``; rows INDEX, ``_j``)."""
    by = list(rule.by)
    result = number(value, setting.schema)
    rows = frame.filter(
        holds(expectation.where, setting.schema) & pl.col(rule.test).is_in(list(of)) & (result > 0)
    ).select(INDEX, *by, rule.at, pl.col(rule.test).alias("_t"), result.alias("_v"))
    rows = rows.with_columns(
        pl.col("_v").median().over([*by, "_t"]).alias("_m"), pl.len().over([*by, "_t"]).alias("_n")
    )
    left = rows.filter(pl.col("_t") == of[0]).rename({"_v": "_a", "_m": "_ma", "_n": "_na"})
    right = rows.filter(pl.col("_t") == of[1]).select(
        *by,
        rule.at,
        pl.col(INDEX).alias("_j"),
        pl.col("_v").alias("_b"),
        pl.col("_m").alias("_mb"),
        pl.col("_n").alias("_nb"),
    )
    # Two results of one test at one moment leave open which belong together.
    keys = [*by, rule.at]
    left = left.filter(~pl.struct(keys).is_duplicated())
    right = right.filter(~pl.struct(keys).is_duplicated())
    return left.join(right, on=keys, how="inner")


def swapped(expectation: Expectation, rule: kinds.Swapped, setting: Setting) -> Compiled:
    """Results of two tests of one moment are each other's."""
    flag, other, row_of = (setting.name(n) for n in ("swapped", "other", "at"))
    within = math.log(float(rule.within))

    def far(value: str, median: str) -> pl.Expr:
        return (pl.col(value) / pl.col(median)).log().abs()

    def prepare(frame: pl.LazyFrame) -> pl.LazyFrame:
        pairs = _pairs(frame, expectation, rule, rule.pair, rule.swapped, setting)
        known = (pl.col("_na") >= _FEWEST) & (pl.col("_nb") >= _FEWEST)
        crossed = (
            (far("_a", "_ma") > within)
            & (far("_b", "_mb") > within)
            & (far("_a", "_mb") <= within)
            & (far("_b", "_ma") <= within)
        )
        return pairs.filter(known).select(
            INDEX, crossed.alias(flag), pl.col("_b").alias(other), pl.col("_j").alias(row_of)
        )

    return Compiled(
        expectation=expectation,
        prepare=prepare,
        applies=pl.col(flag).is_not_null(),
        broken=pl.col(flag),
        details=lambda row: {"other": row[other], "other_test": rule.pair[1]},
        records=(row_of,),
        record_variables=(rule.swapped,),
    )


def ratio(expectation: Expectation, rule: kinds.Ratio, setting: Setting) -> Compiled:
    """The ratio of two tests of one moment stays near the usual one."""
    found, usual, other, row_of = (setting.name(n) for n in ("found", "usual", "other", "at"))

    def prepare(frame: pl.LazyFrame) -> pl.LazyFrame:
        pairs = _pairs(frame, expectation, rule, rule.of, rule.ratio, setting)
        made = (
            pairs.with_columns((pl.col("_a") / pl.col("_b")).alias(found))
            .with_columns(
                pl.col(found).median().over(list(rule.by)).alias(usual),
                pl.len().over(list(rule.by)).alias("_k"),
            )
            .filter(pl.col("_k") >= _FEWEST)
        )
        return made.select(
            INDEX, found, usual, pl.col("_b").alias(other), pl.col("_j").alias(row_of)
        )

    off = (pl.col(found) / pl.col(usual) - 1).abs()
    return Compiled(
        expectation=expectation,
        prepare=prepare,
        applies=pl.col(found).is_not_null(),
        broken=off > float(rule.tolerance),
        details=lambda row: {
            "other": row[other],
            "found": float(f"{row[found]:.3g}"),
            "usual": float(f"{row[usual]:.3g}"),
        },
        records=(row_of,),
        record_variables=(rule.ratio,),
    )
