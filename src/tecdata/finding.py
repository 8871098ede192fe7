"""Findings are data: what was checked, what came out, and which source cell to mend.

A :class:`Check` is declared once, in :data:`CHECKS` (see :mod:`tecdata.checks`); a
:class:`Finding` is one outcome of it. Messages are rendered from the check's template,
so that the same finding can later be worded in the centre's own language.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from tecdata.checks import CHECKS, Severity

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Finding", "Findings", "Severity", "Status"]

Status = Literal["failed", "passed", "not_run", "not_applicable"]

#: Severities from worst to mildest; used to order reports and to decide exit codes.
SEVERITY_ORDER: tuple[Severity, ...] = ("reject", "error", "warning", "notice")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One outcome of one check, with the source cell it speaks of.

    ``cell`` is a spreadsheet reference (``B12``) where the file has one, else
    ``row 12, column 'Wert'``. ``value`` is the text exactly as the source holds it.
    """

    check: str
    severity: Severity
    status: Status = "failed"
    message: str
    centre: str = ""
    domain: str = ""
    usubjid: str = ""
    seq: int | None = None
    variable: str = ""
    value: str = ""
    file: str = ""
    sheet: str = ""
    cell: str = ""

    @classmethod
    def of(
        cls,
        check: str,
        *,
        status: Status = "failed",
        centre: str = "",
        domain: str = "",
        usubjid: str = "",
        seq: int | None = None,
        variable: str = "",
        value: str = "",
        file: str = "",
        sheet: str = "",
        cell: str = "",
        **details: object,
    ) -> Finding:
        """Make the finding of a declared check.

        ``details`` fill the template beside the finding's own fields. Raises ``KeyError``
        for a check that is not declared: that is a programming error, caught by the tests.
        """
        spec = CHECKS[check]
        fields = {
            "centre": centre,
            "domain": domain,
            "usubjid": usubjid,
            "variable": variable,
            "value": value,
            "file": file,
            "sheet": sheet,
            "cell": cell,
        }
        return cls(
            check=check,
            severity=spec.severity,
            status=status,
            message=spec.template.format(**{**fields, **details}),
            seq=seq,
            **fields,
        )


class Findings:
    """An append-only collection of findings.

    >>> findings = Findings()
    >>> len(findings)
    0
    """

    def __init__(self, items: Iterable[Finding] = ()) -> None:
        self._items: list[Finding] = list(items)

    def add(self, finding: Finding) -> None:
        """Append one finding."""
        self._items.append(finding)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Append several findings."""
        self._items.extend(findings)

    def clear(self) -> None:
        """Forget all findings."""
        self._items.clear()

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def count(self, severity: Severity) -> int:
        """Number of failed findings of one severity."""
        return sum(1 for f in self._items if f.severity == severity and f.status == "failed")

    def ordered(self) -> list[Finding]:
        """Worst first, then by place: the same findings always come in the same order."""
        rank = {severity: i for i, severity in enumerate(SEVERITY_ORDER)}
        return sorted(
            self._items,
            key=lambda f: (
                rank[f.severity],
                f.centre,
                f.domain,
                f.check,
                f.usubjid,
                f.seq or 0,
                f.file,
                f.sheet,
                len(f.cell),
                f.cell,
                f.variable,
                f.value,
                f.message,
            ),
        )

    def to_polars(self) -> pl.DataFrame:
        """One row a finding, worst first, in the column order of :class:`Finding`."""
        import polars as pl

        schema = {
            f.name: pl.Int64 if f.name == "seq" else pl.String for f in dataclasses.fields(Finding)
        }
        rows = [dataclasses.astuple(f) for f in self.ordered()]
        return pl.DataFrame(rows, schema=schema, orient="row")
