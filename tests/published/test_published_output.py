"""Every published number comes out of the tables that the main job writes, as printed, from the exports alone.

The job and the comparison run in a process of their own, over a copy of the package that has no ``demo``, in a folder
with the exports, the specs, the mappings and the published numbers: nothing there knows the truth the exports were made from.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from tests.published.expected import REASONS, SEVERAL, TEXTS
from tests.published.targets import rows

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun

REPOSITORY = Path(__file__).parents[2]
STUDY = ("sample_exports", "specs", "mappings", "contradictions.yaml")
#: What the comparison consists of; the other modules here compute the numbers from the truth.
COMPARISON = ("__main__.py", "expected.py", "stated.py", "targets.py")
FIND_DEMO = """
import importlib.util, pathlib, tecdata
print(pathlib.Path(tecdata.__file__).parent)
print(importlib.util.find_spec("tecdata.demo"))
"""


class Alone:
    """A folder with the package without ``demo``, the study and the comparison."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.package = folder / "package" / "tecdata"
        without = shutil.ignore_patterns("demo", "__pycache__")
        shutil.copytree(REPOSITORY / "src" / "tecdata", self.package, ignore=without)
        for name in STUDY:
            source = REPOSITORY / name
            if source.is_dir():
                shutil.copytree(source, folder / "study" / name)
            else:
                shutil.copy(source, folder / "study")
        published = folder / "package" / "tests" / "published"
        published.mkdir(parents=True)
        for name in (
            *COMPARISON,
            *(f"{name}.csv" for name in ("table1", "table2", "text_targets")),
        ):
            shutil.copy(REPOSITORY / "tests" / "published" / name, published)

    def python(self, *arguments: str) -> str:
        environment = {**os.environ, "PYTHONPATH": str(self.folder / "package")}
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder / "study",
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Alone:
    return Alone(tmp_path_factory.mktemp("alone"))


@pytest.fixture(scope="module")
def out(alone: Alone) -> Path:
    """What the main job and then the comparison wrote."""
    alone.python("-m", "tecdata", "run", ".", "--out", "out")
    alone.python("-m", "tecdata", "tables", ".", "--out", "out")
    alone.python("-m", "tests.published", "out")
    return alone.folder / "study" / "out"


@pytest.fixture(scope="module")
def compared(out: Path) -> pl.DataFrame:
    file = out / "published" / "comparison.csv"
    return pl.read_csv(file, infer_schema=False).fill_null("")


def test_the_program_runs_without_the_truth(alone: Alone) -> None:
    assert alone.python("-c", FIND_DEMO).split() == [str(alone.package), "None"]


def test_the_exports_give_the_same_bytes_as_the_whole_package(
    out: Path, sample_run: StudyRun, sample_out: Path
) -> None:
    assert sample_run.adam
    for folder in ("sdtm/xpt", "adam/xpt"):
        names = sorted(path.name for path in (sample_out / folder).iterdir())
        assert names == sorted(path.name for path in (out / folder).iterdir())
        for name in names:
            assert (out / folder / name).read_bytes() == (sample_out / folder / name).read_bytes()


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


def test_the_csv_of_table_2_is_the_published_one(out: Path) -> None:
    with (out / "tables" / "table2.csv").open(encoding="utf-8", newline="") as stream:
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
def test_the_lists_of_table_1_name_the_same(column: str, out: Path) -> None:
    with (out / "tables" / "table1.csv").open(encoding="utf-8", newline="") as stream:
        ours = {row["patient"]: row[column] for row in csv.DictReader(stream)}
    for row in rows("table1"):
        assert _terms(ours[row["patient"]]) == _terms(row[column]), row["patient"]


def test_the_comparison_is_a_page_with_the_arithmetic(out: Path) -> None:
    page = (out / "published" / "comparison.html").read_text("utf-8")
    assert "140.4 / 12 = 11.7" in page
