"""The JSON report of CDISC CORE, read into plain rows."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tecdata.errors import UsageError

__all__ = ["CoreReport", "Issue", "Rule", "read_report"]

_KEYS: Final = ("Issue_Details", "Rules_Report")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One row of *Issue Details*; ``row`` counts records from 1, None where it is about a dataset."""

    rule: str
    message: str
    dataset: str
    usubjid: str = ""
    row: int | None = None
    seq: int | None = None
    variables: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of *Rules Report*: what became of a rule."""

    id: str
    status: str
    message: str = ""
    reference: str = ""

    @property
    def skipped(self) -> bool:
        """Whether the rule did not apply to these datasets: that is no pass."""
        return "SKIP" in self.status.upper()

    @property
    def broken(self) -> bool:
        """Whether the engine could not decide the rule."""
        return "ERROR" in self.status.upper()


@dataclasses.dataclass(frozen=True, slots=True)
class CoreReport:
    """A report: issues, rules, and the document it was read from."""

    issues: tuple[Issue, ...]
    rules: tuple[Rule, ...]
    document: Mapping[str, Any]


def read_report(path: Path) -> CoreReport:
    """Read a JSON report of CDISC CORE (keys ``Conformance_Details`` … ``Rules_Report``).

    Raises :class:`UsageError` where the file is not there, not JSON, or not such a report.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise UsageError(
            "the report is not there",
            place=str(path),
            next_step="Run 'tecdata conform OUT' first, or correct the path",
        ) from None
    except (ValueError, OSError) as error:
        raise UsageError(
            f"the report cannot be read ({type(error).__name__})",
            place=str(path),
            next_step="Have CORE write JSON: -of JSON",
        ) from None
    if not isinstance(document, dict) or any(key not in document for key in _KEYS):
        raise UsageError(
            "this is no report of CDISC CORE",
            place=str(path),
            choices=_KEYS,
            next_step="Have CORE write JSON: -of JSON",
        )
    issues = tuple(_issues(document["Issue_Details"]))
    return CoreReport(issues, tuple(_rules(document["Rules_Report"])), document)


def _issues(rows: Any) -> Iterator[Issue]:
    """Issues from the rows of Issue_Details; what is not a row of the known shape is left out."""
    for row in _mappings(rows):
        yield Issue(
            rule=_text(row, "core_id"),
            message=_text(row, "message"),
            dataset=_text(row, "dataset").upper().removesuffix(".XPT"),
            usubjid=_text(row, "USUBJID"),
            row=_number(row.get("row")),
            seq=_number(row.get("SEQ")),
            variables=_texts(row.get("variables")),
            values=_texts(row.get("values")),
        )


def _rules(rows: Any) -> Iterator[Rule]:
    """Rules with their status from the rows of Rules_Report."""
    for row in _mappings(rows):
        references = (_text(row, "cdisc_rule_id"), _text(row, "fda_rule_id"))
        yield Rule(
            id=_text(row, "core_id"),
            status=_text(row, "status"),
            message=_text(row, "message"),
            reference=", ".join(filter(None, references)),
        )


def _mappings(rows: Any) -> Iterator[Mapping[str, Any]]:
    """The rows that are objects, of something that should be a list of them."""
    yield from (row for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()


def _text(row: Mapping[str, Any], key: str) -> str:
    """An entry as text without blanks around; empty where it is missing."""
    value = row.get(key)
    return "" if value is None else str(value).strip()


def _texts(value: Any) -> tuple[str, ...]:
    """A list as texts; a single value as a list of one."""
    if isinstance(value, list):
        return tuple("" if item is None else str(item) for item in value)
    return (str(value),) if value not in (None, "") else ()


def _number(value: Any) -> int | None:
    """A whole number, also from text; None where it is none."""
    try:
        return int(float(str(value)))
    except ValueError:
        return None
