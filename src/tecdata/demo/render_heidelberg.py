"""Heidelberg: one SPSS file, one row a subject, everything repeated runs across the row.

``d1_datum d1_mg … v1_datum v1_igg … s1_ptga … ae1_text …``: injections, visits, scores, events and
medications are numbered column groups. Codes carry value labels, dates are SPSS dates where the
whole column has whole dates, ``-99`` (not there) and ``-98`` (not done) are user-missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tecdata.demo import words_heidelberg as words
from tecdata.demo.columns_heidelberg import BASELINE, GROUPS, MISSING
from tecdata.demo.german import number_text
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

__all__ = ["FILE", "render", "table", "write"]

FILE = "teclistamab_hd.sav"
TITLE = "Teclistamab Heidelberg - Verlauf SYNTHETISCH"
_README = """\
Heidelberg, Export aus SPSS (eine Zeile je Patient).

Die Verlaufsdaten in dieser Datei sind synthetisch (erfunden); nur die Stammdaten folgen der
veröffentlichten Tabelle 1. The longitudinal data in this file are synthetic.

-99 = Wert liegt nicht vor, -98 = Untersuchung nicht durchgeführt (beide als fehlend deklariert).
"""
_ABSENT, _NOT_DONE = MISSING
_CODE = {
    kind: {term: code for code, (term, _) in table.items()} for kind, table in words.CODES.items()
}
_YES = {True: 1, False: 0, None: None}

Row = dict[str, Value]


def render(subjects: Sequence[Subject], folder: Path) -> list[Path]:
    """Write the SPSS file and its README; returns both paths."""
    return write(*table(subjects), folder)


def table(subjects: Sequence[Subject]) -> tuple[list[StatColumn], list[Row]]:
    """Columns and rows of the file, before it is settled which columns can be typed."""
    rows = [_row(subject) for subject in in_order(subjects, "HD")]
    return _columns(rows), rows


def write(columns: Sequence[StatColumn], rows: Sequence[Row], folder: Path) -> list[Path]:
    """Write the SPSS file and its README; returns both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    settled, cells = settle(columns, rows)
    readme = folder / "README.txt"
    readme.write_text(_README, encoding="utf-8", newline="\n")
    return [write_sav(folder / FILE, settled, cells, TITLE), readme]


def _row(subject: Subject) -> Row:
    known = words.VISIT_LABS.keys() | words.SCORES.keys()
    strange = sorted({r.test for r in subject.results} - known)
    if strange:
        raise ValueError(f"{subject.local_id}: the file has no column for {', '.join(strange)}")
    row = _baseline(subject)
    for n, dose in enumerate(subject.doses, 1):
        row |= _numbered("d", n, _dose(dose))
    for stem, tests, make in (("v", words.VISIT_LABS, _visit), ("s", words.SCORES, _scores)):
        groups = results_by_start(subject, tests.__contains__)
        for n, (start, results) in enumerate(groups, 1):
            row |= _numbered(stem, n, make(subject, start, results))
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
        for h in histories_of(subject, ("ORGAN MANIFESTATION", "OTHER CONDITION"))
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
    kind = "TARGET DOSE" if dose.kind == "TARGET" else "STEP-UP DOSE"
    return {
        "datum": dose.start,
        "art": _CODE["dose"][kind],
        "mg": dose.mg,
        "mgkg": dose.mg_per_kg,
        "gewicht": dose.weight_kg,
    }


def _visit(subject: Subject, start: str, results: Mapping[str, Result]) -> Row:
    row: Row = {"datum": start}
    for test, word in words.VISIT_LABS.items():
        if test in results:
            _check_unit(subject, results[test], word)
            row[word.stem] = _cell(results[test])
        elif test in words.CORE_LABS:
            row[word.stem] = _ABSENT
    return row


def _scores(subject: Subject, start: str, results: Mapping[str, Result]) -> Row:
    cells = {words.SCORES[test][0]: _cell(result) for test, result in results.items()}
    return {"datum": start, **cells}


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
    columns = list(BASELINE)
    for stem, group in GROUPS.items():
        for n in range(1, _highest(rows, stem) + 1):
            columns += [
                StatColumn(f"{stem}{n}_{c.name}", f"{c.label} ({n})", c.kind, c.labels, c.missing)
                for c in group
            ]
    return columns


def _highest(rows: Sequence[Row], stem: str) -> int:
    """Groups of a stem in the widest row; at least one, so that the columns exist at all."""
    first = GROUPS[stem][0].name
    widest = 1
    for row in rows:
        while f"{stem}{widest + 1}_{first}" in row:
            widest += 1
    return widest
