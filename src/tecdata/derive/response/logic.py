"""Three-valued truth: met, not met, or undecided because something is missing (Kleene)."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tecdata.derive.response.amounts import Bools

__all__ = ["Truth"]


@dataclasses.dataclass(frozen=True, slots=True)
class Truth:
    """``surely`` is met whatever the missing values are, ``possibly`` for some of them.

    >>> met = Truth(np.array([True, False]), np.array([True, True]))
    >>> (~met).surely.tolist(), (~met).possibly.tolist()
    ([False, False], [False, True])
    """

    surely: Bools
    possibly: Bools

    @property
    def decided(self) -> Bools:
        """Where missing values make no difference."""
        return np.equal(self.surely, self.possibly)

    def __invert__(self) -> Truth:
        """Not: what is surely not met is surely met."""
        return Truth(~self.possibly, ~self.surely)

    def __and__(self, other: Truth) -> Truth:
        """Both are met."""
        return Truth(self.surely & other.surely, self.possibly & other.possibly)

    def __or__(self, other: Truth) -> Truth:
        """At least one is met."""
        return Truth(self.surely | other.surely, self.possibly | other.possibly)

    def observed(self) -> Truth:
        """What is undecided counts as not met."""
        return Truth(self.surely, self.surely)

    @staticmethod
    def count(truths: Sequence[Truth], least: int) -> Truth:
        """At least so many of them are met."""
        if not truths:
            raise ValueError("nothing to count")
        surely = np.zeros(len(truths[0].surely), np.int16)
        possibly = np.zeros(len(truths[0].surely), np.int16)
        for truth in truths:
            surely += truth.surely
            possibly += truth.possibly
        return Truth(surely >= least, possibly >= least)
