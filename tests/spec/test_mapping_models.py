"""Errors of mapping files, as their author reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tecdata.errors import SpecError
from tecdata.spec import load_centre
from tecdata.spec.rules import DomainMapping
from tecdata.spec.source import Reading, SourceSpec
from tecdata.spec.text_yaml import load_model

SOURCE = """centre: XX
name: Test
country: DEU
language: de
folder: xx
subject: {pattern: "(?P<number>[0-9]+)"}
tables:
  t: {file: t.csv}
"""


def problems(
    text: str, model: type[DomainMapping] | type[SourceSpec], folder: Path
) -> tuple[str, ...]:
    path = folder / "x.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load_model(path, model, shown="x.yaml")
    return caught.value.problems


def block(rest: str) -> str:
    return "domain: LB\nblocks:\n  - name: a\n    from: t\n    subject: id\n" + rest


def rule(text: str) -> str:
    return block(f"    variables:\n      LBCAT: {text}\n")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            rule("{assign_no_ct: a, hardcode_ct: b}"),
            (
                "x.yaml:7: blocks[0].variables.LBCAT: give exactly one of assign_no_ct, assign_ct, "
                "hardcode_ct, hardcode_no_ct, assign_datetime, template"
            ),
        ),
        (
            rule("{when: {column: a}, assign_ct: b}"),
            (
                "x.yaml:7: blocks[0].variables.LBCAT.when: a column needs exactly one of equals, "
                "not_equals, matches, missing"
            ),
        ),
        (
            rule("{when: {column: a, equals: b, any: []}, assign_ct: b}"),
            "x.yaml:7: blocks[0].variables.LBCAT.when: give exactly one of column, all, any, not",
        ),
        (
            rule("{when: {column: a, missing: yes}, assign_ct: b}"),
            "x.yaml:7: blocks[0].variables.LBCAT.when.missing: write true or false (found 'yes')",
        ),
        (
            rule("{assign_datetime: [a, b, c]}"),
            (
                "x.yaml:7: blocks[0].variables.LBCAT: assign_datetime takes a date column and at most "
                "one time column"
            ),
        ),
        (
            block("    split: {col: x}\n"),
            "x.yaml:6: blocks[0].split.col: unknown key; allowed: column, separators",
        ),
        (
            block("    filter: {not: {colum: x}}\n"),
            (
                "x.yaml:6: blocks[0].filter.not.colum: unknown key; allowed: column, equals, "
                "otherwise, not_equals, matches, missing, all, any, not"
            ),
        ),
        (
            "domain: LB\nblocks:\n  - name: a\n    subject: id\n",
            "x.yaml:3: blocks[0].from: this key is needed here",
        ),
    ],
)
def test_rules_that_say_nothing_or_two_things(text: str, problem: str, tmp_path: Path) -> None:
    found = problems(text, DomainMapping, tmp_path)
    assert problem in found


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "{file: t.csv}",
            "{file: t.csv, reading: {decimal: dot}}",
            (
                "x.yaml:8: tables.t.reading.decimal: 'dot' is not a choice; allowed: 'point', 'comma' "
                "or 'detect'"
            ),
        ),
        (
            "{file: t.csv}",
            "{file: t.csv, header_rows: [1], units_row: 2}",
            "x.yaml:8: tables.t: units_row must be one of header_rows",
        ),
        (
            "(?P<number>[0-9]+)",
            "[0-9]+",
            "x.yaml:6: subject.pattern: needs a named group (?P<number>\\d+) (found '[0-9]+')",
        ),
        (
            "(?P<number>[0-9]+)",
            "(",
            (
                "x.yaml:6: subject.pattern: not a regular expression: missing ), unterminated "
                "subpattern at position 0 (found '(')"
            ),
        ),
    ],
)
def test_sources_that_cannot_be_read(old: str, new: str, problem: str, tmp_path: Path) -> None:
    assert problems(SOURCE.replace(old, new), SourceSpec, tmp_path) == (problem,)


def test_norway_and_version_numbers_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(rule("{hardcode_no_ct: No, replace: [{pattern: 010, text: 1.10}]}"))
    (made,) = load_model(path, DomainMapping).blocks[0].variables["LBCAT"]
    assert (made.hardcode_no_ct, made.replace[0].pattern, made.replace[0].text) == (
        "No",
        "010",
        "1.10",
    )


def test_one_rule_or_several_one_join_or_several(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    join = "{table: u, on: {id: id}, columns: {$x: x}}"
    path.write_text(
        block(f"    join: {join}\n    variables:\n      LBCAT: {{template: '{{a}}'}}\n")
    )
    one = load_model(path, DomainMapping).blocks[0]
    path.write_text(
        block(f"    join: [{join}]\n    variables:\n      LBCAT: [{{template: '{{a}}'}}]\n")
    )
    assert load_model(path, DomainMapping).blocks[0] == one


def test_settings_are_laid_over_each_other() -> None:
    own = Reading(decimal="comma", missing=("-",))
    base = Reading(decimal="point", thousands="none", pivot_year=2030)
    assert own.over(base) == Reading(
        decimal="comma", thousands="none", missing=("-",), pivot_year=2030
    )


def test_a_domain_mapped_in_two_files_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "mappings" / "xx"
    folder.mkdir(parents=True)
    (folder / "source.yaml").write_text(SOURCE)
    for name in ("lb", "lb2"):
        (folder / f"{name}.yaml").write_text(rule("{hardcode_no_ct: x}"))
    with pytest.raises(SpecError) as caught:
        load_centre(folder)
    assert caught.value.problems == (
        (
            "mappings/xx/lb2.yaml:1: domain: LB is mapped in mappings/xx/lb.yaml already; "
            "put its blocks into one file"
        ),
    )
