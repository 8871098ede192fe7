"""Every XPT file is read again by a reader that is not ours, and compared cell by cell."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from tecdata.errors import ExportError
from tecdata.export.xpt_values import as_written

if TYPE_CHECKING:
    from tecdata.export.xpt_records import XptVariable

__all__ = ["verify_xpt"]


def verify_xpt(
    path: Path, table: pl.DataFrame, variables: Sequence[XptVariable], label: str
) -> None:
    """Read a file with pyreadstat and compare names, labels, lengths, formats, records and every value.

    ``table`` is what was to be written. Trailing blanks do not count, missing and empty text are
    one, and NaN is missing: that is all an XPT file holds.

    Raises :class:`ExportError` naming the first difference by variable and record, not by value.
    """
    import pyreadstat

    _keep_freed_memory()
    data, meta = pyreadstat.read_xport(
        str(path), output_format="dict", encoding="UTF-8", disable_datetime_conversion=True
    )
    name = path.stem.upper()
    said = (
        meta.table_name,
        meta.file_label,
        list(meta.column_names),
        [text or "" for text in meta.column_labels],
        [meta.variable_storage_width[n] for n in meta.column_names],
        [meta.original_variable_types[n] or "" for n in meta.column_names],
    )
    meant = (
        name,
        label,
        [v.name for v in variables],
        [v.label for v in variables],
        [v.length for v in variables],
        [v.format.rstrip(".") for v in variables],
    )
    for what, found, expected in zip(
        ("name", "label", "variable names", "variable labels", "lengths", "display formats"),
        said,
        meant,
        strict=True,
    ):
        if found != expected:
            raise _mismatch(path, f"the {what} came back as {found}, not {expected}")
    expected_values = table.select(_expected(variables)).to_dict(as_series=False)
    for variable in variables:
        found = data[variable.name]
        expected = expected_values[variable.name]
        if found != expected:
            raise _mismatch(path, _first_difference(variable.name, found, expected))


@functools.cache
def _keep_freed_memory() -> None:
    """Ask the C library, where it is glibc, to keep freed memory for the next use: once a process.

    The reader makes a list of 100,000 places for every column, whatever the records. Memory given
    back and asked for again costs more than the reading (measured: 0.27 s against 0.10 s for 18 small
    datasets); freeing one large block raises the limit above which glibc gives memory back.
    """
    bytes(32_000_000)


def _expected(variables: Sequence[XptVariable]) -> list[pl.Expr]:
    """What must come back for each variable: doubles for numbers, the text as written."""
    numbers = [v.name for v in variables if v.numeric]
    texts = [v.name for v in variables if not v.numeric]
    wanted = [pl.col(*numbers).cast(pl.Float64).fill_nan(None)] if numbers else []
    return [*wanted, as_written(texts)] if texts else wanted


def _first_difference(name: str, found: Sequence[object], expected: Sequence[object]) -> str:
    """The first record that came back as something else, in words."""
    if len(found) != len(expected):
        return f"{len(found)} records came back of {len(expected)} written"
    record = next(
        i for i, pair in enumerate(zip(found, expected, strict=True)) if pair[0] != pair[1]
    )
    return f"{name} of record {record + 1} came back as another value"


def _mismatch(path: Path, what: str) -> ExportError:
    """The error of a file that does not hold what was to be written."""
    return ExportError(
        what,
        place=path.name,
        next_step="Do not use the file; this is a fault of tecdata or pyreadstat, please report it",
    )
