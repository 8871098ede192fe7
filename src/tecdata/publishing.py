"""From checked datasets to files: datasets, findings, report, queries, and the manifest last of all."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tecdata._version import __version__
from tecdata.errors import ExportError
from tecdata.finding import Finding, Findings
from tecdata.recording import record_run
from tecdata.unrun import not_run, of_rooms

if TYPE_CHECKING:
    from tecdata.centre_run import CentreRun, Progress
    from tecdata.mapping import CellAccount
    from tecdata.pipeline import StudyRun
    from tecdata.recording import Recording
    from tecdata.report import RunFacts
    from tecdata.spec import Specs

__all__ = [
    "FORMATS",
    "Format",
    "account_of",
    "facts_of",
    "inputs_of",
    "write_run",
    "write_tabulations",
]

#: Layouts of the findings beside CSV, Parquet and HTML.
Format = Literal["core-xlsx", "p21-xlsx", "junit", "json"]
FORMATS: tuple[Format, ...] = ("core-xlsx", "p21-xlsx", "junit", "json")

#: Folder under the output that keeps the findings of a run whose datasets could not be written.
_FAILED = "failed-run"


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
    from tecdata.export import drop_stale, write_adam, write_findings, write_study
    from tecdata.report import write_guides
    from tecdata.validate import apply_policy

    if progress:
        progress("write", str(out))
    findings = Findings(run.findings)
    with _output(run, specs, out, findings) as staging:
        findings.extend(apply_policy(write_study(run.datasets, specs, staging), specs.policy))
        findings.extend(apply_policy(write_adam(run.adam, specs, staging), specs.policy))
        states = record_run(run, findings, specs, staging, recording, _hide(run.centres))
        write_findings(findings, staging, query=_query_columns(states))
        facts = facts_of(run, findings, specs, states)
        _write_reports(facts, staging / "validation", formats)
        write_guides(facts, run.adam, specs, staging / "guides")
    return dataclasses.replace(run, findings=findings, dropped=drop_stale(out))


def write_tabulations(
    run: StudyRun,
    specs: Specs,
    out: Path,
    complete: Callable[[], None],
    *,
    progress: Progress | None = None,
) -> StudyRun:
    """Write the SDTM datasets alone: XPT, Parquet, trace, findings, and the manifest last.

    ``complete`` is called when the datasets are written; the findings of ``run`` are whole then. What an
    earlier whole run wrote beside them goes. Returns and raises as :func:`write_run`.
    """
    from tecdata.export import drop_stale, write_findings, write_study
    from tecdata.validate import apply_policy

    if progress:
        progress("write", str(out))
    findings = Findings()
    with _output(run, specs, out, findings) as staging:
        try:
            own = write_study(run.datasets, specs, staging, described=False)
        finally:
            complete()
            findings.extend(run.findings)
        findings.extend(apply_policy(own, specs.policy))
        write_findings(findings, staging)
    return dataclasses.replace(run, findings=findings, dropped=drop_stale(out))


@contextlib.contextmanager
def _output(run: StudyRun, specs: Specs, out: Path, findings: Findings) -> Iterator[Path]:
    """A folder that becomes ``out`` with its manifest; ``findings`` may grow meanwhile.

    Where a dataset cannot be written they are kept apart: they say which source cell to mend.
    """
    from tecdata.export import build_manifest, staged_output, write_findings, write_manifest

    try:
        with staged_output(out) as staging:
            yield staging
            inputs = inputs_of(run)
            manifest = build_manifest(inputs=inputs, specs=specs, out=staging, findings=findings)
            write_manifest(manifest, staging)
    except ExportError as error:
        idle = not_run(of_rooms(["export"]), "the output", f"{error.place} could not be written")
        write_findings(Findings([*findings, *idle]), out / _FAILED)
        raise ExportError(
            error.message,
            place=error.place,
            choices=error.choices,
            next_step=f"{error.next_step}. The findings of this run are in "
            f"{out / _FAILED / 'validation'}; the output of the last good run was left as it was",
        ) from None
    shutil.rmtree(out / _FAILED, ignore_errors=True)


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
