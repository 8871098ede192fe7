"""A regimen in a population of virtual subjects: bands, target attainment, accumulation, uncertainty."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tecdata.derive.exposure.batches import expose, expose_batches
from tecdata.derive.exposure.population import (
    draw_covariates,
    draw_errors,
    draw_estimates,
    draw_system,
)
from tecdata.derive.exposure.system import Doses, Entry, System

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tecdata.derive.exposure.regimen import PlannedDose
    from tecdata.derive.exposure.summary import Exposure
    from tecdata.spec.pharmacokinetics import PkModel

    Array = NDArray[np.float64]

__all__ = ["Part", "Plan", "Uncertainty", "attainment", "simulate", "uncertainty"]

#: Virtual subjects for each draw of the parameters.
_FEWER: Final = 400
#: Draws that are followed together.
_DRAWS: Final = 40


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is simulated.

    Parameters
    ----------
    model
        The population model.
    doses
        See :func:`tecdata.derive.exposure.regimen.parse_regimen`.
    threshold
        mg/L (µg/mL).
    seed
        The same seed gives the same subjects.
    entry
        Where the doses go.
    without
        Places of the model set to 0.
    days
        The profile has a point a day from 0 to this day.
    last_interval
        Days after the last dose that are its dosing interval.
    attainment_days
        For how many days at or above the threshold the share of subjects is told.
    residual
        Whether concentrations as measured are simulated too: with the residual error of the model.
    """

    model: PkModel
    doses: Sequence[PlannedDose]
    threshold: float
    seed: int = 0
    entry: Entry = "depot"
    without: tuple[str, ...] = ()
    days: int = 120
    last_interval: float = 7.0
    attainment_days: tuple[int, ...] = ()
    residual: bool = False

    @property
    def grid(self) -> Array:
        """Days of the profile."""
        return np.arange(self.days + 1, dtype=float)


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """Some of the virtual subjects: their numbers (from 0), covariates and exposure.

    ``measured`` has the profile with residual error, shape (days + 1, n), where the plan asks for it.
    """

    subjects: NDArray[np.intp]
    covariates: dict[str, Any]
    exposure: Exposure
    measured: Array | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Uncertainty:
    """Bands of the median course and of target attainment over draws of the parameters, shape (days + 1,)."""

    draws: int
    median_low: Array
    median_high: Array
    attained_low: Array
    attained_high: Array


def simulate(plan: Plan, subjects: int, *, threads: int = 1) -> Iterator[Part]:
    """Simulate virtual subjects, some thousands of like speed at a time.

    The result does not depend on ``threads``; the first subjects are the same whatever ``subjects`` is.
    """
    covariates = draw_covariates(plan.model, subjects, plan.seed)
    system = draw_system(plan.model, covariates, plan.seed, without=plan.without)
    doses = _doses(plan, covariates)
    for index, exposure in expose_batches(
        system,
        doses,
        threshold=plan.threshold,
        grid=plan.grid,
        intervals=_edges(plan),
        threads=threads,
    ):
        own = {name: values[index] for name, values in covariates.items()}
        measured = None
        if plan.residual:
            errors = draw_errors(plan.model, index, len(plan.grid), plan.seed)
            measured = exposure.profile * errors
        yield Part(index, own, exposure, measured)


def attainment(profile: Array, threshold: float) -> Array:
    """Share of subjects at or above the threshold on each day; ``profile`` has shape (days, n)."""
    share: Array = (profile >= threshold).mean(axis=1)
    return share


def uncertainty(
    plan: Plan, draws: int, *, progress: Callable[[int], None] | None = None
) -> Uncertainty:
    """The 90 % bands that the errors of the parameters bring about, each draw with the same subjects."""
    covariates = draw_covariates(plan.model, _FEWER, plan.seed)
    doses = _doses(plan, covariates)
    medians, attained = [], []
    for start in range(0, draws, _DRAWS):
        numbers = range(start, min(start + _DRAWS, draws))
        systems = [_drawn(plan, covariates, number) for number in numbers]
        every = np.tile(np.arange(_FEWER), len(systems))
        together = System.joined(systems)
        profile = expose(
            together, doses.take(every), threshold=plan.threshold, grid=plan.grid
        ).profile
        for part in np.split(profile, len(systems), axis=1):
            medians.append(np.median(part, axis=1))
            attained.append(attainment(part, plan.threshold))
        if progress:
            progress(len(systems))
    low, high = np.percentile(np.array(medians), [5, 95], axis=0)
    least, most = np.percentile(np.array(attained), [5, 95], axis=0)
    return Uncertainty(draws, low, high, least, most)


def _drawn(plan: Plan, covariates: dict[str, Any], number: int) -> System:
    """The subjects with the parameters of one draw."""
    estimates, coefficients = draw_estimates(plan.model, plan.seed, number)
    return draw_system(
        plan.model,
        covariates,
        plan.seed,
        without=plan.without,
        estimates=estimates,
        coefficients=coefficients,
    )


def _doses(plan: Plan, covariates: dict[str, Any]) -> Doses:
    """The planned doses in milligrams for the weights of the subjects."""
    size = len(next(iter(covariates.values())))
    weight = covariates[plan.model.weight] if plan.model.weight else np.ones(size)
    amounts = [d.level * weight if d.per_kilogram else np.full(size, d.level) for d in plan.doses]
    times = np.array([dose.day for dose in plan.doses])
    return Doses(times, np.array(amounts), (plan.entry,) * len(times), np.zeros(len(times)))


def _edges(plan: Plan) -> Array:
    """The days of the doses, and the end of the last interval."""
    times = [dose.day for dose in plan.doses]
    return np.array([*times, times[-1] + plan.last_interval])
