"""The words, units and items of the Hamburg files."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = [
    "ANALYTES",
    "CATEGORIES",
    "FREQUENCIES",
    "OUTCOMES",
    "RELATED",
    "ROMAN",
    "ROUTES",
    "SCORES",
    "UNITS",
]

#: Study test id -> names the laboratory has used for it, the usual one first.
ANALYTES: Mapping[str, tuple[str, ...]] = {
    "WBC": ("Leukozyten", "Leukos"),
    "LYM": ("Lymphozyten abs.", "Lymphozyten"),
    "NEUT": ("Neutrophile Granulozyten", "Neutrophile"),
    "PLAT": ("Thrombozyten", "Thrombos"),
    "HGB": ("Hämoglobin", "Hb"),
    "CREAT": ("Kreatinin", "Krea"),
    "ALT": ("GPT", "ALAT"),
    "AST": ("GOT", "ASAT"),
    "CK": ("CK", "Creatinkinase"),
    "LDH": ("LDH",),
    "CRP": ("CRP", "C-reaktives Protein"),
    "FERRITIN": ("Ferritin",),
    "INTLK6": ("Interleukin-6", "IL-6"),
    "IGG": ("Immunglobulin G", "IgG"),
    "IGA": ("Immunglobulin A", "IgA"),
    "IGM": ("Immunglobulin M", "IgM"),
    "IGG4": ("IgG-Subklasse 4", "IgG4"),
    "C3": ("C3c", "Komplement C3"),
    "C4": ("C4", "Komplement C4"),
    "ANA": ("ANA-Titer",),
    "DSDNA": ("Anti-dsDNA-AK",),
    "SCL70": ("Anti-Scl-70-AK",),
    "JO1": ("Anti-Jo-1-AK",),
    "VZVIGG": ("VZV-IgG",),
    "CD19": ("CD19+ B-Zellen", "B-Zellen"),
    "CD3": ("CD3+ T-Zellen", "T-Zellen"),
    "PROTCRT": ("Protein/Kreatinin-Quotient",),
    "CALPRO": ("Calprotectin (Stuhl)",),
}

#: CDISC unit term -> spellings in the laboratory's print-outs, the usual one first.
UNITS: Mapping[str, tuple[str, ...]] = {
    "10^9/L": ("/nl", "Gpt/l", "Tsd/µl"),
    "10^6/L": ("/µl", "Mpt/l"),
    "g/dL": ("g/dl",),
    "g/L": ("g/l",),
    "mg/dL": ("mg/dl", "mg/dL"),
    "mg/L": ("mg/l",),
    "umol/L": ("µmol/l",),
    "U/L": ("U/l",),
    "ug/L": ("µg/l", "ng/ml"),
    "ng/L": ("ng/l", "pg/ml"),
    "IU/mL": ("IE/ml",),
    "IU/L": ("mIE/ml", "IE/l"),
    "U/mL": ("U/ml",),
    "g/kg": ("mg/g Krea", "mg/g"),
    "mg/kg": ("µg/g",),
}

_SITES = (
    "Gesicht",
    "Brust",
    "Abdomen",
    *(
        f"{site} {side}"
        for site in (
            "Finger",
            "Hand",
            "Unterarm",
            "Oberarm",
            "Oberschenkel",
            "Unterschenkel",
            "Fuß",
        )
        for side in ("rechts", "links")
    ),
)

_SLEDAI = (
    "Krampfanfall",
    "Psychose",
    "Organisches Psychosyndrom",
    "Sehstörung",
    "Hirnnervenstörung",
    "Lupus-Kopfschmerz",
    "Apoplex",
    "Vaskulitis",
    "Arthritis",
    "Myositis",
    "Zylindrurie",
    "Hämaturie",
    "Proteinurie",
    "Pyurie",
    "Exanthem",
    "Alopezie",
    "Schleimhautulzera",
    "Pleuritis",
    "Perikarditis",
    "Komplementerniedrigung",
    "Anti-DNA erhöht",
    "Fieber",
    "Thrombozytopenie",
    "Leukopenie",
)
_IGG4_SITES = ("Meningen", "Orbita", "Nasennebenhöhlen", "andere")

#: Study test id -> name in the file of scores.
SCORES: Mapping[str, str] = {
    "PTGA": "Patientenurteil",
    "MDGA": "Arzturteil",
    "HAQDI": "HAQ-DI",
    "FACITF": "FACIT-Fatigue",
    **{f"MRSS{i:02}": f"mRSS {site}" for i, site in enumerate(_SITES, 1)},
    "MRSSTOT": "mRSS gesamt",
    "MMT8": "MMT-8",
    "MMT8B": "MMT-8 bilateral",
    "EXMVAS": "VAS extramuskulär",
    "PGA": "PGA",
    **{f"SLEDAI{i:02}": f"SLEDAI {item}" for i, item in enumerate(_SLEDAI, 1)},
    "SLEDAITOT": "SLEDAI-2K gesamt",
    **{f"IGG4RI{i:02}": f"IgG4-RD RI {site}" for i, site in enumerate(_IGG4_SITES, 1)},
    "IGG4RITOT": "IgG4-RD RI gesamt",
    "FVC": "FVC",
    "FVCPP": "FVC % Soll",
    "DLCO": "DLCO",
    "DLCOPP": "DLCO % Soll",
    "TEMP": "Temperatur",
}

CATEGORIES: Mapping[str, str] = {
    "PRIOR THERAPY": "Vorbehandlung",
    "PREMEDICATION": "Prämedikation",
    "CRS TREATMENT": "CRS-Behandlung",
    "IMMUNOGLOBULIN REPLACEMENT": "IVIG-Substitution",
    "GLUCOCORTICOID": "Kortison",
    "PROPHYLAXIS": "Prophylaxe",
    "AE TREATMENT": "Therapie UE",
}

RELATED: Mapping[str, tuple[str, ...]] = {
    "RELATED": ("sicher", "wahrscheinlich"),
    "POSSIBLY RELATED": ("möglich",),
    "NOT RELATED": ("kein Zusammenhang",),
}

OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "RECOVERED/RESOLVED": ("genesen", "behoben"),
    "RECOVERED/RESOLVED WITH SEQUELAE": ("mit Folgeschäden",),
    "RECOVERING/RESOLVING": ("abklingend",),
    "NOT RECOVERED/NOT RESOLVED": ("andauernd", "fortbestehend"),
    "FATAL": ("Tod",),
    "UNKNOWN": ("k. A.",),
}

#: Doses by the clock (morning-noon-evening), as on German charts.
FREQUENCIES: Mapping[str, str] = {
    "ONCE": "einmalig",
    "QD": "1-0-0",
    "BID": "1-0-1",
    "TID": "1-1-1",
    "QOD": "jeden 2. Tag",
    "EVERY WEEK": "wöchentlich",
    "2 TIMES PER WEEK": "2x wöchentlich",
    "3 TIMES PER WEEK": "Mo/Mi/Fr",
    "EVERY 2 WEEKS": "alle 2 Wochen",
    "EVERY 3 WEEKS": "alle 3 Wochen",
    "EVERY 4 WEEKS": "alle 4 Wochen",
    "QM": "monatlich",
    "PRN": "b. Bed.",
}

ROUTES: Mapping[str, str] = {
    "ORAL": "oral",
    "INTRAVENOUS": "i.v.",
    "SUBCUTANEOUS": "s.c.",
    "INTRAMUSCULAR": "i.m.",
    "TOPICAL": "lokal",
    "RESPIRATORY (INHALATION)": "inhalativ",
}

ROMAN: tuple[str, ...] = ("", "I", "II", "III", "IV", "V")
