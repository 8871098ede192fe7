"""From a finding to its source row: which cell it means, and what the row is about.

A row is named by its subject, its date and as many further columns as tell it from its
neighbours, so that it has the same name after rows were inserted or sorted.
"""

from __future__ import annotations

import collections
import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from tecdata.report.queries_address import Place, locate
from tecdata.report.queries_masks import Masks
from tecdata.table import ROW

if TYPE_CHECKING:
    from tecdata.finding import Finding
    from tecdata.table import RawTable

__all__ = ["SourceRows", "name_rows"]

_DATE: Final = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}([ T].*)?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}( .*)?|\d{1,2}\. ?\w+\.? \d{4}"
)
#: Share of a column's filled cells that must be dates (or subject ids) for it to count as one.
_MOST: Final = 0.8
#: Columns looked at beyond subject and date.
_FURTHER: Final = 3
#: Rows that decide which columns hold subjects and dates.
_SAMPLE: Final = 2000


class SourceRows:
    """The rows of one raw table, by number and by what they are about.

    ``is_subject`` says whether a text is a subject id of the centre; ``masks`` what to show in
    place of identifiers.
    """

    def __init__(
        self,
        table: RawTable,
        is_subject: Callable[[str], bool],
        masks: Masks | None = None,
    ) -> None:
        self.table = table
        self._is_subject = is_subject
        self.masks = masks or Masks()
        self._cells: dict[str, list[str | None]] = {}
        self._index = {row: i for i, row in enumerate(table.frame.get_column(ROW).to_list())}
        self.subject = next(iter(self._all(is_subject)), "")
        self._dates = self._all(lambda text: _DATE.fullmatch(text) is not None)
        subjects = self.cells(self.subject) if self.subject else []
        filled = [s for s in subjects if s is not None]
        self._once = len(set(filled)) == len(filled)
        self._groups: dict[str | None, list[int]] | None = None

    def cells(self, column: str) -> list[str | None]:
        """The texts of a column."""
        if column not in self._cells:
            self._cells[column] = self.table.frame.get_column(column).to_list()
        return self._cells[column]

    def text(self, row: int | None, column: str) -> str:
        """The text to show of a cell; empty where there is none."""
        index = self._index.get(row) if row is not None else None
        if index is None or row is None or not self._known(column):
            return ""
        text = self.cells(column)[index]
        return self.masks.shown(row, column, text) if text is not None else ""

    def subject_of(self, row: int | None) -> str:
        """The centre's own id of the subject a row belongs to."""
        return self.text(row, self.subject) if self.subject else ""

    def date_of(self, place: Place) -> str:
        """The date that goes with a cell, as written: of its row, or the last one to its left."""
        index = self._index.get(place.row) if place.row is not None else None
        if index is None:
            return ""
        dates = [d for d in self._dates if d != place.column and self.cells(d)[index] is not None]
        if self._once and dates:
            order = [column.name for column in self.table.columns]
            end = order.index(place.column) if place.column in order else len(order)
            dates = [d for d in reversed(dates) if order.index(d) <= end]
        return self.text(place.row, dates[0]) if dates else ""

    def record(self, place: Place) -> str:
        """What a place is about: ``labs.Wert: Pat-ID=XX-001; Datum=01.03.2025``.

        Empty for a row without a subject, which cannot be told from others for certain.
        """
        about = self.table.name + (f".{place.column}" if place.column else "")
        if place.row is None:
            return about
        index = self._index.get(place.row)
        if index is None or not self.subject or not self._is_subject(self._raw(index)):
            return ""
        names = self._names(index, place.column)
        shown = "; ".join(f"{name}={self.text(place.row, name).strip()}" for name in names)
        return f"{about}: {shown}"

    def _names(self, index: int, column: str) -> list[str]:
        """What names a row: its subject, then whatever tells it from the subject's other rows."""
        names = [self.subject]
        if self._once:
            return names
        rivals = self._same_subject(index)
        date = self._date(index, column)
        if date:
            names.append(date)
            rivals = self._alike(rivals, date, index)
        for candidate in self.table.columns:
            if len(rivals) == 1 or len(names) > 1 + _FURTHER:
                break
            if candidate.name in (*names, column):
                continue
            left = self._alike(rivals, candidate.name, index)
            if self.cells(candidate.name)[index] is not None and len(left) < len(rivals):
                rivals = left
                names.append(candidate.name)
        return names

    def _same_subject(self, index: int) -> list[int]:
        """The rows of the same subject."""
        if self._groups is None:
            self._groups = collections.defaultdict(list)
            for i, text in enumerate(self.cells(self.subject)):
                self._groups[text].append(i)
        return self._groups[self.cells(self.subject)[index]]

    def _alike(self, rows: list[int], column: str, index: int) -> list[int]:
        """Those of some rows with the same text in a column."""
        cells = self.cells(column)
        return [i for i in rows if cells[i] == cells[index]]

    def _date(self, index: int, column: str) -> str:
        """The first column of dates that is filled in this row, ``column`` apart."""
        filled = (d for d in self._dates if d != column and self.cells(d)[index] is not None)
        return next(filled, "")

    def _raw(self, index: int) -> str:
        """The subject of a row as it is written."""
        return self.cells(self.subject)[index] or ""

    def _known(self, column: str) -> bool:
        """Whether the table has a column."""
        return column in self.table.frame.columns and column != ROW

    def _all(self, fits: Callable[[str], bool]) -> list[str]:
        """The columns most of whose cells fit."""
        sample = self.table.frame.head(_SAMPLE).to_dict(as_series=False)
        found = []
        for column in self.table.columns:
            filled = [text for text in sample[column.name] if text is not None]
            hits = sum(fits(text.strip()) for text in filled)
            if hits and hits >= _MOST * len(filled):
                found.append(column.name)
        return found


def name_rows(
    findings: Iterable[Finding], rows: Mapping[tuple[str, str, str], Sequence[SourceRows]]
) -> list[Finding]:
    """The findings, with the record of those that have none but name a cell of a known table.

    ``rows`` are found by centre, file and sheet.
    """
    named = []
    for finding in findings:
        record = finding.record
        if not record and finding.cell:
            known = rows.get((finding.centre, finding.file, finding.sheet), ())
            records = (r.record(locate(r.table, finding.cell)) for r in known)
            record = next(filter(None, records), "")
        named.append(dataclasses.replace(finding, record=record) if record else finding)
    return named
