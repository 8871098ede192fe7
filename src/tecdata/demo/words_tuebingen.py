"""The words, codes and columns of the Tübingen files."""

from __future__ import annotations

from collections.abc import Mapping

from tecdata.demo.words_heidelberg import CODES

__all__ = ["LAB_NAMES", "LUNG", "SCORES", "SITES", "UNITS", "labels"]

#: Names the laboratory prints, by study test id.
LAB_NAMES: Mapping[str, str] = {
    "WBC": "Leukozyten",
    "LYM": "Lymphozyten abs.",
    "NEUT": "Neutrophile abs.",
    "PLAT": "Thrombozyten",
    "HGB": "Hämoglobin",
    "CREAT": "Kreatinin",
    "ALT": "ALAT",
    "AST": "ASAT",
    "CK": "Creatinkinase",
    "LDH": "LDH",
    "CRP": "CRP",
    "FERRITIN": "Ferritin",
    "INTLK6": "IL-6",
    "IGG": "IgG",
    "IGA": "IgA",
    "IGM": "IgM",
    "IGG4": "IgG4",
    "C3": "C3-Komplement",
    "C4": "C4-Komplement",
    "CALPRO": "Calprotectin (Stuhl)",
    "PROTCRT": "Protein/Kreatinin-Quotient",
    "ANA": "ANA-Titer",
    "DSDNA": "Anti-dsDNA-AK",
    "SCL70": "Anti-Scl-70-AK",
    "JO1": "Anti-Jo-1-AK",
    "VZVIGG": "VZV-IgG",
    "CD19": "B-Zellen (CD19+)",
    "CD3": "T-Zellen (CD3+)",
    "TEMP": "Temperatur",
}

#: CDISC unit terms as this laboratory prints them; other terms are written as they are.
UNITS: Mapping[str, str] = {
    "10^9/L": "Tsd/µl",
    "10^6/L": "/µl",
    "g/dL": "g/dl",
    "mg/dL": "mg/dl",
    "g/L": "g/l",
    "mg/L": "mg/l",
    "U/L": "U/l",
    "umol/L": "µmol/l",
    "ug/L": "ng/ml",
    "ng/L": "pg/ml",
    "IU/mL": "IE/ml",
    "U/mL": "U/ml",
    "IU/L": "mIE/ml",
    "mg/kg": "µg/g",
    "g/kg": "mg/g",
    "C": "°C",
}

#: Skin sites of the modified Rodnan skin score in the order of the study's MRSS01 to MRSS17.
SITES = (
    "Gesicht",
    "Thorax vorn",
    "Abdomen",
    "Finger rechts",
    "Finger links",
    "Handrücken rechts",
    "Handrücken links",
    "Unterarm rechts",
    "Unterarm links",
    "Oberarm rechts",
    "Oberarm links",
    "Oberschenkel rechts",
    "Oberschenkel links",
    "Unterschenkel rechts",
    "Unterschenkel links",
    "Fuß rechts",
    "Fuß links",
)

#: Columns of the score file, by study test id: name and label.
SCORES: Mapping[str, tuple[str, str]] = {
    "PTGA": ("ptga", "Patientenurteil (NRS 0-10)"),
    "MDGA": ("mdga", "Arzturteil (0-10)"),
    "HAQDI": ("haqdi", "HAQ-DI (0-3)"),
    "FACITF": ("facit", "FACIT-Fatigue (0-52)"),
    **{f"MRSS{i:02}": (f"mrss_{i:02}", f"mRSS {site} (0-3)") for i, site in enumerate(SITES, 1)},
    "MRSSTOT": ("mrss_summe", "mRSS Summe (0-51)"),
}

#: Columns of the lung function file, by study test id: name, label, unit (a UNIT term).
LUNG: Mapping[str, tuple[str, str, str]] = {
    "FVC": ("fvc_l", "FVC (l)", "L"),
    "FVCPP": ("fvc_soll", "FVC (% Soll)", "%"),
    "DLCO": ("dlco", "DLCO (mmol/min/kPa)", "mmol/min/kPa"),
    "DLCOPP": ("dlco_soll", "DLCO (% Soll)", "%"),
}

_OWN: Mapping[str, Mapping[int | float, str]] = {
    "dose": {1: "Titrationsdosis", 2: "Erhaltungsdosis"},
    "relation": {1: "sicher", 2: "möglich", 3: "unwahrscheinlich"},
    "outcome": {
        1: "genesen",
        2: "mit Folgeschäden",
        3: "abklingend",
        4: "fortbestehend",
        5: "verstorben",
        9: "k. A.",
    },
    "skin": {0: "normal", 1: "leicht", 2: "mäßig", 3: "schwer"},
    "history": {0: "Diagnose", 1: "Organbeteiligung", 2: "Nebendiagnose"},
    "medication": {
        1: "Vorbehandlung",
        2: "Prämedikation",
        3: "CRS-Behandlung",
        4: "IVIG-Substitution",
        5: "Kortison",
        6: "Prophylaxe",
        7: "Therapie UE",
    },
}


def labels(kind: str) -> dict[int | float, str]:
    """Value labels of one kind of coded column, in the words of this centre.

    >>> labels("skin")[3]
    'schwer'
    """
    if kind in _OWN:
        return dict(_OWN[kind])
    return {code: label for code, (_, label) in CODES[kind].items()}
