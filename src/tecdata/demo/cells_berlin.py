"""Cells of the Berlin workbook: typed by several hands over two years.

Each function writes one value in one of the ways people write it. Blank values leave the cell
alone, formatted or not, as a person would.
"""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from tecdata.demo.german import chance, date_text, number_text, result_text, split_start

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tecdata.demo.model import Result

__all__ = [
    "FIRST",
    "Heading",
    "Page",
    "Styles",
    "make_styles",
    "put_date",
    "put_header",
    "put_hints",
    "put_number",
    "put_result",
]

#: Row (0-based) of the first header line; the second follows, data start below it.
HEAD = 2
FIRST = 4


@dataclasses.dataclass(frozen=True, slots=True)
class Styles:
    """The cell formats of the workbook."""

    title: Any
    note: Any
    band: Any
    head: Any
    unit: Any
    date: Any
    number: Any
    text: Any
    total: Any


def make_styles(book: Any) -> Styles:
    """The cell formats, made in ``book``."""
    grey = {"bg_color": "#D9E1F2", "border": 1, "text_wrap": True, "valign": "vcenter"}
    return Styles(
        title=book.add_format({"bold": True, "font_size": 14}),
        note=book.add_format({"italic": True, "font_color": "#7F7F7F"}),
        band=book.add_format({"bold": True, "align": "center", "bg_color": "#FFF2CC"}),
        head=book.add_format({**grey, "bold": True, "align": "center"}),
        unit=book.add_format({**grey, "italic": True, "align": "center"}),
        date=book.add_format({"num_format": "dd.mm.yyyy"}),
        number=book.add_format({"num_format": "General"}),
        text=book.add_format({}),
        total=book.add_format({"bold": True, "top": 1}),
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Heading:
    """One column: first header line, second line (unit or item), band above, width, hidden."""

    top: str
    sub: str = ""
    band: str = ""
    width: float = 11
    hidden: bool = False


@dataclasses.dataclass(slots=True)
class Page:
    """A worksheet with its columns by header and the row that is written next."""

    sheet: Any
    styles: Styles
    columns: dict[tuple[str, str], int]
    row: int = FIRST

    def text(self, header: str, value: str, sub: str = "") -> None:
        """Write text under a header; an empty text leaves the cell empty."""
        if value:
            self.sheet.write_string(self.row, self.columns[header, sub], value, self.styles.text)

    def subject(self, local_id: str, *key: object) -> None:
        """Write the subject id, now and then with blanks behind it."""
        blanks = "  " if chance(local_id, *key, "blank") < 0.06 else ""
        self.sheet.write_string(self.row, 0, local_id + blanks, self.styles.text)


def put_header(
    sheet: Any, styles: Styles, title: str, note: str, headings: Sequence[Heading]
) -> Page:
    """Write title rows and the two-row header, merged where neighbours share a line."""
    sheet.write_string(0, 0, title, styles.title)
    sheet.write_string(1, 0, note, styles.note)
    for column, heading in enumerate(headings):
        sheet.set_column(
            column, column, heading.width, None, {"hidden": True} if heading.hidden else {}
        )
    _merged_runs(sheet, 1, [h.band for h in headings], styles.band)
    tops = [h.top for h in headings]
    column = 0
    while column < len(tops):
        end = column
        while end + 1 < len(tops) and tops[end + 1] == tops[column]:
            end += 1
        if end == column and not headings[column].sub:
            sheet.merge_range(HEAD, column, HEAD + 1, column, tops[column], styles.head)
        elif end > column:
            sheet.merge_range(HEAD, column, HEAD, end, tops[column], styles.head)
        else:
            sheet.write_string(HEAD, column, tops[column], styles.head)
        for at in range(column, end + 1):
            if headings[at].sub:
                sheet.write_string(HEAD + 1, at, headings[at].sub, styles.unit)
        column = end + 1
    sheet.freeze_panes(FIRST, 2)
    return Page(sheet, styles, {(h.top, h.sub): i for i, h in enumerate(headings)})


def put_hints(sheet: Any, styles: Styles, lines: Sequence[str]) -> None:
    """Write the lines of a cover sheet, the first as its title."""
    sheet.set_column(0, 0, 120)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, styles.title if row == 0 else styles.text)


def _merged_runs(sheet: Any, row: int, labels: Sequence[str], style: Any) -> None:
    start = 0
    for at in range(1, len(labels) + 1):
        if at < len(labels) and labels[at] == labels[start]:
            continue
        if labels[start] and at - start > 1:
            sheet.merge_range(row, start, row, at - 1, labels[start], style)
        elif labels[start]:
            sheet.write_string(row, start, labels[start], style)
        start = at


def put_date(page: Page, header: str, iso: str, *key: object) -> None:
    """Write a whole date as a true Excel date or as text, a partial one or one with time as text."""
    if not iso:
        return
    column = page.columns[header, ""]
    day, time = split_start(iso)
    if time or len(day) < 10:
        text = f"{date_text(day)} {time}".strip()
        page.sheet.write_string(page.row, column, text, page.styles.text)
    elif chance(*key, header, "typed") < 0.72:
        page.sheet.write_datetime(page.row, column, date.fromisoformat(day), page.styles.date)
    else:
        blank = " " if chance(*key, header, "trail") < 0.15 else ""
        page.sheet.write_string(page.row, column, date_text(day) + blank, page.styles.text)


def put_number(
    page: Page, header: str, value: Decimal | None, *key: object, sub: str = ""
) -> Literal["number", "text", "blank"]:
    """Write a number as a number, or as text with a decimal comma; returns which."""
    if value is None:
        return "blank"
    column = page.columns[header, sub]
    if chance(*key, header, sub, "typed") < 0.8:
        page.sheet.write_number(page.row, column, float(value), page.styles.number)
        return "number"
    grouped = chance(*key, header, sub, "thousands") < 0.5
    text = number_text(value, thousands=grouped)
    page.sheet.write_string(page.row, column, text, page.styles.text)
    return "text"


def put_result(
    page: Page, header: str, result: Result, *key: object, sub: str = "", titre: bool = False
) -> None:
    """Write a measured result: number, decimal-comma text, ``<0,01``, ``1:1.280`` or ``n.b.``."""
    column = page.columns[header, sub]
    if result.not_done:
        page.sheet.write_string(page.row, column, "n.b.", page.styles.text)
        if chance(*key, header, "why") < 0.5:
            reason = "Material reichte nicht" if chance(*key, header) < 0.5 else "Probe hämolytisch"
            page.sheet.write_comment(page.row, column, reason)
        return
    if result.value is None:
        page.sheet.write_string(page.row, column, result.text, page.styles.text)
    elif result.operator or titre:
        text = result_text(result.value, result.operator, titre=titre, key=(*key, header))
        page.sheet.write_string(page.row, column, text, page.styles.text)
    else:
        put_number(page, header, result.value, *key, sub=sub)
