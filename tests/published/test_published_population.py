"""What the source of the teclistamab model prints of its own population simulation.

Miao et al., Target Oncol 2023;18:667-684, Results 3.4 and 3.5: 0.06 / 0.3 / 1.5 mg/kg weekly, covariates of its Table 1.

Monte-Carlo error of 10^4 subjects (standard error of the mean ratio 0.02 to 0.03, of a median Tmax under 1 h) does not
explain that the mean ratios come out below the printed ones: Cmax, Ctrough and AUCtau all by the same 6 to 7 % (3.92, 3.83, 4.96)
where the CV is that of the parameter, by 2 to 4 % (4.05, 4.02, 5.12) where it is that of the random effect. What was tried and does not
explain it: median, geometric mean or ratio of means in place of the mean of ratios (all lower, 3.4 to 4.5); step-up doses 2, 3 or 7 days
apart (within 1 %); no step-up doses (4.87, 4.77, 6.57: too high); the fading clearance counted from the first full dose (4.03, 3.99,
5.06, and Tmax 135 h); all weights 74 kg (no change); random effects of clearance and volume that go together (lower) or
against each other at -0.3 (3.99, 3.91, 5.08); all subjects with IgG (lower). Only the stage matters as much: with all in stage I the ratios
come out 2 to 3 % above the printed ones (4.27, 4.20, 5.47), but Tmax at 149 h. So the joint distribution of the covariates, which is
not printed, is the likely reason and cannot be recovered; the readings are tested to 8 % and 5 %. Tmax medians do not depend on the
reading: 5 %.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tecdata.derive.exposure.collect import Simulation
from tecdata.derive.exposure.population import draw_covariates, draw_system
from tecdata.derive.exposure.regimen import parse_regimen
from tecdata.derive.exposure.simulate import Plan, simulate
from tecdata.spec import load_specs

if TYPE_CHECKING:
    from numpy.typing import NDArray

SUBJECTS = 10_000
PRINTED = {"CMAX": 4.2, "CTROUGH": 4.1, "AUCTAU": 5.3}
TMAX_HOURS = {"FIRST": 139.0, "LAST": 72.0}


@functools.cache
def summary(cv_of: str) -> dict[tuple[str, str], float]:
    specs = load_specs(Path(__file__).parents[2] / "specs")
    model = specs.pk["teclistamab_miao_2023"].model_copy(update={"cv_of": cv_of})
    doses = parse_regimen("0.06@0, 0.3@3, 1.5@7 x13 weekly")
    plan = Plan(model=model, doses=doses, threshold=6.04, seed=2023, days=1)
    rows = Simulation(plan, simulate(plan, SUBJECTS), SUBJECTS).summary().rows()
    return {(code, statistic): value for code, statistic, value, _ in rows}


@pytest.mark.parametrize(("cv_of", "tolerance"), [("parameter", 0.08), ("effect", 0.05)])
@pytest.mark.parametrize("paramcd", PRINTED)
def test_mean_accumulation_from_the_first_to_the_thirteenth_full_dose(
    cv_of: str, tolerance: float, paramcd: str
) -> None:
    found = summary(cv_of)[paramcd, "MEAN ACCUMULATION RATIO"]
    assert found == pytest.approx(PRINTED[paramcd], rel=tolerance)


@pytest.mark.parametrize("cv_of", ["parameter", "effect"])
@pytest.mark.parametrize("number", TMAX_HOURS)
def test_median_time_of_the_peak(cv_of: str, number: str) -> None:
    found = summary(cv_of)["TMAX", f"MEDIAN AFTER {number} FULL DOSE"]
    assert found == pytest.approx(TMAX_HOURS[number], rel=0.05)


def test_the_clearance_that_fades_is_43_percent_at_first_and_below_10_after_eight_weeks() -> None:
    model = load_specs(Path(__file__).parents[2] / "specs").pk["teclistamab_miao_2023"]
    system = draw_system(model, draw_covariates(model, SUBJECTS, 2023), 2023)
    at_first = system.transient + system.clearance

    def fading(day: float) -> NDArray[np.float64]:
        left: NDArray[np.float64] = system.transient * np.exp(-system.decay * day)
        return left

    # "Approximately 43 %" is a rounded median over the population; its Monte-Carlo error is 0.3 points.
    first = float(np.median(fading(0) / at_first))
    assert first == pytest.approx(0.43, abs=0.03)
    # Both shares are of the clearance at the start: 43 % · exp(-0.0292 · 56) = 8.4 %. No tolerance: 10 % is printed as a bound.
    assert float(np.median(fading(8 * 7) / at_first)) < 0.10
    # Of the clearance that is left by then it is more; the bound holds for the first reading only.
    assert float(np.median(fading(8 * 7) / (fading(8 * 7) + system.clearance))) > 0.10
