"""From cells to a table as it is read: headings, groups, rows, notes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tecdata.report.response_results import ALL
from tecdata.report.table_association import ASSOCIATION_COLUMNS
from tecdata.report.table_events import EVENT_COLUMNS
from tecdata.report.table_rates import RATE_COLUMNS
from tecdata.spec.tables import (
    AssociationTable,
    EventTable,
    ListingTable,
    RateTable,
    ResponseTable,
    SummaryTable,
)

if TYPE_CHECKING:
    from tecdata.report.ard import Cell
    from tecdata.spec.tables import Table

__all__ = ["SUPERSCRIPTS", "Laid", "csv_rows", "lay_out"]

#: Footnote marks as raised letters.
SUPERSCRIPTS: Final = dict(
    zip("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True)
)


#: A column with a text longer than this is one of words.
_LONG: Final = 24


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A table as it is printed. ``groups`` is the group of each row ("" for none); ``marks`` are the footnote marks in it.

    ``rows`` have one text a heading, the first the row's label. ``bold`` are the numbers of rows that have the numbers of their
    whole group.
    """

    name: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    groups: tuple[str, ...]
    bold: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()
    source: str = ""

    @property
    def left(self) -> tuple[bool, ...]:
        """Whether the texts of each column stand left: the first column, and columns of long texts."""
        return tuple(
            i == 0 or max((len(row[i]) for row in self.rows), default=0) > _LONG
            for i in range(len(self.headings))
        )


def lay_out(table: Table, cells: Sequence[Cell], source: str, more: Sequence[str] = ()) -> Laid:
    """The table of cells with its notes; ``source`` names data cut and program, ``more`` are further notes."""
    notes = (
        f"{table.population_label}.",
        *(f"{SUPERSCRIPTS.get(mark, mark)} {text}" for mark, text in table.footnotes.items()),
        *table.notes,
        *more,
    )
    by_row: dict[str, dict[str, Cell]] = {}
    for cell in cells:
        by_row.setdefault(cell.row, {})[cell.column] = cell
    lines = list(by_row.values())
    firsts = [next(iter(line.values())) for line in lines]
    bold: frozenset[int] = frozenset()
    headings: tuple[str, ...]
    rows: list[tuple[str, ...]]
    if isinstance(table, EventTable):
        headings = (
            "Event",
            "Number of patients (%)",
            "Number of events",
            EVENT_COLUMNS["n_events_hospitalised"],
        )
        rows = [_event_row(line) for line in lines]
        bold = frozenset(i for i, c in enumerate(firsts) if c.label == table.total_label)
        groups = tuple(cell.section for cell in firsts)
    elif isinstance(table, RateTable):
        headings = ("Event", *RATE_COLUMNS.values())
        rows = [
            (c.label, *(_text(line, n) for n in RATE_COLUMNS))
            for c, line in zip(firsts, lines, strict=True)
        ]
        groups = ("",) * len(rows)
    elif isinstance(table, ResponseTable | AssociationTable):
        heads = _columns(table)
        headings = ("" if isinstance(table, ResponseTable) else "Exposure", *heads.values())
        rows = [
            (c.label, *(_text(line, n) for n in heads))
            for c, line in zip(firsts, lines, strict=True)
        ]
        groups = tuple(cell.section for cell in firsts)
    elif isinstance(table, SummaryTable):
        headings = ("", table.column)
        rows = [(c.label, c.text) for c in firsts]
        groups = tuple(cell.section for cell in firsts)
    else:
        headings = tuple(column.label for column in table.columns)
        rows = [tuple(_text(line, c.column) for c in table.columns) for line in lines]
        groups = ("",) * len(rows)
    return Laid(
        name=table.table,
        title=table.title,
        headings=headings,
        rows=tuple(rows),
        groups=groups,
        bold=bold,
        notes=notes,
        source=source,
    )


def csv_rows(table: Table, cells: Sequence[Cell]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows of the CSV file: one column a number, without marks."""
    by_row: dict[str, dict[str, Cell]] = {}
    for cell in cells:
        by_row.setdefault(cell.row, {})[cell.column] = cell
    if isinstance(table, EventTable):
        names: tuple[str, ...] = tuple(EVENT_COLUMNS)
        header = ("category", "event", *names)
    elif isinstance(table, RateTable):
        names = tuple(RATE_COLUMNS)
        header = ("id", "event", *names)
    elif isinstance(table, ResponseTable | AssociationTable):
        names = tuple(_columns(table))
        response = isinstance(table, ResponseTable)
        header = (*_BEFORE[response], *names)
    elif isinstance(table, SummaryTable):
        names = ("value",)
        header = ("section", "id", "label", "value")
    else:
        names = tuple(column.column for column in table.columns)
        header = names
    rows = []
    for row, line in by_row.items():
        first = next(iter(line.values()))
        before: dict[type, tuple[str, ...]] = {
            EventTable: (first.section, first.label),
            RateTable: (row, first.label),
            AssociationTable: (first.section, row, first.label),
            SummaryTable: (first.section, row, first.label),
            ResponseTable: (first.section, row, first.label),
            ListingTable: (),
        }
        rows.append((*before[type(table)], *(line[n].text if n in line else "" for n in names)))
    return header, rows


#: What stands before the numbers of a response (True) or association in the CSV file.
_BEFORE: Final = {True: ("section", "id", "label"), False: ("outcome", "id", "exposure")}


def _columns(table: ResponseTable | AssociationTable) -> dict[str, str]:
    """Columns of numbers and their headings."""
    if isinstance(table, ResponseTable):
        return {group: "All subjects" if group == ALL else group for group in table.groups}
    return ASSOCIATION_COLUMNS


def _event_row(line: dict[str, Cell]) -> tuple[str, ...]:
    """A row of a table of events."""
    patients, share = line["n_patients"], line["pct"].text
    text = f"{patients.text} ({share})" if share else patients.text
    return (
        patients.label,
        f"{text}{_mark(patients)}",
        _text(line, "n_events"),
        _text(line, "n_events_hospitalised"),
    )


def _text(line: dict[str, Cell], column: str) -> str:
    """The text of a column with its footnote mark; empty where there is none."""
    return f"{line[column].text}{_mark(line[column])}" if column in line else ""


def _mark(cell: Cell) -> str:
    """The footnote marks of a cell."""
    return "".join(SUPERSCRIPTS.get(c, c) for c in cell.footnote)
