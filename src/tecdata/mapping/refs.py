"""What a name in a rule stands for: a source column, or a ``$`` column that a step has made."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from tecdata.mapping.numbers import TYPED, NumberFormat
from tecdata.mapping.tables import typed_flag
from tecdata.table import ROW

if TYPE_CHECKING:
    from tecdata.mapping.tables import TableView

__all__ = ["Kind", "Ref"]

#: ``column`` of the block's own table; ``joined`` from another; ``repeated`` by number;
#: ``value`` of an unpivoted cell; ``part`` of a split cell; ``constant`` of the mapping file (an
#: attribute of an unpivoted column, its name, a repetition's number).
Kind = Literal["column", "joined", "repeated", "value", "part", "constant"]


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
        row = record[self.row]
        number = None if row is None or row != row else int(row)
        if len(self.columns) == 1:
            return number, self.columns[0]
        column = record.get(self.source) if self.source else None
        return number, column if isinstance(column, str) else ""

    def number_keys(self) -> list[str]:
        """Frame columns that decide how the text is read as a number."""
        keys = [self.name]
        if len({self.view.number_format(c) for c in self.columns}) > 1:
            keys.append(self.source)
        if self.has_typed_flag():
            keys.append(typed_flag(self.name))
        return keys

    def has_typed_flag(self) -> bool:
        """Whether typed numbers and text numbers of another convention are mixed."""
        return self.kind != "part" and any(
            self.view.typed(c) == "some" and self.view.number_format(c) != TYPED
            for c in self.columns
        )

    def number_format(self, *extras: object) -> NumberFormat:
        """The convention for one record, given its values of ``number_keys()[1:]``."""
        if not self.columns:
            return TYPED
        if self.has_typed_flag() and extras and extras[-1] is True:
            return TYPED
        source = extras[0] if extras and isinstance(extras[0], str) else self.columns[0]
        return self.view.number_format(source)
