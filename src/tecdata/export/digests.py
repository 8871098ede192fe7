"""What makes any change of an output noticeable: digests of files, of columns, and of the manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl

__all__ = ["column_digests", "file_digest", "manifest_text", "seal"]

#: Records hashed at once: bounds the memory.
_CHUNK: Final = 500_000

#: Key of the manifest that holds the digest of all the rest of it.
SEAL: Final = "manifest_sha256"


def file_digest(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def column_digests(frame: pl.DataFrame) -> dict[str, str]:
    """SHA-256 of each column: its values in order, missing told apart from empty.

    Numbers count as 64-bit floats, all else as text. Two files that hold the same values have the
    same digests, whatever their format or compression.

    >>> one = column_digests(pl.DataFrame({"A": ["x", None], "N": [1, 2]}))
    >>> two = column_digests(pl.DataFrame({"A": ["x", ""], "N": [1.0, 2.0]}))
    >>> one["A"] == two["A"], one["N"] == two["N"]
    (False, True)
    """
    digests = {name: hashlib.sha256(str(len(frame)).encode()) for name in frame.columns}
    for start in range(0, len(frame), _CHUNK):
        part = frame.slice(start, _CHUNK)
        part = part.with_columns(_nested(part[n]) for n, t in part.schema.items() if t.is_nested())
        # Expressions for all columns at once: on small data making one costs more than running it.
        numeric = [name for name, dtype in part.schema.items() if dtype.is_numeric()]
        numbers, texts = pl.col(numeric), (pl.exclude(numeric) if numeric else pl.all())
        texts = texts.cast(pl.String)
        # What tells missing from empty, and where one text ends and the next begins.
        shapes = part.select(
            numbers.is_null().cast(pl.UInt8), texts.str.len_bytes().cast(pl.Int64).fill_null(-1)
        )
        values = part.select(numbers.cast(pl.Float64).fill_null(0.0), texts.fill_null(""))
        for name, digest in digests.items():
            if values.schema[name].is_numeric():
                digest.update(shapes[name].to_numpy().tobytes())
                digest.update(values[name].to_numpy().astype("<f8").tobytes())
            else:
                digest.update(shapes[name].to_numpy().astype("<i8").tobytes())
                digest.update("".join(values[name].to_list()).encode())
    return {name: digest.hexdigest() for name, digest in digests.items()}


def _nested(part: pl.Series) -> pl.Series:
    """Lists and records (of findings) as text."""
    values = [None if v is None else json.dumps(v, default=str) for v in part.to_list()]
    return pl.Series(part.name, values, dtype=pl.String)


def manifest_text(manifest: Mapping[str, Any]) -> str:
    """A manifest as it is written: sorted keys, the same manifest gives the same bytes."""
    return json.dumps(manifest, sort_keys=True, indent=2, ensure_ascii=False) + "\n"


def seal(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest with the digest of all the rest of it under ``manifest_sha256``."""
    rest = {key: value for key, value in manifest.items() if key != SEAL}
    return rest | {SEAL: hashlib.sha256(manifest_text(rest).encode()).hexdigest()}
