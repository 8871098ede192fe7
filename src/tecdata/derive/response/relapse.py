"""Worsening from the best value before: relapse after a response, by grade."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from tecdata.derive.response.judge import Judge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from tecdata.derive.response.logic import Truth
    from tecdata.derive.response.panel import Panel
    from tecdata.spec.response import Criteria, DiseaseSpec

__all__ = ["WorseningCourse", "compute_worsening"]


@dataclasses.dataclass(frozen=True, slots=True)
class WorseningCourse:
    """Grades of worsening by row (0 none, then in the order of the spec): surely and possibly."""

    grades: tuple[str, ...]
    low: NDArray[np.int8]
    high: NDArray[np.int8]
    met: Mapping[str, Truth]


def compute_worsening(panel: Panel, disease: DiseaseSpec, criteria: Criteria) -> WorseningCourse:
    """Each row's worst grade of worsening, whether or not there was a response before.

    Only values taken on the very day count: one carried forward or from a day near by was judged on its own
    day already.
    """
    judge = Judge(panel, disease.criteria, own_day=True)
    met = {grade: judge(rule) for grade, rule in criteria.worsening.items()}
    low = np.zeros(len(panel), np.int8)
    high = np.zeros(len(panel), np.int8)
    for number, truth in enumerate(met.values(), start=1):
        low[truth.surely] = number
        high[truth.possibly] = number
    return WorseningCourse(tuple(met), low, high, met)
