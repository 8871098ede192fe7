"""Static errors of the rules of one variable."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tecdata.mapping.dates import compile_pattern
from tecdata.mapping.numbers import parse_number
from tecdata.mapping.plan import is_pseudo
from tecdata.spec import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tecdata.spec import DomainSpec, Specs
    from tecdata.spec.rules import Block, Rule
    from tecdata.spec.source import SourceSpec

__all__ = ["check_rules", "near"]

#: Choices named in a message.
_NAMED = 5


def near(text: str, known: Iterable[str]) -> str:
    """The closest of the permitted names, all of them where they are few."""
    names = list(known)
    if len(names) <= _NAMED:
        return ", ".join(sorted(names))
    from rapidfuzz import fuzz, process

    found = process.extract(text, names, scorer=fuzz.ratio, processor=fold, limit=None)
    ordered = sorted(found, key=lambda hit: (-hit[1], hit[0]))
    return ", ".join(name for name, _, _ in ordered[:_NAMED]) + ", …"


def check_rules(
    path: str,
    name: str,
    rules: tuple[Rule, ...],
    block: Block,
    domain: DomainSpec,
    source: SourceSpec,
    specs: Specs,
) -> Iterator[str]:
    """Problems of a variable's rules as ``path: what is wrong; what is allowed``."""
    for i, rule in enumerate(rules):
        place = path if len(rules) == 1 else f"{path}[{i}]"
        yield from _type_problems(place, name, rule, domain)
        yield from _codelist_problems(place, name, rule, domain, specs)
        yield from _pattern_problems(place, rule)
        yield from _date_problems(place, rule, block, source)
        if rule.when is None and i + 1 < len(rules):
            yield f"{place}: a rule without when takes every row; the rules after it are never used"


def _type_problems(path: str, name: str, rule: Rule, domain: DomainSpec) -> Iterator[str]:
    variable = domain.by_name.get(name)
    if variable is None:
        return
    if variable.is_numeric:
        if rule.hardcode_no_ct is not None:
            number = parse_number(rule.hardcode_no_ct)
            if number.value is None or number.operator:
                yield f"{path}.hardcode_no_ct: '{rule.hardcode_no_ct}' is not a number, and {name} is numeric"
        elif rule.verb != "assign_no_ct":
            yield f"{path}.{rule.verb}: {name} is numeric; allowed: assign_no_ct, hardcode_no_ct"
    if rule.verb == "assign_datetime" and variable.type != "datetime":
        yield f"{path}.assign_datetime: {name} is not a date; allowed: assign_no_ct, assign_ct"
    if variable.type == "datetime" and rule.verb in ("assign_no_ct", "assign_ct", "template"):
        yield f"{path}.{rule.verb}: {name} is a date; allowed: assign_datetime, hardcode_no_ct"


def _codelist_problems(
    path: str, name: str, rule: Rule, domain: DomainSpec, specs: Specs
) -> Iterator[str]:
    if rule.assign_ct is None and rule.hardcode_ct is None:
        if rule.codelist is not None:
            yield f"{path}.codelist: only assign_ct and hardcode_ct take a codelist"
        return
    variable = domain.by_name.get(name)
    own = variable.codelist if variable else domain.supplemental_by_name[name].codelist
    codelist = rule.codelist or own
    if codelist is None:
        yield f"{path}: {name} has no codelist; name one with codelist, or use the verb without ct"
        return
    if codelist not in specs.codelists:
        known = near(codelist, specs.codelists)
        yield f"{path}.codelist: there is no codelist {codelist}; allowed: {known}"
        return
    terms = specs.codelists[codelist].by_term
    if rule.hardcode_ct is not None and rule.hardcode_ct not in terms:
        yield (
            f"{path}.hardcode_ct: '{rule.hardcode_ct}' is not a term of codelist {codelist}; "
            f"allowed: {near(rule.hardcode_ct, terms)}"
        )


def _pattern_problems(path: str, rule: Rule) -> Iterator[str]:
    patterns = [("replace", r.pattern) for r in rule.replace]
    patterns += [("extract", rule.extract)] if rule.extract is not None else []
    for step, pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            yield f"{path}.{step}: '{pattern}' is not a regular expression: {error}"
    if rule.template is not None:
        bare = re.sub(r"\{[^{}]*\}", "", rule.template)
        if "{" in bare or "}" in bare:
            yield f"{path}.template: '{rule.template}' has a brace without its partner"


def _date_problems(path: str, rule: Rule, block: Block, source: SourceSpec) -> Iterator[str]:
    if rule.dates is None:
        return
    if rule.assign_datetime is None:
        yield f"{path}.dates: only assign_datetime takes date patterns"
        return
    table = source.tables[block.from_]
    reading = table.reading.over(source.reading)
    column = rule.assign_datetime[0]
    if not is_pseudo(column) and column in table.columns:
        reading = table.columns[column].over(reading)
    for pattern in rule.dates:
        try:
            groups = compile_pattern(pattern).groupindex
        except ValueError as error:
            yield f"{path}.dates: {error}; allowed: yyyy yy mmm mm dd HH MM SS"
            continue
        if "yy" in groups and reading.pivot_year is None:
            yield (
                f"{path}.dates: pattern '{pattern}' has a year of two digits and no pivot_year "
                "is declared in source.yaml"
            )
