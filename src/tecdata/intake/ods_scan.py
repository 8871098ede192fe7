"""What python-calamine does not tell about an ods sheet: one streamed pass over its content.xml."""

from __future__ import annotations

from typing import Literal
from xml.parsers import expat

from tecdata.errors import IntakeError
from tecdata.intake.grid import Area, Position
from tecdata.intake.problems import unreadable
from tecdata.intake.scan import SheetScan
from tecdata.intake.xml_parts import integer

__all__ = ["scan_ods"]

#: Filled cells a sheet may have once repetitions are written out.
MAX_CELLS = 40_000_000
#: A filled cell may be repeated over this many rows or columns; more is no measured data.
MAX_REPEATED_POSITIONS = 10_000

_ERRORS = ("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "Err:")


class _Reader:
    """Keeps the position while elements with repetition counts stream by."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.sheets: dict[str, SheetScan] = {}
        self.sheet = SheetScan()
        self.row = self.column = self.filled = 0
        self.repeat_rows = self.repeat_columns = 1
        self.hidden = False
        self.cell: dict[str, str] | None = None
        self.text: list[str] = []
        self.note: list[str] | None = None
        self.paragraph = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element opens."""
        name = tag.rpartition(":")[2]
        if name == "table":
            self.sheet = self.sheets.setdefault(attributes.get("table:name", ""), SheetScan())
            self.row = self.column = 0
        elif name == "table-column":
            count = integer(attributes.get("table:number-columns-repeated"), self.place, 1)
            if attributes.get("table:visibility", "visible") != "visible":
                self.sheet.hidden_columns.update(
                    range(self.column, min(self.column + count, 16384))
                )
            self.column += count
        elif name == "table-row":
            self.repeat_rows = integer(attributes.get("table:number-rows-repeated"), self.place, 1)
            self.hidden = attributes.get("table:visibility", "visible") != "visible"
            self.column = 0
        elif name in ("table-cell", "covered-table-cell"):
            self.cell, self.text = attributes, []
            self.repeat_columns = integer(
                attributes.get("table:number-columns-repeated"), self.place, 1
            )
        elif name == "annotation":
            self.note = []
        elif name == "p":
            self.paragraph = True

    def data(self, text: str) -> None:
        """Text inside a cell or a comment."""
        if not self.paragraph:
            # Author and date of a comment stand outside its paragraphs.
            return
        if self.note is not None:
            self.note.append(text)
        elif self.cell is not None:
            self.text.append(text)

    def end(self, tag: str) -> None:
        """An element closes."""
        name = tag.rpartition(":")[2]
        if name == "p":
            self.paragraph = False
        elif name == "annotation" and self.note is not None:
            self.sheet.comments[self._position()] = " ".join("".join(self.note).split())
            self.note = None
        elif name in ("table-cell", "covered-table-cell") and self.cell is not None:
            self._close_cell(self.cell, "".join(self.text).strip())
            self.column += self.repeat_columns
            self.cell = None
        elif name == "table-row":
            if self.hidden and self.repeat_rows < MAX_REPEATED_POSITIONS:
                self.sheet.hidden_rows.update(range(self.row + 1, self.row + self.repeat_rows + 1))
            self.row += self.repeat_rows

    def _position(self) -> Position:
        return self.row + 1, self.column

    def _close_cell(self, attributes: dict[str, str], text: str) -> None:
        kind = attributes.get("office:value-type")
        if kind is not None:
            repeated = max(self.repeat_rows, self.repeat_columns)
            self.filled += self.repeat_rows * self.repeat_columns
            if repeated > MAX_REPEATED_POSITIONS or self.filled > MAX_CELLS:
                raise IntakeError(
                    f"refused: one filled cell is repeated {repeated} times",
                    place=self.place,
                    next_step="Delete the stray cells and save the file anew",
                )
        position = self._position()
        width = integer(attributes.get("table:number-columns-spanned"), self.place, 1)
        height = integer(attributes.get("table:number-rows-spanned"), self.place, 1)
        if width > 1 or height > 1:
            row, column = position
            self.sheet.merged.append(Area(row, column, row + height - 1, column + width - 1))
        # LibreOffice marks the result of a formula that fails as text of an unnamed type.
        failed = attributes.get("calcext:value-type") == "error" or (
            "table:formula" in attributes and text.startswith(_ERRORS)
        )
        if failed:
            self.sheet.errors[position] = text
        elif "table:formula" in attributes:
            linked = "file:" in attributes["table:formula"]
            stored: Literal["stored", "linked"] = "linked" if linked else "stored"
            self.sheet.formulas[position] = stored if kind is not None else "empty"
        if kind == "percentage":
            for step in range(min(self.repeat_columns, 16384)):
                self.sheet.fractions.add((position[0], position[1] + step))


def scan_ods(part: bytes, place: str) -> dict[str, SheetScan]:
    """Structure of each sheet of an ods ``content.xml``.

    Raises :class:`IntakeError` where it is not well-formed or repeats filled cells absurdly.
    """
    reader = _Reader(place)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    try:
        parser.Parse(part, True)  # noqa: FBT003 - the signature is expat's
    except (expat.ExpatError, LookupError, ValueError):
        raise unreadable(place, "an ods spreadsheet") from None
    return reader.sheets
