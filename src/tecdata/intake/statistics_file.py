"""Files of statistics programs (sav, zsav, dta, sas7bdat, xpt) by pyreadstat, codes kept."""

from __future__ import annotations

import dataclasses
import math
import re
from typing import TYPE_CHECKING, Any

from tecdata.errors import IntakeError
from tecdata.intake.cells import number_text
from tecdata.intake.grid import Columns
from tecdata.intake.problems import not_parsed, unreadable
from tecdata.intake.sav_check import check_sav
from tecdata.intake.statistics_dates import date_reader
from tecdata.sandbox import ParserError, parsers
from tecdata.table import CellKind, SourceColumn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tecdata.intake.opener import Opened

__all__ = ["read_statistics_file"]

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
    kind, place = opened.info.format, opened.place
    _check_ends(opened)
    options: dict[str, Any] = {} if kind == "xpt" else {"user_missing": True}
    if encoding is not None:
        options["encoding"] = encoding
    try:
        answer, blobs = parsers().ask("statistics", opened.content, kind=kind, options=options)
    except ParserError as error:
        raise not_parsed(error, place, kind, parsers().limits) from None
    meta = _Meta.of(answer)
    if len(set(meta.column_names)) < len(answer["names"]) or None in meta.column_names:
        raise unreadable(place, kind)
    data = dict(zip(answer["names"], parsers().columns(answer, blobs), strict=True))
    if kind == "xpt":
        _check_rows(opened.content, sum(meta.widths.values()), place)
        _mark_special_missing(opened.content, data, meta)
    columns, texts = [], []
    for position, name in enumerate(meta.column_names):
        column, cells = _column(name, position, list(data[name]), meta, kind)
        columns.append(column)
        texts.append(cells)
    return Columns(columns=tuple(columns), texts=texts)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Meta:
    """What the file says about its columns, by their names."""

    column_names: Sequence[str]
    types: Mapping[str, str]
    formats: Mapping[str, str]
    widths: Mapping[str, int]
    labels: Mapping[str, str | None]
    value_labels: Mapping[str, Sequence[tuple[Any, str]]]
    missing_codes: Mapping[str, Sequence[Any]]
    missing_ranges: Mapping[str, Sequence[Mapping[str, Any]]]

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> _Meta:
        return cls(**{field.name: answer[field.name] for field in dataclasses.fields(cls)})


def _column(
    name: str, position: int, values: Sequence[Any], meta: _Meta, kind: str
) -> tuple[SourceColumn, list[str | None]]:
    is_text = meta.types.get(name) == "string"
    written = meta.formats.get(name, "")
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
    column = SourceColumn(
        name=name,
        header=name,
        position=position,
        label=meta.labels.get(name) or "",
        value_labels={
            _code(code, is_text=is_text): str(label)
            for code, label in meta.value_labels.get(name, ())
        },
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
    name: str, values: Sequence[Any], meta: _Meta, *, is_text: bool
) -> tuple[str, ...]:
    codes = {_code(code, is_text=is_text) for code in meta.missing_codes.get(name, ())}
    for limits in meta.missing_ranges.get(name, ()):
        low, high = limits["lo"], limits["hi"]
        if low == high:
            codes.add(_code(low, is_text=is_text))
        else:
            # A range has no list of codes: those that occur stand for it.
            inside = {v for v in values if isinstance(v, (int, float)) and low <= v <= high}
            codes |= {number_text(float(v)) for v in inside}
    return tuple(sorted(codes))


def _mark_special_missing(content: bytes, data: dict[str, list[Any]], meta: _Meta) -> None:
    """Put the letters of SAS' special missing values (.A to .Z, ._) where pyreadstat leaves None."""
    match = _OBSERVATIONS.search(content)
    if match is None:
        return
    start, width = match.start() + 80, sum(meta.widths.values())
    offset = start
    for name in meta.column_names:
        if meta.types[name] != "string":
            for i, value in enumerate(data[name]):
                if value is None or math.isnan(value):
                    letter = chr(content[offset + i * width])
                    data[name][i] = letter if letter.isalpha() or letter == "_" else None
        offset += meta.widths[name]


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
