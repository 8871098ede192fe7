"""From checked datasets to files: datasets, findings, report, queries, and the manifest last of all."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tecdata._version import __version__
from tecdata.errors import ExportError
from tecdata.finding import Finding, Findings

if TYPE_CHECKING:
    from tecdata.intake import Delivery
    from tecdata.mapping import CellAccount
    from tecdata.pipeline import CentreRun, Progress, StudyRun
    from tecdata.report import CentreQueries, RunFacts
    from tecdata.spec import Specs
    from tecdata.spec.source import SourceSpec

__all__ = ["FORMATS", "Format", "Recording", "account_of", "facts_of", "inputs_of", "write_run"]

#: Layouts of the findings beside CSV, Parquet and HTML.
Format = Literal["core-xlsx", "p21-xlsx", "junit", "json"]
FORMATS: tuple[Format, ...] = ("core-xlsx", "p21-xlsx", "junit", "json")

#: Folder under the output that keeps the findings of a run whose datasets could not be written.
_FAILED = "failed-run"


@dataclasses.dataclass(frozen=True, slots=True)
class Recording:
    """Where the study's history is kept, and who runs it when (ISO 8601, UTC)."""

    history: Path
    when: str
    who: str


def write_run(
    run: StudyRun,
    specs: Specs,
    out: Path,
    *,
    recording: Recording | None = None,
    formats: Sequence[Format] = (),
    progress: Progress | None = None,
) -> StudyRun:
    """Write everything a run comes to; ``out`` changes all at once, the manifest last.

    With ``recording`` the run goes into the study's history: findings become queries with a state
    (new, open, answered, resolved, reopened), and each centre gets its query workbook.

    Tables, figures and reports that were made from an earlier run go with its datasets.

    Returns the run with the findings of the export added. Raises
    :class:`~tecdata.errors.ExportError` where a dataset cannot be written without losing
    something: the last good output stays, and the findings go to ``out/failed-run``.
    """
    from tecdata.export import (
        build_manifest,
        drop_stale,
        staged_output,
        write_adam,
        write_findings,
        write_manifest,
        write_study,
    )
    from tecdata.report import write_guides
    from tecdata.validate import apply_policy

    if progress:
        progress("write", str(out))
    findings = Findings(run.findings)
    try:
        with staged_output(out) as staging:
            findings.extend(apply_policy(write_study(run.datasets, specs, staging), specs.policy))
            findings.extend(apply_policy(write_adam(run.adam, specs, staging), specs.policy))
            findings, states = _record(run, findings, specs, staging, recording)
            write_findings(findings, staging, query=_query_columns(states))
            facts = facts_of(run, findings, specs, states)
            _write_reports(facts, staging / "validation", formats)
            write_guides(facts, run.adam, specs, staging / "guides")
            inputs = inputs_of(run)
            manifest = build_manifest(inputs=inputs, specs=specs, out=staging, findings=findings)
            write_manifest(manifest, staging)
    except ExportError as error:
        # The findings say which source cell to mend; without them the refusal would be a riddle.
        write_findings(findings, out / _FAILED)
        raise ExportError(
            error.message,
            place=error.place,
            choices=error.choices,
            next_step=f"{error.next_step} The findings of this run are in "
            f"{out / _FAILED / 'validation'}; the output of the last good run was left as it was",
        ) from None
    shutil.rmtree(out / _FAILED, ignore_errors=True)
    return dataclasses.replace(run, findings=findings, dropped=drop_stale(out))


def account_of(account: CellAccount) -> dict[str, Any]:
    """An account of cells as JSON has it: totals, then tables, then what is left out and why."""
    return {
        "read": account.cells_read,
        "mapped": account.mapped,
        "ignored": account.ignored,
        "unmapped": account.unmapped,
        "tables": [dataclasses.asdict(table) for table in account.tables],
        "declared": [dataclasses.asdict(declared) for declared in account.declared],
    }


def _record(
    run: StudyRun,
    findings: Findings,
    specs: Specs,
    staging: Path,
    recording: Recording | None,
) -> tuple[Findings, dict[str, str]]:
    """Write the run into the history; the findings as it knows them, and their states by query."""
    if recording is None:
        return findings, {}
    from tecdata.report import publish_queries
    from tecdata.spec.terminology import names_by_term
    from tecdata.spec.test_definition import names_by_code
    from tecdata.validate import all_checks, apply_policy

    changed = apply_policy(_changes(run, recording.history), specs.policy)
    findings = Findings([*findings, *changed])
    centres = [
        _centre_queries(c.delivery, c.mapping.source)
        for c in run.centres
        if c.delivery is not None and c.mapping is not None
    ]
    subjects = run.datasets["DM"].to_polars() if "DM" in run.datasets else None
    published = publish_queries(
        findings,
        centres,
        history=recording.history,
        out=staging,
        study=specs.study.study,
        when=recording.when,
        who=recording.who,
        site_of={}
        if subjects is None
        else dict(zip(subjects["USUBJID"], subjects["SITEID"], strict=True)),
        checks={check.id: check for check in all_checks(specs)},
        tests={**names_by_term(specs.codelists), **names_by_code(specs.tests)},
        hide=_hide(run.centres),
    )
    states = {identity: str(mark) for identity, mark in published.marks.items()}
    return Findings(published.findings), states


def _changes(run: StudyRun, history: Path) -> list[Finding]:
    """What is other in shape than in the centre's last delivery that was not this one."""
    from tecdata.mapping import expected_columns
    from tecdata.report import History
    from tecdata.validate import drift

    if not history.is_file():
        return []
    book = History(history)
    found: list[Finding] = []
    for centre in run.centres:
        if centre.delivery is None or centre.mapping is None:
            continue
        tables = centre.delivery.tables
        before = book.snapshot(centre.centre, _digests(centre.delivery))
        if before is not None:
            expected = expected_columns(centre.mapping, tables)
            found += drift(before, tables, centre.mapping.source, expected=expected)
    return found


def _centre_queries(delivery: Delivery, source: SourceSpec) -> CentreQueries:
    from tecdata.report import CentreQueries
    from tecdata.validate import snapshot

    return CentreQueries(
        source=source,
        tables=delivery.tables,
        files=_digests(delivery),
        snapshot=snapshot(delivery.tables, source),
    )


def _digests(delivery: Delivery) -> dict[str, str]:
    return {file.path: file.sha256 for file in delivery.files}


def _hide(centres: Sequence[CentreRun]) -> Callable[[str], str]:
    from tecdata.validate import hiding

    return hiding(*(c.identifiers for c in centres if c.identifiers is not None))


def _query_columns(states: Mapping[str, str]) -> Callable[[Finding], tuple[str, str]] | None:
    if not states:
        return None
    from tecdata.report import query_id

    def columns(finding: Finding) -> tuple[str, str]:
        if finding.status not in ("failed", "accepted"):
            return "", ""
        identity = query_id(finding)
        return identity, states.get(identity, "")

    return columns


def facts_of(
    run: StudyRun, findings: Findings, specs: Specs, states: Mapping[str, str]
) -> RunFacts:
    """The run as reports see it; ``states`` are the states of queries by their id."""
    from tecdata.export import moment_of
    from tecdata.report import CentreFacts, RunFacts, StudyFacts, query_id
    from tecdata.validate import all_checks

    study = specs.study
    return RunFacts(
        study=StudyFacts(
            study=study.study,
            title=study.title,
            data_cut=study.data_cut,
            sdtmig=study.sdtmig,
            ct=study.ct,
            version=__version__,
            created=moment_of(study).strftime("%Y-%m-%dT%H:%M:%SZ"),
        ),
        findings=findings,
        centres=tuple(CentreFacts.of(entry) for entry in inputs_of(run)),
        datasets=run.datasets,
        tables={c.centre: c.delivery.tables for c in run.centres if c.delivery is not None},
        checks={check.id: check for check in all_checks(specs)},
        query_id=query_id if states else None,
        states=states,
        hide=_hide(run.centres),
    )


def _write_reports(facts: RunFacts, folder: Path, formats: Sequence[Format]) -> None:
    from tecdata import report

    folder.mkdir(parents=True, exist_ok=True)
    report.write_html(facts, folder / "report.html")
    if "core-xlsx" in formats:
        report.write_core_xlsx(facts, folder / "findings-core.xlsx")
    if "p21-xlsx" in formats:
        report.write_p21_xlsx(facts, folder / "findings-p21.xlsx")
    if "junit" in formats:
        report.write_junit(facts, folder / "findings-junit.xml")
    if "json" in formats:
        report.write_findings_json(facts, folder / "findings.json")


def inputs_of(run: StudyRun) -> list[dict[str, Any]]:
    """What the manifest says of each centre: its files and its account of cells, or its error."""
    entries: list[dict[str, Any]] = []
    for centre in run.centres:
        entry: dict[str, Any] = {"centre": centre.centre, "name": centre.name}
        if centre.error is not None:
            entry["error"] = str(centre.error)
        if centre.delivery is not None:
            entry["files"] = [dataclasses.asdict(f) for f in centre.delivery.files]
        if centre.account is not None:
            entry["cells"] = account_of(centre.account)
        entries.append(entry)
    return entries
