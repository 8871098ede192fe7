"""The tier of each visit: the highest one met, or the bounds that missing components leave."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from tecdata.derive.response.amounts import Range
from tecdata.derive.response.judge import Judge
from tecdata.derive.response.panel import DERIVED, MISSING, Course, Panel, Rows
from tecdata.derive.response.points import compute_points, compute_probability, unknown_parts
from tecdata.spec.instrument import Instrument, LogisticScore, PointScore
from tecdata.spec.response import TIERS, Criteria, DiseaseSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from tecdata.derive.response.amounts import Bools
    from tecdata.derive.response.logic import Truth
    from tecdata.spec.response_rule import Rule

__all__ = ["TierCourse", "add_scores", "compute_tiers", "unknown_measures"]


@dataclasses.dataclass(frozen=True, slots=True)
class TierCourse:
    """Tiers by row as numbers (0 none to 3 major): surely reached, possibly reached.

    ``met`` is the truth of each tier's own rule; tiers need not be nested.
    """

    low: NDArray[np.int8]
    high: NDArray[np.int8]
    met: Mapping[str, Truth]

    @property
    def decided(self) -> NDArray[np.bool_]:
        """Where the tier is known."""
        return np.equal(self.low, self.high)


def add_scores(panel: Panel, disease: DiseaseSpec, instruments: Mapping[str, Instrument]) -> Panel:
    """The panel with the disease's scores of change (TIS, CRISS) as further courses."""
    made: dict[str, Course] = {}
    judge = Judge(panel, disease.criteria)
    for name, measure in disease.measures.items():
        if not measure.score:
            continue
        instrument = instruments[measure.score]
        if isinstance(instrument, PointScore):
            score = compute_points(instrument, panel.courses)
        elif isinstance(instrument, LogisticScore):
            score = compute_probability(instrument, panel.courses)
        else:
            raise TypeError(f"{measure.score} is no score of change")
        if measure.zero_if:
            met = judge(disease.criteria[measure.zero_if])
            score = Range(np.where(met.possibly, 0, score.low), np.where(met.surely, 0, score.high))
        nothing = Range.unknown(len(panel))
        course = Course.of(score, nothing, higher_is_better=measure.better == "higher")
        how = np.where(score.known, DERIVED, MISSING).astype(np.int8)
        made[name] = dataclasses.replace(course, how=how)
    return panel.having(made)


def compute_tiers(panel: Panel, disease: DiseaseSpec, criteria: Criteria) -> TierCourse:
    """Every row's tier by the rules of one mode.

    All tier rules are applied and the highest one met counts, whether or not the lower ones are met too: in
    lupus remission can be reached with a fall of 2 points.

    Parameters
    ----------
    panel
        With all measures the rules name, scores included.
    disease, criteria
        The disease and which of its modes.
    """
    judge = Judge(panel, disease.criteria)
    met: dict[str, Truth] = {tier: judge(rule) for tier, rule in criteria.tiers.items()}
    low = np.zeros(len(panel), np.int8)
    high = np.zeros(len(panel), np.int8)
    for number, tier in enumerate(TIERS):
        if tier in met:
            low[met[tier].surely] = number
            high[met[tier].possibly] = number
    return TierCourse(low, high, met)


def unknown_measures(
    rule: Rule,
    disease: DiseaseSpec,
    panel: Panel,
    rows: Rows,
    instruments: Mapping[str, Instrument],
) -> list[tuple[str, Bools]]:
    """The measures a rule reads, and on which of the rows they are unknown: why it could not be decided.

    A score is unknown because of its components; those are named, not the score. A measure comes once for each part of the
    rule that reads it.
    """
    found = []
    for part in _leaves(rule, disease.criteria):
        unknown = ~panel.courses[part.measure].now.known[rows]
        instrument = instruments.get(disease.measures[part.measure].score)
        if isinstance(instrument, PointScore | LogisticScore):
            parts = unknown_parts(instrument, panel.courses, rows)
            found += [(name, lacking & unknown) for name, lacking in parts]
            continue
        if not part.value:
            unknown |= ~panel.reference(part.measure, part.since).value.known[rows]
        found.append((part.measure, unknown))
    return found


def _leaves(rule: Rule, criteria: Mapping[str, Rule]) -> list[Rule]:
    """The parts of a rule that compare a measure, those of named criteria included."""
    if rule.measure:
        return [rule]
    if rule.observed is not None:
        return []
    if rule.meets:
        return _leaves(criteria[rule.meets], criteria)
    return [leaf for part in rule.parts() for leaf in _leaves(part, criteria)]
