"""How a query workbook knows itself again: what was locked, kept on a hidden sheet.

The workbook may come back saved by another program, sorted, renamed. Numbers and dates are compared
by what they mean, texts by their letters.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Final

__all__ = ["ANSWER_COLUMNS", "HIDDEN_SHEET", "LOG_COLUMNS", "VERSION", "canonical", "seal"]

HIDDEN_SHEET: Final = "_tecdata"
VERSION: Final = "1"

#: Columns of the query log, in their order.
LOG_COLUMNS: Final = (
    "id", "cell", "subject", "event", "form", "item", "value", "question",
    "answer", "response", "answered_by", "answered_on",
    "state", "severity", "query_type", "centre", "assigned", "opened_by", "opened_on", "days",
    "closed_by", "closed_on", "close_reason", "thread",
)  # fmt: skip
#: Those of them a centre fills in.
ANSWER_COLUMNS: Final = ("answer", "response", "answered_by", "answered_on")


def canonical(value: object) -> str:
    """A cell's content as text that does not change when another program saves it.

    >>> canonical(4), canonical(4.0), canonical("a  b"), canonical(None)
    ('4', '4', 'a b', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return f"{value:.12g}"
    if isinstance(value, dt.datetime):
        return (value + dt.timedelta(milliseconds=500)).replace(microsecond=0).isoformat()
    if isinstance(value, dt.date):
        return f"{value.isoformat()}T00:00:00"
    return " ".join(str(value).split())


def seal(cells: Mapping[int, str]) -> str:
    """A short digest of the filled cells of a row (canonical texts by column)."""
    filled = sorted((column, text) for column, text in cells.items() if text)
    return hashlib.sha256(json.dumps(filled, ensure_ascii=False).encode()).hexdigest()[:16]
