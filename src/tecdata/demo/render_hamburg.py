"""Hamburg: six semicolon files in Windows-1252 from a registry programme.

Decimal commas, CRLF, dates ``dd.mm.yy`` with times where known, results as a long list with the
laboratory's own names and units, which changed over the years.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tecdata.demo.german import choose
from tecdata.demo.grouping import in_order
from tecdata.demo.results_hamburg import LABS, SCORE_LIST, labs, local_id, moment, number, scores
from tecdata.demo.words_hamburg import (
    ANALYTES,
    CATEGORIES,
    FREQUENCIES,
    OUTCOMES,
    RELATED,
    ROMAN,
    ROUTES,
    SCORES,
)

if TYPE_CHECKING:
    from tecdata.demo.model import AdverseEvent, History, Medication, Subject

__all__ = ["ENCODING", "render"]

ENCODING = "cp1252"

_FIRST_LINE = "# Beispieldaten: alle Verlaufsdaten sind synthetisch und gehören zu keiner Person"
_README = (
    "Export TEC-Register Hamburg",
    "",
    "Beispieldaten. Alle Verlaufsdaten (Gaben, Labor, Ereignisse, Scores, Medikation) sind synthetisch",
    "und gehören zu keiner Person. Grunddaten nach Tabelle 1 der veröffentlichten Fallserie.",
    "",
    "Zeichensatz Windows-1252, Trennzeichen Semikolon, Dezimalkomma, Datum TT.MM.JJ [hh:mm]",
    "n.b. = nicht bestimmt; Grad ohne Angabe der Skala = CTCAE 5.0; CRS nach ASTCT 2019",
)
_YES_NO = {True: "J", False: "N", None: ""}


def render(subjects: Sequence[Subject], folder: Path) -> list[Path]:
    """Write the Hamburg files for their subjects (any number, also none) into ``folder``.

    Returns the paths written. The bytes depend on the subjects alone. Raises
    ``UnicodeEncodeError`` for a text that Windows-1252 does not have, ``ValueError`` for a test
    the centre has no name for.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ordered = in_order(subjects, "HH")
    without_place = {r.test for s in ordered for r in s.results} - {*ANALYTES, *SCORES}
    if without_place:
        raise ValueError(f"no name in the files for the tests: {', '.join(sorted(without_place))}")
    readme = folder / "README.txt"
    readme.write_bytes(("\r\n".join(_README) + "\r\n").encode(ENCODING))
    files = {
        "HH_Patienten.csv": (_PATIENTS, _patients(ordered)),
        "HH_Gaben.csv": (_DOSES, _doses(ordered)),
        "HH_Labor.csv": (LABS, labs(ordered)),
        "HH_UE.csv": (_EVENTS, _events(ordered)),
        "HH_Scores.csv": (SCORE_LIST, scores(ordered)),
        "HH_Medikation.csv": (_MEDICATIONS, _medications(ordered)),
    }
    return [readme, *(_write(folder / name, *table) for name, table in files.items())]


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    lines = [_FIRST_LINE, *(";".join(map(_quoted, row)) for row in (header, *rows))]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(ENCODING))
    return path


def _quoted(text: str) -> str:
    if any(mark in text for mark in ';"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


_PATIENTS = (
    "PatNr",
    "Geschl.",
    "GebJahr",
    "Alter",
    "Einwilligung",
    "Diagnose",
    "ED",
    "Krankheitsdauer [J]",
    "Organmanifestationen",
    "Auto-AK",
    "Begleiterkrankungen",
    "letzter Kontakt",
    "Status",
    "verstorben am",
    "Todesursache",
)


def _patients(subjects: Sequence[Subject]) -> Iterable[tuple[str, ...]]:
    for subject in subjects:
        diagnosis = next((h for h in subject.histories if h.category == "PRIMARY DIAGNOSIS"), None)
        organs = [_dated(h) for h in subject.histories if h.category == "ORGAN MANIFESTATION"]
        others = [_dated(h) for h in subject.histories if h.category == "OTHER CONDITION"]
        yield (
            subject.local_id,
            {"F": "W", "M": "M"}[subject.sex],
            str(subject.birth_year),
            str(subject.age),
            moment(subject.consent),
            diagnosis.verbatim if diagnosis else "",
            moment(diagnosis.start) if diagnosis else "",
            number(subject.disease_duration_y),
            ", ".join(organs),
            ", ".join(subject.autoantibody_words),
            ", ".join(others),
            moment(subject.last_contact),
            "verstorben" if subject.death else "in Beobachtung",
            moment(subject.death),
            subject.death_cause,
        )


def _dated(history: History) -> str:
    return f"{history.verbatim} ({moment(history.start)})" if history.start else history.verbatim


_DOSES = ("PatNr", "Nr", "Zeitpunkt", "Phase", "mg/kg", "KG [kg]", "Dosis [mg]")


def _doses(subjects: Sequence[Subject]) -> Iterable[tuple[str, ...]]:
    for subject in subjects:
        for dose in subject.doses:
            step = dose.kind.removeprefix("STEP-UP ")
            yield (
                local_id(subject, "doses"),
                str(dose.number),
                moment(dose.start),
                "Erhaltungsdosis" if dose.kind == "TARGET" else f"Aufdosierung {step}",
                number(dose.mg_per_kg),
                number(dose.weight_kg),
                number(dose.mg),
            )


_EVENTS = (
    "PatNr",
    "UE-Nr",
    "Ereignis",
    "Beginn",
    "Ende",
    "Grad",
    "SUE",
    "Krankenhaus",
    "Kausalität",
    "Ausgang",
    "letzte Gabe",
    "Tmax [°C]",
    "Hypotonie",
    "Hypoxie",
    "Therapie (Med-Nr)",
)


def _events(subjects: Sequence[Subject]) -> Iterable[tuple[str, ...]]:
    for subject in subjects:
        for event in subject.events:
            key = (subject.local_id, "UE", event.key)
            yield (
                local_id(subject, "events"),
                event.key,
                event.verbatim,
                moment(event.start),
                moment(event.end) or "andauernd",
                _grade(event, key),
                _YES_NO[event.serious],
                _YES_NO[event.hospitalised],
                choose(RELATED[event.related], *key, "Kausalität"),
                choose(OUTCOMES.get(event.outcome, (event.outcome,)), *key, "Ausgang"),
                str(event.dose),
                number(event.temperature_c),
                _YES_NO[event.hypotension],
                _YES_NO[event.hypoxia],
                ", ".join(event.treatments),
            )


def _grade(event: AdverseEvent, key: tuple[object, ...]) -> str:
    if event.scale.startswith("ASTCT"):
        return choose((f"ASTCT {event.grade}", f"ASTCT Grad {event.grade}"), *key, "Grad")
    return choose((f"CTCAE {event.grade}", f"Grad {ROMAN[event.grade]}"), *key, "Grad")


_MEDICATIONS = (
    "PatNr",
    "Nr",
    "Medikament",
    "Art",
    "von",
    "bis",
    "Dosis",
    "Einheit",
    "Schema",
    "Gabeweg",
    "Grund",
)


def _medications(subjects: Sequence[Subject]) -> Iterable[tuple[str, ...]]:
    for subject in subjects:
        for medication in subject.medications:
            yield (local_id(subject, "medications"), *_medication(medication))


def _medication(medication: Medication) -> tuple[str, ...]:
    return (
        medication.key,
        medication.verbatim,
        CATEGORIES.get(medication.category, medication.category),
        moment(medication.start),
        "weiter" if medication.ongoing else moment(medication.end),
        number(medication.dose),
        medication.unit,
        FREQUENCIES.get(medication.frequency, medication.frequency),
        ROUTES.get(medication.route, medication.route),
        medication.indication,
    )
