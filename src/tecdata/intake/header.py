"""The columns of a table, from its header rows: joined, made unique, spread over merged cells."""

from __future__ import annotations

import dataclasses
import unicodedata
from typing import TYPE_CHECKING

from tecdata.errors import IntakeError
from tecdata.intake.cells import column_text
from tecdata.table import column_letter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tecdata.intake.grid import Grid
    from tecdata.spec.source import TableSource

__all__ = ["Header", "read_header"]

NEXT_STEP = "See its rows with 'tecdata profile FILE', then correct 'header_rows' in source.yaml"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The header of a table.

    ``last`` is the number of its last row, ``length`` how many cells its longest row has. For every position of the grid: ``names`` (unique;
    "" where there is neither header nor number of it), ``written`` and ``units``.
    ``duplicates`` are the positions whose header was already taken.
    """

    last: int
    length: int
    names: tuple[str, ...]
    written: tuple[str, ...]
    units: tuple[str, ...]
    duplicates: tuple[int, ...]


def read_header(grid: Grid, source: TableSource, place: str) -> Header:
    """Read the header rows a table declares.

    Raises :class:`IntakeError` where none is declared, one is not there, or all are empty.
    """
    if not source.header_rows:
        raise IntakeError("no header row is declared", place=place, next_step=NEXT_STEP)
    width = max((len(row) for row in grid.rows), default=0)
    rows = {
        number: _header_row(grid, number, width, source, place) for number in source.header_rows
    }
    named = [rows[n] for n in sorted(source.header_rows) if n != source.units_row]
    if not any(any(row) for row in named):
        rows_are = "rows {} are" if len(source.header_rows) > 1 else "row {} is"
        raise IntakeError(
            f"header {rows_are.format(_listed(source.header_rows))} empty",
            place=place,
            next_step=NEXT_STEP,
        )
    units = rows[source.units_row] if source.units_row is not None else [""] * width
    written = [" / ".join(p for p in parts if p) for parts in zip(*named, strict=True)]
    names, duplicates = _unique([_tidy(text) for text in written])
    return Header(
        last=max(source.header_rows),
        length=max(
            len(grid.rows[i]) for i, n in enumerate(grid.numbers) if n in source.header_rows
        ),
        names=names,
        written=tuple(written),
        units=tuple(_tidy(unit) for unit in units),
        duplicates=duplicates,
    )


def _header_row(grid: Grid, number: int, width: int, source: TableSource, place: str) -> list[str]:
    """The texts of one header row, a merged cell's text on every column it spans."""
    if not grid.rows:
        raise IntakeError("there is no filled cell, so no header", place=place, next_step=NEXT_STEP)
    if number > grid.numbers[-1]:
        raise IntakeError(
            f"there is no header row {number}: the last filled row is {grid.numbers[-1]}",
            place=place,
            next_step=NEXT_STEP,
        )
    index = next((i for i, n in enumerate(grid.numbers) if n == number), None)
    cells = list(grid.rows[index]) if index is not None else []
    texts = [text or "" for text in column_text(cells)[0]]
    texts += [""] * (width - len(texts))
    for area in grid.structure.merged:
        # A cell merged downwards belongs to its first row: its text is not said twice.
        if area.top == number and area.right > area.left < width:
            texts[area.left : area.right + 1] = [texts[area.left]] * (
                min(area.right + 1, width) - area.left
            )
    return texts


def _tidy(text: str) -> str:
    """Composed letters, single blanks: line breaks and stray blanks in a header mean nothing."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _unique(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    taken = set(names)
    seen: set[str] = set()
    unique, duplicates = [], []
    for position, name in enumerate(names):
        if not name:
            # Named by its place, like a person would: column F.
            unique.append(_free(f"column {column_letter(position)}", taken))
        elif name in seen:
            duplicates.append(position)
            unique.append(_free(name, taken))
        else:
            seen.add(name)
            unique.append(name)
    return tuple(unique), tuple(duplicates)


def _free(name: str, taken: set[str]) -> str:
    """``name`` where no column has it, else ``name#2``, ``name#3`` ..."""
    number, candidate = 1, name
    while candidate in taken:
        number += 1
        candidate = f"{name}#{number}"
    taken.add(candidate)
    return candidate


def _listed(rows: Sequence[int]) -> str:
    return " and ".join(str(row) for row in rows)
