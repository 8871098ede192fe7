"""The variables of a block's records: rules, result, test, and what records carry beside them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.dataset import (
    BLOCK,
    CENTRE,
    COLUMN,
    NUMBER,
    PART,
    RELATES,
    RELATES_DOMAIN,
    RELATES_VARIABLE,
    SOURCE_TEXT,
    SUBJECT,
    Origin,
)
from tecdata.engine import Lookup, lookup_all
from tecdata.mapping.internal import TEST
from tecdata.mapping.origins import block_key, block_origins, source_names
from tecdata.mapping.result_ranges import add_range_columns
from tecdata.mapping.results import compile_result
from tecdata.mapping.steps import REPETITION
from tecdata.mapping.values import Value, assemble
from tecdata.mapping.verbs import RuleCompiler, Target, compile_rules
from tecdata.table import ROW

if TYPE_CHECKING:
    from tecdata.mapping.problems import Reporter
    from tecdata.mapping.steps import Records
    from tecdata.mapping.terms import Terms
    from tecdata.mapping.verbs import Memory
    from tecdata.spec import DomainSpec
    from tecdata.spec.rules import Block

__all__ = ["Made", "fill_records"]


@dataclasses.dataclass(frozen=True, slots=True)
class Made:
    """Records of one block, and their origins."""

    frame: nw.DataFrame[Any]
    origins: Mapping[str, Origin]


def fill_records(
    records: Records,
    block: Block,
    domain: DomainSpec,
    centre: str,
    terms: Terms,
    memory: Memory,
    reporter: Reporter,
) -> Made:
    """Compute the variables, report what could not be read, and cut the frame to shape."""
    code = domain.domain
    compiler = RuleCompiler(records.refs, terms, memory)
    rules = {
        name: compile_rules(compiler, given, _target(domain, name))
        for name, given in block.variables.items()
    }
    lookups = [found for c in rules.values() for found in c.lookups]
    watches = [watch for c in rules.values() for watch in c.watches]
    values = _carried(records, block, centre, code)
    if block.test is not None or block.fixed_test is not None:
        constants = _test_constants(block, domain, terms)
        lookups.append(constants)
        values |= {n: Value(column=n, dtype=d) for n, d in constants.outputs.items()}
    result = None
    if block.convert_unit:
        result = compile_result(compiler, block.convert_unit, code)
        add_range_columns(result, compiler, block.convert_unit, code)
        lookups += result.lookups
        watches += result.watches
        values |= {code + s: v for s, v in result.values.items() if domain.has(code + s)}
    values |= {name: c.value for name, c in rules.items()}
    frame = lookup_all(records.frame, lookups)
    reporter.add_all(frame, watches, code)
    sources = source_names(block, code, rules, result)
    return Made(assemble(frame, values), block_origins(records, block, centre, code, sources))


def _target(domain: DomainSpec, name: str) -> Target:
    variable = domain.by_name.get(name)
    if variable is not None:
        return Target(
            name=name,
            numeric=variable.is_numeric,
            whole=variable.type == "integer",
            codelist=variable.codelist,
        )
    return Target(name=name, codelist=domain.supplemental_by_name[name].codelist)


def _carried(records: Records, block: Block, centre: str, code: str) -> dict[str, Value]:
    """Internal and provenance columns."""
    relation, result = block.relates, block.convert_unit
    present = set(records.frame.columns)
    key = block_key(centre, code, block)
    numbered = nw.concat_str(nw.lit(key + "#"), nw.col(REPETITION)) if block.repeat else None
    return {
        CENTRE: Value(constant=centre),
        SUBJECT: Value(column=SUBJECT),
        NUMBER: Value(column=NUMBER),
        RELATES: Value(column=relation.column if relation else ""),
        RELATES_DOMAIN: Value(constant=relation.domain if relation else None),
        RELATES_VARIABLE: Value(constant=relation.variable if relation else None),
        SOURCE_TEXT: Value(column=result.value if result else ""),
        BLOCK: Value(expression=numbered, constant=key),
        ROW: Value(column=ROW),
        COLUMN: Value(column=COLUMN if COLUMN in present else "", constant=""),
        PART: Value(column=PART if PART in present else "", constant=1, dtype=nw.Int64),
    }


def _test_constants(block: Block, domain: DomainSpec, terms: Terms) -> Lookup:
    """--TESTCD, --TEST and the constant qualifiers the block does not fill itself."""
    tests = terms.specs.tests
    code = domain.domain
    wanted = [key for key, test in tests.items() if test.domain == code]
    names = {name for key in wanted for name in tests[key].variables if domain.has(name)}
    names |= {f"{code}TESTCD", f"{code}TEST"}
    ordered = sorted(n for n in names if n not in block.variables)
    numeric = frozenset(n for n in ordered if _target(domain, n).numeric)

    def constants(key: str) -> tuple[object, ...]:
        test = tests[key]
        known = {f"{code}TESTCD": test.testcd, f"{code}TEST": test.test, **test.variables}
        return tuple(
            float(known[n]) if n in known and n in numeric else known.get(n) for n in ordered
        )

    dtypes = {n: nw.Float64 if n in numeric else nw.String for n in ordered}
    return Lookup([TEST], constants, dtypes)
