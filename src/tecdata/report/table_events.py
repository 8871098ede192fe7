"""Event tables: subjects, events and hospitalised events by category and event."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import polars as pl

from tecdata.report.ard import Cell, records_behind
from tecdata.report.number_text import percent

if TYPE_CHECKING:
    from tecdata.report.table_data import TableData
    from tecdata.spec.tables import EventRow, EventTable, Where

__all__ = ["EVENT_COLUMNS", "event_cells"]

#: The columns of an event table with their headings.
EVENT_COLUMNS = {
    "n_patients": "Number of patients",
    "pct": "%",
    "n_events": "Number of events",
    "n_events_hospitalised": "Events requiring hospitalisation",
}


@dataclasses.dataclass(frozen=True, slots=True)
class _Counted:
    """The events of a row: USUBJID, hospitalised (Y or not), the records behind, and those in hospital."""

    events: pl.DataFrame
    records: pl.DataFrame
    in_hospital: pl.DataFrame
    denominator: int


def event_cells(table: EventTable, data: TableData) -> list[Cell]:
    """The cells of an event table: for each category its total, then its rows.

    A row id is ``category: event``. A total counts the events of all rows, also those whose own row leaves the column
    out; where a row's number of events is not counted, the total's is not either.
    """
    people = data.population(table.population, table.table)
    cells: list[Cell] = []
    for section in table.sections:
        counted = [_count(row, table, data, people) for row in section.rows]
        total = _Counted(
            events=pl.concat([c.events for c in counted]),
            records=pl.concat([c.records for c in counted]).unique().sort(pl.all()),
            in_hospital=pl.concat([c.in_hospital for c in counted]).unique().sort(pl.all()),
            denominator=people.height,
        )
        incomplete = any("n_events" in row.uncounted for row in section.rows)
        uncounted = ("n_events",) if incomplete else ()
        cells += _cells(table, section.category, table.total_label, total, uncounted, {})
        for row, one in zip(section.rows, counted, strict=True):
            cells += _cells(table, section.category, row.label, one, row.uncounted, row.footnotes)
    return cells


def _count(row: EventRow, table: EventTable, data: TableData, people: pl.DataFrame) -> _Counted:
    """The events of a row, by subject."""
    place = f"{table.table}: {row.label}"
    if row.abnormality:
        where: Where = {"ABNCD": (row.abnormality,), **row.where}
        name, hospitalised = "ADABN", pl.lit("N")
    else:
        where = {"AEDECOD": row.terms, "TRTEMFL": ("Y",), **row.where}
        if row.grades:
            where["ATOXGR"] = row.grades
        name, hospitalised = "ADAE", pl.col("AESHOSP")
    found = data.records(name, where, people, place)
    if "AESHOSP" not in found.columns:
        hospitalised = pl.lit("N")
    of = people.height
    if row.denominator is not None:
        some = data.records(row.denominator.dataset, row.denominator.where, people, place)
        of = some["USUBJID"].n_unique()
    events = found.select("USUBJID", hospitalised.cast(pl.String).alias("hospitalised"))
    inside = found.filter((hospitalised == "Y").fill_null(value=False))
    return _Counted(events, records_behind(name, found), records_behind(name, inside), of)


def _cells(
    table: EventTable,
    category: str,
    label: str,
    counted: _Counted,
    uncounted: tuple[str, ...],
    footnotes: dict[str, str],
) -> list[Cell]:
    """The cells of a row of events."""
    n = counted.events["USUBJID"].n_unique()
    events = counted.events.height
    hospitalised = counted.events.filter(pl.col("hospitalised") == "Y").height
    of = counted.denominator
    numbers: dict[str, tuple[str, dict[str, float | None]]] = {
        "n_patients": (str(n), {"n": n, "N": of}),
        "pct": (percent(n, of), {"p": 100 * n / of if of else None}),
        "n_events": (str(events), {"events": events}),
        "n_events_hospitalised": (str(hospitalised), {"events": hospitalised}),
    }
    return [
        Cell(
            table=table.table,
            row=f"{category}: {label}",
            section=category,
            label=label,
            column=column,
            text=table.not_counted if column in uncounted else text,
            statistics=statistics,
            footnote=footnotes.get(column, "")
            or (footnotes.get("label", "") if column == "n_patients" else ""),
            records=counted.in_hospital if column == "n_events_hospitalised" else counted.records,
        )
        for column, (text, statistics) in numbers.items()
    ]
