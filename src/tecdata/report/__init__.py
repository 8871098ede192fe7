"""Reports: what was found, put so that a person can act on it.

Everything here is loaded when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tecdata.report.answers import read_answers
    from tecdata.report.diff import diff_datasets
    from tecdata.report.facts import CentreFacts, RunFacts, StudyFacts
    from tecdata.report.formats import write_findings_json, write_junit
    from tecdata.report.formats_core import write_core_xlsx
    from tecdata.report.formats_p21 import write_p21_xlsx
    from tecdata.report.guides import write_guides
    from tecdata.report.history import History
    from tecdata.report.html import render_html, write_html
    from tecdata.report.masking import mask_findings
    from tecdata.report.queries import Answer, Query, Transition
    from tecdata.report.queries_publish import CentreQueries, Published, publish_queries
    from tecdata.report.query_identity import query_id
    from tecdata.report.query_workbook import Sending, write_query_workbook
    from tecdata.report.table_compare import compare_tables, render_comparison
    from tecdata.report.table_files import write_tables

_HOMES: Final = {
    "Answer": "queries",
    "CentreFacts": "facts",
    "CentreQueries": "queries_publish",
    "History": "history",
    "Published": "queries_publish",
    "Query": "queries",
    "RunFacts": "facts",
    "Sending": "query_workbook",
    "StudyFacts": "facts",
    "Transition": "queries",
    "compare_tables": "table_compare",
    "diff_datasets": "diff",
    "mask_findings": "masking",
    "publish_queries": "queries_publish",
    "query_id": "query_identity",
    "read_answers": "answers",
    "render_comparison": "table_compare",
    "render_html": "html",
    "write_core_xlsx": "formats_core",
    "write_findings_json": "formats",
    "write_guides": "guides",
    "write_html": "html",
    "write_junit": "formats",
    "write_p21_xlsx": "formats_p21",
    "write_query_workbook": "query_workbook",
    "write_tables": "table_files",
}

__all__ = [
    "Answer",
    "CentreFacts",
    "CentreQueries",
    "History",
    "Published",
    "Query",
    "RunFacts",
    "Sending",
    "StudyFacts",
    "Transition",
    "compare_tables",
    "diff_datasets",
    "mask_findings",
    "publish_queries",
    "query_id",
    "read_answers",
    "render_comparison",
    "render_html",
    "write_core_xlsx",
    "write_findings_json",
    "write_guides",
    "write_html",
    "write_junit",
    "write_p21_xlsx",
    "write_query_workbook",
    "write_tables",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'tecdata.report' has no attribute '{name}'")
    return getattr(import_module(f"tecdata.report.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
