"""Static errors of one mapping block: names that do not exist, steps that do not fit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tecdata.mapping.check_rule import check_rules, near
from tecdata.mapping.conditions import condition_leaves
from tecdata.mapping.numbers import parse_number
from tecdata.mapping.plan import attribute_names, early_joins, is_pseudo, repeat_names, used_names
from tecdata.mapping.study_tests import limit_tests
from tecdata.mapping.terms import Terms
from tecdata.mapping.units import allowed_units, resolve_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tecdata.spec import Specs
    from tecdata.spec.rules import Block, Condition
    from tecdata.spec.source import SourceSpec

__all__ = ["check_block"]

#: Variables that harmonise makes for every centre alike.
_MADE_LATER = ("STUDYID", "DOMAIN", "USUBJID")


def check_block(block: Block, code: str, source: SourceSpec, specs: Specs) -> Iterator[str]:
    """Problems of a block as ``path: what is wrong; what is allowed``."""
    tables = ", ".join(sorted(source.tables))
    if block.from_ not in source.tables:
        yield f"from: there is no table '{block.from_}' in source.yaml; allowed: {tables}"
        return
    yield from _join_problems(block, source, tables)
    for step, condition in (("where", block.where), ("filter", block.filter)):
        yield from _condition_problems(step, condition)
    yield from _pseudo_problems(block)
    yield from _test_problems(block, code, specs)
    yield from _result_problems(block, code, specs)
    yield from _unit_problems(block, source, specs)
    yield from _relation_problems(block, specs)
    for pseudo, pattern in repeat_names(block.repeat).items():
        if "{n}" not in pattern:
            yield f"repeat.columns.{pseudo[1:]}: '{pattern}' has no {{n}} for the number"
    domain = specs.domains[code]
    for name, rules in block.variables.items():
        path = f"variables.{name}"
        if name in (*_MADE_LATER, f"{code}SEQ"):
            yield f"{path}: {name} is made for all centres alike; remove it from the mapping"
        elif not domain.has(name):
            known = [v.name for v in domain.variables] + [s.name for s in domain.supplemental]
            yield (
                f"{path}: {code} has no variable or supplemental qualifier {name}; "
                f"allowed: {near(name, known)}"
            )
        else:
            yield from check_rules(path, name, rules, block, domain, source, specs)
            for i, rule in enumerate(rules):
                yield from _condition_problems(f"{path}[{i}].when", rule.when)
                if any(leaf.otherwise for leaf in condition_leaves(rule.when)):
                    yield f"{path}[{i}].when: otherwise is for where and filter only; remove it"


def _join_problems(block: Block, source: SourceSpec, tables: str) -> Iterator[str]:
    for i, join in enumerate(block.join):
        if join.table not in source.tables:
            yield (
                f"join[{i}].table: there is no table '{join.table}' in source.yaml; "
                f"allowed: {tables}"
            )
        if not join.on:
            yield f"join[{i}].on: no key to join by; name at least one pair of columns"


def _condition_problems(path: str, condition: Condition | None) -> Iterator[str]:
    for leaf in condition_leaves(condition):
        if leaf.matches is not None:
            try:
                re.compile(leaf.matches)
            except re.error as error:
                yield f"{path}: '{leaf.matches}' is not a regular expression: {error}"


def _made_by(block: Block) -> dict[str, set[str]]:
    """Pseudo-columns that can be read at each step."""
    first, second = early_joins(block)
    early = {"$" + n.removeprefix("$") for join in first for n in join.columns}
    repeated = early | set(repeat_names(block.repeat)) | ({"$n"} if block.repeat else set())
    shaped = set(repeated)
    if block.unpivot:
        shaped |= {"$value", "$column", "$unit", *attribute_names(block)}
    if block.split:
        shaped.add("$part")
    late = shaped | {"$" + n.removeprefix("$") for join in second for n in join.columns}
    return {
        "where": set(),
        "subject": set(),
        "unpivot.columns": repeated,
        "split.column": shaped - {"$part"},
        "": late,
    }


def _pseudo_problems(block: Block) -> Iterator[str]:
    made = _made_by(block)
    for path, name in used_names(block):
        known = made.get(path, made[""])
        if is_pseudo(name) and name not in known:
            there = ", ".join(sorted(known)) or "columns of the table only"
            yield f"{path}: no step of the block makes {name}; allowed here: {there}"


def _test_problems(block: Block, code: str, specs: Specs) -> Iterator[str]:
    if block.test is not None and block.fixed_test is not None:
        yield "test: give either test or fixed_test"
    if block.fixed_test is not None:
        yield from _unknown_tests("fixed_test", [block.fixed_test], specs)
        test = specs.tests.get(block.fixed_test)
        if test is not None and test.domain != code:
            yield f"fixed_test: {block.fixed_test} belongs to domain {test.domain}; map it there"
    for pattern in block.tests or ():
        if not limit_tests((pattern,), specs.tests):
            yield from _unknown_tests("tests", [pattern], specs)
    if block.unpivot and block.test == "$test":
        for column, known in block.unpivot.columns.items():
            path = f"unpivot.columns.{column}.test"
            if known.get("test") is None:
                yield f"{path}: the column has no test; name its study test id"
            else:
                yield from _unknown_tests(path, [known["test"]], specs)


def _unknown_tests(path: str, names: Iterable[str], specs: Specs) -> Iterator[str]:
    for name in names:
        if name not in specs.tests:
            yield f"{path}: there is no study test {name}; allowed: {near(name, specs.tests)}"


def _result_problems(block: Block, code: str, specs: Specs) -> Iterator[str]:
    result = block.convert_unit
    if result is None:
        return
    domain = specs.domains[code]
    if block.test is None and block.fixed_test is None:
        yield "convert_unit: the block says no test; give test or fixed_test"
    if not domain.has(f"{code}ORRES"):
        yield f"convert_unit: {code} is no findings domain (it has no {code}ORRES)"
    if result.unit is not None and result.fixed_unit is not None:
        yield "convert_unit: give either unit or fixed_unit"
    if result.range is not None and (result.low is not None or result.high is not None):
        yield "convert_unit: give either range or low and high"
    ranged = result.range or result.low or result.high
    if ranged and not domain.has(f"{code}ORNRLO"):
        yield f"convert_unit: {code} has no {code}ORNRLO; leave range, low and high out"
    units = specs.codelists.get("UNIT")
    if units is None:
        yield "convert_unit: there is no codelist UNIT under specs/terminology"
    elif result.fixed_unit is not None and result.fixed_unit not in units.by_term:
        yield (
            f"convert_unit.fixed_unit: '{result.fixed_unit}' is not a term of codelist UNIT; "
            f"allowed: {near(result.fixed_unit, units.by_term)}"
        )


def _unit_problems(block: Block, source: SourceSpec, specs: Specs) -> Iterator[str]:
    """Units and range ends that the mapping itself gives: they must fit their test."""
    result = block.convert_unit
    if result is None or "UNIT" not in specs.codelists:
        return
    test = specs.tests.get(block.fixed_test or "")
    if test is not None and result.fixed_unit and result.fixed_unit not in allowed_units(test):
        yield (
            f"convert_unit.fixed_unit: {result.fixed_unit} has no exact conversion for "
            f"{block.fixed_test}; allowed: {', '.join(allowed_units(test)) or 'none'}"
        )
    named = {field: getattr(result, field) for field in ("unit", "low", "high")}
    given = set(attribute_names(block))
    wanted = {field: name for field, name in named.items() if name in given}
    if block.unpivot is None or not wanted:
        return
    units = Terms(specs, source.language).codelist("UNIT")
    for column, known in block.unpivot.columns.items():
        facts = {"$" + name.removeprefix("$"): text for name, text in known.items()}
        test_of = specs.tests.get(facts.get("$test", block.fixed_test or ""))
        for field, name in wanted.items():
            text, path = facts.get(name), f"unpivot.columns.{column}.{name[1:]}"
            if text is None or test_of is None:
                continue
            if field == "unit":
                problem = resolve_unit(text, test_of, units).problem
                if problem:
                    yield (
                        f"{path}: '{text}' is no unit with an exact conversion for {test_of.testcd}; "
                        f"allowed: {', '.join(allowed_units(test_of)) or 'none'}"
                    )
            elif test_of.result != "titre" and parse_number(text).value is None:
                yield f"{path}: '{text}' is not a number with a decimal point"


def _relation_problems(block: Block, specs: Specs) -> Iterator[str]:
    relation = block.relates
    if relation is None:
        return
    other = specs.domains.get(relation.domain)
    if other is None:
        known = ", ".join(sorted(specs.domains))
        yield f"relates.domain: there is no domain {relation.domain}; allowed: {known}"
    elif relation.variable not in other.by_name:
        yield (
            f"relates.variable: {relation.domain} has no variable {relation.variable}; "
            f"allowed: {near(relation.variable, other.by_name)}"
        )
