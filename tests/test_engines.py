"""The same mapping files give the same records on Polars, on pandas, and from and to Spark frames."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import tecdata
from tecdata.demo import bootstrap, write_exports
from tecdata.errors import HarmoniseError
from tecdata.finding import Findings
from tecdata.harmonise import harmonise
from tecdata.intake import read_centre
from tecdata.mapping import map_centre
from tecdata.spec import load_centre

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.spec import Specs

Harmonised = Mapping[str, "Dataset"]


def both(
    study: Path, specs: Specs
) -> tuple[tuple[Harmonised, Findings], tuple[Harmonised, Findings]]:
    """All centres of a study mapped and harmonised on Polars, and on pandas."""
    by_polars, by_pandas = [], []
    findings = (Findings(), Findings())
    for path in sorted((study / "mappings").iterdir()):
        mapping = load_centre(path)
        tables = read_centre(mapping.source, study / mapping.source.folder, Findings()).tables
        by_polars.append(map_centre(mapping, tables, specs, findings[0]).datasets)
        mapped = map_centre(mapping, tables, specs, findings[1], engine="pandas")
        by_pandas.append(mapped.datasets)
    return (
        (harmonise(by_polars, specs, findings[0]), findings[0]),
        (harmonise(by_pandas, specs, findings[1]), findings[1]),
    )


def same(one: Harmonised, other: Harmonised) -> None:
    """Record for record, in the same order, sequence numbers included."""
    assert list(one) == list(other)
    for name, dataset in one.items():
        mine, theirs = dataset.to_polars(), other[name].to_polars()
        assert mine.columns == theirs.columns
        assert mine.rows() == theirs.rows(), name


def test_the_five_centres_on_pandas(repository: Path, sample_specs: Specs) -> None:
    (polars, said), (pandas, told) = both(repository, sample_specs)
    assert all(d.frame.implementation.is_pandas() for n, d in pandas.items() if n == "LB")
    same(polars, pandas)
    assert [f.message for f in said] == [f.message for f in told]


def test_a_study_opened_on_pandas_gives_the_same_datasets(repository: Path) -> None:
    made = tecdata.open_study(repository, engine="pandas")
    expected = tecdata.open_study(repository)
    mine, theirs = made.harmonise(), expected.harmonise()
    assert list(mine) == list(theirs)
    for name, dataset in theirs.items():
        assert mine[name].frame.to_polars().equals(dataset.frame.to_polars()), name
        assert mine[name].frame.schema == dataset.frame.schema, name
        assert mine[name].origins == dataset.origins, name
    assert made.findings.ordered() == expected.findings.ordered()


def test_a_resampled_cohort_on_pandas(
    repository: Path, sample_specs: Specs, tmp_path: Path
) -> None:
    shutil.copytree(repository / "mappings", tmp_path / "mappings")
    write_exports(bootstrap(40, 3), tmp_path / "sample_exports")
    (polars, _), (pandas, _) = both(tmp_path, sample_specs)
    assert len(polars["DM"]) == 40
    same(polars, pandas)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Spark in local mode, the session that all of these tests find active."""
    pytest.importorskip("pyspark.sql", reason="needs the extra tecdata[spark]")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("needs Java (Debian: apt-get install default-jre-headless)")
    from tecdata.spark import spark_session

    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.setenv("TECDATA_SPARK_MASTER", "local[2]")
        with spark_session(tmp_path_factory.mktemp("spark")) as made:
            yield made


def equal(made: Harmonised, expected: Harmonised) -> None:
    """Frame by frame, types, provenance and origins included."""
    assert list(made) == list(expected)
    for name, dataset in expected.items():
        mine, theirs = made[name].frame.to_polars(), dataset.frame.to_polars()
        assert mine.schema == theirs.schema, name
        assert mine.equals(theirs), name
        assert made[name].origins == dataset.origins, name


@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("session")
def test_the_five_centres_on_spark(repository: Path) -> None:
    made, expected = tecdata.open_study(repository, engine="spark"), tecdata.open_study(repository)
    equal(made.harmonise(), expected.harmonise())
    assert made.findings.ordered() == expected.findings.ordered()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("session")
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


@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("session")
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


@pytest.mark.filterwarnings("ignore")
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
