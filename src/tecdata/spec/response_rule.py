"""Rules of response criteria, as data: what must have improved, worsened or been reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from tecdata.spec.model import ExactFactor, Flag, Model

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Confirm", "Rule", "Since"]

#: What a change is counted from: the baseline, the best value before the visit, the value before it.
Since = Literal["baseline", "best", "previous"]

_FORMS = ("improves", "worsens", "value", "all_", "any_", "count", "meets", "not_", "observed")
_LIMITS = ("at_least", "above", "at_most", "below")


class Confirm(Model):
    """A change counts once a later value shows it too.

    The first value at least ``after_days`` later (and within ``within_days``, where given) must meet
    the rule against the same reference value.
    """

    after_days: int = Field(default=1, ge=1)
    within_days: int | None = Field(default=None, ge=1)


class Rule(Model):
    """One rule about one visit of a subject; exactly one of its forms.

    ``improves`` or ``worsens`` names a measure and asks for a change ``by`` an amount or by a
    ``percent`` of the reference value (of the measure's whole range with ``of_range``); the limit
    itself counts unless ``strictly``. ``value`` compares the value of the visit. ``all``, ``any``, ``not`` and
    ``count`` ... ``of`` combine rules, ``meets`` refers to a named criterion of the same file.
    ``observed`` counts what cannot be decided as not met: for events nobody reported.

    >>> rule = Rule.model_validate({"improves": "MRSS", "percent": "25"})
    >>> rule.percent
    Fraction(25, 1)
    """

    improves: str = ""
    worsens: str = ""
    by: ExactFactor | None = None
    percent: ExactFactor | None = None
    of_range: Flag = False
    strictly: Flag = False
    since: Since = "baseline"
    confirm: Confirm | None = None
    value: str = ""
    at_least: ExactFactor | None = None
    above: ExactFactor | None = None
    at_most: ExactFactor | None = None
    below: ExactFactor | None = None
    all_: tuple[Rule, ...] | None = Field(default=None, alias="all")
    any_: tuple[Rule, ...] | None = Field(default=None, alias="any")
    count: int | None = Field(default=None, ge=1)
    of: tuple[Rule, ...] | None = None
    meets: str = ""
    not_: Rule | None = Field(default=None, alias="not")
    observed: Rule | None = None
    label: str = ""

    @model_validator(mode="after")
    def _one_form(self) -> Rule:
        forms = [name for name in _FORMS if getattr(self, name)]
        if len(forms) != 1:
            raise ValueError(
                "write exactly one of improves, worsens, value, all, any, count, meets, not, observed"
            )
        limits = [name for name in _LIMITS if getattr(self, name) is not None]
        changes = [name for name in ("by", "percent") if getattr(self, name) is not None]
        if (forms[0] in ("improves", "worsens")) != (len(changes) == 1) or len(changes) > 1:
            raise ValueError("improves and worsens, and only they, take one of by or percent")
        if (forms[0] == "value") != (len(limits) == 1) or len(limits) > 1:
            raise ValueError("value, and only it, takes one of at_least, above, at_most, below")
        if (self.count is None) != (self.of is None):
            raise ValueError("count and of belong together")
        if self.of_range and self.percent is None:
            raise ValueError("of_range says what a percent is taken of")
        return self

    @property
    def measure(self) -> str:
        """The measure a change or a value is of; empty for combinations."""
        return self.improves or self.worsens or self.value

    def parts(self) -> tuple[Rule, ...]:
        """The rules this one combines."""
        single = tuple(rule for rule in (self.not_, self.observed) if rule is not None)
        return (*(self.all_ or ()), *(self.any_ or ()), *(self.of or ()), *single)

    def walk(self) -> Iterator[Rule]:
        """The rule itself and all below it, in the order of the text."""
        yield self
        for part in self.parts():
            yield from part.walk()


Rule.model_rebuild()
