"""Whether an output folder is, byte for byte, what the run that made it wrote."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tecdata.errors import TecdataError, UsageError
from tecdata.export.atomic import MANIFEST
from tecdata.export.digests import column_digests, file_digest, manifest_text, seal
from tecdata.export.products import product_differences
from tecdata.export.xpt_shape import count_records

__all__ = ["Difference", "verify_output"]


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not what the manifest says: its path below the folder, and what is wrong."""

    path: str
    what: str


def verify_output(out: Path) -> tuple[Difference, ...]:
    """Compare every file of an output with its manifest.

    Parameters
    ----------
    out
        The folder that ``tecdata run --out`` wrote.

    Returns
    -------
    tuple of Difference
        Empty where nothing differs. Found are: files that are missing, files that the manifest
        does not know in the folders it lists, other sizes, other bytes (with the columns whose
        values differ, for Parquet), other numbers of records, a manifest that was changed, and
        tables, figures and reports that are not as they were made or of another run.

    Raises
    ------
    UsageError
        There is no folder, or no manifest in it: it was never complete.

    Examples
    --------
    >>> verify_output(Path("out"))  # doctest: +SKIP
    ()
    """
    if not out.is_dir():
        raise UsageError(
            "the folder does not exist", place=str(out), next_step="Name one that a run wrote"
        )
    path = out / MANIFEST
    if not path.is_file():
        raise UsageError(
            f"there is no {MANIFEST}: this is no output, or the run that wrote it was killed",
            place=str(out),
            next_step="Run again with the same --out: it finishes or replaces what is there",
        )
    try:
        written = path.read_bytes().decode()
        manifest = json.loads(written)
        entries = {str(entry["path"]): entry for entry in manifest["outputs"]}
    except (ValueError, KeyError, TypeError):
        return (Difference(MANIFEST, "it cannot be read: it was changed or cut short"),)
    if written != manifest_text(manifest) or manifest != seal(manifest):
        return (Difference(MANIFEST, "it was changed after it was written"),)
    found = [d for name in sorted(entries) for d in _file(out, name, entries[name])]
    made = (Difference(name, what) for name, what in product_differences(out))
    return (*found, *_strangers(out, set(entries)), *made)


def _file(out: Path, name: str, entry: Mapping[str, Any]) -> Iterator[Difference]:
    """What differs between a file and its entry in the manifest, down to the column."""
    path = out / name
    if not path.is_file():
        yield Difference(name, "it is missing")
        return
    size = path.stat().st_size
    if size != entry["bytes"]:
        yield Difference(name, f"it has {size} bytes instead of {entry['bytes']}")
    elif file_digest(path) != entry["sha256"]:
        yield Difference(name, "its bytes differ from what was written (SHA-256)")
    else:
        return
    yield from _inside(path, name, entry)


def _inside(path: Path, name: str, entry: Mapping[str, Any]) -> Iterator[Difference]:
    """Which records or values differ, where the file can still be read."""
    try:
        records = count_records(path) if path.suffix == ".xpt" else None
        columns = _columns(path) if "columns" in entry else None
    except TecdataError as error:
        yield Difference(name, error.message)
        return
    if records is not None and records != entry["records"]:
        yield Difference(name, f"it has {records} records instead of {entry['records']}")
    if columns is not None:
        known = entry["columns"]
        differ = sorted(c for c in known.keys() | columns.keys() if known.get(c) != columns.get(c))
        if differ:
            yield Difference(name, f"other values in {', '.join(differ)}")


def _columns(path: Path) -> dict[str, str] | None:
    """Digests of the columns; None where the file cannot be read. It is read in a child process."""
    import io

    import polars as pl

    from tecdata.sandbox import ParserError, parsers

    try:
        _, (stream,) = parsers().ask("parquet", path.read_bytes())
    except ParserError:
        return None
    return column_digests(pl.read_ipc_stream(io.BytesIO(stream)))


def _strangers(out: Path, known: set[str]) -> Iterator[Difference]:
    """Files in the folders of the output that the manifest does not know."""
    for folder in sorted({name.partition("/")[0] for name in known if "/" in name}):
        for path in sorted((out / folder).rglob("*")):
            name = path.relative_to(out).as_posix()
            if path.is_file() and name not in known:
                yield Difference(name, "the manifest does not know it")
