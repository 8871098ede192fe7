"""Dates of SDTM texts: whole ones as dates, partial ones imputed with a flag that says so."""

from __future__ import annotations

import polars as pl

__all__ = ["date_of", "imputed_date", "imputed_flag"]

_DAY = r"^\d{4}-\d{2}-\d{2}"
_MONTH = r"^\d{4}-\d{2}(?:$|--?$)"
_YEAR = r"^\d{4}(?:$|-{2,}$)"


def date_of(column: str | pl.Expr) -> pl.Expr:
    """The date of an ISO 8601 text whose date is whole; null where it is partial, empty or no date.

    >>> pl.select(date_of(pl.Series(["2024-02-29T10:30", "2024-02", "2023-02-29"]))).to_series().to_list()
    [datetime.date(2024, 2, 29), None, None]
    """
    text = _expression(column)
    return text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)


def imputed_date(column: str | pl.Expr, *, last: bool = False) -> pl.Expr:
    """The date of an ISO 8601 text, a partial one imputed: its first day, or with ``last`` its last.

    ADaMIG 1.3 section 3.1.3 and admiral's ``derive_vars_dt(highest_imputation = "M")``. Empty text stays null;
    :func:`imputed_flag` says what was imputed.

    >>> partial = pl.Series(["2024-02", "2023", "2024-05-06"])
    >>> pl.select(imputed_date(partial, last=True)).to_series().dt.to_string().to_list()
    ['2024-02-29', '2023-12-31', '2024-05-06']
    """
    text = _expression(column)
    month = (text.str.slice(0, 7) + "-01").str.to_date("%Y-%m-%d", strict=False)
    year = (text.str.slice(0, 4) + ("-12-01" if last else "-01-01")).str.to_date(
        "%Y-%m-%d", strict=False
    )
    partial = (
        pl.when(text.str.contains(_MONTH)).then(month).when(text.str.contains(_YEAR)).then(year)
    )
    return pl.coalesce(date_of(text), partial.dt.month_end() if last else partial)


def imputed_flag(column: str | pl.Expr) -> pl.Expr:
    """--DTF: ``D`` where the day was imputed, ``M`` where month and day were; null where nothing was.

    >>> pl.select(imputed_flag(pl.Series(["2024-02", "2023", "2024-05-06", None]))).to_series().to_list()
    ['D', 'M', None, None]
    """
    text = _expression(column)
    return (
        pl.when(text.str.contains(_MONTH))
        .then(pl.lit("D"))
        .when(text.str.contains(_YEAR))
        .then(pl.lit("M"))
    )


def _expression(column: str | pl.Expr | pl.Series) -> pl.Expr:
    """A column by name, a series or an expression as an expression."""
    if isinstance(column, str):
        return pl.col(column)
    return pl.lit(column) if isinstance(column, pl.Series) else column
