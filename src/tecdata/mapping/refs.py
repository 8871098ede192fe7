"""What a name in a rule stands for: a source column, or a ``$`` column that a step has made."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Literal

from tecdata.mapping.numbers import TYPED, NumberFormat
from tecdata.mapping.tables import typed_flag
from tecdata.table import ROW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tecdata.mapping.tables import TableView

__all__ = ["Kind", "NumberReading", "Ref"]

#: ``column`` of the block's own table; ``joined`` from another; ``repeated`` by number;
#: ``value`` of an unpivoted cell; ``part`` of a split cell; ``header`` of the units row above an
#: unpivoted cell; ``constant`` of the mapping file (an attribute of an unpivoted column, its name,
#: a repetition's number).
Kind = Literal["column", "joined", "repeated", "value", "part", "header", "constant"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """A name rules may use, and where its cells are.

    ``columns`` are the source columns its text may come from. Where there are several, the frame
    column ``source`` holds each record's. ``row`` is the frame column with the row number in
    ``view``'s table.
    """

    name: str
    kind: Kind
    view: TableView
    columns: tuple[str, ...] = ()
    source: str = ""
    row: str = ROW

    def place(self, record: Mapping[str, Any]) -> tuple[int | None, str]:
        """Row and source column of one record's cell."""
        in_sheet = self.view.raw.addressing != "records"
        above = self.view.units_row if in_sheet else None
        row = above if self.kind == "header" else record[self.row]
        number = None if row is None or row != row else int(row)
        if len(self.columns) == 1:
            return number, self.columns[0]
        column = record.get(self.source) if self.source else None
        return number, column if isinstance(column, str) else ""

    def numbers(self) -> NumberReading:
        """How the text is read as a number, record by record."""
        formats = {c: self.view.number_format(c) for c in self.columns}
        several = len(set(formats.values())) > 1
        flagged = self.has_typed_flag()
        keys = [self.name]
        keys += [self.source] if several else []
        keys += [typed_flag(self.name)] if flagged else []
        return NumberReading(keys=tuple(keys), formats=formats, by_source=several, by_flag=flagged)

    def has_typed_flag(self) -> bool:
        """Whether typed numbers and text numbers of another convention are mixed."""
        return self.kind != "part" and any(
            self.view.typed(c) == "some" and self.view.number_format(c) != TYPED
            for c in self.columns
        )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NumberReading:
    """Frame columns that decide how a text is read, and the convention they lead to.

    ``keys`` are the text itself, then its source column where conventions differ between
    columns, then the flag of typed numbers where these are mixed with text.
    """

    keys: tuple[str, ...]
    formats: Mapping[str, NumberFormat]
    by_source: bool
    by_flag: bool

    def form(self, *extras: object) -> NumberFormat:
        """The convention for the values of ``keys[1:]``; constants are in point notation."""
        if self.by_flag and extras and extras[-1] is True:
            return TYPED
        if self.by_source and extras:
            return self.formats[str(extras[0])]
        return next(iter(self.formats.values()), TYPED)
