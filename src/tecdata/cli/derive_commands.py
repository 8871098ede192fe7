"""``tecdata derive``."""

from __future__ import annotations

from pathlib import Path

import click

from tecdata.cli.output import Reporter, print_json, print_table
from tecdata.study import open_study

__all__ = ["derive_part"]


def derive_part(part: str, study_dir: Path, out: Path, *, as_json: bool) -> int:
    """Derive one part or all, write ``OUT/adam``; 0, or 1 with findings of severity error."""
    from tecdata.export import output_lock, write_adam

    study = open_study(study_dir)
    with Reporter(quiet=as_json) as progress:
        made = study.derive(None if part == "all" else [part], progress=progress)
    found = [f for f in study.findings if f.check.startswith("derive.")]
    with output_lock(out):
        found += write_adam(made, study.specs, out)
    code = int(any(f.severity in ("reject", "error") and f.status == "failed" for f in found))
    if as_json:
        records = {name: len(dataset) for name, dataset in made.items()}
        told = [{"check": f.check, "severity": f.severity, "message": f.message} for f in found]
        print_json({"out": str(out), "adam": records, "findings": told, "exit_code": code})
        return code
    rows = [(name, dataset.spec.label, len(dataset)) for name, dataset in made.items()]
    print_table("Analysis records", ("dataset", "label", "all"), rows)
    for finding in found:
        click.echo(f"{finding.severity}: {finding.message}")
    click.echo(f"\nWritten to {out}/adam: {len(made)} datasets")
    return code
