"""Berlin: one Excel workbook kept by hand, a sheet for each kind of data.

Two title rows, a two-row header (merged; units in the second row), true dates beside typed ones,
decimal commas beside numbers, a hidden column, comments, a sum row, an empty row in the middle.
"""

from __future__ import annotations

import dataclasses
import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tecdata.demo.cells_berlin import (
    FIRST,
    Heading,
    Page,
    Styles,
    make_styles,
    put_date,
    put_header,
    put_hints,
    put_number,
)
from tecdata.demo.german import choose, date_text
from tecdata.demo.grouping import event_links, in_order, listable
from tecdata.demo.results_berlin import put_labs, put_lung_function, put_ranges, put_scores
from tecdata.demo.words_berlin import (
    CATEGORIES,
    HINTS,
    OUTCOMES,
    RELATED,
    SCALES,
    SEX,
    SYNTHETIC,
    YES_NO,
    frequency_word,
    known_tests,
    route_word,
)

if TYPE_CHECKING:
    from tecdata.demo.model import AdverseEvent, Medication, Subject

__all__ = ["FILE_NAME", "render"]

#: The one file of the centre.
FILE_NAME = "Teclistamab_Berlin_Export.xlsx"


def render(subjects: Sequence[Subject], folder: Path) -> list[Path]:
    """Write the Berlin workbook for its subjects (any number, also none) into ``folder``.

    Returns the path written. The bytes depend on the subjects alone. Raises ``ValueError`` for a
    test that has no column, and where results of a test differ in unit or reference range.
    """
    import xlsxwriter

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    ordered = in_order(subjects, "BE")
    without_place = {r.test for s in ordered for r in s.results} - known_tests()
    if without_place:
        raise ValueError(f"no column in the workbook for: {', '.join(sorted(without_place))}")
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        book.set_properties(
            {"title": "Teclistamab-Kohorte", "created": datetime(2026, 1, 15, 8, 0, tzinfo=UTC)}
        )
        styles = make_styles(book)
        put_hints(book.add_worksheet("Hinweise"), styles, HINTS)
        _put_subjects(book.add_worksheet("Stammdaten"), styles, ordered)
        _put_doses(book.add_worksheet("Teclistamab-Gaben"), styles, ordered)
        put_labs(book.add_worksheet("Labor"), styles, ordered)
        _put_events(book.add_worksheet("Unerwünschte Ereignisse"), styles, ordered)
        put_scores(book.add_worksheet("Scores"), styles, ordered)
        put_lung_function(book.add_worksheet("Lungenfunktion"), styles, ordered)
        _put_medications(book.add_worksheet("Medikation"), styles, ordered)
        put_ranges(book.add_worksheet("Referenzbereiche"), styles, ordered)
    _store(packed, path)
    return [path]


def _store(packed: io.BytesIO, path: Path) -> None:
    """Write the parts of the workbook uncompressed: deflated bytes differ between zlib builds."""
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            part = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            part.create_system = 3
            target.writestr(part, source.read(name))


def _put_subjects(sheet: Any, styles: Styles, subjects: Sequence[Subject]) -> None:
    headings = (
        Heading("Pat-ID", width=12),
        Heading("Jahrgang"),
        Heading("Alter", "Jahre"),
        Heading("Geschlecht"),
        Heading("Einwilligung am", width=14),
        Heading("Diagnose", width=30),
        Heading("Erstdiagnose"),
        Heading("Krankheitsdauer", "Jahre", width=14),
        Heading("Organbeteiligung", width=40),
        Heading("Autoantikörper (positiv)", width=26),
        Heading("Vortherapien", width=36),
        Heading("Nebendiagnosen", width=36),
        Heading("kum. Dosis", "mg/kg"),
        Heading("Status"),
        Heading("letzter Kontakt", width=14),
        Heading("verstorben am", width=14),
        Heading("Todesursache", width=26),
    )
    title = "Teclistamab bei refraktären Autoimmunerkrankungen – Stammdaten"
    page = put_header(sheet, styles, title, SYNTHETIC, headings)
    for subject in subjects:
        _put_subject(page, subject)
        page.row += 1


def _put_subject(page: Page, subject: Subject) -> None:
    key = subject.local_id
    diagnosis = next((h for h in subject.histories if h.category == "PRIMARY DIAGNOSIS"), None)
    organs = [
        _dated(h.verbatim, h.start)
        for h in subject.histories
        if h.category == "ORGAN MANIFESTATION"
    ]
    prior = [_dated(m.verbatim, m.start) for m in subject.medications if _in_list(m)]
    others = [
        _dated(h.verbatim, h.start) for h in subject.histories if h.category == "OTHER CONDITION"
    ]
    page.subject(key, "Stammdaten")
    page.text("Jahrgang", str(subject.birth_year))
    put_number(page, "Alter", Decimal(subject.age), key, sub="Jahre")
    page.text("Geschlecht", SEX[subject.sex])
    put_date(page, "Einwilligung am", subject.consent, key)
    page.text("Diagnose", diagnosis.verbatim if diagnosis else "")
    put_date(page, "Erstdiagnose", diagnosis.start if diagnosis else "", key)
    put_number(page, "Krankheitsdauer", subject.disease_duration_y, key, sub="Jahre")
    page.text("Organbeteiligung", ", ".join(organs))
    page.text("Autoantikörper (positiv)", ", ".join(subject.autoantibody_words))
    page.text("Vortherapien", ", ".join(prior))
    page.text("Nebendiagnosen", "; ".join(others))
    put_number(page, "kum. Dosis", subject.cumulative_mg_per_kg, key, sub="mg/kg")
    page.text("Status", "verstorben" if subject.death else "lebt")
    put_date(page, "letzter Kontakt", subject.last_contact, key)
    put_date(page, "verstorben am", subject.death, key)
    page.text("Todesursache", subject.death_cause)


def _in_list(medication: Medication) -> bool:
    """Whether no more is known than the name and a date: such prior therapies stand in one cell."""
    undated = dataclasses.replace(medication, start="")
    return medication.category == "PRIOR THERAPY" and listable(undated)


def _dated(name: str, start: str) -> str:
    return f"{name} ({date_text(start)})" if start else name


def _put_doses(sheet: Any, styles: Styles, subjects: Sequence[Subject]) -> None:
    headings = (
        Heading("Pat-ID", width=12),
        Heading("Gabe Nr."),
        Heading("Datum", width=16),
        Heading("Art", width=18),
        Heading("Dosisstufe", "mg/kg KG"),
        Heading("Körpergewicht", "kg", width=14),
        Heading("Dosis", "mg"),
        Heading("Bemerkung", width=24),
    )
    from xlsxwriter.utility import xl_range

    page = put_header(sheet, styles, "Teclistamab-Gaben (s.c.)", SYNTHETIC, headings)
    total = Decimal(0)
    for subject in subjects:
        for dose in subject.doses:
            key = (subject.local_id, "Gabe", dose.number)
            page.subject(subject.local_id, *key)
            page.text("Gabe Nr.", str(dose.number))
            put_date(page, "Datum", dose.start, *key)
            page.text("Art", _dose_word(dose.kind, key))
            put_number(page, "Dosisstufe", dose.mg_per_kg, *key, sub="mg/kg KG")
            put_number(page, "Körpergewicht", dose.weight_kg, *key, sub="kg")
            # A sum in Excel passes over numbers typed as text.
            if put_number(page, "Dosis", dose.mg, *key, sub="mg") == "number":
                total += dose.mg
            if dose.number == 1:
                page.text("Bemerkung", "stationär, Prämedikation nach SOP")
            page.row += 1
    column = page.columns["Dosis", "mg"]
    cells = xl_range(FIRST, column, max(page.row - 1, FIRST), column)
    sheet.write_string(page.row, 0, "Summe", styles.total)
    sheet.write_formula(page.row, column, f"=SUM({cells})", styles.total, float(total))


def _dose_word(kind: str, key: tuple[object, ...]) -> str:
    if kind == "TARGET":
        return choose(("Zieldosis", "Erhaltungsdosis"), *key, "Art")
    return choose(("Aufdosierung", "Titrationsdosis"), *key, "Art") + kind.removeprefix("STEP-UP")


def _put_events(sheet: Any, styles: Styles, subjects: Sequence[Subject]) -> None:
    headings = (
        Heading("Pat-ID", width=12),
        Heading("UE-Nr."),
        Heading("Ereignis", width=38),
        Heading("Beginn", width=16),
        Heading("Ende", width=16),
        Heading("Schweregrad", "Grad"),
        Heading("Schweregrad", "Skala", width=13),
        Heading("SUE"),
        Heading("stationär"),
        Heading("Zusammenhang", width=18),
        Heading("Ausgang", width=20),
        Heading("nach Gabe Nr."),
        Heading("CRS", "Temp. max. °C"),
        Heading("CRS", "Hypotonie"),
        Heading("CRS", "Hypoxie"),
    )
    page = put_header(sheet, styles, "Unerwünschte Ereignisse (UE)", SYNTHETIC, headings)
    for subject in subjects:
        for event in subject.events:
            page.subject(subject.local_id, "UE", event.key)
            _put_event(page, event, (subject.local_id, "UE", event.key))
            page.row += 1


def _put_event(page: Page, event: AdverseEvent, key: tuple[object, ...]) -> None:
    page.text("UE-Nr.", event.key)
    page.text("Ereignis", event.verbatim)
    put_date(page, "Beginn", event.start, *key)
    if event.end:
        put_date(page, "Ende", event.end, *key)
    else:
        page.text("Ende", "andauernd")
    grade = choose((str(event.grade), f"Grad {event.grade}"), *key, "Grad")
    page.text("Schweregrad", grade, "Grad")
    page.text("Schweregrad", SCALES.get(event.scale, event.scale), "Skala")
    page.text("SUE", YES_NO[event.serious])
    page.text("stationär", YES_NO[event.hospitalised])
    page.text("Zusammenhang", choose(RELATED[event.related], *key, "Zusammenhang"))
    page.text("Ausgang", choose(OUTCOMES.get(event.outcome, (event.outcome,)), *key, "Ausgang"))
    page.text("nach Gabe Nr.", str(event.dose))
    put_number(page, "CRS", event.temperature_c, *key, sub="Temp. max. °C")
    page.text("CRS", YES_NO[event.hypotension], "Hypotonie")
    page.text("CRS", YES_NO[event.hypoxia], "Hypoxie")


def _put_medications(sheet: Any, styles: Styles, subjects: Sequence[Subject]) -> None:
    headings = (
        Heading("Pat-ID", width=12),
        Heading("Präparat", width=30),
        Heading("Kategorie", width=24),
        Heading("Beginn", width=16),
        Heading("Ende", width=16),
        Heading("Dosis", "Menge"),
        Heading("Dosis", "Einheit"),
        Heading("Häufigkeit", width=14),
        Heading("Applikation", width=13),
        Heading("Indikation", width=30),
        Heading("zu UE-Nr."),
        Heading("lfd. Nr."),
    )
    page = put_header(sheet, styles, "Begleitmedikation", SYNTHETIC, headings)
    for subject in subjects:
        events = event_links(subject)
        for medication in subject.medications:
            if not _in_list(medication):
                page.subject(subject.local_id, "Med", medication.key)
                _put_medication(page, medication, (subject.local_id, "Med", medication.key))
                page.text("zu UE-Nr.", events.get(medication.key, ""))
                page.row += 1


def _put_medication(page: Page, medication: Medication, key: tuple[object, ...]) -> None:
    page.text("Präparat", medication.verbatim)
    page.text("Kategorie", CATEGORIES.get(medication.category, medication.category))
    put_date(page, "Beginn", medication.start, *key)
    if medication.ongoing:
        page.text("Ende", "andauernd")
    else:
        put_date(page, "Ende", medication.end, *key)
    put_number(page, "Dosis", medication.dose, *key, sub="Menge")
    page.text("Dosis", medication.unit, "Einheit")
    page.text("Häufigkeit", frequency_word(medication.frequency))
    page.text("Applikation", route_word(medication.route))
    page.text("Indikation", medication.indication)
    page.text("lfd. Nr.", medication.key)
