"""Issues of CORE become findings: the record they are about leads to the source cell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tecdata.checks import Check
from tecdata.finding import Cell, Finding

if TYPE_CHECKING:
    import polars as pl

    from tecdata.conform.report import CoreReport, Issue, Rule

__all__ = ["findings_of_report"]


def findings_of_report(report: CoreReport, out: Path) -> list[Finding]:
    """A finding for each issue, with the source cell where the record has one, and for each rule that did not run.

    The check is ``core.CORE-000701``, its severity warning: CORE knows no severities. A skipped
    rule is ``not_applicable``, one the engine failed on ``not_run``; neither is a pass. Rules that
    passed have one finding with status ``passed``.

    ``out`` is the output that CORE looked at; ``out/trace/*.parquet`` says where its records came from.
    """
    places = _Places(out)
    findings = [_finding(issue, places) for issue in report.issues]
    reported = {issue.rule for issue in report.issues}
    findings.extend(_outcome(rule) for rule in report.rules if rule.id not in reported)
    return findings


def _finding(issue: Issue, places: _Places) -> Finding:
    """One issue as a finding, with the source cell of its record where the trace knows it."""
    place = places.of(issue)
    step = "Correct it, or declare why it stays in specs/submission.yaml."
    check = Check(f"core.{issue.rule}", "warning", "{domain}: {said}", step)
    pairs = list(zip(issue.variables, issue.values, strict=False))
    return Finding.of(
        check,
        domain=issue.dataset,
        usubjid=issue.usubjid,
        seq=issue.seq,
        variable=issue.variables[0] if issue.variables else "",
        value=issue.values[0] if issue.values else "",
        cells=tuple(Cell(file="", variable=name, value=value) for name, value in pairs[1:]),
        centre=str(place.get("centre") or ""),
        file=str(place.get("file") or ""),
        sheet=str(place.get("sheet") or ""),
        cell=_cell(place),
        said=issue.message,
    )


def _cell(place: dict[str, Any]) -> str:
    """The cell of the result, else the row of the record."""
    if place.get("value_cell"):
        return str(place["value_cell"])
    return f"row {place['row']}" if place.get("row") is not None else ""


def _outcome(rule: Rule) -> Finding:
    """A rule without issues as a finding: passed, not applicable or not run."""
    check = Check(f"core.{rule.id}", "warning", "{said}")
    if rule.broken:
        return Finding.of(check, status="not_run", said=f"CORE could not decide: {rule.message}")
    if rule.skipped:
        told = "skipped: the datasets or variables it needs are not in this output"
        return Finding.of(check, status="not_applicable", said=f"{told}: {rule.message}")
    return Finding.of(check, status="passed", said=rule.message)


class _Places:
    """Trace tables by dataset, read when first asked for."""

    def __init__(self, out: Path) -> None:
        """Read nothing yet: tables of the trace are read when an issue asks for them."""
        self._folder = out / "trace"
        self._tables: dict[str, pl.DataFrame | None] = {}

    def of(self, issue: Issue) -> dict[str, Any]:
        """Where the record of an issue came from, by its number, else by subject and --SEQ."""
        table = self._table(issue.dataset)
        if table is None:
            return {}
        if issue.row is not None and 1 <= issue.row <= table.height:
            return table.row(issue.row - 1, named=True)
        if not issue.usubjid or issue.seq is None:
            return {}
        found = table.filter(USUBJID=issue.usubjid, SEQ=issue.seq)
        return next(iter(self._rows(found)), {})

    def _table(self, dataset: str) -> pl.DataFrame | None:
        """The trace of one dataset, read once; None where there is none."""
        import polars as pl

        if dataset not in self._tables:
            path = self._folder / f"{dataset.lower()}.parquet"
            self._tables[dataset] = pl.read_parquet(path) if path.is_file() else None
        return self._tables[dataset]

    @staticmethod
    def _rows(table: pl.DataFrame) -> Iterator[dict[str, Any]]:
        """The rows of a table as dictionaries."""
        yield from table.iter_rows(named=True)
