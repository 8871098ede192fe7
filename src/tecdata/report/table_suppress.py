"""Small cells: counts below k are withheld, and as many more as keep them from being worked out."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Sequence

from tecdata.report.ard import NO_RECORDS, Cell

__all__ = ["statement", "suppress_small"]

_COUNTS = ("n", "events", "n_patients", "n_events")
#: Columns that follow from another column's number.
_DEPENDENT = {"pct": "n_patients", "rate": "n_events", "lower": "n_events", "upper": "n_events"}


def statement(k: int) -> str:
    """What a table with withheld counts says below."""
    return (
        f"Counts of 1 to {k - 1} are withheld (<{k}), and further counts of the same group (-) where they would "
        "otherwise follow from totals. Listings by subject are left out."
    )


def suppress_small(cells: Sequence[Cell], k: int) -> list[Cell]:
    """Cells with counts of 1 to ``k - 1`` withheld, and complementary ones.

    Within a section and column, where exactly one count is withheld, the smallest other count above 0 is withheld too; what follows
    from a withheld count (percent, rate, median of few values) is withheld with it. Withheld cells keep neither numbers
    nor records.

    >>> base = dict(table="t", section="s", column="n_events")
    >>> cells = [Cell(row=r, label=r, text=str(v), statistics={"events": v}, **base) for r, v in
    ...     (("total", 20), ("a", 2), ("b", 8), ("c", 10), ("d", 0))]
    >>> [cell.text for cell in suppress_small(cells, 5)]
    ['20', '<5', '-', '10', '0']
    """
    marks: dict[tuple[str, str], str] = {}
    groups: dict[tuple[str, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.column in _DEPENDENT:
            continue
        count = _count(cell)
        if count is None:
            continue
        groups[cell.section, cell.column].append(cell)
        if 0 < count < k:
            marks[cell.row, cell.column] = f"<{k}"
    for group in groups.values():
        _complement(group, marks)
    return [_withheld(cell, marks) for cell in cells]


def _count(cell: Cell) -> float | None:
    """The smallest count above 0 that a cell shows."""
    shown = [v for n, v in cell.statistics.items() if n in _COUNTS and v is not None]
    above = [v for v in shown if v > 0]
    return min(above) if above else (0.0 if shown else None)


def _complement(group: Sequence[Cell], marks: dict[tuple[str, str], str]) -> None:
    hidden = [c for c in group if (c.row, c.column) in marks]
    if len(hidden) != 1 or len(group) == 1:
        return
    others = [c for c in group if (c.row, c.column) not in marks and (_count(c) or 0) > 0]
    if others:
        smallest = min(others, key=lambda c: _count(c) or 0)
        marks[smallest.row, smallest.column] = "-"


def _withheld(cell: Cell, marks: dict[tuple[str, str], str]) -> Cell:
    mark = marks.get((cell.row, _DEPENDENT.get(cell.column, cell.column)))
    if mark is None:
        # A shown number must not name the records of a withheld one.
        rows = {row for row, _ in marks}
        return dataclasses.replace(cell, records=NO_RECORDS) if cell.row in rows else cell
    text = "" if cell.column in _DEPENDENT else mark
    return dataclasses.replace(
        cell, text=text, statistics=dict.fromkeys(cell.statistics), records=NO_RECORDS
    )
