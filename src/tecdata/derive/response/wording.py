"""Rules and their outcome in words: what was asked, what was found, what is missing."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from tecdata.derive.response.amounts import BOUND, Range, exact, plain
from tecdata.derive.response.judge import Judge, gains
from tecdata.derive.response.panel import CARRIED, NEAR, Course
from tecdata.derive.response.points import compute_part

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tecdata.derive.response.amounts import Bools
    from tecdata.derive.response.panel import Rows
    from tecdata.spec.instrument import PointPart
    from tecdata.spec.response_rule import Rule

__all__ = [
    "Verdict",
    "asked",
    "found",
    "missing_because",
    "named",
    "points_verdict",
    "range_text",
    "rule_met",
    "verdict_on",
]

MET, NOT_MET, OPEN = "met", "not met", "undecided"
_HOW = {CARRIED: " (carried forward)", NEAR: " (on a day near by)"}
_SINCE = {"baseline": "baseline", "best": "the best value before", "previous": "the value before"}


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """A rule on one row: what it asks, what was found, whether it is met; parts below it.

    ``records`` number the records read: of the visit and of the reference (-1: none).
    """

    asked: str
    found: str
    outcome: str
    records: tuple[int, ...] = ()
    parts: tuple[Verdict, ...] = ()


def missing_because(names: str) -> str:
    """Why something cannot be told: the components that are not there."""
    return f"missing: {names}" if names else "no confirming value yet"


def named(marked: Sequence[tuple[str, Bools]], size: int) -> list[str]:
    """By row (of ``size``) the names that are marked there, each once, in their order.

    >>> named([("FVC", np.array([True, False])), ("HAQDI", np.array([True, True]))], 2)
    ['FVC, HAQDI', 'HAQDI']
    """
    names = [name for name, _ in marked]
    told: dict[bytes, str] = {}
    found = []
    for pattern in _patterns(marked, size):
        if pattern not in told:
            hits = dict.fromkeys(n for n, hit in zip(names, pattern, strict=True) if hit)
            told[pattern] = ", ".join(hits)
        found.append(told[pattern])
    return found


def _patterns(marked: Sequence[tuple[str, Bools]], size: int) -> list[bytes]:
    """By row a byte for each of the marks."""
    if not marked:
        return [b""] * size
    every = np.stack([where for _, where in marked], axis=1).astype(np.uint8)
    packed, wide = every.tobytes(), len(marked)
    return [packed[at : at + wide] for at in range(0, size * wide, wide)]


def asked(rule: Rule) -> str:
    """What a rule asks, without its parts.

    >>> from tecdata.spec.response_rule import Rule
    >>> asked(Rule.model_validate({"improves": "MRSS", "percent": "25"}))
    'MRSS better by at least 25 % of baseline'
    """
    if rule.value:
        names = {"at_least": "at least", "above": "above", "at_most": "at most", "below": "below"}
        for key, words in names.items():
            limit = getattr(rule, key)
            if limit is not None:
                return f"{rule.value} {words} {plain(limit)}"
    if rule.measure:
        verb = "better" if rule.improves else "worse"
        least = "more than" if rule.strictly else "at least"
        of = " of its range" if rule.of_range else f" of {_SINCE[rule.since]}"
        if rule.percent is not None:
            amount = f"{plain(rule.percent)} %{of}"
        else:
            amount = f"{plain(rule.by or Fraction(0))} since {_SINCE[rule.since]}"
        return f"{rule.measure} {verb} by {least} {amount}{_confirmed(rule)}"
    if rule.meets:
        return f"criterion {rule.meets}"
    if rule.count:
        return f"at least {rule.count} of {len(rule.of or ())}{_confirmed(rule)}"
    if rule.not_ is not None:
        return "without"
    if rule.observed is not None:
        return rule.label or "counted only where observed"
    words = "all of" if rule.all_ else "any of"
    return f"{rule.label}: {words}" if rule.label else f"{words}{_confirmed(rule)}"


def _confirmed(rule: Rule) -> str:
    """Within which time a change has to be seen again."""
    if rule.confirm is None:
        return ""
    within = f" and within {rule.confirm.within_days}" if rule.confirm.within_days else ""
    return f", seen again after {rule.confirm.after_days} days{within}"


def found(rule: Rule, judge: Judge, row: int) -> tuple[str, tuple[int, ...]]:
    """What a rule about one measure found in a row, and the records it stands in."""
    (text,) = found_in(rule, judge, np.array([row]))
    records = [int(judge.panel.courses[rule.measure].source[row])]
    if not rule.value:
        reference = judge.panel.reference(rule.measure, rule.since)
        records.append(int(reference.source[row]))
    return text, tuple(records)


def found_in(rule: Rule, judge: Judge, rows: Rows) -> list[str]:
    """What a rule about one measure found, by row: the same values are put into words once."""
    course = judge.panel.courses[rule.measure]
    now, how = course.now.take(rows), course.how[rows]
    if rule.value:
        return _each(partial(_value_text, rule), now.low, now.high, how)
    start = judge.panel.reference(rule.measure, rule.since).value.take(rows)
    gain = gains(course, start, now, worse=bool(rule.worsens))
    whole = course.span[rows] if rule.of_range else start.low
    columns = (start.low, start.high, now.low, now.high, how, gain.low, gain.high, whole)
    return _each(partial(_change_text, rule), *columns)


def _each(text: Callable[..., str], *columns: NDArray[Any]) -> list[str]:
    """A text for each row of some columns, made once for the same values."""
    told: dict[tuple[int, ...], str] = {}
    found = []
    for values in zip(*(column.tolist() for column in columns), strict=True):
        if values not in told:
            told[values] = text(*values)
        found.append(told[values])
    return found


def _value_text(rule: Rule, low: int, high: int, how: int) -> str:
    """The value of a measure."""
    return f"{rule.value} = {_range(low, high)}{_HOW.get(how, '')}"


def _change_text(
    rule: Rule,
    start_low: int,
    start_high: int,
    low: int,
    high: int,
    how: int,
    gain: int,
    most: int,
    whole: int,
) -> str:
    """The change of a measure: from, to, by how much and by what percentage."""
    now = f"{_range(low, high)}{_HOW.get(how, '')}"
    text = f"{rule.measure} {_range(start_low, start_high)} -> {now}"
    if gain != most:
        return text
    text += f": {'better' if rule.improves else 'worse'} by {plain(gain)}"
    if rule.percent is not None and whole > 0:
        return f"{text} = {plain(round(Fraction(100 * gain, whole), 2))} %"
    return text if rule.percent is None else f"{text}, no ratio from 0"


def verdict_on(rule: Rule, judge: Judge, row: int) -> Verdict:
    """A rule opened on one row, down to its measures."""
    truth = judge(rule, np.array([row]))
    outcome = MET if truth.surely[0] else OPEN if truth.possibly[0] else NOT_MET
    if rule.measure:
        text, records = found(rule, judge, row)
        return Verdict(asked(rule), text, outcome, tuple(r for r in records if r >= 0))
    inner = (judge.criteria[rule.meets],) if rule.meets else rule.parts()
    parts = tuple(verdict_on(part, judge, row) for part in inner)
    met = sum(part.outcome == MET for part in parts)
    text = f"{met} met" if rule.count or rule.any_ or rule.all_ else ""
    return Verdict(asked(rule), text, outcome, (), parts)


def points_verdict(name: str, part: PointPart, course: Course, row: int) -> Verdict:
    """The points of one component of a score, with its bins and its change."""
    points = range_text(compute_part(part, course), row)
    at = np.array([row])
    gain = gains(course, course.base.take(at), course.now.take(at))
    text = f"{name} {range_text(course.base, row)} -> {range_text(course.now, row)}"
    span = int(course.span[row])
    if gain.low[0] == gain.high[0] and span > 0:
        share = 100 * exact(int(gain.low[0])) / exact(span)
        text += f": better by {plain(round(share, 2))} % of its range of {plain(span)}"
    elif not span:
        text += ": its range is not known"
    bins = ", ".join(f">{plain(b.above)} %: {plain(b.points)}" for b in part.bins)
    records = (int(course.source[row]), int(course.base_source[row]))
    return Verdict(
        f"points for {part.label} ({bins})",
        text,
        f"{points} points",
        tuple(r for r in records if r >= 0),
    )


def rule_met(rule: Rule, judge: Judge, rows: Rows) -> list[str]:
    """By row the measures that made a rule be met, in words; empty where it is not met."""
    told: list[list[str]] = [[] for _ in rows]
    _tell_met(rule, judge, rows, told)
    return ["; ".join(texts) for texts in told]


def _tell_met(rule: Rule, judge: Judge, rows: Rows, told: list[list[str]]) -> None:
    """Adds to ``told`` (by row) what met the rule, of a rule with parts the parts that are met."""
    met = np.flatnonzero(judge(rule, rows).surely)
    if not len(met):
        return
    rows, told = rows[met], [told[at] for at in met]
    if rule.measure:
        words = asked(rule)
        for texts, text in zip(told, found_in(rule, judge, rows), strict=True):
            texts.append(f"{text} ({words})")
        return
    for part in (judge.criteria[rule.meets],) if rule.meets else rule.parts():
        _tell_met(part, judge, rows, told)


def range_text(values: Range, row: int) -> str:
    """A value in words; its bounds, or ``unknown``, where it is not one number."""
    return _range(int(values.low[row]), int(values.high[row]))


def _range(low: int, high: int) -> str:
    """Two bounds in words."""
    if low == high:
        return plain(low)
    if high - low >= BOUND:
        return "unknown"
    return f"{plain(low)} to {plain(high)}"
