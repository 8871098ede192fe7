"""Columns that rules name and a table does not have, all at once and with the closest names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tecdata.errors import MappingError
from tecdata.mapping.plan import base_columns, joined_columns, numbered_columns, repeat_names
from tecdata.mapping.problems import nearest
from tecdata.spec import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tecdata.mapping.tables import TableView
    from tecdata.spec import CentreMapping
    from tecdata.spec.rules import Block

__all__ = ["prepare_columns"]


def prepare_columns(mapping: CentreMapping, views: Mapping[str, TableView]) -> None:
    """Load the columns that rules name, each table's at once.

    Raises :class:`MappingError` naming every column of every table that is not there.
    """
    wanted: dict[str, dict[str, str]] = {name: {} for name in views}
    empty_repeats: list[str] = []
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
            empty_repeats += _empty_repeats(block, views[block.from_], place)
    problems = [
        _missing(view, column, path)
        for name, view in views.items()
        for column, path in wanted[name].items()
        if column not in view.columns
    ]
    if problems or empty_repeats:
        raise MappingError(
            "columns that the mapping names are not in the delivery:\n  "
            + "\n  ".join(problems + empty_repeats)
            + "\nCorrect the names in the mapping, or ask the centre for the columns",
            place=mapping.source.centre,
        )
    for name, view in views.items():
        view.load(wanted[name])


def _missing(view: TableView, column: str, path: str) -> str:
    near = nearest(column, {fold(c): c for c in view.columns})
    sheet = f", sheet '{view.raw.sheet}'" if view.raw.sheet else ""
    return f"{view.raw.file}{sheet}: no column '{column}' ({path}){near}"


def _empty_repeats(block: Block, view: TableView, place: str) -> list[str]:
    if not block.repeat:
        return []
    found = {p for group in numbered_columns(block.repeat, view.names).values() for p in group}
    sheet = f", sheet '{view.raw.sheet}'" if view.raw.sheet else ""
    return [
        f"{view.raw.file}{sheet}: no column fits '{pattern}' (repeat of {place})"
        for pseudo, pattern in repeat_names(block.repeat).items()
        if pseudo not in found
    ]
