"""Virtual subjects: covariates and random effects from a seed, and parameters within their errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tecdata.derive.exposure.individual import individual_system, omega

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tecdata.derive.exposure.system import System
    from tecdata.spec.pharmacokinetics import Covariate, PkModel

    Array = NDArray[np.float64]

__all__ = ["draw_covariates", "draw_errors", "draw_estimates", "draw_system"]

#: The first number of a stream's key; a new kind of draw does not move the others.
_COVARIATES, _EFFECTS, _ESTIMATES, _ERRORS = 1, 2, 3, 4


def draw_covariates(model: PkModel, size: int, seed: int) -> dict[str, Any]:
    """Covariates of virtual subjects by name: numbers, or levels.

    The first subjects are the same whatever the number of subjects.
    """
    drawn: dict[str, Any] = {}
    for n, (name, covariate) in enumerate(model.covariates.items()):
        uniform = _stream(seed, _COVARIATES, n).random(size)
        drawn[name] = (
            _number(covariate, uniform) if not covariate.levels else _level(covariate, uniform)
        )
    return drawn


def draw_system(
    model: PkModel,
    covariates: Mapping[str, Any],
    seed: int,
    *,
    without: Sequence[str] = (),
    estimates: Mapping[str, float] | None = None,
    coefficients: Mapping[tuple[str, str, str], float] | None = None,
) -> System:
    """The system of virtual subjects: their covariates and independent log-normal random effects."""
    size = len(next(iter(covariates.values())))
    spread = omega if model.cv_of == "parameter" else _plain
    effects = {
        place: spread(parameter.cv) * _stream(seed, _EFFECTS, n).standard_normal(size)
        for n, (place, parameter) in enumerate(model.parameters.items())
        if parameter.cv
    }
    return individual_system(
        model,
        covariates,
        effects,
        without=without,
        estimates=estimates,
        coefficients=coefficients,
    )


def draw_estimates(
    model: PkModel, seed: int, number: int
) -> tuple[dict[str, float], dict[tuple[str, str, str], float]]:
    """Estimates and covariate coefficients once drawn within their relative standard errors.

    Estimates and factors are log-normal, exponents normal; what has no error stays. The errors are taken as
    independent, since their correlation is not published.
    """
    stream = _stream(seed, _ESTIMATES, number)
    estimates: dict[str, float] = {}
    coefficients: dict[tuple[str, str, str], float] = {}
    for place, parameter in model.parameters.items():
        if parameter.rse:
            error = omega(parameter.rse) * stream.standard_normal()
            drawn = model.estimates[place] * float(np.exp(error))
            estimates[place] = min(drawn, 1.0) if place == "bioavailability" else drawn
        for effect in parameter.effects:
            for name, rse in effect.rse.items():
                normal = float(stream.standard_normal())
                if effect.exponent is not None:
                    value = effect.exponent * (1 + rse / 100 * normal)
                else:
                    value = effect.factors[name] * float(np.exp(omega(rse) * normal))
                coefficients[place, effect.covariate, name] = value
    return estimates, coefficients


def draw_errors(model: PkModel, subjects: NDArray[np.intp], times: int, seed: int) -> Array:
    """What concentrations are multiplied with to be as measured, shape (times, n): 1 and the proportional error.

    A subject's errors depend on its number alone. Below 0 no concentration is measured.
    """
    errors = np.empty((times, len(subjects)))
    for n, subject in enumerate(subjects.tolist()):
        errors[:, n] = _stream(seed, _ERRORS, subject).standard_normal(times)
    measured: Array = np.maximum(1 + (model.residual or 0.0) / 100 * errors, 0.0)
    return measured


def _plain(cv: float) -> float:
    """A coefficient of variation in percent as a share."""
    return cv / 100


def _stream(seed: int, *key: int) -> np.random.Generator:
    """Random numbers of their own for every key, always the same."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))


def _number(covariate: Covariate, uniform: Array) -> Array:
    """Log-normal values between the limits of a covariate, from uniform ones."""
    from scipy.special import ndtr, ndtri

    median, spread = covariate.median or 1.0, omega(covariate.cv or 0.0)
    if not spread:
        return np.full(len(uniform), median)
    low = ndtr(np.log((covariate.low or 0.0) / median) / spread)
    high = ndtr(np.log((covariate.high or np.inf) / median) / spread)
    value: Array = median * np.exp(spread * ndtri(low + uniform * (high - low)))
    return value


def _level(covariate: Covariate, uniform: Array) -> NDArray[Any]:
    """Levels of a covariate by their weights, from uniform values."""
    share = np.cumsum(covariate.weights) / sum(covariate.weights)
    index = np.minimum(np.searchsorted(share, uniform, side="right"), len(share) - 1)
    return np.array(covariate.levels)[index]
