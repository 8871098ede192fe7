"""What a block reads: the columns of each table, found from the mapping alone."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from tecdata.mapping.conditions import condition_columns
from tecdata.mapping.text_rules import template_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tecdata.spec.rules import Block, Join, Repeat, Rule

__all__ = [
    "attribute_names",
    "base_columns",
    "early_joins",
    "is_pseudo",
    "joined_columns",
    "numbered_columns",
    "own_columns",
    "repeat_names",
    "rule_columns",
    "used_names",
]

_DIGITS = re.compile("[0-9]+")


def is_pseudo(name: str) -> bool:
    """Whether a name stands for what a step has made, not for a source column."""
    return name.startswith("$")


def repeat_names(repeat: Repeat | None) -> dict[str, str]:
    """Pseudo-columns of a repeat with their column patterns."""
    columns = repeat.columns if repeat else {}
    return {"$" + name.removeprefix("$"): pattern for name, pattern in columns.items()}


def numbered_columns(repeat: Repeat, columns: Iterable[str]) -> dict[int, dict[str, str]]:
    """Number -> pseudo-column -> source column, for the columns a table has.

    >>> from tecdata.spec.rules import Repeat
    >>> numbered_columns(Repeat(columns={"mg": "d{n}_mg"}), ["d1_mg", "d2_mg", "x"])
    {1: {'$mg': 'd1_mg'}, 2: {'$mg': 'd2_mg'}}
    """
    names = columns if isinstance(columns, tuple) else tuple(columns)
    found: dict[int, dict[str, str]] = {}
    for pseudo, pattern in repeat_names(repeat).items():
        for number, name in _fitting(pattern, names):
            if repeat.numbers is None or number in repeat.numbers:
                found.setdefault(number, {})[pseudo] = name
    return dict(sorted(found.items()))


@functools.lru_cache(maxsize=1024)
def _fitting(pattern: str, names: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    """Names that fit a pattern, with their number (the same wherever the pattern has ``{n}``)."""
    fits = re.compile("([0-9]+)".join(map(re.escape, pattern.split("{n}")))).fullmatch
    alike = _by_outline(names).get(_outline(pattern.replace("{n}", "0")), ())
    matches = [(match, name) for name in alike if (match := fits(name))]
    return tuple(
        (int(match.group(1)), name)
        for match, name in matches
        if match.groups() and len(set(map(int, match.groups()))) == 1
    )


@functools.lru_cache(maxsize=256)
def _by_outline(names: tuple[str, ...]) -> Mapping[str, Sequence[str]]:
    """Names by their outline: hundreds of patterns are looked for among thousands of columns."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(_outline(name), []).append(name)
    return found


def _outline(name: str) -> str:
    """A name with one ``0`` for each run of digits: the same for all that a pattern fits."""
    return _DIGITS.sub("0", name)


def attribute_names(block: Block) -> tuple[str, ...]:
    """Pseudo-columns that the block's unpivot declares for its columns."""
    given = block.unpivot.columns.values() if block.unpivot else ()
    names = dict.fromkeys("$" + n.removeprefix("$") for attributes in given for n in attributes)
    return tuple(names)


def early_joins(block: Block) -> tuple[tuple[Join, ...], tuple[Join, ...]]:
    """Joins made before repeat, unpivot and split, and those made after.

    A join waits where its own key, or that of an earlier join whose columns it uses, is made by
    one of those steps.
    """
    late: set[str] = {*repeat_names(block.repeat), *attribute_names(block)}
    late |= {"$n", "$value", "$column", "$unit", "$part"}
    first: list[Join] = []
    second: list[Join] = []
    for join in block.join:
        if late & set(join.on):
            second.append(join)
            late |= {_pseudo(name) for name in join.columns}
        else:
            first.append(join)
    return tuple(first), tuple(second)


def _pseudo(name: str) -> str:
    return "$" + name.removeprefix("$")


def rule_columns(rule: Rule) -> Iterator[str]:
    """Names a rule reads, its condition's included."""
    if rule.assign_no_ct is not None:
        yield rule.assign_no_ct
    if rule.assign_ct is not None:
        yield rule.assign_ct
    yield from rule.assign_datetime or ()
    if rule.template is not None:
        yield from template_columns(rule.template)
    yield from condition_columns(rule.when)


def used_names(block: Block) -> Iterator[tuple[str, str]]:
    """Every name the block reads from its own table or steps, with its path in the block."""
    yield "subject", block.subject
    for step, condition in (("where", block.where), ("filter", block.filter)):
        yield from ((step, name) for name in condition_columns(condition))
    for i, join in enumerate(block.join):
        yield from ((f"join[{i}].on", name) for name in join.on)
    if block.unpivot:
        yield from (("unpivot.columns", name) for name in block.unpivot.columns)
    if block.split:
        yield "split.column", block.split.column
    if block.test is not None:
        yield "test", block.test
    if block.convert_unit:
        for field in ("value", "unit", "low", "high", "range"):
            name = getattr(block.convert_unit, field)
            if name is not None:
                yield f"convert_unit.{field}", name
    if block.relates:
        yield "relates.column", block.relates.column
    for variable, rules in block.variables.items():
        for rule in rules:
            yield from ((f"variables.{variable}", name) for name in rule_columns(rule))


def base_columns(block: Block, columns: Iterable[str]) -> dict[str, str]:
    """Source columns of the block's own table -> where in the block they are first named.

    ``columns`` are those the table has: the numbers of a ``repeat`` are found among them.
    """
    found = own_columns(block)
    if block.repeat:
        for numbered in numbered_columns(block.repeat, columns).values():
            for name in numbered.values():
                found.setdefault(name, "repeat.columns")
    return found


def own_columns(block: Block) -> dict[str, str]:
    """Source columns the block calls by name -> where in the block it does so first."""
    found: dict[str, str] = {}
    for path, name in used_names(block):
        if not is_pseudo(name):
            found.setdefault(name, path)
    return found


def joined_columns(block: Block) -> Mapping[str, dict[str, str]]:
    """Other table -> its columns the block's joins read -> where in the block."""
    found: dict[str, dict[str, str]] = {}
    for i, join in enumerate(block.join):
        columns = found.setdefault(join.table, {})
        for name in (*join.on.values(), *join.columns.values()):
            columns.setdefault(name, f"join[{i}]")
    return found
