"""Errors of whole columns, sheets and files."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING, Final

from tecdata.demo.model import Subject
from tecdata.demo.planting_cells import test_of
from tecdata.demo.planting_delivery import Delivered
from tecdata.demo.planting_grid import ListGrid
from tecdata.demo.planting_model import Claims, Kind, Path
from tecdata.demo.planting_places import slots
from tecdata.demo.planting_workbook import SheetGrid
from tecdata.demo.render_berlin import FILE_NAME

if TYPE_CHECKING:
    from tecdata.demo.statistics_files import StatColumn

__all__ = ["KINDS", "Placed", "Plan", "Put", "TableKind"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where an error was put, and what it takes for itself."""

    centre: str
    file: str
    sheet: str = ""
    cell: str = ""
    number: int | None = None
    domains: tuple[str, ...] = ()
    was: str
    now: str
    claims: tuple[Path, ...] = ()


#: Puts an error into the delivery, or returns None where nothing free fits.
Put = Callable[[Delivered, Random, Claims], Placed | None]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An error that is decided on before the files are rendered: what it takes, how it is made."""

    claims: tuple[Path, ...]
    apply: Callable[[Delivered], Placed | None]


#: Decides on an error of whole columns, sheets or subjects; None where nothing free fits.
Decide = Callable[[Sequence[Subject], Random, Claims], Plan | None]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TableKind(Kind):
    """A kind of error that needs room before any other, because it moves or spoils many cells."""

    decide: Decide


#: A column of a file: centre, file, sheet, column.
_Column = tuple[str, str, str, str]
#: Columns that whole-column errors are made in; no error in a cell uses them.
_ROUTE: Final[tuple[_Column, ...]] = (
    ("BE", FILE_NAME, "Medikation", "Applikation"),
    ("HH", "HH_Medikation.csv", "", "Gabeweg"),
    ("AH", "AUH_teclistamab_DATA_LABELS.csv", "", "med_vej"),
    ("TU", "medikation.dta", "", "applikation"),
)
_FREQUENCY: Final[tuple[_Column, ...]] = (
    ("BE", FILE_NAME, "Medikation", "Häufigkeit"),
    ("HH", "HH_Medikation.csv", "", "Schema"),
    ("AH", "AUH_teclistamab_DATA_LABELS.csv", "", "med_hyppighed"),
    ("TU", "medikation.dta", "", "frequenz"),
)
_MOVABLE: Final[tuple[_Column, ...]] = (
    ("BE", FILE_NAME, "Stammdaten", "Todesursache"),
    ("HH", "HH_UE.csv", "", "Ausgang"),
    ("AH", "AUH_teclistamab_DATA_LABELS.csv", "", "bemaerkninger"),
    ("HD", "teclistamab_hd.sav", "", "vortherapien"),
    ("TU", "baseline.dta", "", "autoak"),
)
_NEW: Final[tuple[_Column, ...]] = (
    ("BE", FILE_NAME, "Lungenfunktion", "Untersucher"),
    ("HH", "HH_Gaben.csv", "", "Charge"),
    ("AH", "AUH_teclistamab_DATA_LABELS.csv", "", "ekstra_note"),
    ("HD", "teclistamab_hd.sav", "", "zusatz"),
    ("TU", "gaben.dta", "", "charge"),
)
_RENAMED: Final[Mapping[str, str]] = {
    "Applikation": "Applikationsweg", "Gabeweg": "Gabe-Weg", "med_vej": "med_vejen", "applikation": "applikationsart",
}  # fmt: skip


def _column(
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


def _rename(delivered: Delivered, column: _Column) -> str:
    delivered.grid(*column[:3]).rename(column[3], _RENAMED[column[3]])
    return _RENAMED[column[3]]


def _drop(delivered: Delivered, column: _Column) -> str:
    delivered.grid(*column[:3]).drop(column[3])
    return "no such column"


def _to_front(delivered: Delivered, column: _Column) -> str:
    delivered.grid(*column[:3]).to_front(column[3])
    return "second column"


def _add(delivered: Delivered, column: _Column) -> str:
    grid = delivered.grid(*column[:3])
    grid.add(column[3], [f"C{row % 7}" for row in range(grid.height)])
    return f"new column {column[3]}"


def _codes_swapped(delivered: Delivered, column: _Column) -> str:
    grid = delivered.grid(*column[:3])
    assert isinstance(grid, ListGrid)  # noqa: S101
    at = grid.names.index(column[3])
    head: StatColumn = grid.heads[at]
    codes = [code for code in head.labels if code >= 0][:2]
    labels = dict(head.labels)
    labels[codes[0]], labels[codes[1]] = labels[codes[1]], labels[codes[0]]
    grid.heads[at] = dataclasses.replace(head, labels=labels)
    return f"{codes[0]:g} and {codes[1]:g} have changed their labels"


def _whole(
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


def _every(column: _Column, change: Callable[[str], str], domain: str) -> Decide:
    """A column written in another way from top to bottom."""

    def decide(subjects: Sequence[Subject], pick: Random, claims: Claims) -> Plan | None:
        own: Path = (column[0], "#", *column[1:])
        paths = _whole(subjects, column[0], (domain,), claims=claims) if domain else ()
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


def _one_of(*options: Decide) -> Decide:
    def decide(subjects: Sequence[Subject], pick: Random, claims: Claims) -> Plan | None:
        for option in pick.sample(options, len(options)):
            plan = option(subjects, pick, claims)
            if plan is not None:
                return plan
        return None

    return decide


def _header_unit(subjects: Sequence[Subject], pick: Random, claims: Claims) -> Plan | None:
    paths = _whole(subjects, "BE", ("LB", "FERRITIN"), claims=claims)

    def apply(delivered: Delivered) -> Placed | None:
        grid = delivered.grid("BE", FILE_NAME, "Labor")
        names = [name for name in grid.names if name.startswith("Ferritin")]
        if not names or not isinstance(grid, SheetGrid):
            return None
        grid.rename_unit(names[0], "mg/l")
        return Placed(
            centre="BE", file=FILE_NAME, sheet="Labor", domains=("LB",),
            was=names[0].partition(" / ")[2], now="mg/l",
        )  # fmt: skip

    return Plan(claims=paths, apply=apply) if paths else None


def _unit_of_test(subjects: Sequence[Subject], pick: Random, claims: Claims) -> Plan | None:
    """All results of one test in another unit of a sudden, with the old numbers."""
    for centre in pick.sample(("HH", "AH", "TU"), 3):
        measured = [r for s in subjects if s.centre == centre for r in s.results if r.test == "IGM"]
        paths = _whole(subjects, centre, ("LB", "IGM"), claims=claims)
        if len(measured) < 2 or paths is None:
            continue

        def apply(delivered: Delivered, centre: str = centre) -> Placed | None:
            own = [s for s in slots(delivered, centre, "labs") if test_of(s, "value") == "IGM"]
            delivered.touched.add(centre)
            old = own[0].text("unit")
            new = "mg/dl" if old.casefold() == "g/l" else "g/l"
            for slot in own:
                if slot.text("unit"):
                    slot.grid.put(slot.row, slot.columns["unit"], new)
            place = own[0].place
            return Placed(
                centre=centre, file=place.file, sheet=place.sheet, domains=("LB",),
                was=f"IgM in {old}", now=f"IgM in {new}",
            )  # fmt: skip

        return Plan(claims=paths, apply=apply)
    return None


def _sheet_renamed(subjects: Sequence[Subject], pick: Random, claims: Claims) -> Plan | None:
    own: Path = ("BE", "#", FILE_NAME, "Lungenfunktion")
    paths = _whole(subjects, "BE", ("RE",), claims=claims)
    if paths is None or not claims.free(own):
        return None

    def apply(delivered: Delivered) -> Placed:
        delivered.grid("BE", FILE_NAME, "Lungenfunktion")
        delivered.book.rename("Lungenfunktion", "Lufu 2026")
        return Placed(
            centre="BE", file=FILE_NAME, sheet="Lungenfunktion", domains=("RE",),
            was="Lungenfunktion", now="Lufu 2026",
        )  # fmt: skip

    return Plan(claims=(*paths, own), apply=apply)


def _file_renamed(subjects: Sequence[Subject], pick: Random, claims: Claims) -> Plan | None:
    files = (
        ("HH", "HH_Scores.csv", "HH_Scores_neu.csv", ("RE", "QS", "RS")),
        ("TU", "lungenfunktion.dta", "lungenfunktion2.dta", ("RE",)),
    )
    for centre, old, new, domains in pick.sample(files, len(files)):
        own: Path = (centre, "#", old, "")
        paths = _whole(subjects, centre, *((domain,) for domain in domains), claims=claims)
        if paths is None or not claims.free(own):
            continue

        def apply(
            delivered: Delivered, centre: str = centre, old: str = old, new: str = new
        ) -> Placed:
            delivered.renamed[centre, old] = new
            return Placed(centre=centre, file=new, was=old, now=new)

        return Plan(claims=(*paths, own), apply=apply)
    return None


def _row_cut_off(subjects: Sequence[Subject], pick: Random, claims: Claims) -> Plan | None:
    """A line that ends too early: with the columns out of step the whole table is refused."""
    own: Path = ("HH", "#", "HH_Scores.csv", "")
    paths = _whole(subjects, "HH", ("RE",), ("QS",), ("RS",), claims=claims)
    if paths is None or not claims.free(own):
        return None

    def apply(delivered: Delivered) -> Placed | None:
        grid = delivered.grid("HH", "HH_Scores.csv")
        if not isinstance(grid, ListGrid) or not grid.height:
            return None
        row = grid.height // 2
        cell = grid.address(row, "Wert")
        was = grid.text(row, "Wert")
        grid.cut(row, grid.names.index("Wert"))
        return Placed(
            centre="HH", file="HH_Scores.csv", cell=cell, domains=("RE", "QS", "RS"),
            was=was, now="the line ends before this cell",
        )  # fmt: skip

    return Plan(claims=(*paths, own), apply=apply)


def _subject_gone(*kinds: str) -> Decide:
    """A subject's rows are taken out of some tables."""

    def decide(subjects: Sequence[Subject], pick: Random, claims: Claims) -> Plan | None:
        here = [
            s for s in subjects if s.centre != "HD" and claims.free((s.centre, s.number))
        ]  # In Heidelberg a subject is one row.
        if not here:
            return None
        subject = pick.choice(here)

        def apply(delivered: Delivered) -> Placed:
            file = sheet = ""
            for kind in kinds:
                own = [
                    s for s in slots(delivered, subject.centre, kind) if s.number == subject.number
                ]
                for place in sorted({(s.place.file, s.place.sheet) for s in own}):
                    file, sheet = (file, sheet) if file else place
                    rows = [s.row for s in own if (s.place.file, s.place.sheet) == place]
                    delivered.grid(subject.centre, *place).remove(rows)
            return Placed(
                centre=subject.centre, file=file, sheet=sheet, number=subject.number,
                was="a row" if len(kinds) == 1 else "rows in all tables", now="nothing",
            )  # fmt: skip

        return Plan(claims=((subject.centre, subject.number),), apply=apply)

    return decide


def _hide_column(delivered: Delivered, column: _Column) -> str:
    grid = delivered.grid(*column[:3])
    assert isinstance(grid, SheetGrid)  # noqa: S101
    grid.hide_column(column[3])
    return "hidden"


def _mirrored(text: str) -> str:
    """Decimal commas become points, points commas."""
    return text.translate(str.maketrans(",.", ".,"))


def _iso(text: str) -> str:
    return f"{text[6:10]}-{text[3:5]}-{text[:2]}" if text[2:3] == "." else text


KINDS: tuple[TableKind, ...] = (
    TableKind(name="subject_gone", decide=_subject_gone("patients", "doses", "labs", "scores", "lung", "events", "medications"), expected=("file.subject_vanished",), follows=("file.*", "harmonise.*", "suite.*")),
    TableKind(name="subject_not_in_master_sheet", decide=_subject_gone("patients"), expected=("harmonise.subject_not_in_dm", "suite.cross_domain.subject"), follows=("harmonise.*", "suite.*", "file.*", "validate.*", "mapping.*")),
    TableKind(name="column_renamed", decide=_column(_ROUTE, _rename), expected=("file.column_renamed",), follows=("file.*", "mapping.*")),
    TableKind(name="column_missing", decide=_column(_FREQUENCY, _drop), expected=("file.column_missing",), follows=("file.*", "mapping.*")),
    TableKind(name="column_moved", decide=_column(_MOVABLE, _to_front), expected=("file.column_moved",)),
    TableKind(name="column_new", decide=_column(_NEW, _add, named="new"), expected=("file.column_new", "mapping.unmapped_column"), follows=("mapping.unmapped_column", "file.*")),
    TableKind(name="header_twice", decide=_column((("HH", "HH_UE.csv", "", "Kausalität"), ("BE", FILE_NAME, "Medikation", "Kategorie")), _add, named="new"), expected=("intake.duplicate_header",), follows=("mapping.*", "file.*")),
    TableKind(name="header_blank", decide=_column((("HH", "HH_Patienten.csv", "", ""), ("BE", FILE_NAME, "Unerwünschte Ereignisse", "")), _add, named="new"), expected=("intake.blank_header",), follows=("mapping.*", "file.*")),
    TableKind(name="codes_swapped", decide=_column((("TU", "medikation.dta", "", "laufend"), ("HD", "teclistamab_hd.sav", "", "geschlecht"), ("TU", "baseline.dta", "", "geschlecht")), _codes_swapped), expected=("file.codes_changed",), follows=("file.*",)),
    TableKind(name="column_hidden", decide=_column((("BE", FILE_NAME, "Medikation", "Indikation"), ("BE", FILE_NAME, "Stammdaten", "Nebendiagnosen"), ("BE", FILE_NAME, "Scores", "PtGA (0-10)")), _hide_column), expected=("intake.hidden_column",)),
    TableKind(name="unit_of_header_changed", decide=_header_unit, expected=("file.unit_changed",), follows=("file.*", "mapping.*", "suite.*")),
    TableKind(name="unit_of_test_changed", decide=_unit_of_test, expected=("file.unit_changed",), follows=("file.*", "suite.*")),
    TableKind(name="decimal_sign_changed", decide=_one_of(_every(("HH", "HH_UE.csv", "", "Tmax [°C]"), _mirrored, ""), _every(("AH", "AUH_teclistamab_DATA_LABELS.csv", "", "crs_temp"), _mirrored, "")), expected=("file.decimal_changed",), follows=("file.*", "mapping.*", "suite.ae.*")),
    TableKind(name="date_notation_changed", decide=_one_of(_every(("BE", FILE_NAME, "Lungenfunktion", "Datum"), _iso, "RE"), _every(("HH", "HH_Medikation.csv", "", "bis"), _iso, "CM")), expected=("file.date_notation_changed", "mapping.not_a_date"), follows=("file.*", "mapping.*", "suite.*", "harmonise.*", "validate.*")),
    TableKind(name="row_cut_off", decide=_row_cut_off, expected=("file.table_unreadable",), follows=("file.*", "suite.*", "harmonise.*")),
    TableKind(name="sheet_renamed", decide=_sheet_renamed, expected=("file.sheet_missing",), follows=("file.*", "intake.*", "suite.*")),
    TableKind(name="file_renamed", decide=_file_renamed, expected=("file.renamed",), follows=("file.*",)),
)  # fmt: skip
