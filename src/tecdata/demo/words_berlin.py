"""The words, columns and units of the Berlin workbook."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

__all__ = [
    "CATEGORIES",
    "HINTS",
    "LAB_COLUMNS",
    "LUNG_COLUMNS",
    "OUTCOMES",
    "RELATED",
    "SCALES",
    "SCORE_GROUPS",
    "SEX",
    "SYNTHETIC",
    "UNIT_WORDS",
    "YES_NO",
    "LabColumn",
    "frequency_word",
    "known_tests",
    "route_word",
    "score_headers",
]


@dataclasses.dataclass(frozen=True, slots=True)
class LabColumn:
    """One column of the sheet Labor: study test id, header, band above it, unit if no data say."""

    test: str
    header: str
    band: str
    unit: str
    titre: bool = False


#: Columns of the sheet Labor, left to right.
LAB_COLUMNS: tuple[LabColumn, ...] = (
    LabColumn("WBC", "Leukozyten", "Blutbild", "10^9/L"),
    LabColumn("LYM", "Lymphozyten abs.", "Blutbild", "10^9/L"),
    LabColumn("NEUT", "Neutrophile abs.", "Blutbild", "10^9/L"),
    LabColumn("PLAT", "Thrombozyten", "Blutbild", "10^9/L"),
    LabColumn("HGB", "Hämoglobin", "Blutbild", "g/dL"),
    LabColumn("CREAT", "Kreatinin", "Klinische Chemie", "mg/dL"),
    LabColumn("ALT", "GPT (ALAT)", "Klinische Chemie", "U/L"),
    LabColumn("AST", "GOT (ASAT)", "Klinische Chemie", "U/L"),
    LabColumn("CK", "CK", "Klinische Chemie", "U/L"),
    LabColumn("LDH", "LDH", "Klinische Chemie", "U/L"),
    LabColumn("CRP", "CRP", "Klinische Chemie", "mg/L"),
    LabColumn("FERRITIN", "Ferritin", "Klinische Chemie", "ug/L"),
    LabColumn("INTLK6", "IL-6", "Klinische Chemie", "ng/L"),
    LabColumn("IGG", "IgG", "Immunologie", "g/L"),
    LabColumn("IGA", "IgA", "Immunologie", "g/L"),
    LabColumn("IGM", "IgM", "Immunologie", "g/L"),
    LabColumn("IGG4", "IgG4", "Immunologie", "g/L"),
    LabColumn("C3", "C3-Komplement", "Immunologie", "g/L"),
    LabColumn("C4", "C4-Komplement", "Immunologie", "g/L"),
    LabColumn("ANA", "ANA-Titer (IIF)", "Immunologie", "", titre=True),
    LabColumn("DSDNA", "Anti-dsDNA-AK", "Immunologie", "IU/mL"),
    LabColumn("SCL70", "Anti-Scl-70", "Immunologie", "U/mL"),
    LabColumn("JO1", "Anti-Jo-1", "Immunologie", "U/mL"),
    LabColumn("VZVIGG", "VZV-IgG", "Immunologie", "IU/L"),
    LabColumn("CD19", "B-Zellen (CD19+)", "Durchflusszytometrie", "10^6/L"),
    LabColumn("CD3", "T-Zellen (CD3+)", "Durchflusszytometrie", "10^6/L"),
    LabColumn("PROTCRT", "Protein/Kreatinin i.U.", "Urin / Stuhl", "g/kg"),
    LabColumn("CALPRO", "Calprotectin i. Stuhl", "Urin / Stuhl", "mg/kg"),
)

_SITES = (
    "Gesicht",
    "Thorax vorn",
    "Abdomen",
    *(
        f"{site} {side}"
        for site in (
            "Finger",
            "Handrücken",
            "Unterarm",
            "Oberarm",
            "Oberschenkel",
            "Unterschenkel",
            "Fuß",
        )
        for side in ("re", "li")
    ),
)
_SLEDAI = (
    "Krampfanfall",
    "Psychose",
    "Hirnorg. Psychosyndrom",
    "Sehstörung",
    "Hirnnervenbeteiligung",
    "Lupuskopfschmerz",
    "Apoplex",
    "Vaskulitis",
    "Arthritis",
    "Myositis",
    "Harnzylinder",
    "Hämaturie",
    "Proteinurie",
    "Pyurie",
    "Exanthem",
    "Alopezie",
    "Schleimhautulzera",
    "Pleuritis",
    "Perikarditis",
    "Komplement erniedrigt",
    "Anti-dsDNA erhöht",
    "Fieber",
    "Thrombozytopenie",
    "Leukopenie",
)

#: Columns of the sheet Scores: merged header -> (study test id, second header line); a group of
#: one has no second line.
SCORE_GROUPS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "PtGA (0-10)": (("PTGA", ""),),
    "MDGA (0-10)": (("MDGA", ""),),
    "HAQ-DI (0-3)": (("HAQDI", ""),),
    "FACIT-Fatigue (0-52)": (("FACITF", ""),),
    "mRSS (0-51)": (
        *((f"MRSS{i:02}", site) for i, site in enumerate(_SITES, 1)),
        ("MRSSTOT", "Summe"),
    ),
    "Muskelkraft": (("MMT8", "MMT-8 (0-80)"), ("MMT8B", "MMT-8 bilateral (0-150)")),
    "Extramuskuläre Aktivität (VAS 0-10)": (("EXMVAS", ""),),
    "PGA (0-3)": (("PGA", ""),),
    "SLEDAI-2K": (
        *((f"SLEDAI{i:02}", item) for i, item in enumerate(_SLEDAI, 1)),
        ("SLEDAITOT", "Summe"),
    ),
    "IgG4-RD RI": (
        ("IGG4RI01", "Meningen"),
        ("IGG4RI02", "Orbita/Pseudotumor"),
        ("IGG4RI03", "Sinus"),
        ("IGG4RI04", "andere"),
        ("IGG4RITOT", "Summe"),
    ),
}

#: Columns of the sheet Lungenfunktion: (study test id, merged header, second header line).
LUNG_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("FVC", "FVC", "l"),
    ("FVCPP", "FVC", "% Soll"),
    ("DLCO", "DLCO (SB)", "mmol/min/kPa"),
    ("DLCOPP", "DLCO (SB)", "% Soll"),
)

#: CDISC unit terms as the laboratory prints them.
UNIT_WORDS: Mapping[str, str] = {
    "10^9/L": "/nl",
    "10^6/L": "/µl",
    "g/dL": "g/dl",
    "g/L": "g/l",
    "mg/dL": "mg/dl",
    "mg/L": "mg/l",
    "umol/L": "µmol/l",
    "U/L": "U/l",
    "ug/L": "ng/ml",
    "ng/L": "pg/ml",
    "IU/mL": "IE/ml",
    "IU/L": "mIE/ml",
    "U/mL": "U/ml",
    "g/kg": "mg/g",
    "mg/kg": "µg/g",
}

#: Stands at the head of the sheets.
SYNTHETIC = (
    "Dieser Export ist ein Beispiel. Alle Verlaufsdaten (Gaben, Labor, Ereignisse, Scores, "
    "Lungenfunktion, Medikation) sind synthetisch und gehören zu keiner Person."
)
#: Lines of the sheet Hinweise.
HINTS: tuple[str, ...] = (
    "Hinweise zum Export",
    SYNTHETIC,
    "Alter, Geschlecht, Diagnose, Organbeteiligung, Autoantikörper, Vortherapien, kumulative Dosis",
    "und Nachbeobachtung folgen Tabelle 1 der veröffentlichten Fallserie.",
    "n.b. = nicht bestimmt; leere Zelle = nicht vorgesehen",
    "Datum: TT.MM.JJJJ; wo nur Monat oder Jahr bekannt ist, MM/JJJJ oder JJJJ",
    "UE-Nr. zählt je Patient; 'zu UE-Nr.' in der Medikation verweist darauf.",
    "CTCAE-Version 5.0; CRS nach ASTCT 2019",
)

#: One spelling only: the reference ranges are looked up by it.
SEX: Mapping[str, str] = {"F": "w", "M": "m"}
YES_NO: Mapping[bool | None, str] = {True: "ja", False: "nein", None: ""}
RELATED: Mapping[str, tuple[str, ...]] = {
    "RELATED": ("wahrscheinlich", "sicher"),
    "POSSIBLY RELATED": ("möglich",),
    "NOT RELATED": ("kein Zusammenhang", "unwahrscheinlich"),
}
OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "RECOVERED/RESOLVED": ("wiederhergestellt", "genesen", "behoben"),
    "RECOVERED/RESOLVED WITH SEQUELAE": ("mit Folgeschäden",),
    "RECOVERING/RESOLVING": ("in Besserung", "abklingend"),
    "NOT RECOVERED/NOT RESOLVED": ("nicht wiederhergestellt", "fortbestehend"),
    "FATAL": ("verstorben",),
    "UNKNOWN": ("unbekannt",),
}
SCALES: Mapping[str, str] = {"ASTCT 2019": "ASTCT 2019", "CTCAE V5.0": "CTCAE v5.0"}
CATEGORIES: Mapping[str, str] = {
    "PRIOR THERAPY": "Vortherapie",
    "PREMEDICATION": "Prämedikation",
    "CRS TREATMENT": "CRS-Therapie",
    "IMMUNOGLOBULIN REPLACEMENT": "Immunglobulinsubstitution",
    "GLUCOCORTICOID": "Glukokortikoid",
    "PROPHYLAXIS": "Prophylaxe",
    "AE TREATMENT": "UE-Therapie",
}

_FREQUENCIES = {
    "ONCE": "einmalig",
    "QD": "1x tgl.",
    "BID": "2x tgl.",
    "TID": "3x tgl.",
    "QID": "4x tgl.",
    "QOD": "jeden 2. Tag",
    "EVERY WEEK": "1x/Woche",
    "2 TIMES PER WEEK": "2x/Woche",
    "3 TIMES PER WEEK": "3x/Woche",
    "EVERY 2 WEEKS": "alle 2 Wochen",
    "EVERY 3 WEEKS": "alle 3 Wochen",
    "EVERY 4 WEEKS": "alle 4 Wochen",
    "QM": "1x/Monat",
    "PRN": "bei Bedarf",
}
_ROUTES = {
    "ORAL": "p.o.",
    "INTRAVENOUS": "i.v.",
    "SUBCUTANEOUS": "s.c.",
    "INTRAMUSCULAR": "i.m.",
    "TOPICAL": "topisch",
    "RESPIRATORY (INHALATION)": "inhalativ",
}


def frequency_word(term: str) -> str:
    """A CDISC FREQ term as German ward charts abbreviate it; unknown terms stay as they are.

    >>> frequency_word("BID")
    '2x tgl.'
    """
    return _FREQUENCIES.get(term, term)


def route_word(term: str) -> str:
    """A CDISC ROUTE term as German ward charts abbreviate it; unknown terms stay as they are.

    >>> route_word("SUBCUTANEOUS")
    's.c.'
    """
    return _ROUTES.get(term, term)


def score_headers() -> dict[str, tuple[str, str]]:
    """Study test id -> both header lines of its column in the sheet Scores."""
    return {test: (group, item) for group, items in SCORE_GROUPS.items() for test, item in items}


def known_tests() -> frozenset[str]:
    """Study test ids the workbook has a column for."""
    labs = [column.test for column in LAB_COLUMNS]
    return frozenset([*labs, *score_headers(), *(test for test, _, _ in LUNG_COLUMNS)])
