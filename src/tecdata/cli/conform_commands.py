"""``tecdata conform``."""

from __future__ import annotations

import collections
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tecdata.cli.output import print_json, print_table

if TYPE_CHECKING:
    from tecdata.conformance import Conformance

__all__ = ["conform_output"]


def conform_output(
    out: Path, study_dir: Path, core: Path | None, report: Path | None, *, as_json: bool
) -> int:
    """Run CORE or read its report; returns the exit code."""
    from tecdata.conformance import conform
    from tecdata.study import open_study

    made = conform(open_study(study_dir), out, core=core, report=report)
    counts = _rule_counts(made)
    issues = _issues(made)
    if as_json:
        print_json(
            {
                "out": str(made.folder),
                "rules": counts,
                "issues": issues,
                "skipped": [r.id for r in made.report.rules if r.skipped],
                "exit_code": made.exit_code,
            }
        )
        return made.exit_code
    if issues:
        rows = [
            (i["rule"], i["datasets"], i["issues"], i["accepted"], i["explained"], i["message"])
            for i in issues
        ]
        heads = ("rule", "datasets", "issues", "accepted", "explained", "message")
        print_table("Issues", heads, rows)
    click.echo("\nRules: " + ", ".join(f"{n} {name}" for name, n in counts.items()) + ".")
    click.echo("A skipped rule is not a passed one: what it needs is not in this output.")
    click.echo(f"Written to {made.folder}; see conformance.md")
    return made.exit_code


def _rule_counts(made: Conformance) -> dict[str, int]:
    """How many rules came out how."""
    reported = {f.check for f in made.findings if f.status in ("failed", "accepted")}
    return {
        "passed": sum(f.status == "passed" for f in made.findings),
        "with issues": len(reported),
        "skipped": sum(r.skipped for r in made.report.rules),
        "not decided": sum(r.broken for r in made.report.rules),
    }


def _issues(made: Conformance) -> list[dict[str, str | int]]:
    """The issues counted by rule, with the datasets they are in."""
    groups = collections.defaultdict(list)
    for finding in made.findings:
        if finding.status in ("failed", "accepted"):
            groups[finding.check.removeprefix("core.")].append(finding)
    return [
        {
            "rule": rule,
            "datasets": ", ".join(sorted({f.domain for f in found})),
            "issues": len(found),
            "accepted": sum(f.status == "accepted" for f in found),
            "explained": sum(n for key, n in made.explanations.covered.items() if key[0] == rule),
            "message": dict(found[0].details).get("said", ""),
        }
        for rule, found in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
