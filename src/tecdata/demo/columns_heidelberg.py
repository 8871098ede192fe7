"""The columns of the Heidelberg SPSS file: one for the subject, groups for what is repeated."""

from __future__ import annotations

from collections.abc import Mapping

from tecdata.demo import words_heidelberg as words
from tecdata.demo.statistics_files import StatColumn

__all__ = ["BASELINE", "GROUPS", "MISSING"]

#: User-missing codes: the value is not there, the examination was not done.
MISSING = (-99, -98)
_MISSING_LABELS: Mapping[int | float, str] = {-99: "liegt nicht vor", -98: "nicht durchgeführt"}


def _coded(name: str, label: str, kind: str) -> StatColumn:
    return StatColumn(name, label, "number", words.labels(kind))


#: Columns that stand once.
BASELINE = (
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

#: Stem of a numbered group -> its columns; the first is filled in every repetition.
GROUPS: Mapping[str, tuple[StatColumn, ...]] = {
    "ve": (
        _coded("art", "Art der Diagnose", "history"),
        StatColumn("text", "Weitere Diagnose", "text"),
        StatColumn("seit", "seit", "date"),
    ),
    "d": (
        StatColumn("datum", "Teclistamab: Datum", "date"),
        _coded("art", "Teclistamab: Dosisart", "dose"),
        StatColumn("mg", "Teclistamab: Dosis (mg)"),
        StatColumn("mgkg", "Teclistamab: Dosisstufe (mg/kg KG)"),
        StatColumn("gewicht", "Körpergewicht am Gabetag (kg)"),
    ),
    "v": (
        StatColumn("datum", "Visite: Datum der Blutentnahme", "date"),
        *(
            StatColumn(w.stem, w.label, "number", _MISSING_LABELS, MISSING)
            for w in words.VISIT_LABS.values()
        ),
    ),
    "s": (
        StatColumn("datum", "Scores: Datum", "date"),
        *(
            StatColumn(stem, label, "number", _MISSING_LABELS, MISSING)
            for stem, label in words.SCORES.values()
        ),
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
