"""The report on its way out: waivers in the Explanation of issues, and a summary in words."""

from __future__ import annotations

import collections
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tecdata.conform.report import CoreReport
    from tecdata.finding import Finding

__all__ = ["explain", "write_summary"]


def explain(
    report: CoreReport, findings: Iterable[Finding], known: Mapping[str, str]
) -> dict[str, Any]:
    """The document of the report with ``explanation`` in *Issue Summary*, which CORE leaves empty.

    It holds the reasons of the waivers by which findings of that rule and dataset were accepted;
    where only some were, their number goes before. Without a waiver it is what the study says of
    the rule (``known``, by rule), which accepts nothing: the issues stay issues.
    """
    reasons: dict[tuple[str, str], list[str]] = collections.defaultdict(list)
    for finding in findings:
        if finding.status == "accepted":
            said = dict(finding.details).get("waiver_reason", "")
            reasons[finding.check.removeprefix("core."), finding.domain].append(said)
    summary = []
    for row in report.document.get("Issue_Summary", []):
        dataset = str(row.get("dataset", "")).upper().removesuffix(".XPT")
        told = reasons.get((str(row.get("core_id", "")), dataset), [])
        count = int(row.get("issues") or 0)
        text = "; ".join(dict.fromkeys(told))
        if told and len(told) < count:
            text = f"{len(told)} of {count}: {text}"
        text = text or known.get(str(row.get("core_id", "")), "")
        summary.append({**row, "explanation": text})
    return {**report.document, "Issue_Summary": summary}


def write_summary(
    report: CoreReport, findings: Sequence[Finding], folder: Path, known: Mapping[str, str]
) -> None:
    """Write ``core-report.json`` (with explanations) and ``conformance.md`` into a folder that exists."""
    document = json.dumps(explain(report, findings, known), ensure_ascii=False, indent=2)
    (folder / "core-report.json").write_text(document + "\n", "utf-8")
    (folder / "conformance.md").write_text(
        "\n".join(_lines(report, findings, known)) + "\n", "utf-8"
    )


def _lines(report: CoreReport, findings: Sequence[Finding], known: Mapping[str, str]) -> list[str]:
    passed = sum(f.status == "passed" for f in findings)
    skipped = [r for r in report.rules if r.skipped]
    broken = [r for r in report.rules if r.broken]
    issues: dict[str, list[Finding]] = collections.defaultdict(list)
    for finding in findings:
        if finding.status in ("failed", "accepted"):
            issues[finding.check.removeprefix("core.")].append(finding)
    lines = [
        "# Conformance by CDISC CORE",
        "",
        (
            f"{len(report.rules)} rules: {passed} passed, {len(issues)} with issues, {len(skipped)} skipped, "
            f"{len(broken)} not decided. A skipped rule is not a passed one."
        ),
        "",
        "| rule | datasets | issues | accepted | message | explanation |",
        "|---|---|---|---|---|---|",
    ]
    for rule, found in sorted(issues.items(), key=lambda item: (-len(item[1]), item[0])):
        datasets = ", ".join(sorted({f.domain for f in found}))
        accepted = [f for f in found if f.status == "accepted"]
        why = "; ".join(dict.fromkeys(dict(f.details).get("waiver_reason", "") for f in accepted))
        why = why or known.get(rule, "")
        said = dict(found[0].details).get("said", "").replace("|", "/")
        lines.append(f"| {rule} | {datasets} | {len(found)} | {len(accepted)} | {said} | {why} |")
    for title, rules in (("Skipped", skipped), ("Not decided", broken)):
        if rules:
            lines += ["", f"## {title}", ""]
            lines += [f"- {rule.id}: {rule.message}" for rule in rules]
    return lines
