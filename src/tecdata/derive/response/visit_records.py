"""Records of ADRS: components, scores, criteria and tiers by date; best tier and relapse by subject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tecdata.derive.response.amounts import UNIT, Range
from tecdata.derive.response.judge import Judge
from tecdata.derive.response.panel import CARRIED, DERIVED, MEASURED, Course
from tecdata.derive.response.tiers import unknown_measures
from tecdata.derive.response.wording import asked, missing_because, rule_met
from tecdata.spec.response import TIERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tecdata.derive.response.logic import Truth
    from tecdata.derive.response.outcome import Judged, Outcome
    from tecdata.spec.response_rule import Rule

__all__ = ["NOT_EVALUABLE", "Row", "subject_records", "visit_records"]

Row = dict[str, Any]
NOT_EVALUABLE = "NOT EVALUABLE"


def visit_records(judged: Judged, outcome: Outcome) -> Iterator[Row]:
    """All records of one subject that belong to a date, each with ``day`` from the first dose.

    A component has a record for its baseline, for every day it was measured, and for every assessment it was
    carried forward to (DTYPE LOCF). Scores, criteria and tiers have one for every assessment.
    """
    assembly = judged.assembly
    rows = assembly.rows_of(outcome.followed.usubjid)
    rows = rows[assembly.panel.day[rows] <= outcome.followed.days]
    for name, measure in assembly.disease.measures.items():
        head = {"PARAMCD": name, "PARAM": _titled(measure.label, measure.unit)}
        if measure.score:
            yield from _scores(judged, name, rows, {**head, "PARCAT1": "SCORE"})
        else:
            head = _of_form(judged, outcome, name, {**head, "PARCAT1": "COMPONENT"})
            yield from _components(judged, outcome, name, rows, head)
    yield from _criteria(judged, rows)
    yield from _tiers(judged, rows)


def subject_records(judged: Judged, outcome: Outcome) -> Iterator[Row]:
    """BESTTIER and RELAPSE of one subject."""
    head = {"PARCAT1": "RESPONSE", "PARAMCD": "BESTTIER", "PARAM": "Best Tier of Response"}
    best = outcome.best
    if best is None:
        yield {**head, "AVALC": NOT_EVALUABLE, "REASON": "no assessment after baseline"}
    else:
        told = {"AVAL": float(best), "AVALC": TIERS[best], "AVALLO": float(best)}
        day = outcome.first[TIERS[best]] if best else None
        yield {**head, **told, "AVALHI": float(outcome.best_possible), "day": day}
    head = {"PARCAT1": "RESPONSE", "PARAMCD": "RELAPSE", "PARAM": "Relapse after Response"}
    if outcome.relapse is None:
        responded = TIERS[1] in outcome.first
        reason = None if responded else "no response before"
        yield {**head, "AVAL": 0.0, "AVALC": "N", "REASON": reason}
    else:
        reason = f"{outcome.grade}: {_relapse_rule(judged, outcome)}"
        yield {**head, "AVAL": 1.0, "AVALC": "Y", "day": outcome.relapse, "REASON": reason[:200]}


def _titled(label: str, unit: str) -> str:
    return f"{label} ({unit})" if unit and f"({unit})" not in label else label


def _of_form(judged: Judged, outcome: Outcome, name: str, head: Row) -> Row:
    """Forms of a measure have other scales, so each is a parameter of its own."""
    import polars as pl

    measure = judged.assembly.disease.measures[name]
    if len(measure.forms) < 2:
        return head
    own = judged.assembly.values.filter(
        (pl.col("usubjid") == outcome.followed.usubjid) & (pl.col("measure") == name)
    )
    if not len(own):
        return head
    form = measure.forms[max(int(own["form"][0]), 0)]
    label = _titled(f"{measure.label}, {form.label}" if form.label else measure.label, measure.unit)
    return {**head, "PARAMCD": form.test, "PARAM": label}


def _number(value: int) -> float:
    return value / UNIT


def _components(
    judged: Judged, outcome: Outcome, name: str, rows: np.ndarray[Any, Any], head: Row
) -> Iterator[Row]:
    assembly = judged.assembly
    course = assembly.panel.courses[name]
    base = _baseline_of(judged, outcome, name, course, rows)
    if base is not None:
        known = base["AVAL"] is not None
        yield {**head, **base, "BASE": base["AVAL"], "ABLFL": "Y" if known else None}
    for row in rows:
        how = course.how[row]
        used = how in (MEASURED, DERIVED) or (how == CARRIED and assembly.anchor[row])
        if not used:
            continue
        low, high = int(course.now.low[row]), int(course.now.high[row])
        value = _number(low) if low == high else None
        record: Row = {
            **head,
            "day": int(assembly.panel.day[row]),
            "AVAL": value,
            "AVALLO": _number(low),
            "AVALHI": _number(high),
            "DTYPE": "LOCF" if how == CARRIED else None,
            **_source(judged, int(course.source[row])),
        }
        start = base["AVAL"] if base else None
        if value is not None and start is not None:
            change = _number(low - round(start * UNIT))
            record |= {"BASE": start, "CHG": change}
            record["PCHG"] = 100 * change / start if start else None
        yield record


def _baseline_of(
    judged: Judged, outcome: Outcome, name: str, course: Course, rows: np.ndarray[Any, Any]
) -> Row | None:
    """The baseline of a component; from the values themselves where the subject has no visit after it."""
    import polars as pl

    if len(rows):
        source = int(course.base_source[rows[0]])
    else:
        own = judged.assembly.values.filter(
            (pl.col("usubjid") == outcome.followed.usubjid)
            & (pl.col("measure") == name)
            & pl.col("before")
            & pl.col("form").is_not_null()
        )
        last = judged.assembly.settings.baseline == "last_before_first_dose"
        source = -1 if not len(own) else int(own["id"][-1 if last else 0])
    if source < 0:
        return None
    record = judged.assembly.values.row(source, named=True)
    if record["form"] is None:
        # A dose is that of the day of the first dose, whenever it began.
        return {"day": 0, "AVAL": _number(int(course.base.low[rows[0]])), **_source(judged, source)}
    value = record["low"] if record["low"] == record["high"] else None
    return {"day": record["day"], "AVAL": value, **_source(judged, source)}


def _source(judged: Judged, source: int) -> Row:
    if source < 0:
        return {}
    record = judged.assembly.values.row(source, named=True)
    domain = record["domain"]
    variable = record["testcd"] if record["form"] is None else f"{domain}STRESN"
    return {"SRCDOM": domain, "SRCVAR": variable, "SRCSEQ": record["seq"]}


def _scores(judged: Judged, name: str, rows: np.ndarray[Any, Any], head: Row) -> Iterator[Row]:
    score: Range = judged.assembly.panel.courses[name].now
    for row in rows[judged.assembly.anchor[rows]]:
        low, high = int(score.low[row]), int(score.high[row])
        yield {
            **head,
            "day": int(judged.assembly.panel.day[row]),
            "AVAL": _number(low) if low == high else None,
            "AVALLO": _number(low),
            "AVALHI": _number(high),
        }


def _criteria(judged: Judged, rows: np.ndarray[Any, Any]) -> Iterator[Row]:
    assembly = judged.assembly
    seen = rows[assembly.anchor[rows]]
    judge = Judge(assembly.panel, assembly.disease.criteria)
    for name, rule in assembly.disease.criteria.items():
        truth = judge(rule, seen)
        head = {"PARCAT1": "CRITERION", "PARAMCD": name, "PARAM": rule.label or name}
        open_ = _unobserved(judged, rule, judge, seen)
        for at, row in enumerate(seen):
            told = _told(judged, rule, truth, at, int(row))
            if open_[at] and "REASON" not in told:
                told["REASON"] = f"not observed, taken as not met: {', '.join(open_[at])}"
            yield {**head, "day": int(assembly.panel.day[row]), **told}


def _unobserved(
    judged: Judged, rule: Rule, judge: Judge, rows: np.ndarray[Any, Any]
) -> list[list[str]]:
    """By row, what a criterion counts only where observed and could not be told."""
    found: list[list[str]] = [[] for _ in rows]
    for part in rule.walk():
        if part.meets:
            inner = judged.assembly.disease.criteria[part.meets]
            for names, more in zip(found, _unobserved(judged, inner, judge, rows), strict=True):
                names += more
        elif part.observed is not None:
            for at in np.flatnonzero(~judge(part.observed, rows).decided):
                found[at].append(part.observed.label or part.label or asked(part.observed))
    return found


def _told(judged: Judged, rule: Rule, truth: Truth, at: int, row: int) -> Row:
    surely, possibly = bool(truth.surely[at]), bool(truth.possibly[at])
    told: Row = {"AVALLO": float(surely), "AVALHI": float(possibly)}
    if surely == possibly:
        return {**told, "AVAL": float(surely), "AVALC": "Y" if surely else "N"}
    assembly = judged.assembly
    lacking = unknown_measures(rule, assembly.disease, assembly.panel, row)
    return {**told, "AVALC": NOT_EVALUABLE, "REASON": missing_because(lacking)}


def _tiers(judged: Judged, rows: np.ndarray[Any, Any]) -> Iterator[Row]:
    assembly, tiers = judged.assembly, judged.tiers
    mode = assembly.disease.modes.get(assembly.settings.mode) or assembly.disease.modes["paper"]
    head = {"PARCAT1": "RESPONSE", "PARAMCD": "TIER", "PARAM": "Tier of Response"}
    for row in rows[assembly.anchor[rows]]:
        low, high = int(tiers.low[row]), int(tiers.high[row])
        told: Row = {
            **head,
            "day": int(assembly.panel.day[row]),
            "AVALLO": float(low),
            "AVALHI": float(high),
        }
        if low == high:
            yield {**told, "AVAL": float(low), "AVALC": TIERS[low]}
            continue
        lacking: list[str] = []
        for tier, rule in mode.tiers.items():
            if not tiers.met[tier].decided[row]:
                names = unknown_measures(rule, assembly.disease, assembly.panel, int(row))
                lacking += [name for name in names if name not in lacking]
        bounds = f"{TIERS[low]} to {TIERS[high]} possible; "
        yield {**told, "AVALC": NOT_EVALUABLE, "REASON": bounds + missing_because(lacking)}


def _relapse_rule(judged: Judged, outcome: Outcome) -> str:
    assembly = judged.assembly
    row = next(
        int(r)
        for r in assembly.rows_of(outcome.followed.usubjid)
        if assembly.panel.day[r] == outcome.relapse
    )
    mode = assembly.disease.modes.get(assembly.settings.mode) or assembly.disease.modes["paper"]
    judge = Judge(assembly.panel, assembly.disease.criteria, own_day=True)
    return rule_met(mode.worsening[outcome.grade], judge, row)
