"""A run in the study's history: what is new, open or resolved, and the query workbooks."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tecdata.finding import Finding, Findings

if TYPE_CHECKING:
    from tecdata.intake import Delivery
    from tecdata.pipeline import StudyRun
    from tecdata.report import CentreQueries
    from tecdata.spec import Specs
    from tecdata.spec.source import SourceSpec

__all__ = ["Recording", "record_run"]


@dataclasses.dataclass(frozen=True, slots=True)
class Recording:
    """Where the study's history is kept, and who runs it when (ISO 8601, UTC)."""

    history: Path
    when: str
    who: str


def record_run(
    run: StudyRun,
    findings: Findings,
    specs: Specs,
    staging: Path,
    recording: Recording | None,
    hide: Callable[[str], str],
) -> dict[str, str]:
    """Write the run into the history, its query workbooks under ``staging``; the states by query.

    ``findings`` become those that the history knows, with what is other in shape than in the last
    delivery. ``hide`` takes identifying values out of a text. Recorded or not, what is about a subject
    is about its centre.
    """
    sites = _sites(run)
    if recording is None:
        placed = [
            dataclasses.replace(f, centre=f.centre or sites.get(f.usubjid, "")) for f in findings
        ]
        findings.clear()
        findings.extend(placed)
        return {}
    from tecdata.report import publish_queries
    from tecdata.spec.terminology import names_by_term
    from tecdata.spec.test_definition import names_by_code
    from tecdata.validate import all_checks, apply_policy

    changed = apply_policy(_changes(run, recording.history), specs.policy)
    centres = [
        _centre_queries(c.delivery, c.mapping.source)
        for c in run.centres
        if c.delivery is not None and c.mapping is not None
    ]
    published = publish_queries(
        Findings([*findings, *changed]),
        centres,
        history=recording.history,
        out=staging,
        study=specs.study.study,
        when=recording.when,
        who=recording.who,
        site_of=sites,
        checks={check.id: check for check in all_checks(specs)},
        tests={**names_by_term(specs.codelists), **names_by_code(specs.tests)},
        hide=hide,
    )
    findings.clear()
    findings.extend(published.findings)
    return {identity: str(mark) for identity, mark in published.marks.items()}


def _sites(run: StudyRun) -> dict[str, str]:
    """The centre of each subject."""
    if "DM" not in run.datasets:
        return {}
    subjects = run.datasets["DM"].to_polars()
    return dict(zip(subjects["USUBJID"], subjects["SITEID"], strict=True))


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
