"""The sheets of a rendered workbook as grids: cells are replaced in the XML, the rest stays.

Made for the workbooks this package writes: headers in rows 3 and 4, data below, cells
without namespaces, every text a shared string.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, unescape

from tecdata.table import column_letter

__all__ = ["SheetGrid", "Workbook"]

_HEAD: Final = 3
_CELL: Final = re.compile(r'<c r="([A-Z]+)(\d+)"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_ROW: Final = re.compile(r'<row r="(\d+)"([^>]*?)(?:/>|>(.*?)</row>)', re.DOTALL)
_MERGE: Final = re.compile(r'<mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"/>')
_COL: Final = re.compile(r'<col min="(\d+)" max="(\d+)"([^>]*)/>')
#: The part of the one sheet that has comments.
_COMMENTS: Final = "xl/comments1.xml"
_DAY_ZERO: Final = datetime.date(1899, 12, 30)
#: Headers of columns whose numbers are days.
_DATES: Final = {
    "Datum", "Beginn", "Ende", "Einwilligung am", "letzter Kontakt", "verstorben am", "Erstdiagnose",
}  # fmt: skip

#: Attributes of a cell but its reference, and what is in it.
_Held = tuple[str, str]


def _position(letters: str) -> int:
    position = 0
    for letter in letters:
        position = position * 26 + ord(letter) - 64
    return position - 1


@dataclasses.dataclass(slots=True)
class SheetGrid:
    """One sheet. ``numbers`` are the sheet's rows that hold data."""

    file: str
    sheet: str
    before: str
    after: str
    cells: dict[tuple[int, int], _Held]
    rows: dict[int, str]
    strings: Sequence[str]
    numbers: list[int]
    known: list[str] = dataclasses.field(default_factory=list)

    @classmethod
    def of(cls, file: str, sheet: str, xml: str, strings: Sequence[str]) -> SheetGrid:
        """The sheet of a part of the workbook."""
        before, _, rest = xml.partition("<sheetData>")
        body, _, after = rest.partition("</sheetData>")
        cells, rows = {}, {}
        for number, attributes, inner in _ROW.findall(body):
            rows[int(number)] = re.sub(r' spans="[^"]*"', "", attributes)
            for letters, _, held, value in _CELL.findall(inner):
                cells[int(number), _position(letters)] = (held, value)
        grid = cls(file, sheet, before, after, cells, rows, strings, [])
        grid.numbers = [n for n in rows if n > _HEAD + 1 and grid._seen(n, 0).startswith("TEC")]
        return grid

    @property
    def names(self) -> list[str]:
        """Names of the columns, the lines of the header joined."""
        if not self.known:
            self.known = self._read_names()
        return self.known

    def _read_names(self) -> list[str]:
        width = max(column for row, column in self.cells if row == _HEAD) + 1
        tops = [self._seen(_HEAD, column) for column in range(width)]
        for first, row, last, _ in _MERGE.findall(self.after):
            if int(row) == _HEAD:
                for column in range(_position(first), _position(last) + 1):
                    tops[column] = tops[_position(first)]
        subs = [self._seen(_HEAD + 1, column) for column in range(width)]
        return [f"{top} / {sub}" if sub else top for top, sub in zip(tops, subs, strict=True)]

    @property
    def height(self) -> int:
        """Number of data rows."""
        return len(self.numbers)

    def _seen(self, row: int, column: int) -> str:
        attributes, inner = self.cells.get((row, column), ("", ""))
        value = re.search(r"<v>(.*?)</v>", inner)
        if 't="s"' in attributes and value:
            return self.strings[int(value[1])]
        text = re.search(r"<t[^>]*>(.*?)</t>", inner, re.DOTALL)
        return unescape(text[1]) if text else value[1] if value else ""

    def text(self, row: int, name: str) -> str:
        """What a person sees in a cell."""
        at = self.numbers[row], self.names.index(name)
        seen = self._seen(*at)
        if name in _DATES and "t=" not in self.cells.get(at, ("", ""))[0] and seen:
            return (_DAY_ZERO + datetime.timedelta(days=int(seen))).strftime("%d.%m.%Y")
        return seen

    def put(self, row: int, name: str, text: str) -> None:
        """Write a text into a cell."""
        self.put_xml(row, name, ' t="inlineStr"', _inline(text))

    def put_xml(self, row: int, name: str, attributes: str, inner: str) -> None:
        """Write a cell as XML has it."""
        self.cells[self.numbers[row], self.names.index(name)] = (attributes, inner)

    def address(self, row: int, name: str) -> str:
        """How findings name the cell."""
        return f"{column_letter(self.names.index(name))}{self.numbers[row]}"

    def rename(self, name: str, new: str) -> None:
        """Give a column another first line of its header."""
        self._head(self.names.index(name), new)

    def rename_unit(self, name: str, unit: str) -> None:
        """Write another second line of a header."""
        self.cells[_HEAD + 1, self.names.index(name)] = (' t="inlineStr"', _inline(unit))
        self.known = []

    def _head(self, column: int, text: str) -> None:
        self.cells[_HEAD, column] = (' t="inlineStr"', _inline(text))
        self.known = []

    def drop(self, name: str) -> None:
        """Take a column out; those to its right move up."""
        gone = self.names.index(name)
        self._remap(lambda column: None if column == gone else column - (column > gone))

    def add(self, name: str, texts: Sequence[str]) -> None:
        """Put a column of texts at the right end."""
        column = len(self.names)
        self._head(column, name)
        for number, text in zip(self.numbers, texts, strict=True):
            if text:
                self.cells[number, column] = (' t="inlineStr"', _inline(text))

    def to_front(self, name: str) -> None:
        """Move a column to the place after the first."""
        moved = self.names.index(name)
        self._remap(lambda c: 1 if c == moved else c + 1 if 1 <= c < moved else c)

    def _remap(self, place: Callable[[int], int | None]) -> None:
        cells = {}
        for (row, column), held in self.cells.items():
            new = place(column)
            if new is not None:
                cells[row, new] = held
        self.cells = cells
        merges = []
        for first, row, last, end in _MERGE.findall(self.after):
            columns = place(_position(first)), place(_position(last))
            if None not in columns:
                low, high = (column_letter(c or 0) for c in columns)
                merges.append(f'<mergeCell ref="{low}{row}:{high}{end}"/>')
        self._set_merges(merges)
        self.known = []

    def merge_down(self, row: int, name: str) -> None:
        """Merge a cell with the one below it, whose value is lost."""
        column, number = self.names.index(name), self.numbers[row]
        self.cells.pop((number + 1, column), None)
        letters = column_letter(column)
        merges = [m[0] for m in re.finditer(r"<mergeCell [^>]*/>", self.after)]
        self._set_merges([*merges, f'<mergeCell ref="{letters}{number}:{letters}{number + 1}"/>'])

    def _set_merges(self, merges: Sequence[str]) -> None:
        block = f'<mergeCells count="{len(merges)}">{"".join(merges)}</mergeCells>'
        self.after = re.sub(r"<mergeCells .*?</mergeCells>", block, self.after, flags=re.DOTALL)

    def hide_column(self, name: str) -> None:
        """Hide a column."""
        wanted = self.names.index(name) + 1

        def hidden(found: re.Match[str]) -> str:
            low, high = int(found[1]), int(found[2])
            return "".join(
                f'<col min="{n}" max="{n}"{found[3]}{" hidden=" + chr(34) + "1" + chr(34) if n == wanted else ""}/>'
                for n in range(low, high + 1)
            )

        self.before = _COL.sub(hidden, self.before)

    def hide_row(self, row: int) -> None:
        """Hide a row."""
        self.rows[self.numbers[row]] = ' hidden="1"'

    def remove(self, rows: Sequence[int]) -> None:
        """Empty rows, as the delete key does."""
        gone = {self.numbers[row] for row in rows}
        self.cells = {at: held for at, held in self.cells.items() if at[0] not in gone}
        self.numbers = [n for n in self.numbers if n not in gone]

    def repeat(self, row: int) -> int:
        """Write a row once more below the last; what stands further down moves."""
        below, source = self.numbers[-1], self.numbers[row]
        self.cells = {(r + (r > below), c): held for (r, c), held in self.cells.items()}
        self.rows = {r + (r > below): text for r, text in self.rows.items()} | {below + 1: ""}
        for (number, column), held in list(self.cells.items()):
            if number == source:
                self.cells[below + 1, column] = held
        self.numbers.append(below + 1)
        return len(self.numbers) - 1

    def xml(self) -> str:
        """The part as it is written."""
        by_row: dict[int, list[tuple[int, _Held]]] = {number: [] for number in self.rows}
        for (row, column), held in self.cells.items():
            by_row.setdefault(row, []).append((column, held))
        body = "".join(
            f'<row r="{row}"{self.rows.get(row, "")}>'
            + "".join(
                f'<c r="{column_letter(column)}{row}"{attributes}>{inner}</c>'
                for column, (attributes, inner) in sorted(by_row[row])
            )
            + "</row>"
            for row in sorted(by_row)
        )
        return f"{self.before}<sheetData>{body}</sheetData>{self.after}"


def _inline(text: str) -> str:
    return f'<is><t xml:space="preserve">{escape(text)}</t></is>'


class Workbook:
    """A rendered workbook: its parts, its sheets as grids by name."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with zipfile.ZipFile(path) as archive:
            self._parts = {name: archive.read(name) for name in archive.namelist()}
        shared = self._parts["xl/sharedStrings.xml"].decode()
        strings = [
            unescape("".join(re.findall(r"<t[^>]*>(.*?)</t>", item, re.DOTALL)))
            for item in re.findall(r"<si>(.*?)</si>", shared, re.DOTALL)
        ]
        book = self._parts["xl/workbook.xml"].decode()
        self._names = [unescape(name) for name in re.findall(r'<sheet name="([^"]*)"', book)]
        self.sheets = {
            name: SheetGrid.of(path.name, name, self._parts[self._part(name)].decode(), strings)
            for name in self._names
            if name not in ("Hinweise", "Referenzbereiche")
        }
        self._renamed: dict[str, str] = {}
        self._comments: list[tuple[str, str]] = []

    def _part(self, sheet: str) -> str:
        return f"xl/worksheets/sheet{self._names.index(sheet) + 1}.xml"

    def rename(self, sheet: str, new: str) -> None:
        """Give a sheet another name."""
        self._renamed[sheet] = new

    def comment(self, reference: str, text: str) -> bool:
        """Attach a comment to a cell of the sheet that has comments already; not to one that has one."""
        if f'ref="{reference}"'.encode() in self._parts[_COMMENTS]:
            return False
        self._comments.append((reference, text))
        return True

    def save(self) -> None:
        """Write the workbook back, with the time stamps it has."""
        parts = dict(self._parts)
        for name, grid in self.sheets.items():
            parts[self._part(name)] = grid.xml().encode()
        book = parts["xl/workbook.xml"].decode()
        for old, new in self._renamed.items():
            book = book.replace(f'<sheet name="{escape(old)}"', f'<sheet name="{escape(new)}"')
        parts["xl/workbook.xml"] = book.encode()
        if self._comments:
            added = "".join(
                f'<comment ref="{reference}" authorId="0"><text><r><t>{escape(text)}</t></r></text></comment>'
                for reference, text in self._comments
            )
            parts[_COMMENTS] = parts[_COMMENTS].replace(
                b"</commentList>", added.encode() + b"</commentList>"
            )
        with zipfile.ZipFile(self.path, "w") as archive:
            for name, content in parts.items():
                info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
                info.create_system = 3
                archive.writestr(info, content)
