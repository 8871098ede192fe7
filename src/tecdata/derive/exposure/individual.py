"""Individual parameters of a population model: estimates, covariates, random effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tecdata.derive.exposure.system import System

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tecdata.spec.pharmacokinetics import Effect, PkModel

    Array = NDArray[np.float64]

__all__ = ["individual_system", "omega"]

#: Places of a model that is not given: one compartment, no depot, constant clearance.
_ABSENT = {
    "transient": 0.0,
    "decay": 0.0,
    "peripheral": 1.0,
    "exchange": 0.0,
    "absorption": 0.0,
    "bioavailability": 1.0,
}


def individual_system(
    model: PkModel,
    covariates: Mapping[str, Any],
    effects: Mapping[str, Array] | None = None,
    *,
    without: Sequence[str] = (),
    estimates: Mapping[str, float] | None = None,
    coefficients: Mapping[tuple[str, str, str], float] | None = None,
) -> System:
    """The system of n subjects: each parameter is its estimate · covariate effects · exp(random effect).

    Parameters
    ----------
    model
        The population model.
    covariates
        By name: numbers in the covariate's unit, or levels, one a subject.
    effects
        Random effects on the log scale by place (``clearance``), shape (n,).
    without
        Places set to 0, for instance ``transient``.
    estimates
        Take the place of the model's estimates, in its computing units (day, L).
    coefficients
        Take the place of covariate coefficients, by place, covariate and ``exponent`` or level.

    Raises
    ------
    ValueError
        For a covariate the model needs and that is not given, or a level it does not know.
    """
    size = len(next(iter(covariates.values()))) if covariates else 1
    base = {**_ABSENT, **model.estimates, **(estimates or {})}
    values: dict[str, Array] = {}
    for place, estimate in base.items():
        value = np.full(size, 0.0 if place in without else estimate)
        parameter = model.parameters.get(place)
        for effect in parameter.effects if parameter else ():
            value = value * _factor(model, place, effect, covariates, coefficients or {})
        if effects and place in effects:
            value = value * np.exp(effects[place])
        values[place] = value
    return System.of(**values)


def omega(cv: float) -> float:
    """Standard deviation of a random effect on the log scale from a CV in percent.

    >>> round(omega(53.6) ** 2, 4)
    0.2525
    """
    return float(np.sqrt(np.log1p((cv / 100) ** 2)))


def _factor(
    model: PkModel,
    place: str,
    effect: Effect,
    covariates: Mapping[str, Any],
    coefficients: Mapping[tuple[str, str, str], float],
) -> Array:
    """What a covariate multiplies a parameter by, for each subject."""
    if effect.covariate not in covariates:
        raise ValueError(f"covariate {effect.covariate} of {model.model} is not given")
    given: Any = covariates[effect.covariate]
    if effect.kind == "power":
        exponent = coefficients.get((place, effect.covariate, "exponent"), effect.exponent or 0.0)
        return np.asarray((np.asarray(given, dtype=float) / (effect.reference or 1.0)) ** exponent)
    table = {
        level: coefficients.get((place, effect.covariate, level), effect.factors.get(level, 1.0))
        for level in model.covariates[effect.covariate].levels
    }
    unknown = sorted({str(level) for level in given} - set(table))
    if unknown:
        allowed = ", ".join(table)
        raise ValueError(f"covariate {effect.covariate}: level {unknown[0]}; allowed: {allowed}")
    return np.array([table[str(level)] for level in given])
