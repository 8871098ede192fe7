"""Scores of one day from their items: the worked examples, ranges, missing items."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.derive.response.made_panel import response

from tecdata.derive.response.items import (
    ItemError,
    Score,
    compute_categories,
    compute_change,
    compute_sum,
)
from tecdata.spec.instrument import CategoryScore, ItemScore


def items(name: str) -> ItemScore:
    instrument = response().instruments[name]
    assert isinstance(instrument, ItemScore)
    return instrument


def haq() -> CategoryScore:
    instrument = response().instruments["haqdi"]
    assert isinstance(instrument, CategoryScore)
    return instrument


def known(score: Score) -> Fraction:
    assert score.known, score.why
    return score.low


SITES = [f"{n:02}" for n in range(1, 18)]


def test_rodnan_skin_score() -> None:
    mrss = items("mrss")
    assert known(compute_sum(mrss, dict.fromkeys(SITES, 1))) == 17
    assert known(compute_sum(mrss, dict.fromkeys(SITES, 3))) == 51
    some = {"04": 3, "05": 3, "06": 2, "07": 2, "08": 1, "09": 1, "01": 1}
    assert known(compute_sum(mrss, {**dict.fromkeys(SITES, 0), **some})) == 13
    for wrong in (4, -1, Fraction(1, 2)):
        with pytest.raises(ItemError, match="not a whole number from 0 to 3"):
            compute_sum(mrss, {**dict.fromkeys(SITES, 0), "01": wrong})
    with pytest.raises(ItemError, match=r"^no item is called 18, 19; there are 01, 02, 03"):
        compute_sum(mrss, {"19": 1, "18": 1})
    assert Score(Fraction(1), Fraction(1)).version == ""


def test_missing_sites_leave_bounds() -> None:
    score = compute_sum(items("mrss"), {**dict.fromkeys(SITES[:15], 1), "16": None})
    assert [score.low, score.high] == [15, 21]
    assert not score.known
    assert score.why == "2 of 17 items missing: 16, 17"
    assert "15 to 21" in repr(score)


def test_muscle_test() -> None:
    mmt = items("mmt8")
    names = list(mmt.forms["unilateral"])
    told = dict(zip(names, (10, 8, 9, 10, 7, 7, 8, 10), strict=True))
    assert known(compute_sum(mmt, told, form="unilateral")) == 69
    both = dict.fromkeys(mmt.forms["bilateral"], 10)
    assert known(compute_sum(mmt, both, form="bilateral")) == 150
    weak = dict.fromkeys(("DELTOIDR", "DELTOIDL", "GLUTMEDR", "GLUTMEDL"), 6)
    assert known(compute_sum(mmt, {**both, **weak, "NECK": 8}, form="bilateral")) == 132
    assert known(compute_sum(mmt, told)) == 69, "the first form where none is named"


PRESENT = {
    "D1": (("09", "13", "15", "20", "21"), 14, 10),
    "D2": (("22", "23", "24"), 3, 3),
    "D3": (tuple(f"{n:02}" for n in range(1, 25)), 105, 101),
    "D4": (("20", "21"), 4, 0),
}


@pytest.mark.parametrize("name", PRESENT)
def test_sledai(name: str) -> None:
    present, total, clinical = PRESENT[name]
    sledai = items("sledai2k")
    answers = {n: item.high if n in present else 0 for n, item in sledai.items.items()}
    assert known(compute_sum(sledai, answers)) == total
    assert known(compute_sum(sledai, answers, subset="clinical")) == clinical


def test_sledai_weights() -> None:
    weights = [item.high for item in items("sledai2k").items.values()]
    assert weights == [8] * 8 + [4] * 6 + [2] * 7 + [1] * 3


def test_responder_index_doubles_urgent_sites_and_keeps_versions_apart() -> None:
    new, old = items("igg4ri2018"), items("igg4ri2012")
    none = dict.fromkeys(new.items, 0)
    before = compute_sum(new, {**none, "01": 3, "02": 2, "03": 2}, urgent=["01"], version="2018")
    after = compute_sum(new, {**none, "01": 1, "02": 1}, version="2018")
    assert [known(before), known(after)] == [10, 2]
    assert list(compute_change(before, after)) == [-8, -8]
    prototype = compute_sum(old, {**none, "IGG4": 4, "01": 4}, urgent=["01"], version="2012")
    assert known(prototype) == 12
    with pytest.raises(
        ItemError, match=r"^version 2012 and version 2018 have .* never subtracted$"
    ):
        compute_change(prototype, after)
    with pytest.raises(ItemError, match=r"^version 2012 and version unknown have"):
        compute_change(prototype, compute_sum(new, none))
    with pytest.raises(ItemError, match=r"^version unknown and version 2012 have"):
        compute_change(compute_sum(new, none), prototype)
    with pytest.raises(ItemError, match="not a whole number from 0 to 3"):
        compute_sum(new, {"01": 4})
    with pytest.raises(ItemError, match="does not know urgent"):
        compute_sum(items("mrss"), dict.fromkeys(SITES, 0), urgent=["01"])


def test_an_urgent_site_that_is_missing_may_count_twice() -> None:
    new = items("igg4ri2018")
    answers = {name: 1 for name in new.items if name != "05"}
    score = compute_sum(new, answers, urgent=["05"])
    assert [score.low, score.high] == [24, 30]


CATEGORIES = ("DRESS", "ARISE", "EAT", "WALK", "HYGIENE", "REACH", "GRIP", "ACT")


@pytest.mark.parametrize(
    ("answers", "aids", "expected"),
    [
        ("2 1 0 2 1 0 3 1", (), "1.25"),
        ("2 1 0 2 1 0 3 1", ("EAT",), "1.5"),
        ("2 1 1 2 1 0 3 1", ("EAT",), "1.5"),
        ("2 1 0 2 1 0 3 1", ("GRIP", "DRESS"), "1.25"),
        ("0 0 0 0 0 0 0 0", (), "0"),
        ("3 3 3 3 3 3 3 3", (), "3"),
        ("1 1 1 1 1 2 - -", (), "7/6"),
    ],
)
def test_haq(answers: str, aids: tuple[str, ...], expected: str) -> None:
    told = dict(zip(CATEGORIES, answers.split(), strict=True))
    given_answers = {n: None if v == "-" else int(v) for n, v in told.items()}
    assert known(compute_categories(haq(), given_answers, aids)) == Fraction(expected)


def test_haq_needs_six_categories() -> None:
    score = compute_categories(haq(), dict.fromkeys(CATEGORIES[:5], 1))
    assert not score.known
    assert [score.low, score.high] == [0, 3]
    assert score.why == "5 of 8 categories answered, at least 6 needed"
    with pytest.raises(ItemError, match="no item is called FLY"):
        compute_categories(haq(), dict.fromkeys(CATEGORIES, 1), ["FLY"])
    with pytest.raises(ItemError, match="from 0 to 3"):
        compute_categories(haq(), {"DRESS": 4})


FATIGUE = [f"{n:02}" for n in range(1, 14)]


def test_facit() -> None:
    facit = items("facitf")
    well = {n: 4 if n in ("07", "08") else 0 for n in FATIGUE}
    assert known(compute_sum(facit, well)) == 52
    assert known(compute_sum(facit, dict.fromkeys(FATIGUE, 2))) == 26
    assert known(compute_sum(facit, dict.fromkeys(FATIGUE, 4))) == 8
    # Twelve items whose recoded sum is 30: items 1 to 6 recode to 4, item 7 to 4, item 8 to 2.
    twelve = {**dict.fromkeys(FATIGUE[:6], 0), "07": 4, "08": 2, **dict.fromkeys(FATIGUE[8:12], 4)}
    assert known(compute_sum(facit, twelve)) == Fraction("32.5")


@pytest.mark.parametrize(("answered", "is_known"), [(7, True), (6, False)])
def test_facit_wants_more_than_half_of_the_items(answered: int, is_known: bool) -> None:
    score = compute_sum(items("facitf"), dict.fromkeys(FATIGUE[:answered], 2))
    assert score.known is is_known


@settings(deadline=None)
@given(st.lists(st.integers(0, 3), min_size=17, max_size=17), st.sets(st.integers(0, 16)))
def test_bounds_hold_whatever_is_missing(values: list[int], gone: set[int]) -> None:
    full = dict(zip(SITES, values, strict=True))
    some = {n: None if i in gone else full[n] for i, n in enumerate(SITES)}
    score = compute_sum(items("mrss"), some)
    assert score.low <= sum(values) <= score.high
    assert score.known is (not gone)
