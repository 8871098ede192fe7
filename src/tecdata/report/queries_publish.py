"""What the pipeline calls after a run: record it, and write each centre's query workbook."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tecdata.report.history import History
from tecdata.report.masking import mask_findings
from tecdata.report.queries_masks import Hide, masks_of, unchanged
from tecdata.report.queries_source import SourceRows, name_rows
from tecdata.report.query_identity import distinguish
from tecdata.report.query_workbook import Sending, subject_test, write_query_workbook
from tecdata.report.wording import for_data_management

if TYPE_CHECKING:
    from tecdata.checks import Check
    from tecdata.finding import Finding
    from tecdata.report.queries import Mark, Query
    from tecdata.report.query_words import Names
    from tecdata.spec.source import SourceSpec
    from tecdata.table import RawTable

__all__ = ["CentreQueries", "Published", "complete", "for_centre", "publish_queries"]

#: What a centre is asked about; notices are for the record.
_ASKED: Final = ("reject", "error", "warning")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CentreQueries:
    """A centre that was read: its source, tables, files (name to SHA-256) and snapshot."""

    source: SourceSpec
    tables: Mapping[str, RawTable]
    files: Mapping[str, str]
    snapshot: Mapping[str, Any] | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What came of it.

    ``findings`` are those of the run in their order, with their records completed, so that
    :func:`query_id` of each is the id it has in the history; ``marks`` are by that id (they also
    hold queries that this run resolved); ``workbooks`` the files written.
    """

    findings: list[Finding]
    marks: dict[str, Mark]
    workbooks: tuple[Path, ...]


def publish_queries(
    findings: Iterable[Finding],
    centres: Iterable[CentreQueries],
    *,
    history: Path,
    out: Path,
    study: str,
    when: str,
    who: str,
    site_of: Mapping[str, str] | None = None,
    checks: Mapping[str, Check] | None = None,
    tests: Names | None = None,
    hide: Hide = unchanged,
) -> Published:
    """Record a run in the study's history and write ``OUT/queries/<centre>.xlsx``.

    Parameters
    ----------
    findings
        All of the run, passed and not run included.
    centres
        Those whose delivery was read; a centre that failed is left out, and keeps its queries.
    history
        ``<study>/history.sqlite``; made when missing.
    out
        Folder for ``queries/``; a centre without open queries gets no workbook.
    study
        The study's id.
    when, who
        Moment (ISO 8601, UTC) and person. ``when`` also is the day from which days open count.
    site_of
        Site code by USUBJID, for findings that name a subject but no centre.
    checks
        The checks of the study's own suites by id.
    tests
        Names of the study's tests and terms by their code, then by language.
    hide
        Hides known identifiers in any text that is shown of the source.
    """
    read = list(centres)
    book = History(history)
    kept = complete(findings, read, site_of or {}, book.keys(), hide)
    marks = book.record(
        {c.source.centre: c.files for c in read},
        kept,
        when=when,
        who=who,
        snapshots={c.source.centre: c.snapshot for c in read if c.snapshot is not None},
    )
    sending = Sending(
        study=study,
        as_of=when,
        checks=checks or {},
        tests=tests or {},
        identifiers=[f for f in kept if f.status in ("failed", "accepted")],
        hide=hide,
    )
    written = _write_workbooks(book.queries(), read, marks, out / "queries", sending)
    return Published(findings=kept, marks=marks, workbooks=tuple(written))


def _write_workbooks(
    queries: Sequence[Query],
    centres: Sequence[CentreQueries],
    marks: Collection[str],
    folder: Path,
    sending: Sending,
) -> Iterator[Path]:
    """Write the workbook of each centre that has open queries; yields the paths."""
    for centre in centres:
        source = centre.source
        own = for_centre(queries, source.centre, marks)
        if any(q.state in ("Open", "Answered") for q in own):
            path = folder / f"{source.centre}.xlsx"
            write_query_workbook(path, own, centre.tables, source, sending)
            yield path


def for_centre(queries: Iterable[Query], centre: str, marks: Collection[str] = ()) -> list[Query]:
    """The queries a centre's workbook shows: under way, and those of ``marks`` that have ended.

    Left out are notices and what only the data management can mend.
    """
    return [
        query
        for query in queries
        if query.finding.centre == centre
        and query.finding.severity in _ASKED
        and not for_data_management(query.finding.check)
        and (query.state in ("Open", "Answered") or query.id in marks)
    ]


def complete(
    findings: Iterable[Finding],
    centres: Iterable[CentreQueries],
    site_of: Mapping[str, str],
    known: Mapping[str, str],
    hide: Hide = unchanged,
) -> list[Finding]:
    """The findings in their order: identifiers masked, centres and records filled in, told apart."""
    kept = [
        dataclasses.replace(f, centre=site_of[f.usubjid])
        if not f.centre and f.usubjid in site_of
        else f
        for f in mask_findings(findings)
    ]
    failed = [i for i, f in enumerate(kept) if f.status in ("failed", "accepted")]
    asked = [kept[i] for i in failed]
    wanted = {(f.centre, f.file, f.sheet) for f in asked if f.cell and not f.record}
    rows: dict[tuple[str, str, str], list[SourceRows]] = {}
    for centre in centres:
        for table in centre.tables.values():
            key = (centre.source.centre, table.file, table.sheet)
            if key in wanted:
                masks = masks_of(asked, table, hide)
                own = SourceRows(table, subject_test(centre.source), masks)
                rows.setdefault(key, []).append(own)
    for index, finding in zip(failed, distinguish(name_rows(asked, rows), known), strict=True):
        kept[index] = finding
    return kept
