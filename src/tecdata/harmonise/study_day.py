"""Study days, by arithmetic on the year, month and day of ISO 8601 texts.

No date type is used, so that the same expression runs on every engine, and a partial date can
never become a whole one by accident.
"""

from __future__ import annotations

import narwhals as nw

__all__ = ["day_number", "study_day"]


def day_number(date: nw.Expr) -> nw.Expr:
    """Days since 0000-03-01 of an ISO 8601 text; null unless its date is whole and exists.

    The proleptic Gregorian calendar; a time of day after ``T`` is ignored.

    Examples
    --------
    >>> import polars as pl
    >>> frame = nw.from_native(pl.DataFrame({"D": ["2024-03-01", "2024-02-29T10:00", "2024-02"]}))
    >>> first, leap, partial = frame.select(day_number(nw.col("D")))["D"]
    >>> first - leap, partial
    (1, None)
    """
    whole = date.str.contains(r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(T.*)?$").fill_null(
        value=False
    )
    # The filler is parsed where the text is not a whole date; its number is thrown away below.
    text = nw.when(whole).then(date).otherwise(nw.lit("2000-01-01"))
    year = text.str.slice(0, 4).cast(nw.Int64)
    month = text.str.slice(5, 2).cast(nw.Int64)
    day = text.str.slice(8, 2).cast(nw.Int64)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    february = (month == 2) & (day > 28) & ~(leap & (day == 29))
    thirty = (day == 31) & month.is_in([4, 6, 9, 11])
    # The year is counted from March, so that the leap day is its last day.
    shifted = (month + 9) % 12
    years = year - shifted // 10
    number = (
        365 * years + years // 4 - years // 100 + years // 400 + (shifted * 306 + 5) // 10 + day - 1
    )
    return nw.when(whole & ~february & ~thirty).then(number)


def study_day(day: nw.Expr, reference: nw.Expr) -> nw.Expr:
    """--DY of two day numbers: the reference day is 1, the day before it -1; there is no day 0.

    SDTMIG 3.4, section 4.4.4.
    """
    return (
        nw.when(day >= reference)
        .then(day - reference + 1)
        .when(day < reference)
        .then(day - reference)
    )
