"""How much of a delivery is there: rows, and the subjects of the last one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from tecdata.finding import Finding
from tecdata.validate.drift_place import table_fields

if TYPE_CHECKING:
    from tecdata.table import RawTable

__all__ = ["amount_drift"]

#: A table that has lost so many rows and this share of them, or gained so many and doubled.
_FEWER_ROWS, _FEWER_SHARE = 3, 0.1
_MORE_ROWS, _MORE_TIMES = 50, 2.0
#: Subjects named in one finding.
_NAMED: Final = 20


def amount_drift(
    tables: Mapping[str, RawTable],
    now: Mapping[str, Any],
    old: Mapping[str, Any],
    centre: str,
) -> Iterator[Finding]:
    """Rows lost or doubled, and subjects that are gone, in the tables of both deliveries."""
    shared = [name for name in tables if name in old]
    for name in shared:
        yield from _rows(tables[name], int(old[name]["rows"]), int(now[name]["rows"]))
    present = {subject for name in shared for subject in now[name]["subjects"]}
    before = {subject for name in shared for subject in old[name]["subjects"]}
    gone = before - present
    for subject in sorted(gone, key=_by_number):
        where = [name for name in shared if subject in old[name]["subjects"]]
        table = tables[where[0]]
        yield Finding.of(
            "file.subject_vanished",
            **table_fields(table),
            value=subject,
            tables=", ".join(where),
            record=f"subject {subject}",
        )
    for name in shared:
        lost = sorted(
            set(old[name]["subjects"]) - set(now[name]["subjects"]) - gone, key=_by_number
        )
        if lost:
            more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
            yield Finding.of(
                "file.records_vanished",
                **table_fields(tables[name]),
                value=", ".join(lost[:_NAMED]) + more,
                count=len(lost),
            )


def _by_number(subject: str) -> tuple[int, str]:
    """Order of subject numbers: as numbers where they are some."""
    return (int(subject) if subject.isdecimal() else 0, subject)


def _rows(table: RawTable, before: int, now: int) -> Iterator[Finding]:
    """A table with far fewer or far more rows than before."""
    fewer = before - now >= _FEWER_ROWS and before - now > before * _FEWER_SHARE
    more = now - before >= _MORE_ROWS and now >= before * _MORE_TIMES
    if fewer or more:
        yield Finding.of(
            "file.rows_changed", **table_fields(table), value=str(now), before=str(before)
        )
