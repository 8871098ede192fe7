"""What names a person in a delivery: found offline, by patterns, check digits and column headers.

Covered: whole dates of birth; names of persons (under a header, after a title or "Name:", beside a common
first name, in the place of the subject id); telephone numbers; e-mail addresses; German health
and pension insurance numbers; Danish CPR numbers; IBAN; hospital record numbers (under a header or
after their word); postal addresses (under a header, street with number, country code with town).
Looked at: every cell, ignored columns included, headers, labels, names of files and sheets, and what
the caller hands over besides (titles, notes, comments).

Not covered, for a person to look for: a surname alone or an uncommon first name with one in free text without
a title; nicknames and initials; names in a column whose header does not say so; persons named by
their role; order and sample numbers of laboratories; numbers of other countries' insurances and registers;
numbers without check digit or word before them (a record number in free text); ages over 89; places,
professions and rare events that identify together; pictures, sounds, document properties.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from tecdata.checks.identifiers import CHECKS as OWN
from tecdata.finding import Cell, Finding
from tecdata.validate.identifiers_columns import ColumnScan, TableTexts, scan_column
from tecdata.validate.identifiers_mask import Identifiers, mask, mask_values
from tecdata.validate.identifiers_patterns import Hit, find_identifiers

if TYPE_CHECKING:
    from tecdata.spec.source import SourceSpec
    from tecdata.table import RawTable, SourceColumn

__all__ = ["Identifiers", "mask_values", "scan_identifiers"]

#: Cells of one column named one by one; of more there is one finding, which names so many.
LISTED: Final = 100

_ZEROS: Final = str.maketrans("123456789", "000000000")

#: Row, whole text and the parts of it to hide.
_Found = tuple[int, str, tuple[str, ...]]


def scan_identifiers(
    tables: Mapping[str, RawTable], source: SourceSpec, *, beside: Iterable[Cell] = ()
) -> Identifiers:
    """Look for identifiers in every text of a delivery.

    Parameters
    ----------
    tables
        The raw tables, by name; ignored columns are searched too.
    source
        The centre's source.yaml: its code, and what its subject ids look like.
    beside
        Texts outside the tables: title rows, sheets no table reads, comments. ``variable`` says
        what they are.

    Returns
    -------
    Identifiers
        A list of findings of severity reject (``identifier.old_date``: warning) whose values are
        masked; one ``passed`` (``not_run`` where there is nothing to search) for each check that
        found nothing. Hand it to :func:`mask_values` with the other findings.
        A column that holds them throughout gives one finding that names its first cells.
    """
    found = Identifiers()
    known = {name: TableTexts(table, source.subject.pattern) for name, table in tables.items()}
    _scan_names(found, tables, source.centre)
    find = _Memory().__getitem__
    quiet: set[str] = set()
    for texts in known.values():
        for column in texts.table.columns:
            _scan_header(found, texts.table, column, quiet)
            _report_column(found, texts, column, scan_column(texts, column, find))
    searched = sum(len(v) for texts in known.values() for v in texts.distinct.values())
    searched += _scan_beside(found, beside, source.centre)
    found.extend(_statuses(found, source.centre, searched))
    return found


def _scan_names(found: Identifiers, tables: Mapping[str, RawTable], centre: str) -> None:
    """Names of files and sheets, each once."""
    names = dict.fromkeys((table.file, "") for table in tables.values())
    names |= dict.fromkeys((table.file, table.sheet) for table in tables.values() if table.sheet)
    for file, sheet in names:
        name = sheet or re.sub(r"\.\w+$", "", file)
        # Underscores stand for blanks in names of files.
        hits = find_identifiers(name.replace("_", " "))
        for text in (name[h.start : h.end] for h in hits):
            found.hide(text, None, in_names=True)
        for hit in hits:
            text = name[hit.start : hit.end]
            shown_file, shown_sheet = (_hidden(part, hits, name) for part in (file, sheet))
            what = f"the name of sheet '{shown_sheet}'" if sheet else "the name of the file"
            found.append(
                Finding.of(
                    f"identifier.{hit.kind}",
                    centre=centre,
                    file=shown_file,
                    sheet=shown_sheet,
                    value=mask(text),
                    where=f"{shown_file}, {what}",
                    count=1,
                )
            )


def _hidden(text: str, hits: Iterable[object], name: str) -> str:
    """A text without the identifiers that stand in a name, where there are hits at all."""
    for hit in find_identifiers(name.replace("_", " ")) if hits else ():
        part = name[hit.start : hit.end]
        text = text.replace(part, mask(part))
    return text


class _Memory(dict[str, tuple[Hit, ...]]):
    """What each text shows: the same text stands in many columns."""

    def __missing__(self, text: str) -> tuple[Hit, ...]:
        found = self[text] = find_identifiers(text)
        return found


def _scan_header(
    found: Identifiers, table: RawTable, column: SourceColumn, quiet: set[str]
) -> None:
    """Header, unit, label and value labels of a column.

    ``quiet`` are texts known to hold nothing, their few figures made equal: in a wide file
    hundreds of headers differ by a number only.
    """
    for text in (column.header, column.unit, column.label, *column.value_labels.values()):
        shape = text.translate(_ZEROS)
        if shape in quiet:
            continue
        hits = find_identifiers(text)
        if not hits and shape.count("0") < 5:
            quiet.add(shape)
        for hit in hits:
            part = text[hit.start : hit.end]
            cell = table.address(None, column.name)
            found.hide(part, None, in_names=True)
            shown = cell.replace(part, mask(part))
            _add(found, hit.kind, table, shown, mask(part), 1, ())


def _report_column(
    found: Identifiers, texts: TableTexts, column: SourceColumn, scan: ColumnScan
) -> None:
    """The findings of one column, kind by kind: a column as a whole, or cell by cell."""
    if not scan.whole and not scan.parts:
        return
    wanted: dict[str, dict[str, tuple[str, ...]]] = {}
    for value, kind in scan.whole.items():
        wanted.setdefault(kind, {})[value] = (value,)
    for value, hits in scan.parts.items():
        for hit in hits:
            held = wanted.setdefault(hit.kind, {})
            held[value] = (*held.get(value, ()), value[hit.start : hit.end])
    filled = len(texts.distinct[column.name])
    for kind, values in sorted(wanted.items()):
        cells = [(row, text, values[text]) for row, text in texts.rows(column.name, values)]
        throughout = len(values) * 2 > filled and kind in scan.whole.values() and len(cells) > 1
        _report_cells(found, kind, texts.table, column.name, cells, together=throughout)


def _report_cells(
    found: Identifiers,
    kind: str,
    table: RawTable,
    column: str,
    cells: list[_Found],
    *,
    together: bool,
) -> None:
    """Report the identifiers of one kind in a column: each cell, or the column where there are many."""
    named: list[Cell] = []
    for row, _, parts in cells:
        address = table.address(row, column)
        for part in parts:
            found.hide(part, (table.file, table.sheet, address))
        shown = ", ".join(map(mask, parts))
        if together or len(cells) > LISTED:
            if len(named) < LISTED:
                named.append(Cell(file=table.file, sheet=table.sheet, cell=address, value=shown))
        else:
            _add(found, kind, table, address, shown, len(parts), ())
    if named:
        place = table.address(None, column)
        _add(found, kind, table, place, named[0].value, len(cells), tuple(named))


def _add(
    found: Identifiers,
    kind: str,
    table: RawTable,
    cell: str,
    value: str,
    count: int,
    cells: tuple[Cell, ...],
) -> None:
    """Add the finding of one place."""
    sheet = f", sheet '{table.sheet}'" if table.sheet else ""
    column = "column " if cell.isalpha() else ""
    found.append(
        Finding.of(
            f"identifier.{kind}",
            centre=table.centre,
            file=table.file,
            sheet=table.sheet,
            cell=cell,
            value=value,
            cells=cells,
            where=f"{table.file}{sheet}, {column}{cell}",
            count=count,
        )
    )


def _scan_beside(found: Identifiers, beside: Iterable[Cell], centre: str) -> int:
    """Texts outside the tables; returns how many there were."""
    number = 0
    for cell in beside:
        number += 1
        for hit in find_identifiers(cell.value):
            part = cell.value[hit.start : hit.end]
            found.hide(part, (cell.file, cell.sheet, cell.cell))
            sheet = f", sheet '{cell.sheet}'" if cell.sheet else ""
            what = f" ({cell.variable})" if cell.variable else ""
            found.append(
                Finding.of(
                    f"identifier.{hit.kind}",
                    centre=centre,
                    file=cell.file,
                    sheet=cell.sheet,
                    cell=cell.cell,
                    value=mask(part),
                    where=f"{cell.file}{sheet}, {cell.cell}{what}",
                    count=1,
                )
            )
    return number


def _statuses(found: Iterable[Finding], centre: str, searched: int) -> Iterator[Finding]:
    """For each check that found nothing: passed, or not run where no table was read."""
    failed = {finding.check for finding in found}
    for check in OWN:
        if check.id in failed:
            continue
        yield Finding(
            check=check.id,
            severity=check.severity,
            status="passed" if searched else "not_run",
            centre=centre,
            message=f"{centre}: {searched} different texts searched"
            if searched
            else f"{centre}: not searched: no table was read",
        )
