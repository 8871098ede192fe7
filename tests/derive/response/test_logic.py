"""Kleene's truth tables."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tecdata.derive.response.logic import Truth

NO, OPEN, YES = (False, False), (False, True), (True, True)
ALL = (NO, OPEN, YES)


def truth(*values: tuple[bool, bool]) -> Truth:
    surely, possibly = np.array(values).T
    return Truth(surely, possibly)


def pairs(found: Truth) -> list[tuple[bool, bool]]:
    return list(zip(found.surely.tolist(), found.possibly.tolist(), strict=True))


def test_negation_and_decided() -> None:
    assert pairs(~truth(*ALL)) == [YES, OPEN, NO]
    assert truth(*ALL).decided.tolist() == [True, False, True]
    assert pairs(truth(*ALL).observed()) == [NO, NO, YES]


def test_and_or() -> None:
    left, right = zip(*itertools.product(ALL, ALL), strict=True)
    both = pairs(truth(*left) & truth(*right))
    either = pairs(truth(*left) | truth(*right))
    for a, b, found_and, found_or in zip(left, right, both, either, strict=True):
        assert found_and == min(a, b)
        assert found_or == max(a, b)


@settings(deadline=None)
@given(st.lists(st.sampled_from(ALL), min_size=1, max_size=6), st.integers(1, 6))
def test_count_bounds(values: list[tuple[bool, bool]], least: int) -> None:
    found = pairs(Truth.count([truth(value) for value in values], least))
    surely = sum(value == YES for value in values)
    possibly = sum(value != NO for value in values)
    assert found == [(surely >= least, possibly >= least)]


def test_nothing_cannot_be_counted() -> None:
    with pytest.raises(ValueError, match=r"^nothing to count$"):
        Truth.count([], 1)
