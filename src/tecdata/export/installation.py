"""Whether writing and reading back work on this machine, shown with a tiny dataset."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from tecdata.export.read_back import verify_xpt
from tecdata.export.xpt import write_xpt
from tecdata.export.xpt_records import XptVariable

__all__ = ["self_test"]


def self_test(folder: Path) -> None:
    """Write a dataset of two records as XPT and read it back with a reader that is not ours.

    Raises :class:`~tecdata.errors.ExportError` where what comes back is not what was written.
    """
    variables = (
        XptVariable("USUBJID", "Unique Subject Identifier", length=3),
        XptVariable("LBSTRESN", "Numeric Result/Finding in Standard Units", numeric=True),
    )
    table = pl.DataFrame({"USUBJID": ["S-1", "S-2"], "LBSTRESN": [0.1, None]})
    path = folder / "lb.xpt"
    label = "Laboratory Test Results"
    write_xpt(path, table, variables, label, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    verify_xpt(path, table, variables, label)
