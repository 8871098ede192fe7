"""Tiers are monotone: what is better at a visit never lowers a tier, and where the definitions themselves are not.

The first property takes the measures of each disease as numbers, some of them missing; the others take lupus and IgG4-related
disease from the items of their indices. What is not monotone by definition stands as cases of its own below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.derive.response.made_panel import disease, panel, response
from tests.derive.response.test_assemble import MUSCLE, derived, of

from tecdata.derive.response.items import compute_sum
from tecdata.derive.response.relapse import compute_worsening
from tecdata.derive.response.tiers import compute_tiers
from tecdata.spec.instrument import ItemScore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.derive.response.made_panel import Values

    from tecdata.spec.response import Mode

MODES: tuple[Mode, ...] = ("paper", "literature")
#: Measures by disease: largest value in steps, steps of 1, and whether more is better.
SCALES: dict[str, dict[str, tuple[int, int, bool]]] = {
    "SSC": {
        "MRSS": (51, 1, False),
        "FVC": (1300, 10, True),
        "HAQDI": (24, 8, False),
        "PTGA": (100, 10, False),
        "MDGA": (100, 10, False),
        **dict.fromkeys(("SRC", "LVF", "PAH"), (1, 1, False)),
    },
    "IIM": {
        "MDGA": (100, 10, False),
        "PTGA": (100, 10, False),
        "MMT": (80, 1, True),
        "HAQDI": (24, 8, False),
        "ENZYME": (4000, 1, False),
        "EXMVAS": (100, 10, False),
    },
    "SLE": {
        "SLEDAI": (40, 1, False),
        "CSLEDAI": (4, 1, False),
        "PGA": (30, 10, False),
        "PRED": (30, 2, False),
        "BILAGA": (2, 1, False),
        "BILAGB": (3, 1, False),
    },
    "IGG4RD": {"IGG4RI": (30, 1, False)},
}
SPANS: dict[str, str | int] = {"ENZYME": 2850, "MMT": 80}


def bounds(
    code: str, baseline: Values, visits: list[Mapping[str, str | int | None]]
) -> list[tuple[int, int]]:
    """Lowest and highest possible tier of every visit in every mode, three weeks apart."""
    made = panel(code, baseline, [(21 * n, v) for n, v in enumerate(visits, 1)], SPANS)
    spec, found = disease(code), []
    for mode in MODES:
        tiers = compute_tiers(made, spec, spec.modes[mode])
        found += list(zip(tiers.low.tolist(), tiers.high.tolist(), strict=True))
    return found


@st.composite
def courses(draw: st.DrawFn, code: str) -> tuple[dict[str, int | None], list[dict[str, Any]]]:
    """Baseline and two visits in steps, more often better than worse; a few values may be missing."""
    scales = SCALES[code]
    start: dict[str, int | None] = {}
    visits: list[dict[str, Any]] = [{}, {}]
    for measure, (top, _, more_is_better) in scales.items():
        if top == 1:  # an event, which is rare
            for visit in visits:
                visit[measure] = draw(st.sampled_from([0, 0, 0, 0, 1]))
            continue
        first = draw(st.integers(0, top))
        start[measure] = first
        better = st.integers(first, top) if more_is_better else st.integers(0, first)
        for visit in visits:
            visit[measure] = draw(better | st.integers(0, top))
    for values in (start, *visits):
        for measure in draw(
            st.sets(st.sampled_from(sorted(start)), max_size=min(2, len(start) - 1))
        ):
            values[measure] = None
    return start, visits


def told(code: str, values: Mapping[str, int | None]) -> Values:
    steps = {m: s for m, (_, s, _) in SCALES[code].items()}
    return {m: None if v is None else f"{v}/{steps[m]}" for m, v in values.items()}


@pytest.mark.parametrize("code", SCALES)
@given(st.data())
def test_an_improvement_never_lowers_a_tier(code: str, data: st.DataObject) -> None:
    start, visits = data.draw(courses(code))
    which = data.draw(st.sampled_from(sorted(SCALES[code])))
    at = data.draw(st.integers(0, 1))
    top, _, more_is_better = SCALES[code][which]
    better = [dict(visit) for visit in visits]
    if better[at][which] is None:
        return
    change = data.draw(st.integers(1, top))
    better[at][which] += change if more_is_better else -min(change, better[at][which])
    before = bounds(code, told(code, start), [told(code, v) for v in visits])
    after = bounds(code, told(code, start), [told(code, v) for v in better])
    for (low, high), (lifted_low, lifted_high) in zip(before, after, strict=True):
        assert lifted_low >= low
        assert lifted_high >= high


@pytest.mark.parametrize("code", SCALES)
@given(st.data())
def test_a_worse_start_never_lowers_a_tier(code: str, data: st.DataObject) -> None:
    """Of a measure that is followed by itself, and from 0 upwards too: of 0 nothing is left to improve."""
    start, visits = data.draw(courses(code))
    known = sorted(m for m, value in start.items() if value is not None)
    if not known:
        return
    which = data.draw(st.sampled_from(known))
    top, _, more_is_better = SCALES[code][which]
    change = data.draw(st.integers(1, top))
    value = start[which] or 0
    worse = max(1, value - change) if more_is_better else value + change
    if more_is_better and value == 0:
        return
    before = bounds(code, told(code, start), [told(code, v) for v in visits])
    after = bounds(code, told(code, {**start, which: worse}), [told(code, v) for v in visits])
    assert all(low[0] >= was[0] for low, was in zip(after, before, strict=True))


def items_of(name: str) -> ItemScore:
    found = response().instruments[name]
    assert isinstance(found, ItemScore)
    return found


def lupus(present: set[str], global_: int, dose: int) -> Values:
    """What the descriptors of a day come to."""
    sledai = items_of("sledai2k")
    answers = {n: item.high if n in present else 0 for n, item in sledai.items.items()}
    total, clinical = (compute_sum(sledai, answers, subset=s).low for s in ("", "clinical"))
    return {
        "SLEDAI": int(total),
        "CSLEDAI": int(clinical),
        "PGA": f"{global_}/10",
        "PRED": f"{dose}/2",
    }


DESCRIPTORS = [f"{n:02}" for n in range(1, 25)]
#: Few or many at once: remission needs that hardly any is left.
SOME = st.sets(st.sampled_from(DESCRIPTORS), max_size=4) | st.sets(st.sampled_from(DESCRIPTORS))


@given(SOME, SOME, st.integers(0, 30), st.integers(0, 30), st.integers(0, 20), st.data())
def test_a_descriptor_of_lupus_gone_never_lowers_a_tier(
    first: set[str], then: set[str], global_: int, later: int, dose: int, data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.sampled_from(sorted(then)))) if then else set()
    less, lower = data.draw(st.integers(0, later)), data.draw(st.integers(0, dose))
    base = lupus(first, global_, 20)
    before = bounds("SLE", base, [lupus(then, later, dose)])
    after = bounds("SLE", base, [lupus(then - gone, less, lower)])
    assert all(lifted[0] >= was[0] for lifted, was in zip(after, before, strict=True))
    assert all(low == high for low, high in before), "nothing is missing"


@pytest.mark.parametrize("version", ["igg4ri2018", "igg4ri2012"])
@given(st.data())
def test_a_site_less_active_or_no_longer_urgent_never_lowers_a_tier(
    version: str, data: st.DataObject
) -> None:
    index = items_of(version)
    names = sorted(index.items)
    scores = {n: data.draw(st.integers(0, index.items[n].high)) for n in names[:6]}
    urgent = data.draw(st.sets(st.sampled_from(names[:6])))
    which = data.draw(st.sampled_from(names[:6]))

    def total(answers: Mapping[str, int], of: set[str]) -> int:
        return int(compute_sum(index, {**dict.fromkeys(names, 0), **answers}, urgent=of).low)

    base = data.draw(st.integers(0, 30))
    before = bounds("IGG4RD", {"IGG4RI": base}, [{"IGG4RI": total(scores, urgent)}])
    better = {**scores, which: data.draw(st.integers(0, scores[which]))}
    for less, those in ((better, urgent), (scores, urgent - {which})):
        after = bounds("IGG4RD", {"IGG4RI": base}, [{"IGG4RI": total(less, those)}])
        assert all(lifted[0] >= was[0] for lifted, was in zip(after, before, strict=True))


# What is not monotone by definition.


def test_another_enzyme_that_starts_worse_is_followed_instead() -> None:
    """The most abnormal enzyme at entry is the one followed (Aggarwal and Chandra, ACR 2020 abstract 1058).

    LDH at 3 times its limit instead of twice is a worse start, but from then on CK, which fell, no longer counts.
    """
    visit = [("MDGA", 30, 5.0), ("PTGA", 30, 8.0), ("HAQDI", 30, 2.0), ("EXMVAS", 30, 5.0)]
    labs = [("CK", -5, 425.0, 170.0), ("CK", 30, 170.0, 170.0), ("LDH", 30, 740.0, 250.0)]
    strength = [("MMT8B", -5, 100.0), ("MMT8B", 30, 100.0)]
    for start, followed, other, expected in (
        (500.0, "CK", "LDH", (20.0, "MINIMAL")),
        (750.0, "LDH", "CK", (17.5, "NONE")),
    ):
        made = [*MUSCLE, *strength, *visit, *labs, ("LDH", -5, start, 250.0)]
        frame = derived("IIM", made)  # type: ignore[arg-type]
        assert of(frame, followed)
        assert not of(frame, other)
        assert (of(frame, "TIS")[0][1], of(frame, "TIER")[0][2]) == expected


def test_a_better_visit_in_between_makes_a_relapse_of_the_next() -> None:
    """Relapse counts from the maximum prior response (Albach 2026, Methods), so it is not monotone in earlier visits."""
    spec = disease("IGG4RD")
    graded = []
    for between in (5, 3):
        visits: list[tuple[int, Values]] = [(28, {"IGG4RI": between}), (56, {"IGG4RI": 7})]
        made = panel("IGG4RD", {"IGG4RI": 10}, visits)
        graded.append(compute_worsening(made, spec, spec.modes["paper"]).low.tolist())
    assert graded == [[0, 0], [0, 1]]


def test_less_of_a_start_that_was_already_low_cannot_reach_the_highest_tier() -> None:
    """A fall by points asks for points to fall from (tiers 2, 4 and 6 of the series): 5 to 0 is moderate, 6 to 0 major."""
    assert bounds("IGG4RD", {"IGG4RI": 5}, [{"IGG4RI": 0}])[0] == (2, 2)
    assert bounds("IGG4RD", {"IGG4RI": 6}, [{"IGG4RI": 0}])[0] == (3, 3)


def test_tiers_of_lupus_are_not_nested() -> None:
    """Remission (van Vollenhoven 2021) is a state, SRI-4 (Furie 2009) a change: of a start of 4 the highest is met alone."""
    spec = disease("SLE")
    base: Values = {"SLEDAI": 4, "CSLEDAI": 2, "PGA": "1.0"}
    made = panel("SLE", base, [(28, {"SLEDAI": 2, "CSLEDAI": 0, "PGA": "0.3"})])
    found = compute_tiers(made, spec, spec.modes["paper"])
    assert {t: bool(met.surely[0]) for t, met in found.met.items()} == {
        "MINIMAL": True,
        "MODERATE": False,
        "MAJOR": True,
    }
