"""How columns have come to hold something else: units, decimal signs, dates, meanings of codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from tecdata.finding import Finding
from tecdata.table import ROW
from tecdata.validate.drift_place import column_fields
from tecdata.validate.drift_shapes import same_unit, unit_column

if TYPE_CHECKING:
    from tecdata.spec.source import SourceSpec
    from tecdata.table import RawTable

__all__ = ["content_drift"]

_SIGNS: Final = {"comma": "comma (4,5)", "point": "point (4.5)"}
Shape = Mapping[str, Any]


def content_drift(
    table: RawTable, now: Shape, old: Shape, source: SourceSpec, renamed: Mapping[str, str]
) -> Iterator[Finding]:
    """What differs in the columns that a table has in both deliveries.

    ``renamed`` gives the earlier name of columns that have most likely changed theirs.
    """
    past = {shape["name"]: shape for shape in old["columns"]}
    for shape in now["columns"]:
        before = past.get(renamed.get(shape["name"], shape["name"]))
        if before is None:
            continue
        yield from _header_unit(table, before, shape)
        yield from _decimal(table, before, shape)
        yield from _dates(table, before, shape, source)
        yield from _codes(table, before, shape)
    yield from _units_of_tests(table, old["units"], now["units"])


def _header_unit(table: RawTable, before: Shape, now: Shape) -> Iterator[Finding]:
    """A unit in a header that is another than before."""
    if before["unit"] and now["unit"] and not same_unit(before["unit"], now["unit"]):
        fields = column_fields(table, now["name"])
        yield Finding.of(
            "file.unit_changed",
            **{**fields, "cell": f"column {fields['cell']}", "what": f"'{now['name']}'"},
            before=f"'{before['unit']}'",
            value=now["unit"],
        )


def _units_of_tests(
    table: RawTable, before: Mapping[str, list[str]], now: Mapping[str, list[str]]
) -> Iterator[Finding]:
    """Units beside the results: all of a test changed, or one came that it never had."""
    tests, column = unit_column(table)
    for test, units in now.items():
        known = before.get(test)
        if not known:
            continue
        strange = [u for u in units if not any(same_unit(u, k) for k in known)]
        for unit in strange:
            wholly = len(strange) == len(units)
            rows = table.frame.filter(
                (table.frame.get_column(tests).str.strip_chars() == test)
                & (table.frame.get_column(column).str.strip_chars() == unit)
            ).get_column(ROW)
            yield Finding.of(
                "file.unit_changed" if wholly else "file.unit_new",
                **{
                    **column_fields(table, column),
                    "cell": table.address(int(rows[0]), column),
                    "what": f"test '{test}'",
                },
                before=" or ".join(f"'{k}'" for k in known),
                value=unit,
                count=len(rows),
            )


def _decimal(table: RawTable, before: Shape, now: Shape) -> Iterator[Finding]:
    """A column that writes its decimals with another sign than before."""
    old, new = _main_sign(before["decimal"]), _main_sign(now["decimal"])
    if old and new and old != new:
        yield Finding.of(
            "file.decimal_changed",
            **column_fields(table, now["name"]),
            before=_SIGNS[old],
            value=_SIGNS[new],
        )


def _main_sign(counts: Mapping[str, int]) -> str:
    """The sign of nine in ten texts; "" where the column has both or none."""
    total = sum(counts.values())
    return next((sign for sign, n in counts.items() if n * 10 >= total * 9), "")


def _dates(table: RawTable, before: Shape, now: Shape, source: SourceSpec) -> Iterator[Finding]:
    """A column with dates in a notation that it did not have and source.yaml does not declare."""
    if not before["dates"]:
        return
    spec = source.tables[table.name]
    reading = spec.reading.over(source.reading)
    own = spec.columns.get(now["name"])
    declared = set((own.over(reading) if own else reading).dates or ())
    days = {pattern.partition(" ")[0] for pattern in declared} | {"yyyy-mm-dd"}
    strange = [p for p in now["dates"] if p not in before["dates"] and p not in days]
    if strange:
        yield Finding.of(
            "file.date_notation_changed",
            **column_fields(table, now["name"]),
            before=" or ".join(before["dates"]),
            value=" and ".join(strange),
        )


def _codes(table: RawTable, before: Shape, now: Shape) -> Iterator[Finding]:
    """Codes whose labels mean something else than before."""
    for code, label in now["labels"].items():
        old = before["labels"].get(code, label)
        if old.strip().casefold() != label.strip().casefold():
            yield Finding.of(
                "file.codes_changed",
                **column_fields(table, now["name"]),
                value=code,
                before=old,
                now=label,
            )
