"""Reports: what was found, put so that a person can act on it.

Everything here is loaded when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tecdata.report.answers import read_answers
    from tecdata.report.diff import diff_datasets
    from tecdata.report.history import History
    from tecdata.report.queries import Answer, Query, Transition
    from tecdata.report.queries_publish import CentreQueries, Published, publish_queries
    from tecdata.report.query_id import query_id
    from tecdata.report.query_workbook import write_query_workbook

_HOMES: Final = {
    "Answer": "queries",
    "CentreQueries": "queries_publish",
    "History": "history",
    "Published": "queries_publish",
    "Query": "queries",
    "Transition": "queries",
    "diff_datasets": "diff",
    "publish_queries": "queries_publish",
    "query_id": "query_id",
    "read_answers": "answers",
    "write_query_workbook": "query_workbook",
}

__all__ = [
    "Answer",
    "CentreQueries",
    "History",
    "Published",
    "Query",
    "Transition",
    "diff_datasets",
    "publish_queries",
    "query_id",
    "read_answers",
    "write_query_workbook",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'tecdata.report' has no attribute '{name}'")
    return getattr(import_module(f"tecdata.report.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
