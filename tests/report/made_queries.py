"""A centre with three tables (sheet, text file, statistics file), its findings and its history."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from tecdata.finding import Cell, Finding
from tecdata.report import CentreQueries, Published, publish_queries
from tecdata.spec.source import SourceSpec
from tecdata.table import ROW, RawTable, SourceColumn

SOURCE = SourceSpec.model_validate(
    {
        "centre": "XX",
        "name": "Musterstadt",
        "country": "DEU",
        "language": "de",
        "folder": "xx",
        "subject": {"pattern": r"P-(?P<number>\d+)"},
        "tables": {
            "labs": {"file": "book.xlsx", "sheet": "Labor", "header_rows": ["2", "3"],
                     "units_row": "3"},
            "events": {"file": "events.csv"},
            "people": {"file": "people.sav", "header_rows": []},
        },
    }
)  # fmt: skip


def table(
    name: str,
    file: str,
    sheet: str,
    addressing: Any,
    first: int,
    columns: Mapping[str, Sequence[str | None]],
    facts: Mapping[str, Mapping[str, Any]] | None = None,
) -> RawTable:
    """A raw table whose rows begin at ``first``."""
    height = len(next(iter(columns.values())))
    rows = pl.Series(ROW, range(first, first + height), dtype=pl.Int64)
    texts = [pl.Series(c, list(cells), dtype=pl.String) for c, cells in columns.items()]
    return RawTable(
        name=name,
        centre="XX",
        file=file,
        sheet=sheet,
        addressing=addressing,
        frame=pl.DataFrame([rows, *texts]),
        columns=tuple(
            SourceColumn(name=c, header=c, position=i, **(facts or {}).get(c, {}))
            for i, c in enumerate(columns)
        ),
    )


def tables() -> dict[str, RawTable]:
    """The centre's delivery."""
    labs = table(
        "labs", "book.xlsx", "Labor", "sheet", 4,
        {
            "Pat-ID": ["P-001", "P-001", "P-002", "P-002"],
            "Datum": ["2025-03-01", "2025-04-01", "2025-03-02", "2025-04-02"],
            "IgG": ["7.5", "=1+1", "-viel", "+8"],
            "Notiz": [None, "@x", "Frau Beispiel", "ok"],
        },
        {
            "Datum": {"kinds": frozenset({"date"})},
            "IgG": {"unit": "g/l", "kinds": frozenset({"number", "text"})},
        },
    )  # fmt: skip
    flags = pl.DataFrame({"IgG": [True, False, False, False]})
    events = table(
        "events", "events.csv", "", "lines", 2,
        {"Pat": ["P-001", "P-002"], "Beginn": ["1.3.2025", "31.2.2025"], "Text": ["Fieber", "?"]},
    )  # fmt: skip
    people = table(
        "people", "people.sav", "", "records", 1,
        {"id": ["P-001", "P-002"], "sex": ["1", "7"]},
        {"sex": {"label": "Geschlecht"}},
    )  # fmt: skip
    return {
        "labs": dataclasses.replace(labs, number_cells=flags),
        "events": events,
        "people": people,
    }


def findings() -> list[Finding]:
    """One of each kind of place."""
    return [
        not_a_number("C5", "=1+1"),
        not_a_number("C6", "-viel"),
        Finding.of(
            "mapping.impossible_date", centre="XX", file="events.csv", cell="line 3, column 'Beginn'", value="31.2.2025",
            variable="AESTDTC", domain="AE", where="events.csv, line 3", text="31.2.2025",
        ),
        Finding.of(
            "validate.codelist", centre="XX", file="people.sav", cell="row 2, column 'sex'",
            domain="DM", usubjid="S-XX-002", variable="SEX", value="7", codelist="SEX",
            closest="none", record="SUBJID=P-002",
        ),
        Finding.of("identifier.name", centre="XX", file="book.xlsx", sheet="Labor", cell="D6", value="F••• B•••••••", where="", count=1),
        Finding.of("intake.hidden_column", centre="XX", file="book.xlsx", sheet="Labor", cell="D", at="", variable="Notiz"),
        Finding.of(
            "harmonise.after_death", centre="XX", domain="LB", usubjid="S-XX-001",
            variable="LBDTC", value="2025-04-01", death="2025-03-05", file="book.xlsx",
            sheet="Labor", cell="B5", record="LBTESTCD=IGG; LBDTC=2025-04-01",
            cells=(Cell(file="events.csv", cell="line 2, column 'Beginn'", value="1.3.2025"),),
        ),
        Finding.of("intake.comment", centre="XX", file="book.xlsx", sheet="Labor", cell="B4", at="", value="a note"),
        Finding.of("intake.unknown_file", centre="XX", file="extra.pdf"),
        Finding.of("validate.variable_missing", domain="LB", variable="LBTEST", core="required"),
    ]  # fmt: skip


def not_a_number(cell: str, value: str) -> Finding:
    """A cell of the column IgG that is not a number."""
    return Finding.of(
        "mapping.not_a_number", centre="XX", file="book.xlsx", sheet="Labor", cell=cell,
        value=value, variable="LBSTRESC", domain="LB", where=f"book.xlsx, sheet 'Labor', cell {cell}",
        text=value, format="decimal comma, thousands none",
    )  # fmt: skip


def publish(
    folder: Path,
    found: Sequence[Finding] | None = None,
    when: str = "2025-09-01T10:00:00Z",
    *,
    delivery: str = "a",
    given: Mapping[str, RawTable] | None = None,
) -> Published:
    """Record a run and write the workbooks under ``folder``."""
    return publish_queries(
        findings() if found is None else found,
        [
            CentreQueries(
                source=SOURCE,
                tables=given or tables(),
                files={"book.xlsx": delivery},
                snapshot={"delivery": delivery},
            )
        ],
        history=folder / "history.sqlite",
        out=folder / "out",
        study="S",
        when=when,
        who="kim",
    )
