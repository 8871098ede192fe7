"""Conform: CDISC CORE run over an output, its report read into findings that name source cells."""

from __future__ import annotations

from tecdata.conform.engine import find_core, run_core
from tecdata.conform.report import CoreReport, Issue, Rule, read_report
from tecdata.conform.trace import findings_of_report
from tecdata.conform.workbook import explain_workbook
from tecdata.conform.write import Explanations, explain, explanations_of, write_summary

__all__ = [
    "CoreReport",
    "Explanations",
    "Issue",
    "Rule",
    "explain",
    "explain_workbook",
    "explanations_of",
    "find_core",
    "findings_of_report",
    "read_report",
    "run_core",
    "write_summary",
]
