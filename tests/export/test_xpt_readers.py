"""Readers that are not ours read what we write, with the same values, labels and lengths."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import polars as pl
import pyreadstat
import pytest

from tecdata.export import XptVariable, text_lengths, write_xpt

WHEN = datetime(2026, 3, 1, tzinfo=UTC)
LABELS = {"USUBJID": "Unique Subject Identifier", "TEXT": "A Text (with signs)", "N": "A Number"}


def frame(records: int = 500) -> pl.DataFrame:
    numbers = [None if i % 7 == 3 else (i - 250) * 10.0 ** (i % 140 - 70) for i in range(records)]
    texts = [None if i % 5 == 0 else " " * (i % 3) + "x" * (i % 200) for i in range(records)]
    return pl.DataFrame(
        {"USUBJID": [f"S-{i:04}" for i in range(records)], "TEXT": texts, "N": numbers}
    )


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("readers") / "xx.xpt"
    table = frame()
    lengths = text_lengths(table)
    variables = [
        XptVariable(n, LABELS[n], n == "N", 8 if n == "N" else lengths[n]) for n in table.columns
    ]
    write_xpt(path, table, variables, "A Dataset", WHEN)
    return path


def expected() -> pl.DataFrame:
    return frame().with_columns(pl.col("TEXT").fill_null(""))


def test_pyreadstat(written: Path) -> None:
    values, meta = pyreadstat.read_xport(str(written), output_format="polars")
    assert values.equals(expected())
    assert (meta.table_name, meta.file_label) == ("XX", "A Dataset")
    assert meta.column_names_to_labels == LABELS
    assert meta.variable_storage_width == {"USUBJID": 6, "TEXT": 200, "N": 8}
    assert meta.creation_time == WHEN.replace(tzinfo=None)


def test_polars_readstat(written: Path) -> None:
    other = pytest.importorskip("polars_readstat", reason="a second reader, not a dependency")
    values = other.read_readstat(str(written))
    assert values.with_columns(pl.col("TEXT").fill_null("")).equals(expected())


def test_pandas(written: Path) -> None:
    # pandas reads a stored 0.0 as 5.4e-79 (pandas issue 50670): there is none in the frame but one.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = pd.read_sas(written, format="xport", encoding="ascii")
    numbers = [None if pd.isna(v) else 0.0 if abs(v) < 1e-78 else v for v in values["N"]]
    assert numbers == expected()["N"].to_list()
    texts = [("" if pd.isna(v) else v) for v in values["TEXT"]]
    assert texts == expected()["TEXT"].to_list()
    assert values["USUBJID"].to_list() == expected()["USUBJID"].to_list()


def test_pyreadstat_writes_the_same_data_section(written: Path, tmp_path: Path) -> None:
    other = tmp_path / "xx.xpt"
    pyreadstat.write_xport(
        expected(), str(other), file_format_version=5, table_name="XX", file_label="A Dataset",
        column_labels=list(LABELS.values()),
    )  # fmt: skip
    marker = b"HEADER RECORD*******OBS     "
    ours, theirs = written.read_bytes(), other.read_bytes()
    assert ours[ours.index(marker) :] == theirs[theirs.index(marker) :]
