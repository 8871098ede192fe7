"""ADPC and ADPP: the simulated course of every subject and its parameters, by each analysis of the study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from tecdata.derive.exposure.batches import expose
from tecdata.derive.exposure.histories import doses_of, histories
from tecdata.derive.exposure.individual import individual_system
from tecdata.derive.frames import analysis_dataset, records_of
from tecdata.finding import Finding, Findings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tecdata.dataset import Dataset
    from tecdata.derive.exposure.histories import History
    from tecdata.derive.exposure.summary import Exposure
    from tecdata.spec import Specs
    from tecdata.spec.pharmacokinetics import Analysis, ExposureSpec, PkModel

    Array = NDArray[np.float64]

__all__ = ["derive_exposure"]

#: Subjects that are followed together: all of them stop at each other's doses.
_TOGETHER: Final = 64
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


def derive_exposure(
    sdtm: Mapping[str, Dataset],
    specs: Specs,
    findings: Findings,
    adam: Mapping[str, Dataset],
) -> dict[str, Dataset]:
    """ADPC and ADPP of the subjects of ADSL, out of EX and VS, by ``specs.exposure`` and its model.

    The course of a subject who has died is followed to its end as everybody's: the exposure that the doses
    would have brought about. A subject whose doses cannot be simulated has PPSTAT NOT DONE and PPREASND
    for every parameter, no record in ADPC, and a finding.

    Examples
    --------
    >>> adam = derive_exposure(sdtm, specs, findings, adam)  # doctest: +SKIP
    >>> adam["ADPP"].to_polars().filter(PARAMCD="AUCIFO", PKMODEL="FULL")["AVAL"]  # doctest: +SKIP
    """
    spec = specs.exposure
    if spec is None:
        findings.add(Finding.of("derive.no_exposure_spec", domain="EX", status="not_applicable"))
        return {}
    subjects = adam["ADSL"].to_polars().select("STUDYID", "USUBJID", "SITEID", "DISEASE")
    died = records_of(sdtm, "DM", specs).select("USUBJID", "DTHDTC").drop_nulls()
    found = histories(
        subjects["USUBJID"].to_list(),
        records_of(sdtm, "EX", specs),
        records_of(sdtm, "VS", specs),
        dict(died.iter_rows()),
        spec,
    )
    for history in (h for h in found if h.reason):
        reason = history.reason.lower()
        findings.add(
            Finding.of("derive.no_exposure", domain="EX", usubjid=history.subject, reason=reason)
        )
    usable = [h for h in found if not h.reason]
    # Subjects of like dose days stop at few times that are not their own.
    usable.sort(key=lambda h: [d.time for d in h.doses])
    model = specs.pk[spec.model]
    profiles: list[dict[str, Any]] = []
    parameters = [row for h in found if h.reason for row in _not_done(h, spec)]
    for start in range(0, len(usable), _TOGETHER):
        group = usable[start : start + _TOGETHER]
        made = {a.code: _exposure(group, a, spec, model) for a in spec.analyses}
        for code, (exposure, grid) in made.items():
            main = made[spec.analyses[0].code][0]
            parameters += _parameters(group, code, exposure, main, spec)
            if code in (a.code for a in spec.analyses if not a.covariates):
                profiles += _profile(group, code, exposure, grid, spec)
    schema = {"SRCSEQ": pl.Int64, "DTYPE": pl.String, "SRCDOM": pl.String}
    adpc = pl.DataFrame(profiles, schema_overrides=schema, infer_schema_length=None)
    empty = [dict.fromkeys(_SCHEMA)]
    adpp = pl.DataFrame(empty + parameters, schema_overrides=_SCHEMA, infer_schema_length=None)[1:]
    return {
        name: analysis_dataset(
            name, _of_subjects(frame, subjects, specs.adam[name].keys), specs, findings
        )
        for name, frame in (("ADPC", adpc), ("ADPP", adpp))
        if name in specs.adam and frame.height
    }


_SCHEMA: Final[Mapping[str, Any]] = {
    "AVAL": pl.Float64,
    "DOSNO": pl.Int64,
    "PPSTAT": pl.String,
    "PPREASND": pl.String,
    "WEIGHT": pl.Float64,
}


def _of_subjects(
    frame: pl.DataFrame, subjects: pl.DataFrame, keys: tuple[str, ...]
) -> pl.DataFrame:
    joined = frame.join(subjects, on="USUBJID", how="left", maintain_order="left")
    return joined.sort(keys, nulls_last=False, maintain_order=True)


def _exposure(
    group: list[History], analysis: Analysis, spec: ExposureSpec, model: PkModel
) -> tuple[Exposure, Array]:
    """The exposure of some subjects, and the grid of its profile: every step and every dose."""
    doses = doses_of(group)
    levels = {**spec.covariates, **analysis.covariates}
    covariates: dict[str, Any] = {name: [level] * len(group) for name, level in levels.items()}
    if model.weight:
        covariates[model.weight] = np.array([h.weight for h in group], dtype=float)
    system = individual_system(model, covariates, without=analysis.without)
    steps = np.arange(0, spec.grid_days + 1) * float(spec.grid_step)
    grid = np.unique(np.concatenate([steps[steps <= spec.grid_days], doses.times]))
    ends = [h.doses[-1].time + spec.last_interval for h in group]
    edges = np.unique(np.concatenate([doses.times, ends]))
    return expose(system, doses, threshold=spec.limit, grid=grid, intervals=edges), grid


def _parameters(
    group: list[History], code: str, exposure: Exposure, main: Exposure, spec: ExposureSpec
) -> Iterator[dict[str, Any]]:
    relative = 100 * (exposure.auc - main.auc) / exposure.auc
    columns = (
        exposure.auc,
        exposure.cmax,
        exposure.tmax,
        exposure.days_above,
        exposure.auc_above,
    )
    for n, history in enumerate(group):
        base = {"USUBJID": history.subject, "PKMODEL": code, "WEIGHT": history.weight}
        values = [float(column[n]) for column in columns]
        for (paramcd, param, unit), value in zip(_WHOLE, values, strict=True):
            name = param.format(threshold=spec.threshold_name)
            yield {**base, "PARAMCD": paramcd, "PARAM": name, "AVAL": value, "AVALU": unit}
        if exposure is not main:
            paramcd, param, unit = _RELATIVE
            value = float(relative[n])
            yield {**base, "PARAMCD": paramcd, "PARAM": param, "AVAL": value, "AVALU": unit}
        for number, interval in enumerate(_own_intervals(history, n, exposure, spec), start=1):
            for (paramcd, param, unit), value in zip(_EACH, interval, strict=True):
                row = {**base, "PARAMCD": paramcd, "PARAM": param, "AVAL": value, "AVALU": unit}
                yield {**row, "DOSNO": number}


def _own_intervals(
    history: History, n: int, exposure: Exposure, spec: ExposureSpec
) -> Iterator[tuple[float, float, float, float]]:
    """Area, peak, trough and average of each dosing interval of one subject of a group."""
    all_of, starts = exposure.intervals, exposure.intervals.starts
    times = sorted({dose.time for dose in history.doses})
    for start, end in zip(times, [*times[1:], times[-1] + spec.last_interval], strict=True):
        inside = np.flatnonzero((starts >= start) & (all_of.ends <= end))
        area = float(all_of.area[inside, n].sum())
        peak = float(all_of.cmax[inside, n].max())
        yield area, peak, float(all_of.ctrough[inside[-1], n]), area / (end - start)


def _profile(
    group: list[History], code: str, exposure: Exposure, grid: Array, spec: ExposureSpec
) -> Iterator[dict[str, Any]]:
    steps = float(spec.grid_step)
    regular = np.isclose(grid / steps, np.round(grid / steps), atol=1e-9)
    for n, history in enumerate(group):
        own = np.array([dose.time for dose in history.doses])
        first = history.doses[0].date
        keep = (regular | np.isin(grid, own)) & (grid <= spec.grid_days)
        base = {"USUBJID": history.subject, "PKMODEL": code}
        paramcd, param, unit = _CONCENTRATION
        named = {"PARAMCD": paramcd, "PARAM": param, "AVALU": unit, "DTYPE": "SIMULATED"}
        for time, value in zip(grid[keep], exposure.profile[keep, n], strict=True):
            number = int((own < time).sum())
            yield {**base, **named, "AVAL": float(value), "DOSNO": number, **_when(first, time)}
        if code != spec.analyses[0].code:
            continue
        given = {"PARAMCD": "DOSE", "PARAM": "Dose", "AVALU": "mg", "SRCDOM": "EX"}
        for number, dose in enumerate(history.doses, start=1):
            source = {"AVAL": dose.mg, "SRCSEQ": dose.sequence, "DOSNO": number}
            yield {**base, **given, **source, **_when(first, dose.time)}


def _when(first: Any, time: float) -> dict[str, Any]:
    day = int(np.floor(time + 1e-9))
    return {"AFRLT": float(time), "ADT": first + timedelta(days=day), "ADY": day + 1}


def _not_done(history: History, spec: ExposureSpec) -> Iterator[dict[str, Any]]:
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
