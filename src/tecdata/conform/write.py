"""The report on its way out: waivers in the Explanation of issues, and a summary in words."""

from __future__ import annotations

import collections
import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tecdata.conform.report import CoreReport, Issue
    from tecdata.finding import Finding
    from tecdata.spec.submission import Explanation

__all__ = ["Explanations", "explain", "explanations_of", "write_summary"]

Key = tuple[str, str]


@dataclasses.dataclass(frozen=True, slots=True)
class Explanations:
    """What there is to say about the issues, by rule and dataset.

    ``issues`` counts them, ``waived`` those that a waiver accepts, ``covered`` those whose record
    fulfils what the explanation of the rule says; ``texts`` are the words.
    """

    issues: Mapping[Key, int]
    waived: Mapping[Key, int]
    covered: Mapping[Key, int]
    texts: Mapping[Key, str]

    def text(self, rule: str, dataset: str) -> str:
        """The words for a row of *Issue Summary*; empty where nobody has explained anything."""
        return self.texts.get((rule, dataset), "")

    def open(self, rule: str) -> int:
        """Issues of a rule that neither a waiver nor an explanation is about."""
        keys = [key for key in self.issues if key[0] == rule]
        return sum(max(0, self.issues[k] - max(self.waived[k], self.covered[k])) for k in keys)


def explanations_of(
    report: CoreReport,
    findings: Iterable[Finding],
    known: Mapping[str, Explanation],
    covered: Iterable[Issue],
) -> Explanations:
    """Gather waivers and explanations.

    A waiver goes before what the study says of the rule. Where either is about some of the issues only, their
    number goes before the text: an explanation says nothing of the others.

    Parameters
    ----------
    report, findings
        The report, and its issues as findings after waivers.
    known
        Explanations of the study by rule.
    covered
        The issues whose record fulfils the conditions of the explanation of their rule.
    """
    issues = collections.Counter((i.rule, i.dataset) for i in report.issues)
    held = collections.Counter((i.rule, i.dataset) for i in covered)
    reasons: dict[Key, list[str]] = collections.defaultdict(list)
    for finding in findings:
        if finding.status == "accepted":
            said = dict(finding.details).get("waiver_reason", "")
            reasons[finding.check.removeprefix("core."), finding.domain].append(said)
    waived = collections.Counter({key: len(told) for key, told in reasons.items()})
    texts = {}
    for key, count in issues.items():
        text, about = "; ".join(dict.fromkeys(reasons.get(key, ()))), waived[key]
        if not text and held[key]:
            text, about = known[key[0]].text, held[key]
        if text:
            texts[key] = text if about >= count else f"{about} of {count}: {text}"
    return Explanations(issues, waived, held, texts)


def explain(report: CoreReport, told: Explanations) -> dict[str, Any]:
    """The document of the report with ``explanation`` in *Issue Summary*, which CORE leaves empty."""
    summary = []
    for row in report.document.get("Issue_Summary", []):
        dataset = str(row.get("dataset", "")).upper().removesuffix(".XPT")
        text = told.text(str(row.get("core_id", "")), dataset)
        summary.append({**row, "explanation": text})
    return {**report.document, "Issue_Summary": summary}


def write_summary(
    report: CoreReport, findings: Sequence[Finding], told: Explanations, folder: Path
) -> None:
    """Write ``core-report.json`` (with explanations) and ``conformance.md`` into a folder that exists."""
    document = json.dumps(explain(report, told), ensure_ascii=False, indent=2)
    (folder / "core-report.json").write_text(document + "\n", "utf-8")
    (folder / "conformance.md").write_text(
        "\n".join(_lines(report, findings, told)) + "\n", "utf-8"
    )


def _lines(report: CoreReport, findings: Sequence[Finding], told: Explanations) -> list[str]:
    """The lines of conformance.md: counts, a table of issues with their explanations, what was skipped."""
    passed = sum(f.status == "passed" for f in findings)
    skipped = [r for r in report.rules if r.skipped]
    broken = [r for r in report.rules if r.broken]
    rules = {rule for rule, _ in told.issues}
    lines = [
        "# Conformance by CDISC CORE",
        "",
        (
            f"{len(report.rules)} rules: {passed} passed, {len(rules)} with issues, {len(skipped)} skipped, "
            f"{len(broken)} not decided. A skipped rule is not a passed one."
        ),
        "",
        "Explained are issues whose record fulfils what specs/submission.yaml says of the rule; the others are open.",
        "",
        "| rule | dataset | issues | accepted | explained | message | explanation |",
        "|---|---|---|---|---|---|---|",
    ]
    said = {i.rule: i.message.replace("|", "/") for i in report.issues}
    for key, count in sorted(told.issues.items(), key=lambda item: (-item[1], item[0])):
        rule, dataset = key
        lines.append(
            f"| {rule} | {dataset} | {count} | {told.waived[key]} | {told.covered[key]} | {said[rule]} | "
            f"{told.text(rule, dataset).replace('|', '/')} |"
        )
    for title, listed in (("Skipped", skipped), ("Not decided", broken)):
        if listed:
            lines += ["", f"## {title}", ""]
            lines += [f"- {rule.id}: {rule.message}" for rule in listed]
    return lines
