"""A job over all shares: two passes over the landing, one piece a share and dataset."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tecdata import errors
from tecdata.errors import TecdataError
from tecdata.intake import row_groups, rows_of_group
from tecdata.shares import (
    FACTS,
    ROW_SCHEMA,
    Merged,
    do_share,
    frame_of,
    merge,
    planned,
    rows_of,
    share_numbers,
    survey,
    whose,
)
from tecdata.spark.batches import plain_batches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pyarrow as pa

    from tecdata.shares import Job, Seen
    from tecdata.table import RawTable

__all__ = ["Pieces", "run_shares"]

_PART: Final = "centre string, table string, part long"
_SEEN: Final = "content string"
_NUMBERED: Final = "centre string, table string, _row long, cells array<string>, numbers array<boolean>, share long"
_PIECE: Final = "share long, name string, records long, content binary"
_ERROR: Final = "-error"


@dataclasses.dataclass(frozen=True, slots=True)
class Pieces:
    """What all shares gave, where it lies, and how many records each share has of each dataset.

    ``job`` is the job as it was run; ``counts`` are by dataset, then by share in their order.
    """

    job: Job
    folder: Path
    counts: dict[str, dict[int, int]]
    merged: Merged

    def frames(self, name: str) -> list[pl.DataFrame]:
        """The records of one dataset, share by share: for who can hold them all."""
        return [frame_of(content) for content in _contents(self.folder, name)]


def run_shares(spark: Any, job: Job, landing: Path, work: Path) -> Pieces:
    """Map, and harmonise where the job says so, all shares of the centres' landed tables.

    Parameters
    ----------
    spark
        The session.
    job
        The job without its bounds: they are found here.
    landing
        A folder for each centre, as :func:`tecdata.intake.write_landing` writes it. All executors
        must find it, and ``work``, under the same path.
    work
        An empty or missing folder, which gets the pieces.

    Raises
    ------
    TecdataError
        What a share cannot go on with, as on one machine.
    """
    at_once = int(spark.sparkContext.defaultParallelism)
    parts = [
        (centre.name, table, part)
        for centre in job.centres
        for table in centre.subjects
        for part in range(row_groups(landing / centre.name, table))
    ]
    if not parts:
        parts = [(centre.name, "", 0) for centre in job.centres[:1]]
    listed = spark.createDataFrame(parts, _PART).repartition(min(len(parts), 4 * at_once))
    first = spark.sparkContext.broadcast((job, landing))
    seen = [_seen(row[0]) for row in listed.mapInArrow(_surveys(first), _SEEN).collect()]
    job = planned(job, seen, at_once=at_once)
    told = spark.sparkContext.broadcast((job, landing))
    numbered = listed.mapInArrow(_numbers(told), _NUMBERED)
    shares = len(job.bounds) + 1
    pieces = (
        numbered.repartition(shares, "share").groupBy("share").applyInArrow(_works(told), _PIECE)
    )
    pieces.write.partitionBy("name").parquet(str(work))
    for content in _contents(work, _ERROR):
        _raise(json.loads(content))
    if not list(_contents(work, FACTS)):
        _without_rows(job, work)
    return Pieces(job, work, _counts(work), merge(job, _contents(work, FACTS)))


def _parts(
    batches: Iterable[pa.RecordBatch], job: Job, landing: Path
) -> Iterator[tuple[str, RawTable]]:
    """The parts of tables that a task is given, one at a time, with their centres."""
    for batch in batches:
        for part in batch.to_pylist():
            if part["table"]:
                table = job.centre(part["centre"]).tables[part["table"]]
                folder = landing / part["centre"]
                yield part["centre"], rows_of_group(folder, table, part["part"])


def _surveys(told: Any) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def look(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        job, landing = told.value
        for centre, table in _parts(batches, job, landing):
            counts, shown = survey(job, rows_of(centre, table))
            signs = [[name, list(sign)] for name, sign in sorted(shown)]
            yield from plain_batches(pl.DataFrame({"content": [json.dumps([counts, signs])]}))

    return look


def _seen(content: str) -> Seen:
    counts, signs = json.loads(content)
    return counts, {(name, (table, column, sign)) for name, (table, column, sign) in signs}


def _numbers(told: Any) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def number(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        job, landing = told.value
        for centre, table in _parts(batches, job, landing):
            numbers = share_numbers(job, whose(job, centre, table))
            rows = rows_of(centre, table).with_columns(pl.Series("share", numbers, pl.Int64))
            yield from plain_batches(rows)

    return number


def _works(told: Any) -> Callable[[pa.Table], pa.Table]:
    def work(rows: pa.Table) -> pa.Table:
        job, _ = told.value
        share = rows.column("share")[0].as_py()
        frame = pl.DataFrame(rows.select(list(ROW_SCHEMA)))
        try:
            made = [
                (p.name, p.records, p.content) for p in do_share(job, frame, all_centres=not share)
            ]
        except TecdataError as error:
            made = [(_ERROR, 0, _told(error))]
        return _table([(share, *piece) for piece in made])

    return work


def _told(error: TecdataError) -> bytes:
    fields = ("message", "place", "choices", "next_step")
    return json.dumps(
        {"kind": type(error).__name__, **{name: getattr(error, name) for name in fields}}
    ).encode()


def _raise(told: dict[str, Any]) -> None:
    kind = getattr(errors, told.pop("kind"), TecdataError)
    raise kind(told.pop("message"), **told)


def _table(pieces: list[tuple[int, str, int, bytes]]) -> pa.Table:
    import pyarrow as pa

    types = {
        "share": pa.int64(),
        "name": pa.string(),
        "records": pa.int64(),
        "content": pa.binary(),
    }
    columns = zip(*pieces, strict=True)
    return pa.table(
        {name: pa.array(values, types[name]) for name, values in zip(types, columns, strict=True)}
    )


def _without_rows(job: Job, work: Path) -> None:
    """A study whose tables have no row has one share all the same, which says so of each table."""
    made = do_share(job, pl.DataFrame(schema=dict(ROW_SCHEMA)), all_centres=True)
    for piece in made:
        folder = work / f"name={piece.name}"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        columns = {"share": [0], "records": [piece.records], "content": [piece.content]}
        pl.DataFrame(columns).write_parquet(folder / "part-0.parquet")


def _files(work: Path, name: str) -> list[Path]:
    return sorted((work / f"name={name}").glob("part-*.parquet"))


def _contents(work: Path, name: str) -> list[bytes]:
    """The pieces of one name in the order of the shares."""
    files = _files(work, name)
    if not files:
        return []
    held = pl.read_parquet(files, columns=["share", "content"], hive_partitioning=False)
    return held.sort("share").get_column("content").to_list()


def _counts(work: Path) -> dict[str, dict[int, int]]:
    counts: dict[str, dict[int, int]] = {}
    for folder in sorted(work.glob("name=*")):
        name = folder.name.removeprefix("name=")
        if name in (FACTS, _ERROR):
            continue
        held = pl.read_parquet(
            _files(work, name), columns=["share", "records"], hive_partitioning=False
        )
        counts[name] = dict(held.sort("share").iter_rows())
    return counts
