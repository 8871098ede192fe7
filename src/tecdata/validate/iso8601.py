"""Whole or partial ISO 8601 dates, date-times and durations as SDTM writes them.

SDTMIG 3.4 section 4.4: components unknown at the end are left out (``2025-03``), those unknown in
between are a hyphen (``2025---15``, ``--03-15``); a time needs its ``T``; a range is two of them
with a slash. Dates must exist in the calendar.
"""

from __future__ import annotations

import calendar
import re
from typing import Final

import polars as pl

__all__ = ["is_date_time", "is_duration", "not_a_date_time", "not_a_duration"]

#: [0-9], since the digits of other scripts count as digits in a regular expression.
_DATE: Final = r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])"
_TIME: Final = r"([01][0-9]|2[0-3])(:[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?)?"
_ZONE: Final = r"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?"
#: A date or date-time without a gap: nearly every value is one, and the engine can test it.
_ORDINARY: Final = rf"^{_DATE}(T{_TIME}{_ZONE})?)?)?$"
_GAPS: Final = re.compile(
    r"(?P<year>[0-9]{4}|-)"
    r"(-(?P<month>0[1-9]|1[0-2]|-)(-(?P<day>0[1-9]|[12][0-9]|3[01]|-)"
    r"(T(?P<time>([01][0-9]|2[0-3]|-)(:([0-5][0-9]|-)(:([0-5][0-9]|-)(\.[0-9]{1,6})?)?)?)(Z|[+-][0-9][0-9]:[0-9][0-9])?)?)?)?"
)
_DURATION: Final = (
    r"^[+-]?P([0-9]+W|([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?)$"
)


def not_a_date_time(name: str) -> pl.Expr:
    """Where a column is neither empty nor an ordinary date-time: :func:`is_date_time` decides then."""
    column = pl.col(name)
    day = pl.when(column.str.len_bytes() >= 10).then(column.str.head(10))
    exists = day.str.to_date("%Y-%m-%d", strict=False).is_not_null() | day.is_null()
    return ~(column.str.contains(_ORDINARY) & exists) & (column != "")


def not_a_duration(name: str) -> pl.Expr:
    """Where a column is neither empty nor an ISO 8601 duration."""
    column = pl.col(name)
    return ~(column.str.contains(_DURATION) & column.str.contains("[0-9]")) & (column != "")


def is_date_time(text: str) -> bool:
    """Whether a text is a date, a date-time or a range of them, whole or partial, that exists.

    >>> [is_date_time(t) for t in ("2025", "2025---15", "--03-15", "2024-02-29T09:30", "2023-02-29")]
    [True, True, True, True, False]
    >>> is_date_time("2025-03-01/2025-03-04"), is_date_time("2025-3-1"), is_date_time("2025-03-")
    (True, False, False)
    """
    parts = text.split("/")
    return len(parts) <= 2 and all(_is_one(part) for part in parts)


def is_duration(text: str) -> bool:
    """Whether a text is an ISO 8601 duration.

    >>> is_duration("P3D"), is_duration("PT2H30M"), is_duration("P"), is_duration("P1.5D")
    (True, True, False, False)
    """
    return re.match(_DURATION, text) is not None and any(c.isdigit() for c in text)


def _is_one(text: str) -> bool:
    """Whether a text is one date or time, partial or whole, that exists."""
    found = _GAPS.fullmatch(text)
    # The last component is never a hyphen: what is unknown at the end is left out.
    if found is None or text.endswith(("-", ":")) or not any(c.isdigit() for c in text):
        return False
    year, month, day = found["year"], found["month"], found["day"]
    if day in (None, "-") or month in (None, "-"):
        return True
    # 29 February exists in some year, so it stands where the year is unknown.
    return int(day) <= calendar.monthrange(2024 if year == "-" else int(year) or 4, int(month))[1]
