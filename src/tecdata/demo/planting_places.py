"""Where each centre keeps what: the tables of subjects, injections, results, events, medication.

A :class:`Slot` is one record in a table: an injection, a result, an event, with the columns that
hold its parts. In a file with one row a subject the numbered groups of columns are its records.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from tecdata.demo import render_aarhus, render_heidelberg, render_tuebingen
from tecdata.demo.render_berlin import FILE_NAME

if TYPE_CHECKING:
    from tecdata.demo.planting_delivery import Delivered
    from tecdata.demo.planting_grid import Grid

__all__ = ["PLACES", "Place", "Slot", "slots"]


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """A table: its file and sheet, the column of the subject, and columns by what they hold.

    ``where`` names the rows it is about (column, text); ``groups`` is the stem of numbered groups
    of columns.
    """

    file: str
    sheet: str
    subject: str
    columns: Mapping[str, str]
    where: tuple[str, str] | None = None
    groups: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Slot:
    """A record: its row, its subject's number, its own number, its columns by what they hold."""

    centre: str
    place: Place
    grid: Grid
    row: int
    number: int
    key: str
    columns: Mapping[str, str]

    def text(self, role: str) -> str:
        """What stands in the column of a role; empty where there is no such column."""
        return self.grid.text(self.row, self.columns[role]) if role in self.columns else ""


def _be(sheet: str, **columns: str) -> Place:
    return Place(FILE_NAME, sheet, "Pat-ID", columns)


def _hh(file: str, **columns: str) -> Place:
    return Place(f"HH_{file}.csv", "", "PatNr", columns)


def _ah(instrument: str, **columns: str) -> Place:
    where = ("redcap_repeat_instrument", instrument)
    return Place(render_aarhus.FILE, "", "record_id", columns, where=where)


def _hd(stem: str, **columns: str) -> Place:
    return Place(render_heidelberg.FILE, "", "pat_id", columns, groups=stem)


def _tu(file: str, **columns: str) -> Place:
    return Place(f"{file}.dta", "", "pat_id", columns)


#: By centre and kind of table.
PLACES: Final[Mapping[tuple[str, str], Place]] = {
    ("BE", "patients"): _be("Stammdaten", sex="Geschlecht", consent="Einwilligung am", contact="letzter Kontakt", status="Status", death="verstorben am", cause="Todesursache", diagnosis="Diagnose", note="Nebendiagnosen"),
    ("BE", "doses"): _be("Teclistamab-Gaben", key="Gabe Nr.", date="Datum", mg="Dosis / mg", weight="Körpergewicht / kg", note="Bemerkung"),
    ("BE", "labs"): _be("Labor", date="Datum", value="LDH / U/l", crp="CRP / mg/l"),
    ("BE", "scores"): _be("Scores", date="Datum", value="FACIT-Fatigue (0-52)"),
    ("BE", "lung"): _be("Lungenfunktion", date="Datum"),
    ("BE", "events"): _be("Unerwünschte Ereignisse", key="UE-Nr.", text="Ereignis", date="Beginn", end="Ende", outcome="Ausgang", relation="Zusammenhang"),
    ("BE", "medications"): _be("Medikation", key="lfd. Nr.", text="Präparat", date="Beginn", dose="Dosis / Menge", route="Applikation", note="Indikation", event="zu UE-Nr."),
    ("HH", "patients"): _hh("Patienten", sex="Geschl.", consent="Einwilligung", contact="letzter Kontakt", status="Status", death="verstorben am", cause="Todesursache", diagnosis="Diagnose", note="Begleiterkrankungen"),
    ("HH", "doses"): _hh("Gaben", key="Nr", date="Zeitpunkt", mg="Dosis [mg]", weight="KG [kg]"),
    ("HH", "labs"): _hh("Labor", date="Abnahme", test="Analyt", value="Wert", unit="Einheit", range="Referenz"),
    ("HH", "scores"): _hh("Scores", date="Datum", test="Parameter", value="Wert"),
    ("HH", "lung"): _hh("Scores", date="Datum"),
    ("HH", "events"): _hh("UE", key="UE-Nr", text="Ereignis", date="Beginn", end="Ende", outcome="Ausgang", relation="Kausalität"),
    ("HH", "medications"): _hh("Medikation", key="Nr", text="Medikament", date="von", dose="Dosis", route="Gabeweg", note="Grund"),
    ("AH", "patients"): _ah("", sex="koen", consent="samtykke_dato", contact="sidste_kontakt", status="doed", death="doed_dato", cause="doed_aarsag", diagnosis="diagnose", note="bemaerkninger"),
    ("AH", "doses"): _ah("Teclistamab-injektion", key="inj_nr", date="inj_dato", time="inj_tid", mg="inj_mg", weight="inj_vaegt"),
    ("AH", "labs"): _ah("Laboratorieprøver", date="lab_dato", time="lab_tid", test="lab_analyse", code="lab_npu", value="lab_resultat", unit="lab_enhed", low="lab_ref_nedre"),
    ("AH", "scores"): _ah("Sygdomsaktivitet", date="akt_dato", value="facit_f"),
    ("AH", "lung"): _ah("Lungefunktion", date="lf_dato"),
    ("AH", "events"): _ah("Uønskede hændelser", key="ae_nr", text="ae_tekst", date="ae_start", end="ae_slut", outcome="ae_udfald", relation="ae_relation"),
    ("AH", "medications"): _ah("Medicin", key="med_nr", text="med_navn", date="med_start", dose="med_dosis", route="med_vej", note="med_indikation", event="med_ae_nr"),
    ("HD", "patients"): Place(render_heidelberg.FILE, "", "pat_id", {"sex": "geschlecht", "consent": "einwilligung", "contact": "letzter_kontakt", "status": "status", "death": "tod_datum", "cause": "tod_ursache", "diagnosis": "diagnose"}),
    ("HD", "doses"): _hd("d", date="datum", mg="mg", weight="gewicht"),
    ("HD", "labs"): _hd("v", date="datum", value="ldh", crp="crp"),
    ("HD", "scores"): _hd("s", date="datum", value="facit"),
    ("HD", "events"): _hd("ae", key="nr", text="text", date="beginn", end="ende", outcome="ausgang", relation="kausal"),
    ("HD", "medications"): _hd("med", key="nr", text="name", date="beginn", dose="dosis", route="weg", note="grund", event="ae_nr"),
    ("TU", "patients"): _tu("baseline", sex="geschlecht", consent="einwilligung", contact="letzter_kontakt", status="status", death="todesdatum", cause="todesursache"),
    ("TU", "doses"): _tu("gaben", key="gabe_nr", date="datum", time="uhrzeit", mg="dosis_mg", weight="gewicht_kg"),
    ("TU", "labs"): Place(render_tuebingen.LAB_FILE, render_tuebingen.LAB_SHEET, "Patient", {"date": "Entnahmedatum", "time": "Uhrzeit", "test": "Parameter", "value": "Ergebnis", "unit": "Einheit", "low": "Referenz unten"}),
    ("TU", "scores"): _tu("scores", date="datum", time="uhrzeit", value="facit"),
    ("TU", "lung"): _tu("lungenfunktion", date="datum"),
    ("TU", "events"): _tu("ereignisse", key="ue_nr", text="bezeichnung", date="beginn", end="ende", outcome="ausgang", relation="zusammenhang"),
    ("TU", "medications"): _tu("medikation", key="med_nr", text="wirkstoff", date="beginn", dose="dosis", route="applikation", note="indikation", event="ue_nr"),
}  # fmt: skip


def slots(delivered: Delivered, centre: str, kind: str) -> Iterator[Slot]:
    """The records of one kind of table; none where the centre has no such table."""
    place = PLACES.get((centre, kind))
    if place is None:
        return
    grid = delivered.grids[centre, place.file, place.sheet]
    for row in range(grid.height):
        if place.where and grid.text(row, place.where[0]) != place.where[1]:
            continue
        found = re.search(r"\d+", grid.text(row, place.subject))
        if found is None:
            continue
        for n, columns in enumerate(_groups(grid, row, place), 1):
            # Records across the columns of a row without a number of their own count from the left.
            across = str(n) if place.groups else ""
            key = grid.text(row, columns["key"]) if "key" in columns else across
            yield Slot(centre, place, grid, row, int(found[0]), key, columns)


def _groups(grid: Grid, row: int, place: Place) -> Iterator[Mapping[str, str]]:
    if not place.groups:
        yield place.columns
        return
    names = set(grid.names)
    n = 1
    while (first := f"{place.groups}{n}_{place.columns['date']}") in names:
        if grid.text(row, first):
            yield {role: f"{place.groups}{n}_{name}" for role, name in place.columns.items()}
        n += 1
