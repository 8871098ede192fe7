"""SDTM datasets from plain dicts under the shipped specs, for the tests of derivations."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from tecdata.dataset import Dataset
from tecdata.spec import Specs, load_specs

REPOSITORY = Path(__file__).parents[2]
Row = Mapping[str, Any]


@functools.cache
def shipped_specs() -> Specs:
    return load_specs(REPOSITORY / "specs")


def sdtm(**domains: Sequence[Row]) -> dict[str, Dataset]:
    """Datasets by name; every record gets STUDYID, and --SEQ by its place in the subject's records."""
    made = {}
    for name, rows in domains.items():
        records = [{"STUDYID": "S", **row} for row in rows]
        code = "SUPPQUAL" if name.startswith("SUPP") else name
        spec = shipped_specs().domains[code]
        if f"{name}SEQ" in spec.by_name:
            for number, record in enumerate(records, start=1):
                record.setdefault(f"{name}SEQ", number)
        columns = list(dict.fromkeys(key for record in records for key in record))
        types = {"integer": pl.Int64, "float": pl.Float64}
        schema = {c: types.get(spec.by_name[c].type, pl.String) for c in columns}
        made[name] = Dataset.of(pl.DataFrame(records, schema=schema), spec)
    return made
