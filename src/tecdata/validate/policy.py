"""What a study makes of findings: other severities and thresholds, and waivers of single ones."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from tecdata.finding import Finding, Findings
from tecdata.validate.suites_report import status_of_share

if TYPE_CHECKING:
    from tecdata.spec.policy import Policy, Waiver

__all__ = ["apply_policy"]

_BROKEN = ("failed", "passed_with_violations")


def apply_policy(
    findings: Iterable[Finding], policy: Policy, waivers: Sequence[Waiver] = ()
) -> Findings:
    """The findings as the study sees them.

    Severities and thresholds of ``specs/checks.yaml`` replace those of the checks; checks that
    are switched off there become not applicable; failed findings that a waiver names become
    ``accepted``, with reason, name and date among their details and at the end of the message.
    A waiver that fits nothing is a finding itself (``policy.waiver_unused``).

    Neither the number nor the order of the other findings changes.
    """
    kept = list(_by_policy(list(findings), policy))
    used: set[int] = set()
    made = Findings(_accepted(finding, waivers, used) for finding in kept)
    made.extend(_unused(w) for n, w in enumerate(waivers) if n not in used)
    return made


def _by_policy(findings: Sequence[Finding], policy: Policy) -> Iterator[Finding]:
    """The findings with severities, thresholds and switches of the policy."""
    broken = collections.Counter((f.check, f.domain) for f in findings if f.status in _BROKEN)
    for finding in findings:
        settings = policy.checks.get(finding.check)
        if settings is None:
            yield finding
            continue
        if settings.severity is not None:
            finding = dataclasses.replace(finding, severity=settings.severity)
        if settings.run == "no" and finding.status != "not_applicable":
            said = f"{finding.message} (switched off in specs/checks.yaml: {settings.reason})"
            finding = dataclasses.replace(finding, status="not_applicable", message=said)
        elif settings.threshold is not None and finding.status in _BROKEN:
            checked = int(dict(finding.details).get("checked", "0"))
            many = broken[finding.check, finding.domain]
            status = status_of_share(many, checked, settings.threshold)
            finding = dataclasses.replace(finding, status=status)
        yield finding


def _accepted(finding: Finding, waivers: Sequence[Waiver], used: set[int]) -> Finding:
    """The finding, accepted where a waiver fits it; ``used`` gets the number of that waiver."""
    if finding.status != "failed":
        return finding
    for number, waiver in enumerate(waivers):
        if _fits(waiver, finding):
            used.add(number)
            details = {
                "waiver_reason": waiver.reason,
                "waiver_by": waiver.by,
                "waiver_on": waiver.on,
            }
            return dataclasses.replace(
                finding,
                status="accepted",
                message=f"{finding.message} (accepted by {waiver.by} on {waiver.on}: {waiver.reason})",
                details=(*finding.details, *details.items()),
            )
    return finding


def _fits(waiver: Waiver, finding: Finding) -> bool:
    """Whether a waiver names this finding: what it leaves empty may be anything."""
    return waiver.check == finding.check and all(
        wanted in ("", found)
        for wanted, found in (
            (waiver.centre, finding.centre),
            (waiver.usubjid, finding.usubjid),
            (waiver.variable, finding.variable),
            (waiver.record, finding.record),
        )
    )


def _unused(waiver: Waiver) -> Finding:
    """The finding of a waiver that fits nothing."""
    named = (waiver.centre, waiver.usubjid, waiver.variable, waiver.record)
    return Finding.of(
        "policy.waiver_unused",
        usubjid=waiver.usubjid,
        variable=waiver.variable,
        record=waiver.record,
        waived=waiver.check,
        about=", ".join(part for part in named if part),
        by=waiver.by,
        on=waiver.on,
    )
