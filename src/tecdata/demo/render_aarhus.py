"""Aarhus: one REDCap export (API, raw headers, Danish labels) and the project's data dictionary.

Repeating instruments are rows of the same file (``redcap_repeat_instrument`` and ``…_instance``),
checkbox fields a column for each choice (``organ___1``). Validated dates come as ``YYYY-MM-DD``;
where a date may be partial the field is free text, ``dd-mm-yyyy``. Results are free text with a
decimal comma, named by NPU code where the laboratory has one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tecdata.demo import words_aarhus as words
from tecdata.demo.aarhus_fields import FIELDS, INSTRUMENTS, data_dictionary
from tecdata.demo.german import chance, number_text, split_start
from tecdata.demo.grouping import event_links, in_order, listable, results_by_start

if TYPE_CHECKING:
    from tecdata.demo.model import History, Medication, Result, Subject

__all__ = ["DICTIONARY", "FILE", "render"]

FILE = "AUH_teclistamab_DATA_LABELS.csv"
DICTIONARY = "AUH_teclistamab_DataDictionary.csv"
_README = """\
Aarhus: eksport fra REDCap (labels) og projektets data dictionary.

Forløbsdata i disse filer er syntetiske (opdigtede); kun stamdata følger den offentliggjorte
tabel 1. The longitudinal data in these files are synthetic.
"""
_YES = {True: "Ja", False: "Nej", None: ""}
_CHECKED = {True: "Checked", False: "Unchecked"}

Row = dict[str, str]


def render(subjects: Sequence[Subject], folder: Path) -> list[Path]:
    """Write the export, the data dictionary and the README; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [row for subject in in_order(subjects, "AH") for row in _rows(subject)]
    data, dictionary, readme = (folder / n for n in (FILE, DICTIONARY, "README.txt"))
    # The byte order mark is what REDCap writes so that Excel sees UTF-8.
    data.write_text(_csv([f.name for f in FIELDS], rows), encoding="utf-8-sig", newline="")
    header, *lines = data_dictionary()
    dictionary.write_text(
        _csv(header, [dict(zip(header, line, strict=True)) for line in lines]),
        encoding="utf-8-sig",
        newline="",
    )
    readme.write_text(_README, encoding="utf-8", newline="\n")
    return [data, dictionary, readme]


def _csv(header: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _rows(subject: Subject) -> Iterable[Row]:
    yield _baseline(subject)
    for instrument, make in _REPEATING.items():
        for instance, cells in enumerate(make(subject), 1):
            yield {
                "record_id": subject.local_id,
                "redcap_repeat_instrument": INSTRUMENTS[instrument],
                "redcap_repeat_instance": str(instance),
                **cells,
                f"{instrument}_complete": "Complete",
            }


def _baseline(subject: Subject) -> Row:
    (diagnosis,) = [h for h in subject.histories if h.category == "PRIMARY DIAGNOSIS"]
    organs = _organs(subject)
    ticked = {h.verbatim for h in organs} & set(words.ORGANS.values())
    return {
        "record_id": subject.local_id,
        "koen": words.SEX[subject.sex],
        "alder": str(subject.age),
        "foedselsaar": str(subject.birth_year),
        "diagnose": diagnosis.verbatim,
        "diagnose_dato": _danish_date(diagnosis.start),
        "sygdomsvarighed": number_text(subject.disease_duration_y),
        **{f"organ___{n}": _CHECKED[label in ticked] for n, label in words.ORGANS.items()},
        "organ_andet": ", ".join(h.verbatim for h in organs if h.verbatim not in ticked),
        **{
            f"antistof___{n}": _CHECKED[test in subject.autoantibodies]
            for n, (test, _) in words.ANTIBODIES.items()
        },
        "tidl_behandling": ", ".join(m.verbatim for m in _prior(subject)),
        "samtykke_dato": subject.consent,
        "sidste_kontakt": subject.last_contact,
        "doed": _YES[bool(subject.death)],
        "doed_dato": subject.death,
        "doed_aarsag": subject.death_cause,
        "kum_dosis": number_text(subject.cumulative_mg_per_kg),
        "bemaerkninger": 'Forløbet er syntetisk.\nSe også journalen, "Teclistamab".',
        "basisoplysninger_complete": "Complete",
    }


def _organs(subject: Subject) -> list[History]:
    """Organ manifestations that the checkboxes and the line below them can hold."""
    organs = [h for h in subject.histories if h.category == "ORGAN MANIFESTATION"]
    once = [h.verbatim for h in organs]
    return [h for h in organs if listable(h) and once.count(h.verbatim) == 1]


def _prior(subject: Subject) -> list[Medication]:
    return [m for m in subject.medications if m.category == "PRIOR THERAPY" and listable(m)]


def _danish_date(iso: str) -> str:
    """``2024-04-03`` as ``03-04-2024``, ``2024-04`` as ``04-2024``."""
    return "-".join(reversed(iso.split("-")))


def _histories(subject: Subject) -> Iterable[Row]:
    listed = _organs(subject)
    for history in subject.histories:
        if history.category != "PRIMARY DIAGNOSIS" and history not in listed:
            yield {
                "syg_type": words.HISTORY_KINDS[history.category],
                "syg_tekst": history.verbatim,
                "syg_siden": _danish_date(history.start),
            }


def _doses(subject: Subject) -> Iterable[Row]:
    for dose in subject.doses:
        date, time = split_start(dose.start)
        yield {
            "inj_nr": str(dose.number),
            "inj_dato": date,
            "inj_tid": time,
            "inj_type": "Måldosis" if dose.kind == "TARGET" else "Optrapningsdosis",
            "inj_mg": f"{dose.mg:f}",
            "inj_mgkg": f"{dose.mg_per_kg.normalize():f}",
            "inj_vaegt": f"{dose.weight_kg:f}",
        }


def _labs(subject: Subject) -> Iterable[Row]:
    for result in subject.results:
        if result.test in words.SCORES or result.test in words.LUNG:
            continue
        date, time = split_start(result.start)
        code = words.NPU.get((result.test, result.unit), "")
        yield {
            "lab_dato": date,
            "lab_tid": time,
            "lab_npu": code,
            "lab_analyse": "" if code else words.LAB_NAMES[result.test],
            "lab_resultat": _result_text(result),
            "lab_enhed": "titer"
            if result.test == "ANA"
            else words.UNITS.get(result.unit, result.unit),
            "lab_ref_nedre": "" if result.low is None else number_text(result.low),
            "lab_ref_oevre": "" if result.high is None else number_text(result.high),
        }


def _result_text(result: Result) -> str:
    if result.value is None:
        return "ikke målt" if result.not_done else result.text
    gap = " " if result.operator and chance("AH", result.test, result.start) < 0.3 else ""
    titre = "1:" if result.test == "ANA" else ""
    return f"{result.operator}{gap}{titre}{number_text(result.value)}"


def _scores(subject: Subject) -> Iterable[Row]:
    return _wide(subject, "akt", {test: name for test, (name, _) in words.SCORES.items()})


def _lung(subject: Subject) -> Iterable[Row]:
    return _wide(subject, "lf", {test: name for test, (name, _, _) in words.LUNG.items()})


def _wide(subject: Subject, prefix: str, names: Mapping[str, str]) -> Iterable[Row]:
    for start, results in results_by_start(subject, names.__contains__):
        date, time = split_start(start)
        yield {
            f"{prefix}_dato": date,
            f"{prefix}_tid": time,
            **{names[test]: _result_text(result) for test, result in results.items()},
        }


def _events(subject: Subject) -> Iterable[Row]:
    for event in subject.events:
        date, time = split_start(event.start)
        whole = len(date) == 10
        yield {
            "ae_nr": event.key,
            "ae_tekst": event.verbatim,
            "ae_start": date if whole else "",
            "ae_start_tid": time,
            "ae_start_usikker": "" if whole else _danish_date(date),
            "ae_slut": _danish_date(event.end.partition("T")[0]),
            "ae_slut_tid": split_start(event.end)[1],
            "ae_grad": f"Grad {event.grade}",
            "ae_skala": words.SCALES[event.scale],
            "ae_alvorlig": _YES[event.serious],
            "ae_indlagt": _YES[event.hospitalised],
            "ae_relation": words.RELATIONS[event.related],
            "ae_udfald": words.OUTCOMES[event.outcome],
            "ae_efter_inj": str(event.dose or ""),
            "crs_temp": "" if event.temperature_c is None else number_text(event.temperature_c),
            "crs_hypotension": _YES[event.hypotension],
            "crs_hypoksi": _YES[event.hypoxia],
        }


def _medications(subject: Subject) -> Iterable[Row]:
    links = event_links(subject)
    listed = _prior(subject)
    for medication in subject.medications:
        if medication in listed:
            continue
        yield {
            "med_nr": medication.key,
            "med_navn": medication.verbatim,
            "med_type": words.MEDICATION_KINDS[medication.category],
            "med_start": _danish_date(split_start(medication.start)[0]),
            "med_start_tid": split_start(medication.start)[1],
            "med_slut": _danish_date(split_start(medication.end)[0]),
            "med_slut_tid": split_start(medication.end)[1],
            "med_fortsat": _YES[medication.ongoing],
            "med_dosis": "" if medication.dose is None else number_text(medication.dose),
            "med_enhed": medication.unit,
            "med_hyppighed": words.FREQUENCIES.get(medication.frequency, medication.frequency),
            "med_vej": words.ROUTES.get(medication.route, medication.route),
            "med_indikation": medication.indication,
            "med_ae_nr": links.get(medication.key, ""),
        }


_REPEATING = {
    "sygehistorie": _histories,
    "injektion": _doses,
    "laboratorieproever": _labs,
    "sygdomsaktivitet": _scores,
    "lungefunktion": _lung,
    "haendelser": _events,
    "medicin": _medications,
}
