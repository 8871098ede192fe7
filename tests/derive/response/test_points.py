"""Total improvement score: every bin edge, the worked examples, missing components, and CRISS."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.derive.response.made_panel import panel, response

from tecdata.derive.response.amounts import UNIT, exact, plain
from tecdata.derive.response.points import compute_part
from tecdata.spec.instrument import PointPart, PointScore

ORDER = ("MDGA", "PTGA", "MMT", "HAQDI", "ENZYME", "EXMVAS")
NAMES = dict.fromkeys(ORDER, None)
#: Percent limits and points as the criteria print them (ACR/EULAR 2016, Table 3), written here once more.
PRINTED = {
    "MDGA": ("5 15 25 40", "0 7.5 15 17.5 20"),
    "PTGA": ("5 15 25 40", "0 2.5 5 7.5 10"),
    "HAQDI": ("5 15 25 40", "0 5 7.5 7.5 10"),
    "ENZYME": ("5 15 25 40", "0 2.5 5 7.5 7.5"),
    "EXMVAS": ("5 15 25 40", "0 7.5 12.5 15 20"),
    "MMT": ("2 10 20 30", "0 10 20 27.5 32.5"),
}
EXAMPLES = {
    "T1": (
        ("7 8 112 1.75 2400 5", "2 3 141 0.5 150 1", 150, 170),
        ("20 10 20 10 7.5 15", "82.5"),
    ),
    "T2": (
        ("5 6 70 1.0 300 3", "4 5 76 0.875 180 2.5", 80, 190),
        ("7.5 2.5 10 0 0 0", "20"),
    ),
    "T4": (("3 4 78 0.5 200 1", "5 4 74 1.0 900 2", 80, 190), ("0 0 0 0 0 0", "0")),
}


def tis() -> PointScore:
    instrument = response().instruments["tis"]
    assert isinstance(instrument, PointScore)
    return instrument


def points(part: str, baseline: str, followup: str, span: str) -> str:
    made = panel("IIM", {part: baseline}, [(28, {part: followup})], {part: span})
    found = compute_part(tis().parts[part], made.courses[part])
    assert found.low.tolist() == found.high.tolist()
    return plain(int(found.low[0]))


def test_the_table_is_as_printed() -> None:
    for name, (limits, given_points) in PRINTED.items():
        part = tis().parts[name]
        assert [plain(b.above) for b in part.bins] == limits.split()
        assert ["0", *[plain(b.points) for b in part.bins]] == given_points.split()
    assert sum(part.most for part in tis().parts.values()) == 100


@pytest.mark.parametrize("part", PRINTED)
@pytest.mark.parametrize("edge", range(4))
def test_a_bin_is_open_below_and_closed_above(part: str, edge: int) -> None:
    limits, given_points = (text.split() for text in PRINTED[part])
    span, start = Fraction(100), Fraction(200)
    sign = 1 if part == "MMT" else -1
    for step, expected in (
        (Fraction(0), given_points[edge]),
        (Fraction(1, UNIT), given_points[edge + 1]),
        (Fraction(-1, UNIT), given_points[edge]),
    ):
        after = start + sign * (Fraction(limits[edge]) + step)
        assert points(part, str(start), plain(after), str(span)) == expected


@pytest.mark.parametrize(
    ("baseline", "followup", "expected"),
    [("1.1", "0.6", "0"), ("2.2", "0.7", "7.5"), ("6.4", "3.9", "15"), ("8.3", "4.3", "17.5")],
)
def test_edges_that_binary_floats_get_wrong(baseline: str, followup: str, expected: str) -> None:
    assert points("MDGA", baseline, followup, "10") == expected


def test_all_edges_of_the_scale_in_tenths() -> None:
    limits = {50: "0", 150: "7.5", 250: "15", 400: "17.5"}
    for start in range(101):
        for after in range(start + 1):
            expected = limits.get((start - after) * 10)
            if expected is not None:
                assert points("MDGA", f"{start}/10", f"{after}/10", "10") == expected


@pytest.mark.parametrize("steps", [8, 16, 24])
def test_edges_of_the_unilateral_muscle_test(steps: int) -> None:
    expected = {8: "10", 16: "20", 24: "27.5"}[steps]
    assert points("MMT", "40", str(40 + steps), "80") == expected
    assert points("MMT", "40", str(41 + steps), "80") != expected


@pytest.mark.parametrize("name", EXAMPLES)
def test_worked_example(name: str) -> None:
    (before, after, muscle, limit), (parts, total) = EXAMPLES[name]
    baseline = dict(zip(ORDER, before.split(), strict=True))
    followup = dict(zip(ORDER, after.split(), strict=True))
    spans: dict[str, str | int] = {"MMT": muscle, "ENZYME": 15 * limit}
    made = panel("IIM", baseline, [(28, followup)], spans)
    each = [compute_part(tis().parts[n], made.courses[n]).low[0] for n in ORDER]
    assert [plain(int(p)) for p in each] == parts.split()
    assert plain(int(made.courses["TIS"].now.low[0])) == total
    assert made.courses["TIS"].now.known.all()


def test_a_missing_component_leaves_bounds() -> None:
    (before, after, muscle, limit), _ = EXAMPLES["T1"]
    baseline = dict(zip(ORDER, before.split(), strict=True))
    followup: dict[str, str | None] = {
        **dict(zip(ORDER, after.split(), strict=True)),
        "EXMVAS": None,
    }
    spans: dict[str, str | int] = {"MMT": muscle, "ENZYME": 15 * limit}
    score = panel("IIM", baseline, [(28, followup)], spans).courses["TIS"].now
    assert (plain(int(score.low[0])), plain(int(score.high[0]))) == ("67.5", "87.5")
    spans["ENZYME"] = 0
    score = panel("IIM", baseline, [(28, followup)], spans).courses["TIS"].now
    assert (plain(int(score.low[0])), plain(int(score.high[0]))) == ("60", "87.5")


VAS = st.integers(0, 100)


@settings(deadline=None)
@given(
    st.tuples(VAS, VAS, st.integers(0, 80), st.integers(0, 24), st.integers(1, 5000), VAS),
    st.tuples(VAS, VAS, st.integers(0, 80), st.integers(0, 24), st.integers(1, 5000), VAS),
    st.integers(0, 5),
    st.integers(1, 30),
)
def test_score_is_within_bounds_and_never_lowered_by_an_improvement(
    before: tuple[int, ...], after: tuple[int, ...], which: int, more: int
) -> None:
    def total(values: tuple[int, ...]) -> Fraction:
        divisors = dict(zip(ORDER, (10, 10, 1, 8, 1, 10), strict=True))
        base = {n: f"{v}/{divisors[n]}" for n, v in zip(ORDER, before, strict=True)}
        now = {n: f"{v}/{divisors[n]}" for n, v in zip(ORDER, values, strict=True)}
        made = panel("IIM", base, [(28, now)], {"ENZYME": 2850})
        return exact(int(made.courses["TIS"].now.low[0]))

    better = list(after)
    better[which] += more if ORDER[which] == "MMT" else -more
    found = total(after)
    assert 0 <= found <= 100
    assert (found / Fraction(5, 2)).denominator == 1
    assert total(tuple(better)) >= found


CRISS = {
    "C1": ("0 0 0 0 0", "-5.54"),
    "C2": ("-8 2 -2 -3 -0.25", "4.3325"),
    "C3": ("-5 0 0 0 0", "-1.49"),
}


@pytest.mark.parametrize("name", CRISS)
def test_probability_of_the_original_criss(name: str) -> None:
    changes, x = CRISS[name]
    names = ("MRSS", "FVC", "PTGA", "MDGA", "HAQDI")
    baseline: dict[str, str | int] = {"MRSS": 20, "FVC": 70, "PTGA": 6, "MDGA": 6, "HAQDI": 1}
    moved = zip(names, changes.split(), strict=True)
    followup = {n: str(Fraction(baseline[n]) + Fraction(change)) for n, change in moved}
    score = panel("SSC", baseline, [(180, followup)]).courses["CRISS"].now
    expected = 1 / (1 + math.exp(-float(x)))
    assert exact(int(score.low[0])) == pytest.approx(Fraction(expected), abs=1e-6)
    progressed = panel("SSC", baseline, [(180, {**followup, "SRC": 1})]).courses["CRISS"].now
    assert progressed.low.tolist() == progressed.high.tolist() == [0]


def test_probability_without_a_component_is_unknown() -> None:
    baseline = {"MRSS": 20, "FVC": 70, "PTGA": 6, "MDGA": 6, "HAQDI": 1}
    score = panel("SSC", baseline, [(180, {**baseline, "FVC": None})]).courses["CRISS"].now
    assert score.low.tolist() == [0]
    assert score.high.tolist() == [UNIT]


def test_a_limit_with_decimals_is_exact_too() -> None:
    part = PointPart.model_validate(
        {"label": "x", "bins": [{"above": "2.5", "points": "1"}, {"above": "12.5", "points": "4"}]}
    )
    for after, expected in (("9.75", 0), ("9.7499", 1), ("8.75", 1), ("8.7499", 4)):
        made = panel("IIM", {"MDGA": 10}, [(28, {"MDGA": after})])
        assert compute_part(part, made.courses["MDGA"]).low.tolist() == [expected * UNIT]


def test_only_one_of_baseline_and_follow_up_is_not_enough() -> None:
    for before, after in ((None, 5), (5, None)):
        made = panel("IIM", {"MDGA": before}, [(28, {"MDGA": after})])
        found = compute_part(tis().parts["MDGA"], made.courses["MDGA"])
        assert (found.low.tolist(), found.high.tolist()) == ([0], [20 * UNIT])


def test_nothing_known_leaves_the_whole_scale() -> None:
    made = panel("IIM", {}, [(28, {})]).courses["TIS"]
    assert (made.now.low.tolist(), made.now.high.tolist()) == ([0], [100 * UNIT])
    assert made.higher_is_better is True
    assert panel("SSC", {}, [(28, {})]).courses["CRISS"].higher_is_better is True
