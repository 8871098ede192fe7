"""From two joined datasets to changes: records added and removed, values changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

import polars as pl

from tecdata.report.diff_keys import IDENTITY

__all__ = ["SIDE", "Change", "changes_of"]

#: Prefix of the columns of the comparison itself.
SIDE: Final = "_tecdata_"

_Row = Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One record that differs, or one value of it.

    ``key`` names the record by its natural keys. ``variable``, ``old`` and ``new`` are empty for
    whole records. The cells are ``file, sheet, cell`` of the source, empty where a record has none.
    """

    dataset: str
    kind: Literal["added", "removed", "changed"]
    usubjid: str
    key: str
    variable: str = ""
    old: str = ""
    new: str = ""
    old_cell: str = ""
    new_cell: str = ""


def changes_of(
    name: str, joined: pl.DataFrame, compared: Sequence[str], keys: Sequence[str]
) -> list[Change]:
    """Everything that differs between the two sides of a full join, in order of the records.

    Each variable is there twice (``old:LBORRES``, ``new:LBORRES``), as text. A record that went
    and one that came are one changed record if they are of one subject, come from the same cell
    and differ in a single key: a date that was corrected, for instance.
    """
    gone = joined.filter(pl.col("new:there").is_null()).rows(named=True)
    come = joined.filter(pl.col("old:there").is_null()).rows(named=True)
    both = joined.filter(pl.col("old:there") & pl.col("new:there"))
    pairs = _pairs(gone, come, keys)
    paired = {id(row) for pair in pairs for row in pair}
    values = {f"{name}{suffix}" for suffix in ("ORRES", "TERM", "TRT", "STRESC", "STRESN")}
    values.add("QVAL")
    changes = [*_values(name, both, compared, values)]
    for old, new in pairs:
        row = {**{k: v for k, v in old.items() if not k.startswith("new:")}}
        row |= {k: v for k, v in new.items() if k.startswith("new:")}
        differing = [v for v in compared if row[f"old:{v}"] != row[f"new:{v}"]]
        changes += [_changed(name, row, v, values) for v in differing]
    changes += [_whole(name, "removed", row) for row in gone if id(row) not in paired]
    changes += [_whole(name, "added", row) for row in come if id(row) not in paired]
    return sorted(changes, key=lambda c: (c.usubjid, c.key, c.variable, c.kind))


def _whole(name: str, kind: Literal["added", "removed"], row: _Row) -> Change:
    """A record that is on one side only."""
    side = "new" if kind == "added" else "old"
    cell = _cell(row, side, value=True)
    return Change(
        dataset=name,
        kind=kind,
        usubjid=row["USUBJID"],
        key=row[IDENTITY],
        old_cell=cell if side == "old" else "",
        new_cell=cell if side == "new" else "",
    )


def _values(
    name: str, both: pl.DataFrame, compared: Sequence[str], values: set[str]
) -> Iterator[Change]:
    """The values that differ in records of both sides."""
    for variable in compared:
        differs = pl.col(f"old:{variable}").ne_missing(pl.col(f"new:{variable}"))
        for row in both.filter(differs).iter_rows(named=True):
            yield _changed(name, row, variable, values)


def _changed(name: str, row: _Row, variable: str, values: set[str]) -> Change:
    """A value that differs, with both cells."""
    return Change(
        dataset=name,
        kind="changed",
        usubjid=row["USUBJID"],
        key=row[IDENTITY],
        variable=variable,
        old=row[f"old:{variable}"] or "",
        new=row[f"new:{variable}"] or "",
        old_cell=_cell(row, "old", value=variable in values),
        new_cell=_cell(row, "new", value=variable in values),
    )


def _pairs(
    gone: Sequence[_Row], come: Sequence[_Row], keys: Sequence[str]
) -> list[tuple[_Row, _Row]]:
    """Records from the same cell that differ in one key at most, where each side has only one."""

    def by_place(rows: Sequence[_Row], side: str) -> dict[Any, _Row]:
        places: dict[Any, list[_Row]] = {}
        for row in rows:
            if row[f"{side}:{SIDE}row"] is not None:
                place = (row["USUBJID"], _cell(row, side, value=True), row.get(f"{side}:QNAM"))
                places.setdefault(place, []).append(row)
        return {place: found[0] for place, found in places.items() if len(found) == 1}

    old, new = by_place(gone, "old"), by_place(come, "new")
    return [
        (row, new[place])
        for place, row in old.items()
        if place in new and sum(row[f"old:{k}"] != new[place][f"new:{k}"] for k in keys) <= 1
    ]


def _cell(row: _Row, side: str, *, value: bool) -> str:
    """The cell of a record's value, or its row where another variable is meant."""
    file = row[f"{side}:{SIDE}file"] or ""
    cell, number = row[f"{side}:{SIDE}cell"] or "", row[f"{side}:{SIDE}row"]
    place = cell if value and cell else f"row {number}" if number is not None else ""
    return ", ".join(part for part in (file, place) if part)
