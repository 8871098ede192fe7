"""Rules about several records of a dataset together: neighbours, duplicates, order, what follows what."""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from tecdata.spec import expectation_groups as kinds
from tecdata.spec.expectation import Expectation
from tecdata.validate.suites_compiled import Compiled, Setting
from tecdata.validate.suites_conditions import holds, number
from tecdata.validate.suites_dates import day, readable
from tecdata.validate.suites_view import INDEX

__all__ = ["neighbours", "order", "transition", "unique"]


def _same(names: Sequence[str], by: int = 1) -> pl.Expr:
    """Whether the record ``by`` places before is of the same group; of sorted records."""
    parts = (pl.col(n) == pl.col(n).shift(by) for n in names)
    return functools.reduce(operator.and_, parts)


def unique(expectation: Expectation, rule: kinds.Unique, setting: Setting) -> Compiled:
    """No second record of the same key; the first one stands, later ones break the rule."""
    first, value = setting.name("first"), setting.name("first_value")
    main = rule.differing or rule.equal or rule.unique[0]
    where = holds(expectation.where, setting.schema)
    keys = [setting.name(f"key{n}") for n in range(len(rule.unique) + len(rule.day))]
    made = [
        *(pl.col(n).alias(k) for n, k in zip(rule.unique, keys, strict=False)),
        *(day(pl.col(n)).alias(k) for n, k in zip(rule.day, keys[len(rule.unique) :], strict=True)),
    ]
    full = functools.reduce(operator.and_, (pl.col(k).is_not_null() for k in keys))

    def prepare(frame: pl.LazyFrame) -> pl.LazyFrame:
        rows = frame.filter(where).select(INDEX, pl.col(main).alias("_main"), *made)
        # Few records are double: the costly part is done on these alone.
        doubles = rows.filter(full).filter(pl.struct(keys).is_duplicated())
        groups = doubles.with_columns(
            pl.col(INDEX).first().over(keys, order_by=INDEX).alias(first),
            pl.col("_main").first().over(keys, order_by=INDEX).alias(value),
        )
        return groups.select(INDEX, first, value)

    later = pl.col(first).is_not_null() & (pl.col(first) != pl.col(INDEX))
    if rule.differing:
        later = later & pl.col(main).ne_missing(pl.col(value))
    elif rule.equal:
        later = later & pl.col(main).eq_missing(pl.col(value))
    filled = (pl.col(n).is_not_null() for n in (*rule.unique, *rule.day))
    return Compiled(
        expectation=expectation,
        prepare=prepare,
        applies=functools.reduce(operator.and_, filled),
        broken=later,
        details=lambda row: {"first_value": row[value]},
        records=(first,),
        record_variables=(main,),
    )


def neighbours(expectation: Expectation, rule: kinds.Neighbours, setting: Setting) -> Compiled:
    """No jump by more than a factor from the result before."""
    factors = {code: float(f) for code, f in rule.factors.items()}
    floors = {code: float(f) for code, f in rule.floors.items()}
    flag, before, value, date = (setting.name(n) for n in ("jump", "at", "previous", "date"))
    where = holds(expectation.where, setting.schema)
    result = number(rule.neighbours, setting.schema)

    def prepare(frame: pl.LazyFrame) -> pl.LazyFrame:
        test = pl.col(rule.test)
        floor = test.replace_strict(
            list(floors), list(floors.values()), default=0.0, return_dtype=pl.Float64
        )
        most = test.replace_strict(
            list(factors), list(factors.values()), default=None, return_dtype=pl.Float64
        )
        rows = (
            frame.filter(where & test.is_in(list(factors)) & readable(pl.col(rule.along)))
            .select(
                INDEX,
                *dict.fromkeys([*rule.by, rule.along]),
                result.alias("_v"),
                pl.max_horizontal(result, floor).alias("_f"),
                most.alias("_most"),
            )
            .filter(pl.col("_v").is_not_null())
            .sort(*rule.by, rule.along, INDEX)
        )
        far = _apart(pl.col("_f"), pl.col("_f").shift()) > pl.col("_most")
        jump = (far & _same(rule.by)).fill_null(value=False)
        home = _apart(pl.col("_f"), pl.col("_f").shift(2)) <= pl.col("_most")
        back = (home & _same(rule.by, 2)).fill_null(value=False)
        return rows.with_columns(jump.alias(flag), back.alias("_back")).select(
            INDEX,
            (pl.col(flag) & ~(pl.col(flag).shift().fill_null(value=False) & pl.col("_back"))),
            pl.col(INDEX).shift().alias(before),
            pl.col("_v").shift().alias(value),
            pl.col(rule.along).shift().alias(date),
        )

    return Compiled(
        expectation=expectation,
        prepare=prepare,
        applies=pl.col(flag).is_not_null(),
        broken=pl.col(flag),
        details=lambda row: {
            "previous": row[value],
            "previous_date": row[date],
            "factor": factors.get(row[rule.test]),
        },
        records=(before,),
        record_variables=(rule.neighbours, rule.along),
    )


def _apart(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """By what factor two numbers differ, whichever is larger; a zero beside another is far off."""
    ratio = pl.max_horizontal(left / right, right / left)
    return pl.when(left == right).then(1.0).otherwise(ratio)


def transition(expectation: Expectation, rule: kinds.Transition, setting: Setting) -> Compiled:
    """What may follow what along time."""
    value, before, date, gap = (setting.name(n) for n in ("previous", "at", "date", "days"))
    mine = setting.name("value")
    where = holds(expectation.where, setting.schema)
    written = [*rule.first, *(t for m in rule.moves for t in (*m.after, *m.next))]
    numeric = all(_is_number(text) for text in written)
    column = number(rule.transition, setting.schema) if numeric else pl.col(rule.transition)

    def among(texts: Sequence[str], expr: pl.Expr) -> pl.Expr:
        return expr.is_in([float(t) for t in texts] if numeric else list(texts))

    def prepare(frame: pl.LazyFrame) -> pl.LazyFrame:
        whole = day(pl.col(rule.along))
        rows = (
            frame.filter(where & readable(pl.col(rule.along)))
            .select(INDEX, *rule.by, rule.along, column.alias(mine), whole.alias("_day"))
            .filter(pl.col(mine).is_not_null())
            .sort(*rule.by, rule.along, INDEX)
        )
        same = _same(rule.by).fill_null(value=False)
        later = (pl.col("_day") - pl.col("_day").shift()).dt.total_days()
        return rows.select(
            INDEX,
            mine,
            pl.when(same).then(pl.col(mine).shift()).alias(value),
            pl.when(same).then(pl.col(INDEX).shift()).alias(before),
            pl.when(same).then(pl.col(rule.along).shift()).alias(date),
            pl.when(same).then(later).alias(gap),
        )

    matched, wrong = [], []
    for move in rule.moves:
        fits = among(move.after, pl.col(value)) if move.after else pl.col(value).is_not_null()
        for limit, compare in zip(move.days, (operator.ge, operator.le), strict=True):
            if limit is not None:
                fits = fits & compare(pl.col(gap), limit)
        matched.append(fits)
        wrong.append(fits & ~among(move.next, pl.col(mine)))
    if rule.first:
        begins = pl.col(mine).is_not_null() & pl.col(value).is_null()
        matched.append(begins)
        wrong.append(begins & ~among(rule.first, pl.col(mine)))

    return Compiled(
        expectation=expectation,
        prepare=prepare,
        applies=functools.reduce(operator.or_, matched),
        broken=functools.reduce(operator.or_, wrong),
        details=lambda row: {
            "previous": row[value],
            "previous_date": row[date],
            "days": row[gap],
            "choices": _choices(rule, row[value], row[gap], numeric=numeric),
        },
        records=(before,),
        record_variables=(rule.transition, rule.along),
    )


def _choices(rule: kinds.Transition, previous: Any, days: Any, *, numeric: bool) -> str:
    if previous is None:
        return " / ".join(rule.first)
    choices: dict[str, None] = {}
    for move in rule.moves:
        after = [float(t) if numeric else t for t in move.after]
        low, high = move.days
        if after and previous not in after:
            continue
        if (low is not None or high is not None) and days is None:
            continue
        if (low is None or days >= low) and (high is None or days <= high):
            choices |= dict.fromkeys(move.next)
    return " / ".join(choices) or "–"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def order(expectation: Expectation, rule: kinds.Order, setting: Setting) -> Compiled:
    """A number rises along a date."""
    value, before, date = (setting.name(n) for n in ("previous", "at", "date"))
    where = holds(expectation.where, setting.schema)
    mine = number(rule.order, setting.schema)

    def prepare(frame: pl.LazyFrame) -> pl.LazyFrame:
        rows = (
            frame.filter(where & readable(pl.col(rule.along)) & mine.is_not_null())
            .select(INDEX, *rule.by, rule.along, mine.alias("_v"))
            .sort(*rule.by, rule.along, "_v", INDEX)
        )
        same = _same(rule.by).fill_null(value=False)
        shifted: Mapping[str, str] = {value: "_v", before: INDEX, date: rule.along}
        return rows.select(
            INDEX,
            *(pl.when(same).then(pl.col(n).shift()).alias(made) for made, n in shifted.items()),
        )

    compare = operator.lt if rule.not_falling else operator.le
    return Compiled(
        expectation=expectation,
        prepare=prepare,
        applies=pl.col(value).is_not_null(),
        broken=compare(mine, pl.col(value)),
        details=lambda row: {"previous": row[value], "previous_date": row[date]},
        records=(before,),
        record_variables=(rule.order, rule.along),
    )
