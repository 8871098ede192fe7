"""``tecdata run`` and ``tecdata map``."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tecdata.cli.identity import when_and_who
from tecdata.cli.output import Reporter, print_json, print_not_run, print_table
from tecdata.publishing import FORMATS, account_of
from tecdata.recording import Recording
from tecdata.study import Study, open_study

if TYPE_CHECKING:
    from tecdata.centre_run import CentreRun
    from tecdata.dataset import Dataset
    from tecdata.finding import Findings
    from tecdata.validate.suites import Suites

__all__ = [
    "centres_json",
    "finding_counts",
    "map_study",
    "print_account",
    "print_findings",
    "run_study",
]


def run_study(
    study_dir: Path,
    out: Path,
    centres: Sequence[str],
    *,
    keep_going: bool,
    formats: Sequence[str],
    xpt_v8: bool,
    history: bool,
    opening: Mapping[str, Any],
    suites: Suites | None,
    sdtm_only: bool,
    as_json: bool,
) -> int:
    """The main job; returns its exit code. ``opening``: how the study is opened."""
    study = _with_options(open_study(study_dir, **opening), suites, xpt_v8=xpt_v8)
    recording = Recording(study_dir / "history.sqlite", *when_and_who()) if history else None
    with Reporter(quiet=as_json) as progress:
        made = study.run(
            out,
            centres=centres,
            keep_going=keep_going,
            recording=recording,
            formats=[name for name in FORMATS if name in formats],
            sdtm_only=sdtm_only,
            progress=progress,
        )
    if as_json:
        print_json(
            {
                "out": str(out),
                "centres": centres_json(made.centres),
                "datasets": {name: len(d) for name, d in made.datasets.items()},
                "adam": {name: len(d) for name, d in made.adam.items()},
                "findings": finding_counts(made.findings),
                "dropped": list(made.dropped),
                "exit_code": made.exit_code,
            }
        )
        return made.exit_code
    print_account(made.centres)
    codes = [c.centre for c in made.centres if c.error is None]
    _print_datasets("Records", made.datasets, made.datasets, codes)
    if made.adam:
        _print_datasets("Analysis records", made.adam, made.datasets, codes)
    print_findings(made.findings)
    _print_failures(made.centres)
    analysis = "" if sdtm_only else f" and {len(made.adam)} analysis"
    findings = "findings.csv" if sdtm_only else "report.html"
    click.echo(
        f"\nWritten to {out}: {len(made.datasets)} SDTM{analysis} datasets; see validation/{findings}"
    )
    if made.dropped:
        click.echo(
            f"Removed {len(made.dropped)} files that were made from the run before "
            f"({', '.join(sorted({name.partition('/')[0] for name in made.dropped}))}). "
            "Make them again: tecdata report"
        )
    return made.exit_code


def _with_options(study: Study, suites: Suites | None, *, xpt_v8: bool) -> Study:
    """The study with what the command line says in place of its specs."""
    specs = study.specs
    if suites is not None:
        policy = specs.policy.model_copy(update={"suites": suites})
        specs = dataclasses.replace(specs, policy=policy)
    if xpt_v8:
        wanted = specs.study.model_copy(update={"xpt_v8": True})
        specs = dataclasses.replace(specs, study=wanted)
    return dataclasses.replace(study, specs=specs)


def map_study(
    study_dir: Path,
    out: Path,
    centres: Sequence[str],
    *,
    keep_going: bool,
    opening: Mapping[str, Any],
    as_json: bool,
) -> int:
    """Mapping only; writes ``OUT/mapped/<centre>/<domain>.parquet`` and returns the exit code."""
    from tecdata.export import output_lock, write_findings, write_mapped

    study = open_study(study_dir, **opening)
    with output_lock(out), Reporter(quiet=as_json) as progress:
        runs = study.map(centres=centres, keep_going=keep_going, progress=progress)
        for run in runs:
            write_mapped(run.datasets, out / "mapped" / run.name)
        write_findings(study.findings, out)
    errors = study.findings.count("error") + study.findings.count("reject")
    code = 2 if any(r.error for r in runs) else int(errors > 0)
    if as_json:
        print_json(
            {
                "out": str(out),
                "centres": centres_json(runs),
                "findings": finding_counts(study.findings),
                "exit_code": code,
            }
        )
        return code
    print_account(runs)
    print_findings(study.findings)
    _print_failures(runs)
    click.echo(f"\nWritten to {out}/mapped; see validation/findings.csv")
    return code


def centres_json(runs: Sequence[CentreRun]) -> list[dict[str, Any]]:
    """Each centre with its account of cells and its records, or its error."""
    return [
        {
            "name": run.name,
            "centre": run.centre,
            "error": str(run.error) if run.error else None,
            "cells": account_of(run.account) if run.account else None,
            "records": dict(run.records),
        }
        for run in runs
    ]


def finding_counts(findings: Findings) -> list[dict[str, Any]]:
    """Findings counted by severity, status and check, worst first."""
    counts = collections.Counter((f.severity, f.status, f.check) for f in findings.ordered())
    return [
        {"severity": severity, "status": status, "check": check, "count": n}
        for (severity, status, check), n in counts.items()
    ]


def print_account(runs: Sequence[CentreRun]) -> None:
    """Print what became of the cells of each centre."""
    rows = [
        (
            run.name,
            len(run.delivery.files) if run.delivery else 0,
            run.account.cells_read,
            run.account.mapped,
            run.account.ignored,
            run.account.unmapped,
        )
        for run in runs
        if run.account is not None
    ]
    header = ("centre", "files", "cells read", "mapped", "ignored", "unmapped")
    if rows:
        print_table("Source cells", header, rows)


def _print_datasets(
    title: str,
    datasets: Mapping[str, Dataset],
    sdtm: Mapping[str, Dataset],
    codes: Sequence[str],
) -> None:
    """Print the number of records of each dataset, by centre."""
    sites = sdtm["DM"].to_polars()
    site_of = dict(zip(sites["USUBJID"], sites["SITEID"], strict=True))
    rows = []
    for name, dataset in datasets.items():
        about = "USUBJID" in dataset.frame.columns  # the trial design is about nobody
        subjects = dataset.frame.get_column("USUBJID").to_list() if about else []
        counts = collections.Counter(site_of.get(subject, "") for subject in subjects)
        rows.append((name, dataset.spec.label, *[counts[c] for c in codes], len(dataset)))
    print_table(title, ("dataset", "label", *codes, "all"), rows)


def print_findings(findings: Findings) -> None:
    """Print the findings, counted, and how many checks passed."""
    counts = finding_counts(findings)
    shown = [c for c in counts if c["status"] == "failed"]
    rows = [(c["severity"], c["status"], c["check"], c["count"]) for c in shown]
    print_not_run(findings)
    if rows:
        print_table("Findings", ("severity", "status", "check", "count"), rows)
    else:
        click.echo("\nNo findings.")
    totals = collections.Counter(dict.fromkeys(("passed", "not_run", "not_applicable"), 0))
    for count in counts:
        totals[count["status"]] += count["count"]
    if not sum(totals[status] for status in ("passed", "not_run", "not_applicable")):
        return
    click.echo(
        f"Checks: {totals['passed']} passed, {totals['not_applicable']} not applicable, "
        f"{totals['not_run']} not run."
    )


def _print_failures(runs: Sequence[CentreRun]) -> None:
    """Print, as errors, why centres could not be read."""
    for run in runs:
        if run.error is not None:
            click.echo(f"\n{run.name}: {type(run.error).__name__}: {run.error}", err=True)
