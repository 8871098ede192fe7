"""The columns of the Tübingen Stata files and of the laboratory sheet."""

from __future__ import annotations

from collections.abc import Mapping

from tecdata.demo import words_tuebingen as words
from tecdata.demo.statistics_files import StatColumn

__all__ = ["COLUMNS", "LAB_HEADER"]


def _coded(name: str, label: str, kind: str) -> StatColumn:
    return StatColumn(name, label, "number", words.labels(kind))


_ID = StatColumn("pat_id", "Patient", "text")
_DAY = (StatColumn("datum", "Datum", "date"), StatColumn("uhrzeit", "Uhrzeit", "text"))

#: Columns of the laboratory sheet.
LAB_HEADER = (
    "Patient",
    "Entnahmedatum",
    "Uhrzeit",
    "Parameter",
    "Ergebnis",
    "Einheit",
    "Referenz unten",
    "Referenz oben",
)


#: Stata files: name -> (title, columns).
COLUMNS: Mapping[str, tuple[str, tuple[StatColumn, ...]]] = {
    "baseline.dta": (
        "Stammdaten",
        (
            _ID,
            _coded("geschlecht", "Geschlecht", "sex"),
            StatColumn("alter", "Alter (Jahre)"),
            StatColumn("gebjahr", "Geburtsjahr"),
            StatColumn("krankheitsdauer", "Erkrankungsdauer (Jahre)"),
            StatColumn("autoak", "Autoantikörper (positiv)", "text"),
            StatColumn("einwilligung", "Einwilligung am", "date"),
            StatColumn("letzter_kontakt", "Letzter Kontakt am", "date"),
            _coded("status", "Status bei letztem Kontakt", "status"),
            StatColumn("todesdatum", "Verstorben am", "date"),
            StatColumn("todesursache", "Todesursache", "text"),
            StatColumn("dosis_kumulativ", "Kumulative Dosis mg/kg"),
        ),
    ),
    "diagnosen.dta": (
        "Diagnosen",
        (
            _ID,
            _coded("art", "Art", "history"),
            StatColumn("diagnose", "Diagnose", "text"),
            StatColumn("seit", "Seit", "date"),
        ),
    ),
    "gaben.dta": (
        "Teclistamab-Gaben",
        (
            _ID,
            StatColumn("gabe_nr", "Nummer der Gabe"),
            *_DAY,
            _coded("dosisart", "Dosisart", "dose"),
            StatColumn("dosis_mg", "Dosis (mg)"),
            StatColumn("mg_pro_kg", "Dosis (mg/kg KG)"),
            StatColumn("gewicht_kg", "Körpergewicht (kg)"),
        ),
    ),
    "scores.dta": (
        "Scores",
        (
            _ID,
            *_DAY,
            *(
                StatColumn(
                    name, label, "number", words.labels("skin") if name[5:].isdigit() else {}
                )
                for name, label in words.SCORES.values()
            ),
        ),
    ),
    "lungenfunktion.dta": (
        "Lungenfunktion",
        (_ID, *_DAY, *(StatColumn(name, label) for name, label, _ in words.LUNG.values())),
    ),
    "ereignisse.dta": (
        "Unerwuenschte Ereignisse",
        (
            _ID,
            StatColumn("ue_nr", "UE-Nummer", "text"),
            StatColumn("bezeichnung", "Unerwünschtes Ereignis", "text"),
            StatColumn("beginn", "Beginn", "date"),
            StatColumn("ende", "Ende (leer: andauernd)", "date"),
            StatColumn("grad", "Grad"),
            _coded("skala", "Gradeinteilung", "scale"),
            _coded("schwerwiegend", "Schwerwiegend", "yes_no"),
            _coded("hospitalisiert", "Stationär", "yes_no"),
            _coded("zusammenhang", "Zusammenhang mit Teclistamab", "relation"),
            _coded("ausgang", "Ausgang", "outcome"),
            StatColumn("letzte_gabe", "Letzte Gabe vor Beginn (Nr.)"),
            StatColumn("crs_temp", "CRS: Temperatur max. (°C)"),
            _coded("crs_hypotonie", "CRS: Hypotonie", "yes_no"),
            _coded("crs_hypoxie", "CRS: Hypoxie", "yes_no"),
        ),
    ),
    "medikation.dta": (
        "Medikation",
        (
            _ID,
            StatColumn("med_nr", "Nummer", "text"),
            StatColumn("wirkstoff", "Wirkstoff oder Handelsname", "text"),
            _coded("art", "Art", "medication"),
            StatColumn("beginn", "Beginn", "date"),
            StatColumn("ende", "Ende", "date"),
            _coded("laufend", "Läuft weiter", "yes_no"),
            StatColumn("dosis", "Einzeldosis"),
            StatColumn("einheit", "Einheit", "text"),
            StatColumn("frequenz", "Häufigkeit", "text"),
            StatColumn("applikation", "Applikation", "text"),
            StatColumn("indikation", "Indikation", "text"),
            StatColumn("ue_nr", "wegen UE-Nummer", "text"),
        ),
    ),
}
