"""``tecdata run --sdtm-only``: the SDTM datasets on Spark, and nothing that one machine has to hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from tecdata.cli.output import Reporter, print_json, print_table
from tecdata.cli.study_commands import centres_json, finding_counts, print_account, print_findings
from tecdata.sandbox import parsers
from tecdata.study import open_study

__all__ = ["write_sdtm_only"]


def write_sdtm_only(
    study_dir: Path,
    out: Path,
    centres: Sequence[str],
    *,
    keep_going: bool,
    opening: Mapping[str, Any],
    as_json: bool,
) -> int:
    """Map, harmonise and write the SDTM datasets on Spark; returns the exit code."""
    from tecdata.clustered_files import write_sdtm

    if opening["from_landing"] is None:
        parsers().start()
    study = open_study(study_dir, **opening)
    with Reporter(quiet=as_json) as progress:
        made = write_sdtm(
            study.folder,
            study.specs,
            out,
            names=centres,
            keep_going=keep_going,
            findings=study.findings,
            progress=progress,
            landing=study.landing,
        )
    run = made.run
    if as_json:
        print_json(
            {
                "out": str(out),
                "centres": centres_json(run.centres),
                "datasets": dict(made.records),
                "transport_files": dict(made.files),
                "findings": finding_counts(run.findings),
                "exit_code": run.exit_code,
            }
        )
        return run.exit_code
    print_account(run.centres)
    rows = [(name, made.records[name], made.files[name]) for name in sorted(made.records)]
    print_table("Records", ("dataset", "records", "transport files"), rows)
    print_findings(run.findings)
    click.echo(f"\nWritten to {out}: {len(rows)} SDTM datasets; see validation/findings.csv")
    return run.exit_code
