"""Rules about results of one or several tests of a subject: totals, slips of unit, mix-ups, ratios."""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from tecdata.validate.suites_compiled import Compiled, Setting
from tecdata.validate.suites_conditions import holds, number
from tecdata.validate.suites_frames import INDEX

if TYPE_CHECKING:
    from tecdata.spec import expectation_groups as kinds
    from tecdata.spec.expectation import Expectation

__all__ = ["ratio", "slip", "swapped", "total"]

#: A median of fewer results says nothing about what is usual.
_FEWEST = 3


def total(expectation: Expectation, rule: kinds.Sum, setting: Setting) -> Compiled:
    """The result of one test is the sum of the results of others."""
    where = expectation.where
    result = number(rule.value, setting.schema)
    by = list(rule.by)

    def make(frame: pl.LazyFrame, prefix: str) -> pl.LazyFrame:
        several = [rule.total, *rule.parts]
        rows = frame.filter(
            holds(where, setting.schema) & pl.col(rule.test).is_in(several) & result.is_not_null()
        ).select(INDEX, *by, pl.col(rule.test).alias("_t"), result.alias("_v"))
        part = pl.col("_t") != rule.total
        sums = rows.group_by(by).agg(
            pl.col("_v").filter(part).sum().alias(f"{prefix}sum"),
            pl.col(INDEX).filter(part).sort().alias(f"{prefix}parts"),
            pl.col(INDEX).filter(~part).first().alias(INDEX),
            pl.col("_t").n_unique().alias("_tests"),
            pl.len().alias("_n"),
        )
        # A part or total measured twice leaves the sum open.
        once = (pl.col("_n") == pl.col("_tests")) & pl.col(INDEX).is_not_null()
        # What is at least the sum of all parts is at least that of some.
        enough = 2 if rule.is_ == "at_least" else len(several)
        whole = once & (pl.col("_tests") >= enough)
        return sums.filter(whole).select(INDEX, f"{prefix}sum", f"{prefix}parts")

    prefix = setting.shared(("sum", setting.prefix), make)
    made = pl.col(f"{prefix}sum")
    spare = result.abs() * float(rule.tolerance) + 1e-9
    over = made - result
    return Compiled(
        expectation=expectation,
        applies=made.is_not_null(),
        broken=(over if rule.is_ == "at_least" else over.abs()) > spare,
        details=lambda row: {"sum": row[f"{prefix}sum"]},
        records=(f"{prefix}parts",),
        record_variables=(rule.value,),
    )


def _medians(
    expectation: Expectation, by: Sequence[str], value: str, setting: Setting
) -> tuple[str, str]:
    """The columns with median and number of the positive values of the record's group."""
    where = expectation.where
    result = number(value, setting.schema)

    def make(frame: pl.LazyFrame, prefix: str) -> pl.LazyFrame:
        rows = frame.filter(holds(where, setting.schema) & (result > 0))
        groups = rows.select(INDEX, *by, result.alias("_v"))
        return groups.select(
            INDEX,
            pl.col("_v").median().over(by).alias(f"{prefix}median"),
            pl.len().over(by).alias(f"{prefix}number"),
        )

    prefix = setting.shared(("median", repr(where), tuple(by), value), make)
    return f"{prefix}median", f"{prefix}number"


def slip(expectation: Expectation, rule: kinds.Slip, setting: Setting) -> Compiled:
    """A value is off from its group's median by the factor of a wrong unit."""
    middle, fewest = _medians(expectation, rule.by, rule.slip, setting)
    which = setting.name("slip")
    result = number(rule.slip, setting.schema)
    within = float(rule.within)
    by_factor: dict[Any, list[str]] = {}
    for test, several in rule.table.items():
        for one in several:
            by_factor.setdefault(one.factor, []).append(test)
    factors = list(by_factor)
    off = result / pl.col(middle)
    found = pl.coalesce(
        pl.when(
            off.is_between(float(factor) / within, float(factor) * within)
            & pl.col(rule.test).is_in(by_factor[factor])
        ).then(n)
        for n, factor in enumerate(factors)
    )

    def details(row: Mapping[str, Any]) -> dict[str, object]:
        factor = factors[row[which]]
        meaning = next(s.meaning for s in rule.table[row[rule.test]] if s.factor == factor)
        small = f"1/{float(1 / factor):.4g}"
        return {
            "median": row[middle],
            "factor": f"{float(factor):.4g}" if factor >= 1 else small,
            "meaning": meaning,
        }

    return Compiled(
        expectation=expectation,
        columns=(found.alias(which),),
        applies=pl.col(rule.test).is_in(list(rule.table)) & (pl.col(fewest) >= _FEWEST),
        broken=pl.col(which).is_not_null(),
        details=details,
    )


def _partner(
    expectation: Expectation,
    rule: kinds.Swapped | kinds.Ratio,
    of: tuple[str, str],
    setting: Setting,
) -> str:
    """The column with the row of the other test's result of the same moment.

    Two results of one test at one moment leave open which belong together: then there is none.
    """
    keys = [*rule.by, rule.at]

    def make(frame: pl.LazyFrame, prefix: str) -> pl.LazyFrame:
        both = pl.col(rule.test).is_in(list(of))
        rows = frame.filter(holds(expectation.where, setting.schema) & both)
        first = pl.col(rule.test) == of[0]
        groups = rows.group_by(keys).agg(
            pl.col(INDEX).filter(first).first(),
            pl.col(INDEX).filter(~first).first().alias(f"{prefix}partner"),
            pl.len().alias("_n"),
        )
        known = pl.col(INDEX).is_not_null() & pl.col(f"{prefix}partner").is_not_null()
        return groups.filter(known & (pl.col("_n") == 2)).select(INDEX, f"{prefix}partner")

    key = ("partner", repr(expectation.where), rule.test, of, tuple(keys))
    return f"{setting.shared(key, make)}partner"


def swapped(expectation: Expectation, rule: kinds.Swapped, setting: Setting) -> Compiled:
    """Results of two tests of one moment are each other's."""
    partner = _partner(expectation, rule, rule.pair, setting)
    middle, fewest = _medians(expectation, [*rule.by, rule.test], rule.swapped, setting)
    other, within = setting.name("other"), float(rule.within)
    mine = number(rule.swapped, setting.schema)
    own, row_of = pl.col(middle), pl.col(partner)
    theirs, number_of = own.gather(row_of), pl.col(fewest)

    def near(value: pl.Expr, median: pl.Expr) -> pl.Expr:
        return (value / median).is_between(1 / within, within)

    crossed = (
        ~near(mine, own)
        & ~near(pl.col(other), theirs)
        & near(mine, theirs)
        & near(pl.col(other), own)
    )
    known = (number_of >= _FEWEST) & (number_of.gather(row_of) >= _FEWEST)
    return Compiled(
        expectation=expectation,
        columns=(mine.gather(row_of).alias(other),),
        applies=known,
        broken=crossed,
        details=lambda row: {"other": row[other], "other_test": rule.pair[1]},
        records=(partner,),
        record_variables=(rule.swapped,),
    )


def ratio(expectation: Expectation, rule: kinds.Ratio, setting: Setting) -> Compiled:
    """The ratio of two tests of one moment stays near the usual one."""
    partner = _partner(expectation, rule, rule.of, setting)
    result = number(rule.ratio, setting.schema)
    found, other = setting.name("found"), setting.name("other")
    quotient = result / result.gather(pl.col(partner))
    group = functools.reduce(operator.and_, (pl.col(n).is_not_null() for n in rule.by))
    usual, many = setting.name("usual"), setting.name("many")
    finite = pl.when(quotient.is_finite() & (quotient > 0) & group).then(quotient)
    return Compiled(
        expectation=expectation,
        columns=(finite.alias(found), result.gather(pl.col(partner)).alias(other)),
        group_columns=(
            pl.col(found).median().over(rule.by).alias(usual),
            pl.col(found).count().over(rule.by).alias(many),
        ),
        applies=pl.col(found).is_not_null() & (pl.col(many) >= _FEWEST),
        broken=(pl.col(found) / pl.col(usual) - 1).abs() > float(rule.tolerance),
        details=lambda row: {
            "other": row[other],
            "found": float(f"{row[found]:.3g}"),
            "usual": float(f"{row[usual]:.3g}"),
        },
        records=(partner,),
        record_variables=(rule.ratio,),
    )
