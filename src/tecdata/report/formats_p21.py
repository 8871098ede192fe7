"""The findings in the layout of a Pinnacle 21 report, for macros that read those; no cap on rows."""

from __future__ import annotations

import collections
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tecdata.finding import SEVERITY_ORDER, Findings
from tecdata.report.files import write_new
from tecdata.report.formats_core import record_numbers
from tecdata.report.formats_xlsx import MOST_ROWS, Sheet, Value, workbook
from tecdata.report.masking import mask_findings

if TYPE_CHECKING:
    from tecdata.finding import Finding
    from tecdata.report.facts import RunFacts

__all__ = ["rule_ids", "write_p21_xlsx"]

_DATASETS: Final = (
    "Domain",
    "Label",
    "Class",
    "Source",
    "Records",
    *(s.title() for s in SEVERITY_ORDER),
)
_SUMMARY: Final = ("Source", "Pinnacle 21 ID", "Publisher ID", "Message", "Severity", "Found")
_DETAILS: Final = (
    "Domain",
    "Record",
    "Count",
    "Variables",
    "Values",
    "Pinnacle 21 ID",
    "Publisher ID",
    "Message",
    "Category",
    "Severity",
)
_RULES: Final = ("Pinnacle 21 ID", "Publisher ID", "Message", "Description", "Category", "Severity")


def rule_ids(checks: Iterable[str]) -> dict[str, str]:
    """An id in the form such reports use (two letters, four digits) for each check.

    It comes from the check's own name, so that it stays as other checks come and go; of two
    checks that would get the same, the later in the alphabet takes the next free number.

    >>> ids = rule_ids(["validate.seq", "validate.type"])
    >>> rule_ids(["validate.seq"])["validate.seq"] == ids["validate.seq"]
    True
    """
    ids: dict[str, str] = {}
    taken: set[int] = set()
    for check in sorted(set(checks)):
        number = int(hashlib.sha256(check.encode()).hexdigest(), 16) % 10_000
        while number in taken:
            number = (number + 1) % 10_000
        taken.add(number)
        ids[check] = f"TD{number:04d}"
    return ids


def write_p21_xlsx(facts: RunFacts, path: Path, *, most_rows: int = MOST_ROWS) -> None:
    """Write *Validation Summary, Dataset Summary, Issue Summary, Details, Rules*.

    ``Publisher ID`` holds our check ids, ``Pinnacle 21 ID`` a stable number for each
    (:func:`rule_ids`). Headings stand below a few title lines, as such reports have it. Findings beyond
    what a sheet can hold (``most_rows``) go on in ``Details (2)``.
    """
    findings = mask_findings(Findings(facts.findings).ordered())
    issues = [f for f in findings if f.status in ("failed", "accepted", "passed_with_violations")]
    ids = rule_ids([*facts.checks, *(f.check for f in findings)])
    title: Sequence[Sequence[Value]] = (
        (f"tecdata {facts.study.version}".strip(),),
        ("Study", facts.study.study),
        (),
    )
    sheets: list[Sheet] = [
        ("Validation Summary", title, ("Item", "Value"), _validation(facts, findings)),
        ("Dataset Summary", title, _DATASETS, _datasets(facts, issues)),
        ("Issue Summary", title, _SUMMARY, _summary(issues, ids)),
        ("Details", title, _DETAILS, _details(facts, issues, ids)),
        ("Rules", title, _RULES, _rules(facts, findings, ids)),
    ]
    write_new(path, workbook(sheets, created=facts.study.created, most_rows=most_rows))


def _validation(facts: RunFacts, findings: Sequence[Finding]) -> Iterator[Sequence[Value]]:
    """The lines of the sheet Validation Summary."""
    study = facts.study
    yield "Study", study.study
    yield "Title", study.title
    yield "Data cut", study.data_cut
    yield "Standard", f"SDTM-IG {study.sdtmig}"
    yield "CDISC CT", study.ct
    yield "Software", f"tecdata {study.version}"
    for severity in SEVERITY_ORDER:
        count = sum(f.severity == severity and f.status == "failed" for f in findings)
        yield f"{severity.title()}s", count
    yield "Checks not run", sum(f.status == "not_run" for f in findings)
    for f in findings:
        if f.status == "not_run":
            yield f"Not run: {f.check}", f.message


def _datasets(facts: RunFacts, issues: Sequence[Finding]) -> Iterator[Sequence[Value]]:
    """The lines of the sheet Dataset Summary."""
    counts = collections.Counter((f.domain, f.severity) for f in issues)
    for name, dataset in facts.datasets.items():
        found = [counts[name, severity] for severity in SEVERITY_ORDER]
        spec = dataset.spec
        yield name, spec.label, spec.class_, f"{name.lower()}.xpt", len(dataset), *found


def _summary(issues: Sequence[Finding], ids: Mapping[str, str]) -> Iterator[Sequence[Value]]:
    """The lines of the sheet Issue Summary."""
    groups: dict[tuple[str, int, str], list[Finding]] = collections.defaultdict(list)
    for f in issues:
        groups[f.domain, SEVERITY_ORDER.index(f.severity), f.check].append(f)
    for (domain, _, check), group in sorted(groups.items()):
        first = group[0]
        yield (
            domain or "FILES",
            ids[check],
            check,
            first.message,
            first.severity.title(),
            len(group),
        )


def _details(
    facts: RunFacts, issues: Sequence[Finding], ids: Mapping[str, str]
) -> Iterator[Sequence[Value]]:
    """The lines of the sheet Details: one an issue."""
    rows = record_numbers(facts, issues)
    for f in issues:
        row = rows.get((f.domain, f.usubjid, f.seq)) if f.seq is not None else None
        pairs = [(f.variable, f.value), *((c.variable, c.value) for c in f.cells if c.variable)]
        if f.usubjid:
            pairs.insert(0, ("USUBJID", f.usubjid))
        named = [(name, value) for name, value in pairs if name or value]
        yield (
            f.domain or "FILES",
            row,
            1,
            ", ".join(name for name, _ in named),
            ", ".join(value for _, value in named),
            ids[f.check],
            f.check,
            f.message,
            f.check.partition(".")[0].title(),
            f.severity.title(),
        )


def _rules(
    facts: RunFacts, findings: Sequence[Finding], ids: Mapping[str, str]
) -> Iterator[Sequence[Value]]:
    """The lines of the sheet Rules: one a check with issues."""
    seen = {f.check: f.severity for f in reversed(findings)}
    for check in sorted(ids):
        spec = facts.checks.get(check)
        severity = spec.severity if spec else seen[check]
        text, why = (spec.template, spec.reason) if spec else ("", "")
        category = check.partition(".")[0].title()
        yield ids[check], check, text, why, category, severity.title()
