"""Findings are data: what was checked, what came out, and which source cell to mend.

A :class:`Check` is declared once, in :data:`CHECKS` (see :mod:`tecdata.checks`); a
:class:`Finding` is one outcome of it. Messages are rendered from the check's template,
so that the same finding can later be worded in the centre's own language.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from tecdata.checks import CHECKS, Check, Severity

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Cell", "Finding", "Findings", "Severity", "Status"]

#: ``passed_with_violations``: broken, but by less than the check's threshold. ``accepted``: failed,
#: and a person has said in a waiver why it stays.
Status = Literal[
    "failed", "passed", "passed_with_violations", "accepted", "not_run", "not_applicable"
]

#: Severities from worst to mildest; used to order reports and to decide exit codes.
SEVERITY_ORDER: tuple[Severity, ...] = ("reject", "error", "warning", "notice")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A source cell that takes part in a finding, and the variable it became."""

    file: str
    sheet: str = ""
    cell: str = ""
    variable: str = ""
    value: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One outcome of one check, with the source cell it speaks of.

    ``cell`` is a spreadsheet reference (``B12``) where the file has one, else
    ``row 12, column 'Wert'``. ``value`` is the text exactly as the source holds it. ``cells`` are
    the further cells that take part, for instance the other date of a pair. ``record`` names the
    record by what it is about (``LBTESTCD=IGG; LBDTC=2025-03-01``), not by its number, so that the same
    trouble is recognised in the next delivery. ``details`` are what the message was rendered with.
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
    record: str = ""
    cells: tuple[Cell, ...] = ()
    details: tuple[tuple[str, str], ...] = dataclasses.field(default=(), compare=False, repr=False)

    @classmethod
    def of(
        cls,
        check: str | Check,
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
        record: str = "",
        cells: tuple[Cell, ...] = (),
        **details: object,
    ) -> Finding:
        """Make the finding of a declared check, by its id, or of a check of the study's own.

        ``details`` fill the template beside the finding's own fields. Raises ``KeyError``
        for a check that is not declared: that is a programming error, caught by the tests.
        """
        spec = CHECKS[check] if isinstance(check, str) else check
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
            check=spec.id,
            severity=spec.severity,
            status=status,
            message=spec.template.format(**{**fields, **details}),
            seq=seq,
            record=record,
            cells=cells,
            details=tuple((name, str(value)) for name, value in details.items()),
            **fields,
        )

    def to_record(self) -> dict[str, Any]:
        """The finding as JSON has it; :meth:`of_record` gives it back."""
        return dataclasses.asdict(self)

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Finding:
        """The finding that :meth:`to_record` wrote."""
        cells = tuple(Cell(**cell) for cell in record["cells"])
        details = tuple((name, value) for name, value in record["details"])
        return cls(**{**record, "cells": cells, "details": details})

    def message_in(self, template: str) -> str:
        """The message by another template, for instance the check's wording in German."""
        fields = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return template.format(**{**fields, **dict(self.details)})


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
        """One row a finding, worst first, in the column order of :class:`Finding`.

        ``cells`` is JSON text (a list of objects, empty text where there are none); ``details``
        stay with the objects.
        """
        import polars as pl

        names = [f.name for f in dataclasses.fields(Finding) if f.name != "details"]
        schema = {name: pl.Int64 if name == "seq" else pl.String for name in names}
        rows = [
            [_cells_text(f.cells) if name == "cells" else getattr(f, name) for name in names]
            for f in self.ordered()
        ]
        return pl.DataFrame(rows, schema=schema, orient="row")


def _cells_text(cells: tuple[Cell, ...]) -> str:
    if not cells:
        return ""
    import json

    return json.dumps([dataclasses.asdict(cell) for cell in cells], ensure_ascii=False)
