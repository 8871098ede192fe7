"""Columns under another name than the rules know: read as expected, spoken of as they are."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tecdata.finding import Finding
    from tecdata.table import RawTable

__all__ = ["Rename", "as_expected", "with_own_name"]


@dataclasses.dataclass(frozen=True, slots=True)
class Rename:
    """A column of a file that stands for one the rules expect."""

    file: str
    sheet: str
    name: str
    expected: str


def as_expected(tables: Mapping[str, RawTable], renames: Sequence[Rename]) -> dict[str, RawTable]:
    """The tables with renamed columns under the names the rules know."""
    named = dict(tables)
    for rename in renames:
        for key, table in named.items():
            names = {column.name for column in table.columns}
            same = (table.file, table.sheet) == (rename.file, rename.sheet)
            if same and rename.name in names and rename.expected not in names:
                named[key] = _renamed(table, rename)
    return named


def _renamed(table: RawTable, rename: Rename) -> RawTable:
    columns = tuple(
        dataclasses.replace(c, name=rename.expected) if c.name == rename.name else c
        for c in table.columns
    )
    names = {rename.name: rename.expected}
    return dataclasses.replace(
        table,
        columns=columns,
        frame=table.frame.rename(names),
        number_cells=table.number_cells.rename(names, strict=False),
    )


def with_own_name(finding: Finding, renames: Iterable[Rename]) -> Finding:
    """A finding whose place names the column as the file does, where it names it at all."""
    for rename in renames:
        ours, own = f"column '{rename.expected}'", f"column '{rename.name}'"
        if rename.file == finding.file and ours in finding.cell:
            finding = dataclasses.replace(
                finding,
                cell=finding.cell.replace(ours, own),
                message=finding.message.replace(ours, own),
            )
    return finding
