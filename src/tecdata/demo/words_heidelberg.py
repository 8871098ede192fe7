"""The words, codes and columns of the Heidelberg SPSS file."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

__all__ = [
    "CODES",
    "CORE_LABS",
    "FREQUENCIES",
    "ROUTES",
    "SCORES",
    "UNITS",
    "VISIT_LABS",
    "LabWord",
    "labels",
]


@dataclasses.dataclass(frozen=True, slots=True)
class LabWord:
    """A measured column of a visit: its stem, label and unit (a UNIT term)."""

    stem: str
    label: str
    unit: str = ""


#: Columns of a visit that hold laboratory values, by study test id.
VISIT_LABS: Mapping[str, LabWord] = {
    "WBC": LabWord("leuko", "Leukozyten (/nl)", "10^9/L"),
    "LYM": LabWord("lympho", "Lymphozyten absolut (/nl)", "10^9/L"),
    "NEUT": LabWord("neutro", "Neutrophile absolut (/nl)", "10^9/L"),
    "PLAT": LabWord("thrombo", "Thrombozyten (/nl)", "10^9/L"),
    "HGB": LabWord("hb", "Hämoglobin (g/dl)", "g/dL"),
    "CREAT": LabWord("krea", "Kreatinin (mg/dl)", "mg/dL"),
    "ALT": LabWord("gpt", "GPT (U/l)", "U/L"),
    "AST": LabWord("got", "GOT (U/l)", "U/L"),
    "CK": LabWord("ck", "Kreatinkinase (U/l)", "U/L"),
    "LDH": LabWord("ldh", "Laktatdehydrogenase (U/l)", "U/L"),
    "CRP": LabWord("crp", "C-reaktives Protein (mg/l)", "mg/L"),
    "FERRITIN": LabWord("ferritin", "Ferritin (µg/l)", "ug/L"),
    "INTLK6": LabWord("il6", "Interleukin-6 (ng/l)", "ng/L"),
    "IGG": LabWord("igg", "Immunglobulin G (g/l)", "g/L"),
    "IGA": LabWord("iga", "Immunglobulin A (g/l)", "g/L"),
    "IGM": LabWord("igm", "Immunglobulin M (g/l)", "g/L"),
    "IGG4": LabWord("igg4", "IgG-Subklasse 4 (g/l)", "g/L"),
    "C3": LabWord("c3", "Komplement C3 (g/l)", "g/L"),
    "C4": LabWord("c4", "Komplement C4 (g/l)", "g/L"),
    "CALPRO": LabWord("calpro", "Calprotectin im Stuhl (µg/g)", "mg/kg"),
    "PROTCRT": LabWord("upcr", "Protein/Kreatinin im Urin (mg/g)", "g/kg"),
    "ANA": LabWord("ana_titer", "ANA-Titer (IIF, HEp-2)"),
    "DSDNA": LabWord("dsdna", "Anti-dsDNA-AK (IE/ml)", "IU/mL"),
    "VZVIGG": LabWord("vzv", "VZV-IgG (mIE/ml)", "IU/L"),
    "CD19": LabWord("cd19", "B-Zellen CD19+ (/µl)", "10^6/L"),
    "CD3": LabWord("cd3", "T-Zellen CD3+ (/µl)", "10^6/L"),
}

#: Tests asked for at every visit: where the result is not there the file says -99.
CORE_LABS = ("WBC", "LYM", "PLAT", "HGB", "CREAT", "CRP", "IGG")

#: Columns of a score visit, by study test id: stem and label.
SCORES: Mapping[str, tuple[str, str]] = {
    "PTGA": ("ptga", "Patientenurteil Krankheitsaktivität (0-10)"),
    "HAQDI": ("haq", "HAQ-DI (0-3)"),
    "FACITF": ("facit", "FACIT-Fatigue Summe (0-52)"),
    "PGA": ("pga", "Arzturteil SLE-Aktivität, PGA (0-3)"),
    **{f"SLEDAI{i:02}": (f"sledai{i:02}", f"SLEDAI-2K Item {i}") for i in range(1, 25)},
    "SLEDAITOT": ("sledai_sum", "SLEDAI-2K Summe"),
}

#: Value-labelled columns: code -> (canonical term, label in the file).
CODES: Mapping[str, Mapping[int, tuple[str, str]]] = {
    "sex": {1: ("F", "weiblich"), 2: ("M", "männlich"), 3: ("U", "divers")},
    "yes_no": {0: ("N", "nein"), 1: ("Y", "ja")},
    "status": {1: ("ALIVE AT DATA CUT", "lebt"), 2: ("DEATH", "verstorben")},
    "dose": {
        1: ("STEP-UP DOSE", "Aufdosierung"),
        2: ("TARGET DOSE", "Zieldosis"),
    },
    "scale": {1: ("ASTCT 2019", "ASTCT 2019"), 2: ("CTCAE V5.0", "CTCAE v5.0")},
    "relation": {
        1: ("RELATED", "wahrscheinlich"),
        2: ("POSSIBLY RELATED", "möglich"),
        3: ("NOT RELATED", "kein Zusammenhang"),
    },
    "outcome": {
        1: ("RECOVERED/RESOLVED", "wiederhergestellt"),
        2: ("RECOVERED/RESOLVED WITH SEQUELAE", "mit Folgeschäden"),
        3: ("RECOVERING/RESOLVING", "in Besserung"),
        4: ("NOT RECOVERED/NOT RESOLVED", "andauernd"),
        5: ("FATAL", "verstorben"),
        9: ("UNKNOWN", "unbekannt"),
    },
    "medication": {
        1: ("PRIOR THERAPY", "Vortherapie"),
        2: ("PREMEDICATION", "Prämedikation"),
        3: ("CRS TREATMENT", "CRS-Therapie"),
        4: ("IMMUNOGLOBULIN REPLACEMENT", "Immunglobulinsubstitution"),
        5: ("GLUCOCORTICOID", "Glukokortikoid"),
        6: ("PROPHYLAXIS", "Prophylaxe"),
        7: ("AE TREATMENT", "UE-Therapie"),
    },
    "history": {
        1: ("ORGAN MANIFESTATION", "Organmanifestation"),
        2: ("OTHER CONDITION", "Vorerkrankung"),
    },
}

#: CDISC terms as this centre abbreviates them; other terms are written as they are.
UNITS: Mapping[str, str] = {"ug": "µg"}
FREQUENCIES: Mapping[str, str] = {
    "ONCE": "einmalig",
    "QD": "1x tgl.",
    "BID": "2x tgl.",
    "TID": "3x tgl.",
    "QID": "4x tgl.",
    "QOD": "jeden 2. Tag",
    "EVERY WEEK": "1x/Woche",
    "EVERY 2 WEEKS": "alle 2 Wochen",
    "EVERY 3 WEEKS": "alle 3 Wochen",
    "EVERY 4 WEEKS": "alle 4 Wochen",
    "EVERY 8 WEEKS": "alle 8 Wochen",
    "2 TIMES PER WEEK": "2x/Woche",
    "3 TIMES PER WEEK": "3x/Woche",
    "QM": "1x/Monat",
    "PRN": "bei Bedarf",
}
ROUTES: Mapping[str, str] = {
    "ORAL": "p.o.",
    "INTRAVENOUS": "i.v.",
    "SUBCUTANEOUS": "s.c.",
    "INTRAMUSCULAR": "i.m.",
    "TOPICAL": "topisch",
}


def labels(kind: str) -> dict[int | float, str]:
    """Value labels of one kind of coded column.

    >>> labels("yes_no")
    {0: 'nein', 1: 'ja'}
    """
    return {code: label for code, (_, label) in CODES[kind].items()}
