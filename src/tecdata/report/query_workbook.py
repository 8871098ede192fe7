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
from tecdata.report.query_workbook_fold import fold
from tecdata.report.query_workbook_formats import Formats
from tecdata.report.query_workbook_layout import Sheet, plan_sheets
from tecdata.report.query_workbook_log import log_order, log_texts, write_log
from tecdata.report.query_workbook_seal import (
    ANSWER_COLUMNS,
    HIDDEN_SHEET,
    LOG_COLUMNS,
    VERSION,
)
from tecdata.report.query_workbook_sheets import Asked, write_sheet
from tecdata.report.wording import language_of, wordings

if TYPE_CHECKING:
    from tecdata.checks import Check
    from tecdata.finding import Finding
    from tecdata.report.queries import Query
    from tecdata.report.query_words import Names
    from tecdata.report.wording import Wordings
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
    tests
        Names of the study's tests and terms by their code, then by language.
    """

    study: str
    as_of: str
    language: str = ""
    checks: Mapping[str, Check] = dataclasses.field(default_factory=dict)
    tests: Names = dataclasses.field(default_factory=dict)
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
    told = _told(ordered, sheets, rows, spoken, sending)
    subjects = frozenset(q.id for q in ordered if _about_subject(q, sheets, rows))
    speakers = fold(ordered, told, subjects)
    _mention_further(ordered, told, speakers, words)
    leading = [query for query in ordered if speakers[query.id] == query.id]
    logged = [(q, told[q.id], _link(q, _sheet_of(q, sheets))) for q in leading]
    write_log(log, logged, formats, spoken, _heading(leading, source, sending))
    questions = {name: told[speaker]["question"] for name, speaker in speakers.items()}
    asked = Asked(spoken, questions, speakers)
    seals = {}
    for sheet in sheets:
        masks = {own.table.name: own.masks for own in rows[sheet.title]}
        seals[sheet.title] = write_sheet(book, sheet, formats, asked, masks)
    facts = {
        "version": VERSION, "study": sending.study, "centre": source.centre, "language": spoken,
        "as_of": sending.as_of[:10], "log": title,
    }  # fmt: skip
    _write_hidden(book, facts, words.columns, [texts for _, texts, _ in logged], speakers, seals)
    book.close()
    return buffer.getvalue()


def _book(buffer: io.BytesIO, title: str, as_of: str) -> Any:
    """An empty workbook that turns no text into a formula, number or link."""
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
    """For each sheet the rows of its tables, with what must be masked."""
    findings = [*(query.finding for query in queries), *sending.identifiers]
    hide, is_subject = functools.cache(sending.hide), subject_test(source)
    return {
        sheet.title: [
            SourceRows(table, is_subject, masks_of(findings, table, hide)) for table in sheet.tables
        ]
        for sheet in sheets
    }


def _told(
    queries: Sequence[Query],
    sheets: Sequence[Sheet],
    rows: Mapping[str, Sequence[SourceRows]],
    language: str,
    sending: Sending,
) -> dict[str, dict[str, str]]:
    """The texts of every query's row, by id."""
    told = {}
    for query in queries:
        sheet = _sheet_of(query, sheets)
        known = rows[sheet.title] if sheet else ()
        told[query.id] = log_texts(query, sheet, known, language, sending)
    return told


def _about_subject(
    query: Query, sheets: Sequence[Sheet], rows: Mapping[str, Sequence[SourceRows]]
) -> bool:
    """Whether the cell of a query holds the id of a subject."""
    sheet = _sheet_of(query, sheets)
    if sheet is None:
        return False
    column = sheet.find(query.finding.cell).column
    return bool(column) and any(own.subject == column for own in rows[sheet.title])


def _mention_further(
    queries: Sequence[Query],
    told: Mapping[str, dict[str, str]],
    speakers: Mapping[str, str],
    words: Wordings,
) -> None:
    """Say in the question at how many other cells the same is asked."""
    cells: dict[str, set[tuple[str, ...]]] = {}
    for query in queries:
        finding = query.finding
        cells.setdefault(speakers[query.id], set()).add((finding.file, finding.sheet, finding.cell))
    for name, places in cells.items():
        if len(places) > 1:
            further = words.labels["further"].format(count=len(places) - 1)
            told[name]["question"] += f" {further}"


def _sheet_of(query: Query, sheets: Sequence[Sheet]) -> Sheet | None:
    """The sheet a query points at; None where it is about none."""
    place = (query.finding.file, query.finding.sheet)
    return next((s for s in sheets if (s.file, s.sheet) == place), None)


def _link(query: Query, sheet: Sheet | None) -> str:
    """The link to a query's cell; empty where it has no sheet."""
    if sheet is None:
        return ""
    from xlsxwriter.utility import xl_rowcol_to_cell

    spot = sheet.spot(sheet.find(query.finding.cell)) or (0, 0)
    quoted = sheet.title.replace("'", "''")
    return f"internal:'{quoted}'!{xl_rowcol_to_cell(*spot)}"


def _heading(queries: Sequence[Query], source: SourceSpec, sending: Sending) -> dict[str, str]:
    """Centre, study, date and counts of the title."""
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
    speakers: Mapping[str, str],
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
    lines += [["also", first, name] for name, first in speakers.items() if name != first]
    lines += [
        ["row", title, str(row + 1), text]
        for title, own in seals.items()
        for row, text in own.items()
    ]
    for row, line in enumerate(lines):
        for column, text in enumerate(line):
            page.write_string(row, column, text)
