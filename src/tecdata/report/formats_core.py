"""The findings in the layout of a CDISC CORE report: five sheets, for macros that read those."""

from __future__ import annotations

import collections
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tecdata.finding import Findings
from tecdata.report.files import write_new
from tecdata.report.formats_xlsx import Sheet, Value, workbook
from tecdata.report.layout import outcomes
from tecdata.report.masking import mask_findings

if TYPE_CHECKING:
    from tecdata.finding import Finding
    from tecdata.report.facts import RunFacts

__all__ = ["record_numbers", "write_core_xlsx"]

_DATASETS: Final = (
    "Dataset",
    "Label",
    "Location",
    "Modified Time Stamp",
    "Size (kb)",
    "Number of Records",
)
_SUMMARY: Final = ("Dataset", "CORE-ID", "Message", "Issues", "Explanation")
_DETAILS: Final = (
    "CORE-ID",
    "Message",
    "Executability",
    "Dataset",
    "USUBJID",
    "Record",
    "Sequence",
    "Variable(s)",
    "Value(s)",
)
_RULES: Final = ("CORE-ID", "Version", "CDISC RuleID", "FDA RuleID", "Message", "Status")


def write_core_xlsx(facts: RunFacts, path: Path) -> None:
    """Write *Conformance Details, Dataset Details, Issue Summary, Issue Details, Rules Report*.

    ``CORE-ID`` holds our check ids. An issue is a failed or accepted finding (also one below the
    threshold of its check); ``Explanation`` holds why findings were accepted, which CORE leaves
    empty. ``Record`` is the row of the dataset, where the finding is about one. ``Modified Time
    Stamp`` and ``Size (kb)`` stay empty: findings are about the records, not about one file of them.
    """
    findings = mask_findings(Findings(facts.findings).ordered())
    issues = [f for f in findings if f.status in ("failed", "accepted", "passed_with_violations")]
    sheets: list[Sheet] = [
        ("Conformance Details", (), ("Conformance Details", ""), _conformance(facts)),
        ("Dataset Details", (), _DATASETS, _datasets(facts)),
        ("Issue Summary", (), _SUMMARY, _summary(issues)),
        ("Issue Details", (), _DETAILS, _details(facts, issues)),
        ("Rules Report", (), _RULES, _rules(facts, findings)),
    ]
    write_new(path, workbook(sheets, created=facts.study.created))


def record_numbers(facts: RunFacts, issues: Sequence[Finding]) -> dict[tuple[str, str, int], int]:
    """Row (from 1) by dataset, USUBJID and sequence number, for the datasets issues are about."""
    numbers: dict[tuple[str, str, int], int] = {}
    for name in sorted({f.domain for f in issues if f.seq is not None}):
        dataset = facts.datasets.get(name)
        if dataset is None or not {"USUBJID", f"{name}SEQ"} <= set(dataset.frame.columns):
            continue
        subjects = dataset.frame["USUBJID"].to_list()
        sequence = dataset.frame[f"{name}SEQ"].to_list()
        for row, (subject, seq) in enumerate(zip(subjects, sequence, strict=True), start=1):
            if subject and seq is not None:
                numbers.setdefault((name, subject, int(seq)), row)
    return numbers


def _conformance(facts: RunFacts) -> Iterator[Sequence[Value]]:
    """The lines of the sheet Conformance Details."""
    study = facts.study
    yield "Report Generation", study.created
    yield "Software", f"tecdata {study.version}".strip()
    yield "Study", study.study
    yield "Study Title", study.title
    yield "Data Cut", study.data_cut
    yield "Standard", "SDTMIG"
    yield "Version", f"V{study.sdtmig}" if study.sdtmig else ""
    yield "CT Version", f"sdtmct-{study.ct}" if study.ct else ""


def _datasets(facts: RunFacts) -> Iterator[Sequence[Value]]:
    """The lines of the sheet Dataset Details."""
    for name, dataset in facts.datasets.items():
        yield f"{name.lower()}.xpt", dataset.spec.label, "sdtm/xpt", "", "", len(dataset)


def _summary(issues: Sequence[Finding]) -> Iterator[Sequence[Value]]:
    """The lines of the sheet Issue Summary: issues by dataset and check."""
    groups: dict[tuple[str, str], list[Finding]] = collections.defaultdict(list)
    for f in issues:
        groups[f.domain, f.check].append(f)
    for (domain, check), group in sorted(groups.items()):
        waived = [f for f in group if f.status == "accepted"]
        why = dict.fromkeys(dict(f.details).get("waiver") or f.message for f in waived)
        yield _file(domain), check, group[0].message, len(group), "; ".join(why)


def _details(facts: RunFacts, issues: Sequence[Finding]) -> Iterator[Sequence[Value]]:
    """The lines of the sheet Issue Details: one an issue."""
    rows = record_numbers(facts, issues)
    for f in issues:
        row = rows.get((f.domain, f.usubjid, f.seq)) if f.seq is not None else None
        variables = ", ".join(
            dict.fromkeys(filter(None, (f.variable, *(c.variable for c in f.cells))))
        )
        values = ", ".join(filter(None, (f.value, *(c.value for c in f.cells if c.variable))))
        yield (
            f.check,
            f.message,
            "fully executable",
            _file(f.domain),
            f.usubjid,
            row,
            f.seq,
            variables,
            values,
        )


def _rules(facts: RunFacts, findings: Sequence[Finding]) -> Iterator[Sequence[Value]]:
    """The lines of the sheet Rules Report: every check and how it came out."""
    states: Mapping[str, str] = {o.check: _status(o.counts) for o in outcomes(findings)}
    for check in sorted(facts.checks.keys() | states.keys()):
        spec = facts.checks.get(check)
        # A check without an outcome speaks up only when it finds something.
        status = states.get(check, "SUCCESS")
        yield check, "1", "", "", spec.template if spec else "", status


def _status(counts: Mapping[str, int]) -> str:
    """How a check came out, in CORE's words."""
    if counts["not_run"]:
        return "EXECUTION ERROR"
    if counts["failed"] or counts["accepted"] or counts["passed_with_violations"]:
        return "ISSUE REPORTED"
    return "SUCCESS" if counts["passed"] else "SKIPPED"


def _file(domain: str) -> str:
    """The file of a domain; empty for findings about no dataset."""
    return f"{domain.lower()}.xpt" if domain else ""
