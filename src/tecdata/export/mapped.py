"""The records of one centre as mapping leaves them, for a look before they are harmonised."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tecdata.export.parquet import write_table

if TYPE_CHECKING:
    from tecdata.dataset import Dataset

__all__ = ["write_mapped"]


def write_mapped(datasets: Mapping[str, Dataset], folder: Path) -> list[Path]:
    """Write ``<folder>/<domain>.parquet``: variables, local ids and provenance as mapped.

    Returns the paths, in the order of ``datasets``. Domains without a record get no file, and
    files of an earlier call that this one does not write are removed: they would pass for today's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, dataset in datasets.items():
        if len(dataset):
            paths.append(folder / f"{name.lower()}.parquet")
            write_table(paths[-1], dataset.frame.to_polars())
    for path in set(folder.glob("*.parquet")) - set(paths):
        path.unlink()
    return paths
