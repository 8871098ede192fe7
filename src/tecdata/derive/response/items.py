"""Scores of one day from their items: sums (mRSS, MMT-8, SLEDAI-2K, FACIT, IgG4-RD RI) and HAQ-DI."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

from tecdata.spec.instrument import CategoryScore, Item, ItemScore

__all__ = ["ItemError", "Score", "compute_categories", "compute_change", "compute_sum"]

Answers = Mapping[str, Fraction | int | None]


class ItemError(ValueError):
    """An answer that the instrument does not have."""


class Score:
    """A score between ``low`` and ``high``; ``why`` says why it is not known, where it is not.

    >>> Score(Fraction(3), Fraction(3)).known
    True
    """

    __slots__ = ("high", "low", "version", "why")

    def __init__(self, low: Fraction, high: Fraction, why: str = "", version: str = "") -> None:
        """A score between two bounds, and why it is not one number."""
        self.low, self.high, self.why, self.version = low, high, why, version

    @property
    def known(self) -> bool:
        """Whether the score is one number."""
        return self.low == self.high and not self.why

    def __repr__(self) -> str:
        """The score, or its bounds and why."""
        told = f"{self.low}" if self.known else f"{self.low} to {self.high}: {self.why}"
        return f"Score({told})"


def compute_sum(
    instrument: ItemScore,
    answers: Answers,
    *,
    form: str = "",
    subset: str = "",
    urgent: Collection[str] = (),
    version: str = "",
) -> Score:
    """The sum of the items of a form, or of a named subset of them.

    Parameters
    ----------
    instrument
        Items with their permitted values (whole numbers from low to high).
    answers
        By item; ``None`` or absent is missing.
    form, subset
        Which version of the instrument; which of its partial sums.
    urgent
        Items that count twice (``urgent_factor``), in instruments that know urgency.
    version
        Kept with the score: scores of two versions are never subtracted.

    Returns
    -------
    Score
        Where items are missing: prorated if the instrument allows it and enough are there, else the
        bounds that the missing items leave. They are never taken as 0.

    Raises
    ------
    ItemError
        For an item the form does not have or an answer outside its range.
    """
    items = instrument.form(form)
    _refuse_unknown(items, answers)
    if urgent and instrument.urgent_factor == 1:
        raise ItemError(f"{instrument.label} does not know urgent items")
    names = instrument.subsets[subset] if subset else tuple(items)
    values = {name: _answer(name, items[name], answers.get(name)) for name in names}
    times = {name: instrument.urgent_factor if name in urgent else 1 for name in names}
    known = {name: value for name, value in values.items() if value is not None}
    total = sum((value * times[name] for name, value in known.items()), Fraction(0))
    missing = [name for name in names if name not in known]
    if not missing:
        return Score(total, total, version=version)
    share = instrument.prorate_above
    if share is not None and Fraction(len(known), len(names)) > share:
        scaled = total * len(names) / len(known)
        return Score(scaled, scaled, version=version)
    why = f"{len(missing)} of {len(names)} items missing: {', '.join(missing)}"
    least = sum(items[name].low * times[name] for name in missing)
    most = sum(items[name].high * times[name] for name in missing)
    return Score(total + least, total + most, why, version)


def compute_categories(
    instrument: CategoryScore, answers: Answers, aids: Collection[str] = ()
) -> Score:
    """The mean of the categories (HAQ-DI), each raised where an aid or help is needed for it.

    Raises :class:`ItemError` for a category or value the instrument does not have.
    """
    item = {
        name: Item(label=label, low=instrument.low, high=instrument.high)
        for name, label in instrument.categories.items()
    }
    _refuse_unknown(item, {**answers, **dict.fromkeys(aids)})
    found = []
    for name in item:
        value = _answer(name, item[name], answers.get(name))
        if value is not None:
            raised = max(value, Fraction(instrument.aid_raises_to)) if name in aids else value
            found.append(raised)
    if len(found) < instrument.answered_at_least:
        why = (
            f"{len(found)} of {len(item)} categories answered, "
            f"at least {instrument.answered_at_least} needed"
        )
        return Score(Fraction(instrument.low), Fraction(instrument.high), why)
    mean = sum(found, Fraction(0)) / len(found)
    return Score(mean, mean)


def compute_change(before: Score, after: Score) -> tuple[Fraction, Fraction]:
    """``after`` minus ``before``, between bounds.

    Raises :class:`ItemError` for scores of two versions of an instrument: they have other scales.
    """
    if before.version != after.version:
        raise ItemError(
            f"version {before.version or 'unknown'} and version {after.version or 'unknown'} "
            "have different scales and are never subtracted"
        )
    return after.low - before.high, after.high - before.low


def _refuse_unknown(items: Mapping[str, Item], answers: Answers) -> None:
    """Raises for answers to items that are not there."""
    unknown = sorted(set(answers) - set(items))
    if unknown:
        raise ItemError(f"no item is called {', '.join(unknown)}; there are {', '.join(items)}")


def _answer(name: str, item: Item, value: Fraction | int | None) -> Fraction | None:
    """An answer as the instrument counts it; raises where it is not permitted."""
    if value is None:
        return None
    answer = Fraction(value)
    if answer.denominator != 1 or not item.low <= answer <= item.high:
        raise ItemError(f"{name}: {value} is not a whole number from {item.low} to {item.high}")
    return item.high + item.low - answer if item.reverse else answer
