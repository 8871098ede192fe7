"""Spreadsheets (xlsx, xlsm, xls, xlsb, ods): values by python-calamine, structure by our own scan."""

from __future__ import annotations

import contextlib
import io
import unicodedata
from typing import TYPE_CHECKING, Any

from tecdata.errors import IntakeError
from tecdata.intake.grid import Area, Grid, Structure
from tecdata.intake.ods_scan import scan_ods
from tecdata.intake.problems import locked, missing, unreadable
from tecdata.intake.scan import SheetScan
from tecdata.intake.xls_scan import XLS_UNSEEN, scan_xls
from tecdata.intake.xlsb_scan import XLSB_UNSEEN, scan_xlsb
from tecdata.intake.xlsx_scan import XlsxParts

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@contextlib.contextmanager
def _parsing(place: str, kind: str) -> Iterator[None]:
    """Turn whatever the parser raises into an error that names the file."""
    import python_calamine as calamine

    try:
        yield
    except calamine.PasswordError:
        raise locked(place) from None
    except (calamine.CalamineError, OSError, ValueError):
        raise unreadable(place, kind) from None
    except BaseException as error:
        # A panic of the Rust parser: it derives from BaseException and cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise unreadable(place, kind) from None


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
        import python_calamine as calamine

        self._opened = opened
        self._place = opened.place
        self._xlsx: XlsxParts | None = None
        self._scans: dict[str, SheetScan] = {}
        self._unseen: tuple[str, ...] = ()
        self.dates_1904 = self.macros = False
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
        with _parsing(opened.place, opened.info.format):
            self._book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(opened.content))
        sheets = [
            sheet
            for sheet in self._book.sheets_metadata
            if sheet.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        self.names = tuple(sheet.name for sheet in sheets)
        self.hidden = frozenset(
            sheet.name for sheet in sheets if sheet.visible != calamine.SheetVisibleEnum.Visible
        )

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
        with _parsing(f"{self._place}, sheet '{name}'", self._opened.info.format):
            sheet = self._book.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=True)
        top, left = sheet.start or (0, 0)
        blank = [""] * left
        merged = [
            Area(first[0] + 1, first[1], last[0] + 1, last[1])
            for first, last in sheet.merged_cell_ranges or ()
        ]
        structure = self._structure(name, merged)
        shown: list[list[Any]] = [blank + row for row in rows] if left else rows
        return Grid(
            sheet=name,
            addressing="sheet",
            numbers=range(top + 1, top + 1 + len(rows)),
            rows=shown,
            structure=structure,
            serial_dates=self._opened.info.format != "ods",
        )

    def _structure(self, name: str, merged: list[Area]) -> Structure:
        if self._xlsx is not None:
            return self._xlsx.structure(name, merged)
        scan = self._scans.get(name, SheetScan())
        return scan.structure(merged or None, self._unseen)
