"""Listings: one row a subject."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tecdata.errors import SpecError
from tecdata.report.ard import NO_RECORDS, Cell, records_behind
from tecdata.report.number_text import rounded

if TYPE_CHECKING:
    import polars as pl

    from tecdata.report.table_data import TableData
    from tecdata.spec.tables import ListingColumn, ListingTable

__all__ = ["listing_cells", "too_many"]

_NUMBER = re.compile(r"\d+$")


def listing_cells(table: ListingTable, data: TableData) -> list[Cell]:
    """The cells of a listing, a row a subject of the population, sorted by the first column.

    More subjects than ``most`` are not listed. The row id is USUBJID. Values of several records stand in the order of the column's ``words``, otherwise of the
    records, each once; a value that goes into another's brackets follows it.
    """
    people = data.population(table.population, table.table)
    if people.height > table.most:
        return []
    columns = {c.column: _column(table.table, c, data, people) for c in table.columns}
    first = columns[table.columns[0].column]

    def rank(subject: str) -> tuple[float, str]:
        text = first[subject][0]
        return (float(text) if text.isdigit() else 0.0, text)

    ordered = sorted(people["USUBJID"], key=rank)
    return [
        Cell(
            table=table.table,
            row=subject,
            section="",
            label=first[subject][0],
            column=column,
            text=texts[subject][0],
            records=texts[subject][1],
        )
        for subject in ordered
        for column, texts in columns.items()
    ]


def too_many(table: ListingTable, data: TableData) -> str:
    """Why a listing is not made; empty where it is."""
    people = data.population(table.population, table.table).height
    if people <= table.most:
        return ""
    return f"Not listed: there are {people} subjects, and no more than {table.most} are listed (most in specs/tables)."


def _column(
    table: str, column: ListingColumn, data: TableData, people: pl.DataFrame
) -> dict[str, tuple[str, pl.DataFrame]]:
    """The texts and records of a column by subject."""
    place = f"{table}: {column.column}"
    records = data.records(column.dataset, column.where, people, place)
    if column.variable not in records.columns and not records.is_empty():
        raise SpecError([f"{place}: {column.variable} is no variable of {column.dataset}"])
    values: dict[str, list[str | float]] = {}
    if not records.is_empty():
        for subject, value in zip(records["USUBJID"], records[column.variable], strict=True):
            if value is not None:
                values.setdefault(subject, []).append(value)
    behind = _by_subject(records_behind(column.dataset, records))
    return {
        subject: (
            _text(column, values.get(subject, []), place) or column.empty,
            behind.get(subject, NO_RECORDS),
        )
        for subject in people["USUBJID"]
    }


def _by_subject(records: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Records by subject."""
    parts = records.partition_by("USUBJID", as_dict=True)
    return {str(key[0]): part for key, part in parts.items()}


def _text(column: ListingColumn, values: list[str | float], place: str) -> str:
    """The values of a subject as one text."""
    if column.pick == "max" and values:
        values = [max(float(v) for v in values)]
    if column.digits is not None:
        return ", ".join(rounded(float(v), column.digits, fixed=column.fixed) for v in values)
    texts = list(dict.fromkeys(str(value) for value in values))
    if column.number:
        found = (_NUMBER.search(text) for text in texts)
        return ", ".join(str(int(match.group())) for match in found if match)
    if not column.words:
        return ", ".join(texts)
    unknown = sorted(set(texts) - column.words.keys())
    if unknown:
        raise SpecError([f"{place}: '{unknown[0]}' has no word; add it to words"])
    order = list(column.words)
    texts.sort(key=order.index)
    inside: dict[str, list[str]] = {}
    for text in texts:
        if column.within.get(text) in texts:
            inside.setdefault(column.within[text], []).append(text)
    shown = []
    for text in texts:
        if column.within.get(text) not in texts:
            bracket = ", ".join(column.words[t] for t in inside.get(text, ()))
            shown.append(column.words[text] + (f" ({bracket})" if bracket else ""))
    return ", ".join(shown)
