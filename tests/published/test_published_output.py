"""Every published number comes out of the tables that the main job writes, as printed.

The job reads sample_exports only; nothing here looks at the truth they were made from.
"""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from tests.published.__main__ import main
from tests.published.expected import REASONS, SEVERAL, TEXTS, expected_csv
from tests.published.stated import stated
from tests.published.targets import rows

from tecdata.export import read_output
from tecdata.report import compare_tables

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun


@pytest.fixture(scope="module")
def compared(
    sample_run: StudyRun, sample_out: Path, tmp_path_factory: pytest.TempPathFactory
) -> pl.DataFrame:
    assert not sample_run.failed
    file = tmp_path_factory.mktemp("published") / "expected.csv"
    file.write_text(expected_csv(), encoding="utf-8")
    ard = pl.read_parquet(sample_out / "tables" / "ard.parquet")
    return compare_tables(file, ard, stated(read_output(sample_out)))


def test_every_number_is_equal_or_a_contradiction_of_the_article(compared: pl.DataFrame) -> None:
    odd = compared.filter(pl.col("result") != "equal")
    assert odd["result"].unique().to_list() == ["explained"]
    assert odd.height == len(REASONS) + 1
    assert compared.height > 390


def test_every_statistic_of_the_text_is_compared(compared: pl.DataFrame) -> None:
    single = {row["id"] for row in rows("text_targets")} - SEVERAL.keys()
    parts = {name for _, names, _ in SEVERAL.values() for name in names}
    assert single | parts <= set(compared["row"])


def test_contradictions_are_contradictions_still(compared: pl.DataFrame) -> None:
    explained = compared.filter(pl.col("reason") != "")
    assert (explained["result"] == "explained").all(), (
        "a reason is given for a number that is equal"
    )
    assert dict(explained.select("row", "computed").iter_rows()) == {
        "Cardiac: Decompensated heart insufficiency": "1",
        "FU_PY": "11.7",
        "FU": "5.1 (0.6-21.2)",
    }


def test_the_csv_of_table_2_is_the_published_one(sample_run: StudyRun, sample_out: Path) -> None:
    assert sample_run.adam
    with (sample_out / "tables" / "table2.csv").open(encoding="utf-8", newline="") as stream:
        ours = list(csv.reader(stream))
    published = rows("table2")
    assert ours[0] == list(published[0])
    assert [row[0] for row in ours[1:]] == [row["category"] for row in published]
    labels = [row["event"].replace("/µL", "/nL") for row in published]
    assert [row[1] for row in ours[1:]] == labels


def _terms(text: str) -> list[str]:
    """The words of a list, whatever their order, case and brackets."""
    words = re.split(r"[,(]", text.replace(")", "").replace("incl. ", ""))
    return sorted(re.sub(r"[^a-z0-9/]", "", word.casefold()) for word in words)


@pytest.mark.parametrize("column", TEXTS)
def test_the_lists_of_table_1_name_the_same(
    column: str, sample_run: StudyRun, sample_out: Path
) -> None:
    assert sample_run.adam
    with (sample_out / "tables" / "table1.csv").open(encoding="utf-8", newline="") as stream:
        ours = {row["patient"]: row[column] for row in csv.DictReader(stream)}
    for row in rows("table1"):
        assert _terms(ours[row["patient"]]) == _terms(row[column]), row["patient"]


def test_the_comparison_is_written(sample_run: StudyRun, sample_out: Path, tmp_path: Path) -> None:
    assert sample_run.adam
    out = shutil.copytree(sample_out, tmp_path / "out")
    assert main(out) == 0
    page = (out / "published" / "comparison.html").read_text("utf-8")
    assert "140.4 / 12 = 11.7" in page
