"""What came of each subject: first day of each tier, best tier, relapse, follow-up."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from tecdata.derive.response.relapse import WorseningCourse, compute_worsening
from tecdata.derive.response.tiers import TierCourse, compute_tiers
from tecdata.spec.response import TIERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tecdata.derive.response.assemble import Assembly

__all__ = ["Followed", "Judged", "Outcome", "judge_disease", "outcomes", "tier_at"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """How long a subject was seen: days from the first dose to the end, and whether it was death."""

    usubjid: str
    disease: str
    days: int
    died: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """A disease's visits with their tiers and worsening."""

    assembly: Assembly
    tiers: TierCourse
    worsening: WorseningCourse


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One subject: ``first`` gives by tier the day it was first surely met (or bettered).

    ``best`` is the best tier surely met, ``None`` where no visit could tell; ``best_possible`` the best one that missing
    components leave open. ``relapse`` is the day of the first worsening after a response, ``grade`` which.
    """

    followed: Followed
    first: Mapping[str, int]
    best: int | None
    best_possible: int
    relapse: int | None
    grade: str
    worsened: int | None


def judge_disease(assembly: Assembly) -> Judged:
    """Tiers and worsening of all rows by the mode of the settings (the paper's where it has no other)."""
    disease = assembly.disease
    criteria = disease.modes.get(assembly.settings.mode) or disease.modes["paper"]
    return Judged(
        assembly,
        compute_tiers(assembly.panel, disease, criteria),
        compute_worsening(assembly.panel, disease, criteria),
    )


def outcomes(judged: Judged, followed: Sequence[Followed]) -> list[Outcome]:
    """The outcome of each subject of the disease, in the order of ``followed``."""
    return [_outcome(judged, subject) for subject in followed]


def _outcome(judged: Judged, subject: Followed) -> Outcome:
    assembly, tiers, worsening = judged.assembly, judged.tiers, judged.worsening
    rows = assembly.rows_of(subject.usubjid)
    days = assembly.panel.day[rows]
    within = days <= subject.days
    rows, days = rows[within], days[within]
    seen = assembly.anchor[rows]
    low, high = tiers.low[rows][seen], tiers.high[rows][seen]
    first: dict[str, int] = {}
    for number, tier in enumerate(TIERS[1:], start=1):
        reached = np.flatnonzero(low >= number)
        if len(reached):
            first[tier] = int(days[seen][reached[0]])
    worse = np.flatnonzero(worsening.low[rows] > 0)
    worsened = int(days[worse[0]]) if len(worse) else None
    responded = first.get(TIERS[1])
    if assembly.settings.relapse_needs_response:
        late = days[worse] > responded if responded is not None else np.zeros(len(worse), bool)
        worse = worse[late]
    grade = worsening.grades[worsening.low[rows][worse[0]] - 1] if len(worse) else ""
    return Outcome(
        followed=subject,
        first=first,
        best=int(low.max()) if len(low) else None,
        best_possible=int(high.max()) if len(high) else len(TIERS) - 1,
        relapse=int(days[worse[0]]) if len(worse) else None,
        grade=grade,
        worsened=worsened,
    )


def tier_at(judged: Judged, outcome: Outcome, day: int, late: int) -> tuple[int, int] | None:
    """The tier (low, high) of the last assessment up to ``day`` + ``late`` days; None without one."""
    assembly = judged.assembly
    rows = assembly.rows_of(outcome.followed.usubjid)
    rows = rows[assembly.anchor[rows] & (assembly.panel.day[rows] <= day + late)]
    if not len(rows):
        return None
    return int(judged.tiers.low[rows[-1]]), int(judged.tiers.high[rows[-1]])
