"""Dates of SPSS, Stata and SAS: plain numbers that a column's format makes dates.

Sources: IBM SPSS Statistics Command Syntax Reference, "Date and Time Formats" (seconds since
14 October 1582); Stata 18 Data Management Manual, "Datetime" (days or milliseconds since
1 January 1960); SAS 9.4 Formats and Informats (days or seconds since 1 January 1960).
Formats that show less than a day (week, quarter, half-year) are left as the number stored.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from tecdata.intake.cells import datetime_text, duration_text

if TYPE_CHECKING:
    from tecdata.table import CellKind

__all__ = ["date_reader"]

#: Turns a stored number into ISO 8601 text; None where it is no date of this calendar.
Reader = Callable[[float], str | None]

_GREGORIAN = dt.datetime.fromisoformat("1582-10-14")
_SIXTIES = dt.datetime.fromisoformat("1960-01-01")

_SPSS_DATES = frozenset({"DATE", "ADATE", "EDATE", "JDATE", "SDATE", "DATETIME", "YMDHMS"})
_SAS_DATES = frozenset(
    {"DATE", "WEEKDATE", "WEEKDATX", "WORDDATE", "WORDDATX", "DDMMYY", "MMDDYY", "YYMMDD"}
    | {f"{order}{mark}" for order in ("DDMMYY", "MMDDYY", "YYMMDD") for mark in "BCDNPS"}
    | {"E8601DA", "B8601DA", "IS8601DA", "JULIAN", "NLDATE", "EURDFDD", "EURDFDE"}
)
_SAS_DATETIMES = frozenset(
    {"DATETIME", "DATEAMPM", "MDYAMPM", "DTDATE", "NLDATM", "EURDFDT"}
    | {"E8601DT", "B8601DT", "IS8601DT", "E8601DN", "B8601DN"}
)
_SAS_TIMES = frozenset(
    {"TIME", "HHMM", "TOD", "TIMEAMPM", "E8601TM", "B8601TM", "IS8601TM", "NLTIME"}
)
_SAS_MONTHS = frozenset(
    {"MONYY", "YYMON", "MMYY", "YYMM"} | {f"{o}{m}" for o in ("MMYY", "YYMM") for m in "CDNPS"}
)

_NAME = re.compile(r"\$?([A-Z](?:[A-Z0-9]*[A-Z])?)\d*(?:\.\d*)?$")


def date_reader(kind: str, written: str) -> tuple[Reader | None, CellKind]:
    """How the numbers of a column are to be read, by its format.

    Parameters
    ----------
    kind
        ``sav``, ``dta``, ``sas7bdat`` or ``xpt``.
    written
        The column's format as the file has it: ``EDATE10``, ``%tdD_m_Y``, ``DATE9.``.

    Returns
    -------
    reader, kind
        None and ``number`` where the format is none of a date or time.
    """
    if kind == "dta":
        return _stata(written)
    match = _NAME.match(written)
    name = match[1] if match else ""
    return _spss(name) if kind == "sav" else _sas(name)


def _spss(name: str) -> tuple[Reader | None, CellKind]:
    if name in _SPSS_DATES:
        return _moment(_GREGORIAN, 1.0), "datetime" if name in ("DATETIME", "YMDHMS") else "date"
    if name == "MOYR":
        return _month(_GREGORIAN, 1.0), "date"
    if name in ("TIME", "DTIME", "MTIME"):
        return _duration, "time"
    return None, "number"


def _sas(name: str) -> tuple[Reader | None, CellKind]:
    if name in _SAS_DATES:
        return _moment(_SIXTIES, 86_400.0), "date"
    if name in _SAS_DATETIMES:
        return _moment(_SIXTIES, 1.0), "datetime"
    if name in _SAS_MONTHS:
        return _month(_SIXTIES, 86_400.0), "date"
    if name in _SAS_TIMES:
        return _duration, "time"
    return None, "number"


def _stata(written: str) -> tuple[Reader | None, CellKind]:
    plain = written.replace("-", "", 1)
    if plain.startswith(("%td", "%d")):
        return _moment(_SIXTIES, 86_400.0), "date"
    if plain.startswith("%tc"):
        if re.fullmatch(r"%tc(?:HH|hh|Hh)[^A-Z]*:?MM(?::SS)?", plain):
            return lambda value: _duration(value / 1000), "time"
        return _moment(_SIXTIES, 0.001), "datetime"
    if plain.startswith("%tm"):
        return _stata_month, "date"
    return None, "number"


def _moment(origin: dt.datetime, unit: float) -> Reader:
    """Numbers counted in units of so many seconds; whole days give a date."""

    def read(value: float) -> str | None:
        try:
            moment = origin + dt.timedelta(milliseconds=round(value * unit * 1000))
        except OverflowError:
            return None
        return datetime_text(moment)

    return read


def _month(origin: dt.datetime, unit: float) -> Reader:
    read = _moment(origin, unit)
    return lambda value: (read(value) or "")[:7] or None


def _stata_month(value: float) -> str | None:
    year, month = divmod(int(value), 12)
    return (
        f"{1960 + year:04}-{month + 1:02}"
        if value == int(value) and 0 < 1960 + year < 10_000
        else None
    )


def _duration(value: float) -> str | None:
    try:
        return duration_text(dt.timedelta(seconds=value))
    except OverflowError:
        return None
