"""The fields of the Aarhus REDCap project: one list for the export and the data dictionary."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from tecdata.demo import words_aarhus as words

__all__ = ["FIELDS", "INSTRUMENTS", "Field", "data_dictionary"]

#: Instruments: name -> label.
INSTRUMENTS: Mapping[str, str] = {
    "basisoplysninger": "Basisoplysninger",
    "sygehistorie": "Sygehistorie",
    "injektion": "Teclistamab-injektion",
    "laboratorieproever": "Laboratorieprøver",
    "sygdomsaktivitet": "Sygdomsaktivitet",
    "lungefunktion": "Lungefunktion",
    "haendelser": "Uønskede hændelser",
    "medicin": "Medicin",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """A column of the export: a field, a choice of a checkbox field, or one of REDCap's own.

    ``kind`` is the dictionary's field type, empty for REDCap's own columns.
    """

    name: str
    instrument: str = ""
    kind: str = ""
    label: str = ""
    choices: str = ""
    validation: str = ""


def _choices(labels: list[str]) -> str:
    return " | ".join(f"{n}, {label}" for n, label in enumerate(labels, 1))


_YES_NO = "1, Ja | 0, Nej"
_KIND = {
    "t": "text",
    "d": "text",
    "n": "text",
    "k": "text",
    "h": "text",
    "r": "radio",
    "o": "notes",
}
_VALIDATION = {"d": "date_ymd", "n": "number", "k": "number_comma_decimal", "h": "time"}

#: Instrument -> fields as (name, code of its kind, label, choices).
_PLAN: Mapping[str, tuple[tuple[str, str, str, str], ...]] = {
    "basisoplysninger": (
        ("koen", "r", "Køn", _choices(list(words.SEX.values()))),
        ("alder", "n", "Alder ved første injektion (år)", ""),
        ("foedselsaar", "n", "Fødselsår", ""),
        ("diagnose", "t", "Diagnose", ""),
        ("diagnose_dato", "t", "Diagnosedato (dd-mm-åååå, evt. kun år)", ""),
        ("sygdomsvarighed", "k", "Sygdomsvarighed (år)", ""),
        ("organ", "c", "Organmanifestationer", _choices(list(words.ORGANS.values()))),
        ("organ_andet", "t", "Andre organmanifestationer", ""),
        (
            "antistof",
            "c",
            "Positive antistoffer",
            _choices([w for _, w in words.ANTIBODIES.values()]),
        ),
        ("tidl_behandling", "t", "Tidligere behandling", ""),
        ("samtykke_dato", "d", "Dato for samtykke", ""),
        ("sidste_kontakt", "d", "Sidste kontakt", ""),
        ("doed", "r", "Død", _YES_NO),
        ("doed_dato", "d", "Dødsdato", ""),
        ("doed_aarsag", "t", "Dødsårsag", ""),
        ("kum_dosis", "k", "Kumuleret dosis (mg/kg)", ""),
        ("bemaerkninger", "o", "Bemærkninger", ""),
    ),
    "sygehistorie": (
        ("syg_type", "r", "Type", _choices(list(words.HISTORY_KINDS.values()))),
        ("syg_tekst", "t", "Sygdom", ""),
        ("syg_siden", "t", "Siden (dd-mm-åååå, evt. kun år)", ""),
    ),
    "injektion": (
        ("inj_nr", "n", "Injektion nr.", ""),
        ("inj_dato", "d", "Dato", ""),
        ("inj_tid", "h", "Klokkeslæt", ""),
        ("inj_type", "r", "Type", "1, Optrapningsdosis | 2, Måldosis"),
        ("inj_mg", "n", "Dosis (mg)", ""),
        ("inj_mgkg", "n", "Dosistrin (mg/kg legemsvægt)", ""),
        ("inj_vaegt", "n", "Vægt (kg)", ""),
    ),
    "laboratorieproever": (
        ("lab_dato", "d", "Prøvetagningsdato", ""),
        ("lab_tid", "h", "Prøvetagningstid", ""),
        ("lab_npu", "t", "NPU-kode", ""),
        ("lab_analyse", "t", "Analyse, hvis NPU-kode mangler", ""),
        ("lab_resultat", "t", "Resultat", ""),
        ("lab_enhed", "t", "Enhed", ""),
        ("lab_ref_nedre", "t", "Referenceinterval, nedre", ""),
        ("lab_ref_oevre", "t", "Referenceinterval, øvre", ""),
    ),
    "sygdomsaktivitet": (
        ("akt_dato", "d", "Dato", ""),
        ("akt_tid", "h", "Klokkeslæt", ""),
        *((name, "k", label, "") for name, label in words.SCORES.values()),
    ),
    "lungefunktion": (
        ("lf_dato", "d", "Dato", ""),
        ("lf_tid", "h", "Klokkeslæt", ""),
        *((name, "k", label, "") for name, label, _ in words.LUNG.values()),
    ),
    "haendelser": (
        ("ae_nr", "t", "Hændelse nr.", ""),
        ("ae_tekst", "t", "Hændelse", ""),
        ("ae_start", "d", "Start", ""),
        ("ae_start_tid", "h", "Start, klokkeslæt", ""),
        ("ae_start_usikker", "t", "Start, hvis datoen er usikker", ""),
        ("ae_slut", "t", "Slut (dd-mm-åååå)", ""),
        ("ae_slut_tid", "h", "Slut, klokkeslæt", ""),
        ("ae_grad", "r", "Grad", _choices([f"Grad {n}" for n in range(1, 6)])),
        ("ae_skala", "r", "Gradinddeling", _choices(list(words.SCALES.values()))),
        ("ae_alvorlig", "r", "Alvorlig", _YES_NO),
        ("ae_indlagt", "r", "Indlæggelse", _YES_NO),
        ("ae_relation", "r", "Sammenhæng", _choices(list(words.RELATIONS.values()))),
        ("ae_udfald", "r", "Udfald", _choices(list(words.OUTCOMES.values()))),
        ("ae_efter_inj", "n", "Efter injektion nr.", ""),
        ("crs_temp", "k", "CRS: højeste temperatur (°C)", ""),
        ("crs_hypotension", "r", "CRS: hypotension", _YES_NO),
        ("crs_hypoksi", "r", "CRS: hypoksi", _YES_NO),
    ),
    "medicin": (
        ("med_nr", "t", "Nr.", ""),
        ("med_navn", "t", "Præparat", ""),
        ("med_type", "r", "Type", _choices(list(words.MEDICATION_KINDS.values()))),
        ("med_start", "t", "Start (dd-mm-åååå, evt. kun måned og år)", ""),
        ("med_start_tid", "h", "Start, klokkeslæt", ""),
        ("med_slut", "t", "Slut (dd-mm-åååå)", ""),
        ("med_slut_tid", "h", "Slut, klokkeslæt", ""),
        ("med_fortsat", "r", "Fortsætter", _YES_NO),
        ("med_dosis", "k", "Dosis", ""),
        ("med_enhed", "t", "Enhed", ""),
        ("med_hyppighed", "t", "Hyppighed", ""),
        ("med_vej", "t", "Administrationsvej", ""),
        ("med_indikation", "t", "Indikation", ""),
        ("med_ae_nr", "t", "På grund af hændelse nr.", ""),
    ),
}


def _columns() -> Iterator[Field]:
    yield Field("record_id", "basisoplysninger", "text", "Record ID")
    yield Field("redcap_repeat_instrument")
    yield Field("redcap_repeat_instance")
    for instrument, fields in _PLAN.items():
        for name, code, label, choices in fields:
            if code == "c":
                for n in range(1, choices.count("|") + 2):
                    yield Field(f"{name}___{n}")
            else:
                yield Field(
                    name, instrument, _KIND[code], label, choices, _VALIDATION.get(code, "")
                )
        yield Field(f"{instrument}_complete")


#: Columns of the export, left to right.
FIELDS: tuple[Field, ...] = tuple(_columns())


def data_dictionary() -> Iterator[list[str]]:
    """Rows of the project's data dictionary as REDCap exports it, header first."""
    yield [
        "Variable / Field Name",
        "Form Name",
        "Field Type",
        "Field Label",
        "Choices, Calculations, OR Slider Labels",
        "Text Validation Type OR Show Slider Number",
    ]
    yield ["record_id", "basisoplysninger", "text", "Record ID", "", ""]
    for instrument, fields in _PLAN.items():
        for name, code, label, choices in fields:
            kind = "checkbox" if code == "c" else _KIND[code]
            yield [name, instrument, kind, label, choices, _VALIDATION.get(code, "")]
