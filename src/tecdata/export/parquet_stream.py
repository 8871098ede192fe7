"""A Parquet file that is written piece by piece and appears whole or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tecdata.export.atomic import atomic_file

if TYPE_CHECKING:
    import polars as pl

__all__ = ["parquet_stream"]


@contextlib.contextmanager
def parquet_stream(path: Path) -> Iterator[Callable[[pl.DataFrame], None]]:
    """Yield a function that appends a frame; all frames have the columns of the first.

    What is held in memory is one frame at a time. Missing parent folders are made; nothing is written
    where no frame was appended. The same frames give the same bytes.
    """
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(path) as stream:
        writers: list[Any] = []

        def append(frame: pl.DataFrame) -> None:
            table = frame.to_arrow()
            if not writers:
                writers.append(pq.ParquetWriter(stream, table.schema, compression="zstd"))
            writers[0].write_table(table)

        yield append
        for writer in writers:
            writer.close()
