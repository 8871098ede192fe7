"""Virtual subjects: drawn by a seed, in any number, with bands and attainment."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tecdata.derive.exposure import Doses, expose
from tecdata.derive.exposure.collect import Simulation, profile_frame
from tecdata.derive.exposure.population import (
    draw_covariates,
    draw_errors,
    draw_estimates,
    draw_system,
)
from tecdata.derive.exposure.regimen import parse_regimen
from tecdata.derive.exposure.simulate import Plan, simulate, uncertainty
from tecdata.spec import load_specs
from tecdata.spec.pharmacokinetics import PkModel
from tecdata.spec.text_yaml import load_with_lines


@pytest.fixture(scope="module")
def model(repository: Path) -> PkModel:
    return load_specs(repository / "specs").pk["teclistamab_miao_2023"]


def plan(model: PkModel, seed: int = 1) -> Plan:
    doses = parse_regimen("0.06@0, 0.3@3, 1.5@7 x2 weekly")
    return Plan(model=model, doses=doses, threshold=6.04, seed=seed, days=60, attainment_days=(14,))


def test_covariates_are_those_of_the_model(model: PkModel) -> None:
    drawn = draw_covariates(model, 40_000, 5)
    weight = drawn["WT"]
    assert 41 <= weight.min() < 45
    assert 125 < weight.max() <= 139
    assert np.median(weight) == pytest.approx(74.3, rel=0.01)
    shares = {level: float((drawn["ISS"] == level).mean()) for level in ("I", "II", "III")}
    assert shares == pytest.approx({"I": 165 / 333, "II": 109 / 333, "III": 59 / 333}, abs=0.01)
    assert float((drawn["MYELOMA"] == "IGG").mean()) == pytest.approx(0.512, abs=0.01)


def test_random_effects_have_the_published_spread(model: PkModel) -> None:
    size = 40_000
    same = {"WT": np.full(size, 74.0), "ISS": ["I"] * size, "MYELOMA": ["IGG"] * size}
    system = draw_system(model, same, 2)
    for place, cv in (("clearance", 0.536), ("transient", 1.07), ("central", 0.488)):
        values = getattr(system, place)
        assert np.median(values) == pytest.approx(model.estimates[place], rel=0.03)
        assert values.std() / values.mean() == pytest.approx(cv, rel=0.06)
    assert len(set(system.exchange)) == 1
    pairs = np.corrcoef(np.log([system.clearance, system.transient, system.central]))
    assert np.abs(pairs - np.eye(3)).max() < 0.02


def test_the_first_subjects_do_not_depend_on_how_many_follow(model: PkModel) -> None:
    few, many = draw_covariates(model, 10, 9), draw_covariates(model, 500, 9)
    assert all((few[name] == many[name][:10]).all() for name in few)
    one = draw_system(model, few, 9)
    other = draw_system(model, many, 9)
    assert (one.transient == other.transient[:10]).all()
    assert not (one.transient == draw_system(model, few, 8).transient).any()


def test_parameters_are_drawn_within_their_errors(model: PkModel) -> None:
    drawn = [draw_estimates(model, 3, n) for n in range(800)]
    clearance = np.log([estimates["clearance"] for estimates, _ in drawn])
    assert clearance.std() == pytest.approx(0.0887, rel=0.1)
    assert max(estimates["bioavailability"] for estimates, _ in drawn) <= 1.0
    exponents = [c["clearance", "WT", "exponent"] for _, c in drawn]
    assert np.std(exponents) == pytest.approx(0.704 * 0.218, rel=0.1)
    assert drawn[0] == draw_estimates(model, 3, 0)
    assert drawn[0] != drawn[1]


def test_the_same_bytes_at_any_number_of_threads(model: PkModel) -> None:
    made = [
        Simulation(plan(model), simulate(plan(model), 3000, threads=threads), 3000)
        for threads in (1, 2, 5)
    ]
    for frame in ("bands", "parameters", "intervals", "summary"):
        one, *others = (getattr(m, frame)() for m in made)
        assert all(one.equals(other) for other in others)


def test_bands_attainment_and_profiles_fit_together(model: PkModel) -> None:
    frames: list[pl.DataFrame] = []
    made = Simulation(
        plan(model),
        simulate(plan(model), 400),
        400,
        each=lambda part: frames.append(profile_frame(part, plan(model).grid)),
    )
    profiles = pl.concat(frames)
    assert profiles.height == 400 * 61
    assert profiles["SUBJECT"].n_unique() == 400
    day = profiles.filter(pl.col("DAY") == 20.0)["CONC"].to_numpy()
    bands = made.bands().filter(pl.col("DAY") == 20.0)
    assert bands["P50"][0] == pytest.approx(float(np.median(day)))
    assert bands["PTA"][0] == pytest.approx(float((day >= 6.04).mean()))
    ordered = made.bands().select("P5", "P25", "P50", "P75", "P95").to_numpy()
    assert (np.diff(ordered, axis=1) >= 0).all()
    parameters = made.parameters()
    one = float(profiles.filter(pl.col("SUBJECT") == 7)["CONC"].to_numpy().max())
    assert one <= parameters["CMAX"].to_list()[6] < 1.05 * one
    share = made.summary().filter(pl.col("STATISTIC") == "SHARE WITH 14 DAYS OR MORE")["VALUE"][0]
    assert share == pytest.approx(float((parameters["TGEEC90"].to_numpy() >= 14).mean()))


def test_errors_of_the_parameters_widen_the_median(model: PkModel) -> None:
    seen: list[int] = []
    found = uncertainty(plan(model), 12, progress=seen.append)
    assert sum(seen) == found.draws == 12
    assert (found.median_low <= found.median_high).all()
    middle = Simulation(plan(model), simulate(plan(model), 400), 400).bands(found)
    day = middle.filter(pl.col("DAY") == 20.0)
    assert day["P50LOW"][0] < day["P50"][0] < day["P50HIGH"][0]
    assert (middle["PTALOW"] <= middle["PTAHIGH"]).all()


def test_draws_that_are_followed_together_are_those_of_each_alone(model: PkModel) -> None:
    found = uncertainty(plan(model), 3)
    medians = []
    covariates = draw_covariates(model, 400, 1)
    for number in range(3):
        estimates, coefficients = draw_estimates(model, 1, number)
        system = draw_system(model, covariates, 1, estimates=estimates, coefficients=coefficients)
        levels = np.outer([0.06, 0.3, 1.5, 1.5], covariates["WT"])
        alone = expose(
            system, Doses.of([0, 3, 7, 14], levels), threshold=6.04, grid=plan(model).grid
        )
        medians.append(np.median(alone.profile, axis=1))
    low, high = np.percentile(np.array(medians), [5, 95], axis=0)
    assert found.median_low == pytest.approx(low, rel=1e-6)
    assert found.median_high == pytest.approx(high, rel=1e-6)


def test_a_model_of_another_drug_is_drawn_too(repository: Path) -> None:
    file = repository / "tests/derive/exposure/obinutuzumab_gibiansky_2014.yaml"
    other, _ = load_with_lines(file, PkModel)
    doses = parse_regimen("100mg@0, 900mg@1, 1000mg@7 x2 weekly")
    made = Plan(model=other, doses=doses, threshold=200.0, entry="central", days=60)
    bands = Simulation(made, simulate(made, 200), 200).bands()
    assert 0.2 < bands["PTA"][20] <= 1.0
    assert bands["P50"][0] == pytest.approx(100 / 2.9, rel=0.15)


def test_what_a_printed_cv_is_of_is_a_setting(model: PkModel) -> None:
    size = 20_000
    same = {"WT": np.full(size, 74.0), "ISS": ["I"] * size, "MYELOMA": ["IGG"] * size}
    effect = draw_system(model.model_copy(update={"cv_of": "effect"}), same, 2).transient
    parameter = draw_system(model, same, 2).transient
    assert np.log(effect).std() == pytest.approx(1.07, rel=0.02)
    assert np.log(parameter).std() == pytest.approx(np.sqrt(np.log1p(1.07**2)), rel=0.02)


def test_measured_concentrations_spread_wider_than_true_ones_and_depend_on_the_seed_alone(
    model: PkModel,
) -> None:
    import dataclasses

    one = dataclasses.replace(plan(model), residual=True)
    few, many, threaded = (
        Simulation(one, simulate(one, size, threads=threads), size).bands()
        for size, threads in ((2000, 1), (3000, 1), (3000, 3))
    )
    assert many.equals(threaded)
    assert not few.equals(many)
    later = many.filter(pl.col("DAY") > 7)
    assert (later["P5MEAS"] < later["P5"]).all()
    assert (later["P95MEAS"] > later["P95"]).all()
    # The true bands and the attainment are those without it.
    plain = Simulation(plan(model), simulate(plan(model), 3000), 3000).bands()
    assert many.select(plain.columns).equals(plain)


def test_residual_errors_are_proportional_with_the_published_spread(model: PkModel) -> None:
    errors = draw_errors(model, np.arange(4000), 5, 3)
    assert errors.shape == (5, 4000)
    assert np.median(errors) == pytest.approx(1.0, abs=0.02)
    low, high = np.percentile(errors, [15.87, 84.13])
    assert (high - low) / 2 == pytest.approx(0.417, rel=0.03)
    assert errors.min() >= 0
    assert (draw_errors(model, np.array([7, 3]), 5, 3) == errors[:, [7, 3]]).all()
