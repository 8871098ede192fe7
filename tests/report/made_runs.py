"""A small run made by hand, with tables, datasets and findings: what the reports are tested on."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import polars as pl

from tecdata.dataset import Dataset
from tecdata.finding import Cell, Finding, Findings
from tecdata.report import CentreFacts, RunFacts, StudyFacts
from tecdata.spec import DomainSpec
from tecdata.table import ROW, RawTable, SourceColumn

STUDY = StudyFacts(
    study="TESTY",
    title="A study <of> nobody & nothing",
    data_cut="2026-01-15",
    sdtmig="3.4",
    ct="2025-03-28",
    version="0.0.1",
    created="2026-01-15T00:00:00",
)


def table(
    name: str,
    header: Sequence[str],
    *rows: Sequence[str | None],
    centre: str = "XX",
    sheet: bool = True,
) -> RawTable:
    """A sheet or a text file; data begin in row 2."""
    numbers = pl.Series(ROW, range(2, 2 + len(rows)), dtype=pl.Int64)
    cells = [pl.Series(h, [r[i] for r in rows], dtype=pl.String) for i, h in enumerate(header)]
    return RawTable(
        name=name,
        centre=centre,
        file=f"{name}.xlsx" if sheet else f"{name}.csv",
        sheet=name.title() if sheet else "",
        addressing="sheet" if sheet else "lines",
        frame=pl.DataFrame([numbers, *cells]),
        columns=tuple(SourceColumn(name=h, header=h, position=i) for i, h in enumerate(header)),
    )


def dataset(domain: str, label: str, **columns: Sequence[object]) -> Dataset:
    """A dataset with no more than its name and the columns given."""
    spec = DomainSpec.model_validate(
        {
            "domain": domain,
            "label": label,
            "class": "Findings",
            "structure": "One record per something",
            "keys": [],
            "variables": [],
        }
    )
    return Dataset.of(pl.DataFrame(columns), spec)


LABS = table(
    "labs",
    ("Patient", "Birth", "Date", "IgG", "=1+1"),
    ("T-1", "01.02.1970", "2025-03-01", "siehe <b>Befund</b>", None),
    ("T-2", "03.04.1980", "2025-03-02", "7,1", "=cmd|' /C calc'!A0"),
)
DOSES = table("doses", ("Patient", "Dose"), ("T-1", "3"), ("T-2", "x"), sheet=False)

DATASETS = {
    "DM": dataset(
        "DM",
        "Demographics",
        USUBJID=["S-1", "S-2"],
        SITEID=["XX", "XX"],
        RFSTDTC=["2025-01-01", "2025-01-01T10:00"],
        RFPENDTC=["2025-02-05", "2025-01-03"],
    ),
    "LB": dataset(
        "LB",
        "Laboratory",
        USUBJID=["S-1"] * 5 + ["S-2"],
        LBSEQ=[1, 2, 3, 4, 5, 1],
        LBTESTCD=["IGG", "CRP", "IGG", "IGG", "CRP", "IGG"],
        LBORRES=["1", "2", "3", None, "5", "6"],
        VISITNUM=[1.0, 1.0, 2.0, 2.01, 3.0, 1.0],
    ),
    "SV": dataset(
        "SV",
        "Visits",
        USUBJID=["S-1"] * 4,
        VISITNUM=[1.0, 2.0, 3.0, 4.0],
        VISIT=["DAY 1", "WEEK 1", "WEEK 2", "WEEK 5"],
        VISITDY=[1, 8, 15, 36],
    ),
}

FINDINGS = (
    Finding(
        check="mapping.not_a_number",
        severity="error",
        message="labs.xlsx, sheet 'Labs', cell D2: 'siehe <b>Befund</b>' is not a number",
        centre="XX",
        domain="LB",
        usubjid="S-1",
        seq=2,
        variable="LBSTRESN",
        value="siehe <b>Befund</b>",
        file="labs.xlsx",
        sheet="Labs",
        cell="D2",
        record="LBTESTCD=IGG; LBDTC=2025-03-01",
        cells=(Cell(file="doses.csv", cell="line 2, column 'Dose'", variable="EXDOSE", value="3"),),
        details=(("text", "siehe"),),
    ),
    Finding(
        check="identifier.birth_date",
        severity="reject",
        message="labs.xlsx, sheet 'Labs', B3: a whole date of birth (0•.••.••••)",
        centre="XX",
        value="0•.••.••••",
        file="labs.xlsx",
        sheet="Labs",
        cell="B3",
    ),
    Finding(
        check="mapping.not_a_date",
        severity="error",
        message="labs.xlsx, sheet 'Labs', cell B3: '03.04.1980' is not a date",
        centre="XX",
        domain="DM",
        variable="BRTHDTC",
        value="03.04.1980",
        file="labs.xlsx",
        sheet="Labs",
        cell="B3",
        details=(("text", "03.04.1980"),),
    ),
    Finding(
        check="intake.comment",
        severity="notice",
        message='doses.csv, line 3: =HYPERLINK("http://example.org")',
        centre="XX",
        value='=HYPERLINK("http://example.org")',
        file="doses.csv",
        cell="line 3, column 'Dose'",
    ),
    Finding(
        check="suite.lb.range",
        severity="error",
        status="not_run",
        domain="LB",
        message="LB: LBSTRESN is absent",
    ),
    Finding(
        check="validate.length",
        severity="warning",
        status="accepted",
        domain="LB",
        usubjid="S-2",
        seq=1,
        variable="LBORRES",
        message="LB: too long, accepted",
    ),
    Finding(
        check="validate.type", severity="error", status="passed", domain="LB", message="LB: fine"
    ),
    Finding(
        check="validate.seq",
        severity="error",
        status="not_applicable",
        domain="DM",
        message="DM: no sequence",
    ),
)

CELLS = {
    "read": 20,
    "mapped": 15,
    "ignored": 3,
    "unmapped": 2,
    "tables": [
        {
            "table": "labs",
            "file": "labs.xlsx",
            "sheet": "Labs",
            "cells_read": 20,
            "mapped": 15,
            "ignored": 3,
            "unmapped": 2,
        }
    ],
    "declared": [{"table": "labs", "column": "Birth", "reason": "not needed", "cells": 3}],
}

CENTRES = (
    CentreFacts(
        centre="XX",
        name="north",
        files=({"path": "labs.xlsx", "sha256": "ab" * 32, "bytes": 12345},),
        cells=CELLS,
    ),
    CentreFacts(centre="YY", name="south", error="south.xlsx: the file is not a workbook"),
)

RUN = RunFacts(
    study=STUDY,
    findings=Findings(FINDINGS),
    centres=CENTRES,
    datasets=DATASETS,
    tables={"XX": {"labs": LABS, "doses": DOSES}},
    query_id=lambda f: f"Q-{f.check[-6:]}",
    states={"Q-number": "open", "Q-a_date": "answered"},
)


def many_findings(count: int) -> RunFacts:
    """The same run with many findings, over a table of many rows."""
    rows = [(f"T-{n}", "2025-03-01", str(n), f"text {n % 97}") for n in range(count)]
    wide = table("many", ("Patient", "Date", "Number", "Text"), *rows)
    severities = ("error", "warning", "notice")
    findings = Findings(
        Finding(
            check=f"made.check_{n % 23}",
            severity=severities[n % 23 % 3],  # type: ignore[arg-type]
            message=f"many.xlsx, sheet 'Many', D{n + 2}: 'text {n % 97}' is odd. Correct the cell",
            centre="XX" if n % 3 else "YY",
            domain=("LB", "AE", "SUPPAE", "")[n % 4],
            usubjid=f"S-{n % 400}",
            variable="LBORRES",
            value=f"text {n % 97}",
            file="many.xlsx",
            sheet="Many",
            cell=f"D{n + 2}",
            record=f"LBTESTCD=T{n % 50}",
        )
        for n in range(count)
    )
    tables = {"XX": {"many": wide}, "YY": {"many": wide}}
    return dataclasses.replace(RUN, findings=findings, tables=tables)
