"""Rules about one record, as Polars expressions."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tecdata.validate import suites_native
from tecdata.validate.suites_compiled import CannotRun, Compiled, Setting, shown
from tecdata.validate.suites_conditions import by_key, holds, number
from tecdata.validate.suites_dates import (
    cut_alike,
    day_of,
    surely_after,
    surely_before,
    surely_different,
    year_span,
)
from tecdata.validate.suites_frames import clean
from tecdata.validate.suites_tests import limits_of_tests, test_key, units_of_tests

if TYPE_CHECKING:
    from tecdata.spec import expectation_rules as kinds
    from tecdata.spec.expectation import Expectation

__all__ = [
    "allowed",
    "compare",
    "implies",
    "limits",
    "pattern",
    "present",
    "product",
    "range_",
    "step",
    "unit",
    "years",
]

#: What breaks each relation.
_WRONG: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "before": operator.ge,
    "not_after": operator.gt,
    "same": operator.ne,
    "not_before": operator.lt,
    "after": operator.le,
}


def _filled(*names: str) -> pl.Expr:
    """Whether all of some columns are filled."""
    return functools.reduce(operator.and_, (pl.col(n).is_not_null() for n in names))


def present(expectation: Expectation, rule: kinds.Present, setting: Setting) -> Compiled:
    """Each variable has a value."""
    broken = functools.reduce(operator.or_, (pl.col(n).is_null() for n in rule.present))
    return Compiled(
        expectation=expectation,
        applies=None,
        broken=broken,
        details=lambda row: {
            "missing": ", ".join(n for n in rule.present if row[n] is None),
        },
        native=suites_native.filled(rule.present),
    )


def range_(expectation: Expectation, rule: kinds.Range, setting: Setting) -> Compiled:
    """A number within limits."""
    value = number(rule.range, setting.schema)
    tests = [
        compare(value, float(bound))
        for bound, compare in (
            (rule.at_least, operator.lt),
            (rule.at_most, operator.gt),
            (rule.above, operator.le),
            (rule.below, operator.ge),
        )
        if bound is not None
    ]
    low = rule.at_least if rule.at_least is not None else rule.above
    high = rule.at_most if rule.at_most is not None else rule.below
    return Compiled(
        expectation=expectation,
        applies=value.is_not_null(),
        broken=functools.reduce(operator.or_, tests),
        details=lambda _: _bounds(low, high),
        native=suites_native.between(
            value, low, high, above=rule.above is not None, below=rule.below is not None
        ),
    )


def allowed(expectation: Expectation, rule: kinds.Allowed, setting: Setting) -> Compiled:
    """A text among values or the terms of a codelist."""
    values = list(rule.values)
    if rule.codelist:
        codelist = setting.specs.codelists.get(rule.codelist)
        if codelist is None:
            raise CannotRun(f"codelist {rule.codelist} is not among the specs")
        values = list(codelist.by_term)
    column = pl.col(rule.allowed)
    text = column if setting.schema[rule.allowed] == pl.String else column.cast(pl.String)
    wrong = ~text.is_in(values)
    return Compiled(
        expectation=expectation,
        applies=None if rule.required else column.is_not_null(),
        broken=wrong | column.is_null() if rule.required else wrong,
        details=lambda _: {"choices": ", ".join(values)},
        native=suites_native.among(rule.allowed, values, required=rule.required)
        if text is column
        else (),
    )


def pattern(expectation: Expectation, rule: kinds.Pattern, setting: Setting) -> Compiled:
    """A text that matches a regular expression."""
    anchored = f"^(?:{rule.matches})$"
    return Compiled(
        expectation=expectation,
        applies=_filled(rule.pattern),
        broken=~pl.col(rule.pattern).str.contains(anchored),
        native=suites_native.like(rule.pattern, anchored),
    )


def compare(expectation: Expectation, rule: kinds.Compare, setting: Setting) -> Compiled:
    """Two variables side by side."""
    if rule.as_ == "dates":
        return _compare_dates(expectation, rule, setting)
    if rule.as_ == "numbers":
        left, right = number(rule.compare, setting.schema), number(rule.to, setting.schema)
    else:
        left, right = pl.col(rule.compare), pl.col(rule.to)
    wrong = _WRONG[rule.is_]
    return Compiled(
        expectation=expectation,
        applies=left.is_not_null() & right.is_not_null(),
        broken=wrong(left, right),
        details=lambda row: {"other": row[rule.to]},
        native=suites_native.paired(left, rule.is_, right),
    )


def _compare_dates(expectation: Expectation, rule: kinds.Compare, setting: Setting) -> Compiled:
    """Two dates, or a date and the data cut, in the order that the rule asks for."""
    cut = setting.specs.study.data_cut
    fixed = rule.to == "study.data_cut"
    left = pl.col(clean(rule.compare))
    right = pl.lit(cut) if fixed else pl.col(clean(rule.to))
    alike = cut_alike(left, right)
    if rule.days:
        day = pl.lit(date.fromisoformat(cut)) if fixed else day_of(clean(rule.to))
        alike = day_of(clean(rule.compare)), day + pl.duration(days=rule.days)
        broken = _WRONG[rule.is_](*alike)
    elif rule.is_ == "same":
        broken = surely_different(left, right)
    else:
        early = rule.is_ in ("before", "not_after")
        broken = surely_after(left, right) if early else surely_before(left, right)
        if rule.is_ in ("before", "after"):
            # Two equal texts mean the same moment where they say the minute.
            broken = broken | ((left == right) & (left.str.len_bytes() >= 16))
    return Compiled(
        expectation=expectation,
        applies=_filled(rule.compare) if fixed else _filled(rule.compare, rule.to),
        broken=broken,
        details=lambda row: {"other": cut if fixed else row[rule.to]},
        # Of two equal texts "before" and "after" say more than their order does.
        native=suites_native.paired(alike[0], rule.is_, alike[1])
        if rule.is_ in ("not_after", "not_before", "same")
        else (),
    )


def implies(expectation: Expectation, rule: kinds.Implies, setting: Setting) -> Compiled:
    """Where ``when`` holds, ``then`` holds too."""
    return Compiled(
        expectation=expectation,
        applies=holds(rule.when, setting.schema),
        broken=~holds(rule.then, setting.schema),
    )


def step(expectation: Expectation, rule: kinds.Step, setting: Setting) -> Compiled:
    """A number in whole steps."""
    sizes = {code: float(size) for code, size in rule.steps.items()}
    value = number(rule.step, setting.schema)
    count = value / by_key(pl.col(rule.by), sizes)
    return Compiled(
        expectation=expectation,
        applies=count.is_not_null(),
        broken=(count - count.round()).abs() > 1e-9,
        details=lambda row: {"size": sizes.get(row[rule.by])},
    )


def limits(expectation: Expectation, rule: kinds.Limits, setting: Setting) -> Compiled:
    """A number within limits that depend on the test."""
    value = number(rule.limits, setting.schema)
    if rule.tests:
        key, of_row = test_key(setting, rule.by)
        table = limits_of_tests(setting, rule.by)
    else:
        key, of_row = pl.col(rule.by), lambda row: str(row[rule.by])
        table = {
            code: (
                None if b.at_least is None else float(b.at_least),
                None if b.at_most is None else float(b.at_most),
            )
            for code, b in rule.table.items()
        }
    if not table:
        raise CannotRun("no test of the study says what is plausible")
    tests = []
    if lows := {k: low for k, (low, _) in table.items() if low is not None}:
        tests.append(value < by_key(key, lows))
    if highs := {k: high for k, (_, high) in table.items() if high is not None}:
        tests.append(value > by_key(key, highs))
    return Compiled(
        expectation=expectation,
        applies=value.is_not_null() & key.is_in(list(table)),
        broken=functools.reduce(operator.or_, tests),
        details=lambda row: _bounds(*table.get(of_row(row), (None, None))),
        native=suites_native.limited(value, key, table),
    )


def unit(expectation: Expectation, rule: kinds.Unit, setting: Setting) -> Compiled:
    """The unit is one the test has."""
    key, of_row = test_key(setting, rule.by)
    table = units_of_tests(setting, rule.by)
    pairs = [f"{k}\x1f{u}" for k, units in table.items() for u in units]
    return Compiled(
        expectation=expectation,
        applies=_filled(rule.unit) & key.is_in(list(table)),
        broken=~pl.concat_str(key, pl.col(rule.unit), separator="\x1f").is_in(pairs),
        details=lambda row: {"choices": ", ".join(table.get(of_row(row), ()))},
    )


def product(expectation: Expectation, rule: kinds.Product, setting: Setting) -> Compiled:
    """A number is the product of others, within a relative tolerance."""
    value = number(rule.product, setting.schema)
    expected = functools.reduce(operator.mul, (number(n, setting.schema) for n in rule.of))
    name = setting.name("expected")
    off = (value - pl.col(name)).abs()

    def details(row: Mapping[str, Any]) -> dict[str, object]:
        found, wanted = float(row[rule.product]), float(row[name])
        percent = abs(found - wanted) / abs(wanted) * 100 if wanted else 100.0
        return {"expected": float(f"{wanted:.4g}"), "percent": round(percent)}

    return Compiled(
        expectation=expectation,
        columns=(expected.alias(name),),
        applies=value.is_not_null() & pl.col(name).is_not_null(),
        broken=off > pl.col(name).abs() * float(rule.tolerance) + 1e-9,
        details=details,
    )


def years(expectation: Expectation, rule: kinds.Years, setting: Setting) -> Compiled:
    """A number of years between two dates, as far as partial dates decide it."""
    value = number(rule.years, setting.schema)
    low, high = setting.name("low"), setting.name("high")
    least, most = year_span(pl.col(clean(rule.since)), pl.col(clean(rule.at)))
    spare = float(rule.tolerance)
    return Compiled(
        expectation=expectation,
        columns=(least.alias(low), most.alias(high)),
        applies=value.is_not_null() & pl.col(low).is_not_null(),
        broken=(value < pl.col(low) - spare) | (value > pl.col(high) + spare),
        details=lambda row: {"low": row[low], "high": row[high]},
        native=(
            *suites_native.paired(value + spare, "not_before", pl.col(low)),
            *suites_native.paired(value - spare, "not_after", pl.col(high), tag="_high"),
        ),
    )


def _bounds(*ends: Any) -> dict[str, object]:
    """The ends of a range as messages show them."""
    shown_ends = [shown(None if end is None else float(end)) for end in ends]
    return dict(zip(("low", "high"), shown_ends, strict=True))
