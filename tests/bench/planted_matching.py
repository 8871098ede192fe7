"""Does a finding report a planted error, and is a finding explained by one?"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tecdata.demo.planting_model import Planted
    from tecdata.finding import Finding

__all__ = ["Outcome", "compare", "explains", "reports"]

#: Sheets in which a row holds many records.
_WIDE = ("Labor", "Scores", "Lungenfunktion")


@dataclasses.dataclass(frozen=True)
class Outcome:
    """Planted errors with the finding that reports each, and the findings none explains."""

    reported: tuple[tuple[Planted, Finding | None], ...]
    unexplained: tuple[Finding, ...]


def compare(
    planted: Iterable[Planted], findings: Iterable[Finding], codes: Mapping[str, str]
) -> Outcome:
    """Look for each error among the failed findings; ``codes`` are test codes by study test id."""
    failed = [f for f in findings if f.status == "failed"]
    errors = list(planted)
    return Outcome(
        tuple((p, next((f for f in failed if reports(f, p, codes)), None)) for p in errors),
        tuple(
            f
            for f in failed
            if f.severity in ("error", "reject") and not any(explains(p, f) for p in errors)
        ),
    )


def reports(finding: Finding, planted: Planted, codes: Mapping[str, str]) -> bool:
    """Whether a finding is one that must report the error, and names its cell or its record."""
    if not any(fnmatchcase(finding.check, check) for check in planted.expected):
        return False
    if planted.cell and _names_cell(finding, planted):
        return True
    if finding.check == "mapping.not_a_range" and not planted.cell:
        # Found before there is a record: known by its file and by the numbers in its cell.
        return finding.file == planted.file and _numbers(finding.value) == _numbers(planted.now)
    if not planted.usubjid:
        return finding.centre == planted.centre and finding.file in ("", planted.file)
    if finding.check == "file.subject_vanished":
        return finding.value.lstrip("0") == planted.usubjid[-3:].lstrip("0")
    subjects = {planted.usubjid, f"{planted.usubjid[:-3]}{_digits(planted.now)}"}
    if finding.usubjid not in subjects:
        return False
    if planted.cell:
        # A finding on the subject as a whole names its record; any other has to name the cell.
        return finding.domain in ("DM", "DS") or not finding.cell
    if planted.domains and finding.domain not in (*planted.domains, ""):
        return False
    return _same_record(finding, planted, codes)


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())[-3:]


def _numbers(text: str) -> list[float]:
    return [float(n) for n in re.findall(r"\d+(?:\.\d+)?", text.replace(",", "."))]


def _names_cell(finding: Finding, planted: Planted) -> bool:
    places = [(finding.file, finding.sheet, finding.cell)]
    places += [(c.file, c.sheet, c.cell) for c in finding.cells]
    return any(
        file == planted.file and sheet == planted.sheet and _same_cell(cell, planted)
        for file, sheet, cell in places
    )


def _same_cell(cell: str, planted: Planted) -> bool:
    if cell.partition(":")[0] == planted.cell:
        return True
    # Where a row holds one record, its number names the record.
    wide = planted.sheet in _WIDE or planted.file.endswith(".sav")
    return not wide and bool(_row(cell)) and _row(cell) == _row(planted.cell)


def _row(cell: str) -> str:
    return "".join(c for c in cell.partition(",")[0].partition(":")[0] if c.isdigit())


def _same_record(finding: Finding, planted: Planted, codes: Mapping[str, str]) -> bool:
    told = dict(part.split("=", 1) for part in finding.record.split("; ") if "=" in part)
    for name, value in planted.record.items():
        right = codes.get(value, value) if name.endswith("TESTCD") else value
        if name in told and told[name] != right:
            return False
    return True


def explains(planted: Planted, finding: Finding) -> bool:
    """Whether an error is what a finding speaks of, or brings it along."""
    known = (*planted.expected, *planted.follows)
    if not any(fnmatchcase(finding.check, check) for check in known):
        return False
    centre = finding.centre or finding.usubjid[7:9]
    if centre != planted.centre:
        return False
    if finding.usubjid and planted.usubjid:
        subjects = {planted.usubjid, f"{planted.usubjid[:-3]}{_digits(planted.now)}"}
        return finding.usubjid in subjects
    if planted.cell and finding.cell:
        return _names_cell(finding, planted) or (
            not finding.usubjid and finding.file == planted.file and finding.sheet == planted.sheet
        )
    return not finding.file or finding.file == planted.file
