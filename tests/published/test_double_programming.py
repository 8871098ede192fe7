"""Table 2 once more, in SQL over the XPT files: nothing of tecdata's derivations or tables is used."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import pytest

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun

#: The laboratory rows: test, comparison and limit in SI units of LB (creatinine: 1.5 mg/dL x 88.4).
LABS = {
    "Lymphopaenia (<0.5 /nL)": ("LYM", "< 0.5", ""),
    "New anaemia (<10 g/dL)": ("HGB", "< 100", ""),
    "New thrombocytopenia (<100 /nL)": ("PLAT", "< 100", ""),
    "Neutropenia (<1.5 /nL)": ("NEUT", "< 1.5", ""),
    "Creatinine increase (>1.5 mg/dL)": ("CREAT", "> 132.6", ""),
    "Transaminase increase (>150 U/L)": ("ALT', 'AST", "> 150", "DERMATOMYOSITIS"),
}
MYOSITIS = "('DERMATOMYOSITIS', 'ANTISYNTHETASE SYNDROME', 'IDIOPATHIC INFLAMMATORY MYOPATHY')"
TERMS = {
    "Mild tonsillitis": "TONSILLITIS",
    "Tonsillitis with fever over >2 wk": "TONSILLITIS WITH PROLONGED FEVER",
    "Death due to alveolar haemorrhage and heart failure": "ALVEOLAR HAEMORRHAGE AND HEART FAILURE",
    "Mild/moderate diarrhoea": "DIARRHOEA",
}

EVENTS = """
    select count(distinct USUBJID), count(*), count(*) filter (where AESHOSP = 'Y')
    from ae join dm using (USUBJID) where {where} and AESTDTC >= RFXSTDTC
"""
CROSSINGS = """
    with course as (
        select USUBJID, LBTESTCD, LBDTC, LBSEQ, LBDTC > RFXSTDTC as after, LBSTRESN {limit} as beyond
        from lb join dm using (USUBJID)
        where LBTESTCD in ('{test}') and LBSTRESN is not null
          and USUBJID not in (select USUBJID from mh where MHCAT = 'PRIMARY DIAGNOSIS' and {left_out})
    ), steps as (
        select *, lag(beyond, 1, false) over (partition by USUBJID, LBTESTCD order by LBDTC, LBSEQ) as before
        from course
    )
    select count(distinct USUBJID), count(*), 0 from steps where after and beyond and not before
"""


@pytest.fixture(scope="module")
def database(sample_run: StudyRun, sample_out: Path) -> duckdb.DuckDBPyConnection:
    assert sample_run.datasets
    connection = duckdb.connect()
    for name in ("dm", "ae", "lb", "mh"):
        frame = pd.read_sas(sample_out / "sdtm" / "xpt" / f"{name}.xpt", encoding="ascii")
        connection.register(name, frame)
    return connection


def printed(tables: Path) -> dict[str, dict[str, str]]:
    with (tables / "table2.csv").open(encoding="utf-8", newline="") as stream:
        return {row["event"]: row for row in csv.DictReader(stream) if "total" not in row["event"]}


def one(database: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    found = database.execute(query).fetchone()
    assert found is not None
    return tuple(int(n) for n in found)


def test_every_row_of_events(database: duckdb.DuckDBPyConnection, sample_tables: Path) -> None:
    checked = 0
    for event, row in printed(sample_tables).items():
        if event in LABS or event.startswith("Hypogamma"):
            continue
        where = f"AEDECOD = '{TERMS.get(event, event.upper())}'"
        if event.startswith("CRS grade"):
            grades = {"1": "('1')", "2": "('2')", "3": "('3', '4', '5')"}[event.split()[2]]
            where = f"AEDECOD = 'CYTOKINE RELEASE SYNDROME' and AETOXGR in {grades}"
        n, events, hospitalised = one(database, EVENTS.format(where=where))
        assert (row["n_patients"], row["n_events"]) == (str(n), str(events)), event
        assert row["n_events_hospitalised"] in (str(hospitalised), "n.a."), event
        assert row["pct"] == str(int(100 * n / 18 + 0.5)), event
        checked += 1
    assert checked == 34


@pytest.mark.parametrize("event", LABS)
def test_every_row_of_laboratory_abnormalities(
    event: str, database: duckdb.DuckDBPyConnection, sample_tables: Path
) -> None:
    test, limit, myositis = LABS[event]
    left_out = f"MHDECOD in {MYOSITIS}" if myositis else "false"
    n, events, _ = one(database, CROSSINGS.format(test=test, limit=limit, left_out=left_out))
    row = printed(sample_tables)[event]
    assert (row["n_patients"], row["n_events"]) == (str(n), str(events))


def test_hypogammaglobulinaemia(database: duckdb.DuckDBPyConnection, sample_tables: Path) -> None:
    low, followed = one(
        database,
        """select count(distinct USUBJID) filter (where LBSTRESN < 4), count(distinct USUBJID)
           from lb join dm using (USUBJID)
           where LBTESTCD = 'IGG' and LBDTC > RFXSTDTC and LBSTRESN is not null""",
    )
    row = printed(sample_tables)["Hypogammaglobulinaemia (<4 g/L)"]
    assert (row["n_patients"], row["pct"]) == (str(low), str(100 * low // followed))
