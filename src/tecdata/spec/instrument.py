"""``specs/response/instruments``: scores and how they come from their components."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from tecdata.spec.model import ExactFactor, Flag, Model

if TYPE_CHECKING:
    from fractions import Fraction

__all__ = [
    "CategoryScore",
    "Instrument",
    "InstrumentFile",
    "ItemScore",
    "LogisticScore",
    "PointScore",
    "Sourced",
]


class Sourced(Model):
    """Where a definition comes from; ``notes`` say what sources disagree about."""

    source: str
    notes: str = ""


class Bin(Model):
    """``points`` for a change of more than ``above`` percent."""

    above: ExactFactor
    points: ExactFactor


class PointPart(Model):
    """Points of one component, for its change in percent of its whole range (bins rise)."""

    label: str
    bins: tuple[Bin, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _rising(self) -> PointPart:
        limits = [b.above for b in self.bins]
        points = [b.points for b in self.bins]
        if limits != sorted(set(limits)) or points != sorted(points):
            raise ValueError("bins must rise: above strictly, points not falling")
        return self

    @property
    def most(self) -> Fraction:
        """The most points this component can give."""
        return self.bins[-1].points


class PointScore(Sourced):
    """A sum of points for the improvement of several components (TIS)."""

    kind: Literal["points"]
    label: str
    parts: dict[str, PointPart] = Field(min_length=1)
    tiers: dict[str, dict[str, ExactFactor]] = Field(default_factory=dict)


class LogisticScore(Sourced):
    """A probability from changes: exp(x) / (1 + exp(x)), x = intercept + sum of slope x change."""

    kind: Literal["logistic"]
    label: str
    intercept: ExactFactor
    slopes: dict[str, ExactFactor] = Field(min_length=1)
    responder_at: ExactFactor


class Item(Model):
    """An item of a sum: its permitted values, whether it is turned round, its weight."""

    label: str
    low: int = 0
    high: int
    reverse: Flag = False


class ItemScore(Sourced):
    """A sum of items.

    ``forms`` are versions with items of their own (unilateral and bilateral MMT-8); ``subsets``
    are named partial sums. With ``prorate_above`` the sum is scaled up when more than that share
    of the items is there (FACIT-Fatigue: half); without it every item must be there. ``doubled`` items
    count twice where they are marked urgent (IgG4-RD RI).
    """

    kind: Literal["items"]
    label: str
    better: Literal["lower", "higher"]
    items: dict[str, Item] = Field(default_factory=dict)
    forms: dict[str, dict[str, Item]] = Field(default_factory=dict)
    subsets: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    prorate_above: ExactFactor | None = None
    urgent_factor: int = 1

    @model_validator(mode="after")
    def _items_or_forms(self) -> ItemScore:
        if bool(self.items) == bool(self.forms):
            raise ValueError("write items, or forms with their items")
        known = {*self.items, *(name for form in self.forms.values() for name in form)}
        unknown = [n for names in self.subsets.values() for n in names if n not in known]
        if unknown:
            raise ValueError(f"subsets name items that are not there: {', '.join(unknown)}")
        return self

    def form(self, name: str = "") -> dict[str, Item]:
        """The items of a form; of the only one there is where no name is given."""
        if self.items:
            return self.items
        return self.forms[name or next(iter(self.forms))]


class CategoryScore(Sourced):
    """A mean over categories (HAQ-DI): an aid or help raises a category to at least ``aid_raises_to``."""

    kind: Literal["categories"]
    label: str
    better: Literal["lower", "higher"]
    categories: dict[str, str] = Field(min_length=1)
    low: int = 0
    high: int
    aid_raises_to: int
    answered_at_least: int = Field(ge=1)


def _kind(value: object) -> str:
    return str(value.get("kind", "") if isinstance(value, dict) else getattr(value, "kind", ""))


Instrument = Annotated[
    Annotated[PointScore, Tag("points")]
    | Annotated[LogisticScore, Tag("logistic")]
    | Annotated[ItemScore, Tag("items")]
    | Annotated[CategoryScore, Tag("categories")],
    Discriminator(_kind),
]


class InstrumentFile(Model):
    """One file: the instruments of one topic by name."""

    instruments: dict[str, Instrument]
