"""Rules of criteria applied to the rows of a panel, with what is missing kept apart from what is not met."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from tecdata.derive.response.amounts import BOUND, Range, fixed
from tecdata.derive.response.logic import Truth
from tecdata.derive.response.panel import CARRIED, NEAR, Course, Panel, Rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tecdata.spec.response_rule import Confirm, Rule

__all__ = ["Judge", "gains"]


def gains(course: Course, reference: Range, now: Range, *, worse: bool = False) -> Range:
    """By how much a measure became better (or ``worse``), between two bounds."""
    falling = course.higher_is_better == worse
    if now.low is now.high and reference.low is reference.high:
        gain = reference.low - now.low if falling else now.low - reference.low
        return Range(gain, gain)
    if falling:
        return Range(reference.low - now.high, reference.high - now.low)
    return Range(now.low - reference.high, now.high - reference.low)


@dataclasses.dataclass(frozen=True, slots=True)
class Judge:
    """Applies rules to rows of a panel.

    ``criteria`` are the named rules ``meets`` refers to. With ``own_day`` only values measured on the row's own day
    count, none of a day near by and none carried forward.
    """

    panel: Panel
    criteria: Mapping[str, Rule]
    own_day: bool = False
    _kept: dict[object, Any] = dataclasses.field(default_factory=dict, repr=False, compare=False)

    def __call__(self, rule: Rule, rows: Rows | None = None, at: Rows | None = None) -> Truth:
        """Whether the rule is met on ``rows`` (all), counted from the references of the rows ``at``."""
        start = rows if at is None else at
        truth = self._truth(rule, rows, start)
        if rule.confirm is None:
            return truth
        every = np.arange(len(self.panel)) if rows is None else rows
        return self._confirmed(rule, rule.confirm, truth, every, every if start is None else start)

    def _truth(self, rule: Rule, rows: Rows | None, at: Rows | None) -> Truth:
        """Whether a rule is met, without asking whether it was seen again."""
        if rule.value:
            return _within(rule, self._now(self.panel.courses[rule.value], rows))
        if rule.measure:
            reference = self.panel.reference(rule.measure, rule.since).value
            span = self.panel.courses[rule.measure].span
            gain = self._gain(rule, reference, rows, at)
            if at is not None:
                reference, span = reference.take(at), span[at]
            return _changed(rule, gain, reference, span)
        if rule.meets:
            return self._criterion(rule.meets, rows, at)
        parts = [self(part, rows, at) for part in rule.parts()]
        if rule.not_ is not None:
            return ~parts[0]
        if rule.observed is not None:
            return parts[0].observed()
        least = len(parts) if rule.all_ else 1 if rule.any_ else rule.count or 1
        return Truth.count(parts, least)

    def _criterion(self, name: str, rows: Rows | None, at: Rows | None) -> Truth:
        """A named criterion; on all rows it is judged once."""
        if rows is not None:
            return self(self.criteria[name], rows, at)
        if name not in self._kept:
            self._kept[name] = self(self.criteria[name])
        truth: Truth = self._kept[name]
        return truth

    def _gain(self, rule: Rule, reference: Range, rows: Rows | None, at: Rows | None) -> Range:
        """The change a rule asks about; of all rows it is kept, since the rules of all tiers ask again."""
        course, worse = self.panel.courses[rule.measure], bool(rule.worsens)
        if rows is not None:
            start = reference if at is None else reference.take(at)
            return gains(course, start, self._now(course, rows), worse=worse)
        key = (rule.measure, rule.since, worse)
        if key not in self._kept:
            self._kept[key] = gains(course, reference, self._now(course, None), worse=worse)
        gain: Range = self._kept[key]
        return gain

    def _now(self, course: Course, rows: Rows | None) -> Range:
        """Current values; with ``own_day`` those of other days are unknown."""
        now = course.now if rows is None else course.now.take(rows)
        if not self.own_day:
            return now
        how = course.how if rows is None else course.how[rows]
        stale = (how == CARRIED) | (how == NEAR)
        return Range(np.where(stale, -BOUND, now.low), np.where(stale, BOUND, now.high))

    def _confirmed(self, rule: Rule, confirm: Confirm, truth: Truth, rows: Rows, at: Rows) -> Truth:
        """Met once the first later value that can tell says so too; undecided while there is none."""
        panel = self.panel
        names = tuple(r.measure for r in rule.walk() if r.measure)
        taken = panel.measured(names)
        confirmed = np.zeros(len(rows), dtype=np.bool_)
        pending = truth.possibly.copy()
        open_ = np.flatnonzero(truth.possibly)
        step = 0
        while len(open_):
            step += 1
            later = rows[open_] + step
            there = later < len(panel)
            there[there] &= panel.subject[later[there]] == panel.subject[rows[open_[there]]]
            open_, later = open_[there], later[there]
            passed = panel.day[later] - panel.day[rows[open_]]
            due = (passed >= confirm.after_days) & taken[later]
            if confirm.within_days is not None:
                near = passed <= confirm.within_days
                open_, later, due = open_[near], later[near], due[near]
            again = self._truth(rule, later[due], at[open_[due]])
            told = open_[due][again.decided]
            confirmed[told] = again.surely[again.decided]
            pending[told] = confirmed[told]
            keep = np.ones(len(open_), dtype=np.bool_)
            keep[np.flatnonzero(due)[again.decided]] = False
            open_ = open_[keep]
        return Truth(truth.surely & confirmed, truth.possibly & pending)


def _within(rule: Rule, now: Range) -> Truth:
    """Whether a value lies on the right side of a limit."""
    if rule.at_least is not None:
        limit = fixed(rule.at_least)
        return Truth(now.low >= limit, now.high >= limit)
    if rule.above is not None:
        limit = fixed(rule.above)
        return Truth(now.low > limit, now.high > limit)
    if rule.at_most is not None:
        limit = fixed(rule.at_most)
        return Truth(now.high <= limit, now.low <= limit)
    limit = fixed(rule.below or Fraction(0))
    return Truth(now.high < limit, now.low < limit)


def _changed(rule: Rule, gain: Range, reference: Range, span: Rows) -> Truth:
    """Whether a change reaches an amount, or a percentage of the reference or of the range."""
    if rule.by is not None:
        limit = np.int64(fixed(rule.by))
        return _reached(gain, np.broadcast_to(limit, gain.low.shape), 1, strictly=rule.strictly)
    percent = rule.percent or Fraction(0)
    whole_of = span if rule.of_range else reference.low
    usable = (whole_of > 0) & (reference.low == reference.high)
    limits = np.where(usable, whole_of, 0) * percent.numerator
    truth = _reached(gain, limits, 100 * percent.denominator, strictly=rule.strictly)
    # Nothing is left to improve from 0; a worsening from 0 has no ratio, so it stays open.
    nothing = (reference.low == reference.high) & (whole_of <= 0) & (not rule.of_range)
    no_change = (gain.high <= 0) | bool(rule.improves)
    undecided = ~usable & ~(nothing & no_change)
    return Truth(truth.surely & usable, (truth.possibly & usable) | undecided)


def _reached(gain: Range, limit: Rows, times: int, *, strictly: bool) -> Truth:
    """Whether a change times a factor reaches its limit."""
    if strictly:
        return Truth(gain.low * times > limit, gain.high * times > limit)
    return Truth(gain.low * times >= limit, gain.high * times >= limit)
