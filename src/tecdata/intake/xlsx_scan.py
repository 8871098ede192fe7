"""What python-calamine does not tell about an xlsx sheet, from its XML.

Formulas, error values (which calamine returns as ""), hidden rows and columns, comments, and the
digits of numbers too long for a float are searched as bytes: a full XML parse of every cell would cost
more than reading the values. Cell references that would make the parser ask for absurd amounts of
memory are refused before (:mod:`tecdata.intake.xlsx_guard`).
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Literal

from tecdata.intake.grid import Position, Structure
from tecdata.intake.problems import unreadable
from tecdata.intake.references import parse_reference
from tecdata.intake.xlsx_guard import check_references
from tecdata.intake.xml_parts import elements, relations, texts_by_attribute
from tecdata.sandbox import any_clock, any_number_from

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tecdata.intake.archive import Archive
    from tecdata.intake.xlsx_survey import SheetSurvey

__all__ = ["XlsxParts"]

#: What cannot be told of sheets whose cells carry no reference, in the words of the finding.
_UNADDRESSED = ("formulas", "error values", "cells shown as percent")

#: Parts without which cells are read as something else.
_NEEDED = ("styles", "sharedStrings", "worksheet")

#: The smallest number of 16 digits: from here on a float may not hold them all.
_LONG = 1e15

_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


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
        related = relations(self._archive, path, self._place)
        targets = {key: target for key, (_, target) in related.items()}
        for kind, target in related.values():
            if kind in _NEEDED and target not in self._archive.names:
                # Without its styles a date is a number; without its texts a cell is empty.
                raise unreadable(self._place, f"xlsx (its part {target} is missing)")
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
            if path not in self._archive.names:
                continue
            survey = self._archive.survey(path)
            if survey is None or not survey.fits:
                check_references(self._archive.read(path), f"{self._place}, sheet '{sheet}'")

    def structure(self, sheet: str) -> Structure:
        """What stands beside the values of one sheet.

        Left out are its merged areas, which the parser tells, and what its values tell (:meth:`completed`).
        """
        path = self._parts.get(sheet, "")
        if path not in self._archive.names:
            return Structure()
        survey = self._survey(path)

        def part(*, seen: bool = True) -> bytes:
            return self._archive.read(path) if survey is None or seen else b""

        head = part() if survey is None else survey.head
        prefix = _prefix(head)
        return Structure(
            hidden_rows=_hidden_rows(part(seen=survey is None or survey.hidden)),
            hidden_columns=_hidden_columns(head),
            formulas=_formulas(part(seen=survey is None or survey.formulas), prefix),
            errors=_errors(part(seen=survey is None or survey.errors), prefix),
            comments=self._comments(path),
            fractions=_styled(part(seen=bool(self._percent)), prefix, self._percent),
            unseen=() if _addressed(head, prefix) else _UNADDRESSED,
        )

    def completed(
        self, sheet: str, structure: Structure, cells: Sequence[Sequence[bytes]]
    ) -> Structure:
        """The structure with what the packed columns of cells give reason to look for.

        Numbers too long for a float are large ones, and a number below zero matters where it became a day.
        """
        path = self._parts.get(sheet, "")
        if path not in self._archive.names:
            return structure
        survey = self._survey(path)
        long = survey is None or any_number_from(cells, _LONG)
        negative = survey is None or (survey.negative and any_clock(cells))
        if not long and not negative:
            return structure
        part = self._archive.read(path)
        prefix = _prefix(part)
        return dataclasses.replace(
            structure,
            exact=_exact(part, prefix) if long else {},
            negative=_negative(part, prefix) if negative else frozenset(),
        )

    def _survey(self, path: str) -> SheetSurvey | None:
        """What a large sheet surely does not hold; None where it is small or not written plainly."""
        survey = self._archive.survey(path)
        return survey if survey is not None and survey.plain else None

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


def _prefix(part: bytes) -> bytes:
    root = re.search(rb"<([\w]+:)?worksheet\b", part)
    return root[1] or b"" if root else b""


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
    if b'"e"' not in part and not (b"'" in part and b"'e'" in part):
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
