"""The first sheet of a query workbook: one row a query, with the cells a centre fills in."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from tecdata.finding import SEVERITY_ORDER
from tecdata.report.query_words import event_words, in_words_of_the_centre
from tecdata.report.query_workbook_seal import ANSWER_COLUMNS, LOG_COLUMNS
from tecdata.report.wording import address, for_data_management, question, wordings

if TYPE_CHECKING:
    from tecdata.report.queries import Query
    from tecdata.report.queries_source import SourceRows
    from tecdata.report.query_words import Names
    from tecdata.report.query_workbook import Sending
    from tecdata.report.query_workbook_formats import Formats
    from tecdata.report.query_workbook_layout import Sheet
    from tecdata.report.wording import Wordings

__all__ = ["HEADER_ROW", "log_order", "log_texts", "write_log"]

#: 0-based row of the header; above it the title, the counts, what to do, the colours.
HEADER_ROW: Final = 5
_WIDTHS: Final = {
    "id": 12, "cell": 13, "subject": 11, "event": 12, "form": 18, "item": 14, "value": 14,
    "question": 44, "answer": 15, "response": 28, "answered_by": 13, "answered_on": 13,
    "state": 12, "severity": 11, "query_type": 8, "centre": 8, "assigned": 15, "opened_by": 12,
    "opened_on": 11, "days": 7, "closed_by": 12, "closed_on": 11, "close_reason": 24, "thread": 44,
}  # fmt: skip
_SDTM: Final = re.compile(r"(--)?[A-Z][A-Z0-9]{1,7}")
_ENDED: Final = ("Resolved", "Closed", "Cancelled")
_LONGEST: Final = 8_000


def log_order(queries: Sequence[Query]) -> list[Query]:
    """Open ones first, the worst of them first; within, as they stand in the centre's files."""
    ranks = {"Open": 0, "Answered": 1, "Candidate": 2}

    def key(query: Query) -> tuple[object, ...]:
        finding = query.finding
        row = re.search(r"\d+", finding.cell)
        return (
            ranks.get(query.state, 3),
            SEVERITY_ORDER.index(finding.severity),
            finding.file,
            finding.sheet,
            int(row[0]) if row else 0,
            finding.cell,
            query.id,
        )

    return sorted(queries, key=key)


def log_texts(
    query: Query,
    sheet: Sheet | None,
    rows: Sequence[SourceRows],
    language: str,
    sending: Sending,
) -> dict[str, str]:
    """The texts of a query's row by column; ``days`` is digits."""
    words, finding = wordings(language), query.finding
    subject, event, item = _about(query, sheet, rows, language, sending.tests)
    about = (subject, event, item)
    answered, closed, opened = query.answered, query.closed, query.opened
    managed = for_data_management(finding.check) or not finding.centre
    texts = {
        "id": query.id,
        "cell": _cell(query, item, language),
        "subject": subject or finding.usubjid,
        "event": event,
        "form": finding.sheet or finding.file or finding.domain,
        "item": item or ("" if finding.variable.startswith("_") else finding.variable),
        "value": _own_text(finding.cell, sheet, rows) or finding.value,
        "question": _question(query, about, language, sending),
        "answer": words.answers.get(answered.answer, "") if answered else "",
        "response": answered.response if answered else "",
        "answered_by": answered.responded_by if answered else "",
        "answered_on": answered.responded_on if answered else "",
        "state": words.states[query.state],
        "severity": words.severities[finding.severity],
        "query_type": words.types[query.query_type],
        "centre": finding.centre,
        "assigned": words.assigned["data_management" if managed else "site"],
        "opened_by": opened.who,
        "opened_on": opened.at[:10],
        "days": str(query.days_open(sending.as_of)),
        "closed_by": closed.who if closed else "",
        "closed_on": closed.at[:10] if closed else "",
        "close_reason": closed.reason if closed else "",
        "thread": _thread(query, words),
    }
    return {name: text[:_LONGEST] for name, text in texts.items()}


def _question(query: Query, about: tuple[str, str, str], language: str, sending: Sending) -> str:
    """The question in the centre's own names for subject, test and column."""
    subject, event, item = about
    finding = in_words_of_the_centre(query.finding, event, language, sending.tests)
    domain = wordings(language).domains.get(finding.domain, finding.domain)
    own = dataclasses.replace(
        finding,
        usubjid=subject or finding.usubjid,
        # Names of SDTM mean nothing to a centre.
        variable=item if item and _SDTM.fullmatch(finding.variable) else finding.variable,
        domain=domain,
    )
    return question(own, language, sending.checks, placed=True)


def _about(
    query: Query, sheet: Sheet | None, rows: Sequence[SourceRows], language: str, tests: Names
) -> tuple[str, str, str]:
    """Local id, visit or event, and the column as the centre calls it."""
    finding = query.finding
    # A record named by its source row begins with the table's name.
    own_words = "" if ": " in finding.record else finding.record
    event = event_words(own_words, language, tests)
    if sheet is None:
        return "", event, ""
    place = sheet.find(finding.cell)
    own = next((r for r in rows if r.subject_of(place.row)), None)
    named = (c.header for t in sheet.tables for c in t.columns if c.name == place.column)
    item = next(named, "") or place.column
    if own is None:
        return "", event, item
    date = own.date_of(place)
    return own.subject_of(place.row).strip(), event or date, item


def _own_text(cell: str, sheet: Sheet | None, rows: Sequence[SourceRows]) -> str:
    """What stands in the cell, identifiers hidden."""
    if sheet is None:
        return ""
    place = sheet.find(cell)
    return next((t for r in rows if (t := r.text(place.row, place.column))), "")


def _cell(query: Query, item: str, language: str) -> str:
    """The address; of a line or record without its column, which has a column of its own."""
    finding = query.finding
    cell = re.sub(r", column '.*'$", "", finding.cell) if item else finding.cell
    return address(cell, language) or finding.sheet or finding.file


def _thread(query: Query, words: Wordings) -> str:
    """What was said of a query, a line a step."""
    lines = []
    for step in query.transitions:
        said = step.response or words.answers.get(step.answer, "")
        tail = f": {said}" if said else ""
        lines.append(
            f"{step.at[:10]} {words.states[step.new]} ({step.responded_by or step.who}){tail}"
        )
    return "\n".join(lines)


def write_log(
    page: Any,
    entries: Sequence[tuple[Query, Mapping[str, str], str]],
    formats: Formats,
    language: str,
    heading: Mapping[str, str],
) -> None:
    """Write the log: each entry is a query, the texts of its row and the target of its link."""
    words = wordings(language)
    last = len(LOG_COLUMNS) - 1
    _write_head(page, formats, words, heading)
    for column, name in enumerate(LOG_COLUMNS):
        page.set_column(column, column, _WIDTHS[name])
        style = "answer_header" if name in ANSWER_COLUMNS else "log_header"
        page.write_string(HEADER_ROW, column, words.columns[name], formats.of(style))
    page.set_row(HEADER_ROW, 32)
    for row, (query, texts, target) in enumerate(entries, start=HEADER_ROW + 1):
        for column, name in enumerate(LOG_COLUMNS):
            _write_cell(page, row, column, name, texts[name], query, formats, target)
        page.set_row(row, _height(texts))
    end = HEADER_ROW + max(len(entries), 1)
    picked = LOG_COLUMNS.index("answer")
    page.data_validation(
        HEADER_ROW + 1, picked, end, picked,
        {
            "validate": "list",
            "source": list(words.answers.values()),
            "input_title": words.labels["pick"],
            "input_message": words.labels["pick_help"],
            "error_title": words.labels["pick"],
            "error_message": words.labels["pick_error"],
        },
    )  # fmt: skip
    page.autofilter(HEADER_ROW, 0, end, last)
    page.freeze_panes(HEADER_ROW + 1, 1)
    page.repeat_rows(HEADER_ROW)
    page.set_landscape()
    page.set_paper(9)
    # What is filled in on paper: up to the answers; the rest is for the screen.
    page.print_area(0, 0, end, LOG_COLUMNS.index("answered_on"))
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    page.set_footer(f"&L{words.labels['confidential']}&R{words.labels['page']} &P / &N")
    page.protect(
        "", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True}
    )


def _height(texts: Mapping[str, str]) -> float:
    """Points for the longest text of a row: not every program works this out by itself."""
    lines = max(
        sum(1 + len(part) // (_WIDTHS[name] - 1) for part in text.split("\n"))
        for name, text in texts.items()
        if name != "thread"
    )
    return min(15.0 * lines + 2, 400.0)


def _write_head(page: Any, formats: Formats, words: Wordings, heading: Mapping[str, str]) -> None:
    """Write title, instructions and legend."""
    page.write_string(0, 0, words.labels["title"].format(**heading), formats.of("title"))
    page.set_row(0, 24)
    page.write_string(1, 0, words.labels["subtitle"].format(**heading), formats.of("note"))
    page.merge_range(
        2, 0, 2, LOG_COLUMNS.index("question"), words.labels["instructions"], formats.of("plain")
    )
    page.set_row(2, 48)
    page.write_string(3, 0, words.labels["legend"], formats.of("note"))
    for column, (severity, name) in enumerate(words.severities.items(), start=1):
        page.write_string(3, column, name, formats.severity("plain", severity))
    page.set_row(4, 6)


def _write_cell(
    page: Any,
    row: int,
    column: int,
    name: str,
    text: str,
    query: Query,
    formats: Formats,
    target: str,
) -> None:
    """Write one cell of the log in the format of its column."""
    ended = query.state in _ENDED
    if name in ANSWER_COLUMNS:
        style = formats.of("ended" if ended else "answer")
    elif ended:
        style = formats.of("ended")
    elif name in ("id", "severity"):
        look = "strong" if name == "id" else "cell"
        style = formats.severity(look, query.finding.severity)
    else:
        style = formats.of({"cell": "link", "days": "days"}.get(name, "cell"))
    if name == "cell" and target and not ended:
        page.write_url(row, column, target, style, text)
    elif name == "days":
        page.write_number(row, column, int(text), style)
    elif text:
        page.write_string(row, column, text, style)
    else:
        page.write_blank(row, column, None, style)
