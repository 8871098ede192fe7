"""The records of ADPC and ADPP: courses, doses and parameters of subjects, as columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tecdata.derive.exposure.histories import History
    from tecdata.derive.exposure.summary import Exposure
    from tecdata.spec.pharmacokinetics import ExposureSpec

    Array = NDArray[np.float64]

__all__ = [
    "course_records",
    "dose_records",
    "not_done_records",
    "parameter_records",
    "profile_times",
]

_CONCENTRATION: Final = ("CONC", "Simulated Concentration", "ug/mL")
#: PARAMCD, PARAM, unit; of the whole course, then of each dosing interval.
_WHOLE: Final = (
    ("AUCIFO", "AUC Infinity Obs", "ug*day/mL"),
    ("CMAX", "Max Conc", "ug/mL"),
    ("TMAX", "Time of CMAX", "day"),
    ("TGEEC90", "Time at or above {threshold}", "day"),
    ("AUCGEC90", "AUC while at or above {threshold}", "ug*day/mL"),
)
_EACH: Final = (
    ("AUCTAU", "AUC Over Dosing Interval", "ug*day/mL"),
    ("CMAXTAU", "Max Conc During Dosing Interval", "ug/mL"),
    ("CTROUGH", "Conc Trough", "ug/mL"),
    ("CAVG", "Average Conc", "ug/mL"),
)
_RELATIVE: Final = ("RELDAUC", "Relative Difference of AUC to the Main Analysis", "%")


#: 1970-01-01, from which polars counts days.
_EPOCH: Final = date(1970, 1, 1).toordinal()


def profile_times(group: Sequence[History], spec: ExposureSpec) -> Array:
    """Days since the first dose of the points of a profile: every step, and every dose that lies between two.

    Shape (t,), or (t, n) where subjects got doses between steps; one with fewer has its last point again.
    """
    step = float(spec.grid_step)
    steps = np.arange(0, spec.grid_days + 1, dtype=np.float64) * step
    steps = steps[steps <= spec.grid_days]
    between = [
        [
            d.time
            for d in h.doses
            if d.time < steps[-1] and abs(d.time / step - round(d.time / step)) > 1e-9
        ]
        for h in group
    ]
    most = max(len(set(own)) for own in between)
    if not most:
        return steps
    times = np.full((len(steps) + most, len(group)), steps[-1])
    for n, own in enumerate(between):
        mine = np.union1d(steps, own)
        times[: len(mine), n] = mine
    return times


def course_records(
    group: Sequence[History], code: str, exposure: Exposure, times: Array
) -> pl.DataFrame:
    """The profile of each subject, a record a point, marked as simulated."""
    paramcd, param, unit = _CONCENTRATION
    each = np.broadcast_to(times if times.ndim > 1 else times[:, None], exposure.profile.shape).T
    new = np.ones(each.shape, dtype=bool)
    new[:, 1:] = each[:, 1:] > each[:, :-1]
    subject, _ = np.nonzero(new)
    given = [np.array([dose.time for dose in history.doses]) for history in group]
    before = [np.searchsorted(own, mine) for own, mine in zip(given, each, strict=True)]
    frame = _frame(group, subject, each[new], code).with_columns(
        AVAL=exposure.profile.T[new], DOSNO=np.array(before, dtype=np.int64)[new]
    )
    return frame.with_columns(
        PARAMCD=pl.lit(paramcd), PARAM=pl.lit(param), AVALU=pl.lit(unit), DTYPE=pl.lit("SIMULATED")
    )


def dose_records(group: Sequence[History], code: str) -> pl.DataFrame:
    """The doses of each subject, with EXSEQ of the record they come from."""
    doses = [(n, dose) for n, history in enumerate(group) for dose in history.doses]
    numbers = [number for history in group for number in range(1, len(history.doses) + 1)]
    frame = _frame(
        group,
        np.array([n for n, _ in doses], dtype=np.intp),
        np.array([dose.time for _, dose in doses]),
        code,
    )
    return frame.with_columns(
        AVAL=np.array([dose.mg for _, dose in doses]),
        DOSNO=np.array(numbers, dtype=np.int64),
        SRCSEQ=np.array([dose.sequence for _, dose in doses], dtype=np.int64),
        PARAMCD=pl.lit("DOSE"),
        PARAM=pl.lit("Dose"),
        AVALU=pl.lit("mg"),
        SRCDOM=pl.lit("EX"),
    )


def _frame(
    group: Sequence[History], subject: NDArray[np.intp], time: Array, code: str
) -> pl.DataFrame:
    """Subject, model and time of records; a time counts in days since the first dose."""
    first = np.array([history.doses[0].date.toordinal() for history in group]) - _EPOCH
    day = np.floor(time + 1e-9).astype(np.int32)
    return pl.DataFrame(
        {
            "USUBJID": pl.Series([history.subject for history in group]).gather(subject),
            "AFRLT": time,
            "ADT": pl.Series((first[subject] + day).astype(np.int32)).cast(pl.Date),
            "ADY": day.astype(np.int64) + 1,
        }
    ).with_columns(PKMODEL=pl.lit(code))


def parameter_records(
    group: Sequence[History], code: str, exposure: Exposure, main: Exposure, spec: ExposureSpec
) -> pl.DataFrame:
    """The parameters of the whole course of each subject, then those of each dosing interval."""
    whole = [exposure.auc, exposure.cmax, exposure.tmax, exposure.days_above, exposure.auc_above]
    named = list(_WHOLE)
    if exposure is not main:
        whole.append(100 * (exposure.auc - main.auc) / exposure.auc)
        named.append(_RELATIVE)
    by = exposure.intervals
    length = np.broadcast_to(by.ends - by.starts, by.area.shape).T
    here = length > 0
    subject, interval = np.nonzero(here)
    average = by.area.T[here] / length[here]
    each = [by.area.T[here], by.cmax.T[here], by.ctrough.T[here], average]
    one, many = len(group), len(subject)
    which = np.repeat(np.arange(len(named) + len(_EACH)), [one] * len(named) + [many] * len(_EACH))
    names = [(p, q.format(threshold=spec.threshold_name), u) for p, q, u in (*named, *_EACH)]
    parameters = pl.DataFrame(names, schema=["PARAMCD", "PARAM", "AVALU"], orient="row")
    about = pl.DataFrame(
        {"USUBJID": [h.subject for h in group], "WEIGHT": [h.weight for h in group]},
        schema_overrides={"WEIGHT": pl.Float64},
    )
    numbers = [*[0] * one * len(named), *(interval + 1).tolist() * len(_EACH)]
    rows = np.concatenate([*[np.arange(one)] * len(named), *[subject] * len(_EACH)])
    return pl.concat([about[rows], parameters[which]], how="horizontal").with_columns(
        AVAL=np.concatenate([*whole, *each]),
        # Of the whole course there is no number of a dose.
        DOSNO=pl.Series(numbers, dtype=pl.Int64).replace(0, None),
        PKMODEL=pl.lit(code),
    )


def not_done_records(history: History, spec: ExposureSpec) -> Iterator[dict[str, Any]]:
    """A record without a value for each parameter of the whole course, with the reason."""
    for analysis in spec.analyses:
        wanted = _WHOLE if analysis is spec.analyses[0] else (*_WHOLE, _RELATIVE)
        for paramcd, param, unit in wanted:
            yield {
                "USUBJID": history.subject,
                "PKMODEL": analysis.code,
                "PARAMCD": paramcd,
                "PARAM": param.format(threshold=spec.threshold_name),
                "AVALU": unit,
                "PPSTAT": "NOT DONE",
                "PPREASND": history.reason,
                "WEIGHT": history.weight,
            }
