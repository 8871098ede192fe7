"""Heidelberg: one SPSS file, one row a subject, everything repeated runs across the row.

``d1_datum d1_mg … v1_datum v1_igg … ae1_text … med1_name …``: injections, visits, events and
medications are numbered column groups. Codes carry value labels, dates are SPSS dates where the
whole column has whole dates, ``-99`` (not there) and ``-98`` (not done) are user-missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tecdata.demo import words_heidelberg as words
from tecdata.demo.german import number_text, split_start
from tecdata.demo.grouping import (
    event_links,
    histories_of,
    in_order,
    listable,
    results_by_start,
)
from tecdata.demo.statistics_files import StatColumn, Value, settle, write_sav

if TYPE_CHECKING:
    from tecdata.demo.model import AdverseEvent, Dose, Medication, Result, Subject

__all__ = ["FILE", "render"]

FILE = "teclistamab_hd.sav"
TITLE = "Teclistamab Heidelberg - Verlauf SYNTHETISCH"
_README = """\
Heidelberg, Export aus SPSS (eine Zeile je Patient).

Die Verlaufsdaten in dieser Datei sind synthetisch (erfunden); nur die Stammdaten folgen der
veröffentlichten Tabelle 1. The longitudinal data in this file are synthetic.

-99 = Wert liegt nicht vor, -98 = Untersuchung nicht durchgeführt (beide als fehlend deklariert).
"""
_ABSENT, _NOT_DONE = -99, -98
_MISSING = (_ABSENT, _NOT_DONE)
_CODE = {
    kind: {term: code for code, (term, _) in table.items()} for kind, table in words.CODES.items()
}
_YES = {True: 1, False: 0, None: None}

Row = dict[str, Value]


def render(subjects: Sequence[Subject], folder: Path) -> list[Path]:
    """Write the SPSS file and its README; returns both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    ordered = in_order(subjects, "HD")
    rows = [_row(subject) for subject in ordered]
    columns, cells = settle(_columns(rows), rows)
    readme = folder / "README.txt"
    readme.write_text(_README, encoding="utf-8", newline="\n")
    return [write_sav(folder / FILE, columns, cells, TITLE), readme]


def _row(subject: Subject) -> Row:
    row = _baseline(subject)
    for n, dose in enumerate(subject.doses, 1):
        row |= _numbered("d", n, _dose(dose))
    groups = results_by_start(subject, lambda _: True)
    for n, (start, results) in enumerate(groups, 1):
        row |= _numbered("v", n, _visit(subject, start, results))
    for n, event in enumerate(subject.events, 1):
        row |= _numbered("ae", n, _event(event))
    links = event_links(subject)
    listed = [m for m in subject.medications if m.category == "PRIOR THERAPY" and listable(m)]
    row["vortherapien"] = ", ".join(m.verbatim for m in listed)
    others = [m for m in subject.medications if m not in listed]
    for n, medication in enumerate(others, 1):
        row |= _numbered("med", n, _medication(medication, links.get(medication.key, "")))
    return row


def _numbered(stem: str, n: int, cells: Mapping[str, Value]) -> Row:
    return {f"{stem}{n}_{name}": value for name, value in cells.items()}


def _baseline(subject: Subject) -> Row:
    (diagnosis,) = histories_of(subject, ("PRIMARY DIAGNOSIS",))
    organs = histories_of(subject, ("ORGAN MANIFESTATION",))
    listed = [h for h in organs if listable(h)]
    row: Row = {
        "pat_id": subject.local_id,
        "geschlecht": _CODE["sex"][subject.sex],
        "alter": subject.age,
        "geburtsjahr": subject.birth_year,
        "diagnose": diagnosis.verbatim,
        "diagnose_seit": diagnosis.start,
        "krankheitsdauer": subject.disease_duration_y,
        "organe": ", ".join(h.verbatim for h in listed),
        "autoantikoerper": ", ".join(subject.autoantibody_words),
        "einwilligung": subject.consent,
        "kumdosis_mgkg": subject.cumulative_mg_per_kg,
        "letzter_kontakt": subject.last_contact,
        "status": 2 if subject.death else 1,
        "tod_datum": subject.death,
        "tod_ursache": subject.death_cause,
    }
    rest = [
        h
        for h in histories_of(subject, ("ORGAN MANIFESTATION", "MEDICAL HISTORY"))
        if h not in listed
    ]
    for n, history in enumerate(rest, 1):
        row |= _numbered(
            "ve",
            n,
            {
                "art": _CODE["history"][history.category],
                "text": history.verbatim,
                "seit": history.start,
            },
        )
    return row


def _dose(dose: Dose) -> Row:
    date, time = split_start(dose.start)
    kind = "TARGET DOSE" if dose.kind == "TARGET" else "STEP-UP DOSE"
    return {
        "datum": date,
        "zeit": time,
        "art": _CODE["dose"][kind],
        "mg": dose.mg,
        "mgkg": dose.mg_per_kg,
        "gewicht": dose.weight_kg,
    }


def _visit(subject: Subject, start: str, results: Mapping[str, Result]) -> Row:
    date, time = split_start(start)
    row: Row = {"datum": date, "zeit": time}
    drawn = any(test in words.VISIT_LABS for test in results)
    for test, word in words.VISIT_LABS.items():
        if test in results:
            _check_unit(subject, results[test], word)
            row[word.stem] = _cell(results[test])
        elif drawn and test in words.CORE_LABS:
            row[word.stem] = _ABSENT
    for test, (stem, _) in words.SCORES.items():
        if test in results:
            row[stem] = _cell(results[test])
    strange = [t for t in results if t not in words.VISIT_LABS and t not in words.SCORES]
    if strange:
        raise ValueError(f"{subject.local_id}: the file has no column for {', '.join(strange)}")
    return row


def _check_unit(subject: Subject, result: Result, word: words.LabWord) -> None:
    """The file has no column for the unit: the label of the column says it for all visits."""
    if not result.not_done and result.unit != word.unit:
        raise ValueError(
            f"{subject.local_id}: {result.test} is in {result.unit!r}, the column in {word.unit!r}"
        )


def _cell(result: Result) -> Value:
    if result.value is None:
        return _NOT_DONE if result.not_done else result.text
    if result.test == "ANA":
        return f"{result.operator}1:{result.value:f}"
    return f"{result.operator}{number_text(result.value)}" if result.operator else result.value


def _event(event: AdverseEvent) -> Row:
    return {
        "nr": event.key,
        "text": event.verbatim,
        "beginn": event.start,
        "ende": event.end,
        "grad": event.grade,
        "skala": _CODE["scale"][event.scale],
        "schwer": _YES[event.serious],
        "stationaer": _YES[event.hospitalised],
        "kausal": _CODE["relation"][event.related],
        "ausgang": _CODE["outcome"][event.outcome],
        "nach_dosis": event.dose or None,
        "temp": event.temperature_c,
        "hypotonie": _YES[event.hypotension],
        "hypoxie": _YES[event.hypoxia],
    }


def _medication(medication: Medication, events: str) -> Row:
    return {
        "nr": medication.key,
        "name": medication.verbatim,
        "art": _CODE["medication"][medication.category],
        "beginn": medication.start,
        "ende": medication.end,
        "laufend": _YES[medication.ongoing],
        "dosis": medication.dose,
        "einheit": words.UNITS.get(medication.unit, medication.unit),
        "haeufigkeit": words.FREQUENCIES.get(medication.frequency, medication.frequency),
        "weg": words.ROUTES.get(medication.route, medication.route),
        "grund": medication.indication,
        "ae_nr": events,
    }


def _columns(rows: Sequence[Row]) -> list[StatColumn]:
    columns = list(_BASELINE)
    for stem, group in _GROUPS.items():
        for n in range(1, _highest(rows, stem) + 1):
            columns += [
                StatColumn(f"{stem}{n}_{c.name}", f"{c.label} ({n})", c.kind, c.labels, c.missing)
                for c in group
            ]
    return columns


def _highest(rows: Sequence[Row], stem: str) -> int:
    """Groups of a stem in the widest row; at least one, so that the columns exist at all."""
    first = _GROUPS[stem][0].name
    widest = 1
    for row in rows:
        while f"{stem}{widest + 1}_{first}" in row:
            widest += 1
    return widest


def _coded(name: str, label: str, kind: str) -> StatColumn:
    return StatColumn(name, label, "number", words.labels(kind))


_BASELINE = (
    StatColumn("pat_id", "Pseudonym", "text"),
    _coded("geschlecht", "Geschlecht", "sex"),
    StatColumn("alter", "Alter bei erster Gabe (Jahre)"),
    StatColumn("geburtsjahr", "Geburtsjahr"),
    StatColumn("diagnose", "Hauptdiagnose", "text"),
    StatColumn("diagnose_seit", "Erstdiagnose", "date"),
    StatColumn("krankheitsdauer", "Krankheitsdauer (Jahre)"),
    StatColumn("organe", "Organmanifestationen", "text"),
    StatColumn("autoantikoerper", "Autoantikörper positiv", "text"),
    StatColumn("vortherapien", "Vortherapien", "text"),
    StatColumn("einwilligung", "Datum der Einwilligung", "date"),
    StatColumn("kumdosis_mgkg", "Kumulative Dosis (mg/kg), von Hand gerechnet"),
    StatColumn("letzter_kontakt", "Letzter Kontakt", "date"),
    _coded("status", "Status bei letztem Kontakt", "status"),
    StatColumn("tod_datum", "Todesdatum", "date"),
    StatColumn("tod_ursache", "Todesursache", "text"),
)

_GROUPS: Mapping[str, tuple[StatColumn, ...]] = {
    "ve": (
        _coded("art", "Art der Diagnose", "history"),
        StatColumn("text", "Weitere Diagnose", "text"),
        StatColumn("seit", "seit", "date"),
    ),
    "d": (
        StatColumn("datum", "Teclistamab: Datum", "date"),
        StatColumn("zeit", "Teclistamab: Uhrzeit", "text"),
        _coded("art", "Teclistamab: Dosisart", "dose"),
        StatColumn("mg", "Teclistamab: Dosis (mg)"),
        StatColumn("mgkg", "Teclistamab: Dosisstufe (mg/kg KG)"),
        StatColumn("gewicht", "Körpergewicht am Gabetag (kg)"),
    ),
    "v": (
        StatColumn("datum", "Visite: Datum", "date"),
        StatColumn("zeit", "Visite: Uhrzeit", "text"),
        *(StatColumn(w.stem, w.label, "number", {}, _MISSING) for w in words.VISIT_LABS.values()),
        *(StatColumn(stem, label, "number", {}, _MISSING) for stem, label in words.SCORES.values()),
    ),
    "ae": (
        StatColumn("nr", "UE: laufende Nummer", "text"),
        StatColumn("text", "UE: Bezeichnung", "text"),
        StatColumn("beginn", "UE: Beginn", "date"),
        StatColumn("ende", "UE: Ende (leer: andauernd)", "date"),
        StatColumn("grad", "UE: Grad"),
        _coded("skala", "UE: Gradeinteilung", "scale"),
        _coded("schwer", "UE: schwerwiegend", "yes_no"),
        _coded("stationaer", "UE: stationäre Behandlung", "yes_no"),
        _coded("kausal", "UE: Zusammenhang mit Teclistamab", "relation"),
        _coded("ausgang", "UE: Ausgang", "outcome"),
        StatColumn("nach_dosis", "UE: letzte Gabe vor Beginn (Nr.)"),
        StatColumn("temp", "CRS: höchste Temperatur (°C)"),
        _coded("hypotonie", "CRS: Hypotonie", "yes_no"),
        _coded("hypoxie", "CRS: Hypoxie", "yes_no"),
    ),
    "med": (
        StatColumn("nr", "Medikament: laufende Nummer", "text"),
        StatColumn("name", "Medikament", "text"),
        _coded("art", "Medikament: Art", "medication"),
        StatColumn("beginn", "Medikament: Beginn", "date"),
        StatColumn("ende", "Medikament: Ende", "date"),
        _coded("laufend", "Medikament: läuft weiter", "yes_no"),
        StatColumn("dosis", "Medikament: Einzeldosis"),
        StatColumn("einheit", "Medikament: Einheit", "text"),
        StatColumn("haeufigkeit", "Medikament: Häufigkeit", "text"),
        StatColumn("weg", "Medikament: Weg", "text"),
        StatColumn("grund", "Medikament: Grund", "text"),
        StatColumn("ae_nr", "Medikament: wegen UE Nr.", "text"),
    ),
}
