"""A few analysis records for the tests of tables."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl
from tests.derive.made_study import shipped_specs

from tecdata.report.table_data import TableData
from tecdata.spec.tables import Table, TableFile

if TYPE_CHECKING:
    from tecdata.report.ard import Cell
    from tecdata.spec import Specs

SUBJECTS = pl.DataFrame(
    {
        "USUBJID": ["S-1", "S-2", "S-3", "S-4"],
        "SAFFL": ["Y", "Y", "Y", "N"],
        "SEX": ["F", "F", "M", "M"],
        "AGE": [30, 41, 52, 99],
        "FUPD": [365, 10, 100, None],
        "FUPM": [12.0, 0.5, 3.5, None],
    }
)
EVENTS = pl.DataFrame(
    [
        ("S-1", 1, "FEVER", "1", "Y", "Y", 3, 1),
        ("S-1", 2, "FEVER", "2", "N", "Y", 40, 2),
        ("S-2", 1, "COUGH", "3", "Y", "Y", 5, 1),
        ("S-2", 2, "COUGH", "1", "N", None, -5, None),
        ("S-4", 1, "FEVER", "1", "N", "Y", 2, 1),
    ],
    schema={
        "USUBJID": pl.String,
        "AESEQ": pl.Int64,
        "AEDECOD": pl.String,
        "ATOXGR": pl.String,
        "AESHOSP": pl.String,
        "TRTEMFL": pl.String,
        "ASTDY": pl.Int64,
        "DOSENO": pl.Int64,
    },
    orient="row",
)
LABS = pl.DataFrame(
    [
        ("S-1", "IGG", 8.0, -3, "Y", "LB", 1),
        ("S-1", "IGG", 3.0, 30, None, "LB", 2),
        ("S-1", "IGG", 5.0, 150, None, "LB", 3),
        ("S-2", "IGG", 9.0, -3, "Y", "LB", 1),
        ("S-3", "IGG", 7.0, -3, "Y", "LB", 1),
        ("S-3", "IGG", 6.0, 20, None, "LB", 2),
    ],
    schema=dict(
        zip(
            ("USUBJID", "PARAMCD", "AVAL", "ADY", "ABLFL", "SRCDOM", "SRCSEQ"),
            (pl.String, pl.String, pl.Float64, pl.Int64, pl.String, pl.String, pl.Int64),
            strict=True,
        )
    ),
    orient="row",
)
ABNORMALITIES = pl.DataFrame(
    {"USUBJID": ["S-1"], "ABNCD": ["IGGLOW"], "ABNSEQ": [1], "SRCDOM": ["LB"], "SRCSEQ": [2]}
)
FRAMES = {"ADSL": SUBJECTS, "ADAE": EVENTS, "ADLB": LABS, "ADABN": ABNORMALITIES}
DATA = TableData(FRAMES)


def table(**keys: object) -> Table:
    """One table of a spec, with the keys every table has."""
    common = {"table": "t", "title": "Title", "population_label": "All treated"}
    (made,) = TableFile.model_validate({"tables": [{**common, **keys}]}).tables
    return made


def specs_of(*tables: Table) -> Specs:
    return dataclasses.replace(shipped_specs(), tables={t.table: t for t in tables})


def texts(cells: list[Cell]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for cell in cells:
        found.setdefault(cell.row, {})[cell.column] = cell.text
    return found


def behind(cell: Cell) -> list[tuple[object, ...]]:
    return list(cell.records.iter_rows())


def one_row(**row: object) -> Mapping[str, object]:
    return {
        "kind": "summary",
        "column": "Value",
        "sections": [{"heading": "H", "rows": [{"id": "X", "label": "x", **row}]}],
    }
