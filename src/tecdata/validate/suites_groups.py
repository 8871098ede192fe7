"""Rules about several records of a dataset together: neighbours, duplicates, order, what follows what."""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from tecdata.validate import suites_native
from tecdata.validate.suites_compiled import Compiled, Setting
from tecdata.validate.suites_conditions import by_key, holds, number
from tecdata.validate.suites_dates import day_of
from tecdata.validate.suites_frames import INDEX, clean

if TYPE_CHECKING:
    from tecdata.spec import expectation_groups as kinds
    from tecdata.spec.expectation import Expectation

__all__ = ["neighbours", "order", "transition", "unique"]


def _before(
    expectation: Expectation, by: Sequence[str], along: str, value: str, setting: Setting
) -> str:
    """The column with the row of the record before: of the same group, with a value, by date.

    Records of the same date are taken in the order of their values.
    """
    where = expectation.where

    def make(frame: pl.LazyFrame, prefix: str) -> pl.LazyFrame:
        rows = (
            frame.filter(
                holds(where, setting.schema)
                & pl.col(clean(along)).is_not_null()
                & pl.col(value).is_not_null()
            )
            .select(INDEX, *dict.fromkeys([*by, clean(along), value]))
            .sort(*by, clean(along), value, INDEX)
        )
        same = functools.reduce(operator.and_, (pl.col(n) == pl.col(n).shift() for n in by))
        return rows.select(
            INDEX, pl.when(same).then(pl.col(INDEX).shift()).alias(f"{prefix}before")
        )

    key = ("before", repr(where), tuple(by), along, value)
    return f"{setting.shared(key, make)}before"


def unique(expectation: Expectation, rule: kinds.Unique, setting: Setting) -> Compiled:
    """No second record of the same key; the first one stands, later ones break the rule."""
    main = rule.differing or rule.equal or rule.unique[0]
    filled = functools.reduce(
        operator.and_,
        (
            *(pl.col(n).is_not_null() for n in rule.unique),
            *(day_of(clean(n)).is_not_null() for n in rule.day),
        ),
    )

    def make(frame: pl.LazyFrame, prefix: str) -> pl.LazyFrame:
        keys = [f"_key{n}" for n in range(len(rule.unique) + len(rule.day))]
        made = [*(pl.col(n) for n in rule.unique), *(day_of(clean(n)) for n in rule.day)]
        rows = frame.filter(holds(expectation.where, setting.schema) & filled).select(
            INDEX, *(e.alias(k) for e, k in zip(made, keys, strict=True))
        )
        # Few records are double: the costly part is done on these alone.
        double = pl.struct(keys).hash().is_duplicated()
        first = pl.col(INDEX).min().over(keys)
        return rows.filter(double).select(INDEX, first.alias(f"{prefix}first"))

    if not rule.day and not setting.doubles.get(rule.unique, True):
        return Compiled(expectation=expectation, applies=filled, broken=pl.lit(value=False))
    key = ("first", repr(expectation.where), rule.unique, rule.day)
    first = f"{setting.shared(key, make)}first"
    value = setting.name("first_value")
    later = pl.col(first) != pl.col(INDEX)
    if rule.differing:
        later = later & pl.col(main).ne_missing(pl.col(value))
    elif rule.equal:
        later = later & pl.col(main).eq_missing(pl.col(value))
    return Compiled(
        expectation=expectation,
        columns=(pl.col(main).gather(pl.col(first)).alias(value),),
        applies=filled,
        broken=later,
        details=lambda row: {"first_value": row[value]},
        records=(first,),
        record_variables=(main,),
    )


def neighbours(expectation: Expectation, rule: kinds.Neighbours, setting: Setting) -> Compiled:
    """No jump by more than a factor from the result before."""
    factors = {code: float(f) for code, f in rule.factors.items()}
    floors = {code: float(f) for code, f in rule.floors.items()}
    before = _before(expectation, rule.by, rule.along, rule.neighbours, setting)
    once, twice, date = (setting.name(n) for n in ("previous", "earlier", "date"))
    raised, most = setting.name("raised"), setting.name("most")
    result = number(rule.neighbours, setting.schema)
    test = pl.col(rule.test)
    at_least = pl.max_horizontal(result, by_key(test, floors)) if floors else result
    row = pl.col(before)

    def far(left: pl.Expr, right: pl.Expr) -> pl.Expr:
        many = left / right
        outside = (many > pl.col(most)) | (many * pl.col(most) < 1)
        return (outside & (left != right)).fill_null(value=False)

    now, last = pl.col(raised), pl.col(raised).gather(row)
    earlier = pl.col(twice)
    # The way back from a lonely value is not a second jump.
    back = far(last, earlier) & ~far(now, earlier) & earlier.is_not_null()
    return Compiled(
        expectation=expectation,
        columns=(
            at_least.alias(raised),
            by_key(test, factors).alias(most),
            result.gather(row).alias(once),
            pl.col(rule.along).gather(row).alias(date),
        ),
        group_columns=(pl.col(raised).gather(row.gather(row)).alias(twice),),
        applies=pl.col(before).is_not_null() & test.is_in(list(factors)),
        broken=far(now, last) & ~back,
        details=lambda row: {
            "previous": row[once],
            "previous_date": row[date],
            "factor": factors.get(row[rule.test]),
        },
        records=(before,),
        record_variables=(rule.neighbours, rule.along),
    )


def transition(expectation: Expectation, rule: kinds.Transition, setting: Setting) -> Compiled:
    """What may follow what along time."""
    before = _before(expectation, rule.by, rule.along, rule.transition, setting)
    value, date, gap = (setting.name(n) for n in ("previous", "date", "days"))
    written = [*rule.first, *(t for m in rule.moves for t in (*m.after, *m.next))]
    numeric = all(_is_number(text) for text in written)
    mine = number(rule.transition, setting.schema) if numeric else pl.col(rule.transition)
    day = day_of(clean(rule.along))

    def among(texts: Sequence[str], expr: pl.Expr) -> pl.Expr:
        return expr.is_in([float(t) for t in texts] if numeric else list(texts))

    matched, wrong = [], []
    for move in rule.moves:
        fits = among(move.after, pl.col(value)) if move.after else pl.col(value).is_not_null()
        for limit, compare in zip(move.days, (operator.ge, operator.le), strict=True):
            if limit is not None:
                fits = fits & compare(pl.col(gap), limit)
        matched.append(fits)
        wrong.append(fits & ~among(move.next, mine))
    if rule.first:
        begins = (
            mine.is_not_null() & pl.col(before).is_null() & pl.col(clean(rule.along)).is_not_null()
        )
        matched.append(begins)
        wrong.append(begins & ~among(rule.first, mine))
    return Compiled(
        expectation=expectation,
        columns=(
            mine.gather(pl.col(before)).alias(value),
            pl.col(rule.along).gather(pl.col(before)).alias(date),
            (day - day.gather(pl.col(before))).dt.total_days().alias(gap),
        ),
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
    """The doses that may follow, in words."""
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
    """Whether a text reads as a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def order(expectation: Expectation, rule: kinds.Order, setting: Setting) -> Compiled:
    """A number rises along a date."""
    before = _before(expectation, rule.by, rule.along, rule.order, setting)
    value, date = (setting.name(n) for n in ("previous", "date"))
    mine = number(rule.order, setting.schema)
    compare = operator.lt if rule.not_falling else operator.le
    return Compiled(
        expectation=expectation,
        columns=(
            mine.gather(pl.col(before)).alias(value),
            pl.col(rule.along).gather(pl.col(before)).alias(date),
        ),
        applies=pl.col(before).is_not_null(),
        broken=compare(mine, pl.col(value)),
        details=lambda row: {"previous": row[value], "previous_date": row[date]},
        native=suites_native.paired(
            mine, "not_before" if rule.not_falling else "after", pl.col(value)
        ),
        records=(before,),
        record_variables=(rule.order, rule.along),
    )
