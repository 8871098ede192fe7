"""Which rules a dataset breaks: in one pass, or in a long one by its distinct values."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import polars as pl

from tecdata import engine

if TYPE_CHECKING:
    from tecdata.validate.rules import Rule

__all__ = ["broken_rules"]


def broken_rules(frame: pl.DataFrame, rules: Sequence[Rule]) -> list[Rule]:
    """The rules that some record breaks, without what their exemptions excuse, in their order.

    Of a rule that comes back, ``broken`` is true for the records of this very frame that break it.
    """
    if frame.height <= engine.SMALL:
        return [rule for _, rule in _in_one_pass(frame, list(enumerate(rules)))]
    numbered = list(enumerate(rules))
    texts = {name for name, dtype in frame.schema.items() if dtype == pl.String}
    told = {n: rule.variable for n, rule in numbered if not rule.keys and rule.variable in texts}
    found = _in_one_pass(frame, [(n, r) for n, r in numbered if n not in told and not r.keys])
    for variable in dict.fromkeys(told.values()):
        own = [(n, rule) for n, rule in numbered if told.get(n) == variable]
        found += _by_values(frame.get_column(variable), own)
    found += _by_keys(frame, [(n, rule) for n, rule in numbered if rule.keys])
    return [rule for _, rule in sorted(found, key=lambda pair: pair[0])]


def _in_one_pass(frame: pl.DataFrame, rules: Sequence[tuple[int, Rule]]) -> list[tuple[int, Rule]]:
    """The rules that some record breaks, each confirmed where its first test is only likely."""
    outcome = frame.select(rule.broken.any().alias(str(number)) for number, rule in rules)
    hits = outcome.row(0) if rules else ()
    return [
        (number, known)
        for (number, rule), hit in zip(rules, hits, strict=True)
        if hit and (known := rule.confirmed(frame)) is not None
    ]


def _by_values(column: pl.Series, rules: Sequence[tuple[int, Rule]]) -> list[tuple[int, Rule]]:
    """Rules on one text variable: each distinct value is looked at once."""
    values = column.unique().to_frame()
    found = []
    for number, rule in _in_one_pass(values, rules):
        wrong = values.filter(rule.broken).get_column(column.name).to_list()
        broken = pl.col(column.name).is_in(wrong, nulls_equal=True)
        found.append((number, dataclasses.replace(rule, broken=broken)))
    return found


def _by_keys(frame: pl.DataFrame, rules: Sequence[tuple[int, Rule]]) -> Iterator[tuple[int, Rule]]:
    """Rules on equal keys: records are compared as whole numbers."""
    from tecdata.codes import repeated

    for number, rule in rules:
        again = repeated(frame, rule.keys)
        if again is not None:
            yield number, dataclasses.replace(rule, broken=pl.lit(again))
