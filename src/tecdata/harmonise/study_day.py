"""Study days, by arithmetic on the year, month and day of ISO 8601 texts.

No date type is used, so that the same steps run on every engine, and a partial date can never
become a whole one by accident.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.engine import once_each

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["WHOLE_DATE", "study_day", "with_day_numbers"]

#: An ISO 8601 text whose date is whole, with or without a time.
WHOLE_DATE = r"^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:T.*)?$"


def with_day_numbers(frame: nw.DataFrame[Any], dates: Mapping[str, str]) -> nw.DataFrame[Any]:
    """Add day numbers (days since 1 March of the year 0, proleptic Gregorian calendar).

    Parameters
    ----------
    frame
        Any eager frame.
    dates
        New column -> column of ISO 8601 texts. The number is null unless the date is whole and
        exists; a time of day is ignored.

    Examples
    --------
    >>> import polars as pl
    >>> frame = nw.from_native(pl.DataFrame({"D": ["2024-03-01", "2024-02-29T10:00", "2024-02"]}))
    >>> first, leap, partial = with_day_numbers(frame, {"n": "D"})["n"]
    >>> first - leap, partial
    (1, None)
    """
    # All dates are stacked into one column, so that each step is taken once.
    texts = nw.concat([frame.select(nw.col(d).alias("_text")) for d in dates.values()])
    numbers = once_each(texts, ["_text"], _day_numbers)["_number"]
    size = len(frame)
    return frame.with_columns(
        numbers[i * size : (i + 1) * size].alias(name) for i, name in enumerate(dates)
    )


def _day_numbers(texts: nw.DataFrame[Any]) -> nw.DataFrame[Any]:
    """The column ``_number`` for a column ``_text``."""
    # Each step is a column of its own: a sub-expression used twice is still worked out once.
    texts = texts.with_columns(
        nw.col("_text").str.contains(WHOLE_DATE).fill_null(value=False).alias("_whole")
    )
    # The filler is parsed where the date is not whole; its number is thrown away below.
    texts = texts.with_columns(
        nw.when(nw.col("_whole"))
        .then(nw.col("_text"))
        .otherwise(nw.lit("2000-01-01"))
        .alias("_text")
    )
    texts = texts.select(
        nw.col("_whole"),
        *[
            nw.col("_text").str.slice(start, length).cast(nw.Int64).alias(part)
            for part, start, length in (("_y", 0, 4), ("_m", 5, 2), ("_d", 8, 2))
        ],
    )
    year, month = nw.col("_y"), nw.col("_m")
    texts = texts.with_columns(
        # Counted from March, so that the leap day is the last day of its year.
        (year - (month < 3).cast(nw.Int64)).alias("_y_march"),
        ((month + 9) % 12).alias("_m_march"),
        _month_length(year, month).alias("_length"),
    )
    exists = nw.col("_whole") & (nw.col("_d") <= nw.col("_length"))
    number = _number(nw.col("_y_march"), nw.col("_m_march"), nw.col("_d"))
    return texts.select(nw.when(exists).then(number).alias("_number"))


def _month_length(year: nw.Expr, month: nw.Expr) -> nw.Expr:
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    return (
        nw.when(month == 2).then(leap.cast(nw.Int64) + 28).otherwise((month + month // 8) % 2 + 30)
    )


def _number(year: nw.Expr, month: nw.Expr, day: nw.Expr) -> nw.Expr:
    days_of_years = year * 365 + year // 4 - year // 100 + year // 400
    return days_of_years + (month * 306 + 5) // 10 + day - 1


def study_day(day: nw.Expr, reference: nw.Expr) -> nw.Expr:
    """--DY of two day numbers: the reference day is 1, the day before it -1; there is no day 0.

    SDTMIG 3.4, section 4.4.4.
    """
    return nw.when(day >= reference).then(day - reference + 1).otherwise(day - reference)
