"""The query workbook: what goes to a centre, and comes back answered.

First the query log, then the centre's own sheets (those with a query), each cell at the address
it has in the centre's file, the cells in question coloured and commented. Everything but the
answers is locked. No cell holds a formula; identifiers stay masked. The same arguments give the
same bytes.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import io
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tecdata.report.queries_masks import Hide, masks_of, unchanged
from tecdata.report.queries_source import SourceRows
from tecdata.report.query_workbook_formats import Formats
from tecdata.report.query_workbook_layout import Sheet, plan_sheets
from tecdata.report.query_workbook_log import log_order, log_texts, write_log
from tecdata.report.query_workbook_seal import (
    ANSWER_COLUMNS,
    HIDDEN_SHEET,
    LOG_COLUMNS,
    VERSION,
)
from tecdata.report.query_workbook_sheets import write_sheet
from tecdata.report.wording import language_of, wordings

if TYPE_CHECKING:
    from tecdata.checks import Check
    from tecdata.finding import Finding
    from tecdata.report.queries import Query
    from tecdata.spec.source import SourceSpec
    from tecdata.table import RawTable

__all__ = ["Sending", "query_workbook", "subject_test", "write_query_workbook"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What holds for the workbooks of one occasion.

    Attributes
    ----------
    study
        The study's id; an answer is taken back by the same study only.
    as_of
        ISO date from which the days open are counted.
    language
        ``de``, ``da`` or ``en``; without it the first of a centre's languages that is one.
    checks
        The checks of the study's own suites by id, for their wordings.
    identifiers
        Findings of identifiers beyond those among the queries; their cells are shown masked.
    hide
        Hides known identifiers in any text of the centre's sheets.
    """

    study: str
    as_of: str
    language: str = ""
    checks: Mapping[str, Check] = dataclasses.field(default_factory=dict)
    identifiers: Sequence[Finding] = ()
    hide: Hide = unchanged


def write_query_workbook(
    path: Path,
    queries: Iterable[Query],
    tables: Mapping[str, RawTable],
    source: SourceSpec,
    sending: Sending,
) -> None:
    """Write a centre's query workbook to ``path`` (its folder is made), readable by its owner only.

    For the parameters see :func:`query_workbook`.
    """
    content = query_workbook(queries, tables, source, sending)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(content)
    part.replace(path)


def query_workbook(
    queries: Iterable[Query],
    tables: Mapping[str, RawTable],
    source: SourceSpec,
    sending: Sending,
) -> bytes:
    """A centre's query workbook (xlsx).

    Parameters
    ----------
    queries
        Those of the centre, from :meth:`History.queries`.
    tables, source
        The centre's tables as they were read, by their key in its ``source.yaml``.
    sending
        Study, day, language, and what else holds for all workbooks of the occasion.
    """
    spoken = sending.language or language_of(source.language)
    words = wordings(spoken)
    ordered = log_order(list(queries))
    buffer = io.BytesIO()
    book = _book(buffer, words.labels["title"].format(centre=source.name), sending.as_of)
    formats = Formats(book, spoken)
    title = words.labels["log"]
    log = book.add_worksheet(title)
    sheets = plan_sheets(ordered, tables.values(), source, [title, HIDDEN_SHEET])
    rows = _rows(ordered, sheets, source, sending)
    logged = []
    for query in ordered:
        sheet = _sheet_of(query, sheets)
        known = rows[sheet.title] if sheet else ()
        texts = log_texts(query, sheet, known, spoken, sending.as_of, sending.checks)
        logged.append((query, texts, _link(query, sheet)))
    write_log(log, logged, formats, spoken, _heading(ordered, source, sending))
    questions = {query.id: texts["question"] for query, texts, _ in logged}
    seals = {}
    for sheet in sheets:
        masks = {own.table.name: own.masks for own in rows[sheet.title]}
        seals[sheet.title] = write_sheet(book, sheet, formats, spoken, questions, masks)
    facts = {
        "version": VERSION, "study": sending.study, "centre": source.centre, "language": spoken,
        "as_of": sending.as_of[:10], "log": title,
    }  # fmt: skip
    _write_hidden(book, facts, words.columns, [texts for _, texts, _ in logged], seals)
    book.close()
    return buffer.getvalue()


def _book(buffer: io.BytesIO, title: str, as_of: str) -> Any:
    import xlsxwriter

    plain = ("strings_to_formulas", "strings_to_urls", "strings_to_numbers")
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, **dict.fromkeys(plain, False)})
    day = dt.datetime.fromisoformat(as_of[:10])
    book.set_properties({"title": title, "author": "tecdata", "created": day})
    return book


def subject_test(source: SourceSpec) -> Any:
    """Whether a text is a subject id of the centre, as a function."""
    pattern = re.compile(source.subject.pattern)
    return lambda text: pattern.fullmatch(text.strip()) is not None


def _rows(
    queries: Sequence[Query], sheets: Sequence[Sheet], source: SourceSpec, sending: Sending
) -> dict[str, list[SourceRows]]:
    findings = [*(query.finding for query in queries), *sending.identifiers]
    hide, is_subject = functools.cache(sending.hide), subject_test(source)
    return {
        sheet.title: [
            SourceRows(table, is_subject, masks_of(findings, table, hide)) for table in sheet.tables
        ]
        for sheet in sheets
    }


def _sheet_of(query: Query, sheets: Sequence[Sheet]) -> Sheet | None:
    place = (query.finding.file, query.finding.sheet)
    return next((s for s in sheets if (s.file, s.sheet) == place), None)


def _link(query: Query, sheet: Sheet | None) -> str:
    if sheet is None:
        return ""
    from xlsxwriter.utility import xl_rowcol_to_cell

    spot = sheet.spot(sheet.find(query.finding.cell)) or (0, 0)
    quoted = sheet.title.replace("'", "''")
    return f"internal:'{quoted}'!{xl_rowcol_to_cell(*spot)}"


def _heading(queries: Sequence[Query], source: SourceSpec, sending: Sending) -> dict[str, str]:
    states = [query.state for query in queries]
    open_, answered = states.count("Open") + states.count("Candidate"), states.count("Answered")
    return {
        "centre": f"{source.name} ({source.centre})",
        "study": sending.study,
        "as_of": sending.as_of[:10],
        "open": str(open_),
        "answered": str(answered),
        "ended": str(len(states) - open_ - answered),
    }


def _write_hidden(
    book: Any,
    facts: Mapping[str, str],
    columns: Mapping[str, str],
    logged: Sequence[Mapping[str, str]],
    seals: Mapping[str, Mapping[int, str]],
) -> None:
    """What :func:`read_answers` needs to know the workbook again."""
    page = book.add_worksheet(HIDDEN_SHEET)
    page.very_hidden()
    page.protect()
    locked = [name for name in LOG_COLUMNS if name not in ANSWER_COLUMNS]
    lines = [["facts", json.dumps(facts, ensure_ascii=False, sort_keys=True)]]
    lines += [["column", name, columns[name]] for name in LOG_COLUMNS]
    lines += [["query", *(texts[name] for name in locked)] for texts in logged]
    lines += [
        ["row", title, str(row + 1), text]
        for title, own in seals.items()
        for row, text in own.items()
    ]
    for row, line in enumerate(lines):
        for column, text in enumerate(line):
            page.write_string(row, column, text)
