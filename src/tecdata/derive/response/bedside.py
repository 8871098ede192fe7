"""One patient at the bedside: scores, criteria and tiers from a few numbers, with the working."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from tecdata.derive.response.amounts import Range, fixed, plain
from tecdata.derive.response.items import ItemError, Score, compute_categories, compute_sum
from tecdata.derive.response.judge import Judge
from tecdata.derive.response.panel import Course, Panel
from tecdata.derive.response.relapse import compute_worsening
from tecdata.derive.response.tiers import add_scores, compute_tiers
from tecdata.derive.response.wording import Verdict, points_verdict, range_text, verdict_on
from tecdata.errors import UsageError
from tecdata.spec.instrument import CategoryScore, ItemScore, LogisticScore, PointScore
from tecdata.spec.response import TIERS

if TYPE_CHECKING:
    from tecdata.spec.response import DiseaseSpec, Measure, ResponseSpecs

__all__ = ["Given", "Working", "patient_panel", "work_out"]

Numbers = Mapping[str, Fraction]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What is known of the patient.

    ``baseline`` and ``followup`` are values by measure (``MDGA``), ``answers`` by item. ``limits`` are upper limits of
    normal by enzyme (``CK``), ``spans`` ranges of scales by measure where not the usual one. ``form``,
    ``subset``, ``urgent`` and ``aids`` are as in :func:`~tecdata.derive.response.items.compute_sum`.
    """

    baseline: Numbers = dataclasses.field(default_factory=dict)
    followup: Numbers = dataclasses.field(default_factory=dict)
    answers: Numbers = dataclasses.field(default_factory=dict)
    limits: Numbers = dataclasses.field(default_factory=dict)
    spans: Numbers = dataclasses.field(default_factory=dict)
    form: str = ""
    subset: str = ""
    urgent: Collection[str] = ()
    aids: Collection[str] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """The result in words and how it came about; ``source`` is where the definition stands."""

    title: str
    source: str
    result: str
    verdicts: tuple[Verdict, ...] = ()


def work_out(name: str, given: Given, specs: ResponseSpecs) -> Working:
    """Score one patient.

    Parameters
    ----------
    name
        An instrument (``tis``, ``criss``, ``mrss``, ``haqdi``), a criterion (``doris``, ``lldas``, ``msri``) or a
        disease (``ssc``, ``iim``, ``sle``, ``igg4rd``: tier and worsening since baseline); case does not matter.
    given
        The patient's values; what is not given is missing and leaves bounds.

    Raises
    ------
    UsageError
        For a name, measure, item or value there is not.
    """
    wanted = name.casefold()
    for disease in specs.diseases.values():
        if wanted == disease.disease.casefold():
            return _tier(disease, given, specs)
        for criterion in disease.criteria:
            if wanted == criterion.casefold():
                return _criterion(disease, criterion, given, specs)
    instrument = specs.instruments.get(wanted)
    if instrument is None:
        raise UsageError(
            f"there is no score '{name}'",
            choices=sorted(_names(specs)),
            next_step="Name one of them",
        )
    if isinstance(instrument, PointScore | LogisticScore):
        return _change(wanted, instrument, given, specs)
    try:
        if isinstance(instrument, ItemScore):
            score = compute_sum(
                instrument, given.answers, form=given.form, subset=given.subset, urgent=given.urgent
            )
        else:
            score = compute_categories(instrument, given.answers, given.aids)
    except (ItemError, KeyError) as error:
        told = str(error.args[0]) if error.args else str(error)
        raise UsageError(
            f"{instrument.label}: {told}",
            choices=_items(instrument, given.form),
            next_step="Give answers as ITEM=VALUE, separated by commas",
        ) from None
    return Working(title=instrument.label, source=instrument.source, result=_told(score))


def patient_panel(disease: DiseaseSpec, given: Given, specs: ResponseSpecs) -> Panel:
    """A panel of one row: the follow-up against the baseline. Doses and events not given are 0."""
    known = {n for n, m in disease.measures.items() if not m.score}
    unknown = sorted({*given.baseline, *given.followup, *given.spans} - known)
    if unknown:
        raise UsageError(
            f"{disease.label} has no measure '{unknown[0]}'",
            choices=sorted(known),
            next_step="Give values as MEASURE=VALUE, separated by commas",
        )
    courses = {
        name: Course.of(
            _range(given.followup.get(name), measure),
            _range(given.baseline.get(name), measure),
            higher_is_better=measure.better == "higher",
            span=_span(name, measure, given),
        )
        for name, measure in disease.measures.items()
        if not measure.score
    }
    row = np.zeros(1, np.int64)
    return add_scores(Panel(row, row + 1, courses), disease, specs.instruments)


def _range(value: Fraction | None, measure: Measure) -> Range:
    """A value of one patient; a dose or event that is not given is 0, anything else unknown."""
    if value is None and (measure.dose or measure.event):
        value = Fraction(0)
    if value is None:
        return Range.unknown(1)
    try:
        number = np.array([fixed(value)], dtype=np.int64)
    except ValueError as error:
        raise UsageError(str(error), next_step="Round the value to six decimals") from None
    return Range(number, number)


def _span(name: str, measure: Measure, given: Given) -> int:
    """The range of a scale: given, by the limit of normal, or that of the first form."""
    if name in given.spans:
        return fixed(given.spans[name])
    for form in measure.forms:
        if form.span_uln is not None and form.test in given.limits:
            return fixed(form.span_uln * given.limits[form.test])
    first = measure.forms[0].span if measure.forms else None
    return fixed(first) if first is not None else 0


def _change(
    name: str, instrument: PointScore | LogisticScore, given: Given, specs: ResponseSpecs
) -> Working:
    """A score of change with the working of each of its parts."""
    for disease in specs.diseases.values():
        for measure, spec in disease.measures.items():
            if spec.score == name:
                panel = patient_panel(disease, given, specs)
                score = range_text(panel.courses[measure].now, 0)
                return Working(
                    title=instrument.label,
                    source=instrument.source,
                    result=f"{measure} = {score}{_classes(instrument, panel.courses[measure].now)}",
                    verdicts=tuple(_parts(instrument, panel)),
                )
    raise UsageError(
        f"no disease uses the score '{name}'",
        next_step="Name it as the score of a measure in specs/response",
    )


def _parts(instrument: PointScore | LogisticScore, panel: Panel) -> Iterator[Verdict]:
    """What each part of a score adds to it."""
    if isinstance(instrument, PointScore):
        for name, part in instrument.parts.items():
            yield points_verdict(name, part, panel.courses[name], 0)
        return
    yield Verdict("intercept", "", plain(instrument.intercept))
    for name, slope in instrument.slopes.items():
        course = panel.courses[name]
        text = f"{name} {range_text(course.base, 0)} -> {range_text(course.now, 0)}"
        known = bool(course.base.known[0] and course.now.known[0])
        change = int(course.now.low[0] - course.base.low[0])
        term = plain(slope * Fraction(change, 10**6)) if known else "unknown"
        yield Verdict(f"{plain(slope)} x change of {name}", text, term)


def _classes(instrument: PointScore | LogisticScore, score: Range) -> str:
    """The tiers that a score reaches, in words."""
    low, high = int(score.low[0]), int(score.high[0])
    if isinstance(instrument, LogisticScore):
        limit = fixed(instrument.responder_at)
        told = "yes" if low >= limit else "no" if high < limit else "not evaluable"
        return f"; improved (at least {plain(instrument.responder_at)}): {told}"
    told = ""
    for group, limits in instrument.tiers.items():
        found = []
        for value in (low, high):
            reached = [t for t, limit in limits.items() if value >= fixed(limit)]
            found.append(reached[-1] if reached else "NONE")
        shown = found[0] if found[0] == found[1] else f"{found[0]} to {found[1]}"
        told += f"; {group}: {shown}"
    return told


def _criterion(disease: DiseaseSpec, name: str, given: Given, specs: ResponseSpecs) -> Working:
    """A criterion of a disease opened for one patient."""
    rule = disease.criteria[name]
    verdict = verdict_on(rule, Judge(patient_panel(disease, given, specs), disease.criteria), 0)
    return Working(
        title=rule.label or name,
        source=disease.modes["paper"].source,
        result=f"{name}: {verdict.outcome}",
        verdicts=(verdict,),
    )


def _tier(disease: DiseaseSpec, given: Given, specs: ResponseSpecs) -> Working:
    """The tier and the worsening of one patient, every rule opened."""
    mode = disease.modes.get(specs.settings.mode) or disease.modes["paper"]
    panel = patient_panel(disease, given, specs)
    tiers, worse = compute_tiers(panel, disease, mode), compute_worsening(panel, disease, mode)
    low, high = TIERS[int(tiers.low[0])], TIERS[int(tiers.high[0])]
    judge = Judge(panel, disease.criteria)
    grades = ("NONE", *worse.grades)
    least, most = grades[int(worse.low[0])], grades[int(worse.high[0])]
    return Working(
        title=disease.label,
        source=mode.source,
        result=f"tier: {low if low == high else f'NOT EVALUABLE ({low} to {high})'}; worsening since "
        f"baseline: {least if least == most else f'{least} to {most}'}",
        verdicts=tuple(
            dataclasses.replace(found, asked=f"{tier}: {found.asked}")
            for tier, rule in mode.tiers.items()
            for found in (verdict_on(rule, judge, 0),)
        ),
    )


def _told(score: Score) -> str:
    """A score in words, or its bounds and why it is not known."""
    if score.known:
        return plain(score.low)
    return f"{plain(score.low)} to {plain(score.high)}: not evaluable because {score.why}"


def _names(specs: ResponseSpecs) -> Iterator[str]:
    """All that can be scored: instruments, diseases, criteria."""
    yield from specs.instruments
    for disease in specs.diseases.values():
        yield disease.disease.lower()
        yield from (criterion.lower() for criterion in disease.criteria)


def _items(instrument: ItemScore | CategoryScore, form: str) -> list[str]:
    """The items of an instrument; its forms where the form is not one of them."""
    if isinstance(instrument, CategoryScore):
        return list(instrument.categories)
    return (
        list(instrument.forms)
        if form and form not in instrument.forms
        else list(instrument.form(form))
    )
