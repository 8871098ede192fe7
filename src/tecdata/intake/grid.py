"""What the format modules hand on: a grid of cells with its structure, or ready-made columns."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tecdata.table import SourceColumn

__all__ = ["Area", "Columns", "Grid", "Position", "Structure"]

#: 1-based row number and 0-based column position of a cell.
Position = tuple[int, int]


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Area:
    """A rectangle of cells: 1-based rows, 0-based columns, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """What a sheet holds beside the values of its cells.

    ``formulas`` says for each formula cell whether its last value is stored (``stored``), missing
    (``empty``) or taken from another workbook (``linked``). ``errors`` holds the error value,
    for instance ``#REF!``. ``exact`` holds the digits of numbers too long for a float.
    ``negative`` are stored numbers below zero, which can be no date. ``fractions`` are cells shown as
    percent. ``unseen`` names what this format does not let us see.
    """

    merged: Sequence[Area] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    formulas: Mapping[Position, Literal["stored", "empty", "linked"]] = dataclasses.field(
        default_factory=dict
    )
    errors: Mapping[Position, str] = dataclasses.field(default_factory=dict)
    comments: Mapping[Position, str] = dataclasses.field(default_factory=dict)
    exact: Mapping[Position, str] = dataclasses.field(default_factory=dict)
    negative: frozenset[Position] = frozenset()
    fractions: frozenset[Position] = frozenset()
    unseen: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Rows of cells as the file has them, headers and titles included.

    ``rows[i]`` is row ``numbers[i]`` of the source; all rows of a sheet are equally wide, those
    of a text file may not be. Cells are str, float, int, bool, date, datetime, time, timedelta.
    ``serial_dates``: dates are stored as day numbers, of which those before March 1900 are unsure.
    """

    sheet: str
    addressing: Literal["sheet", "lines"]
    numbers: Sequence[int]
    rows: Sequence[Sequence[Any]]
    structure: Structure = Structure()
    serial_dates: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """A file whose columns carry their own names: SPSS, Stata, SAS, Parquet; or a frame.

    ``texts[i]`` are the cells of ``columns[i]``, None where missing. ``numbers`` says for each
    column that mixes typed numbers with text which of its cells are typed numbers.
    """

    columns: tuple[SourceColumn, ...]
    texts: Sequence[Sequence[str | None]]
    numbers: Mapping[str, Sequence[bool]] = dataclasses.field(default_factory=dict)
