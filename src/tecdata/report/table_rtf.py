"""Tables as RTF for Word (rtflite), across an A4 page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tecdata.report.table_layout import SUPERSCRIPTS

if TYPE_CHECKING:
    from tecdata.report.table_layout import Laid

__all__ = ["column_widths", "render_rtf"]

#: Orientation from so many columns on: width and height of the page in inches, and rows that fit on it.
_WIDE_FROM: Final = 7
_PAGES: Final = {"portrait": (8.27, 11.69, 56), "landscape": (11.69, 8.27, 30)}
#: Left, right, top, bottom, header, footer, in inches.
_MARGINS: Final = (0.6, 0.6, 0.7, 0.7, 0.4, 0.4)
#: Inches that a character of 9 points takes in a wide font, and what a cell takes beside its text.
_CHARACTER, _PADDING = 0.078, 0.22
#: Signs of no writing, and what they stand for.
_BOLD: Final = {"\ue000": r"{\b ", "\ue001": "}"}


def render_rtf(laid: Laid) -> str:
    """A table as RTF; every character beyond ASCII is written as its number.

    A row that has the numbers of its group (``bold``) stands in the place of the group's heading.
    """
    import rtflite

    rows = _rows(laid)
    names = [f"c{i}" for i in range(len(laid.headings))]
    orientation = "landscape" if len(names) >= _WIDE_FROM else "portrait"
    width, height, fit = _PAGES[orientation]
    inches = width - _MARGINS[0] - _MARGINS[1]
    widths = column_widths(laid.headings, rows, inches)
    sides = ["l" if left else "c" for left in laid.left]
    document = rtflite.RTFDocument(
        df=pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row"),
        rtf_page=rtflite.RTFPage(
            orientation=orientation,
            width=width,
            height=height,
            margin=list(_MARGINS),
            col_width=inches,
            nrow=fit,
        ),
        rtf_title=rtflite.RTFTitle(text=[laid.title], text_convert=False),
        rtf_column_header=rtflite.RTFColumnHeader(
            text=list(laid.headings),
            col_rel_width=widths,
            text_justification=sides,
            text_convert=False,
            border_left="",
            border_right="",
        ),
        rtf_body=rtflite.RTFBody(
            col_rel_width=widths,
            text_justification=sides,
            text_convert=False,
            border_left="",
            border_right="",
        ),
        rtf_footnote=rtflite.RTFFootnote(
            text=list(laid.notes), text_convert=False, border_left="", border_right=""
        ),
        rtf_source=rtflite.RTFSource(
            text=[laid.source], text_convert=False, text_justification=["l"]
        ),
    )
    text = document.rtf_encode()
    for letter, raised in SUPERSCRIPTS.items():
        # rtflite writes characters beyond Latin-1 as their numbers already.
        mark = r"{\super " + letter + "}"
        text = text.replace(rf"\uc1\u{ord(raised)}*", mark).replace(raised, mark)
    for sign, code in _BOLD.items():
        text = text.replace(rf"\uc1\u{_signed(sign)}*", code).replace(sign, code)
    return "".join(c if c.isascii() else f"\\u{_signed(c)}?" for c in text)


def _rows(laid: Laid) -> list[tuple[str, ...]]:
    """The rows with the headings of groups between them."""
    rows: list[tuple[str, ...]] = []
    group = ""
    for number, row in enumerate(laid.rows):
        heads = number in laid.bold
        if laid.groups[number] and laid.groups[number] != group:
            group = laid.groups[number]
            if not heads:
                rows.append((_bold(group), *[""] * (len(row) - 1)))
        if heads:
            rows.append(tuple(map(_bold, (group, *row[1:]))))
        else:
            rows.append((("  " if group else "") + row[0], *row[1:]))
    return rows


def _bold(text: str) -> str:
    """A text between signs that become RTF's own in the end.

    rtflite counts its formats anew on every page.
    """
    start, end = _BOLD
    return f"{start}{text}{end}" if text else ""


def column_widths(
    headings: tuple[str, ...], rows: list[tuple[str, ...]], inches: float
) -> list[float]:
    """Widths in inches that fill a page: no word is broken as long as all words fit, and long texts get what is left.

    >>> [round(w, 2) for w in column_widths(("Event", "n"), [("A long name of an event", "12")], 6)]
    [5.06, 0.94]
    """
    columns = [[row[i] for row in rows] for i in range(len(headings))]
    words = [
        _inches(max((len(w) for text in (head, *texts) for w in text.split()), default=1))
        for head, texts in zip(headings, columns, strict=True)
    ]
    wished = [
        max(word, _inches(max(map(len, texts), default=1)))
        for word, texts in zip(words, columns, strict=True)
    ]
    if sum(wished) <= inches or sum(words) >= inches:
        taken = wished if sum(wished) <= inches else words
        return [width * inches / sum(taken) for width in taken]
    left = (inches - sum(words)) / (sum(wished) - sum(words))
    return [word + left * (wish - word) for word, wish in zip(words, wished, strict=True)]


def _inches(characters: int) -> float:
    """The width of a column of so many characters."""
    return characters * _CHARACTER + _PADDING


def _signed(character: str) -> int:
    """A character's code as RTF has it: 16 bits with sign."""
    code = ord(character)
    return code - 65_536 if code > 32_767 else code
