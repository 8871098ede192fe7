"""Result rows: every number of a table with what it was computed from (analysis results data, ARD)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any, Final

import polars as pl

from tecdata.errors import SpecError
from tecdata.spec.tables import COMPARISON

__all__ = ["ARD_SCHEMA", "NO_RECORDS", "Cell", "ard_frame", "condition", "records_behind"]

#: One row a statistic. ``text`` is what the table prints in the cell that the statistic belongs to;
#: ``records`` are the SDTM records behind it: domain, USUBJID and --SEQ (null for DM).
ARD_SCHEMA: Final = {
    "table": pl.String(),
    "row": pl.String(),
    "section": pl.String(),
    "label": pl.String(),
    "column": pl.String(),
    "statistic": pl.String(),
    "value": pl.Float64(),
    "text": pl.String(),
    "footnote": pl.String(),
    "records": pl.List(
        pl.Struct({"domain": pl.String(), "USUBJID": pl.String(), "seq": pl.Int64()})
    ),
}

#: The SDTM domain and --SEQ variable behind the records of an analysis dataset.
_SEQUENCES: Final = {"ADAE": "AE", "ADEX": "EX", "ADCM": "CM"}


#: The SDTM records behind a number, as :func:`records_behind` gives them.
NO_RECORDS: Final = pl.DataFrame(
    schema={"domain": pl.String, "USUBJID": pl.String, "seq": pl.Int64}
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cell:
    """A cell of a table: its text, the statistics it is made of, the records behind it."""

    table: str
    row: str
    section: str
    label: str
    column: str
    text: str
    statistics: Mapping[str, float | None] = dataclasses.field(default_factory=dict)
    footnote: str = ""
    records: pl.DataFrame = dataclasses.field(default_factory=lambda: NO_RECORDS)


def ard_frame(cells: Iterable[Cell]) -> pl.DataFrame:
    """The long result rows of cells, in their order; a cell without a statistic has one row (``text``)."""
    rows: list[tuple[Any, ...]] = []
    behind: list[pl.Series] = []
    for cell in cells:
        records = cell.records.to_struct("records").implode()
        for name, value in (cell.statistics or {"text": None}).items():
            rows.append(
                (
                    *(cell.table, cell.row, cell.section, cell.label, cell.column),
                    *(name, None if value is None else float(value), cell.text, cell.footnote),
                )
            )
            behind.append(records)
    schema = {name: dtype for name, dtype in ARD_SCHEMA.items() if name != "records"}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    lists = pl.concat(behind) if behind else pl.Series("records", [], ARD_SCHEMA["records"])
    return frame.with_columns(lists.alias("records"))


def records_behind(name: str, records: pl.DataFrame) -> pl.DataFrame:
    """The SDTM records that records of a dataset come from: domain, USUBJID, seq (--SEQ), each once, sorted."""
    subject = pl.col("USUBJID")
    if {"SRCDOM", "SRCSEQ"} <= set(records.columns):
        seq = pl.col("SRCSEQ").cast(pl.Int64)
        chosen = records.select(pl.col("SRCDOM").alias("domain"), subject, seq.alias("seq"))
    elif name in _SEQUENCES or f"{name}SEQ" in records.columns:
        domain = _SEQUENCES.get(name, name)
        seq = pl.col(f"{domain}SEQ").cast(pl.Int64)
        chosen = records.select(pl.lit(domain).alias("domain"), subject, seq.alias("seq"))
    else:
        none = pl.lit(None, pl.Int64).alias("seq")
        chosen = records.select(pl.lit("DM").alias("domain"), subject, none)
    return chosen.filter(pl.col("domain").is_not_null()).unique().sort(pl.all())


def condition(
    where: Mapping[str, tuple[str, ...]], schema: Mapping[str, pl.DataType], place: str
) -> pl.Expr:
    """Conditions of a table's spec as an expression; a missing value fulfils ``absent`` only.

    Raises :class:`SpecError` naming the variables there are.

    >>> frame = pl.DataFrame({"DAY": [1, 30, None], "SER": ["Y", "Y", "N"]})
    >>> frame.filter(condition({"DAY": ("<= 28",), "SER": ("Y",)}, frame.schema, "")).height
    1
    """
    held = pl.lit(value=True)
    for name, values in where.items():
        if name not in schema:
            known = ", ".join(n for n in schema if not n.startswith("_"))
            raise SpecError([f"{place}: {name} is no variable of the dataset; it has {known}"])
        held = held & _one(pl.col(name), values, numeric=schema[name].is_numeric()).fill_null(
            value=False
        )
    return held


def _one(column: pl.Expr, values: tuple[str, ...], *, numeric: bool) -> pl.Expr:
    """The condition on one column: a comparison, numbers or texts."""
    match = COMPARISON.fullmatch(values[0]) if len(values) == 1 else None
    if match is None:
        if numeric:
            return column.cast(pl.Float64).is_in([float(v) for v in values])
        return column.is_in(list(values))
    if match["word"]:
        return column.is_not_null() if match["word"] == "present" else column.is_null()
    if match["low"]:
        return column.is_between(float(match["low"]), float(match["high"]))
    limit = float(match["limit"])
    return {
        "<": column < limit,
        "<=": column <= limit,
        ">": column > limit,
        ">=": column >= limit,
    }[match["operator"]]
