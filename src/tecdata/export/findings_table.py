"""Findings as files: Parquet for programs, CSV for people."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import polars as pl

from tecdata.export.atomic import write_bytes_atomic
from tecdata.export.parquet import write_table
from tecdata.finding import Finding, Findings

__all__ = ["findings_csv", "write_findings"]

#: What spreadsheet programs take for a formula at the start of a cell (OWASP ASVS 1.2.10, CWE-1236).
_FORMULA: Final = r"^[=+\-@\t\r\n\x00]"
_STATUSES: Final = (
    "failed",
    "not_run",
    "accepted",
    "passed_with_violations",
    "not_applicable",
    "passed",
)


def write_findings(
    findings: Findings | Iterable[Finding],
    out: Path,
    *,
    query: Callable[[Finding], tuple[str, str]] | None = None,
) -> None:
    """Write ``OUT/validation/findings.parquet`` and ``findings.csv``, failed checks first.

    ``query`` gives the query id and its state for a finding; both become columns.

    Both hold the same rows and columns. The CSV is meant for spreadsheet programs: see
    :func:`findings_csv`; programs should read the Parquet file, which alters nothing.
    """
    folder = out / "validation"
    folder.mkdir(parents=True, exist_ok=True)
    table = _table(findings, query)
    write_table(folder / "findings.parquet", table)
    write_bytes_atomic(folder / "findings.csv", findings_csv(table))


def findings_csv(table: pl.DataFrame) -> bytes:
    r"""CSV after RFC 4180 (UTF-8, comma, CRLF, quotes where needed) that no spreadsheet executes.

    A text that begins with ``= + - @``, a tab, a line break or NUL gets a ``'`` before it, so that
    it is shown, not calculated. Numbers are columns of their own type and stay as they are.

    >>> findings_csv(pl.DataFrame({"value": ["=1+1", "a,b", None], "seq": [-1, 2, None]}))
    b'value,seq\r\n\'=1+1,-1\r\n"a,b",2\r\n,\r\n'
    """
    texts = [name for name, dtype in table.schema.items() if dtype == pl.String]
    escaped = table.with_columns(
        pl.when(pl.col(name).str.contains(_FORMULA))
        .then(pl.lit("'") + pl.col(name))
        .otherwise(pl.col(name))
        .alias(name)
        for name in texts
    )
    buffer = io.BytesIO()
    escaped.write_csv(buffer, line_terminator="\r\n")
    return buffer.getvalue()


def _table(
    findings: Findings | Iterable[Finding], query: Callable[[Finding], tuple[str, str]] | None
) -> pl.DataFrame:
    """Findings as a table, failed ones first; with identity and state of their query where there is one."""
    kept = Findings(findings)
    table = kept.to_polars()
    if query is not None:
        pairs = [query(finding) for finding in kept.ordered()]
        table = table.with_columns(
            pl.Series("query", [identity for identity, _ in pairs], pl.String),
            pl.Series("state", [state for _, state in pairs], pl.String),
        )
    rank = {status: number for number, status in enumerate(_STATUSES)}
    order = pl.col("status").replace_strict(rank, default=0, return_dtype=pl.Int64)
    return table.sort(order, maintain_order=True)
