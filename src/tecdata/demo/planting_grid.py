"""The tables of a written delivery as grids that errors can be put into.

A :class:`Grid` knows its header, its rows and how a cell of it is named; each kind of file makes
its own. Texts are what a person would see; a cell that is not touched is written back as it was.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol

from tecdata.table import cell_address

__all__ = ["Grid", "ListGrid"]


class Grid(Protocol):
    """A table of one file or sheet. Rows count from 0, columns go by their name."""

    file: str
    sheet: str

    @property
    def names(self) -> list[str]:
        """Names of the columns, left to right; lines of a header are joined by ``" / "``."""
        ...

    @property
    def height(self) -> int:
        """Number of rows below the header."""
        ...

    def text(self, row: int, name: str) -> str:
        """What a person sees in a cell; empty where there is nothing."""
        ...

    def put(self, row: int, name: str, text: str) -> None:
        """Write a text into a cell."""
        ...

    def address(self, row: int, name: str) -> str:
        """How findings name the cell."""
        ...

    def rename(self, name: str, new: str) -> None:
        """Give a column another name."""
        ...

    def drop(self, name: str) -> None:
        """Take a column out."""
        ...

    def add(self, name: str, texts: Sequence[str]) -> None:
        """Put a column of texts at the right end."""
        ...

    def to_front(self, name: str) -> None:
        """Move a column to the place after the first."""
        ...

    def remove(self, rows: Sequence[int]) -> None:
        """Take rows out."""
        ...

    def repeat(self, row: int) -> int:
        """Write a row once more at the end; returns the number of the copy."""
        ...


@dataclasses.dataclass(slots=True)
class ListGrid:
    """A grid held as lists: a text file, an OpenDocument sheet, or a statistics file.

    ``shown`` says how a cell is seen; ``first`` is the number of the first row in its file,
    ``lines`` says how many lines of the file a row takes.
    """

    file: str
    sheet: str
    heads: list[Any]
    rows: list[list[Any]]
    addressing: Literal["sheet", "lines", "records"]
    name_of: Callable[[Any], str]
    head_of: Callable[[Any, str], Any]
    shown: Callable[[Any], str]
    first: int = 1
    lines: Callable[[list[Any]], int] = lambda row: 1

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return [self.name_of(head) for head in self.heads]

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.rows)

    def text(self, row: int, name: str) -> str:
        """What a person sees in a cell."""
        at = self.names.index(name)
        return self.shown(self.rows[row][at]) if at < len(self.rows[row]) else ""

    def put(self, row: int, name: str, text: str) -> None:
        """Write a text into a cell."""
        self.rows[row][self.names.index(name)] = text

    def address(self, row: int, name: str) -> str:
        """How findings name the cell."""
        number = self.first + sum(self.lines(r) for r in self.rows[:row])
        return cell_address(self.addressing, number, name, self.names.index(name))

    def rename(self, name: str, new: str) -> None:
        """Give a column another name."""
        at = self.names.index(name)
        self.heads[at] = self.head_of(self.heads[at], new)

    def drop(self, name: str) -> None:
        """Take a column out."""
        at = self.names.index(name)
        for row in (self.heads, *self.rows):
            del row[at]

    def add(self, name: str, texts: Sequence[str]) -> None:
        """Put a column of texts at the right end."""
        self.heads.append(self.head_of(None, name))
        for row, text in zip(self.rows, texts, strict=True):
            row.append(text)

    def to_front(self, name: str) -> None:
        """Move a column to the place after the first."""
        at = self.names.index(name)
        for row in (self.heads, *self.rows):
            row.insert(1, row.pop(at))

    def remove(self, rows: Sequence[int]) -> None:
        """Take rows out."""
        gone = set(rows)
        self.rows[:] = [row for at, row in enumerate(self.rows) if at not in gone]

    def repeat(self, row: int) -> int:
        """Write a row once more at the end."""
        self.rows.append(list(self.rows[row]))
        return len(self.rows) - 1

    def cut(self, row: int, keep: int) -> None:
        """Break a row off after some cells, as a file that was cut does."""
        del self.rows[row][keep:]
