"""A centre's delivery: its files matched, opened once each, their tables read, the rest reported."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from tecdata.finding import Finding, Findings
from tecdata.intake.body import read_body
from tecdata.intake.columns_file import read_columns
from tecdata.intake.delimited import DELIMITERS, Delimited, read_delimited
from tecdata.intake.folder import ignored_because, list_files, match_file
from tecdata.intake.oddities import Reporter, report_body, report_header
from tecdata.intake.opener import InputFile, Opened, open_input
from tecdata.intake.problems import no_column
from tecdata.intake.spreadsheet import Spreadsheet, tidy_name
from tecdata.intake.tabulate import (
    Place,
    TableAccount,
    table_of_columns,
    table_of_grid,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tecdata.intake.grid import Columns, Grid
    from tecdata.spec.source import SourceSpec
    from tecdata.table import RawTable

__all__ = ["Delivery", "Unread", "read_centre"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A file or sheet that no table reads: declared so (``reason``), or reported (no reason)."""

    file: str
    sheet: str = ""
    reason: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What one centre sent, as far as its source.yaml reads it.

    Attributes
    ----------
    centre
        Site code.
    tables
        The raw tables by their key in source.yaml, in its order.
    accounts
        Filled cells read and left out, by the same keys.
    files
        The files tables were read from, sorted by name, for the manifest.
    unread
        Files and sheets no table reads.
    """

    centre: str
    tables: Mapping[str, RawTable]
    accounts: Mapping[str, TableAccount]
    files: tuple[InputFile, ...]
    unread: tuple[Unread, ...] = ()


def read_centre(source: SourceSpec, folder: Path, findings: Findings) -> Delivery:
    r"""Read every table that a centre's ``source.yaml`` names.

    Parameters
    ----------
    source
        What the centre sends.
    folder
        The folder that holds the centre's files.
    findings
        Receives what is odd about them; see :mod:`tecdata.checks.intake`.

    Returns
    -------
    Delivery
        Every cell as text with its address. The same files always give the same delivery and
        the same findings in the same order.

    Raises
    ------
    IntakeError
        A file, sheet, header row or column that is named is not there; a pattern fits several
        files; a file is locked, damaged, or not what its name says.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from tecdata.finding import Findings
    >>> from tecdata.spec.source import SourceSpec
    >>> source = SourceSpec.model_validate({
    ...     "centre": "XX", "name": "Example", "country": "DEU", "language": "de", "folder": "xx",
    ...     "subject": {"pattern": r"(?P<number>\d+)"},
    ...     "tables": {"lab": {"file": "lab.csv", "encoding": "utf-8", "delimiter": ";"}},
    ... })
    >>> with tempfile.TemporaryDirectory() as name:
    ...     _ = (Path(name) / "lab.csv").write_text("id;IgG\n1;7,5\n")
    ...     delivery = read_centre(source, Path(name), Findings())
    >>> delivery.tables["lab"].frame.rows()
    [(2, '1', '7,5')]
    """
    return _Reading(source, folder, findings).run()


class _Reading:
    """The state of one reading: what has been opened, reported and read so far."""

    def __init__(self, source: SourceSpec, folder: Path, findings: Findings) -> None:
        self.source = source
        self.folder = folder
        self.findings = findings
        self.tables: dict[str, RawTable] = {}
        self.accounts: dict[str, TableAccount] = {}
        self.unread: list[Unread] = []

    def run(self) -> Delivery:
        """Read all files in the order of their names."""
        names = list_files(self.folder, self.source.centre)
        chosen: dict[str, list[str]] = {}
        for key, table in self.source.tables.items():
            name = match_file(table.file, names, self.folder.name)
            chosen.setdefault(name, []).append(key)
        files = []
        for name in sorted(chosen):
            opened = open_input(self.folder / name, name=name, place=self._place(name))
            files.append(opened.info)
            self._read_file(opened, chosen[name])
        self._report_unknown_files(names, chosen)
        return Delivery(
            centre=self.source.centre,
            tables={key: self.tables[key] for key in self.source.tables},
            accounts={key: self.accounts[key] for key in self.source.tables},
            files=tuple(files),
            unread=tuple(self.unread),
        )

    def _place(self, name: str) -> str:
        return f"{self.folder.name}/{name}"

    def _read_file(self, opened: Opened, keys: Sequence[str]) -> None:
        kind = opened.info.format
        if kind == "csv":
            self._read_text(opened, keys)
        elif kind in ("xlsx", "xlsm", "xls", "xlsb", "ods"):
            self._read_workbook(opened, keys)
        else:
            self._read_columns(opened, keys)

    def _read_columns(self, opened: Opened, keys: Sequence[str]) -> None:
        read: dict[str | None, Columns] = {}
        for key in keys:
            table = self.source.tables[key]
            if table.encoding not in read:
                read[table.encoding] = read_columns(opened, encoding=table.encoding)
            place = self._table_place(key, opened)
            self._keep(key, *table_of_columns(read[table.encoding], table, place), place)

    def _read_text(self, opened: Opened, keys: Sequence[str]) -> None:
        read: dict[tuple[str | None, str | None], Delimited] = {}
        for key in keys:
            table = self.source.tables[key]
            settings = (table.encoding, table.delimiter)
            if settings not in read:
                read[settings] = read_delimited(
                    opened.content,
                    opened.place,
                    encoding=table.encoding,
                    delimiter=table.delimiter,
                )
                self._report_detection(opened, read[settings])
            self._read_grid(opened, read[settings].grid, key, report=True)

    def _read_workbook(self, opened: Opened, keys: Sequence[str]) -> None:
        book = Spreadsheet(opened)
        if book.macros:
            self._add("intake.macros", opened.info.path)
        if book.dates_1904:
            self._add("intake.dates_1904", opened.info.path)
        grids: dict[str, Grid] = {}
        for key in keys:
            name = book.choose(self.source.tables[key].sheet)
            new = name not in grids
            if new:
                grids[name] = book.grid(name)
            self._read_grid(opened, grids[name], key, report=new)
            if new and name in book.hidden:
                self._add("intake.hidden_sheet", opened.info.path, sheet=name)
        unseen = dict.fromkeys(what for grid in grids.values() for what in grid.structure.unseen)
        if unseen:
            self._add(
                "intake.not_checked",
                opened.info.path,
                status="not_run",
                what=", ".join(unseen),
                format=opened.info.format,
            )
        self._report_unknown_sheets(opened, book, grids)

    def _read_grid(self, opened: Opened, grid: Grid, key: str, *, report: bool) -> None:
        source = self.source.tables[key]
        place = self._table_place(key, opened, grid.sheet)
        body = read_body(grid, source, place.shown)
        # Several tables of one sheet share its oddities: they are reported once.
        sink = self.findings if report else Findings()
        reporter = Reporter(sink, self.source.centre, opened.info.path, grid, body.header.names)
        report_header(reporter, body)
        lost = report_body(
            reporter,
            grid,
            body,
            fill_merged=source.fill_merged,
            all_comments=source.comments == "records",
        )
        self._keep(key, *table_of_grid(grid, body, source, place, lost), place)

    def _keep(self, key: str, table: RawTable, account: TableAccount, place: Place) -> None:
        names = [column.name for column in table.columns]
        for name in self.source.tables[key].columns:
            if name not in names:
                raise no_column(name, names, place=place.shown, setting="columns")
        if table.frame.is_empty():
            at = f", sheet '{place.sheet}'" if place.sheet else ""
            self._add("intake.no_rows", place.file, sheet=place.sheet, at=at, table=key)
        self.tables[key], self.accounts[key] = table, account

    def _table_place(self, key: str, opened: Opened, sheet: str = "") -> Place:
        shown = f"{opened.place}, sheet '{sheet}'" if sheet else opened.place
        return Place(
            table=key, centre=self.source.centre, file=opened.info.path, sheet=sheet, shown=shown
        )

    def _report_detection(self, opened: Opened, text: Delimited) -> None:
        reasons = {
            "mark": "it begins with a byte order mark",
            "strict": "it is valid UTF-8",
            "likely": "the likeliest of the usual encodings",
        }
        decoded = text.decoded
        if decoded.how in reasons:
            self._add(
                "intake.encoding_detected",
                opened.info.path,
                encoding=decoded.encoding,
                reason=reasons[decoded.how],
            )
        elif decoded.how == "declared" and text.looks_like_utf8:
            self._add("intake.encoding_doubtful", opened.info.path, encoding=decoded.encoding)
        if text.delimiter_detected:
            self._add(
                "intake.delimiter_detected",
                opened.info.path,
                delimiter=DELIMITERS[text.delimiter],
            )
        spoilt = decoded.text.find("\ufffd")
        if spoilt >= 0:
            line = decoded.text.count("\n", 0, spoilt) + 1
            self._add("intake.replacement_character", opened.info.path, cell=f"line {line}")

    def _report_unknown_sheets(
        self, opened: Opened, book: Spreadsheet, read: Mapping[str, Grid]
    ) -> None:
        ignored = {tidy_name(n): reason for n, reason in self.source.ignore_sheets.items()}
        for name in book.names:
            if name in read:
                continue
            reason = ignored.get(tidy_name(name), "")
            if not reason:
                grid = book.grid(name)
                cells = sum(cell not in ("", None) for row in grid.rows for cell in row)
                if not cells:
                    continue
                self._add("intake.unknown_sheet", opened.info.path, sheet=name, count=cells)
            self.unread.append(Unread(file=opened.info.path, sheet=name, reason=reason))

    def _report_unknown_files(self, names: Sequence[str], read: Mapping[str, object]) -> None:
        for name in names:
            if name in read:
                continue
            reason = ignored_because(name, self.source.ignore_files)
            if not reason:
                self._add("intake.unknown_file", name)
            self.unread.append(Unread(file=name, reason=reason))

    def _add(self, check: str, file: str, **details: object) -> None:
        self.findings.add(Finding.of(check, centre=self.source.centre, file=file, **details))  # type: ignore[arg-type]
