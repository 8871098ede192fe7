"""Panels from a few numbers, as a clinician would note them, under the shipped criteria."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from tests.derive.made_study import shipped_specs

from tecdata.derive.response.amounts import Range, fixed
from tecdata.derive.response.panel import Course, Panel
from tecdata.derive.response.tiers import add_scores

if TYPE_CHECKING:
    from tecdata.spec.response import DiseaseSpec, ResponseSpecs

Values = Mapping[str, str | int | None]


def response() -> ResponseSpecs:
    specs = shipped_specs().response
    assert specs is not None
    return specs


def disease(code: str) -> DiseaseSpec:
    return response().diseases[code]


def panel(
    code: str,
    baseline: Values,
    visits: Sequence[tuple[int, Values]],
    spans: Mapping[str, str | int] | None = None,
) -> Panel:
    """One subject: values at baseline and by day. What is not given is missing; doses and events are 0."""
    spec = disease(code)
    courses = {}
    for name, measure in spec.measures.items():
        if measure.score:
            continue
        nothing = 0 if measure.event or measure.dose else None
        span = fixed((spans or {}).get(name, 0))
        if not span and measure.forms and measure.forms[0].span is not None:
            span = fixed(measure.forms[0].span)
        courses[name] = Course.of(
            _range([values.get(name, nothing) for _, values in visits]),
            _range([baseline.get(name, nothing)] * len(visits)),
            higher_is_better=measure.better == "higher",
            span=span,
        )
    days = np.array([day for day, _ in visits], dtype=np.int64)
    made = Panel(np.zeros(len(visits), np.int64), days, courses)
    return add_scores(made, spec, response().instruments)


def _range(values: Sequence[str | int | None]) -> Range:
    known = np.array([value is not None for value in values], dtype=np.bool_)
    return Range.of(np.array([fixed(v) if v is not None else 0 for v in values]), known)
