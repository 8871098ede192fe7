"""The findings as the page's scripts read them: columns, each distinct text once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from tecdata.report.html_rows import SourceRows, collect_rows

if TYPE_CHECKING:
    from tecdata.finding import Finding
    from tecdata.report.facts import RunFacts

__all__ = ["column_of", "findings_data"]

_FIELDS: Final = (
    "severity",
    "status",
    "centre",
    "domain",
    "usubjid",
    "variable",
    "value",
    "check",
    "message",
    "file",
    "sheet",
    "cell",
    "record",
)


def findings_data(
    facts: RunFacts, findings: Sequence[Finding], queries: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Everything the findings table and its detail view show.

    Parameters
    ----------
    facts
        The run; its tables give the source rows.
    findings
        The findings in the order of the table, masked; their numbers are their places in it.
    queries
        Query id and state of each of them; empty texts where there is none.
    """
    rows = collect_rows(facts, findings)
    columns = {name: column_of(getattr(f, name) for f in findings) for name in _FIELDS}
    columns["query"] = column_of(identity for identity, _ in queries)
    columns["state"] = column_of(state for _, state in queries)
    return {
        "count": len(findings),
        "columns": columns,
        "seq": {str(i): f.seq for i, f in enumerate(findings) if f.seq is not None},
        "more": {
            str(i): [
                [c.file, c.sheet, c.cell, c.variable, c.value, *_place(rows, i, k)]
                for k, c in enumerate(f.cells)
            ]
            for i, f in enumerate(findings)
            if f.cells
        },
        "places": [_place(rows, i, -1) for i in range(len(findings))],
        "tables": rows.tables,
        "rows": rows.rows,
        "checks": _checks(facts, findings),
    }


def column_of(values: Iterable[str]) -> dict[str, list[Any]]:
    """Texts as a page's script reads them: each distinct one once, and for each place which it is."""
    index: dict[str, int] = {}
    numbers = [index.setdefault(value, len(index)) for value in values]
    return {"texts": list(index), "of": numbers}


def _place(rows: SourceRows, finding: int, k: int) -> list[int | None]:
    """Where the source cell of a finding stands among the rows; empty where it is not shown."""
    place = rows.places.get((finding, k))
    return [place.table, place.row, place.column] if place else []


def _checks(facts: RunFacts, findings: Sequence[Finding]) -> Mapping[str, list[str]]:
    """Reason and reference of each check that has findings."""
    used = sorted({f.check for f in findings})
    known = {name: facts.checks[name] for name in used if name in facts.checks}
    return {name: [check.reason, check.reference] for name, check in known.items()}
