"""On Spark the same mapping files give the same records, findings and accounts as on one machine."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import tecdata
from tecdata.errors import HarmoniseError
from tecdata.finding import Findings
from tecdata.intake import read_centre
from tecdata.spec import load_centre

if TYPE_CHECKING:
    from tecdata.dataset import Dataset

Harmonised = Mapping[str, "Dataset"]

pytestmark = [pytest.mark.usefixtures("session"), pytest.mark.filterwarnings("ignore")]


def equal(made: Harmonised, expected: Harmonised) -> None:
    """Frame by frame, types, provenance and origins included."""
    assert list(made) == list(expected)
    for name, dataset in expected.items():
        mine, theirs = made[name].frame.to_polars(), dataset.frame.to_polars()
        assert mine.schema == theirs.schema, name
        assert mine.equals(theirs), name
        assert made[name].origins == dataset.origins, name


def test_the_five_centres_on_spark(repository: Path) -> None:
    made, expected = tecdata.open_study(repository, engine="spark"), tecdata.open_study(repository)
    equal(made.harmonise(), expected.harmonise())
    assert made.findings.ordered() == expected.findings.ordered()


def test_what_centres_map_on_spark(repository: Path, tmp_path: Path) -> None:
    names = ["berlin", "tuebingen"]
    expected = tecdata.open_study(repository, landing=tmp_path)
    runs = expected.map(centres=names)
    made = tecdata.open_study(repository, engine="spark", from_landing=tmp_path)
    for mine, theirs in zip(made.map(centres=names), runs, strict=True):
        assert mine.account == theirs.account
        assert mine.records == theirs.records
        filled = {name: d for name, d in theirs.datasets.items() if len(d)}
        equal(mine.datasets, filled)
    assert made.findings.ordered() == expected.findings.ordered()
    # Nothing that the executors wrote stays beside the landing.
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def test_the_error_of_a_share_is_that_of_one_machine(repository: Path, tmp_path: Path) -> None:
    for name in ("specs", "mappings", "sample_exports"):
        shutil.copytree(repository / name, tmp_path / name)
    study = tmp_path / "specs" / "study.yaml"
    study.write_text(study.read_text().replace("{number:03}", "{number:03}{place}"))
    told = []
    for engine in ("polars", "spark"):
        with pytest.raises(HarmoniseError) as caught:
            tecdata.open_study(tmp_path, engine=engine).harmonise(centres=["hamburg"])
        told.append(str(caught.value))
    assert told[0] == told[1]


def test_a_centre_from_and_to_spark(session: Any, repository: Path) -> None:
    study = tecdata.open_study(repository)
    source = load_centre(repository / "mappings/hamburg").source
    tables = read_centre(source, repository / source.folder, Findings()).tables
    frames = {
        name: session.createDataFrame(
            table.frame.drop("_row").to_arrow(compat_level=pl.CompatLevel.oldest())
        )
        for name, table in tables.items()
    }
    made = study.harmonise(centres=["hamburg"], frames={"hamburg": frames})
    expected = study.harmonise(centres=["hamburg"])
    assert made.keys() == expected.keys()
    for name, dataset in expected.items():
        native = made[name].to_native()
        assert type(native).__module__.startswith("pyspark")
        rows = [tuple(row) for row in native.collect()]
        mine = pl.DataFrame(rows, schema=native.columns, orient="row", infer_schema_length=None)
        assert mine.columns == dataset.to_polars().columns
        assert mine.rows() == dataset.to_polars().rows(), name
