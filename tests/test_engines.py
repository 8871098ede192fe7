"""The same mapping files give the same records on Polars and on pandas; on Spark: see tests/spark."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import tecdata
from tecdata.demo import bootstrap, write_exports
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
    write_exports(bootstrap(150, 3), tmp_path / "sample_exports")
    (polars, _), (pandas, _) = both(tmp_path, sample_specs)
    assert len(polars["DM"]) == 150
    same(polars, pandas)
