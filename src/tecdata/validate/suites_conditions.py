"""Conditions of expectations as Polars expressions: true, false, or null where undecided."""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from tecdata.spec.condition import Condition

__all__ = ["by_key", "compile_condition", "holds", "number"]

Schema = Mapping[str, pl.DataType]


def number(name: str, schema: Schema) -> pl.Expr:
    """A column as Float64; a text that is no number is null."""
    dtype = schema[name]
    column = pl.col(name)
    return column if dtype == pl.Float64 else column.cast(pl.Float64, strict=False)


def holds(conditions: Sequence[Condition], schema: Schema) -> pl.Expr:
    """Whether all conditions hold; none at all hold always."""
    if not conditions:
        return pl.lit(True)  # noqa: FBT003
    return functools.reduce(operator.and_, (compile_condition(c, schema) for c in conditions))


def compile_condition(condition: Condition, schema: Schema) -> pl.Expr:
    """One condition, after Kleene: what an empty variable leaves open stays null."""
    if condition.all_ is not None:
        return holds(condition.all_, schema)
    if condition.any_ is not None:
        parts = (compile_condition(c, schema) for c in condition.any_)
        return functools.reduce(operator.or_, parts)
    if condition.not_ is not None:
        return ~compile_condition(condition.not_, schema)
    return functools.reduce(operator.and_, _tests(condition, schema))


def _tests(condition: Condition, schema: Schema) -> list[pl.Expr]:
    """The tests of a condition on its variable; all must hold."""
    name = condition.variable
    column = pl.col(name)
    text = column if schema[name] == pl.String else column.cast(pl.String)
    tests: list[pl.Expr] = []
    if condition.empty is not None:
        tests.append(column.is_null() if condition.empty else column.is_not_null())
    if condition.in_ is not None:
        tests.append(text.is_in(list(condition.in_)))
    if condition.not_in is not None:
        tests.append(~text.is_in(list(condition.not_in)))
    if condition.matches is not None:
        tests.append(text.str.contains(f"^(?:{condition.matches})$"))
    if condition.same_as is not None:
        tests.append(text == _text(condition.same_as, schema))
    bounds = (
        (condition.at_least, operator.ge),
        (condition.at_most, operator.le),
        (condition.above, operator.gt),
        (condition.below, operator.lt),
    )
    for bound, compare in bounds:
        if bound is not None:
            tests.append(compare(number(name, schema), _bound(bound, schema)))
    return tests


def _bound(bound: Fraction | str, schema: Schema) -> pl.Expr:
    """A bound as an expression: another variable or a number."""
    return number(bound, schema) if isinstance(bound, str) else pl.lit(float(bound))


def _text(name: str, schema: Schema) -> pl.Expr:
    """A variable as text."""
    column = pl.col(name)
    return column if schema[name] == pl.String else column.cast(pl.String)


#: Up to here a chain of comparisons beats a dictionary of categories.
_CHAIN = 3


def by_key(key: pl.Expr, table: Mapping[str, float]) -> pl.Expr:
    """The number a table has for a text, null where it has none."""
    if len(table) <= _CHAIN:
        return pl.coalesce(pl.when(key == k).then(v) for k, v in table.items())
    code = key.cast(pl.Enum(list(table)), strict=False).to_physical()
    return pl.lit(pl.Series(list(table.values()), dtype=pl.Float64)).gather(code)
