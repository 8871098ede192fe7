"""Findings for programs: JSON with everything, JUnit XML for pipelines that gate on tests."""

from __future__ import annotations

import collections
import dataclasses
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from tecdata.finding import SEVERITY_ORDER, Findings
from tecdata.report.files import write_new
from tecdata.report.layout import STATUS_ORDER
from tecdata.report.masking import mask_findings

if TYPE_CHECKING:
    from tecdata.finding import Finding
    from tecdata.report.facts import RunFacts

__all__ = ["write_findings_json", "write_junit"]

#: Name and version of the JSON layout; it changes when a field changes its meaning.
SCHEMA: Final = "tecdata.findings/1"

#: What XML 1.0 cannot hold.
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_findings_json(facts: RunFacts, path: Path) -> None:
    """Write all findings as one JSON object: study, counts, and ``findings``, one a line.

    Every field of a finding is there, ``cells`` and ``details`` as objects, with the id and state
    of its query where there is one. The order is that of the report, worst first.
    """
    ordered = Findings(facts.findings).ordered()
    # A query is named by the finding itself, before anything in it is masked.
    queries = [facts.query_of(f) for f in ordered]
    findings = mask_findings(ordered)
    head = {
        "schema": SCHEMA,
        "study": dataclasses.asdict(facts.study),
        "counts": {
            "failed": {
                s: sum(f.severity == s and f.status == "failed" for f in findings)
                for s in SEVERITY_ORDER
            },
            "status": {s: sum(f.status == s for f in findings) for s in STATUS_ORDER},
        },
    }
    lines = [_dump(_object(f, *q)) for f, q in zip(findings, queries, strict=True)]
    body = ",\n".join(f"  {line}" for line in lines)
    text = _dump(head)[:-1] + ',"findings":[\n' + body + ("\n" if lines else "") + "]}\n"
    write_new(path, text.encode())


def _object(finding: Finding, query: str, state: str) -> dict[str, Any]:
    """A finding as JSON has it, with its query."""
    made = dataclasses.asdict(finding)
    made["details"] = dict(finding.details)
    made["query"], made["query_state"] = query, state
    return made


def _dump(data: Any) -> str:
    """JSON on one line; a lone surrogate as an escape."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # A lone surrogate is valid JSON only as an escape.
    return re.sub("[\ud800-\udfff]", lambda m: f"\\u{ord(m[0]):04x}", text)


def write_junit(facts: RunFacts, path: Path) -> None:
    """Write JUnit XML: a suite a domain (``files`` for findings without one), a case a check.

    Failed findings of severity reject or error are failures, checks that did not run are errors
    (the gate must not open on them), those that do not apply are skipped; warnings, notices and
    accepted findings are told in ``system-out`` and do not fail a case. A check of several
    centres has a case for each. No times are given, so that the same run gives the same bytes.
    """
    cases: dict[str, dict[tuple[str, str], list[Finding]]] = {}
    for finding in mask_findings(Findings(facts.findings).ordered()):
        own = cases.setdefault(finding.domain or "files", {})
        own.setdefault((finding.check, finding.centre), []).append(finding)
    root = ET.Element("testsuites", name=f"{facts.study.study} validation")
    totals: collections.Counter[str] = collections.Counter()
    for name in sorted(cases):
        suite = ET.SubElement(root, "testsuite", name=name)
        counts: collections.Counter[str] = collections.Counter(
            tests=0, failures=0, errors=0, skipped=0
        )
        for (check, centre), findings in sorted(cases[name].items()):
            case = ET.SubElement(
                suite,
                "testcase",
                classname=_xml(".".join(filter(None, (facts.study.study, centre, name)))),
                name=_xml(f"{check} [{centre}]" if centre else check),
                time="0",
            )
            counts["tests"] += 1
            counts.update(_fill(case, findings))
        suite.attrib.update({key: str(counts[key]) for key in counts})
        totals.update(counts)
    root.attrib.update(
        {key: str(totals[key]) for key in ("tests", "failures", "errors", "skipped")}
    )
    ET.indent(root)
    write_new(path, ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")


def _fill(case: ET.Element, findings: Sequence[Finding]) -> Iterable[str]:
    """Say in a case what came of its check; yields what it counts as."""
    bad = [f for f in findings if f.status == "failed" and f.severity in ("reject", "error")]
    idle = [f for f in findings if f.status == "not_run"]
    mild = [f for f in findings if f.status in ("failed", "passed_with_violations", "accepted")]
    told = [f for f in mild if f not in bad] if len(bad) < len(mild) else []
    if idle:
        _outcome(case, "error", "not_run", idle)
        yield "errors"
    elif bad:
        _outcome(case, "failure", bad[0].severity, bad)
        yield "failures"
    elif all(f.status == "not_applicable" for f in findings):
        ET.SubElement(case, "skipped", message=_xml(findings[0].message))
        yield "skipped"
    # A case may hold one outcome; what else there is to say goes into its output.
    more = [*(bad if idle else ()), *told]
    if more:
        ET.SubElement(case, "system-out").text = _xml("\n".join(map(_line, more)))


def _outcome(case: ET.Element, tag: str, kind: str, findings: Sequence[Finding]) -> None:
    """Put an outcome with its findings into a case."""
    rest = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    made = ET.SubElement(case, tag, message=_xml(findings[0].message + rest), type=kind)
    made.text = _xml("\n".join(map(_line, findings)))


def _line(finding: Finding) -> str:
    """A finding on one line."""
    return f"{finding.severity}, {finding.status.replace('_', ' ')}: {finding.message}"


def _xml(text: str) -> str:
    """A text without what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
