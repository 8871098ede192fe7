"""What came of each subject: first day of each tier, best tier, relapse, follow-up."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tecdata.derive.response.relapse import WorseningCourse, compute_worsening
from tecdata.derive.response.tiers import TierCourse, compute_tiers
from tecdata.spec.response import TIERS, Criteria

if TYPE_CHECKING:
    from tecdata.derive.response.amounts import Bools
    from tecdata.derive.response.assemble import Assembly
    from tecdata.derive.response.panel import Rows

__all__ = ["FOLLOWED", "Judged", "judge_disease", "outcomes"]

#: Columns that say how long a subject was seen: days from the first dose to the end, and whether it was death.
FOLLOWED = {"USUBJID": pl.String, "days": pl.Int64, "died": pl.Boolean}


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """A disease's visits with their tiers and worsening by one mode's criteria.

    ``within`` marks the rows that lie within follow-up.
    """

    assembly: Assembly
    criteria: Criteria
    tiers: TierCourse
    worsening: WorseningCourse
    within: Bools


def judge_disease(assembly: Assembly, followed: pl.DataFrame) -> Judged:
    """Tiers and worsening of all rows by the mode of the settings (the paper's where it has no other).

    ``followed`` has the columns of :data:`FOLLOWED`, a row for each subject in the order of the assembly.
    """
    disease, panel = assembly.disease, assembly.panel
    criteria = disease.modes.get(assembly.settings.mode) or disease.modes["paper"]
    return Judged(
        assembly,
        criteria,
        compute_tiers(panel, disease, criteria),
        compute_worsening(panel, disease, criteria),
        panel.day <= followed["days"].to_numpy()[panel.subject],
    )


def outcomes(judged: Judged, followed: pl.DataFrame) -> pl.DataFrame:
    """The outcome of each subject of the disease: ``followed`` with further columns, all null where there is none.

    Returns
    -------
    pl.DataFrame
        ``MINIMAL``, ``MODERATE``, ``MAJOR``: the day that tier was first surely met (or bettered). ``best``: number of
        the best tier surely met; ``best_possible``: of the best one that missing components leave open; both null without
        an assessment. ``relapse``: day of the first worsening after a response, ``grade``: of what, and ``relapse_row``:
        the row of the panel.
    """
    panel, tiers = judged.assembly.panel, judged.tiers
    size = len(followed)
    seen = judged.assembly.anchor & judged.within
    columns: dict[str, pl.Series] = {}
    first = {}
    for number, tier in enumerate(TIERS[1:], start=1):
        first[tier] = _first(panel.subject, seen & (tiers.low >= number), size)
        columns[tier] = _days(panel.day, first[tier])
    best, possible = np.full(size, -1), np.full(size, -1)
    np.maximum.at(best, panel.subject[seen], tiers.low[seen])
    np.maximum.at(possible, panel.subject[seen], tiers.high[seen])
    columns["best"] = _known(best, best >= 0)
    columns["best_possible"] = _known(possible, possible >= 0)
    worse = judged.within & (judged.worsening.low > 0)
    if judged.assembly.settings.relapse_needs_response:
        # Behind every row where there was no response.
        since = np.where(first[TIERS[1]] < 0, len(panel), first[TIERS[1]])
        worse &= np.arange(len(panel)) > since[panel.subject]
    relapsed = _first(panel.subject, worse, size)
    columns["relapse"] = _days(panel.day, relapsed)
    grades = [
        judged.worsening.grades[judged.worsening.low[at] - 1] if at >= 0 else None
        for at in relapsed
    ]
    columns["grade"] = pl.Series(grades, dtype=pl.String)
    columns["relapse_row"] = pl.Series(relapsed, dtype=pl.Int64)
    return followed.with_columns(**columns)


def _first(subject: Rows, where: Bools, size: int) -> Rows:
    """By subject its first row of those marked, -1 without one."""
    found = np.full(size, -1)
    rows = np.flatnonzero(where)[::-1]
    found[subject[rows]] = rows
    return found


def _days(day: Rows, rows: Rows) -> pl.Series:
    """The day of a row by subject; null where there is no row (-1)."""
    there = rows >= 0
    found = np.zeros(len(rows), np.int64)
    found[there] = day[rows[there]]
    return _known(found, there)


def _known(values: Rows, there: Bools) -> pl.Series:
    """Tiers by subject; null where there is none (-1)."""
    return pl.Series(values, dtype=pl.Int64).set(pl.Series(~there), None)
