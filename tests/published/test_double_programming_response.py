"""Response once more, in SQL over the XPT files (response.sql): nothing of tecdata's derivations or tables is used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pandas as pd
import polars as pl
import pytest
from tests.published.targets import rows

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun

DOMAINS = ("dm", "ds", "mh", "rs", "qs", "re", "lb", "cm", "ae")
TARGETS = [row for row in rows("text_targets") if row["section"] in ("response", "pro")]


@pytest.fixture(scope="module")
def database(sample_run: StudyRun, sample_out: Path) -> duckdb.DuckDBPyConnection:
    assert sample_run.datasets
    connection = duckdb.connect()
    for name in DOMAINS:
        frame = pd.read_sas(sample_out / "sdtm" / "xpt" / f"{name}.xpt", encoding="ascii")
        connection.register(name, frame)
    connection.execute((Path(__file__).parent / "response.sql").read_text("utf-8"))
    return connection


def test_every_row_of_response_is_programmed_twice(database: duckdb.DuckDBPyConnection) -> None:
    found = database.execute("select id from statistic").fetchall()
    assert sorted(row[0] for row in found) == sorted(row["id"] for row in TARGETS)
    assert len(found) == 12


@pytest.mark.parametrize("target", TARGETS, ids=lambda row: row["id"])
def test_the_sql_gives_what_is_printed(
    target: dict[str, str], database: duckdb.DuckDBPyConnection
) -> None:
    query = "select found from statistic where id = ?"
    assert database.execute(query, [target["id"]]).fetchall() == [(target["published"],)]


def test_the_tier_of_every_assessment_agrees(
    sample_run: StudyRun, database: duckdb.DuckDBPyConnection
) -> None:
    adrs = sample_run.adam["ADRS"].to_polars().filter(pl.col("PARAMCD") == "TIER")
    derived = sorted(adrs.select("USUBJID", pl.col("ADY") - 1, "AVAL").rows())
    assert len(derived) == 100
    programmed = database.execute("select USUBJID, day, tier from tier order by all").fetchall()
    assert programmed == derived


def test_the_day_of_every_event_agrees(
    sample_run: StudyRun, database: duckdb.DuckDBPyConnection
) -> None:
    adtte = sample_run.adam["ADTTE"].to_polars().filter(pl.col("CNSR") == 0)
    derived = sorted(adtte.select("PARAMCD", "USUBJID", pl.col("ADY") - 1).rows())
    programmed = database.execute("select paramcd, USUBJID, day from event order by all").fetchall()
    assert len(programmed) == 40
    assert programmed == derived


def test_follow_up_agrees(sample_run: StudyRun, database: duckdb.DuckDBPyConnection) -> None:
    adsl = sample_run.adam["ADSL"].to_polars()
    derived = sorted(adsl.select("USUBJID", "FUPD").rows())
    assert database.execute("select USUBJID, followed from who order by all").fetchall() == derived
