"""``tecdata checks list``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tecdata.cli.output import print_json, print_table

if TYPE_CHECKING:
    from tecdata.spec import Specs

__all__ = ["list_all_checks"]


def list_all_checks(study_dir: Path, only: str, *, as_json: bool) -> int:
    """Print every check there is in this study; exit code 2 where none has the text in its id."""
    from tecdata.spec import load_specs
    from tecdata.validate import all_checks, labels

    specs = load_specs(study_dir / "specs")
    wanted = [c for c in all_checks(specs) if only.casefold() in c.id]
    kinds = labels(specs)
    settings = specs.policy.checks
    if as_json:
        entries = []
        for check in wanted:
            own = settings.get(check.id)
            entries.append(
                {
                    "id": check.id,
                    "severity": check.severity,
                    "text": check.template,
                    "next_step": check.next_step,
                    "needs": list(check.needs),
                    "always_runs": check.always,
                    "wordings": dict(check.wordings),
                    "reason": check.reason,
                    "reference": check.reference,
                    "kahn": kinds[check.id].kahn,
                    "tmf": kinds[check.id].tmf,
                    "run": own is None or own.run == "yes",
                    "threshold": _threshold(specs, check.id),
                    "set_because": own.reason if own else "",
                }
            )
        print_json({"checks": entries})
    elif wanted:
        rows = [
            (c.id, c.severity, c.template, c.reason, c.reference, kinds[c.id].kahn, kinds[c.id].tmf)
            for c in wanted
        ]
        header = ("check", "severity", "text", "reason", "reference", "Kahn", "TMF/dataquieR")
        print_table(f"{len(rows)} checks", header, rows)
    if not wanted:
        click.echo(f"No check has '{only}' in its id; leave --only out to see all.", err=True)
        return 2
    return 0


def _threshold(specs: Specs, check: str) -> float | None:
    """The share of records that may break a check: the study's, else the expectation's, else None."""
    own = specs.policy.checks.get(check)
    if own is not None and own.threshold is not None:
        return float(own.threshold)
    for suite in specs.suites.values():
        for expectation in suite.expectations:
            if expectation.id == check and expectation.threshold is not None:
                return float(expectation.threshold)
    return None
