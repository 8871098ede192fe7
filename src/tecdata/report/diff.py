"""Two outputs compared: records that came, went and changed, each with its source cells.

Records are the same where the natural keys of their domain are; numbers that only count
(--SEQ, and RELID) are not compared. Records of SUPP-- and RELREC are known by the record they belong to.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from tecdata.errors import UsageError
from tecdata.report.diff_changes import SIDE, Change, changes_of
from tecdata.report.diff_keys import IDENTITY, identified, natural_keys, plain

if TYPE_CHECKING:
    from tecdata.spec import DomainSpec

__all__ = ["Change", "DatasetDiff", "StudyDiff", "diff_datasets"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DatasetDiff:
    """How many records of one dataset are in either output, and what differs."""

    dataset: str
    old_records: int
    new_records: int
    changes: tuple[Change, ...]

    def count(self, kind: Literal["added", "removed", "changed"]) -> int:
        """Records (not values) of a kind."""
        return len({(c.usubjid, c.key) for c in self.changes if c.kind == kind})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StudyDiff:
    """All datasets of two outputs, by name."""

    datasets: tuple[DatasetDiff, ...]

    @property
    def same(self) -> bool:
        """True where no record and no value differs."""
        return not any(d.changes for d in self.datasets)

    def to_dict(self) -> dict[str, Any]:
        """JSON types only."""
        return {
            "same": self.same,
            "datasets": [
                {
                    "dataset": d.dataset,
                    "old_records": d.old_records,
                    "new_records": d.new_records,
                    "added": d.count("added"),
                    "removed": d.count("removed"),
                    "changed": d.count("changed"),
                    "values": sum(bool(c.variable) for c in d.changes),
                }
                for d in self.datasets
            ],
            "changes": [dataclasses.asdict(c) for d in self.datasets for c in d.changes],
        }


def diff_datasets(old: Path, new: Path, domains: Mapping[str, DomainSpec]) -> StudyDiff:
    """Compare the datasets of two output folders of ``tecdata run``.

    Parameters
    ----------
    old, new
        Folders with ``sdtm/parquet`` and ``trace``.
    domains
        The domain specs by name, for the natural keys (``specs.domains``).

    Raises
    ------
    UsageError
        A folder is no output, or a dataset cannot be read or has no spec.
    """
    before, after = _Output(old), _Output(new)
    names = sorted(before.names | after.names)
    return StudyDiff(datasets=tuple(_compare(name, before, after, domains) for name in names))


class _Output:
    """The datasets of one output folder, read when asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        parquet = folder / "sdtm" / "parquet"
        if not parquet.is_dir():
            raise UsageError(
                "this is not an output of tecdata run: it has no sdtm/parquet",
                place=str(folder),
                next_step="Name the folder given as --out",
            )
        self.names = {path.stem.upper() for path in parquet.glob("*.parquet")}
        self._read: dict[str, pl.DataFrame] = {}

    def table(self, name: str) -> pl.DataFrame:
        """A dataset with the cells of its records; empty where this output does not have it."""
        if name not in self._read:
            self._read[name] = self._load(name) if name in self.names else pl.DataFrame()
        return self._read[name]

    def _load(self, name: str) -> pl.DataFrame:
        """A dataset as text with the source cells of its records."""
        path = self.folder / "sdtm" / "parquet" / f"{name.lower()}.parquet"
        trace = self.folder / "trace" / f"{name.lower()}.parquet"
        try:
            table = pl.read_parquet(path)
            cells = pl.read_parquet(trace) if trace.is_file() else None
        except (pl.exceptions.PolarsError, OSError) as error:
            raise UsageError(
                f"the dataset cannot be read ({type(error).__name__})",
                place=str(path),
                next_step="Run tecdata run again to write it anew",
            ) from error
        if cells is None or cells.height != table.height:
            empty = pl.lit("", dtype=pl.String)
            return table.with_columns(empty.alias(SIDE + "file"), empty.alias(SIDE + "cell"),
                                      pl.lit(None, dtype=pl.Int64).alias(SIDE + "row"))  # fmt: skip
        file = pl.concat_str(
            pl.col("file"), pl.when(pl.col("sheet") != "").then(pl.lit(", ") + pl.col("sheet")),
            ignore_nulls=True,
        )  # fmt: skip
        return table.with_columns(
            cells.select(
                file.fill_null("").alias(SIDE + "file"),
                pl.col("value_cell").fill_null("").alias(SIDE + "cell"),
                pl.col("row").alias(SIDE + "row"),
            )
        )


def _compare(
    name: str, old: _Output, new: _Output, domains: Mapping[str, DomainSpec]
) -> DatasetDiff:
    """What was added, removed and changed in one dataset."""
    before = identified(name, old.table, domains)
    after = identified(name, new.table, domains)
    compared = sorted(
        {
            column
            for column in (*before.columns, *after.columns)
            if not column.startswith("_") and column not in ("USUBJID", *_uncompared(name))
        }
    )
    sides = {}
    for side, table in (("old", before), ("new", after)):
        lacking = [
            pl.lit(None, dtype=pl.String).alias(c) for c in compared if c not in table.columns
        ]
        kept = table.with_columns(lacking) if table.width else _empty(compared)
        sides[side] = kept.select(
            pl.col("USUBJID").fill_null(""),
            IDENTITY,
            *[plain(kept, c).alias(f"{side}:{c}") for c in compared],
            *[pl.col(SIDE + c).alias(f"{side}:{SIDE}{c}") for c in ("file", "cell", "row")],
            pl.lit(value=True).alias(f"{side}:there"),
        )
    joined = sides["old"].join(sides["new"], on=["USUBJID", IDENTITY], how="full", coalesce=True)
    table = after if after.width else before
    keys = [k for k in natural_keys(name, table, domains) if k in compared]
    changes = changes_of(name, joined, compared, keys)
    order = sorted(changes, key=lambda c: (c.usubjid, c.key, c.variable))
    return DatasetDiff(
        dataset=name, old_records=before.height, new_records=after.height, changes=tuple(order)
    )


def _empty(compared: list[str]) -> pl.DataFrame:
    """The table of a dataset that one side does not have."""
    schema: dict[str, type[pl.DataType]] = dict.fromkeys(
        ["USUBJID", IDENTITY, *compared], pl.String
    )
    schema |= {SIDE + "file": pl.String, SIDE + "cell": pl.String, SIDE + "row": pl.Int64}
    return pl.DataFrame(schema=schema)


def _uncompared(name: str) -> tuple[str, ...]:
    """Variables that only number the records."""
    return (f"{name}SEQ", "IDVARVAL", "RELID")
