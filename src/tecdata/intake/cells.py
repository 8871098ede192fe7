"""The text of a typed cell: shortest exact numbers, ISO 8601 dates, nothing rounded or trimmed."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tecdata.table import CellKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["ColumnText", "column_text", "number_text"]

#: The texts of a column (None where blank), the kinds seen, and where typed numbers stand.
ColumnText = tuple[list[str | None], frozenset[CellKind], list[bool]]


def number_text(value: float) -> str:
    """The shortest plain decimal text that reads back as the same number.

    >>> number_text(4.5), number_text(1280.0), number_text(1e-07)
    ('4.5', '1280', '0.0000001')

    What is no number at all (a damaged file, a division by zero) keeps its name: ``inf``, ``nan``.
    """
    if not math.isfinite(value):
        return repr(value)
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = repr(value)
    return format(Decimal(text), "f").removesuffix(".0") if "e" in text else text.removesuffix(".0")


def datetime_text(value: dt.datetime) -> str:
    """ISO 8601; midnight is a date, and seconds are written only where there are any.

    >>> datetime_text(dt.datetime(2024, 4, 3)), datetime_text(dt.datetime(2024, 4, 3, 9, 30))
    ('2024-04-03', '2024-04-03T09:30')
    """
    if value.time() == dt.time():
        return value.date().isoformat()
    return f"{value.date().isoformat()}T{time_text(value.time())}"


def time_text(value: dt.time) -> str:
    """ISO 8601 time of day, to the minute where the seconds are zero.

    >>> time_text(dt.time(9, 30)), time_text(dt.time(9, 30, 5))
    ('09:30', '09:30:05')
    """
    exact = value.second or value.microsecond
    return value.isoformat() if exact else value.isoformat(timespec="minutes")


def duration_text(value: dt.timedelta) -> str:
    """Hours, minutes and, where there are any, seconds; hours may pass 24.

    >>> duration_text(dt.timedelta(hours=30))
    '30:00'
    """
    sign = "-" if value < dt.timedelta() else ""
    seconds = round(abs(value).total_seconds())
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    tail = f":{seconds:02}" if seconds else ""
    return f"{sign}{hours:02}:{minutes:02}{tail}"


def _text(value: str) -> str | None:
    return None if not value or value.isspace() else value


_WRITERS: dict[type, tuple[Callable[[Any], str | None], CellKind]] = {
    str: (_text, "text"),
    float: (number_text, "number"),
    int: (str, "number"),
    bool: (lambda v: "TRUE" if v else "FALSE", "boolean"),
    dt.date: (dt.date.isoformat, "date"),
    dt.datetime: (datetime_text, "datetime"),
    dt.time: (time_text, "time"),
    dt.timedelta: (duration_text, "time"),
    type(None): (lambda _: None, "blank"),
}


def column_text(values: Sequence[Any]) -> ColumnText:
    """Write every cell of a column as text.

    Parameters
    ----------
    values
        str, int, float, bool, date, datetime, time, timedelta or None.

    Returns
    -------
    texts
        One text a cell; None where it is empty or holds nothing but white space.
    kinds
        The kinds of the cells that are not blank; ``{"blank"}`` where all are.
    numbers
        True where a cell is a typed number.
    """
    types = set(map(type, values))
    texts: list[str | None]
    if types <= {str}:
        texts = [v if v and not v.isspace() else None for v in values]
        numbers = [False] * len(texts)
        text_seen = any(texts)
    else:
        texts = [_WRITERS[type(v)][0](v) for v in values]
        numbers = [type(v) in (float, int) for v in values]
        pairs = zip(values, texts, strict=True)
        text_seen = any(text is not None for v, text in pairs if type(v) is str)
    kinds = {_WRITERS[t][1] for t in types - {str, type(None), dt.datetime}}
    if text_seen:
        kinds.add("text")
    if dt.datetime in types:
        lengths = {len(datetime_text(v)) for v in values if type(v) is dt.datetime}
        kinds |= {"date" if length == 10 else "datetime" for length in lengths}
    return texts, frozenset(kinds or {"blank"}), numbers
