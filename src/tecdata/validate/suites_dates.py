"""Dates as SDTM writes them, whole or partial, compared only as far as they decide.

ISO 8601 texts sort like the dates they mean, so two of them are compared over the length of the
shorter: ``2025-03`` neither precedes nor follows ``2025-03-15``. Texts with gaps in between
(``2025---15``), ranges and time zones decide nothing here. All functions but :func:`cleaned` take
columns that have gone through it.
"""

from __future__ import annotations

from typing import Final

import polars as pl

__all__ = [
    "cleaned",
    "cut_alike",
    "day_of",
    "surely_after",
    "surely_before",
    "surely_different",
    "year_span",
]

#: Lengths of YYYY, YYYY-MM, YYYY-MM-DD, and with hours, minutes, seconds.
_LENGTHS: Final = [4, 7, 10, 13, 16, 19]


def cleaned(date: pl.Expr) -> pl.Expr:
    """A date without gaps as it is; null where there is none or it has gaps."""
    return pl.when(date.str.len_bytes().is_in(_LENGTHS) & (date >= "0")).then(date)


def surely_after(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Whether every moment the left one can mean comes after every one of the right.

    >>> frame = pl.DataFrame({"a": ["2025-03", "2025-04", "2025-03-02T10:00", None]})
    >>> frame.select(surely_after(pl.col("a"), pl.lit("2025-03-02"))).to_series().to_list()
    [False, True, False, None]
    """
    left, right = cut_alike(left, right)
    return left > right


def surely_before(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Whether every moment the left one can mean comes before every one of the right."""
    left, right = cut_alike(left, right)
    return left < right


def surely_different(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Whether the two can in no way mean the same moment."""
    left, right = cut_alike(left, right)
    return left != right


def cut_alike(left: pl.Expr, right: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Two dates over the length of the shorter."""
    # A text that is shorter than the head asked of it is taken whole.
    return left.str.head(right.str.len_bytes()), right.str.head(left.str.len_bytes())


def day_of(column: str) -> pl.Expr:
    """The calendar day (Date) of a date known to the day, else null."""
    return pl.col(column).str.head(10).str.to_date("%Y-%m-%d", strict=False)


def year_span(since: pl.Expr, at: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Fewest and most completed years between two dates that may be partial.

    >>> frame = pl.DataFrame({"b": ["1985", "1985-06-01", "1985-06-01"],
    ...                       "d": ["2025-10-21", "2025-05-31", "2025-06"]})
    >>> frame.select(*year_span(pl.col("b"), pl.col("d"))).rows()
    [(39, 40), (39, 39), (39, 40)]
    """
    first, last = (d.str.head(4).cast(pl.Int32, strict=False) for d in (since, at))
    known = pl.min_horizontal(since.str.len_bytes(), at.str.len_bytes(), pl.lit(10))
    of_at, of_since = at.str.slice(4, known - 4), since.str.slice(4, known - 4)
    reached = pl.when(of_at > of_since).then(1).when(of_at < of_since).then(0)
    sure = reached.otherwise(pl.when(known >= 10).then(1))
    least = last - first - 1
    return (least + sure.fill_null(0)).alias("low"), (least + sure.fill_null(1)).alias("high")
