"""The same records on every engine, for any number of bootstrapped subjects, and what each takes.

Run it by hand: ``python -m tests.bench.bench_engines [subjects] [polars pandas spark]``. The centres'
files are read once; mapping and harmonising are timed (seconds of the processor, its children
included, and of the clock), and the datasets of every further engine are compared record for record, --SEQ
included, with those of the first.
"""

# ruff: noqa: T201 - a script that prints what it measured

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

import tecdata
from tecdata.demo import bootstrap, write_exports

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.engine import EngineName

REPOSITORY = Path(__file__).parents[2]


def differences(one: Mapping[str, Dataset], other: Mapping[str, Dataset]) -> list[str]:
    """Datasets that are not equal in records, types, order and provenance."""
    if list(one) != list(other):
        return [f"{list(one)} and {list(other)}"]
    return [
        name
        for name, dataset in one.items()
        if not dataset.frame.to_polars().equals(other[name].frame.to_polars())
        or dataset.frame.schema != other[name].frame.schema
    ]


def main(subjects: int, engines: list[str]) -> int:
    """Measure and compare; 1 where something differs."""
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as name:
        study = Path(name)
        for part in ("specs", "mappings"):
            shutil.copytree(REPOSITORY / part, study / part)
        write_exports(bootstrap(subjects, 1), study / "sample_exports")
        landing = study / "landing"
        runs = tecdata.open_study(study, landing=landing).map()
        cells = sum(run.account.cells_read for run in runs if run.account is not None)
        print(f"{subjects} subjects, {cells} cells")
        first: Mapping[str, Dataset] | None = None
        wrong = 0
        for engine in engines:
            opened = tecdata.open_study(
                study, engine=cast("EngineName", engine), from_landing=landing
            )
            before, clock = os.times(), time.perf_counter()
            made = opened.harmonise()
            after = os.times()
            seconds = sum(after[:4]) - sum(before[:4])
            records = sum(len(dataset) for dataset in made.values())
            print(
                f"{engine:<8}{records} records  {seconds:8.1f} s processor  "
                f"{time.perf_counter() - clock:8.1f} s clock  {len(opened.findings)} findings"
            )
            if first is None:
                first = made
                continue
            unequal = differences(first, made)
            print(
                f"{engine:<8}{'equal to ' + engines[0] if not unequal else 'DIFFERS: ' + ', '.join(unequal)}"
            )
            wrong += bool(unequal)
    return int(wrong > 0)


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    named = [word for word in sys.argv[1:] if not word.isdigit()]
    sys.exit(main(numbers[0] if numbers else 2000, named or ["polars", "pandas"]))
