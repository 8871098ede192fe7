"""The series of a step and what is read from it.

Within a step the concentration is ``exp(-shift · u) · (series[0] + series[1] · u + … + series[k] · u**k / k!)`` with u from
0 to 1. The exponential takes away the middle of the rates at work, so that the same number of terms reaches twice as
far. Values, slopes and areas at places common to all subjects are products of a small matrix with the series.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = [
    "ORDER",
    "PASCAL",
    "SCALE",
    "area_row",
    "combine",
    "fading_weights",
    "slope_rows",
    "value_rows",
]

#: Highest power of the series.
ORDER: Final = 18
_POWERS: Final = np.arange(ORDER + 1)
#: 1/j!, by which the terms of a series are multiplied.
SCALE: Final = np.cumprod(np.concatenate([[1.0], 1.0 / np.arange(1.0, ORDER + 1)]))
#: How often the terms of one series meet those of another.
PASCAL: Final = np.array(
    [[math.comb(j, i) for i in range(ORDER)] for j in range(ORDER)], dtype=float
)
#: Largest product of sizes that BLAS takes on one thread: the caller's threads are the only ones.
_PRODUCT: Final = 250_000
#: What may be left out of the clearance that fades, as a share of it.
_LEFT_OUT: Final = 1e-9
_MOST_WEIGHTS: Final = 16
#: Terms beyond the last whose share of an area still counts.
_BEYOND: Final = 40
#: 1/(j + 1)! from the farthest j down to 0.
_LATER: Final = [1 / math.factorial(j + 1) for j in range(ORDER + _BEYOND, -1, -1)]
#: The derivatives at 0 of a polynomial about 1/2, by its coefficients (each without its power of the exponent).
_ABOUT_MIDDLE: Final = np.array(
    [
        [(-0.5) ** (k - i) / math.factorial(k - i) if k >= i else 0.0 for k in range(_MOST_WEIGHTS)]
        for i in range(_MOST_WEIGHTS)
    ]
)


def value_rows(places: Array, shift: float) -> Array:
    """Rows that give the concentration at places (shares of the step), shape (len(places), ORDER + 1)."""
    rows: Array = np.exp(-shift * places)[:, None] * places[:, None] ** _POWERS * SCALE
    return rows


def slope_rows(places: Array, shift: float) -> Array:
    """Rows that give the slope by u at places, shape (len(places), ORDER + 1)."""
    rows = -shift * value_rows(places, shift)
    rows[:, 1:] += np.exp(-shift * places)[:, None] * (places[:, None] ** _POWERS[:-1] * SCALE[:-1])
    return rows


def area_row(shift: float) -> Array:
    """The row that gives the area over the whole step as a share of its length, shape (ORDER + 1,)."""
    end, area = math.exp(-shift), 0.0
    row = []
    # Backwards from where nothing is left: the other way round rounding errors would grow.
    for j, scale in enumerate(_LATER):
        area = shift * area + end * scale
        if j >= _BEYOND:
            row.append(area)
    return np.array(row[::-1])


def combine(rows: Array, series: Array, out: Array | None = None) -> Array:
    """``rows @ series``, in pieces small enough to be computed on one thread and from the cache."""
    size = series.shape[1]
    made = np.empty((len(rows), size)) if out is None else out
    wide = max(_PRODUCT // (len(rows) * series.shape[0]), 16)
    for start in range(0, size, wide):
        part = slice(start, start + wide)
        np.matmul(rows, series[:, part], out=made[:, part])
    return made


def fading_weights(exponent: Array) -> Array:
    """``weights`` with exp(-exponent · u) = Σ weights[i] · u**i / i! for u from 0 to 1, shape (terms, len(exponent)).

    A Taylor series about the middle of the step, as many terms as the largest exponent needs.
    """
    half = float(exponent.max()) / 2
    terms, left = 1, 1.0
    while left > _LEFT_OUT and terms < _MOST_WEIGHTS:
        left *= half / terms
        terms += 1
    middle = np.exp(-exponent / 2)
    powers = (-exponent) ** np.arange(terms)[:, None]
    weights: Array = (_ABOUT_MIDDLE[:terms, :terms, None] * powers).sum(axis=1) * middle
    return weights
