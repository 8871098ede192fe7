"""Files of statistics programs (sav, zsav, dta, sas7bdat, xpt) by pyreadstat, codes kept."""

from __future__ import annotations

import io
import math
import re
from typing import TYPE_CHECKING, Any

from tecdata.errors import IntakeError
from tecdata.intake.cells import number_text
from tecdata.intake.grid import Columns
from tecdata.intake.problems import unreadable
from tecdata.intake.sav_check import check_sav
from tecdata.intake.statistics_dates import date_reader
from tecdata.table import CellKind, SourceColumn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tecdata.intake.opener import Opened

__all__ = ["read_statistics_file"]

#: What the library raises on a damaged file beside its own exceptions.
_DAMAGE = (ValueError, OverflowError, IndexError, KeyError, TypeError, MemoryError, OSError)

_OBSERVATIONS = re.compile(rb"HEADER RECORD\*{7}OBS(?:V8)?\s+HEADER RECORD")
_MEMBER = re.compile(rb"HEADER RECORD\*{7}MEMB(?:ER  |V8  )HEADER RECORD")


def read_statistics_file(opened: Opened, *, encoding: str | None = None) -> Columns:
    """Read a file of SPSS, Stata or SAS.

    Numbers become their shortest exact text, dates ISO 8601 by the column's format, user-missing
    codes stay in the cells and are listed in ``missing_codes``, labels are kept beside the codes.

    Raises
    ------
    IntakeError
        The file is damaged, truncated, or (xpt) holds several datasets.
    """
    import pyreadstat

    kind, place = opened.info.format, opened.place
    _check_ends(opened)
    readers: dict[str, Any] = {
        "sav": pyreadstat.read_sav,
        "dta": pyreadstat.read_dta,
        "sas7bdat": pyreadstat.read_sas7bdat,
        "xpt": pyreadstat.read_xport,
    }
    options: dict[str, Any] = {"output_format": "dict", "disable_datetime_conversion": True}
    if kind != "xpt":
        options["user_missing"] = True
    if encoding is not None:
        options["encoding"] = encoding
    try:
        data, meta = readers[kind](io.BytesIO(opened.content), **options)
    except UnicodeDecodeError:
        raise IntakeError(
            "its text is not in the encoding the file declares",
            place=place,
            next_step="Declare 'encoding' for this table in source.yaml, for instance cp1252",
        ) from None
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, *_DAMAGE):
        raise unreadable(place, kind) from None
    if len(set(meta.column_names)) < len(data) or None in meta.column_names:
        raise unreadable(place, kind)
    if kind == "xpt":
        _check_rows(opened.content, sum(meta.variable_storage_width.values()), place)
        _mark_special_missing(opened.content, data, meta)
    columns, texts = [], []
    for position, name in enumerate(meta.column_names):
        column, cells = _column(name, position, list(data[name]), meta, kind)
        columns.append(column)
        texts.append(cells)
    return Columns(columns=tuple(columns), texts=texts)


def _column(
    name: str, position: int, values: Sequence[Any], meta: Any, kind: str
) -> tuple[SourceColumn, list[str | None]]:
    is_text = meta.readstat_variable_types.get(name) == "string"
    written = str(meta.original_variable_types.get(name) or "")
    dated: CellKind
    reader, dated = (None, "number") if is_text else date_reader(kind, written)
    texts: list[str | None] = []
    kinds: set[CellKind] = set()
    for value in values:
        text: str | None = None
        if isinstance(value, str):
            text = _string(value, is_text=is_text)
            found: CellKind = "text" if is_text else "number"
        elif value is not None and not math.isnan(value):
            read = reader(float(value)) if reader is not None else None
            text, found = (read, dated) if read is not None else (number_text(value), "number")
        if text is not None:
            kinds.add(found)
        texts.append(text)
    labels = meta.variable_value_labels.get(name) or {}
    column = SourceColumn(
        name=name,
        header=name,
        position=position,
        label=meta.column_names_to_labels.get(name) or "",
        value_labels={_code(code, is_text=is_text): str(label) for code, label in labels.items()},
        missing_codes=_missing_codes(name, values, meta, is_text=is_text),
        kinds=frozenset(kinds or {"blank"}),
    )
    return column, texts


def _string(value: str, *, is_text: bool) -> str | None:
    if is_text:
        return value if value and not value.isspace() else None
    return f".{value}"


def _code(code: Any, *, is_text: bool) -> str:
    """A value label's code as the cells write it; tagged missing values (Stata, SAS) as ``.a``."""
    if isinstance(code, str):
        return code if is_text else f".{code}"
    return number_text(float(code))


def _missing_codes(
    name: str, values: Sequence[Any], meta: Any, *, is_text: bool
) -> tuple[str, ...]:
    codes = {_code(code, is_text=is_text) for code in meta.missing_user_values.get(name) or ()}
    ranges: Sequence[Mapping[str, Any]] = meta.missing_ranges.get(name) or ()
    for limits in ranges:
        low, high = limits["lo"], limits["hi"]
        if low == high:
            codes.add(_code(low, is_text=is_text))
        else:
            # A range has no list of codes: those that occur stand for it.
            inside = {v for v in values if isinstance(v, (int, float)) and low <= v <= high}
            codes |= {number_text(float(v)) for v in inside}
    return tuple(sorted(codes))


def _mark_special_missing(content: bytes, data: dict[str, list[Any]], meta: Any) -> None:
    """Put the letters of SAS' special missing values (.A to .Z, ._) where pyreadstat leaves None."""
    match = _OBSERVATIONS.search(content)
    if match is None:
        return
    start, width = match.start() + 80, sum(meta.variable_storage_width.values())
    offset = start
    for name in meta.column_names:
        if meta.readstat_variable_types[name] != "string":
            for i, value in enumerate(data[name]):
                if value is None or math.isnan(value):
                    letter = chr(content[offset + i * width])
                    data[name][i] = letter if letter.isalpha() or letter == "_" else None
        offset += meta.variable_storage_width[name]


def _check_ends(opened: Opened) -> None:
    """Notice a missing end where the library would not."""
    content, kind, place = opened.content, opened.info.format, opened.place
    if kind == "sav":
        check_sav(content, place)
    if kind == "dta" and content.startswith(b"<stata_dta>"):
        if not content.rstrip(b"\x00\r\n ").endswith(b"</stata_dta>"):
            raise unreadable(place, kind)
    elif kind == "xpt":
        if len(content) % 80:
            raise unreadable(place, "xpt (its size is no multiple of 80 bytes)")
        members = len(_MEMBER.findall(content))
        if members > 1:
            raise IntakeError(
                f"the file holds {members} datasets, and only files of one are read",
                place=place,
                next_step="Ask the centre for one xpt file a dataset",
            )


def _check_rows(content: bytes, width: int, place: str) -> None:
    """The bytes behind the last whole row of an xpt file must be the blanks that fill its record."""
    match = _OBSERVATIONS.search(content)
    if match is None or width <= 0:
        return
    rows = content[match.start() + 80 :]
    rest = rows[len(rows) - len(rows) % width :]
    if rest.strip(b" ") or len(rest) >= 80:
        raise unreadable(place, "xpt (its last row is cut off)")
