"""The published numbers as expected cells of tecdata's tables, with the reasons where one cannot come out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from tests.published.targets import rows

__all__ = ["COLUMNS", "NOT_IN_TABLES", "expected_csv", "expected_rows"]

COLUMNS = ("table", "row", "column", "label", "expected", "reason")

#: Statistics of the text and the rows of tables they stand in; a text of several statistics is cut at ``cut``.
CHARACTERISTICS = (
    *("N", "N_SSC", "N_IIM", "N_SLE", "N_UCTD", "N_IGG4", "SEX_F", "AGE", "DISDUR"),
    *("ORG_SKIN", "ORG_LUNG", "ORG_JOINT", "ORG_GI", "ORG_MUSCLE", "ORG_HEART"),
    *("PRIOR", "PRIOR_RTX", "PRIOR_CYC", "FU", "FU_PY"),
    *("DOSE_TARGET", "DOSE_CUM", "DOSE_INJ", "DOSE_DAYS"),
)
SAFETY = (
    *("CRS_N", "CRS_SUBJ", "CRS_ONSET", "CRS_TOCI", "CRS_GC", "ICANS"),
    *("INF_SUBJ", "INF_URTI", "INF_HOSP", "INF_EARLY", "INF_LATE", "TONSIL", "HZ", "PSORIASIS"),
)
LABS = ("B_REC", "B_NORM", "IGG_LOW", "IVIG_N", "IVIG_DOSE", "IVIG_1Y", "ANA_NORM")
SEVERAL = {
    "CRS_BY_INJ": ("safety_summary", tuple(f"CRS_INJ{n}" for n in range(1, 6)), " "),
    "PK_NOTMDD": ("exposure_summary", ("PK_NOTMDD_MEDIAN", "PK_NOTMDD_MEAN"), " / "),
}
#: Statements about single subjects, and numbers whose tables print other texts of them; see stated.py.
NOT_IN_TABLES = (
    *("COLITIS", "DEATH_6", "DEATH_18", "COVID_PRE", "GC_CONT", "IGG_EARLY"),
    *("PK_LOW_DEATH", "PK_LOW_RELAPSE", "PK_AUC", "PK_TEC90", "PK_AUCEC90", "PTGA", "FACIT"),
    *("R_MAJOR", "R_MINMOD", "R_T_MOD", "R_T_MAJ", "R_W12", "R_W12_ANY", "R_W24", "R_W52"),
    *("R_RELAPSE", "R_RELAPSE_8M"),
)
#: Where the article contradicts itself, with the arithmetic.
REASONS = {
    ("characteristics", "FU_PY"): (
        "The follow-up of the article's Table 1 adds up to 140.4 months; 140.4 / 12 = 11.7 "
        "patient-years, not 11.5."
    ),
    ("table2", "Cardiac: Decompensated heart insufficiency", "n_events_hospitalised"): (
        "The article prints 1 event and 2 hospitalisations of it. The category's total of 2 is this "
        "event and the fatal alveolar haemorrhage, whose own row says n.a."
    ),
}
#: The article's abstract gives another range than its results.
ABSTRACT = (
    "characteristics",
    "FU",
    "value",
    "follow-up median (range) months, as the abstract prints it",
    "5.1 (0.8-21.2)",
    "The abstract prints 0.8 as the shortest follow-up; Table 1 and Results have 0.6 (subject 6).",
)
#: Where the article's number is equal and yet wants a word.
REMARKS = {
    "Hypogammaglobulinaemia (<4 g/L)": "percent of the 17 subjects with a follow-up IgG: 17 / 17 = 100; of all 18 it is 94",
    "Lymphopaenia (<0.5 /nL)": "the article prints /µL; 0.5 / nL is meant, as grade 3 of CTCAE has it",
}
#: Table 1 lists texts whose order and case differ; they are compared as sets in the tests.
TEXTS = ("organ_manifestations", "autoantibodies", "treatment_history")


def expected_rows() -> Iterator[tuple[str, ...]]:
    """Table, row, column, label, expected text and reason of every published number of this area."""
    for row in rows("table2"):
        event = row["event"].replace("/µL", "/nL")
        key = f"{row['category']}: {event}"
        for column in ("n_patients", "pct", "n_events", "n_events_hospitalised"):
            reason = REASONS.get(("table2", key, column), "")
            label = f"{event}: {REMARKS[event]}" if event in REMARKS else event
            yield "table2", key, column, label, row[column], reason
    for row in rows("table1"):
        usubjid = f"TECAID-{row['centre']}-{int(row['patient']):03}"
        for column, text in row.items():
            if column not in TEXTS:
                yield "table1", usubjid, column, f"subject {row['patient']}: {column}", text, ""
    homes = {
        **dict.fromkeys(CHARACTERISTICS, "characteristics"),
        **dict.fromkeys(SAFETY, "safety_summary"),
        **dict.fromkeys(LABS, "lab_courses"),
    }
    for target in rows("text_targets"):
        identity, text = target["id"], target["published"]
        if identity in homes:
            reason = REASONS.get((homes[identity], identity), "")
            yield homes[identity], identity, "value", target["statistic"], text, reason
        elif identity in SEVERAL:
            table, names, cut = SEVERAL[identity]
            for name, part in zip(names, text.split(cut), strict=True):
                yield table, name, "value", target["statistic"], part, ""
        else:
            assert identity in NOT_IN_TABLES, identity
            yield "text", identity, "value", target["statistic"], text, ""
    yield ABSTRACT


def expected_csv() -> str:
    """The same as the file that ``tecdata tables --compare`` takes."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([COLUMNS, *expected_rows()])
    return stream.getvalue()
