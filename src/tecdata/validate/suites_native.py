"""What Great Expectations has of its own for a rule: its expectations, as data.

They are stated on the records the rule looks at, on variables as they are or on columns prepared
for them, and counted by Great Expectations itself: nothing of the Polars rule goes in.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import polars as pl

__all__ = ["Native", "among", "between", "filled", "like", "limited", "paired"]

_VALUE, _KEY = "_value", "_key"


@dataclasses.dataclass(frozen=True, slots=True)
class Native:
    """One expectation of Great Expectations: its type, its arguments, the columns made for it.

    With ``tests`` it is about the records whose column ``_key`` is one of them.
    """

    kind: str
    arguments: Mapping[str, Any]
    columns: Mapping[str, pl.Expr]
    tests: Sequence[str] = ()


def filled(names: Sequence[str]) -> tuple[Native, ...]:
    """A variable has a value; of several together it has no expectation."""
    if len(names) != 1:
        return ()
    return (Native("ExpectColumnValuesToNotBeNull", {"column": names[0]}, _own(names[0])),)


def among(name: str, values: Sequence[str], *, required: bool) -> tuple[Native, ...]:
    """A text among values, and where it is required not empty."""
    inside = {"column": name, "value_set": list(values)}
    one = Native("ExpectColumnValuesToBeInSet", inside, _own(name))
    return (one, *filled([name])) if required else (one,)


def like(name: str, pattern: str) -> tuple[Native, ...]:
    """A text that matches a regular expression."""
    arguments = {"column": name, "regex": pattern}
    return (Native("ExpectColumnValuesToMatchRegex", arguments, _own(name)),)


def between(
    value: pl.Expr, low: Fraction | None, high: Fraction | None, *, above: bool, below: bool
) -> tuple[Native, ...]:
    """A number within limits; ``above`` and ``below`` leave the limit itself out."""
    arguments = {
        "column": _VALUE,
        "min_value": None if low is None else float(low),
        "max_value": None if high is None else float(high),
        "strict_min": above,
        "strict_max": below,
    }
    return (Native("ExpectColumnValuesToBeBetween", arguments, {_VALUE: value}),)


def limited(
    value: pl.Expr, key: pl.Expr, table: Mapping[str, tuple[float | None, float | None]]
) -> tuple[Native, ...]:
    """A number within the limits of its test: one expectation for each pair of limits."""
    tests: dict[tuple[float | None, float | None], list[str]] = {}
    for test, bounds in table.items():
        tests.setdefault(bounds, []).append(test)
    columns = {_VALUE: value, _KEY: key}
    return tuple(
        Native(
            "ExpectColumnValuesToBeBetween",
            {"column": _VALUE, "min_value": low, "max_value": high},
            columns,
            several,
        )
        for (low, high), several in tests.items()
        if (low, high) != (None, None)
    )


def paired(left: pl.Expr, relation: str, right: pl.Expr, *, tag: str = "") -> tuple[Native, ...]:
    """Two columns of one record side by side; of ``same`` they are equal.

    ``tag`` keeps the columns of several pairs of one rule apart.
    """
    a, b = f"_left{tag}", f"_right{tag}"
    columns = {a: left, b: right}
    both: dict[str, Any]
    either = {"ignore_row_if": "either_value_is_missing"}
    if relation == "same":
        both = {"column_A": a, "column_B": b, **either}
        return (Native("ExpectColumnPairValuesToBeEqual", both, columns),)
    if relation in ("not_after", "before"):
        a, b = b, a
    both = {"column_A": a, "column_B": b, "or_equal": relation.startswith("not"), **either}
    return (Native("ExpectColumnPairValuesAToBeGreaterThanB", both, columns),)


def _own(name: str) -> dict[str, pl.Expr]:
    """A column under its own name."""
    return {name: pl.col(name)}
