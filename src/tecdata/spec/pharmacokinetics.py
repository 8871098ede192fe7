"""``specs/pk/<model>.yaml``: a population model as data, and ``specs/exposure.yaml``: how the study uses it."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from tecdata.spec.model import ExactFactor, Model

__all__ = [
    "CONCENTRATIONS",
    "Analysis",
    "Covariate",
    "Effect",
    "ExposureSpec",
    "Parameter",
    "PkModel",
    "RestartRule",
    "RestartRules",
    "amount_factor",
]

#: Factors to the units computed in: day, mg, L, mg/L (which is µg/mL), kg.
_TIMES: Final = {"day": Fraction(1), "h": Fraction(1, 24)}
_VOLUMES: Final = {"L": Fraction(1), "mL": Fraction(1, 1000)}
_AMOUNTS: Final = {"mg": Fraction(1), "ug": Fraction(1, 1000), "g": Fraction(1000)}
CONCENTRATIONS: Final = {
    f"{amount}/{volume}": a / v
    for amount, a in {**_AMOUNTS, "ng": Fraction(1, 1_000_000)}.items()
    for volume, v in _VOLUMES.items()
}
_CLEARANCES: Final = {
    f"{volume}/{time}": v / t for volume, v in _VOLUMES.items() for time, t in _TIMES.items()
}
_RATES: Final = {f"1/{time}": 1 / t for time, t in _TIMES.items()}
_SHARES: Final = {"1": Fraction(1), "%": Fraction(1, 100)}

#: The places of a model and the units a number may have there.
_UNITS: Final = {
    "clearance": _CLEARANCES,
    "transient": _CLEARANCES,
    "exchange": _CLEARANCES,
    "central": _VOLUMES,
    "peripheral": _VOLUMES,
    "decay": _RATES,
    "absorption": _RATES,
    "bioavailability": _SHARES,
}
_NEEDED: Final = ("clearance", "central")

Percent = Annotated[float, Field(ge=0)]


def amount_factor(unit: str) -> Fraction | None:
    """What an amount in a unit is multiplied with to be in mg; None for a unit that is no amount.

    >>> amount_factor("ug")
    Fraction(1, 1000)
    """
    return _AMOUNTS.get(unit)


class Effect(Model):
    """What a covariate does to a parameter.

    ``power``: the parameter is multiplied with (covariate / ``reference``) to the power of ``exponent``.
    ``factor``: it is multiplied with the number of the covariate's level; a level not named has 1.
    ``rse`` are relative standard errors in percent, of the exponent or by level.
    """

    covariate: str
    kind: Literal["power", "factor"]
    reference: float | None = Field(default=None, gt=0)
    exponent: float | None = None
    factors: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    rse: dict[str, Percent] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> Effect:
        power = self.reference is not None and self.exponent is not None
        if self.kind == "power" and (not power or self.factors):
            raise ValueError("kind power wants reference and exponent, and no factors")
        if self.kind == "factor" and (power or not self.factors):
            raise ValueError(
                "kind factor wants factors by level, and neither reference nor exponent"
            )
        known = {"exponent"} if self.kind == "power" else set(self.factors)
        if unknown := sorted(set(self.rse) - known):
            raise ValueError(f"rse of {unknown[0]}; allowed: {', '.join(sorted(known))}")
        return self


class Parameter(Model):
    """A parameter: name as published, estimate with unit, errors, spread between subjects, covariates.

    ``rse`` relative standard error, ``cv`` spread between subjects (log-normal), ``shrinkage``: percent.
    """

    name: str
    estimate: float = Field(ge=0)
    unit: str
    rse: Percent | None = None
    cv: Percent | None = None
    shrinkage: Percent | None = None
    source: str
    effects: tuple[Effect, ...] = ()


class Covariate(Model):
    """A covariate: a number with a unit, or one of ``levels``; how it is spread in the population.

    Numbers are log-normal about ``median`` with ``cv`` percent, within ``low`` to ``high``; levels have ``weights``.
    """

    label: str
    unit: str = ""
    levels: tuple[str, ...] = ()
    weights: tuple[Annotated[float, Field(ge=0)], ...] = ()
    median: float | None = Field(default=None, gt=0)
    cv: Percent | None = None
    low: float | None = Field(default=None, gt=0)
    high: float | None = Field(default=None, gt=0)
    source: str

    @model_validator(mode="after")
    def _whole(self) -> Covariate:
        numbers = (self.median, self.cv, self.low, self.high)
        if self.levels and (any(n is not None for n in numbers) or self.unit):
            raise ValueError("a covariate has levels, or median, cv, low and high with a unit")
        if self.levels and len(self.weights) != len(self.levels):
            raise ValueError("weights: one for each level")
        if not self.levels and (None in numbers or self.unit not in ("kg", "1")):
            raise ValueError("without levels: median, cv, low, high, and unit kg or 1")
        return self


class PkModel(Model):
    """A published population model with one or two compartments and clearance that may fade.

    ``CL(t) = clearance + transient · exp(-decay · t)`` with t since the first dose. The keys of ``parameters`` are
    the places of the model: clearance, transient, decay, central, peripheral, exchange, absorption,
    bioavailability. ``residual`` is the proportional error of a measured concentration, CV in percent.
    ``cv_of`` says what a published CV between subjects is of: the log-normal parameter (the variance of the random
    effect is then log(CV² + 1)) or the random effect itself (its standard deviation is the CV).
    """

    model: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    drug: str
    label: str
    reference: str
    parameters: dict[str, Parameter]
    covariates: dict[str, Covariate] = Field(default_factory=dict)
    weight: str = ""
    residual: Percent | None = None
    cv_of: Literal["parameter", "effect"] = "parameter"
    notes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> PkModel:
        problems = [
            f"parameters: {name} is lacking" for name in _NEEDED if name not in self.parameters
        ]
        if ("exchange" in self.parameters) != ("peripheral" in self.parameters):
            problems.append("parameters: exchange and peripheral go together")
        if ("transient" in self.parameters) != ("decay" in self.parameters):
            problems.append("parameters: transient and decay go together")
        if self.weight and self.weight not in self.covariates:
            problems.append(f"weight: {self.weight} is none of the covariates")
        for place, parameter in self.parameters.items():
            problems += self._problems(place, parameter)
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _problems(self, place: str, parameter: Parameter) -> list[str]:
        if place not in _UNITS:
            return [f"parameters: {place} is no place of a model; allowed: {', '.join(_UNITS)}"]
        problems = []
        if parameter.unit not in _UNITS[place]:
            allowed = ", ".join(_UNITS[place])
            problems.append(f"parameters.{place}: unit {parameter.unit}; allowed: {allowed}")
        for effect in parameter.effects:
            covariate = self.covariates.get(effect.covariate)
            if covariate is None:
                problems.append(f"parameters.{place}: covariate {effect.covariate} is not declared")
            elif (effect.kind == "factor") != bool(covariate.levels):
                problems.append(
                    f"parameters.{place}: {effect.covariate} is not for kind {effect.kind}"
                )
            elif unknown := sorted(set(effect.factors) - set(covariate.levels)):
                problems.append(f"parameters.{place}: {effect.covariate} has no level {unknown[0]}")
        return problems

    @cached_property
    def estimates(self) -> dict[str, float]:
        """The estimates by place, in day, L, 1/day and shares of 1."""
        return {
            place: float(_UNITS[place][p.unit]) * p.estimate for place, p in self.parameters.items()
        }


class Analysis(Model):
    """One of the analyses of a study, the value of PKMODEL.

    ``without`` names the places of the model set to 0, ``covariates`` the levels that differ from the study's.
    """

    code: str = Field(pattern=r"^[A-Z][A-Z0-9-]{0,19}$")
    label: str
    without: tuple[str, ...] = ()
    covariates: dict[str, str] = Field(default_factory=dict)


class ExposureSpec(Model):
    """How exposure is derived: model, covariates of the subjects, threshold, analyses, grid of the profile.

    ``covariates`` give every subject the level of a covariate that is not measured in this study;
    ``weight_test`` is the VSTESTCD of body weight. The first of ``analyses`` is the main one. The profile has a point every ``grid_step`` days up to
    ``grid_days`` after the first dose; the last dosing interval lasts ``last_interval`` days. Simulations tell the share of subjects at or above the
    threshold for ``attainment_days`` or more; ``restart`` names the rules under specs/dosing.
    """

    model: str
    treatment: str
    routes: dict[str, Literal["depot", "central"]]
    weight_test: str = "WEIGHT"
    covariates: dict[str, str] = Field(default_factory=dict)
    threshold_name: str
    threshold: float = Field(gt=0)
    threshold_unit: str
    threshold_source: str
    analyses: tuple[Analysis, ...] = Field(min_length=1)
    grid_step: ExactFactor = Field(gt=0)
    grid_days: int = Field(ge=1)
    last_interval: int = Field(default=7, ge=1)
    attainment_days: tuple[int, ...] = ()
    restart: str = ""

    @model_validator(mode="after")
    def _whole(self) -> ExposureSpec:
        if self.threshold_unit not in CONCENTRATIONS:
            raise ValueError(
                f"threshold_unit: {self.threshold_unit}; allowed: {', '.join(CONCENTRATIONS)}"
            )
        codes = [a.code for a in self.analyses]
        if len(set(codes)) != len(codes):
            raise ValueError("analyses: a code is given twice")
        return self

    @property
    def limit(self) -> float:
        """The threshold in mg/L."""
        return float(CONCENTRATIONS[self.threshold_unit]) * self.threshold


class RestartRule(Model):
    """From which day since a dose of ``after`` mg/kg the course goes back to the level ``restart``.

    Days are inclusive; ``every`` narrows the rule to doses planned at that interval (days).
    """

    after: float = Field(gt=0)
    every: int | None = Field(default=None, ge=1)
    from_day: int = Field(ge=0)
    to_day: int | None = Field(default=None, ge=0)
    restart: float = Field(gt=0)


class RestartRules(Model):
    """``specs/dosing/<name>.yaml``: what a label says about a delayed dose; levels in mg/kg, ascending.

    After a restart the next level follows ``step_days`` later, up to the highest one.
    """

    rules_of: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    source: str
    levels: tuple[float, ...] = Field(min_length=1)
    step_days: int = Field(ge=1)
    rules: tuple[RestartRule, ...]

    @model_validator(mode="after")
    def _whole(self) -> RestartRules:
        named = {level for rule in self.rules for level in (rule.after, rule.restart)}
        if unknown := sorted(named - set(self.levels)):
            raise ValueError(f"rules: {unknown[0]} is none of the levels")
        if list(self.levels) != sorted(set(self.levels)):
            raise ValueError("levels: write them ascending, each once")
        return self
