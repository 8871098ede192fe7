"""Errors of whole columns, sheets and files: the kinds there are."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING

from tecdata.demo.planting_cells import test_of
from tecdata.demo.planting_columns import (
    FREQUENCY,
    MOVABLE,
    NEW,
    ROUTE,
    add,
    american,
    codes_swapped,
    drop,
    every_cell,
    hide_column,
    iso,
    mirrored,
    of_all_subjects,
    one_column,
    rename,
    to_front,
)
from tecdata.demo.planting_grid import ListGrid
from tecdata.demo.planting_placed import Decide, Placed, Plan, TableKind
from tecdata.demo.planting_places import slots
from tecdata.demo.planting_workbook import SheetGrid
from tecdata.demo.render_berlin import FILE_NAME

if TYPE_CHECKING:
    from tecdata.demo.model import Subject
    from tecdata.demo.planting_delivery import Delivered
    from tecdata.demo.planting_model import Claims, Path

__all__ = ["KINDS"]


def _one_of(*options: Decide) -> Decide:
    def decide(subjects: Sequence[Subject], pick: Random, claims: Claims) -> Plan | None:
        for option in pick.sample(options, len(options)):
            plan = option(subjects, pick, claims)
            if plan is not None:
                return plan
        return None

    return decide


def _header_unit(subjects: Sequence[Subject], pick: Random, claims: Claims) -> Plan | None:
    paths = of_all_subjects(subjects, "BE", ("LB", "FERRITIN"), claims=claims)

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
        paths = of_all_subjects(subjects, centre, ("LB", "IGM"), claims=claims)
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
    paths = of_all_subjects(subjects, "BE", ("RE",), claims=claims)
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
        paths = of_all_subjects(subjects, centre, *((domain,) for domain in domains), claims=claims)
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
    paths = of_all_subjects(subjects, "HH", ("RE",), ("QS",), ("RS",), claims=claims)
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
        kept = [s for s in subjects if not claims.taken((s.centre, s.number))]
        here = [
            s
            for s in kept
            # In Heidelberg a subject is one row; elsewhere another subject must stay.
            if s.centre != "HD"
            and claims.free((s.centre, s.number))
            and any(other.centre == s.centre and other is not s for other in kept)
        ]
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
                    grid = delivered.grid(subject.centre, *place)
                    if len(kinds) > 1:
                        # Rows of kinds without a place of their own go too.
                        column = own[0].place.subject
                        ids = {grid.text(s.row, column) for s in own}
                        rows = [r for r in range(grid.height) if grid.text(r, column) in ids]
                    grid.remove(rows)
            return Placed(
                centre=subject.centre, file=file, sheet=sheet, number=subject.number,
                was="a row" if len(kinds) == 1 else "rows in all tables", now="nothing",
            )  # fmt: skip

        return Plan(claims=((subject.centre, subject.number),), apply=apply)

    return decide


KINDS: tuple[TableKind, ...] = (
    TableKind(name="subject_gone", decide=_subject_gone("patients", "doses", "labs", "scores", "lung", "events", "medications"), expected=("file.subject_vanished",), follows=("file.*", "harmonise.*", "suite.*")),
    TableKind(name="subject_not_in_master_sheet", decide=_subject_gone("patients"), expected=("harmonise.subject_not_in_dm", "suite.cross_domain.subject"), follows=("harmonise.*", "suite.*", "file.*", "validate.*", "mapping.*")),
    TableKind(name="column_renamed", decide=one_column(ROUTE, rename), expected=("file.column_renamed",), follows=("file.*", "mapping.*")),
    TableKind(name="column_missing", decide=one_column(FREQUENCY, drop), expected=("file.column_missing",), follows=("file.*", "mapping.*")),
    TableKind(name="column_moved", decide=one_column(MOVABLE, to_front), expected=("file.column_moved",)),
    TableKind(name="column_new", decide=one_column(NEW, add, named="new"), expected=("file.column_new", "mapping.unmapped_column"), follows=("mapping.unmapped_column", "file.*")),
    TableKind(name="header_twice", decide=one_column((("HH", "HH_UE.csv", "", "Kausalität"), ("BE", FILE_NAME, "Medikation", "Kategorie")), add, named="new"), expected=("intake.duplicate_header",), follows=("mapping.*", "file.*")),
    TableKind(name="header_blank", decide=one_column((("HH", "HH_Patienten.csv", "", ""), ("BE", FILE_NAME, "Unerwünschte Ereignisse", "")), add, named="new"), expected=("intake.blank_header",), follows=("mapping.*", "file.*")),
    TableKind(name="codes_swapped", decide=one_column((("TU", "medikation.dta", "", "laufend"), ("HD", "teclistamab_hd.sav", "", "geschlecht"), ("TU", "baseline.dta", "", "geschlecht")), codes_swapped), expected=("file.codes_changed",), follows=("file.*",)),
    TableKind(name="column_hidden", decide=one_column((("BE", FILE_NAME, "Medikation", "Indikation"), ("BE", FILE_NAME, "Stammdaten", "Nebendiagnosen"), ("BE", FILE_NAME, "Scores", "PtGA (0-10)")), hide_column), expected=("intake.hidden_column",)),
    TableKind(name="unit_of_header_changed", decide=_header_unit, expected=("file.unit_changed",), follows=("file.*", "mapping.*", "suite.*")),
    TableKind(name="unit_of_test_changed", decide=_unit_of_test, expected=("file.unit_changed",), follows=("file.*", "suite.*")),
    TableKind(name="decimal_sign_changed", decide=_one_of(every_cell(("HH", "HH_UE.csv", "", "Tmax [°C]"), mirrored, ""), every_cell(("AH", "AUH_teclistamab_DATA_LABELS.csv", "", "crs_temp"), mirrored, "")), expected=("file.decimal_changed",), follows=("file.*", "mapping.*", "suite.ae.*")),
    TableKind(name="date_notation_changed", decide=_one_of(every_cell(("BE", FILE_NAME, "Lungenfunktion", "Datum"), american, "RE"), every_cell(("HH", "HH_Medikation.csv", "", "bis"), iso, "CM")), expected=("file.date_notation_changed", "mapping.not_a_date"), follows=("file.*", "mapping.*", "suite.*", "harmonise.*", "validate.*")),
    TableKind(name="row_cut_off", decide=_row_cut_off, expected=("file.table_unreadable",), follows=("file.*", "suite.*", "harmonise.*")),
    TableKind(name="sheet_renamed", decide=_sheet_renamed, expected=("file.sheet_missing",), follows=("file.*", "intake.*", "suite.*")),
    TableKind(name="file_renamed", decide=_file_renamed, expected=("file.renamed",), follows=("file.*",)),
)  # fmt: skip
