"""Delimited text (csv, tsv): decoded strictly, split strictly, every row of one length."""

from __future__ import annotations

import csv
import dataclasses
import io
from typing import TYPE_CHECKING

from tecdata.errors import IntakeError
from tecdata.intake.encoding import Decoded, decode, doubtful
from tecdata.intake.grid import Grid

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["DELIMITERS", "Delimited", "read_delimited"]

#: Delimiters tried, with the names messages give them.
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}

#: Lines of the file the delimiter is detected on.
SAMPLE_LINES = 200


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Delimited:
    """A text file as read: its cells, and how it was decoded and split.

    ``looks_like_utf8``: it was declared to be something else, but is valid UTF-8 beyond ASCII.
    """

    grid: Grid
    decoded: Decoded
    delimiter: str
    delimiter_detected: bool
    looks_like_utf8: bool = False


def read_delimited(
    content: bytes, place: str, *, encoding: str | None = None, delimiter: str | None = None
) -> Delimited:
    r"""Decode and split a text file.

    Parameters
    ----------
    content
        The file.
    place
        How messages name it.
    encoding, delimiter
        As declared; detected where None. ``tab`` or ``\t`` may be written for a tab.

    Raises
    ------
    IntakeError
        The text does not decode in the declared encoding; a quote is not closed; a quoted cell
        goes on behind its closing quote. Each names the line.
    """
    decoded = decode(content, place, encoding)
    declared = {"tab": "\t", "\\t": "\t"}.get(delimiter or "", delimiter)
    if declared is not None and len(declared) != 1:
        raise IntakeError(
            f"'{declared}' is not a delimiter: it must be one character",
            place=place,
            choices=("','", "';'", "tab", "'|'"),
            next_step="Correct 'delimiter' in source.yaml",
        )
    used = declared if declared is not None else detect_delimiter(decoded.text)
    numbers, rows = _split(decoded.text, used, place)
    return Delimited(
        grid=Grid(sheet="", addressing="lines", numbers=numbers, rows=rows),
        decoded=decoded,
        delimiter=used,
        delimiter_detected=declared is None,
        looks_like_utf8=encoding is not None and doubtful(content, decoded.encoding),
    )


def _split(text: str, delimiter: str, place: str) -> tuple[list[int], list[list[str]]]:
    numbers: list[int] = []
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begin = 1
    try:
        for row in reader:
            numbers.append(begin)
            rows.append(row)
            begin = reader.line_num + 1
    except csv.Error as error:
        raise _broken(str(error), begin, place) from None
    return numbers, rows


def _broken(reason: str, line: int, place: str) -> IntakeError:
    if "unexpected end of data" in reason or "field larger" in reason:
        what = "a quote that is opened in this row is never closed"
    elif "expected after" in reason:
        what = "text follows the closing quote of a cell; a quote inside a cell must be doubled"
    else:
        what = "the row cannot be split into cells"
    return IntakeError(
        what, place=f"{place}, line {line}", next_step="Correct the quotes or export the file anew"
    )


def detect_delimiter(text: str) -> str:
    r"""The delimiter that splits the first lines into rows of one and the same length.

    Several that do: the one that gives the most cells. None: a comma (a file of one column).

    >>> detect_delimiter("a;b\n1,5;2\n")
    ';'
    """
    sample = text.splitlines(keepends=True)[:SAMPLE_LINES]
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        widths = _widths("".join(sample), delimiter)
        # The commonest width of more than one cell; wider wins where equally common.
        counts = {w: widths.count(w) for w in sorted(set(widths)) if w > 1}
        if not counts:
            continue
        width = max(counts, key=lambda w: (counts[w], w))
        score = (counts[width] / len(widths), width)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _widths(sample: str, delimiter: str) -> Sequence[int]:
    widths: list[int] = []
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                widths.append(len(row))
    except csv.Error:
        pass
    return widths
