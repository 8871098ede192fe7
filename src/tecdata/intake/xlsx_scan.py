"""What python-calamine does not tell about an xlsx sheet, from its XML.

Formulas, error values (which calamine returns as ""), hidden rows and columns, comments, and the
digits of numbers too long for a float are searched as bytes: a full XML parse of every cell would cost
more than reading the values. The same pass refuses cell references that would make the
parser ask for absurd amounts of memory.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from tecdata.intake.extent import reach
from tecdata.intake.grid import Area, Position, Structure
from tecdata.intake.scan import check_spread, outside, spread_fits
from tecdata.intake.xml_parts import elements, relations, texts_by_attribute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tecdata.intake.archive import Archive

__all__ = ["XlsxParts", "parse_reference"]

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
#: From here on references are looked at as arrays, whose library takes time to load.
LARGE_PART = 4_000_000

# Only references that can make a large box: five or more digits, or three or more letters.
_FAR = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{3,}\d+|[A-Za-z]{0,2}\d{5,}|[^\"']*&[^\"']*)[\"']")
#: What cannot be told of sheets whose cells carry no reference, in the words of the finding.
_UNADDRESSED = ("formulas", "error values", "cells shown as percent")

#: Six-digit rows, three-letter columns, and references that are not written plainly.
_EXTREME = re.compile(rb' r="(?:[A-Za-z]{3}|[A-Za-z]{0,2}\d{6}|[^"A-Za-z0-9])')
_TWO_LETTERS = re.compile(rb' r="([A-Za-z]{2})\d')
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})$")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def parse_reference(reference: str) -> Position | None:
    """1-based row and 0-based column of ``B12``; None where it is no cell reference.

    >>> parse_reference("B12")
    (12, 1)
    """
    match = _REFERENCE.match(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column - 1


def parse_area(reference: str) -> Area | None:
    """``B2:C5`` or a single cell as an area."""
    first, _, last = reference.partition(":")
    start, end = parse_reference(first), parse_reference(last or first)
    return Area(*start, *end) if start and end else None


class XlsxParts:
    """The sheets of an xlsx or xlsm container and what stands beside their values.

    Attributes
    ----------
    dates_1904
        The workbook counts days from 1904 (old Excel for Mac).
    macros
        The workbook carries macros; they are never run.
    """

    def __init__(self, archive: Archive, place: str) -> None:
        self._archive = archive
        self._place = place
        self._parts: dict[str, str] = {}
        self.macros = any(name.endswith("vbaProject.bin") for name in archive.names)
        self.dates_1904 = False
        self._read_workbook()
        self._percent = self._percent_styles()

    def _read_workbook(self) -> None:
        path = "xl/workbook.xml"
        targets = {
            key: target for key, (_, target) in relations(self._archive, path, self._place).items()
        }
        part = self._archive.read(path)
        for name, attributes in elements(part, "sheet", "workbookPr", place=self._place):
            if name == "workbookPr":
                self.dates_1904 = attributes.get("date1904", "0") in ("1", "true")
            elif attributes.get("id") in targets:
                self._parts[attributes.get("name", "")] = targets[attributes["id"]]

    def _percent_styles(self) -> frozenset[bytes]:
        """Indexes of the cell styles that show a number as percent."""
        if "xl/styles.xml" not in self._archive.names:
            return frozenset()
        part = self._archive.read("xl/styles.xml")
        if b"%" not in part and b'"9"' not in part and b'"10"' not in part:
            return frozenset()
        formats = {"9", "10"}
        styles = []
        inside = False
        wanted = ("numFmt", "cellXfs", "xf", "cellStyles", "dxfs")
        for name, attributes in elements(part, *wanted, place=self._place):
            if name == "numFmt" and "%" in attributes.get("formatCode", ""):
                formats.add(attributes.get("numFmtId", ""))
            elif name == "xf" and inside:
                styles.append(attributes.get("numFmtId", "0"))
            else:
                inside = name == "cellXfs"
        return frozenset(str(i).encode() for i, used in enumerate(styles) if used in formats)

    def guard(self) -> None:
        """Refuse sheets whose cells lie so far apart that parsing them exhausts memory."""
        for sheet, path in self._parts.items():
            if path in self._archive.names:
                self._guard_sheet(sheet, self._archive.read(path))

    def _guard_sheet(self, sheet: str, part: bytes) -> None:
        cells = part.count(b"<c ") + part.count(b":c ")
        if _surely_fits(part, cells):
            return
        place = f"{self._place}, sheet '{sheet}'"
        if len(part) > LARGE_PART and (found := reach(part)) is not None and _plain(part, cells):
            if found[0] > MAX_ROWS or found[1] > MAX_COLUMNS:
                raise outside(place)
            check_spread(cells, *found, place)
            return
        rows, columns = [1], [0]
        for reference in {match[1] for match in _FAR.finditer(part)}:
            text = reference.decode("ascii", "replace")
            position = (int(text), 0) if text.isdigit() else parse_reference(text)
            if position is None or position[0] > MAX_ROWS or position[1] >= MAX_COLUMNS:
                raise outside(place)
            rows.append(position[0])
            columns.append(position[1])
        # References that are not far may still lie in any of the first 702 columns.
        near = 702 if re.search(rb"\sr\s*=\s*[\"'][A-Za-z]{2}\d", part) else 26
        width = max(columns) + 1 if max(columns) > 25 else near
        check_spread(cells, max(rows), width, place)

    def structure(self, sheet: str) -> Structure:
        """Everything beside the values of one sheet, but for its merged areas, which the parser tells."""
        path = self._parts.get(sheet, "")
        if path not in self._archive.names:
            return Structure()
        part = self._archive.read(path)
        root = re.search(rb"<([\w]+:)?worksheet\b", part)
        prefix = root[1] or b"" if root else b""
        return Structure(
            hidden_rows=_hidden_rows(part),
            hidden_columns=_hidden_columns(part),
            formulas=_formulas(part, prefix),
            errors=_errors(part, prefix),
            comments=self._comments(path),
            exact=_exact(part, prefix),
            negative=_negative(part, prefix),
            fractions=_styled(part, prefix, self._percent),
            unseen=() if _addressed(part, prefix) else _UNADDRESSED,
        )

    def _comments(self, path: str) -> dict[Position, str]:
        comments: dict[Position, str] = {}
        for kind, target in relations(self._archive, path, self._place).values():
            if kind == "comments" and target in self._archive.names:
                part = self._archive.read(target)
                found = texts_by_attribute(part, "comment", "ref", place=self._place)
                for reference, text in found.items():
                    position = parse_reference(reference)
                    if position:
                        comments[position] = text.strip()
        return comments


def _plain(part: bytes, cells: int) -> bool:
    """Whether every cell element begins as all programs write it."""
    odd = (b"<c\n", b"<c\t", b"<c\r")
    return part.count(b'<c r="') == cells and not any(o in part for o in odd)


def _surely_fits(part: bytes, cells: int) -> bool:
    """Whether the sheet is written as all programs do and its cells lie close together.

    A quick look that spares nearly every sheet the search for each reference.
    """
    if len(part) > LARGE_PART or not _plain(part, cells) or _EXTREME.search(part):
        return False
    wide = [parse_reference(f"{letters.decode()}1") for letters in set(_TWO_LETTERS.findall(part))]
    width = max((position[1] + 1 for position in wide if position), default=26)
    return spread_fits(cells, 99_999, width)


def _attributes(tag: bytes) -> dict[bytes, bytes]:
    return {m[1]: m[2] if m[2] is not None else m[3] for m in _ATTRIBUTE.finditer(tag)}


def _cells_around(
    part: bytes, prefix: bytes, inner: re.Pattern[bytes]
) -> Iterator[tuple[Position, dict[bytes, bytes], bytes]]:
    """Position, attributes and content of each cell element in which ``inner`` is found."""
    opening, closing = b"<" + prefix + b"c ", b"</" + prefix + b"c>"
    seen = -1
    for match in inner.finditer(part):
        start = part.rfind(opening, 0, match.end())
        if start < 0 or start == seen:
            continue
        seen = start
        tag_end = part.find(b">", start)
        # An empty element has no content: the next closing tag belongs to another cell.
        end = tag_end + 1 if part[tag_end - 1 : tag_end] == b"/" else part.find(closing, tag_end)
        attributes = _attributes(part[start:tag_end])
        position = parse_reference(attributes.get(b"r", b"").decode("ascii", "replace"))
        if position:
            yield position, attributes, part[tag_end + 1 : end]


def _stored(content: bytes, prefix: bytes) -> bytes:
    match = re.search(rb"<" + prefix + rb"v(?:\s[^>]*)?>([^<]*)<", content)
    return match[1] if match else b""


def _formulas(part: bytes, prefix: bytes) -> dict[Position, Literal["stored", "empty", "linked"]]:
    formulas: dict[Position, Literal["stored", "empty", "linked"]] = {}
    if b"<" + prefix + b"f" not in part:
        return formulas
    inner = re.compile(rb"<" + prefix + rb"f[\s>/]")
    for position, attributes, content in _cells_around(part, prefix, inner):
        if not _stored(content, prefix) and attributes.get(b"t") != b"str":
            formulas[position] = "empty"
        else:
            # Excel writes another workbook as [1]Sheet!A1.
            linked = re.search(rb"\[\d+\]", content) is not None
            formulas[position] = "linked" if linked else "stored"
    return formulas


def _errors(part: bytes, prefix: bytes) -> dict[Position, str]:
    # Searching a literal first: nearly all sheets have none, and the pattern is slow.
    if b'"e"' not in part and b"'e'" not in part:
        return {}
    inner = re.compile(rb"\st\s*=\s*[\"']e[\"']")
    return {
        position: _stored(content, prefix).decode("utf-8", "replace")
        for position, attributes, content in _cells_around(part, prefix, inner)
        if attributes.get(b"t") == b"e"
    }


def _exact(part: bytes, prefix: bytes) -> dict[Position, str]:
    inner = re.compile(rb"<" + prefix + rb"v>-?\d{16,}<")
    return {
        position: _stored(content, prefix).decode("ascii")
        for position, attributes, content in _cells_around(part, prefix, inner)
        if attributes.get(b"t", b"n") == b"n"
    }


def _negative(part: bytes, prefix: bytes) -> frozenset[Position]:
    inner = re.compile(rb"<" + prefix + rb"v>-")
    return frozenset(position for position, _, _ in _cells_around(part, prefix, inner))


def _styled(part: bytes, prefix: bytes, styles: frozenset[bytes]) -> frozenset[Position]:
    if not styles:
        return frozenset()
    inner = re.compile(rb"\ss=[\"'](?:" + b"|".join(sorted(styles)) + rb")[\"']")
    return frozenset(
        position
        for position, attributes, content in _cells_around(part, prefix, inner)
        if attributes.get(b"s") in styles
        and attributes.get(b"t", b"n") == b"n"
        and _stored(content, prefix)
    )


def _addressed(part: bytes, prefix: bytes) -> bool:
    """Whether cells say where they are; they may leave it to their order, which is not followed here."""
    first = re.search(rb"<" + prefix + rb"c(?:\s[^>]*)?>", part)
    return first is None or b"r" in _attributes(first[0])


def _hidden_rows(part: bytes) -> frozenset[int]:
    if b"hidden" not in part:
        return frozenset()
    rows = []
    for match in re.finditer(rb"<(?:\w+:)?row\s([^>]*\shidden=[\"'](?:1|true)[\"'][^>]*)>", part):
        number = _attributes(b" " + match[1]).get(b"r", b"")
        if number.isdigit():
            rows.append(int(number))
    return frozenset(rows)


def _hidden_columns(part: bytes) -> frozenset[int]:
    head = part[: part.find(b"sheetData")]
    columns: set[int] = set()
    for match in re.finditer(rb"<(?:\w+:)?col\s([^>]*)>", head):
        found = _attributes(b" " + match[1])
        hidden = found.get(b"hidden") in (b"1", b"true") or found.get(b"width") == b"0"
        low, high = found.get(b"min", b""), found.get(b"max", b"")
        if hidden and low.isdigit() and high.isdigit():
            columns.update(range(int(low) - 1, min(int(high), 16_384)))
    return frozenset(columns)
