"""Errors of whole columns: renamed, dropped, moved, added, written in another way."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING, Final

from tecdata.demo.planting_grid import ListGrid
from tecdata.demo.planting_placed import Decide, Placed, Plan
from tecdata.demo.planting_workbook import SheetGrid
from tecdata.demo.render_berlin import FILE_NAME

if TYPE_CHECKING:
    from tecdata.demo.model import Subject
    from tecdata.demo.planting_delivery import Delivered
    from tecdata.demo.planting_model import Claims, Path
    from tecdata.demo.statistics_files import StatColumn

__all__ = [
    "FREQUENCY",
    "MOVABLE",
    "NEW",
    "ROUTE",
    "add",
    "american",
    "codes_swapped",
    "drop",
    "every_cell",
    "hide_column",
    "iso",
    "mirrored",
    "of_all_subjects",
    "one_column",
    "rename",
    "to_front",
]

#: A column of a file: centre, file, sheet, column.
_Column = tuple[str, str, str, str]
#: Columns that whole-column errors are made in; no error in a cell uses them.
ROUTE: Final[tuple[_Column, ...]] = (
    ("BE", FILE_NAME, "Medikation", "Applikation"),
    ("HH", "HH_Medikation.csv", "", "Gabeweg"),
    ("AH", "AUH_teclistamab_DATA_LABELS.csv", "", "med_vej"),
    ("TU", "medikation.dta", "", "applikation"),
)
FREQUENCY: Final[tuple[_Column, ...]] = (
    ("BE", FILE_NAME, "Medikation", "Häufigkeit"),
    ("HH", "HH_Medikation.csv", "", "Schema"),
    ("AH", "AUH_teclistamab_DATA_LABELS.csv", "", "med_hyppighed"),
    ("TU", "medikation.dta", "", "frequenz"),
)
MOVABLE: Final[tuple[_Column, ...]] = (
    ("BE", FILE_NAME, "Stammdaten", "Todesursache"),
    ("HH", "HH_UE.csv", "", "Ausgang"),
    ("AH", "AUH_teclistamab_DATA_LABELS.csv", "", "bemaerkninger"),
    ("HD", "teclistamab_hd.sav", "", "vortherapien"),
    ("TU", "baseline.dta", "", "autoak"),
)
NEW: Final[tuple[_Column, ...]] = (
    ("BE", FILE_NAME, "Lungenfunktion", "Untersucher"),
    ("HH", "HH_Gaben.csv", "", "Charge"),
    ("AH", "AUH_teclistamab_DATA_LABELS.csv", "", "ekstra_note"),
    ("HD", "teclistamab_hd.sav", "", "zusatz"),
    ("TU", "gaben.dta", "", "charge"),
)
_RENAMED: Final[Mapping[str, str]] = {
    "Applikation": "Applikationsweg", "Gabeweg": "Gabe-Weg", "med_vej": "med_vejen", "applikation": "applikationsart",
}  # fmt: skip


def one_column(
    columns: Iterable[_Column], change: Callable[[Delivered, _Column], str], *, named: str = "name"
) -> Decide:
    """An error in one of some columns; ``change`` makes it and says what is there now."""

    def decide(subjects: Sequence[Subject], pick: Random, claims: Claims) -> Plan | None:
        free = [c for c in columns if claims.free((c[0], "#", *c[1:]))]
        if not free:
            return None
        column = pick.choice(free)
        centre, file, sheet, name = column

        def apply(delivered: Delivered) -> Placed:
            now = change(delivered, column)
            was = name if named == "name" else "nothing"
            return Placed(centre=centre, file=file, sheet=sheet, was=was, now=now)

        return Plan(claims=((centre, "#", file, sheet, name),), apply=apply)

    return decide


def rename(delivered: Delivered, column: _Column) -> str:
    """The column under another header."""
    delivered.grid(*column[:3]).rename(column[3], _RENAMED[column[3]])
    return _RENAMED[column[3]]


def drop(delivered: Delivered, column: _Column) -> str:
    """The column is taken out."""
    delivered.grid(*column[:3]).drop(column[3])
    return "no such column"


def to_front(delivered: Delivered, column: _Column) -> str:
    """The column moves to the front."""
    delivered.grid(*column[:3]).to_front(column[3])
    return "second column"


def add(delivered: Delivered, column: _Column) -> str:
    """A new column of made-up codes."""
    grid = delivered.grid(*column[:3])
    grid.add(column[3], [f"C{row % 7}" for row in range(grid.height)])
    return f"new column {column[3]}"


def codes_swapped(delivered: Delivered, column: _Column) -> str:
    """Two codes of a value-labelled column change their labels."""
    grid = delivered.grid(*column[:3])
    assert isinstance(grid, ListGrid)  # noqa: S101
    at = grid.names.index(column[3])
    head: StatColumn = grid.heads[at]
    codes = [code for code in head.labels if code >= 0][:2]
    labels = dict(head.labels)
    labels[codes[0]], labels[codes[1]] = labels[codes[1]], labels[codes[0]]
    grid.heads[at] = dataclasses.replace(head, labels=labels)
    return f"{codes[0]:g} and {codes[1]:g} have changed their labels"


def of_all_subjects(
    subjects: Sequence[Subject], centre: str, *below: Path, claims: Claims
) -> tuple[Path, ...] | None:
    """These paths of every subject of a centre, if all are free and there is a subject.

    Subjects that another error has taken as a whole do not matter.
    """
    numbers = [s.number for s in subjects if s.centre == centre]
    paths: list[Path] = [
        (centre, n, *path) for n in numbers if not claims.taken((centre, n)) for path in below
    ]
    return tuple(paths) if paths and all(map(claims.free, paths)) else None


def every_cell(column: _Column, change: Callable[[str], str], domain: str) -> Decide:
    """A column written in another way from top to bottom."""

    def decide(subjects: Sequence[Subject], pick: Random, claims: Claims) -> Plan | None:
        own: Path = (column[0], "#", *column[1:])
        paths = of_all_subjects(subjects, column[0], (domain,), claims=claims) if domain else ()
        if paths is None or not claims.free(own):
            return None
        return Plan(claims=(*paths, own), apply=apply)

    def apply(delivered: Delivered) -> Placed | None:
        grid = delivered.grid(*column[:3])
        changed = [
            (row, text, change(text))
            for row in range(grid.height)
            if change(text := grid.text(row, column[3])) != text
        ]
        if len(changed) < 2:
            return None
        for row, _, text in changed:
            grid.put(row, column[3], text)
        return Placed(
            centre=column[0], file=column[1], sheet=column[2], domains=(domain,) if domain else (),
            was=changed[0][1], now=changed[0][2],
        )  # fmt: skip

    return decide


def hide_column(delivered: Delivered, column: _Column) -> str:
    """The column is hidden."""
    grid = delivered.grid(*column[:3])
    assert isinstance(grid, SheetGrid)  # noqa: S101
    grid.hide_column(column[3])
    return "hidden"


def mirrored(text: str) -> str:
    """Decimal commas become points, points commas."""
    return text.translate(str.maketrans(",.", ".,"))


def american(text: str) -> str:
    """A date ``dd.mm.yyyy`` as ``mm/dd/yyyy``."""
    return f"{text[3:5]}/{text[:2]}/{text[6:10]}" if text[2:3] == "." else text


def iso(text: str) -> str:
    """A date ``dd.mm.yyyy`` as ``yyyy-mm-dd``."""
    return f"{text[6:10]}-{text[3:5]}-{text[:2]}" if text[2:3] == "." else text
