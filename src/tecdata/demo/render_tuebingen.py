"""Tübingen: Stata files with value labels, laboratory values in a LibreOffice sheet.

One file a topic, linked by ``pat_id``: baseline, diagnoses, injections, scores, lung function,
events, medication. The laboratory sheet is long, one row a result, with typed dates and numbers
beside typed text such as ``<0,5``.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tecdata.demo import words_tuebingen as words
from tecdata.demo.columns_tuebingen import COLUMNS, LAB_HEADER
from tecdata.demo.german import chance, date_text, number_text, split_start
from tecdata.demo.grouping import event_links, in_order, results_by_start
from tecdata.demo.ods_writer import Cell, write_ods
from tecdata.demo.statistics_files import StatColumn, Value, settle, write_dta
from tecdata.demo.words_heidelberg import CODES, FREQUENCIES, ROUTES

if TYPE_CHECKING:
    from tecdata.demo.model import Result, Subject

__all__ = ["LAB_FILE", "LAB_SHEET", "Tables", "render", "tables", "write"]

LAB_FILE = "labor_tue.ods"
LAB_SHEET = "Laborwerte"
NOTE_SHEET = "Hinweise"
_TITLE = "Tecl. Tuebingen SYNTHETISCH: "
_README = """\
Tübingen: Stata-Dateien und eine LibreOffice-Tabelle mit Laborwerten.

Die Verlaufsdaten in diesen Dateien sind synthetisch (erfunden); nur die Stammdaten folgen der
veröffentlichten Tabelle 1. The longitudinal data in these files are synthetic.
"""
_CODE = {kind: {term: code for code, (term, _) in table.items()} for kind, table in CODES.items()}
_CODE["history"] = {"PRIMARY DIAGNOSIS": 0, "ORGAN MANIFESTATION": 1, "OTHER CONDITION": 2}
_YES = {True: 1, False: 0, None: None}

Row = dict[str, Value]


def render(subjects: Sequence[Subject], folder: Path) -> list[Path]:
    """Write the Stata files, the laboratory sheet and the README; returns their paths."""
    return write(tables(subjects), folder)


@dataclasses.dataclass(frozen=True, slots=True)
class Tables:
    """What the centre's files hold: columns and rows of each Stata file, rows of the sheet."""

    stata: dict[str, tuple[list[StatColumn], list[Row]]]
    labs: list[list[Cell]]


def tables(subjects: Sequence[Subject]) -> Tables:
    """The content of the files, before it is settled which columns can be typed."""
    ordered = in_order(subjects, "TU")
    return Tables(
        stata={
            name: (list(columns), [row for s in ordered for row in _MAKERS[name](s)])
            for name, (_, columns) in COLUMNS.items()
        },
        labs=[list(LAB_HEADER), *(row for subject in ordered for row in _lab_rows(subject))],
    )


def write(content: Tables, folder: Path) -> list[Path]:
    """Write the files of the centre; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, (columns, rows) in content.stata.items():
        settled, cells = settle(columns, rows)
        paths.append(write_dta(folder / name, settled, cells, _TITLE + COLUMNS[name][0]))
    notes: list[list[Cell]] = [[line] for line in _README.splitlines() if line]
    sheets: list[tuple[str, list[list[Cell]]]] = [(LAB_SHEET, content.labs), (NOTE_SHEET, notes)]
    paths.append(write_ods(folder / LAB_FILE, sheets))
    readme = folder / "README.txt"
    readme.write_text(_README, encoding="utf-8", newline="\n")
    return [*paths, readme]


def _baseline(subject: Subject) -> Iterable[Row]:
    yield {
        "pat_id": subject.local_id,
        "geschlecht": _CODE["sex"][subject.sex],
        "alter": subject.age,
        "gebjahr": subject.birth_year,
        "krankheitsdauer": subject.disease_duration_y,
        "autoak": "; ".join(subject.autoantibody_words),
        "einwilligung": subject.consent,
        "letzter_kontakt": subject.last_contact,
        "status": 2 if subject.death else 1,
        "todesdatum": subject.death,
        "todesursache": subject.death_cause,
        "dosis_kumulativ": subject.cumulative_mg_per_kg,
    }


def _diagnoses(subject: Subject) -> Iterable[Row]:
    for history in subject.histories:
        yield {
            "pat_id": subject.local_id,
            "art": _CODE["history"][history.category],
            "diagnose": history.verbatim,
            "seit": history.start,
        }


def _doses(subject: Subject) -> Iterable[Row]:
    for dose in subject.doses:
        date, time = split_start(dose.start)
        yield {
            "pat_id": subject.local_id,
            "gabe_nr": dose.number,
            "datum": date,
            "uhrzeit": time,
            "dosisart": 2 if dose.kind == "TARGET" else 1,
            "dosis_mg": dose.mg,
            "mg_pro_kg": dose.mg_per_kg,
            "gewicht_kg": dose.weight_kg,
        }


def _scores(subject: Subject) -> Iterable[Row]:
    return _wide(subject, {test: name for test, (name, _) in words.SCORES.items()})


def _lung(subject: Subject) -> Iterable[Row]:
    for result in subject.results:
        if result.test in words.LUNG and not result.not_done:
            unit = words.LUNG[result.test][2]
            if result.unit != unit or (result.low, result.high) != (None, None):
                raise ValueError(f"{subject.local_id}: {result.test} is in {unit} without a range")
    return _wide(subject, {test: name for test, (name, _, _) in words.LUNG.items()})


def _wide(subject: Subject, names: Mapping[str, str]) -> Iterable[Row]:
    for start, results in results_by_start(subject, names.__contains__):
        date, time = split_start(start)
        row: Row = {"pat_id": subject.local_id, "datum": date, "uhrzeit": time}
        for test, result in results.items():
            row[names[test]] = _score(result)
        yield row


def _score(result: Result) -> Value:
    if result.value is None:
        return "n.e." if result.not_done else result.text
    return f"{result.operator}{number_text(result.value)}" if result.operator else result.value


def _events(subject: Subject) -> Iterable[Row]:
    for event in subject.events:
        yield {
            "pat_id": subject.local_id,
            "ue_nr": event.key,
            "bezeichnung": event.verbatim,
            "beginn": event.start,
            "ende": event.end,
            "grad": event.grade,
            "skala": _CODE["scale"][event.scale],
            "schwerwiegend": _YES[event.serious],
            "hospitalisiert": _YES[event.hospitalised],
            "zusammenhang": _CODE["relation"][event.related],
            "ausgang": _CODE["outcome"][event.outcome],
            "letzte_gabe": event.dose or None,
            "crs_temp": event.temperature_c,
            "crs_hypotonie": _YES[event.hypotension],
            "crs_hypoxie": _YES[event.hypoxia],
        }


def _medication(subject: Subject) -> Iterable[Row]:
    links = event_links(subject)
    for medication in subject.medications:
        yield {
            "pat_id": subject.local_id,
            "med_nr": medication.key,
            "wirkstoff": medication.verbatim,
            "art": _CODE["medication"][medication.category],
            "beginn": medication.start,
            "ende": medication.end,
            "laufend": _YES[medication.ongoing],
            "dosis": medication.dose,
            "einheit": medication.unit,
            "frequenz": FREQUENCIES.get(medication.frequency, medication.frequency),
            "applikation": ROUTES.get(medication.route, medication.route),
            "indikation": medication.indication,
            "ue_nr": links.get(medication.key, ""),
        }


def _lab_rows(subject: Subject) -> Iterable[list[Cell]]:
    elsewhere = words.SCORES.keys() | words.LUNG.keys()
    for result in subject.results:
        if result.test not in elsewhere:
            key = ("TU", subject.local_id, result.test, result.start)
            date, time = split_start(result.start)
            unit = "Titer" if result.test == "ANA" else words.UNITS.get(result.unit, result.unit)
            yield [
                # Typed by hand: a blank behind the id, a date or a number that is text.
                subject.local_id + (" " if chance(*key, "id") < 0.05 else ""),
                date_text(date) if chance(*key, "day") < 0.1 else datetime.date.fromisoformat(date),
                time,
                words.LAB_NAMES[result.test],
                _lab_value(result, typed=chance(*key, "value") >= 0.15),
                unit,
                result.low,
                result.high,
            ]


def _lab_value(result: Result, *, typed: bool) -> Cell:
    if result.value is None:
        return "n. b." if result.not_done else result.text
    if result.test == "ANA":
        return f"{result.operator}1:{number_text(result.value, thousands=True)}"
    if typed and not result.operator:
        return result.value
    return f"{result.operator}{number_text(result.value)}"


_MAKERS: Mapping[str, Callable[[Subject], Iterable[Row]]] = {
    "baseline.dta": _baseline,
    "diagnosen.dta": _diagnoses,
    "gaben.dta": _doses,
    "scores.dta": _scores,
    "lungenfunktion.dta": _lung,
    "ereignisse.dta": _events,
    "medikation.dta": _medication,
}
