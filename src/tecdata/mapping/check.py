"""What can be wrong with a centre's mapping before any of its data is read, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tecdata.errors import SpecError
from tecdata.mapping.account import ignore_reason
from tecdata.mapping.check_block import check_block
from tecdata.mapping.dates import compile_pattern
from tecdata.mapping.plan import base_columns, joined_columns
from tecdata.mapping.sharing import share_plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tecdata.engine import EngineName
    from tecdata.spec import CentreMapping, Specs
    from tecdata.spec.rules import DomainMapping
    from tecdata.spec.source import Reading, SourceSpec

__all__ = ["check_centre"]


def check_centre(mapping: CentreMapping, specs: Specs, engine: EngineName = "polars") -> None:
    """Check ``source.yaml`` and the domain mappings of a centre against the study's specs.

    Raises
    ------
    SpecError
        With one ``file:line: path: what is wrong; allowed: …`` for every problem: names of domains,
        variables, supplemental qualifiers, codelists, terms, tables, tests and units that do not
        exist; pseudo-columns no step makes; regular expressions and date patterns that cannot be
        read; ``yy`` without ``pivot_year``; columns both mapped and declared ignored; and what
        ``engine`` cannot do (see :mod:`tecdata.mapping.sharing`).
    """
    problems = [mapping.at("source", p) for p in _source_problems(mapping)]
    for code in sorted(mapping.domains):
        found = _domain_problems(mapping.domains[code], mapping, specs)
        problems += [mapping.at(code, p) for p in found]
    if engine == "spark" and not problems:
        problems = [mapping.at(code, p) for code, p in share_plan(mapping).problems]
    if problems:
        raise SpecError(list(dict.fromkeys(problems)))


def _domain_problems(domain: DomainMapping, mapping: CentreMapping, specs: Specs) -> Iterator[str]:
    if domain.domain not in specs.domains:
        known = ", ".join(sorted(specs.domains))
        yield f"domain: there is no domain {domain.domain}; allowed: {known}"
        return
    names = [block.name for block in domain.blocks]
    for name in dict.fromkeys(n for n in names if names.count(n) > 1):
        yield f"blocks: the name '{name}' stands twice; give each block its own"
    for i, block in enumerate(domain.blocks):
        for problem in check_block(block, domain.domain, mapping.source, specs):
            yield f"blocks[{i}].{problem}"


def _source_problems(mapping: CentreMapping) -> Iterator[str]:
    source = mapping.source
    yield from _date_problems("reading", source.reading, source.reading)
    for name, table in source.tables.items():
        base = table.reading.over(source.reading)
        yield from _date_problems(f"tables.{name}.reading", table.reading, base)
        for column, reading in table.columns.items():
            path = f"tables.{name}.columns.{column}"
            yield from _date_problems(path, reading, reading.over(base))
    yield from _ignored_and_mapped(source, mapping.domains.values())


def _date_problems(path: str, reading: Reading, effective: Reading) -> Iterator[str]:
    """Patterns given at one place, with the pivot year in force there."""
    for pattern in reading.dates or ():
        try:
            groups = compile_pattern(pattern).groupindex
        except ValueError as error:
            yield f"{path}.dates: {error}; allowed: yyyy yy mmm mm dd HH MM SS"
            continue
        if "yy" in groups and effective.pivot_year is None:
            yield (
                f"{path}.dates: pattern '{pattern}' has a year of two digits and no pivot_year "
                "is declared; add pivot_year, the last year that yy may mean"
            )


def _ignored_and_mapped(source: SourceSpec, domains: Iterable[DomainMapping]) -> Iterator[str]:
    used: dict[str, dict[str, str]] = {}
    for domain in domains:
        for block in domain.blocks:
            place = f"{domain.domain} block '{block.name}'"
            for column in base_columns(block, ()):
                used.setdefault(block.from_, {}).setdefault(column, place)
            for table, columns in joined_columns(block).items():
                for column in columns:
                    used.setdefault(table, {}).setdefault(column, place)
    for name, spec in source.tables.items():
        for column, place in used.get(name, {}).items():
            if ignore_reason(spec, column) is not None:
                yield (
                    f"tables.{name}.ignore: column '{column}' is declared ignored but used by "
                    f"{place}; remove one of the two"
                )
