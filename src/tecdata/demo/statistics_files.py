"""SPSS and Stata files whose bytes are the same on every run.

The writing library stamps the wall clock into each header; the stamp is replaced by a fixed one,
of the same length, before the file is put in place.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from tecdata.demo.german import date_text, number_text

__all__ = ["StatColumn", "Value", "settle", "write_dta", "write_sav"]

#: A cell: text, an ISO date for a date column, a number, or nothing.
Value = str | int | Decimal | None

_SPSS_EPOCH = datetime.date(1582, 10, 14)
_STATA_EPOCH = datetime.date(1960, 1, 1)
#: Offset of ``dd mmm yyhh:mm:ss`` in the header record of a system file.
_SAV_STAMP_AT = 92
_SAV_STAMP = b"01 Dec 2512:00:00"
_DTA_STAMP = b"<timestamp>\x1101 Dec 2025 12:00</timestamp>"


@dataclasses.dataclass(frozen=True, slots=True)
class StatColumn:
    """A column of a statistics file.

    ``kind`` ``date`` takes ISO dates and stores the program's own day or second number.
    ``labels`` are value labels of a number column, ``missing`` its user-missing codes (SPSS).
    """

    name: str
    label: str
    kind: Literal["text", "number", "date"] = "number"
    labels: Mapping[int | float, str] = dataclasses.field(default_factory=dict)
    missing: tuple[int, ...] = ()


def settle(
    columns: Sequence[StatColumn], rows: Sequence[Mapping[str, Value]]
) -> tuple[list[StatColumn], list[dict[str, Value]]]:
    """Make text of the columns that cannot be typed, as whoever keeps such a file has to.

    A date column with a partial date or a time of day, and a number column with a text such as
    ``<0,5``, become text columns with German dates and decimal commas.
    """
    settled: list[StatColumn] = []
    cells: list[dict[str, Value]] = [{} for _ in rows]
    for column in columns:
        values = [row.get(column.name) for row in rows]
        if column.kind == "date" and any(v and len(str(v)) != 10 for v in values):
            column = dataclasses.replace(column, kind="text")
            values = [_german_date(str(v)) if v else None for v in values]
        elif column.kind == "number" and any(isinstance(v, str) and v for v in values):
            column = dataclasses.replace(column, kind="text", labels={}, missing=())
            values = [number_text(v) if isinstance(v, Decimal) else v for v in values]
        settled.append(column)
        for row, value in zip(cells, values, strict=True):
            row[column.name] = value
    return settled, cells


def _german_date(iso: str) -> str:
    date, _, time = iso.partition("T")
    return f"{date_text(date)} {time}".strip()


def write_sav(
    path: Path, columns: Sequence[StatColumn], rows: Sequence[Mapping[str, Value]], title: str
) -> Path:
    """Write an SPSS system file (``rows`` by column name; absent is system-missing)."""
    import pyreadstat

    formats = {c.name: "DATE11" for c in columns if c.kind == "date"}
    pyreadstat.write_sav(
        _frame(columns, rows, _SPSS_EPOCH, 86400),
        path,
        file_label=title,
        column_labels={c.name: c.label for c in columns},
        variable_value_labels={c.name: dict(c.labels) for c in columns if c.labels},
        missing_ranges={c.name: list(c.missing) for c in columns if c.missing},
        variable_format=formats
        | {c.name: _number_format(c, rows) for c in columns if c.kind == "number"},
    )
    content = bytearray(path.read_bytes())
    content[_SAV_STAMP_AT : _SAV_STAMP_AT + len(_SAV_STAMP)] = _SAV_STAMP
    path.write_bytes(content)
    return path


def write_dta(
    path: Path, columns: Sequence[StatColumn], rows: Sequence[Mapping[str, Value]], title: str
) -> Path:
    """Write a Stata 15 file (``rows`` by column name; absent is ``.``)."""
    import pyreadstat

    pyreadstat.write_dta(
        _frame(columns, rows, _STATA_EPOCH, 1),
        path,
        file_label=title,
        column_labels={c.name: c.label for c in columns},
        variable_value_labels={c.name: dict(c.labels) for c in columns if c.labels},
        variable_format={c.name: "%td" for c in columns if c.kind == "date"},
    )
    content, found = re.subn(
        rb"<timestamp>\x11.{17}</timestamp>",
        _DTA_STAMP,
        path.read_bytes(),
        count=1,
        flags=re.DOTALL,
    )
    if not found:
        raise ValueError(f"{path.name}: no time stamp where Stata files have one")
    path.write_bytes(content)
    return path


def _number_format(column: StatColumn, rows: Sequence[Mapping[str, Value]]) -> str:
    places = 0
    for row in rows:
        value = row.get(column.name)
        if isinstance(value, Decimal):
            places = max(places, -int(value.as_tuple().exponent))
    return f"F8.{places}"


def _frame(
    columns: Sequence[StatColumn],
    rows: Sequence[Mapping[str, Value]],
    epoch: datetime.date,
    day: int,
) -> Any:
    import pandas as pd

    data: dict[str, Any] = {}
    for column in columns:
        cells = [row.get(column.name) for row in rows]
        if column.kind == "text":
            data[column.name] = pd.Series([_text(c) for c in cells], dtype=object)
        else:
            numbers = [_number(column, cell, epoch, day) for cell in cells]
            data[column.name] = pd.Series(numbers, dtype="float64")
    return pd.DataFrame(data)


def _text(cell: Value) -> str:
    return "" if cell is None else str(cell)


def _number(column: StatColumn, cell: Value, epoch: datetime.date, day: int) -> float:
    if cell is None or cell == "":
        return float("nan")
    if column.kind == "date":
        return float((datetime.date.fromisoformat(str(cell)) - epoch).days * day)
    return float(cell)
