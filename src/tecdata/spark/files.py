"""Files of datasets that no one machine holds: Parquet by Spark, XPT parts by row offsets.

The shares follow each other in the order of USUBJID and each is sorted, so a record's place in the whole is
its place in its share and the records of the shares before. A transport file is a range of places;
each is written by one task, which takes its share of the pieces one after another.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from tecdata.errors import ExportError
from tecdata.shares import frame_of, stream_of
from tecdata.spark.batches import plain_batches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import pyarrow as pa

    from tecdata.export import FilePart
    from tecdata.spark.run import Pieces
    from tecdata.spec import Specs

__all__ = ["write_parquet_parts", "write_xpt_parts"]

_TYPES = {"String": "string", "Int64": "bigint", "Float64": "double", "Null": "string"}
_POLARS = {"string": pl.String, "bigint": pl.Int64, "double": pl.Float64}


def columns_of(pieces: Pieces, name: str) -> dict[str, str]:
    """The columns of a dataset's pieces with their Spark types, as all shares together have them.

    Whole numbers are fractional ones where they are so in any share; what some lack follows.
    """
    found: dict[str, str] = {}
    for share in pieces.merged.files:
        for column, dtype in share["columns"].get(name, {}).items():
            known, here = found.get(column), _TYPES[dtype]
            empty = dtype == "Null" and known is not None
            found[column] = known if empty or known == "double" else here  # type: ignore[assignment]
    return found


def write_parquet_parts(
    spark: Any, pieces: Pieces, name: str, order: Sequence[str], path: Path
) -> None:
    """Write the pieces of one name as ``path``, a folder of Parquet files that follow each other.

    ``order`` are the columns in their order.
    """
    types = columns_of(pieces, name)
    types = {column: types[column] for column in order if column in types}
    schema = ", ".join(f"`{column}` {dtype}" for column, dtype in types.items())
    shares = len(pieces.counts[name])
    at_once = int(spark.sparkContext.defaultParallelism)
    held = _held(spark, pieces, name).repartitionByRange(min(shares, at_once), "share")
    spread = held.sortWithinPartitions("share").mapInArrow(_spread(types), schema)
    spread.write.option("compression", "zstd").parquet(str(path))
    _tidy(path)


def _held(spark: Any, pieces: Pieces, name: str) -> Any:
    return spark.read.parquet(str(pieces.folder / f"name={name}")).select("share", "content")


def _spread(types: Mapping[str, str]) -> Callable[[Iterable[pa.RecordBatch]], Iterator[Any]]:
    def spread(batches: Iterable[pa.RecordBatch]) -> Iterator[Any]:
        for batch in batches:
            for content in batch.column("content"):
                frame = whole(frame_of(content.as_py()), types)
                yield from plain_batches(frame)

    return spread


def whole(frame: pl.DataFrame, types: Mapping[str, str]) -> pl.DataFrame:
    """The frame with all columns of its dataset, in their order and types."""
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None).alias(name)).cast(_POLARS[dtype])
        for name, dtype in types.items()
    )


def _tidy(folder: Path) -> None:
    """Keep the data alone, under names that a rerun gives again."""
    for path in folder.iterdir():
        if path.suffix != ".parquet" or path.name.startswith("."):
            path.unlink()
    for number, path in enumerate(sorted(folder.glob("*.parquet"))):
        path.rename(folder / f"part-{number:05}.parquet")


def write_xpt_parts(
    spark: Any, pieces: Pieces, name: str, parts: Sequence[FilePart], specs: Specs
) -> dict[str, int]:
    """Write the transport files of one dataset, each by one task; NaN written as missing, by variable.

    Memory is that of one share. Raises :class:`ExportError` for what the format cannot hold, or
    where a file has not the records it should have.
    """
    counts = pieces.counts[name]
    starts = dict(zip(counts, itertools.accumulate([0, *counts.values()]), strict=False))
    told = spark.sparkContext.broadcast((tuple(parts), starts, columns_of(pieces, name), specs))
    cut = _held(spark, pieces, name).mapInArrow(_cut(told), "part int, start long, content binary")
    sorted_ = cut.repartition(len(parts), "part").sortWithinPartitions("part", "start")
    written = sorted_.mapInArrow(
        _write(told), "part int, records long, nans string, problem string"
    ).collect()
    for row in written:
        if row["problem"]:
            raise ExportError(
                row["problem"],
                place=parts[row["part"]].path.stem.upper(),
                next_step="See the message of this dataset, mend it, and run again",
            )
    found = {row["part"]: row["records"] for row in written}
    for number, part in enumerate(parts):
        if found.get(number) != part.stop - part.start:
            raise ExportError(
                f"the file has {found.get(number, 0)} records instead of {part.stop - part.start}",
                place=part.path.stem.upper(),
                next_step="Run again; if it stays so, run with --engine polars and report this",
            )
    nans: Counter[str] = Counter()
    for row in written:
        nans.update(json.loads(row["nans"]))
    return dict(nans)


def _cut(told: Any) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Each share's records, cut where files end."""

    def cut(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        parts, starts, _, _ = told.value
        for batch in batches:
            for share, content in zip(batch.column("share"), batch.column("content"), strict=True):
                frame, start = frame_of(content.as_py()), starts[share.as_py()]
                for number, part in enumerate(parts):
                    first, records = part.within(start, frame.height)
                    if records:
                        own = stream_of(frame.slice(first, records))
                        row = {"part": [number], "start": [start + first], "content": [own]}
                        yield _row(row)

    return cut


def _write(told: Any) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """The files of a task, which come one after the other."""

    def pieces(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[int, bytes]]:
        for batch in batches:
            for part, content in zip(batch.column("part"), batch.column("content"), strict=True):
                yield part.as_py(), content.as_py()

    def write(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        parts, _, types, specs = told.value
        for number, own in itertools.groupby(pieces(batches), key=lambda piece: piece[0]):
            problem, records, nans = "", 0, {}
            try:
                with parts[number].writer(specs) as writer:
                    for _, content in own:
                        writer.append(whole(frame_of(content), types))
                records, nans = writer.rows, writer.nan_counts
            except ExportError as error:
                problem = str(error)
            yield _row(
                {
                    "part": [number],
                    "records": [records],
                    "nans": [json.dumps(nans)],
                    "problem": [problem],
                }
            )

    return write


def _row(values: Mapping[str, list[Any]]) -> pa.RecordBatch:
    import pyarrow as pa

    types = {
        "part": pa.int32(),
        "start": pa.int64(),
        "records": pa.int64(),
        "content": pa.binary(),
        "nans": pa.string(),
        "problem": pa.string(),
    }
    return pa.record_batch([pa.array(v, types[n]) for n, v in values.items()], names=list(values))
