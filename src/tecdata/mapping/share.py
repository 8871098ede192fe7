"""A centre mapped a share of its subjects at a time: what each share does, and what is asked of all first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias

import polars as pl

from tecdata.dataset import CENTRE, NUMBER, SUBJECT
from tecdata.mapping.account import report_unread
from tecdata.mapping.centre import MappedCentre, map_part
from tecdata.mapping.missing import prepare_columns
from tecdata.mapping.numbers import decide, evidence
from tecdata.mapping.problems import Reporter
from tecdata.mapping.tables import TableView

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tecdata.finding import Findings
    from tecdata.mapping.account import Unread
    from tecdata.mapping.numbers import NumberFormat
    from tecdata.spec import CentreMapping, Specs
    from tecdata.table import RawTable

__all__ = [
    "Formats",
    "Shown",
    "check_columns",
    "formats_of",
    "map_share",
    "report_left",
    "shown_decimals",
    "subjects_of",
]

#: Number conventions by table and column.
Formats: TypeAlias = "Mapping[str, Mapping[str, NumberFormat]]"

#: Table, column, and a decimal sign that some cell of it proves.
Shown: TypeAlias = "tuple[str, str, Literal['point', 'comma']]"


def subjects_of(mapping: CentreMapping, table: RawTable, column: str) -> pl.DataFrame:
    """Whose each row is, in the order of the rows: ``_centre``, ``_subject``, ``_number``.

    ``_number`` is missing where the cell is no id of the centre.
    """
    fits = re.compile(mapping.source.subject.pattern).fullmatch
    texts = TableView(table, mapping.source).texts(column)
    known: dict[str | None, str | None] = {None: None}
    for text in set(texts) - {None}:
        match = fits(text or "")
        known[text] = match.group("number") if match else None
    numbers = [known[text] for text in texts]
    columns = {CENTRE: [mapping.source.centre] * len(texts), SUBJECT: texts, NUMBER: numbers}
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def shown_decimals(mapping: CentreMapping, table: RawTable) -> set[Shown]:
    """What a part of a table proves about the columns whose convention is to be detected."""
    view = TableView(table, mapping.source)
    return {
        (table.name, column, sign)
        for column in view.undeclared_formats()
        for sign in evidence(view.text_numbers(column))
    }


def formats_of(
    mapping: CentreMapping, tables: Mapping[str, RawTable], shown: Iterable[Shown]
) -> dict[str, dict[str, NumberFormat]]:
    """The conventions of all columns to be detected, from what all parts together have shown."""
    seen: dict[tuple[str, str], set[Literal["point", "comma"]]] = {}
    for where, column, sign in shown:
        seen.setdefault((where, column), set()).add(sign)
    found: dict[str, dict[str, NumberFormat]] = {}
    for name, table in tables.items():
        view = TableView(table, mapping.source)
        found[name] = {
            column: decide(seen.get((name, column), ()), view.reading(column).thousands)
            for column in view.undeclared_formats()
        }
    return found


def check_columns(mapping: CentreMapping, tables: Mapping[str, RawTable]) -> None:
    """Raise :class:`MappingError` for columns that are not there; of the rows the first suffice."""
    prepare_columns(mapping, {name: TableView(t, mapping.source) for name, t in tables.items()})


def map_share(
    mapping: CentreMapping,
    tables: Mapping[str, RawTable],
    specs: Specs,
    findings: Findings,
    formats: Formats,
) -> MappedCentre:
    """Map the rows of some subjects, and all rows of tables that belong to nobody.

    As :func:`tecdata.mapping.map_centre`, with the number conventions of the whole columns; what can only be
    said of whole tables (:func:`report_left`) is left to the caller.
    """
    views = {
        name: TableView(tables[name], mapping.source, formats=formats.get(name))
        for name in mapping.source.tables
    }
    return map_part(mapping, views, specs, Reporter(mapping.source.centre, findings))


def report_left(
    mapping: CentreMapping,
    tables: Mapping[str, RawTable],
    unread: Mapping[str, Mapping[str, Unread]],
    findings: Findings,
) -> None:
    """Report the columns that no rule reads, counted over all shares. The tables' rows are not read."""
    reporter = Reporter(mapping.source.centre, findings)
    for name, left in unread.items():
        report_unread(TableView(tables[name], mapping.source), left, reporter)
