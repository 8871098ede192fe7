"""Numbers in whole millionths: sums and comparisons are exact at every bin edge.

Binary floats put 26 of the 0.1-steps of a visual analogue scale on the wrong side of a bin: (6.4 - 3.9) / 10 is
a little more than a quarter there. Here 6.4 is the whole number 6 400 000.
"""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "BOUND",
    "UNIT",
    "Bools",
    "Range",
    "Whole",
    "exact",
    "fixed",
    "plain",
    "whole",
]

Whole: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]

#: Steps of 1: values are kept in millionths.
UNIT = 10**6
#: Beyond every value (values stay below 10^8): an unknown value lies between -BOUND and BOUND. The difference
#: of two, times 100 and a denominator of up to 100, still fits 63 bits.
BOUND = 2 * 10**14

_LARGEST = 10**8


def fixed(value: Fraction | int | str) -> int:
    """A number of a spec in millionths.

    Raises ``ValueError`` where it has more than six decimals: a threshold is never rounded.

    >>> fixed("2.5")
    2500000
    """
    scaled = Fraction(value) * UNIT
    if scaled.denominator != 1:
        raise ValueError(f"{value} has more than six decimals")
    return int(scaled)


def whole(values: Iterable[float | None] | NDArray[np.float64]) -> tuple[Whole, Bools]:
    """Measured values in millionths, and where there is one.

    A float stands for the shortest decimal that gives it, so 0.1 is one tenth. What lies beyond six
    decimals (an exact conversion such as 1/60) is rounded.
    Raises ``ValueError`` for a value of 10^8 or more.

    >>> whole([6.4, None])[0].tolist()
    [6400000, 0]
    """
    if isinstance(values, np.ndarray):
        found = values.astype(np.float64)
    else:
        found = np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    known = np.isfinite(found)
    if not known.all():
        found = np.where(known, found, 0.0)
    if found.size and float(np.abs(found).max()) >= _LARGEST:
        raise ValueError(f"a value of {float(np.abs(found).max()):g} is beyond what is scored")
    return np.rint(found * UNIT).astype(np.int64), known


def exact(value: int) -> Fraction:
    """Millionths as the number they are."""
    return Fraction(value, UNIT)


def plain(value: int | Fraction) -> str:
    """A number as a person writes it, at most six decimals: ``12.5``, ``-3``.

    >>> plain(fixed("12.50"))
    '12.5'
    """
    scaled = round(value * UNIT) if isinstance(value, Fraction) else value
    sign, digits = ("-" if scaled < 0 else ""), abs(scaled)
    rest = f"{digits % UNIT:06}".rstrip("0")
    return f"{sign}{digits // UNIT}{'.' + rest if rest else ''}"


@dataclasses.dataclass(frozen=True, slots=True)
class Range:
    """Values that lie between ``low`` and ``high`` (millionths); known where the two are equal."""

    low: Whole
    high: Whole

    @classmethod
    def of(cls, values: Whole, known: Bools) -> Range:
        """Known values, and the widest range where there is none."""
        if known.all():
            return cls(values, values)
        return cls(np.where(known, values, -BOUND), np.where(known, values, BOUND))

    @classmethod
    def unknown(cls, size: int) -> Range:
        """Nothing is known."""
        return cls(np.full(size, -BOUND), np.full(size, BOUND))

    @property
    def known(self) -> Bools:
        """Where the value is known."""
        return np.equal(self.low, self.high)

    def take(self, rows: NDArray[np.int64]) -> Range:
        """The ranges of some rows."""
        low = self.low[rows]
        return Range(low, low if self.high is self.low else self.high[rows])

    def __len__(self) -> int:
        """The number of values."""
        return len(self.low)
