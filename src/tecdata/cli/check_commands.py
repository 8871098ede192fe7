"""``tecdata check``: one incoming delivery, before anything is written."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tecdata.cli.output import Reporter, print_json, print_not_run, print_table
from tecdata.finding import SEVERITY_ORDER
from tecdata.study import open_study

if TYPE_CHECKING:
    from tecdata.check_delivery import CheckedDelivery
    from tecdata.finding import Finding, Findings

__all__ = ["check_files"]

#: Findings of one check shown one by one on a terminal; all of them stand in the JSON.
SHOWN = 8


def check_files(study_dir: Path, name: str, files: Sequence[Path], *, as_json: bool) -> int:
    """Check a delivery and tell what is wrong with it; returns the exit code."""
    from tecdata.check_delivery import check_delivery

    study = open_study(study_dir)
    with Reporter(quiet=as_json) as progress:
        checked = check_delivery(study.folder, study.specs, name, files, progress=progress)
    if as_json:
        print_json(_as_json(checked))
    else:
        _print_files(checked)
        _print_findings(checked.findings)
        click.echo(_verdict(checked))
    return checked.exit_code


def _as_json(checked: CheckedDelivery) -> dict[str, Any]:
    """A checked delivery as JSON has it."""
    account = checked.account
    return {
        "name": checked.name,
        "centre": checked.centre,
        "files": [dataclasses.asdict(file) for file in checked.files],
        "cells": None
        if account is None
        else {
            "read": account.cells_read,
            "mapped": account.mapped,
            "ignored": account.ignored,
            "unmapped": account.unmapped,
        },
        "records": dict(checked.records),
        "findings": [_finding_json(f) for f in checked.findings.ordered()],
        "exit_code": checked.exit_code,
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    """A finding without what its message was rendered with."""
    data = dataclasses.asdict(finding)
    del data["details"]
    return data


def _print_files(checked: CheckedDelivery) -> None:
    """Print what was read and what became of its cells."""
    rows = [(file.path, file.format, file.bytes) for file in checked.files]
    print_table(f"Delivery of {checked.name} ({checked.centre})", ("file", "format", "bytes"), rows)
    account = checked.account
    if account is not None:
        click.echo(
            f"\n{account.cells_read} cells read: {account.mapped} mapped, {account.ignored} "
            f"ignored as declared, {account.unmapped} left over. "
            f"{sum(checked.records.values())} records in {len(checked.records)} datasets."
        )


def _print_findings(findings: Findings) -> None:
    """Severity by severity, what could not be checked last; long runs of one check are cut."""
    shown = [f for f in findings.ordered() if f.status in ("failed", "passed_with_violations")]
    for severity in SEVERITY_ORDER:
        of_severity = [f for f in shown if f.severity == severity]
        if of_severity:
            _print_group(severity, of_severity)
    print_not_run(findings)


def _print_group(severity: str, findings: Sequence[Finding]) -> None:
    """Print the findings of one severity; of one check no more than ``SHOWN``."""
    rows: list[tuple[str, ...]] = []
    seen: collections.Counter[str] = collections.Counter()
    counts = collections.Counter(f.check for f in findings)
    for finding in findings:
        seen[finding.check] += 1
        if seen[finding.check] <= SHOWN:
            rows.append((finding.check, *_place(finding), _message(finding)))
        elif seen[finding.check] == counts[finding.check]:
            more = counts[finding.check] - SHOWN
            rows.append((finding.check, "", "", "", f"… and {more} more; all of them: --json"))
    print_table(f"{severity} ({len(findings)})", ("check", "file", "sheet", "cell", "what"), rows)


def _place(finding: Finding) -> tuple[str, str, str]:
    """File, sheet and cell of a finding."""
    return finding.file, finding.sheet, finding.cell


def _message(finding: Finding) -> str:
    """The message without the place at its head, which has columns of its own."""
    head, _, rest = finding.message.partition(": ")
    return rest if rest and finding.file and head.startswith(finding.file) else finding.message


def _verdict(checked: CheckedDelivery) -> str:
    """The counts, and whether the delivery can be taken."""
    counts = {s: checked.findings.count(s) for s in SEVERITY_ORDER}
    told = ", ".join(f"{n} {severity}{'s' * (n > 1)}" for severity, n in counts.items() if n)
    verdict = {
        0: "Nothing stands against taking this delivery.",
        1: "Do not take this delivery as it is.",
        2: "This delivery cannot be read.",
    }[checked.exit_code]
    return f"\n{told or 'No findings'}. {verdict} Nothing was written."
