"""What a mapping needs of each table, and empty stand-ins for what a delivery lacks."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import polars as pl

from tecdata.mapping.plan import (
    base_columns,
    joined_columns,
    numbered_columns,
    repeat_names,
    rule_columns,
)
from tecdata.table import ROW, RawTable, SourceColumn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tecdata.spec import CentreMapping, Specs
    from tecdata.spec.rules import Block

__all__ = ["domains_without_keys", "expected_columns", "with_stand_ins"]


def expected_columns(
    mapping: CentreMapping, tables: Mapping[str, RawTable]
) -> dict[str, dict[str, str]]:
    """Table -> column that rules read -> where they do so first.

    Of a repeated group of which the table has no column at all, the first one is expected.
    """
    expected: dict[str, dict[str, str]] = {name: {} for name in mapping.source.tables}
    for name, spec in mapping.source.tables.items():
        for column in spec.columns:
            expected[name].setdefault(column, "columns of source.yaml")
    for code, domain in sorted(mapping.domains.items()):
        for block in domain.blocks:
            place = f"{code} block '{block.name}'"
            there = _names(tables.get(block.from_))
            wanted = [*base_columns(block, there), *_first_repeats(block, there)]
            for column in wanted:
                expected[block.from_].setdefault(column, place)
            for table, joined in joined_columns(block).items():
                for column in joined:
                    expected[table].setdefault(column, place)
    return expected


def _names(table: RawTable | None) -> tuple[str, ...]:
    return tuple(c.name for c in table.columns) if table is not None else ()


def _first_repeats(block: Block, columns: tuple[str, ...]) -> list[str]:
    if not block.repeat:
        return []
    found = {p for group in numbered_columns(block.repeat, columns).values() for p in group}
    number = str(min(block.repeat.numbers)) if block.repeat.numbers else "1"
    return [
        pattern.replace("{n}", number)
        for pseudo, pattern in repeat_names(block.repeat).items()
        if pseudo not in found
    ]


def with_stand_ins(
    mapping: CentreMapping, tables: Mapping[str, RawTable]
) -> tuple[dict[str, RawTable], dict[str, tuple[str, ...]]]:
    """All tables of the mapping with all columns it names: what is not there is empty.

    Returns
    -------
    tables
        By name; a table that was not delivered has no row.
    absent
        Table -> the columns made up. No finding on one of these speaks of the delivery.
    """
    whole: dict[str, RawTable] = {}
    absent: dict[str, tuple[str, ...]] = {}
    for name, needed in expected_columns(mapping, tables).items():
        table = tables.get(name)
        if table is None:
            table = RawTable(
                name=name,
                centre=mapping.source.centre,
                file=mapping.source.tables[name].file,
                sheet=mapping.source.tables[name].sheet or "",
                addressing="records",
                frame=pl.DataFrame(schema={ROW: pl.Int64}),
                columns=(),
            )
        there = set(_names(table))
        lacking = tuple(column for column in needed if column not in there)
        if lacking:
            absent[name] = lacking
            table = _extended(table, lacking)
        whole[name] = table
    return whole, absent


def _extended(table: RawTable, lacking: tuple[str, ...]) -> RawTable:
    last = max((column.position for column in table.columns), default=-1)
    made = tuple(
        SourceColumn(name=name, header="", position=last + 1 + i, kinds=frozenset({"blank"}))
        for i, name in enumerate(lacking)
    )
    empty = [pl.lit(None, dtype=pl.String).alias(name) for name in lacking]
    return dataclasses.replace(
        table, frame=table.frame.with_columns(empty), columns=(*table.columns, *made)
    )


def domains_without_keys(
    mapping: CentreMapping,
    specs: Specs,
    tables: Mapping[str, RawTable],
    absent: Mapping[str, Sequence[str]],
) -> dict[str, tuple[str, ...]]:
    """Domains whose records cannot be told apart, for lack of columns; with these columns.

    Those are the columns that fill a key variable, name the subject or name the test.
    """
    found: dict[str, tuple[str, ...]] = {}
    for code, domain in mapping.domains.items():
        keys = set(specs.domains[code].keys)
        for block in domain.blocks:
            if not tables[block.from_].frame.height:
                continue
            used = {block.subject, block.test or ""}
            for variable, rules in block.variables.items():
                if variable in keys:
                    used |= {column for rule in rules for column in rule_columns(rule)}
            lost = tuple(c for c in absent.get(block.from_, ()) if c in used)
            if lost:
                found[code] = tuple(dict.fromkeys((*found.get(code, ()), *lost)))
    return found
