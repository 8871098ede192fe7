"""Conditions as data, turned into one Boolean expression over a frame.

Each leaf is a lookup (folding and Python's regular expressions behave the same on every engine);
``all``, ``any`` and ``not`` are expressions over the leaves.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

import narwhals as nw

from tecdata.engine import Lookup
from tecdata.mapping.problems import Watch
from tecdata.spec import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tecdata.mapping.refs import Ref
    from tecdata.spec.rules import Condition

__all__ = ["choice_watches", "compile_condition", "condition_columns", "condition_leaves"]


def condition_leaves(condition: Condition | None) -> Iterator[Condition]:
    """The tests on single columns a condition is made of."""
    if condition is None:
        return
    if condition.column is not None:
        yield condition
    for part in (*(condition.all or ()), *(condition.any or ())):
        yield from condition_leaves(part)
    yield from condition_leaves(condition.not_)


def condition_columns(condition: Condition | None) -> Iterator[str]:
    """Names of the columns and pseudo-columns a condition reads."""
    for leaf in condition_leaves(condition):
        yield leaf.column or ""


def compile_condition(condition: Condition, prefix: str) -> tuple[list[Lookup], nw.Expr]:
    """Lookups that fill a Boolean column a leaf, named from ``prefix``, and the expression."""
    lookups: list[Lookup] = []
    return lookups, _expression(condition, prefix, lookups)


def choice_watches(
    condition: Condition | None, refs: Mapping[str, Ref], prefix: str
) -> tuple[list[Lookup], list[Watch]]:
    """Lookups and watches for the texts that are neither in ``equals`` nor in ``otherwise``."""
    lookups: list[Lookup] = []
    watches: list[Watch] = []
    for leaf in condition_leaves(condition):
        if leaf.otherwise is None:
            continue
        name, column = f"{prefix}{len(lookups)}", leaf.column or ""
        choices = ", ".join((*(leaf.equals or ()), *leaf.otherwise))
        lookups.append(Lookup([column], _unknown_choice(leaf), {name: nw.String}))
        watches.append(
            Watch(
                problem=name,
                ref=refs[column],
                variable="",
                details=lambda _check, _text, shown=choices: {"choices": shown},
            )
        )
    return lookups, watches


@functools.cache
def _unknown_choice(leaf: Condition) -> Callable[[str | None], tuple[str | None]]:
    known = frozenset(map(fold, (*(leaf.equals or ()), *(leaf.otherwise or ()))))
    unknown = "mapping.unknown_choice"
    return lambda text: (None if text is None or fold(text) in known else unknown,)


def _expression(condition: Condition, prefix: str, lookups: list[Lookup]) -> nw.Expr:
    if condition.column is not None:
        if condition.missing is not None:
            empty = nw.col(condition.column).is_null()
            return empty if condition.missing else ~empty
        name = f"{prefix}{len(lookups)}"
        lookups.append(Lookup([condition.column], _leaf(condition), {name: nw.Boolean}))
        return nw.col(name)
    if condition.not_ is not None:
        return ~_expression(condition.not_, prefix, lookups)
    parts = [_expression(c, prefix, lookups) for c in condition.all or condition.any or ()]
    if not parts:
        return nw.lit(value=condition.all is not None)
    together = parts[0]
    for part in parts[1:]:
        together = together & part if condition.all is not None else together | part
    return together


@functools.cache
def _leaf(condition: Condition) -> Callable[[str | None], tuple[bool]]:
    if condition.matches is not None:
        search = re.compile(condition.matches).search
        return lambda text: (text is not None and search(text) is not None,)
    if condition.not_equals is not None:
        excluded = frozenset(map(fold, condition.not_equals))
        return lambda text: (text is None or fold(text) not in excluded,)
    wanted = frozenset(map(fold, condition.equals or ()))
    return lambda text: (text is not None and fold(text) in wanted,)
