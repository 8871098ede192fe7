"""What is in a file: format, encoding, sheets, likely headers, kinds, dates, frequent values.

Values that occur seldom are not shown: they may identify a person.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from tecdata.errors import IntakeError
from tecdata.intake.body import read_body
from tecdata.intake.columns_file import read_columns
from tecdata.intake.delimited import DELIMITERS, read_delimited
from tecdata.intake.evidence import date_patterns, decimal_evidence, frequent
from tecdata.intake.header_guess import guess_header
from tecdata.intake.opener import Opened, open_input
from tecdata.intake.problems import missing
from tecdata.intake.spreadsheet import Spreadsheet
from tecdata.intake.suggestion import suggest_source
from tecdata.intake.tabulate import Place, table_of_columns, table_of_grid
from tecdata.spec.source import TableSource

if TYPE_CHECKING:
    from pathlib import Path

    from tecdata.intake.grid import Grid
    from tecdata.table import RawTable

__all__ = ["ColumnProfile", "FileProfile", "TableProfile", "profile_file"]

_WORKBOOKS = ("xlsx", "xlsm", "xls", "xlsb", "ods")

#: Frequent values shown of one column.
VALUES_SHOWN = 12


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """One column: how full, how varied, and what its texts look like.

    ``values`` are (value, count) pairs of values that occur at least ``min_count`` times;
    ``rare`` is the number of distinct values that do not, and are therefore not shown.
    ``decimal`` and ``dates`` count the texts that speak for a decimal sign or a date pattern.
    """

    name: str
    unit: str
    label: str
    kinds: tuple[str, ...]
    filled: int
    distinct: int
    min_length: int
    max_length: int
    decimal: dict[str, int]
    dates: dict[str, int]
    hidden: bool
    value_labels: int
    missing_codes: tuple[str, ...]
    values: tuple[tuple[str, int], ...]
    rare: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TableProfile:
    """One sheet, or the one table of another kind of file.

    ``header_rows`` and ``units_row`` are a suggestion; files with named columns have none.
    """

    sheet: str
    hidden: bool
    rows: int
    width: int
    header_rows: tuple[int, ...]
    units_row: int | None
    columns: tuple[ColumnProfile, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FileProfile:
    """What is in a file; see :func:`profile_file`."""

    file: str
    format: str
    bytes: int
    sha256: str
    encoding: str
    delimiter: str
    min_count: int
    tables: tuple[TableProfile, ...]
    suggested_source_yaml: str

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists, texts and numbers, for JSON or a printed table.

        Rare values are named by their number only: ``["17 other values", "<5 each"]``.
        """
        data = dataclasses.asdict(self)
        data["tables"] = [_table_dict(table, self.min_count) for table in self.tables]
        return data


def _table_dict(table: TableProfile, min_count: int) -> dict[str, Any]:
    data = dataclasses.asdict(table)
    data["header_rows"] = list(table.header_rows)
    data["columns"] = []
    for column in table.columns:
        found = dataclasses.asdict(column)
        found["kinds"] = ", ".join(column.kinds)
        found["missing_codes"] = ", ".join(column.missing_codes)
        for key in ("decimal", "dates"):
            found[key] = ", ".join(f"{name} ({n})" for name, n in found[key].items())
        values: list[list[str | int]] = [[text, count] for text, count in column.values]
        if column.rare:
            noun = "value" if column.rare == 1 else "values"
            other = "other " if values else ""
            values.append([f"{column.rare} {other}{noun}", f"<{min_count} each"])
        found["values"] = values
        del found["rare"]
        data["columns"].append(found)
    return data


def profile_file(path: Path, *, sheet: str | None = None, min_count: int = 5) -> FileProfile:
    r"""Describe a delivered file without being told anything about it.

    Parameters
    ----------
    path
        Any file that intake reads.
    sheet
        Only this sheet of a workbook.
    min_count
        Values that occur less often are counted, not shown.

    Returns
    -------
    FileProfile
        With a suggested start of a ``source.yaml``, every line of which a person must check.

    Raises
    ------
    IntakeError
        The file cannot be read, or has no such sheet.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as name:
    ...     file = Path(name) / "lab.csv"
    ...     _ = file.write_text("id;IgG\n1;7,5\n2;8,1\n", encoding="ascii")
    ...     found = profile_file(file)
    >>> found.delimiter, found.tables[0].columns[1].decimal
    ('semicolon', {'comma': 2})
    """
    opened = open_input(path)
    is_workbook = opened.info.format in _WORKBOOKS
    if sheet is not None and not is_workbook:
        raise IntakeError(
            "only workbooks have sheets", place=opened.place, next_step="Leave the sheet out"
        )
    encoding = delimiter = ""
    if opened.info.format == "csv":
        text = read_delimited(opened.content, opened.place)
        encoding, delimiter = text.decoded.encoding, DELIMITERS[text.delimiter]
        profiled = [_grid_profile(opened, text.grid, min_count, hidden=False)]
    elif is_workbook:
        profiled = _sheet_profiles(opened, sheet, min_count)
    else:
        profiled = [_columns_profile(opened, min_count)]
    return FileProfile(
        file=path.name,
        format=opened.info.format,
        bytes=opened.info.bytes,
        sha256=opened.info.sha256,
        encoding=encoding,
        delimiter=delimiter,
        min_count=min_count,
        tables=tuple(profiled),
        suggested_source_yaml=suggest_source(path.name, encoding, delimiter, profiled),
    )


def _sheet_profiles(opened: Opened, sheet: str | None, min_count: int) -> list[TableProfile]:
    book = Spreadsheet(opened)
    return [
        _grid_profile(opened, book.grid(name), min_count, hidden=name in book.hidden)
        for name in _chosen(book, sheet, opened.place)
    ]


def _chosen(book: Spreadsheet, sheet: str | None, place: str) -> tuple[str, ...]:
    if sheet is None:
        return book.names
    if sheet not in book.names:
        raise missing(
            "there is no sheet", sheet, book.names, place=place, next_step="Name one of these"
        )
    return (sheet,)


def _grid_profile(opened: Opened, grid: Grid, min_count: int, *, hidden: bool) -> TableProfile:
    rows, units = guess_header(grid)
    if not grid.rows:
        return TableProfile(
            sheet=grid.sheet, hidden=hidden, rows=0, width=0,
            header_rows=(), units_row=None, columns=(),
        )  # fmt: skip
    source = TableSource(file=opened.info.path, header_rows=rows, units_row=units)
    body = read_body(grid, source, opened.place)
    place = Place(table="", centre="", file=opened.info.path, sheet=grid.sheet, shown=opened.place)
    table, _ = table_of_grid(grid, body, source, place, {})
    return TableProfile(
        sheet=grid.sheet,
        hidden=hidden,
        rows=table.frame.height,
        width=len(table.columns),
        header_rows=rows,
        units_row=units,
        columns=_column_profiles(table, min_count),
    )


def _columns_profile(opened: Opened, min_count: int) -> TableProfile:
    data = read_columns(opened)
    place = Place(table="", centre="", file=opened.info.path, shown=opened.place)
    table, _ = table_of_columns(data, TableSource(file=opened.info.path), place)
    return TableProfile(
        sheet="",
        hidden=False,
        rows=table.frame.height,
        width=len(table.columns),
        header_rows=(),
        units_row=None,
        columns=_column_profiles(table, min_count),
    )


def _column_profiles(table: RawTable, min_count: int) -> tuple[ColumnProfile, ...]:
    profiles = []
    for column in table.columns:
        texts = table.frame.get_column(column.name).drop_nulls().to_list()
        lengths = [len(text) for text in texts]
        # Only text has a decimal sign or a date pattern; typed cells are exact already.
        typed = column.kinds.isdisjoint({"text"})
        values = frequent(texts, min_count, VALUES_SHOWN)
        often = frequent(texts, min_count, len(texts))
        distinct = len(set(texts))
        profiles.append(
            ColumnProfile(
                name=column.name,
                unit=column.unit,
                label=column.label,
                kinds=tuple(sorted(column.kinds)),
                filled=len(texts),
                distinct=distinct,
                min_length=min(lengths, default=0),
                max_length=max(lengths, default=0),
                decimal={} if typed else decimal_evidence(_written(table, column.name)),
                dates={} if typed else date_patterns(_written(table, column.name)),
                hidden=column.hidden,
                value_labels=len(column.value_labels),
                missing_codes=column.missing_codes,
                values=values,
                rare=distinct - len(often),
            )
        )
    return tuple(profiles)


def _written(table: RawTable, name: str) -> list[str]:
    """The texts of a column that a person typed: typed numbers left out."""
    series = table.frame.get_column(name)
    if name in table.number_cells.columns:
        series = series.filter(~table.number_cells.get_column(name))
    return series.drop_nulls().to_list()
