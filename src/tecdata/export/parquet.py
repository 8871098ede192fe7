"""Parquet with full types: the dataset as it is, and where each of its records came from."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from tecdata.dataset import BLOCK, COLUMN, ROW, SOURCE_TEXT
from tecdata.export.atomic import atomic_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tecdata.dataset import Origin
    from tecdata.spec import DomainSpec, StudySpec

__all__ = ["trace_table", "write_dataset", "write_table"]

#: Suffix of the variable that holds what the source said, by kind of dataset.
_VERBATIM: Final = ("ORRES", "TERM", "TRT")


def write_dataset(path: Path, table: pl.DataFrame, spec: DomainSpec, study: StudySpec) -> None:
    """Write a dataset: text as String, whole numbers Int64, others Float64, dates as ISO 8601 text.

    Dates stay text since SDTM dates may be partial. The file's metadata hold the dataset label
    (``label``), the variable labels (``labels``, JSON) and the standards (``sdtmig``, ``ct``).
    """
    metadata = {
        "name": spec.domain,
        "label": spec.label,
        "labels": json.dumps({v.name: v.label for v in spec.variables if v.name in table.columns}),
        "study": study.study,
        "sdtmig": study.sdtmig,
        "ct": study.ct,
    }
    write_table(path, table, metadata)


def write_table(path: Path, table: pl.DataFrame, metadata: Mapping[str, str] | None = None) -> None:
    """Write a frame as Parquet (zstd), whole or not at all; the same frame gives the same bytes."""
    # Polars has errors of its own for a full disk; written by Python it is an OSError.
    content = io.BytesIO()
    table.write_parquet(content, metadata=dict(metadata) if metadata else None)
    with atomic_file(path) as stream:
        stream.write(content.getbuffer())


def trace_table(name: str, table: pl.DataFrame, origins: Mapping[str, Origin]) -> pl.DataFrame:
    """One row a record, in the order of ``table``: where it came from.

    Columns: USUBJID, SEQ (of the parent record in SUPP--), block, centre, file, sheet, row,
    value_cell, source_text. ``value_cell`` is the cell of the result, term or treatment (--ORRES,
    --TERM, --TRT, or the qualifier of a SUPP-- record) as ``Origin.cell`` names it; null where a
    record has no source of its own. ``source_text`` is a result as the centre wrote it.
    """
    if BLOCK not in table.columns:
        return pl.DataFrame(schema=_TRACE)
    keys = [BLOCK, COLUMN] + (["QNAM"] if "QNAM" in table.columns else [])
    known = [
        (*key, *_place(origins[key[0]], name, *key[1:]))
        for key in table.select(keys).unique().iter_rows()
        if key[0] in origins
    ]
    schema = dict.fromkeys((*keys, "centre", "file", "sheet", "_before", "_after"), pl.String)
    places = pl.DataFrame(known, schema=schema, orient="row")
    joined = table.join(places, on=keys, how="left", nulls_equal=True, maintain_order="left")
    row = pl.col(ROW).cast(pl.Int64)
    return joined.select(
        USUBJID=pl.col("USUBJID") if "USUBJID" in table.columns else pl.lit(None, pl.String),
        SEQ=_sequence(name, table).cast(pl.Int64, strict=False),
        block=pl.col(BLOCK),
        centre=pl.col("centre"),
        file=pl.col("file"),
        sheet=pl.col("sheet"),
        row=row,
        value_cell=pl.col("_before") + row.cast(pl.String) + pl.col("_after"),
        source_text=pl.col(SOURCE_TEXT)
        if SOURCE_TEXT in table.columns
        else pl.lit(None, pl.String),
    )


_TRACE: Final[dict[str, type[pl.DataType]]] = {
    "USUBJID": pl.String,
    "SEQ": pl.Int64,
    **dict.fromkeys(("block", "centre", "file", "sheet"), pl.String),
    "row": pl.Int64,
    "value_cell": pl.String,
    "source_text": pl.String,
}


def _sequence(name: str, table: pl.DataFrame) -> pl.Expr:
    """The column that numbers the records: --SEQ, or that of the parent for supplements."""
    for column in (f"{name}SEQ", "IDVARVAL"):
        if column in table.columns:
            return pl.col(column)
    return pl.lit(None)


def _place(
    origin: Origin, name: str, column: str | None, qualifier: str | None = None
) -> tuple[str, str, str, str, str]:
    """Centre, file, sheet, and what stands before and after the row number in the cell's address."""
    verbatim = (f"{name}{suffix}" for suffix in _VERBATIM)
    variable = qualifier or next((v for v in verbatim if v in origin.columns), "")
    # Addresses of one column differ in the row number only, which stands first where it counts.
    before, _, after = origin.cell(variable, 7, column or "").partition("7")
    return origin.centre, origin.file, origin.sheet, before, after
