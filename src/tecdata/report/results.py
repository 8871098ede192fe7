"""Tables of the study report: what is printed in each place, and the records behind it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from tecdata.report.results_sources import DerivedSources
from tecdata.report.table_association import ASSOCIATION_COLUMNS
from tecdata.report.table_data import TableData
from tecdata.report.table_files import padded_frames, shown_cells
from tecdata.report.table_layout import lay_out
from tecdata.report.table_rates import RATE_COLUMNS
from tecdata.spec.tables import (
    AssociationTable,
    EventTable,
    ListingTable,
    RateTable,
    ResponseTable,
)

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.report.ard import Cell
    from tecdata.report.evidence import Ref
    from tecdata.spec import Specs
    from tecdata.spec.tables import Table

__all__ = ["Place", "ResultTable", "spec_tables"]


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """A place of a table: its text and the records it was computed from."""

    text: str
    refs: tuple[Ref, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ResultTable:
    """A table as the report shows it: a heading a column, a label and places a row, the group of each row.

    ``withheld`` says why it has no rows.
    """

    name: str
    title: str
    headings: tuple[str, ...]
    labels: tuple[str, ...]
    rows: tuple[tuple[Place, ...], ...]
    groups: tuple[str, ...] = ()
    bold: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()
    withheld: str = ""

    def refs(self) -> Iterable[Ref]:
        """Every record behind a place of the table."""
        return (ref for row in self.rows for place in row for ref in place.refs)


def spec_tables(
    datasets: Mapping[str, Dataset], specs: Specs, suppress: int = 0
) -> list[ResultTable]:
    """The tables of ``specs/tables``, computed; those without a row are left out.

    With ``suppress`` above 1 small counts and listings are withheld, and no place leads to records.
    """
    frames = {name: dataset.to_polars() for name, dataset in datasets.items()}
    data = TableData(padded_frames(frames, specs))
    sources = DerivedSources(frames)
    made = []
    for table in specs.tables.values():
        cells, reason = shown_cells(table, data, specs, suppress)
        if reason:
            made.append(
                ResultTable(
                    name=table.table,
                    title=table.title,
                    headings=(),
                    labels=(),
                    rows=(),
                    withheld=reason,
                )
            )
        elif cells:
            made.append(_table(table, cells, None if suppress > 1 else sources))
    return made


def _table(table: Table, cells: Sequence[Cell], sources: DerivedSources | None) -> ResultTable:
    """A table as rows of cells with the records behind each."""
    laid = lay_out(table, cells, "")
    by_row: dict[str, dict[str, Cell]] = {}
    for cell in cells:
        by_row.setdefault(cell.row, {})[cell.column] = cell
    names = _columns(table)
    rows = []
    for line, texts in zip(by_row.values(), laid.rows, strict=True):
        # The first text of a row is its label.
        places = (
            Place(text, _refs(table, line[name], sources) if name in line and sources else ())
            for name, text in zip(names, texts[1:], strict=True)
        )
        rows.append(tuple(places))
    return ResultTable(
        name=laid.name,
        title=laid.title,
        headings=laid.headings,
        labels=tuple(texts[0] for texts in laid.rows),
        rows=tuple(rows),
        groups=laid.groups if any(laid.groups) else (),
        bold=laid.bold,
        notes=laid.notes,
    )


def _columns(table: Table) -> tuple[str, ...]:
    """The columns of cells in the order of the headings after the first."""
    if isinstance(table, EventTable):
        return ("n_patients", "n_events", "n_events_hospitalised")
    if isinstance(table, RateTable):
        return tuple(RATE_COLUMNS)
    if isinstance(table, ListingTable):
        return tuple(column.column for column in table.columns[1:])
    if isinstance(table, ResponseTable):
        return tuple(table.groups)
    return tuple(ASSOCIATION_COLUMNS) if isinstance(table, AssociationTable) else ("value",)


def _tiers(table: AssociationTable, cell: Cell, sources: DerivedSources) -> tuple[Ref, ...]:
    """The assessments behind an outcome that is a best tier of response, which has no SDTM record of its own."""
    outcome = next(o for o in table.outcomes if o.id == cell.row.partition(".")[0])
    if outcome.dataset != "ADRS" or cell.column not in ("split", "effect", "lower", "upper", "p"):
        return ()
    return sources.best(outcome.where.get("AVALC", ()))


def _refs(table: Table, cell: Cell, sources: DerivedSources) -> tuple[Ref, ...]:
    """The SDTM records behind a cell: its own, or those its derived records were made from."""
    if isinstance(table, ResponseTable):
        result = cell.row.rsplit("_", 2)[0]
        return sources.result(result, cell.column) if cell.statistics else ()
    if isinstance(table, AssociationTable):
        return (*cell.records.iter_rows(), *_tiers(table, cell, sources))
    if isinstance(table, ListingTable):
        column = next(c for c in table.columns if c.column == cell.column)
        if column.dataset in ("ADPP", "ADPC"):
            return sources.doses(cell.row)
        if column.dataset == "ADRS":
            return sources.best(subject=cell.row)
        if column.dataset == "ADTTE":
            codes = column.where.get("PARAMCD", ())
            return tuple(ref for code in codes for ref in sources.event(code, subject=cell.row))
    return tuple(cell.records.iter_rows())
