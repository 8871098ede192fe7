"""Spreadsheets (xlsx, xlsm, xls, xlsb, ods): values by python-calamine, structure by our own scan.

The scan refuses what would make the parser ask for absurd amounts of memory; what it does not
foresee ends the parser's own process (:mod:`tecdata.sandbox`), not this one.
"""

from __future__ import annotations

import contextlib
import dataclasses
import unicodedata
from typing import TYPE_CHECKING, Any

from tecdata.errors import IntakeError
from tecdata.intake.grid import Area, Grid, Structure
from tecdata.intake.ods_scan import scan_ods
from tecdata.intake.problems import missing, not_parsed
from tecdata.intake.scan import MAX_CHARACTERS, SheetScan, check_lengths
from tecdata.intake.xls_scan import XLS_UNSEEN, scan_xls
from tecdata.intake.xlsb_scan import XLSB_UNSEEN, scan_xlsb
from tecdata.intake.xlsx_scan import XlsxParts
from tecdata.sandbox import Answer, ParserError, any_text_beyond, parsers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tecdata.intake.opener import Opened

__all__ = ["Spreadsheet", "tidy_name"]


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def tidy_name(name: str) -> str:
    """A sheet's name with composed letters and single blanks, as headers are read.

    >>> tidy_name(" Labor ")
    'Labor'
    """
    return " ".join(_composed(name).split())


class Spreadsheet:
    """An opened workbook; each sheet is parsed once, when it is asked for.

    Attributes
    ----------
    names
        The worksheets in workbook order (chart and macro sheets hold no cells and are left out).
    hidden
        Those of them that are hidden.
    dates_1904, macros
        See :class:`tecdata.intake.xlsx_scan.XlsxParts`.
    """

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._place = opened.place
        self._xlsx: XlsxParts | None = None
        self._scans: dict[str, SheetScan] = {}
        self._unseen: tuple[str, ...] = ()
        self.dates_1904 = self.macros = False
        with self._asking(opened.place, "workbook", content=opened.content) as answer:
            # While the parser is at it. What is refused here ends it.
            self._scan(opened)
            sheets: list[tuple[str, bool]] = answer()[0]["sheets"]
        self._sent = parsers().sent
        self.names = tuple(name for name, _ in sheets)
        self.hidden = frozenset(name for name, hidden in sheets if hidden)

    def _scan(self, opened: Opened) -> None:
        if opened.archive is not None and opened.info.format in ("xlsx", "xlsm"):
            self._xlsx = XlsxParts(opened.archive, opened.place)
            self._xlsx.guard()
            self.dates_1904, self.macros = self._xlsx.dates_1904, self._xlsx.macros
        elif opened.archive is not None and opened.info.format == "ods":
            self._scans = scan_ods(opened.archive.read("content.xml"), opened.place)
        elif opened.archive is not None:
            self._scans, self._unseen = scan_xlsb(opened.archive, opened.place), XLSB_UNSEEN
        else:
            self._scans, self._unseen = scan_xls(opened.content, opened.place), XLS_UNSEEN
        if opened.archive is not None:
            opened.archive.check_rest()

    @contextlib.contextmanager
    def _asking(self, place: str, request: str, **head: Any) -> Iterator[Callable[[], Answer]]:
        try:
            with parsers().asking(request, **head) as answer:
                yield answer
        except ParserError as error:
            kind = self._opened.info.format
            raise not_parsed(error, place, kind, parsers().limits) from None

    def choose(self, name: str | None) -> str:
        """The sheet of that name, or the only one that differs in blanks; the only one for None.

        Letters count as equal however they are composed.

        Raises :class:`IntakeError` where there is none, or several and no name.
        """
        if name is None:
            if len(self.names) == 1:
                return self.names[0]
            raise IntakeError(
                f"the workbook has {len(self.names)} sheets, and source.yaml does not say which",
                place=self._place,
                choices=self.names,
                next_step="Name one as 'sheet' in source.yaml",
            )
        for key in (_composed, tidy_name):
            found = [sheet for sheet in self.names if key(sheet) == key(name)]
            if len(found) == 1:
                return found[0]
        raise missing(
            "there is no sheet",
            name,
            self.names,
            place=self._place,
            next_step="Ask the centre for it, or correct 'sheet' in source.yaml",
        )

    def grid(self, name: str) -> Grid:
        """All cells of one sheet, from its first filled row on, and what stands beside them."""
        place = f"{self._place}, sheet '{name}'"
        with parsers().lock:
            if parsers().sent != self._sent:
                # Another workbook was opened since, or the parser was started anew.
                with self._asking(self._place, "workbook", content=self._opened.content) as wait:
                    wait()
                self._sent = parsers().sent
            with self._asking(place, "sheet", name=name) as cells:
                structure = self._structure(name)
                answer, blobs = cells()
        packed = parsers().packed(answer, blobs)
        if self._xlsx is not None:
            structure = self._xlsx.completed(name, structure, packed)
        columns = parsers().columns(answer, blobs)
        top, left = answer["start"]
        count = answer["rows"]
        if any_text_beyond(packed, MAX_CHARACTERS):
            check_lengths(columns, top, left, place)
        merged = [
            Area(first[0] + 1, first[1], last[0] + 1, last[1]) for first, last in answer["merged"]
        ]
        if self._xlsx is not None or merged:
            structure = dataclasses.replace(structure, merged=merged)
        rows = list(zip(*([[""] * count] * left), *columns, strict=True))
        return Grid(
            sheet=name,
            addressing="sheet",
            numbers=range(top + 1, top + 1 + count),
            rows=rows or [()] * count,
            structure=structure,
            serial_dates=self._opened.info.format != "ods",
        )

    def _structure(self, name: str) -> Structure:
        if self._xlsx is not None:
            return self._xlsx.structure(name)
        return self._scans.get(name, SheetScan()).structure(self._unseen)
