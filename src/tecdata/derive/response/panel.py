"""Visits of all subjects side by side: one row a subject and day, one course a measure."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from tecdata.derive.response.amounts import Bools, Range, Whole

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CARRIED", "DERIVED", "MEASURED", "MISSING", "NEAR", "Course", "Panel", "Reference"]

#: How a visit came by its value: not at all, measured that day, on a day near by, carried forward from
#: an earlier visit, computed from other values.
MISSING, MEASURED, NEAR, CARRIED, DERIVED = range(5)

Rows = NDArray[np.int64]


@dataclasses.dataclass(frozen=True, slots=True)
class Reference:
    """What a change is counted from, by row, and the record it stands in (-1: none)."""

    value: Range
    source: Rows


@dataclasses.dataclass(frozen=True, slots=True)
class Course:
    """One measure over all rows of a panel.

    ``now`` is the value a row uses and ``how`` it came by it; ``base`` the subject's baseline; ``span`` the range
    of the scale (millionths, 0 where unknown). ``source`` and ``base_source`` number the records.
    """

    higher_is_better: bool
    now: Range
    how: NDArray[np.int8]
    base: Range
    span: Whole
    source: Rows
    base_source: Rows

    @classmethod
    def of(
        cls,
        now: Range,
        base: Range,
        *,
        higher_is_better: bool,
        span: int | Whole = 0,
    ) -> Course:
        """A course of measured values that stand in no record."""
        none = np.full(len(now), -1)
        how = np.where(now.known, MEASURED, MISSING).astype(np.int8)
        spans = np.full(len(now), span, np.int64) if isinstance(span, int) else span
        return cls(higher_is_better, now, how, base, spans, none, none)


@dataclasses.dataclass(frozen=True, slots=True)
class Panel:
    """Rows sorted by subject and day, and the courses on them.

    ``subject`` numbers the subjects (0, 1, ...), ``day`` counts from the first dose (day 0); rows lie after
    baseline.
    """

    subject: Rows
    day: Rows
    courses: Mapping[str, Course]
    _kept: dict[tuple[str, str], Reference] = dataclasses.field(
        default_factory=dict, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Refuses rows out of order."""
        later = np.diff(self.subject) * 10**6 + np.diff(self.day)
        if (later <= 0).any():
            raise ValueError("rows must be sorted by subject and day, each pair once")

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.subject)

    def rows_of(self, number: int) -> Rows:
        """The rows of one subject by its number."""
        first, end = np.searchsorted(self.subject, [number, number + 1])
        return np.arange(first, end)

    def having(self, more: Mapping[str, Course]) -> Panel:
        """The same rows with further courses."""
        return Panel(self.subject, self.day, {**self.courses, **more})

    def reference(self, measure: str, since: Literal["baseline", "best", "previous"]) -> Reference:
        """What a change of a measure is counted from.

        ``best`` is the best value of baseline and of all earlier visits that measured it, ``previous`` the
        last of them. Values near by or carried forward are somebody's measurement already: they do not count again.
        """
        found = self._kept.get((measure, since))
        if found is None:
            course = self.courses[measure]
            if since == "baseline":
                found = Reference(course.base, course.base_source)
            else:
                found = self._running(course, best=since == "best")
            self._kept[measure, since] = found
        return found

    def _running(self, course: Course, *, best: bool) -> Reference:
        """By row the best or the last value of all rows before it, and the record it stands in."""
        low, high = course.base.low.copy(), course.base.high.copy()
        source = course.base_source.copy()
        counts = ((course.how == MEASURED) | (course.how == DERIVED)) & course.now.known
        for rows in self._by_rank():
            before = rows - 1
            take = counts[before]
            if best:
                value, known = course.now.low[before], low[before] == high[before]
                better = value > low[before] if course.higher_is_better else value < low[before]
                take &= ~known | better
            low[rows] = np.where(take, course.now.low[before], low[before])
            high[rows] = np.where(take, course.now.high[before], high[before])
            source[rows] = np.where(take, course.source[before], source[before])
        return Reference(Range(low, high), source)

    def _by_rank(self) -> list[Rows]:
        """The second rows of all subjects, then the third ones, and so on."""
        rank = self.rank()
        order = np.argsort(rank, kind="stable")
        ends = np.cumsum(np.bincount(rank))
        return np.split(order, ends[:-1])[1:]

    def rank(self) -> Rows:
        """The number of a row within its subject, from 0."""
        index = np.arange(len(self.subject))
        first = np.ones(len(index), dtype=np.bool_)
        first[1:] = self.subject[1:] != self.subject[:-1]
        return index - np.maximum.accumulate(np.where(first, index, 0))

    def measured(self, measures: tuple[str, ...]) -> Bools:
        """Where any of the measures was taken that very day."""
        taken = np.zeros(len(self), dtype=np.bool_)
        for name in measures:
            taken |= self.courses[name].how == MEASURED
        return taken
