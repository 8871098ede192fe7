"""Concentrations at given times, read from the steps as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tecdata.derive.exposure.series import SCALE, combine, value_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tecdata.derive.exposure.taylor import Segment

    Array = NDArray[np.float64]

__all__ = ["Profile"]


class Profile:
    """``values`` (mg/L), shape (t, n), at the times of a grid (days since the first dose, shape (t, 1) or (t, n))."""

    def __init__(self, grid: Array, size: int) -> None:
        """Concentrations on a grid of days (rows) of ``size`` subjects, 0 so far."""
        self.grid = grid
        self.values = np.zeros((len(grid), size))
        self.until = grid.max(axis=0) if len(grid) else np.zeros(1)

    def take(self, segment: Segment) -> None:
        """Read the times from the start of a step to before its end."""
        if self.grid.shape[1] == len(segment.start) == 1:
            self._common(segment)
        elif len(self.grid):
            self._own(segment)

    def _common(self, segment: Segment) -> None:
        """A segment whose times all subjects share: one product of matrices."""
        start, end = segment.start[0], segment.end[0]
        first, last = np.searchsorted(self.grid[:, 0], [start, end])
        if first < last:
            places = (self.grid[first:last, 0] - start) / segment.length[0]
            rows = value_rows(places, segment.shift)
            if len(rows) == 1:
                # A matrix of one row would be another product, perhaps of other bytes.
                rows = np.vstack([rows, rows])
                self.values[first] = combine(rows, segment.series)[0]
            else:
                combine(rows, segment.series, self.values[first:last])

    def _own(self, segment: Segment) -> None:
        """A segment whose times differ by subject: every point by its own series."""
        inside = (self.grid >= segment.start) & (self.grid < segment.end)
        row, subject = np.nonzero(np.broadcast_to(inside, self.values.shape))
        if not len(row):
            return
        time = self.grid[row, subject if self.grid.shape[1] > 1 else 0]
        one = len(segment.start) == 1
        start, length = (part if one else part[subject] for part in (segment.start, segment.length))
        place = (time - start) / length
        value = np.zeros(len(place))
        for coefficient, scale in zip(segment.series[::-1], SCALE[::-1], strict=True):
            value *= place
            value += coefficient[subject] * scale
        self.values[row, subject] = value * np.exp(-segment.shift * place)

    def complete(self, segment: Segment) -> bool:
        """Whether no time is left; a time at the very end of the step is read now."""
        if (segment.end < self.until).any():
            return False
        if not (segment.end == self.until).any():
            return True
        row, subject = np.nonzero(np.broadcast_to(self.grid == segment.end, self.values.shape))
        self.values[row, subject] = segment.last[subject]
        return True
