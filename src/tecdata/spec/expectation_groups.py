"""The kinds of rule an expectation can state of several records together."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from tecdata.spec.condition import Conditions  # noqa: TC001 (pydantic reads it)
from tecdata.spec.expectation_rules import Rule
from tecdata.spec.model import ExactFactor, Flag, Model, TextList

__all__ = [
    "Exists",
    "Move",
    "Neighbours",
    "Order",
    "Ratio",
    "Slip",
    "SlipFactor",
    "Sum",
    "Swapped",
    "Transition",
    "Unique",
]


class Unique(Rule):
    """No second record with the same values of ``unique``.

    With ``differing`` a later record breaks the rule only where that variable contradicts the
    first record's; with ``equal`` only where it is the same. Of the dates under ``day`` the day counts.
    """

    unique: TextList
    day: TextList = ()
    differing: str = ""
    equal: str = ""
    READS = ("differing", "equal", "day", "unique")
    DETAILS = ("first_value",)


class Sum(Rule):
    """The total (the result of one test) is the sum of its parts, results of other tests.

    Within ``by``, and only where all ``parts`` are there. With ``is: at_least`` the total may be
    more, and those parts count that are there; ``tolerance`` is relative to the total.
    """

    total: str
    parts: TextList
    value: str
    test: str
    by: TextList
    is_: Literal["same", "at_least"] = Field(default="same", alias="is")
    tolerance: ExactFactor = Fraction(0)
    READS = ("value", "test", "by")
    DETAILS = ("sum",)


class Neighbours(Rule):
    """No jump by more than a factor from the result before, within ``by``, along a date.

    ``factors`` by the value of ``test``; tests without one are not looked at. Values under the
    floor of their test count as the floor. After a jump the way back is not reported again.
    """

    neighbours: str
    test: str
    by: TextList
    along: str
    factors: dict[str, ExactFactor]
    floors: dict[str, ExactFactor] = Field(default_factory=dict)
    READS = ("neighbours", "along", "test", "by")
    DETAILS = ("previous", "previous_date", "factor")


class SlipFactor(Model):
    """A known slip: how many times too large the value becomes, and what was mistaken for what."""

    factor: ExactFactor
    meaning: str


class Slip(Rule):
    """A value is off from the median of its group by a factor that a wrong unit would give.

    ``within`` is how far from the exact factor it may be; groups of fewer than three are left out.
    """

    slip: str
    test: str
    by: TextList
    within: ExactFactor
    table: dict[str, tuple[SlipFactor, ...]]
    READS = ("slip", "test", "by")
    DETAILS = ("median", "factor", "meaning")


class Swapped(Rule):
    """Results of two tests of one moment are each other's: each is near the other's median.

    Near is within the factor ``within`` of it, while it is further than that from its own.
    """

    swapped: str
    test: str
    pair: tuple[str, str]
    by: TextList
    at: str
    within: ExactFactor
    READS = ("swapped", "test", "at", "by")
    DETAILS = ("other", "other_test")


class Ratio(Rule):
    """The ratio of two tests of one moment stays near the median ratio of its group."""

    ratio: str
    test: str
    of: tuple[str, str]
    by: TextList
    at: str
    tolerance: ExactFactor
    READS = ("ratio", "test", "at", "by")
    DETAILS = ("other", "found", "usual")


def _days(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


#: First and last day; either may be left open (``~``).
Days = Annotated[tuple[int | None, int | None], BeforeValidator(_days)]


class Move(Model):
    """After one of these values (any, where none is named), this many days later, what may come.

    Without ``next`` nothing may.
    """

    after: TextList = ()
    days: Days = (None, None)
    next: TextList = ()


class Transition(Rule):
    """What may follow what along time: a table of moves; ``first`` says how it may begin."""

    transition: str
    by: TextList
    along: str
    moves: tuple[Move, ...] = ()
    first: TextList = ()
    READS = ("transition", "along", "by")
    DETAILS = ("previous", "previous_date", "days", "choices")


class Order(Rule):
    """A number rises along a date within ``by``; with ``not_falling`` it may stay the same."""

    order: str
    by: TextList
    along: str
    not_falling: Flag = False
    READS = ("order", "along", "by")
    DETAILS = ("previous", "previous_date")


class Exists(Rule):
    """There is a record of another dataset that fits, or, with ``none: true``, there is none.

    ``match`` pairs own variables with those of the other dataset. ``days`` limits how many days
    the other date (second of ``dates``) lies after the own one (first); before is negative.
    """

    exists: str
    about: str
    match: dict[str, str] = Field(default_factory=lambda: {"USUBJID": "USUBJID"})
    where: Conditions = ()
    dates: tuple[str, str] | None = None
    days: Days = (None, None)
    none: Flag = False
    READS = ("about", "match")

    @model_validator(mode="after")
    def _dated(self) -> Exists:
        if self.days != (None, None) and not self.dates:
            raise ValueError("days need dates: [own date, date of the other dataset]")
        return self

    def variables(self) -> Iterator[str]:
        """The variables read of the dataset itself."""
        yield from super().variables()
        if self.dates:
            yield self.dates[0]

    def other_variables(self) -> Iterator[str]:
        """The variables read of the other dataset."""
        yield from self.match.values()
        for condition in self.where:
            yield from condition.variables()
        if self.dates:
            yield self.dates[1]
