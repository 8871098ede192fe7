"""What a simulation comes to as frames: bands, parameters, dosing intervals, their summary."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from tecdata.derive.exposure.simulate import attainment

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tecdata.derive.exposure.simulate import Part, Plan, Uncertainty

    Array = NDArray[np.float64]

__all__ = ["Simulation", "profile_frame"]

_PERCENTILES: Final = (5, 25, 50, 75, 95)
#: Column, what it is, unit.
_PARAMETERS: Final = (
    ("AUCIFO", "AUC from first dose to infinity", "ug*day/mL"),
    ("CMAX", "Highest concentration", "ug/mL"),
    ("TMAX", "Time of highest concentration", "day"),
    ("TGEEC90", "Time at or above threshold", "day"),
    ("AUCGEC90", "AUC while at or above threshold", "ug*day/mL"),
)


class Simulation:
    """Collects the parts of a simulation; one profile matrix is held, 8 bytes a subject and day.

    With residual error there is a second one.

    Parameters
    ----------
    plan
        What was simulated.
    parts
        From :func:`tecdata.derive.exposure.simulate.simulate`.
    subjects
        How many subjects the parts have together.
    each
        Called with every part, for instance to write its profile or to tell how far it is.
    """

    def __init__(
        self,
        plan: Plan,
        parts: Iterable[Part],
        subjects: int,
        *,
        each: Callable[[Part], None] | None = None,
    ) -> None:
        """Takes in the parts, in any order, as they are made."""
        self.plan, self.subjects = plan, subjects
        self._profile = np.empty((len(plan.grid), subjects))
        self._measured = np.empty_like(self._profile) if plan.residual else None
        self._values: dict[str, Array] = {}
        self._levels: dict[str, NDArray[Any]] = {}
        done = 0
        for part in parts:
            exposure, index = part.exposure, part.subjects
            # For the bands it does not matter whose column it is.
            self._profile[:, done : done + len(index)] = exposure.profile
            if self._measured is not None and part.measured is not None:
                self._measured[:, done : done + len(index)] = part.measured
            done += len(index)
            whole = (
                exposure.auc,
                exposure.cmax,
                exposure.tmax,
                exposure.days_above,
                exposure.auc_above,
            )
            for (name, _, _), values in zip(_PARAMETERS, whole, strict=True):
                self._put(name, index, values)
            for name in ("area", "cmax", "tmax", "ctrough"):
                self._put(f"_{name}", index, getattr(exposure.intervals, name))
            for name, levels in part.covariates.items():
                self._levels.setdefault(name, np.empty(subjects, dtype=np.asarray(levels).dtype))
                self._levels[name][index] = levels
            if each:
                each(part)

    def _put(self, name: str, index: NDArray[np.intp], values: Array) -> None:
        """Values of some subjects go to their columns."""
        if name not in self._values:
            self._values[name] = np.empty((*values.shape[:-1], self.subjects))
        self._values[name][..., index] = values

    def bands(self, uncertain: Uncertainty | None = None) -> pl.DataFrame:
        """One row a day: percentiles of the concentration (ug/mL) and the share at or above the threshold.

        The percentiles are of the true concentrations of subjects. Where the plan asks for residual error, P5MEAS and
        P95MEAS are those of concentrations as measured: a prediction interval of a sample. With ``uncertain`` also the
        90 % band of the median and of that share over the errors of the parameters: a confidence band of the typical.
        """
        low, lower, median, upper, high = np.percentile(self._profile, _PERCENTILES, axis=1)
        columns = {
            "DAY": self.plan.grid,
            "P5": low,
            "P25": lower,
            "P50": median,
            "P75": upper,
            "P95": high,
            "PTA": attainment(self._profile, self.plan.threshold),
        }
        if self._measured is not None:
            least, most = np.percentile(self._measured, (_PERCENTILES[0], _PERCENTILES[-1]), axis=1)
            columns |= {"P5MEAS": least, "P95MEAS": most}
        if uncertain is not None:
            columns |= {
                "P50LOW": uncertain.median_low,
                "P50HIGH": uncertain.median_high,
                "PTALOW": uncertain.attained_low,
                "PTAHIGH": uncertain.attained_high,
            }
        return pl.DataFrame(columns)

    def parameters(self) -> pl.DataFrame:
        """One row a virtual subject, by number from 1: covariates and parameters of the whole course."""
        return pl.DataFrame(
            {
                "SUBJECT": np.arange(1, self.subjects + 1),
                **self._levels,
                **{name: self._values[name] for name, _, _ in _PARAMETERS},
            }
        )

    def intervals(self) -> pl.DataFrame:
        """One row a dosing interval: dose, and mean and median of what the interval comes to."""
        times = [dose.day for dose in self.plan.doses]
        ends = [*times[1:], times[-1] + self.plan.last_interval]
        length = np.array(ends) - np.array(times)
        columns: dict[str, Any] = {
            "DOSNO": np.arange(1, len(times) + 1),
            "DAY": times,
            "LEVEL": [dose.level for dose in self.plan.doses],
            "LEVELU": ["mg/kg" if dose.per_kilogram else "mg" for dose in self.plan.doses],
        }
        for name, label, factor in (
            ("_cmax", "CMAX", 1.0),
            ("_tmax", "TMAXH", 24.0),
            ("_ctrough", "CTROUGH", 1.0),
            ("_area", "AUCTAU", 1.0),
        ):
            values = self._values[name] * factor
            columns[f"{label}_MEAN"] = values.mean(axis=1)
            columns[f"{label}_MEDIAN"] = np.median(values, axis=1)
        columns["CAVG_MEAN"] = (self._values["_area"] / length[:, None]).mean(axis=1)
        return pl.DataFrame(columns)

    def summary(self) -> pl.DataFrame:
        """Long rows: parameter, statistic, value, unit; accumulation is of the highest level, last to first."""
        rows: list[tuple[str, str, float, str]] = []
        for name, _, unit in _PARAMETERS:
            values = self._values[name]
            rows.append((name, "MEAN", float(values.mean()), unit))
            for percent, value in zip(
                _PERCENTILES, np.percentile(values, _PERCENTILES), strict=True
            ):
                rows.append((name, f"P{percent}", float(value), unit))
        for days in self.plan.attainment_days:
            share = float((self._values["TGEEC90"] >= days).mean())
            rows.append(("TGEEC90", f"SHARE WITH {days} DAYS OR MORE", share, "1"))
        rows += self._accumulation()
        schema = {
            "PARAMCD": pl.String,
            "STATISTIC": pl.String,
            "VALUE": pl.Float64,
            "UNIT": pl.String,
        }
        return pl.DataFrame(rows, schema=schema, orient="row")

    def _accumulation(self) -> list[tuple[str, str, float, str]]:
        """Last full dose beside the first: ratios, and when the highest concentration is reached."""
        levels = [dose.level for dose in self.plan.doses]
        highest = [n for n, level in enumerate(levels) if level == max(levels)]
        first, last = highest[0], highest[-1]
        if first == last:
            return []
        rows = []
        for name, label in (("_cmax", "CMAX"), ("_ctrough", "CTROUGH"), ("_area", "AUCTAU")):
            values = self._values[name]
            ratio = values[last] / values[first]
            rows.append((label, "MEAN ACCUMULATION RATIO", float(ratio.mean()), "1"))
        for number, place in (("FIRST", first), ("LAST", last)):
            hours = float(np.median(self._values["_tmax"][place])) * 24
            rows.append(("TMAX", f"MEDIAN AFTER {number} FULL DOSE", hours, "h"))
        return rows


def profile_frame(part: Part, grid: Array) -> pl.DataFrame:
    """The profiles of a part: SUBJECT (number from 1), DAY, CONC (ug/mL), a row a subject and day."""
    order = np.argsort(part.subjects, kind="stable")
    return pl.DataFrame(
        {
            "SUBJECT": np.repeat(part.subjects[order].astype(np.int32) + 1, len(grid)),
            "DAY": np.tile(grid, len(order)),
            "CONC": np.ascontiguousarray(part.exposure.profile[:, order].T).ravel(),
        }
    )
