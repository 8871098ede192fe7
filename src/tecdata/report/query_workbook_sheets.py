"""The centre's own sheets in a query workbook: same addresses, cells in question coloured."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from tecdata.finding import SEVERITY_ORDER
from tecdata.report.query_workbook_seal import canonical, seal
from tecdata.report.wording import wordings
from tecdata.table import ROW

if TYPE_CHECKING:
    from tecdata.report.queries_masks import Masks
    from tecdata.report.query_workbook_formats import Formats
    from tecdata.report.query_workbook_layout import Mark, Sheet
    from tecdata.table import RawTable, SourceColumn

__all__ = ["Asked", "write_sheet"]

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?")
#: What a spreadsheet holds exactly, and in one cell.
_DIGITS: Final = 15
_LONGEST: Final = 32_000
#: Characters across that can still be read on one page; wider sheets go over several.
_ONE_PAGE: Final = 340
_FIRST_DAY: Final = "1900-03-01"


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, in which language, and which query speaks for which (ids by id)."""

    language: str
    questions: Mapping[str, str]
    speakers: Mapping[str, str]


def write_sheet(
    book: Any,
    sheet: Sheet,
    formats: Formats,
    asked: Asked,
    masks: Mapping[str, Masks],
) -> dict[int, str]:
    """Write one sheet; returns the seal of each row (0-based) to notice changes by.

    ``masks`` of each table, by its name, say what to show in place of identifiers.
    """
    page = book.add_worksheet(sheet.title)
    page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    words = wordings(asked.language).labels
    written: dict[int, dict[int, str]] = {}

    def put(row: int, column: int, value: object, style: str) -> None:
        shown = _write(page, row, column, value, formats.of(style, sheet.marks.get((row, column))))
        written.setdefault(row, {})[column] = canonical(shown)

    _write_header(sheet, put, words, masks)
    for table in sheet.tables:
        _write_rows(sheet, table, put, masks[table.name])
    for spot, marks in sheet.marks.items():
        if spot[1] not in written.get(spot[0], {}):
            put(*spot, "", "text")
        _comment(page, spot, marks, asked)
    _finish(page, sheet, words)
    return {row: seal(cells) for row, cells in sorted(written.items())}


def _write_header(
    sheet: Sheet, put: Any, words: Mapping[str, str], masks: Mapping[str, Masks]
) -> None:
    """Write the header and what stands above it."""
    if sheet.first > 0:
        which = "titles_left_out" if sheet.first > 1 else "title_left_out"
        put(0, 0, words[which].format(first=1, last=sheet.first), "note")
    if sheet.shift:
        put(sheet.header, 0, words["line" if _lines(sheet) else "row"], "header")
    if not sheet.whole:
        put(sheet.first, _width(sheet), words["only_rows"], "note")
    named = [r for r in range(sheet.first, sheet.header + 1) if r != sheet.units]
    for table in sheet.tables:
        hide = masks[table.name].hide
        for column in table.columns:
            parts = hide(column.header).split(" / ")
            if len(parts) != len(named):
                parts = [""] * (len(named) - 1) + [hide(column.header or column.name)]
            for row, part in zip(named, parts, strict=True):
                put(row, column.position + sheet.shift, part, "header")
            if sheet.units is not None:
                below = column.label if table.addressing == "records" else column.unit
                put(sheet.units, column.position + sheet.shift, hide(below), "header")


def _write_rows(sheet: Sheet, table: RawTable, put: Any, masks: Masks) -> None:
    """Write the source rows as texts."""
    frame = table.frame.filter(table.frame.get_column(ROW).is_in(list(sheet.rows)))
    numbers = frame.get_column(ROW).to_list()
    if sheet.shift:
        for number in numbers:
            put(sheet.rows[number], 0, float(number), "line")
    typed = table.number_cells
    kept = table.frame.get_column(ROW).is_in(list(sheet.rows))
    for column in table.columns:
        flags = typed.get_column(column.name).filter(kept) if column.name in typed.columns else None
        for i, text in enumerate(frame.get_column(column.name).to_list()):
            if text is None:
                continue
            number = numbers[i]
            shown = masks.shown(number, column.name, text)
            is_number = flags[i] if flags is not None else column.kinds == {"number"}
            value = _value(text, column, is_number=bool(is_number)) if shown == text else shown
            style = "date" if isinstance(value, dt.datetime) and _DAY.fullmatch(text) else ""
            style = style or ("moment" if isinstance(value, dt.datetime) else "text")
            style = "number" if isinstance(value, float) else style
            put(sheet.rows[number], column.position + sheet.shift, value, style)


def _value(text: str, column: SourceColumn, *, is_number: bool) -> str | float | dt.datetime:
    """A cell as the centre sees it in its own program: a typed number or date as such."""
    if is_number and sum(map(str.isdigit, text)) <= _DIGITS:
        try:
            number = float(text)
        except ValueError:
            return text
        return number if math.isfinite(number) else text
    dated = column.kinds & {"date", "datetime"} and text >= _FIRST_DAY
    if dated and (_DAY.fullmatch(text) or _MOMENT.fullmatch(text)):
        try:
            return dt.datetime.fromisoformat(text)
        except ValueError:
            return text
    return text


def _write(page: Any, row: int, column: int, value: object, style: Any) -> object:
    """Write one cell, text always as text; returns what stands there now."""
    if isinstance(value, float):
        page.write_number(row, column, value, style)
        return value
    if isinstance(value, dt.datetime):
        page.write_datetime(row, column, value, style)
        return value
    text = str(value)[:_LONGEST]
    if text:
        page.write_string(row, column, text, style)
    else:
        page.write_blank(row, column, None, style)
    return text


def _comment(page: Any, spot: tuple[int, int], marks: Sequence[Mark], asked: Asked) -> None:
    """Put the questions of a cell beside it as a comment."""
    words = wordings(asked.language)
    here = {mark.query.id for mark in marks if mark.main}
    said = [
        f"{name} ({words.severities[mark.query.finding.severity]})\n{asked.questions[name]}"
        for mark in sorted(marks, key=_urgency)
        if mark.main and asked.speakers[name := mark.query.id] == name
    ]
    others = sorted({asked.speakers[mark.query.id] for mark in marks} - here)
    if others:
        said.append(words.labels["also_involved"].format(ids=", ".join(others)))
    text = "\n\n".join(said)[:_LONGEST]
    lines = sum(1 + len(line) // 42 for line in text.split("\n"))
    page.write_comment(
        *spot,
        text,
        {"author": "tecdata", "width": 280, "height": min(24 + 15 * lines, 420), "font_size": 9},
    )


def _urgency(mark: Mark) -> tuple[int, str]:
    """The order of the marks of a cell: the gravest first."""
    return SEVERITY_ORDER.index(mark.query.finding.severity), mark.query.id


def _finish(page: Any, sheet: Sheet, words: Mapping[str, str]) -> None:
    """Freeze the header and set the widths."""
    last = max(sheet.header, sheet.units or 0)
    page.freeze_panes(last + 1, 1)
    if sheet.shift:
        page.set_column(0, 0, 8)
    for column in _columns(sheet):
        at = column.position + sheet.shift
        page.set_column(at, at, _column_width(sheet, column))
    for row in range(sheet.first, last + 1):
        lines = max((_lines_of(column, row, sheet) for column in _columns(sheet)), default=1)
        page.set_row(row, 15.0 * lines)
    page.repeat_rows(sheet.first, last)
    page.repeat_columns(0, 1)
    page.set_landscape()
    page.set_paper(9)
    if sum(_column_width(sheet, column) for column in _columns(sheet)) <= _ONE_PAGE:
        page.fit_to_pages(1, 0)
    else:
        page.set_print_scale(70)
    page.set_header(f'&L&"Calibri,Bold"{_plain(sheet.title)}&R{_plain(sheet.file)}')
    page.set_footer(f"&L{_plain(words['confidential'])}&R{words['page']} &P / &N")
    page.protect("", {"format_columns": True, "format_rows": True})


def _columns(sheet: Sheet) -> list[SourceColumn]:
    """The columns of all tables of a sheet."""
    return [column for table in sheet.tables for column in table.columns]


def _column_width(sheet: Sheet, column: SourceColumn) -> int:
    """Wide enough for most cells and for the longest word of the header, within reason."""
    longest = 7
    for table in sheet.tables:
        if column.name in table.frame.columns:
            cells = table.frame.get_column(column.name).drop_nulls().head(200).to_list()
            longest = max(longest, *(len(text) for text in cells), 0)
    words = max((len(word) for word in column.header.split()), default=0)
    return min(max(longest, words, len(column.unit)) + 2, 42)


def _lines_of(column: SourceColumn, row: int, sheet: Sheet) -> int:
    """How many lines a header takes."""
    if row == sheet.units:
        return 1
    return -(-len(column.header) // (_column_width(sheet, column) - 2))


def _plain(text: str) -> str:
    """Text in a page header, where & begins a command."""
    return text.replace("&", "&&")[:100]


def _lines(sheet: Sheet) -> bool:
    """Whether the source is a text file, whose rows are lines."""
    return sheet.tables[0].addressing == "lines"


def _width(sheet: Sheet) -> int:
    """How many columns a sheet has."""
    return sheet.shift + max(c.position for t in sheet.tables for c in t.columns) + 1
