"""What the study's tests say for expectations: plausible limits and units, by the code of a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from tecdata.spec import Specs, TestDefinition
    from tecdata.validate.suites_compiled import Setting

__all__ = ["limits_of_tests", "test_columns", "test_key", "units_of_tests"]


def test_columns(specs: Specs, domain: str) -> tuple[str, ...]:
    """The variables that tell tests of one code apart (ISCAT, ISBDAGNT), beside the code itself."""
    by_code: dict[str, list[TestDefinition]] = {}
    for test in _tests(specs, domain):
        by_code.setdefault(test.testcd, []).append(test)
    names: dict[str, None] = {}
    for tests in by_code.values():
        for name in dict.fromkeys(name for test in tests for name in test.variables):
            if len({test.variables.get(name, "") for test in tests}) > 1:
                names[name] = None
    return tuple(names)


def test_key(setting: Setting, by: str) -> tuple[pl.Expr, Callable[[Mapping[str, Any]], str]]:
    """What names the test of a record: as an expression, and of a row already fetched."""
    columns = [by, *(c for c in setting.test_columns if c != by)]
    if len(columns) == 1:
        return pl.col(by), lambda row: str(row[by])
    expression = pl.concat_str(*columns, separator="\x1e", ignore_nulls=True)
    return expression, lambda row: "\x1e".join(str(row[c]) for c in columns if row[c] is not None)


def limits_of_tests(setting: Setting, by: str) -> dict[str, tuple[float | None, float | None]]:
    """Plausible limits in the standard unit, by the key of :func:`test_key`."""
    return {
        _key(setting, test): (float(test.plausible[0]), float(test.plausible[1]))
        for test in _tests(setting.specs, setting.view.name)
        if test.plausible is not None
    }


def units_of_tests(setting: Setting, by: str) -> dict[str, tuple[str, ...]]:
    """Standard unit and convertible units, by the key of :func:`test_key`."""
    return {
        _key(setting, test): (test.unit, *test.units)
        for test in _tests(setting.specs, setting.view.name)
        if test.unit
    }


def _tests(specs: Specs, domain: str) -> list[TestDefinition]:
    """The tests of a domain."""
    return [test for test in specs.tests.values() if test.domain == domain]


def _key(setting: Setting, test: TestDefinition) -> str:
    """What tells a test from all others: its code and the variables that belong to it."""
    parts = [test.variables.get(c) for c in setting.test_columns]
    return "\x1e".join([test.testcd, *(part for part in parts if part)])
