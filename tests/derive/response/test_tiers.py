"""Tiers of SSc, SLE and IgG4-RD: the worked examples, edges, missing components (monotony: test_monotony.py)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.derive.response.made_panel import Values, disease, panel, response

from tecdata.derive.response.judge import Judge
from tecdata.derive.response.tiers import compute_tiers, unknown_measures
from tecdata.spec.response import TIERS
from tecdata.spec.response_rule import Rule

if TYPE_CHECKING:
    from tecdata.derive.response.panel import Panel

SKIN = ("MRSS", "FVC", "HAQDI", "PTGA", "MDGA")
S1 = "30 70 2.0 8 7"


def values(text: str) -> dict[str, str | None]:
    return {n: None if v == "-" else v for n, v in zip(SKIN, text.split(), strict=True)}


def tiers_of(made: Panel, code: str, mode: str = "paper") -> list[tuple[str, str]]:
    spec = disease(code)
    found = compute_tiers(made, spec, spec.modes[mode])  # type: ignore[index]
    return [(TIERS[a], TIERS[b]) for a, b in zip(found.low, found.high, strict=True)]


def tier(code: str, baseline: Values, followup: Values, mode: str = "paper") -> tuple[str, str]:
    return tiers_of(panel(code, baseline, [(84, followup)]), code, mode)[0]


def skin(baseline: str, followup: str, **more: str | int) -> tuple[str, str]:
    return tier("SSC", values(baseline), {**values(followup), **more})


@pytest.mark.parametrize(
    ("baseline", "followup", "expected"),
    [
        (S1, "14 71 0.875 3 3", "MAJOR"),
        ("22 65 1.25 7 6", "19 66 1.125 6 6", "MINIMAL"),
        (S1, "30 70 2.0 8 7", "NONE"),
        ("20 80 1 8 8", "10 84 0.5 8 8", "MAJOR"),
        ("20 80 1 8 8", "10 83 0.5 8 8", "NONE"),
        ("20 100 1 8 8", "15 105 0.75 8 8", "MODERATE"),
        ("20 100 1 8 8", "15 104.9 0.75 8 8", "NONE"),
        ("20 70 2 10 8", "18 70 1.8 9 8", "MINIMAL"),
        ("20 70 2 10 8", "18.1 70 1.8 9 8", "NONE"),
        ("20 70 2 10 8", "15 70 1.5 7.5 8", "MODERATE"),
        ("20 70 2 10 8", "15 70 1.5 7.6 8", "MINIMAL"),
        ("20 70 2 10 8", "10 70 1 5.1 8", "MODERATE"),
    ],
)
def test_three_of_five(baseline: str, followup: str, expected: str) -> None:
    assert skin(baseline, followup) == (expected, expected)


@pytest.mark.parametrize("event", ["SRC", "LVF", "PAH"])
def test_an_event_of_step_one_excludes_any_response(event: str) -> None:
    assert skin(S1, "14 71 0.875 3 3", **{event: 1}) == ("NONE", "NONE")


def test_a_confirmed_fall_of_fvc_excludes_a_response() -> None:
    better = "14 {} 0.875 3 3"
    spec = disease("SSC")

    def course(*lungs: tuple[int, str]) -> list[tuple[str, str]]:
        visits = [(day, values(better.format(lung))) for day, lung in lungs]
        return tiers_of(panel("SSC", values(S1), visits), spec.disease)

    fall = Fraction(70 * 85, 100)
    assert course((28, str(fall)), (56, str(fall)))[0] == ("NONE", "NONE")
    assert course((28, str(fall + Fraction(1, 100))), (56, str(fall)))[0] == ("MAJOR", "MAJOR")
    assert course((28, str(fall)))[0] == ("MAJOR", "MAJOR"), "observed only: not confirmed"
    assert course((28, str(fall)), (60, str(fall)))[0] == ("MAJOR", "MAJOR"), "after a month"
    assert course((28, str(fall)), (40, "70"))[0] == ("MAJOR", "MAJOR"), "not seen again"
    high = panel(
        "SSC", {**values(S1), "FVC": 100}, [(d, values(better.format(80))) for d in (28, 50)]
    )
    assert tiers_of(high, "SSC")[0] == ("MAJOR", "MAJOR"), "not below 80 percent predicted"


def test_nothing_is_left_to_improve_from_zero() -> None:
    assert skin("0 70 2 8 7", "0 70 1 4 7") == ("NONE", "NONE")
    assert skin("0 70 2 8 7", "0 70 1 4 3.5") == ("MAJOR", "MAJOR")


@pytest.mark.parametrize(
    ("followup", "expected"),
    [
        ("14 - 0.875 3 3", ("MAJOR", "MAJOR")),
        ("14 - 0.875 8 7", ("NONE", "MAJOR")),
        ("14 71 - - 7", ("NONE", "MAJOR")),
        ("14 71 - 8 7", ("NONE", "NONE")),
        ("22 71 - 6 5", ("MODERATE", "MODERATE")),
        ("14 71 - 3 6", ("MINIMAL", "MAJOR")),
        ("- - - 3 3", ("NONE", "MAJOR")),
        ("- - - - -", ("NONE", "MAJOR")),
    ],
)
def test_missing_components_leave_bounds(followup: str, expected: tuple[str, str]) -> None:
    assert skin(S1, followup) == expected


def test_what_is_missing_is_named() -> None:
    spec = disease("SSC")
    made = panel(
        "SSC",
        {**values(S1), "HAQDI": None},
        [(84, values("14 - 0.875 8 7")), (112, values("14 70 0.875 8 7"))],
    )
    rule = spec.modes["paper"].tiers["MAJOR"]
    found = [
        (n, at.tolist())
        for n, at in unknown_measures(rule, spec, made, np.arange(2), response().instruments)
    ]
    assert [n for n, (first, _) in found if first] == ["FVC", "HAQDI"]
    assert [n for n, (_, second) in found if second] == ["HAQDI"]


def test_of_a_score_the_components_are_named_that_are_missing() -> None:
    spec, rule = disease("IIM"), disease("IIM").modes["paper"].tiers["MINIMAL"]
    full: Values = {"MDGA": 5, "PTGA": 5, "MMT": 70, "HAQDI": 1, "ENZYME": 300, "EXMVAS": 3}
    made = panel("IIM", {**full, "HAQDI": None}, [(28, {**full, "PTGA": None}), (56, full)])
    found = unknown_measures(rule, spec, made, np.arange(2), response().instruments)
    named = {name: at.tolist() for name, at in found}
    assert list(named) == ["MDGA", "PTGA", "MMT", "HAQDI", "ENZYME", "EXMVAS"]
    assert (named["PTGA"], named["HAQDI"]) == ([True, False], [True, True])
    assert named["ENZYME"] == [True, True], "without a limit of normal its range is not known"
    assert named["MDGA"] == named["MMT"] == named["EXMVAS"] == [False, False]
    whole = panel("IIM", full, [(28, full)], {"ENZYME": 2850})
    (told, *_) = unknown_measures(rule, spec, whole, np.arange(1), response().instruments)
    assert (told[0], told[1].tolist()) == ("MDGA", [False])
    skin = panel("SSC", dict.fromkeys(SKIN, 5), [(28, {**dict.fromkeys(SKIN, 5), "FVC": None})])
    chance = Rule.model_validate({"value": "CRISS", "at_least": "0.6"})
    lacking = unknown_measures(chance, disease("SSC"), skin, np.arange(1), response().instruments)
    assert [name for name, at in lacking if at.any()] == ["FVC"]


def test_what_stands_beside_a_score_is_named_too() -> None:
    made = panel("IIM", {"MDGA": 5}, [(28, {"MDGA": 3})])
    both = Rule.model_validate(
        {"all": [{"value": "TIS", "at_least": "20"}, {"improves": "FACITF", "by": "4"}]}
    )
    found = unknown_measures(both, disease("IIM"), made, np.arange(1), response().instruments)
    assert [name for name, at in found if at[0]][-2:] == ["EXMVAS", "FACITF"]


def test_the_literature_has_one_cut_off() -> None:
    found = tier("SSC", values("20 70 2 10 8"), values("16 70 1.6 8 8"), "literature")
    assert found == ("MINIMAL", "MINIMAL")
    found = tier("SSC", values("20 70 2 10 8"), values("17 70 1.6 8 8"), "literature")
    assert found == ("NONE", "NONE")


@settings(deadline=None)
@given(
    st.tuples(*[st.integers(1, 50)] * 5),
    st.tuples(*[st.integers(0, 60)] * 5),
    st.sets(st.integers(0, 4)),
)
def test_bounds_hold_whatever_the_missing_values_are(
    before: tuple[int, ...], after: tuple[int, ...], missing: set[int]
) -> None:
    base = {n: str(v) for n, v in zip(SKIN, before, strict=True)}
    now = {n: str(v) for n, v in zip(SKIN, after, strict=True)}
    gone = {n: None if i in missing else now[n] for i, n in enumerate(SKIN)}
    full, _ = tier("SSC", base, now)
    low, high = tier("SSC", base, gone)
    assert TIERS.index(low) <= TIERS.index(full) <= TIERS.index(high)


IGG4 = [(10, 2, "MAJOR"), (6, 4, "MINIMAL"), (8, 4, "MODERATE"), (5, 0, "MODERATE"), (8, 7, "NONE")]


@pytest.mark.parametrize(("before", "after", "expected"), IGG4)
def test_responder_index(before: int, after: int, expected: str) -> None:
    found = tier("IGG4RD", {"IGG4RI": before}, {"IGG4RI": after})
    assert found == (expected, expected)
    literature = "NONE" if expected == "NONE" else "MINIMAL"
    assert tier("IGG4RD", {"IGG4RI": before}, {"IGG4RI": after}, "literature")[0] == literature


def lupus(name: str, baseline: Values, followup: Values) -> tuple[bool, bool]:
    spec = disease("SLE")
    truth = Judge(panel("SLE", baseline, [(84, followup)]), spec.criteria)(spec.criteria[name])
    return bool(truth.surely[0]), bool(truth.possibly[0])


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (("14", "2.0"), ("6", "1.0"), True),
        (("14", "2.0"), ("6", "2.3"), False),
        (("14", "2.0"), ("6", "2.29"), True),
        (("8", "1.5"), ("5", "1.0"), False),
        (("8", "1.5"), ("4", "1.0"), True),
    ],
)
def test_sri4_without_bilag(
    before: tuple[str, str], after: tuple[str, str], expected: bool
) -> None:
    pair = [dict(zip(("SLEDAI", "PGA"), told, strict=True)) for told in (before, after)]
    assert lupus("MSRI", *pair) == (expected, expected)


@pytest.mark.parametrize(
    ("new_a", "new_b", "expected"),
    [
        (0, 0, True),
        (1, 0, False),
        (0, 1, True),
        (0, 2, False),
        (None, None, True),
        (None, 2, False),
    ],
)
def test_sri4_with_bilag_where_it_is_recorded(
    new_a: int | None, new_b: int | None, expected: bool
) -> None:
    followup: Values = {"SLEDAI": 6, "PGA": "1.0", "BILAGA": new_a, "BILAGB": new_b}
    baseline: Values = {"SLEDAI": 14, "PGA": "2.0"}
    assert lupus("SRI4", baseline, followup) == (expected, expected)
    assert lupus("MSRI", baseline, followup) == (True, True)


@pytest.mark.parametrize(
    ("clinical", "global_", "dose", "expected"),
    [
        (0, "0.4", "5", True),
        (0, "0.5", "5", False),
        (1, "0.2", "0", False),
        (0, "0.1", "7.5", False),
        (0, "0.49", "5.01", False),
    ],
)
def test_doris(clinical: int, global_: str, dose: str, expected: bool) -> None:
    found = lupus("DORIS", {}, {"CSLEDAI": clinical, "PGA": global_, "PRED": dose})
    assert found == (expected, expected)


@pytest.mark.parametrize(
    ("total", "major", "new", "global_", "dose", "expected"),
    [
        (4, 0, 0, "1.0", "7.5", True),
        (4, 4, 0, "1.0", "7.5", False),
        (2, 0, 0, "1.1", "7.5", False),
        (5, 0, 0, "1.0", "7.5", False),
        (4, 0, 1, "1.0", "7.5", False),
        (4, 0, 0, "1.0", "7.6", False),
    ],
)
def test_lldas(total: int, major: int, new: int, global_: str, dose: str, expected: bool) -> None:
    told: Values = {
        "SLEDAI": total,
        "MAJORORG": major,
        "NEWITEMS": new,
        "PGA": global_,
        "PRED": dose,
    }
    assert lupus("LLDAS", {}, told) == (expected, expected)


def test_remission_needs_no_fall_of_four() -> None:
    baseline: Values = {"SLEDAI": 4, "CSLEDAI": 2, "PGA": "1.0"}
    followup: Values = {"SLEDAI": 2, "CSLEDAI": 0, "PGA": "0.3"}
    assert lupus("MSRI", baseline, followup) == (False, False)
    assert tier("SLE", baseline, followup) == ("MAJOR", "MAJOR")
    assert tier("SLE", baseline, {**followup, "PGA": None}) == ("MINIMAL", "MAJOR")
    assert tier("SLE", {"SLEDAI": 8}, {"SLEDAI": 6, "CSLEDAI": 6}) == ("MINIMAL", "MINIMAL")
    assert tier("SLE", {"SLEDAI": 8}, {"SLEDAI": 7, "CSLEDAI": 7}) == ("NONE", "NONE")
