"""From Polars to what Spark takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

__all__ = ["plain_batches"]


def plain_batches(frame: pl.DataFrame) -> Iterator[pa.RecordBatch]:
    """A frame in the plain types of Arrow that Spark takes: none of the large ones."""
    import pyarrow as pa

    plain = {
        pl.String: pa.string(),
        pl.Int64: pa.int64(),
        pl.Float64: pa.float64(),
        pl.Binary: pa.binary(),
        pl.List(pl.String): pa.list_(pa.string()),
        pl.List(pl.Boolean): pa.list_(pa.bool_()),
    }
    schema = pa.schema([(name, plain[dtype]) for name, dtype in frame.schema.items()])
    yield from frame.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(schema).to_batches()
