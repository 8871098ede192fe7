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

    Within a section and column further counts, the smallest first, are withheld where the withheld ones would follow from a
    total; what follows from a withheld count (percent, rate, median of few values) is withheld with it. Withheld cells keep neither numbers
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
        _complement(group, marks, k)
    return [_withheld(cell, marks) for cell in cells]


def _count(cell: Cell) -> float | None:
    """The smallest count above 0 that a cell shows."""
    if not any(character.isdigit() for character in cell.text):
        return None
    shown = [v for n, v in cell.statistics.items() if n in _COUNTS and v is not None]
    above = [v for v in shown if v > 0]
    return min(above) if above else (0.0 if shown else None)


def _complement(group: Sequence[Cell], marks: dict[tuple[str, str], str], k: int) -> None:
    """Withhold the smallest other counts until what is withheld does not follow from a total of the group.

    Whoever knows the sum of the withheld counts knows too that a count marked ``<k`` is 1 to k - 1 and another at least k:
    there has to be room above the lower bounds, and below the upper ones where all are marked ``<k``.
    """
    hidden = [c for c in group if (c.row, c.column) in marks]
    shown = sorted(
        (c for c in group if (c.row, c.column) not in marks and (_count(c) or 0) > 0),
        key=lambda c: _count(c) or 0,
    )
    few = len(hidden)
    while hidden and shown and not _protected([_count(c) or 0 for c in hidden], few, k):
        smallest = shown.pop(0)
        marks[smallest.row, smallest.column] = "-"
        hidden.append(smallest)


def _protected(counts: Sequence[float], few: int, k: int) -> bool:
    """Whether withheld counts, the first ``few`` of them below k, cannot be worked out from their sum."""
    others = len(counts) - few
    room_above = sum(counts) > few + others * k
    room_below = others > 0 or sum(counts) < few * (k - 1)
    return len(counts) > 1 and room_above and room_below


def _withheld(cell: Cell, marks: dict[tuple[str, str], str]) -> Cell:
    if cell.statistics and not any(character.isdigit() for character in cell.text):
        # What the table does not print (n.a.) the result rows may not say either.
        none = dict.fromkeys(cell.statistics)
        return dataclasses.replace(cell, statistics=none, records=NO_RECORDS)
    mark = marks.get((cell.row, _DEPENDENT.get(cell.column, cell.column)))
    if mark is None:
        # A shown number must not name the records of a withheld one.
        rows = {row for row, _ in marks}
        return dataclasses.replace(cell, records=NO_RECORDS) if cell.row in rows else cell
    text = "" if cell.column in _DEPENDENT else mark
    return dataclasses.replace(
        cell, text=text, statistics=dict.fromkeys(cell.statistics), records=NO_RECORDS
    )
