"""The whole job on the sample exports: neither the order of rows nor the machine may show in it."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tecdata.dataset import PROVENANCE, SOURCE_TEXT
from tecdata.finding import Findings
from tecdata.harmonise import harmonise
from tecdata.intake import read_centre
from tecdata.mapping import map_centre
from tecdata.spec import CentreMapping, Specs, load_centre, load_specs
from tecdata.table import ROW

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl

    from tecdata.dataset import Dataset
    from tecdata.table import RawTable

    Change = Callable[[RawTable], RawTable]


@pytest.fixture(scope="module")
def specs(repository: Path) -> Specs:
    return load_specs(repository / "specs")


@pytest.fixture(scope="module")
def deliveries(repository: Path) -> tuple[tuple[CentreMapping, Mapping[str, RawTable]], ...]:
    """The five centres' mappings and tables."""
    read = []
    for folder in sorted((repository / "mappings").iterdir()):
        mapping = load_centre(folder)
        source = mapping.source
        delivery = read_centre(source, repository / source.folder, Findings())
        read.append((mapping, delivery.tables))
    return tuple(read)


def run(
    deliveries: tuple[tuple[CentreMapping, Mapping[str, RawTable]], ...],
    specs: Specs,
    change: Change,
) -> tuple[dict[str, Dataset], Findings]:
    """Mapping and harmonising of all centres, every table changed beforehand."""
    findings = Findings()
    mapped = [
        map_centre(mapping, {n: change(t) for n, t in tables.items()}, specs, findings).datasets
        for mapping, tables in deliveries
    ]
    return harmonise(mapped, specs, findings), findings


def shuffled(table: RawTable, seed: int) -> RawTable:
    """The same rows, under their own numbers, in another order."""
    order = list(range(table.frame.height))
    random.Random(f"{seed}/{table.centre}/{table.name}").shuffle(order)  # noqa: S311
    mixed = table.number_cells
    return dataclasses.replace(
        table, frame=table.frame[order], number_cells=mixed[order] if mixed.width else mixed
    )


def resorted(table: RawTable, seed: int) -> RawTable:
    """The table as if the centre had sorted it otherwise: the rows get the numbers of their places."""
    other = shuffled(table, seed)
    return dataclasses.replace(other, frame=other.frame.with_columns(table.frame[ROW]))


def records(dataset: Dataset, *, with_source: bool) -> pl.DataFrame:
    """Variables in order; with the provenance and the source text where they are compared too."""
    beside = [*PROVENANCE, SOURCE_TEXT] if with_source else []
    frame = dataset.frame.to_polars()
    names = dataset.records.columns
    return frame.select(*names, *[n for n in beside if n in frame.columns])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_shuffled_rows_give_the_same_datasets_and_sources(
    seed: int,
    deliveries: tuple[tuple[CentreMapping, Mapping[str, RawTable]], ...],
    specs: Specs,
) -> None:
    expected, found = run(deliveries, specs, lambda table: table)
    datasets, again = run(deliveries, specs, lambda table: shuffled(table, seed))
    assert list(datasets) == list(expected)
    for name, dataset in expected.items():
        assert records(datasets[name], with_source=True).equals(records(dataset, with_source=True))
    assert again.ordered() == found.ordered()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_files_sorted_otherwise_give_the_same_datasets(
    seed: int,
    deliveries: tuple[tuple[CentreMapping, Mapping[str, RawTable]], ...],
    specs: Specs,
) -> None:
    expected, _ = run(deliveries, specs, lambda table: table)
    datasets, _ = run(deliveries, specs, lambda table: resorted(table, seed))
    assert list(datasets) == list(expected)
    for name, dataset in expected.items():
        mine, theirs = (
            records(datasets[name], with_source=False),
            records(dataset, with_source=False),
        )
        assert mine.equals(theirs), name


def job(repository: Path, out: Path, **settings: str) -> tuple[dict[str, str], str]:
    """One run in a process of its own: the digest of every file it writes, and what it says."""
    kept = {k: v for k, v in os.environ.items() if k not in ("SOURCE_DATE_EPOCH", "LANG", "LC_ALL")}
    study = out.parent / f"study-{out.name}"
    for name in ("specs", "mappings", "sample_exports"):
        shutil.copytree(repository / name, study / name)
    shutil.copy(repository / "contradictions.yaml", study)
    done = subprocess.run(
        [sys.executable, "-m", "tecdata", "run", str(study), "--out", str(out)],
        env=kept | {"PYTHONPATH": str(repository / "src")} | settings,
        cwd=out.parent,
        capture_output=True,
        check=True,
    )
    files = sorted(p for p in out.rglob("*") if p.is_file())
    digests = {
        p.relative_to(out).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files
    }
    return digests, done.stdout.decode("utf-8").replace(str(out), "OUT")


def test_another_machine_writes_the_same_bytes(repository: Path, tmp_path: Path) -> None:
    one = job(repository, tmp_path / "1", TZ="UTC", LC_ALL="C", PYTHONHASHSEED="1")
    two = job(
        repository,
        tmp_path / "2",
        TZ="Pacific/Kiritimati",
        LC_ALL="de_DE.UTF-8",
        PYTHONHASHSEED="4242",
        POLARS_MAX_THREADS="1",
        PYTHONUTF8="0",
    )
    assert len(one[0]) > 50
    assert one == two
