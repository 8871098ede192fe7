"""Small cells: counts below k are withheld, and as many more as keep them from being worked out."""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from tecdata.report.ard import NO_RECORDS, Cell

__all__ = ["statement", "suppress_small"]

#: Counts, and the total that each is part of.
_COUNTS: Final = {"n": "N", "events": "of", "n_patients": "N", "n_events": "", "split": "n"}
#: Columns that follow from another column's number.
_DEPENDENT: Final = {
    "pct": "n_patients",
    "rate": "n_events",
    "lower": "n_events",
    "upper": "n_events",
    "median_yes": "split",
    "median_no": "split",
}
#: Statistics of cells that no total is the sum of.
_NOT_ADDED: Final = ("median", "incidence", "split")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_BRACKET = re.compile(r" \([^()]*\)")
_RANGE = re.compile(r"-?[\d.]+[-–]-?[\d.]+")


def statement(k: int) -> str:
    """What a table with withheld counts says below."""
    return (
        f"Counts of 1 to {k - 1} are withheld (<{k}), and further numbers (-) where they would otherwise follow from totals or "
        "rest on so few. Smallest and largest values are left out: they are those of single subjects."
    )


def suppress_small(cells: Sequence[Cell], k: int) -> list[Cell]:
    """Cells with counts of 1 to ``k - 1`` withheld, and complementary ones.

    A count is withheld too where it leaves 1 to ``k - 1`` of its total. Within a section and column further counts, the
    smallest first, are withheld where the withheld ones would follow from a total; what follows from a withheld count (percent,
    rate, median of few values) is withheld with it, and so are smallest and largest values. Cells keep no records, withheld ones no numbers.

    >>> base = dict(table="t", section="s", column="n_events")
    >>> cells = [Cell(row=r, label=r, text=str(v), statistics={"events": v}, **base) for r, v in
    ...     (("total", 20), ("a", 2), ("b", 8), ("c", 10), ("d", 0))]
    >>> [cell.text for cell in suppress_small(cells, 5)]
    ['20', '<5', '-', '10', '0']
    """
    marks: dict[tuple[str, str], str] = {}
    groups: dict[tuple[str, str], list[Cell]] = defaultdict(list)
    totals = {(c.row, c.column): c.statistics.get(c.column) for c in cells}
    for cell in cells:
        count = _count(cell)
        if count is None or _dependent(cell):
            continue
        if 0 < count < k:
            # What stands first in the cell is the count, or something that was computed of so few.
            first = _NUMBER.match(cell.text)
            counted = first is not None and float(first[0]) == count
            marks[cell.row, cell.column] = f"<{k}" if counted else "-"
        elif any(0 < number < k for number in _told(cell, totals)):
            marks[cell.row, cell.column] = "-"
        if not any(name.startswith(_NOT_ADDED) for name in cell.statistics):
            groups[cell.section, cell.column].append(cell)
    for group in groups.values():
        _complement(group, marks, k)
    return [_withheld(cell, marks) for cell in cells]


def _dependent(cell: Cell) -> bool:
    """Whether a cell can be computed from others that are withheld."""
    return cell.column in _DEPENDENT


def _count(cell: Cell) -> float | None:
    """The smallest count above 0 that a cell shows."""
    if not any(character.isdigit() for character in cell.text):
        return None
    told = {n: v for n, v in cell.statistics.items() if v is not None}
    shown = [v for n, v in told.items() if n in _COUNTS or n.startswith("at_risk")]
    above = [v for v in shown if v > 0]
    return min(above) if above else (0.0 if shown else None)


def _told(cell: Cell, numbers: dict[tuple[str, str], float | None]) -> Iterator[float]:
    """Totals of a cell's counts, and what the counts leave of them."""
    for name, total_name in _COUNTS.items():
        count = cell.statistics.get(name)
        # The total of a column's number may be another column's.
        total = cell.statistics.get(total_name) or numbers.get((cell.row, total_name))
        if count is not None and total is not None:
            yield total
            yield total - count


def _complement(group: Sequence[Cell], marks: dict[tuple[str, str], str], k: int) -> None:
    """Withhold the smallest other counts until what is withheld does not follow from a total of the group.

    Whoever knows the sum of the withheld counts knows too that a count marked ``<k`` is 1 to k - 1 and another at least k:
    there has to be room above the lower bounds, and below the upper ones where all are marked ``<k``.
    """
    hidden = [c for c in group if (c.row, c.column) in marks]
    few = sum(marks[c.row, c.column] != "-" for c in hidden)
    shown = sorted(
        (c for c in group if (c.row, c.column) not in marks and (_count(c) or 0) > 0),
        key=lambda c: _count(c) or 0,
    )
    while hidden and shown and not _protected([_count(c) or 0 for c in hidden], few, k):
        smallest = shown.pop(0)
        marks[smallest.row, smallest.column] = "-"
        hidden.append(smallest)


def _protected(counts: Sequence[float], few: int, k: int) -> bool:
    """Whether withheld counts, ``few`` of them below k, cannot be worked out from their sum."""
    others = len(counts) - few
    room_above = sum(counts) > few + others * k
    room_below = others > 0 or sum(counts) < few * (k - 1)
    return len(counts) > 1 and room_above and room_below


def _withheld(cell: Cell, marks: dict[tuple[str, str], str]) -> Cell:
    """The cell without what must not be shown."""
    cell = dataclasses.replace(cell, records=NO_RECORDS)
    if cell.statistics and not any(character.isdigit() for character in cell.text):
        # What the table does not print (n.a.) the result rows may not say either.
        return dataclasses.replace(cell, statistics=dict.fromkeys(cell.statistics))
    mark = marks.get((cell.row, _DEPENDENT.get(cell.column, cell.column)))
    if mark is None:
        return _without_extremes(cell)
    text = "" if _dependent(cell) else mark
    return dataclasses.replace(cell, text=text, statistics=dict.fromkeys(cell.statistics))


def _without_extremes(cell: Cell) -> Cell:
    """A median without its range."""
    if not {"min", "max"} <= cell.statistics.keys():
        return cell
    text = "-" if _RANGE.fullmatch(cell.text) else _BRACKET.sub("", cell.text)
    return dataclasses.replace(
        cell, text=text, statistics={**cell.statistics, "min": None, "max": None}
    )
