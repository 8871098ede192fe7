"""The solver against an independent integration, closed forms, and the laws a linear model obeys."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from tests.derive.exposure.reference import integrate

from tecdata.derive.exposure import Doses, System, expose, exposure_of
from tecdata.derive.exposure.batches import batches
from tecdata.derive.exposure.individual import individual_system
from tecdata.derive.exposure.taylor import segments
from tecdata.spec import load_specs
from tecdata.spec.pharmacokinetics import PkModel
from tecdata.spec.text_yaml import load_with_lines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

EC90 = 6.04
# Shrinking a case of this many floats takes minutes and teaches little.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


@pytest.fixture(scope="module")
def teclistamab(repository: Path) -> PkModel:
    return load_specs(repository / "specs").pk["teclistamab_miao_2023"]


def typical(model: PkModel, weights: list[float], **effects: list[float]) -> System:
    size = len(weights)
    covariates = {"WT": np.array(weights), "ISS": ["I"] * size, "MYELOMA": ["IGG"] * size}
    return individual_system(model, covariates, {k: np.array(v) for k, v in effects.items()})


def test_a_known_schedule_is_exact_to_one_part_in_ten_million(
    teclistamab: PkModel,
) -> None:
    weights = [52.0, 74.0, 120.0]
    system = typical(
        teclistamab,
        weights,
        transient=[0.0, 1.5, -1.0],
        central=[0.0, -0.9, 0.5],
        absorption=[0.0, 0.5, -0.8],
    )
    doses = Doses.of([0, 3, 6.25, 12, 40], np.outer([0.06, 0.3, 1.5, 1.5, 1.5], weights))
    grid = np.arange(0.0, 200.0)
    found = expose(system, doses, threshold=EC90, grid=grid)
    for n in range(3):
        truth = integrate(system, doses, EC90, grid, n)
        assert found.auc[n] == pytest.approx(truth.auc, rel=1e-8)
        assert found.profile[:, n] == pytest.approx(truth.profile, rel=1e-7, abs=1e-12)
        assert found.cmax[n] == pytest.approx(truth.cmax, rel=1e-8)
        assert found.tmax[n] == pytest.approx(truth.tmax, abs=1e-4)
        assert found.days_above[n] == pytest.approx(truth.days_above, abs=1e-6)
        assert found.auc_above[n] == pytest.approx(truth.auc_above, rel=1e-7)
        mine = found.crossings[1][found.crossings[0] == n]
        assert mine == pytest.approx(truth.crossings, abs=1e-6)
    assert len(found.crossings[0]) >= 6
    assert found.imbalance.max() < 1e-8


def test_another_drug_given_by_infusion_runs_through_the_same_code(repository: Path) -> None:
    file = repository / "tests" / "derive" / "exposure" / "obinutuzumab_gibiansky_2014.yaml"
    model, _ = load_with_lines(file, PkModel)
    covariates = {
        "WT": np.array([60.0, 95.0]),
        "SEX": ["F", "M"],
        "DIAGNOSIS": ["CLL", "DLBCL"],
        "TUMOUR": ["HIGH", "LOW"],
    }
    system = individual_system(model, covariates)
    assert system.clearance[0] == pytest.approx(0.0828 * (60 / 75) ** 0.615)
    assert system.decay[1] == pytest.approx(0.0359 * 2.08 * 2.65)
    days = [0.0, 1, 7, 14, 28, 56]
    amounts = [100.0, 900, 1000, 1000, 1000, 1000]
    doses = Doses.of(days, amounts, "central", np.array([4.0, 5, 4, 4, 4, 0]) / 24, subjects=2)
    grid = np.concatenate([np.arange(0, 0.5, 0.02), np.arange(1.0, 300)])
    found = expose(system, doses, threshold=300.0, grid=grid)
    for n in range(2):
        truth = integrate(system, doses, 300.0, grid, n)
        assert found.auc[n] == pytest.approx(truth.auc, rel=1e-8)
        assert found.profile[:, n] == pytest.approx(truth.profile, rel=1e-7, abs=1e-10)
        assert found.days_above[n] == pytest.approx(truth.days_above, abs=1e-6)
        assert found.auc_above[n] == pytest.approx(truth.auc_above, rel=1e-7)


def test_constant_clearance_gives_the_closed_forms() -> None:
    system = System.of(clearance=[0.4], central=[4.0], absorption=0.2, bioavailability=0.7)
    grid = np.arange(0.0, 60.0)
    found = exposure_of(system, Doses.of([0], [100]), threshold=3.0, grid=grid)
    k, ka = 0.1, 0.2
    bateman = 70 / 4 * ka / (ka - k) * (np.exp(-k * grid) - np.exp(-ka * grid))
    assert found.profile[:, 0] == pytest.approx(bateman, rel=1e-7, abs=1e-12)
    assert found.auc[0] == pytest.approx(70 / 0.4, rel=1e-8)
    assert found.tmax[0] == pytest.approx(np.log(ka / k) / (ka - k), abs=1e-7)
    # Where absorption is as fast as elimination the formula above divides by 0; the solver does not.
    equal = System.of(clearance=[0.8], central=[4.0], absorption=0.2)
    found = exposure_of(equal, Doses.of([0], [100]), threshold=3.0, grid=grid)
    assert found.profile[:, 0] == pytest.approx(25 * 0.2 * grid * np.exp(-0.2 * grid), rel=1e-7)
    assert found.tmax[0] == pytest.approx(5.0, abs=1e-7)


def test_two_compartments_without_fading_give_two_exponentials(teclistamab: PkModel) -> None:
    system = typical(teclistamab, [74.0]).without_transient()
    found = exposure_of(
        system, Doses.of([0], [100], "central"), threshold=EC90, grid=np.arange(90.0)
    )
    k10, k12, k21 = 0.449 / 4.13, 0.039 / 4.13, 0.039 / 1.34
    total = k10 + k12 + k21
    fast = (total + np.sqrt(total**2 - 4 * k10 * k21)) / 2
    slow = k10 * k21 / fast
    a, b = (fast - k21) / (fast - slow), (k21 - slow) / (fast - slow)
    t = np.arange(90.0)
    curve = 100 / 4.13 * (a * np.exp(-fast * t) + b * np.exp(-slow * t))
    assert found.profile[:, 0] == pytest.approx(curve, rel=1e-7)
    assert found.auc[0] == pytest.approx(100 / 0.449, rel=1e-8)
    assert found.cmax[0] == pytest.approx(100 / 4.13)


RATES = st.floats(0.02, 2.0)
systems = st.builds(
    System.of,
    clearance=st.floats(0.05, 3.0).map(lambda v: [v]),
    central=st.floats(1.0, 12.0).map(lambda v: [v]),
    transient=st.floats(0.0, 6.0),
    decay=st.floats(0.005, 0.3),
    peripheral=st.floats(0.5, 8.0),
    exchange=st.floats(0.0, 1.5),
    absorption=RATES,
    bioavailability=st.floats(0.2, 1.0),
)
schedules = st.lists(
    st.tuples(st.integers(0, 60), st.floats(1.0, 200.0)), min_size=1, max_size=5
).map(sorted)


def course(schedule: list[tuple[int, float]], factor: float = 1.0) -> Doses:
    days, amounts = zip(*schedule, strict=True)
    return Doses.of(np.array(days, float), np.array(amounts) * factor)


#: Clearance that fades faster than anything else happens: steps must follow the fading.
FADING = System.of(
    clearance=[0.05],
    central=[7.45491015],
    transient=3.4362638,
    decay=0.1456017,
    peripheral=1.88351766,
    exchange=7.74898999e-62,
    absorption=0.02,
    bioavailability=0.51064475,
)


#: A body that is empty by the end: what is left there is a millionth of the peak.
EMPTIED = System.of(
    clearance=[2.15953818],
    central=[8.25370845],
    transient=2.34472829,
    decay=0.28708068,
    peripheral=5.05202742,
    exchange=0.001,
    absorption=1.88877503,
    bioavailability=0.46553294,
)


@settings(max_examples=40, deadline=None, phases=PHASES)
@example(EMPTIED, [(36, 164.07412445642743)], 15.114114175140422)
@example(FADING, [(39, 158.65332953291482)], 12.18618645661761)
@given(systems, schedules, st.floats(0.5, 30.0))
def test_what_must_hold_of_any_course(
    system: System, schedule: list[tuple[int, float]], threshold: float
) -> None:
    doses = course(schedule)
    start = float(doses.times[0])
    edges = np.unique(np.array([start, start + 3.5, start + 21.0, start + 90.0]))
    grid = start + np.arange(0.0, 120.0)
    found = exposure_of(system, doses, threshold=threshold, grid=grid, intervals=edges)
    assert (found.profile >= 0).all()
    assert 0 <= found.auc_above[0] <= found.auc[0]
    assert found.auc_above[0] >= threshold * found.days_above[0] - 1e-6
    assert found.imbalance[0] < 1e-7
    # Areas add up: the intervals are parts of the whole.
    more = np.unique(np.concatenate([edges, (edges[1:] + edges[:-1]) / 2]))
    finer = exposure_of(system, doses, threshold=threshold, intervals=more)
    assert finer.intervals.area.sum() == pytest.approx(found.intervals.area.sum(), rel=1e-7)
    assert found.intervals.area.sum() <= found.auc[0] * (1 + 1e-7)
    # Amounts are rounded to a share of the largest, whatever is left of it.
    rounding = 1e-12 * found.cmax[0]
    # Shorter steps change nothing.
    short = exposure_of(system, doses, threshold=threshold, grid=grid, reach=0.7)
    assert short.auc == pytest.approx(found.auc, rel=1e-7)
    assert short.profile == pytest.approx(found.profile, rel=1e-6, abs=rounding)
    assert short.days_above == pytest.approx(found.days_above, rel=1e-7, abs=1e-5)
    # Twice the dose is twice the concentration.
    double = exposure_of(system, course(schedule, 2.0), threshold=2 * threshold, grid=grid)
    assert double.profile == pytest.approx(2 * found.profile, rel=1e-7, abs=2 * rounding)
    assert double.days_above == pytest.approx(found.days_above, rel=1e-7, abs=1e-5)
    # Each crossing is where the concentration is the threshold.
    times = found.crossings[1]
    at = exposure_of(system, doses, threshold=threshold, grid=times).profile if len(times) else None
    assert at is None or at[:, 0] == pytest.approx(threshold, rel=1e-6)


@settings(max_examples=25, deadline=None, phases=PHASES)
@given(systems, schedules, schedules)
def test_courses_add_up(
    system: System, one: list[tuple[int, float]], other: list[tuple[int, float]]
) -> None:
    grid = np.arange(0.0, 100.0)

    def profile(schedule: list[tuple[int, float]]) -> Array:
        found = exposure_of(system, course(schedule), threshold=5.0, grid=grid)
        return np.where(grid < schedule[0][0], 0.0, found.profile[:, 0])

    together = profile(sorted([*one, *other]))
    assert together == pytest.approx(profile(one) + profile(other), rel=1e-7, abs=1e-9)


def test_a_dose_given_later_is_the_same_course_where_clearance_is_constant() -> None:
    system = System.of(clearance=[0.4], central=[4.0], absorption=0.2, exchange=0.1, peripheral=2.0)
    early = exposure_of(system, Doses.of([0], [100]), threshold=5.0)
    late = exposure_of(system, Doses.of([33], [100]), threshold=5.0)
    assert late.auc == pytest.approx(early.auc, rel=1e-8)
    assert late.tmax == pytest.approx(early.tmax + 33, abs=1e-7)
    assert late.days_above == pytest.approx(early.days_above, abs=1e-7)


def test_a_peak_that_only_just_reaches_the_threshold_is_found() -> None:
    system = System.of(clearance=[0.4], central=[4.0], absorption=0.2)
    peak = float(exposure_of(system, Doses.of([0], [100]), threshold=1.0).cmax[0])
    touched = exposure_of(system, Doses.of([0], [100]), threshold=peak * (1 - 1e-9))
    assert 0 < touched.days_above[0] < 0.01
    assert len(touched.crossings[1]) == 2
    missed = exposure_of(system, Doses.of([0], [100]), threshold=peak * (1 + 1e-9))
    assert missed.days_above[0] == 0


def test_several_crossings_are_kept_in_order(teclistamab: PkModel) -> None:
    system = typical(teclistamab, [80.0])
    found = exposure_of(system, Doses.of([0, 60, 150], [150, 150, 150]), threshold=EC90)
    assert found.crossings[2].tolist() == [True, False] * 3
    rising, falling = found.crossings[1][::2], found.crossings[1][1::2]
    assert found.days_above[0] == pytest.approx((falling - rising).sum(), abs=1e-9)


def test_batches_and_threads_change_nothing() -> None:
    rng = np.random.default_rng(7)
    size = 300
    system = System.of(
        clearance=0.449 * np.exp(0.5 * rng.standard_normal(size)),
        central=4.13 * np.exp(0.46 * rng.standard_normal(size)),
        transient=0.547 * np.exp(0.87 * rng.standard_normal(size)),
        decay=0.0292 * np.exp(0.3 * rng.standard_normal(size)),
        peripheral=1.34,
        exchange=0.039,
        absorption=0.133,
    )
    doses = Doses.of([0, 7], [50, 100], subjects=size)
    grid = np.arange(50.0)
    one = expose(system, doses, threshold=EC90, grid=grid, threads=1)
    two = expose(system, doses, threshold=EC90, grid=grid, threads=3)
    assert one.profile.tobytes() == two.profile.tobytes()
    assert one.auc.tobytes() == two.auc.tobytes()
    assert sorted(np.concatenate(list(batches(system)))) == list(range(size))
    alone = exposure_of(system.take(slice(5, 6)), doses.take(slice(5, 6)), threshold=EC90)
    assert one.auc[5] == pytest.approx(alone.auc[0], rel=1e-7)
    assert one.days_above[5] == pytest.approx(alone.days_above[0], abs=1e-5)


PROGRAM = """
import hashlib, numpy as np
from tecdata.derive.exposure import Doses, System, expose
n = 3000
spread = np.linspace(0.5, 2.0, n)
system = System.of(
    clearance=0.45 * spread, central=4.1 * spread[::-1], transient=0.55, decay=0.03, peripheral=1.3,
    exchange=0.04, absorption=0.13,
)
found = expose(system, Doses.of([0, 7], [50, 100], subjects=n), threshold=6.0, grid=np.arange(90.0))
print(hashlib.sha256(found.profile.tobytes() + found.auc.tobytes()).hexdigest())
"""


def test_threads_of_the_linear_algebra_change_nothing_either() -> None:
    seen = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "4")
    }
    assert len(seen) == 1


def test_steps_adjoin_and_end_at_every_dose() -> None:
    system = System.of(clearance=[0.4], central=[4.0], absorption=0.2)
    steps = segments(system, Doses.of([0, 2.5, 7], [1, 1, 1]))
    seen = [next(steps) for _ in range(12)]
    assert all(a.end == b.start for a, b in itertools.pairwise(seen))
    assert {2.5, 7.0} <= {float(s.start[0]) for s in seen}


def test_each_subject_may_have_times_of_its_own(teclistamab: PkModel) -> None:
    weights = [52.0, 74.0, 120.0, 90.0]
    system = typical(teclistamab, weights, transient=[0.0, 1.5, -1.0, 0.2])
    days = [[0.0, 3, 6.25, 12, 40], [0.0, 2, 9], [0.0], [0.0, 3, 6.25, 12, 47.5]]
    levels = [0.06, 0.3, 1.5, 1.5, 1.5]
    times, amounts = np.zeros((5, 4)), np.zeros((5, 4))
    for n, own in enumerate(days):
        times[: len(own), n] = own
        amounts[: len(own), n] = np.array(levels[: len(own)]) * weights[n]
    grid = np.arange(0.0, 120.0)
    edges = np.zeros((6, 4))
    for n, own in enumerate(days):
        edges[:, n] = [*own, *[own[-1] + 7] * (6 - len(own))]
    doses = Doses(times, amounts, ("depot",) * 5, np.zeros((5, 4)))
    found = expose(system, doses, threshold=EC90, grid=grid, intervals=edges)
    for n, own in enumerate(days):
        alone = exposure_of(
            system.take(slice(n, n + 1)),
            Doses.of(own, amounts[: len(own), n]),
            threshold=EC90,
            grid=grid,
            intervals=np.array([*own, own[-1] + 7]),
        )
        assert found.auc[n] == pytest.approx(alone.auc[0], rel=1e-7)
        assert found.profile[:, n] == pytest.approx(alone.profile[:, 0], rel=1e-7, abs=1e-12)
        assert found.cmax[n] == pytest.approx(alone.cmax[0], rel=1e-7)
        assert found.tmax[n] == pytest.approx(alone.tmax[0], abs=1e-5)
        assert found.days_above[n] == pytest.approx(alone.days_above[0], abs=1e-5)
        assert found.auc_above[n] == pytest.approx(alone.auc_above[0], rel=1e-6)
        for name in ("area", "cmax", "tmax", "ctrough"):
            mine = getattr(found.intervals, name)[: len(own), n]
            assert mine == pytest.approx(getattr(alone.intervals, name)[:, 0], rel=1e-6, abs=1e-6)
        mine = found.crossings[1][found.crossings[0] == n]
        assert mine == pytest.approx(alone.crossings[1], abs=1e-5)


def test_infusions_at_times_of_their_own_are_followed_too() -> None:
    system = System.of(clearance=[0.4, 0.3], central=[4.0, 3.0], transient=0.2, decay=0.05)
    times = np.array([[0.0, 0.0], [7.0, 5.0]])
    amounts = np.array([[100.0, 50.0], [80.0, 60.0]])
    long = np.array([[0.5, 0.0], [0.25, 0.5]])
    doses = Doses(times, amounts, ("central",) * 2, long)
    grid = np.arange(0.0, 40.0, 0.25)
    found = expose(system, doses, threshold=10.0, grid=grid)
    for n in range(2):
        own = Doses(times[:, n], amounts[:, n : n + 1], ("central",) * 2, long[:, n])
        truth = integrate(system.take(slice(n, n + 1)), own, 10.0, grid)
        assert found.auc[n] == pytest.approx(truth.auc, rel=1e-7)
        assert found.profile[:, n] == pytest.approx(truth.profile, rel=1e-7, abs=1e-12)
        assert found.days_above[n] == pytest.approx(truth.days_above, abs=1e-5)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"clearance": [0.0]}, "clearance: must be finite and > 0"),
        ({"clearance": [float("nan")]}, "clearance: must be finite"),
        ({"transient": -1.0}, "transient: must be finite and >= 0"),
    ],
)
def test_impossible_parameters_are_refused(given: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        System.of(**{"clearance": [0.4], "central": [4.0], **given})  # type: ignore[arg-type]


def test_impossible_doses_are_refused() -> None:
    with pytest.raises(ValueError, match="ascending"):
        Doses.of([3, 1], [1, 1])
    with pytest.raises(ValueError, match="amounts must be finite"):
        Doses.of([0], [float("nan")])
    with pytest.raises(ValueError, match="into the central compartment"):
        Doses.of([0], [1], "depot", 0.5)
