"""Rates with exact intervals, Kaplan-Meier, and cumulative incidence with death as competing event."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

__all__ = [
    "CENSORED",
    "DIED",
    "EVENT",
    "Curve",
    "at_risk",
    "compute_incidence",
    "compute_rate",
    "compute_survival",
    "median_time",
    "value_at",
]

#: Values of CNSR: the event, censored, death before the event.
EVENT, CENSORED, DIED = 0, 1, 2


@dataclasses.dataclass(frozen=True, slots=True)
class Curve:
    """A step function: ``value`` holds from each of ``time`` on, with its confidence limits."""

    time: tuple[float, ...]
    value: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


def compute_rate(count: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """The Clopper-Pearson interval of a rate, as shares of 1.

    Raises ``ValueError`` unless 0 <= count <= total and there is somebody.

    >>> [round(limit, 3) for limit in compute_rate(11, 18)]
    [0.357, 0.827]
    """
    from scipy.stats import binomtest

    if not 0 <= count <= total or not total:
        raise ValueError(f"{count} of {total} is no rate")
    found = binomtest(count, total).proportion_ci(confidence_level=confidence, method="exact")
    return float(found.low), float(found.high)


def compute_survival(
    times: Sequence[float], cnsr: Sequence[int], confidence: float = 0.95
) -> Curve:
    """Kaplan-Meier: the share without the event after each event time.

    Parameters
    ----------
    times
        Weeks (or any unit) from the origin to the event or to censoring, one a subject.
    cnsr
        0 for the event; every other value is censored, death too. For a probability in the
        presence of deaths see :func:`compute_incidence`.
    confidence
        Level of the pointwise log-log interval.

    Returns
    -------
    Curve
        Beginning with 1 at time 0; limits are NaN where they are not defined.
    """
    import warnings

    from scipy.stats import CensoredData, ecdf

    happened = [t for t, c in zip(times, cnsr, strict=True) if c == EVENT]
    left_out = [t for t, c in zip(times, cnsr, strict=True) if c != EVENT]
    if not happened:
        return Curve((0.0,), (1.0,), (1.0,), (1.0,))
    survival = ecdf(CensoredData(uncensored=happened, right=left_out)).sf
    with warnings.catch_warnings():
        # Where everybody or nobody has had the event the log-log interval is not defined: NaN says so.
        warnings.simplefilter("ignore", RuntimeWarning)
        interval = survival.confidence_interval(confidence_level=confidence, method="log-log")
    kept = [i for i, t in enumerate(survival.quantiles) if t in set(happened)]

    def picked(values: Sequence[float], first: float) -> tuple[float, ...]:
        return (first, *(float(values[i]) for i in kept))

    return Curve(
        picked(survival.quantiles, 0.0),
        picked(survival.probabilities, 1.0),
        picked(interval.low.probabilities, 1.0),
        picked(interval.high.probabilities, 1.0),
    )


def compute_incidence(times: Sequence[float], cnsr: Sequence[int], *, cause: int = EVENT) -> Curve:
    """Cumulative incidence of one cause when others compete (Aalen-Johansen).

    Subjects with CNSR 1 are censored; every other value is a cause. With no competing cause it is
    1 minus Kaplan-Meier; the incidences of all causes and the share with none add up to 1.

    >>> curve = compute_incidence([1, 2, 3, 4], [0, 2, 0, 1])
    >>> curve.value
    (0.0, 0.25, 0.5)
    """
    order = sorted(zip(times, cnsr, strict=True))
    waiting, free, total = len(order), 1.0, 0.0
    steps: list[tuple[float, float]] = [(0.0, 0.0)]
    for time in sorted({t for t, c in order if c != CENSORED}):
        here = [c for t, c in order if t == time]
        waiting = sum(t >= time for t, _ in order)
        own = sum(c == cause for c in here)
        total += free * own / waiting
        free *= 1 - sum(c != CENSORED for c in here) / waiting
        if own:
            steps.append((time, total))
    return Curve(tuple(t for t, _ in steps), tuple(v for _, v in steps))


def value_at(curve: Curve, time: float) -> float:
    """The value that holds at a time."""
    return [v for t, v in zip(curve.time, curve.value, strict=True) if t <= time][-1]


def median_time(curve: Curve) -> float | None:
    """The first time at which a Kaplan-Meier curve is at one half or below; None if it never is."""
    return next((t for t, v in zip(curve.time, curve.value, strict=True) if v <= 0.5), None)


def at_risk(times: Sequence[float], at: Sequence[float]) -> list[int]:
    """How many are still followed and without event just before each time."""
    return [sum(t >= moment for t in times) for moment in at]
