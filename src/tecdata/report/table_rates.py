"""Exposure-adjusted rates: events per patient-year with exact Poisson confidence limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tecdata.report.ard import Cell, records_behind
from tecdata.report.number_text import rounded

if TYPE_CHECKING:
    from tecdata.report.table_data import TableData
    from tecdata.spec.tables import RateTable

__all__ = ["RATE_COLUMNS", "poisson_limits", "rate_cells"]

RATE_COLUMNS = {
    "n_patients": "Number of patients",
    "n_events": "Number of events",
    "patient_years": "Patient-years at risk",
    "rate": "Events per patient-year",
    "lower": "Lower limit",
    "upper": "Upper limit",
}


def rate_cells(table: RateTable, data: TableData, days_a_year: float) -> list[Cell]:
    """The cells of a table of rates.

    The time at risk runs from ``from_day`` (day 1 is the first dose) to ``to_day`` or the
    end of follow-up (FUPD days after the first dose), summed over the population.
    """
    people = data.population(table.population, table.table)
    cells = []
    for row in table.rows:
        first = f">= {row.from_day}" if row.to_day is None else f"{row.from_day} to {row.to_day}"
        where = {**row.where, "ASTDY": (first,)}
        found = data.records("ADAE", where, people, f"{table.table}: {row.id}")
        end = pl.col("FUPD") if row.to_day is None else pl.min_horizontal("FUPD", row.to_day)
        days = people.select((end - (row.from_day - 1)).clip(lower_bound=0).sum()).item() or 0
        years = days / days_a_year
        events = found.height
        behind = records_behind("ADAE", found)
        of: dict[str, float | None] = {"N": people.height}
        lower, upper = poisson_limits(events, float(table.confidence))
        numbers: dict[str, float | None] = {
            "n_patients": found["USUBJID"].n_unique(),
            "n_events": events,
            "patient_years": years,
            "rate": events / years if years else None,
            "lower": lower / years if years else None,
            "upper": upper / years if years else None,
        }
        cells += [
            Cell(
                table=table.table,
                row=row.id,
                section="",
                label=row.label,
                column=column,
                text="" if value is None else rounded(value, 0 if column.startswith("n_") else 2),
                statistics={column: value, **(of if column == "n_patients" else {})},
                records=behind,
            )
            for column, value in numbers.items()
        ]
    return cells


def poisson_limits(events: int, confidence: float) -> tuple[float, float]:
    """Exact (Garwood) confidence limits of an expected number of events.

    >>> [round(limit, 3) for limit in poisson_limits(10, 0.95)], round(poisson_limits(0, 0.95)[1], 3)
    ([4.795, 18.39], 3.689)
    """
    from scipy.special import gammaincinv

    tail = (1 - confidence) / 2
    lower = float(gammaincinv(events, tail)) if events else 0.0
    return lower, float(gammaincinv(events + 1, 1 - tail))
