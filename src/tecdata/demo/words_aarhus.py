"""The words, codes and fields of the Aarhus REDCap project."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = [
    "ANTIBODIES",
    "FREQUENCIES",
    "HISTORY_KINDS",
    "LAB_NAMES",
    "LUNG",
    "MEDICATION_KINDS",
    "NPU",
    "ORGANS",
    "OUTCOMES",
    "RELATIONS",
    "ROUTES",
    "SCALES",
    "SCORES",
    "SEX",
    "UNITS",
]

SEX: Mapping[str, str] = {"F": "k", "M": "m"}

#: Choices of the checkbox field ``organ``: number -> label.
ORGANS: Mapping[int, str] = {
    1: "Hud",
    2: "Fingersår",
    3: "Kalcinose",
    4: "Led",
    5: "Muskler",
    6: "Interstitiel lungesygdom",
    7: "Pulmonal arteriel hypertension",
    8: "Hjerte",
    9: "Mave-tarm-kanal",
    10: "Nyrer",
}

#: Choices of the checkbox field ``antistof``: number -> (study test id, label).
ANTIBODIES: Mapping[int, tuple[str, str]] = {
    1: ("AB_ANA", "ANA"),
    2: ("AB_DSDNA", "dsDNA"),
    3: ("AB_SSA", "SSA"),
    4: ("AB_U1RNP", "U1-RNP"),
    5: ("AB_SM", "Sm"),
    6: ("AB_SCL70", "Scl-70"),
    7: ("AB_NUCLEOSOME", "Nukleosom"),
    8: ("AB_JO1", "Jo-1"),
    9: ("AB_RNAP3", "RNA-polymerase III"),
    10: ("AB_PMSCL75", "PM-Scl75"),
    11: ("AB_PMSCL100", "PM-Scl100"),
    12: ("AB_KU", "Ku"),
    13: ("AB_RF", "RF"),
    14: ("AB_CENPB", "CENP-B"),
    15: ("AB_MDA5", "MDA5"),
    16: ("AB_RUVBL", "RuvBL1/2"),
}

#: NPU codes of the laboratory, by study test id and UNIT term; tests without one are named.
NPU: Mapping[tuple[str, str], str] = {
    ("WBC", "10^9/L"): "NPU02593",
    ("LYM", "10^9/L"): "NPU02636",
    ("NEUT", "10^9/L"): "NPU02902",
    ("PLAT", "10^9/L"): "NPU03568",
    ("HGB", "mmol/L"): "NPU02319",
    ("CREAT", "umol/L"): "NPU18016",
    ("ALT", "U/L"): "NPU19651",
    ("AST", "U/L"): "NPU19654",
    ("LDH", "U/L"): "NPU19658",
    ("CK", "U/L"): "NPU19656",
    ("CRP", "mg/L"): "NPU19748",
    ("IGG", "g/L"): "NPU19814",
    ("IGA", "g/L"): "NPU19795",
    ("IGM", "g/L"): "NPU19825",
    ("IGG", "umol/L"): "NPU02481",
    ("IGA", "umol/L"): "NPU02476",
    ("IGM", "umol/L"): "NPU02488",
    ("WEIGHT", "kg"): "NPU03804",
    ("TEMP", "C"): "NPU08676",
}

#: Names of the tests that have no NPU code in this project.
LAB_NAMES: Mapping[str, str] = {
    "IGG4": "Immunglobulin G4",
    "C3": "komplement C3",
    "C4": "komplement C4",
    "FERRITIN": "Ferritin",
    "INTLK6": "IL-6",
    "CALPRO": "calprotectin (fæces)",
    "PROTCRT": "U-protein/kreatinin",
    "ANA": "ANA-titer",
    "DSDNA": "anti-dsDNA",
    "SCL70": "anti-Scl-70",
    "JO1": "anti-Jo-1",
    "VZVIGG": "VZV-IgG",
    "CD19": "B-celler (CD19)",
    "CD3": "T-celler (CD3)",
}

#: CDISC unit terms as this laboratory prints them; other terms are written as they are.
UNITS: Mapping[str, str] = {
    "umol/L": "µmol/L",
    "ug/L": "µg/L",
    "10^6/L": "mio/L",
    "IU/mL": "kIU/L",
    "IU/L": "IU/L",
    "mg/kg": "mg/kg",
    "C": "°C",
}

#: Fields of the instrument Sygdomsaktivitet, by study test id: field name and label.
SCORES: Mapping[str, tuple[str, str]] = {
    "PTGA": ("ptga", "Patientens globale vurdering (0-10)"),
    "MDGA": ("mdga", "Lægens globale vurdering (0-10)"),
    "HAQDI": ("haq_di", "HAQ-DI (0-3)"),
    "FACITF": ("facit_f", "FACIT-Fatigue, træthed (0-52)"),
    "MRSSTOT": ("mrss", "mRSS, hudscore (0-51)"),
}

#: Fields of the instrument Lungefunktion, by study test id: field name, label, UNIT term.
LUNG: Mapping[str, tuple[str, str, str]] = {
    "FVC": ("fvc_l", "Forceret vitalkapacitet (L)", "L"),
    "FVCPP": ("fvc_pct", "FVC, % af forventet", "%"),
    "DLCO": ("dlco", "Diffusionskapacitet (mmol/min/kPa)", "mmol/min/kPa"),
    "DLCOPP": ("dlco_pct", "DLCO, % af forventet", "%"),
}

RELATIONS: Mapping[str, str] = {
    "RELATED": "sandsynlig",
    "POSSIBLY RELATED": "mulig",
    "NOT RELATED": "ingen sammenhæng",
}
OUTCOMES: Mapping[str, str] = {
    "RECOVERED/RESOLVED": "helbredt",
    "RECOVERED/RESOLVED WITH SEQUELAE": "varige mén",
    "RECOVERING/RESOLVING": "i bedring",
    "NOT RECOVERED/NOT RESOLVED": "ikke helbredt",
    "FATAL": "død",
    "UNKNOWN": "ukendt",
}
SCALES: Mapping[str, str] = {"ASTCT 2019": "ASTCT 2019", "CTCAE V5.0": "CTCAE v5"}
MEDICATION_KINDS: Mapping[str, str] = {
    "PRIOR THERAPY": "Tidligere behandling",
    "PREMEDICATION": "Præmedicinering",
    "CRS TREATMENT": "CRS-behandling",
    "IMMUNOGLOBULIN REPLACEMENT": "Immunglobulinsubstitution",
    "GLUCOCORTICOID": "Glukokortikoid",
    "PROPHYLAXIS": "Profylakse",
    "AE TREATMENT": "Behandling af hændelse",
}
HISTORY_KINDS: Mapping[str, str] = {
    "PRIMARY DIAGNOSIS": "Hoveddiagnose",
    "ORGAN MANIFESTATION": "Organmanifestation",
    "OTHER CONDITION": "Tidligere sygdom",
}
FREQUENCIES: Mapping[str, str] = {
    "ONCE": "engangsdosis",
    "QD": "1 gang dagligt",
    "BID": "2 gange dagligt",
    "TID": "3 gange dagligt",
    "QID": "4 gange dagligt",
    "QOD": "hver anden dag",
    "EVERY WEEK": "1 gang om ugen",
    "EVERY 2 WEEKS": "hver 2. uge",
    "EVERY 3 WEEKS": "hver 3. uge",
    "EVERY 4 WEEKS": "hver 4. uge",
    "EVERY 8 WEEKS": "hver 8. uge",
    "2 TIMES PER WEEK": "2 gange om ugen",
    "3 TIMES PER WEEK": "3 gange om ugen",
    "QM": "1 gang om måneden",
    "PRN": "efter behov",
}
ROUTES: Mapping[str, str] = {
    "ORAL": "oralt",
    "INTRAVENOUS": "i.v.",
    "SUBCUTANEOUS": "s.c.",
    "INTRAMUSCULAR": "i.m.",
    "TOPICAL": "kutan",
}
