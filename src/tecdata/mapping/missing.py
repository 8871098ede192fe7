"""Columns that rules name and a table does not have, all at once, with what the table has instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tecdata.errors import MappingError
from tecdata.mapping.account import ignore_reason
from tecdata.mapping.plan import base_columns, joined_columns, numbered_columns, repeat_names
from tecdata.mapping.problems import nearest
from tecdata.spec import fold
from tecdata.table import ROW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tecdata.mapping.problems import Reporter
    from tecdata.mapping.tables import TableView
    from tecdata.spec import CentreMapping
    from tecdata.spec.rules import Block
    from tecdata.spec.source import TableSource

__all__ = ["prepare_columns", "report_gaps"]

#: Of a table with none of the columns, so many are named; of the spare columns so many are shown.
NAMED = 5
#: Rows looked through for a header that stands lower than declared.
LOOKED_AT = 50


def prepare_columns(mapping: CentreMapping, views: Mapping[str, TableView]) -> None:
    """Load the columns that rules name, each table's at once.

    Raises :class:`MappingError` naming every column of every table that is not there.
    """
    wanted: dict[str, dict[str, str]] = {name: {} for name in views}
    repeated: dict[str, set[str]] = {name: set() for name in views}
    empty_repeats: dict[str, list[str]] = {name: [] for name in views}
    for name in views:
        for column in mapping.source.tables[name].columns:
            wanted[name].setdefault(column, f"tables.{name}.columns of source.yaml")
    for code, domain in sorted(mapping.domains.items()):
        for block in domain.blocks:
            place = f"{code} block '{block.name}'"
            columns = views[block.from_].names
            for column, path in base_columns(block, columns).items():
                wanted[block.from_].setdefault(column, f"{path} of {place}")
            for table, joined in joined_columns(block).items():
                for column, path in joined.items():
                    wanted[table].setdefault(column, f"{path} of {place}")
            groups = numbered_columns(block.repeat, columns).values() if block.repeat else ()
            repeated[block.from_] |= {name for group in groups for name in group.values()}
            empty_repeats[block.from_] += _empty_repeats(block, views[block.from_], place)
    problems: list[str] = []
    for name, view in views.items():
        absent = {c: path for c, path in wanted[name].items() if c not in view.columns}
        if absent or empty_repeats[name]:
            spec = mapping.source.tables[name]
            used = {*wanted[name], *repeated[name]}
            spare = [c for c in view.names if c not in used and ignore_reason(spec, c) is None]
            problems += _told(view, spec, wanted[name], absent, empty_repeats[name], spare)
    if problems:
        raise MappingError(
            "columns that the mapping names are not in the delivery:\n  " + "\n  ".join(problems),
            place=mapping.source.centre,
            next_step="Correct the names in the mapping, or ask the centre for the columns",
        )
    for name, view in views.items():
        view.load(wanted[name])


def _told(
    view: TableView,
    spec: TableSource,
    wanted: Mapping[str, str],
    absent: Mapping[str, str],
    empty_repeats: Sequence[str],
    spare: Sequence[str],
) -> list[str]:
    """What is missing of one table, and what stands there instead.

    Where most of the names are not there, the header is not where it is declared: what was read
    as one may be data, and is not shown.
    """
    place = _place(view)
    names = {fold(c): c for c in view.columns}
    strange = [column for column in absent if fold(column) not in names]
    if 2 * len(strange) > len(wanted):
        first = ", ".join(f"'{column}'" for column in list(absent)[:NAMED])
        more = f" and {len(absent) - NAMED} more" if len(absent) > NAMED else ""
        return [
            f"{place}: {len(absent)} of {len(wanted)} columns are not there ({first}{more})",
            f"{place}: {_where_header(view, spec, list(wanted))}",
        ]
    lines = [
        f"{place}: no column '{column}' ({path}){nearest(column, names)}"
        for column, path in absent.items()
    ]
    lines += empty_repeats
    if spare:
        shown = ", ".join(f"'{column}'" for column in spare[:NAMED])
        more = f" and {len(spare) - NAMED} more" if len(spare) > NAMED else ""
        lines.append(f"{place}: columns that no rule names: {shown}{more}")
    return lines


def _where_header(view: TableView, spec: TableSource, wanted: Sequence[str]) -> str:
    """Where the header seems to stand, from the rows below the declared one."""
    several = len(spec.header_rows) > 1
    declared = " and ".join(map(str, spec.header_rows))
    rows = f"rows {declared} are" if several else f"row {declared} is"
    if view.raw.addressing == "records":
        return "is it the right file? See its columns with 'tecdata profile FILE'"
    names = {fold(part) for column in wanted for part in (column, *column.split(" / "))}
    best, most = 0, 1
    for row in view.cells.head(LOOKED_AT).iter_rows(named=True):
        cells = {fold(v) for v in row.values() if isinstance(v, str)}
        if len(cells & names) > most:
            best, most = row[ROW], len(cells & names)
    if best:
        return f"{most} of the names stand in row {best}, but header_rows in source.yaml says {declared}"
    if len(view.names) == 1 and view.raw.addressing == "lines":
        return (
            f"row {declared} has one cell only; compare delimiter and header_rows in source.yaml "
            "with 'tecdata profile FILE'"
        )
    return (
        f"{rows} no header of this table; compare header_rows in source.yaml with "
        "'tecdata profile FILE'"
    )


def _place(view: TableView) -> str:
    sheet = f", sheet '{view.raw.sheet}'" if view.raw.sheet else ""
    return f"{view.raw.file}{sheet}"


def _empty_repeats(block: Block, view: TableView, place: str) -> list[str]:
    if not block.repeat:
        return []
    found = {p for group in numbered_columns(block.repeat, view.names).values() for p in group}
    return [
        f"{_place(view)}: no column fits '{pattern}' (repeat of {place})"
        for pseudo, pattern in repeat_names(block.repeat).items()
        if pseudo not in found
    ]


def report_gaps(mapping: CentreMapping, views: Mapping[str, TableView], reporter: Reporter) -> None:
    """Report columns that a repetition lacks though its other columns are there."""
    for code, domain in sorted(mapping.domains.items()):
        for block in domain.blocks:
            if block.repeat is None:
                continue
            view = views[block.from_]
            patterns = repeat_names(block.repeat)
            for number, group in numbered_columns(block.repeat, view.names).items():
                for pseudo in sorted(patterns.keys() - group.keys()):
                    column = patterns[pseudo].replace("{n}", str(number))
                    beside = group[min(group)]
                    reporter.add(
                        "mapping.repeat_gap", view, None, "", text=column, value=column,
                        domain=code, beside=beside,
                    )  # fmt: skip
