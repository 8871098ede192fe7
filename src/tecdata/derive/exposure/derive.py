"""ADPC and ADPP: the simulated course of every subject and its parameters, by each analysis of the study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from tecdata.derive.exposure.batches import expose
from tecdata.derive.exposure.histories import doses_of, histories
from tecdata.derive.exposure.individual import individual_system
from tecdata.derive.exposure.records import (
    course_records,
    dose_records,
    not_done_records,
    parameter_records,
    profile_times,
)
from tecdata.derive.exposure.system import System
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

#: Subjects that are followed together.
_TOGETHER: Final = 1024


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
    # A course takes as many steps as the longest that is followed together with it.
    usable.sort(key=lambda h: (len(h.doses), [d.time for d in h.doses]))
    model = specs.pk[spec.model]
    missing = [row for h in found if h.reason for row in not_done_records(h, spec)]
    frames = _frames(usable, missing, spec, model)
    return {
        name: analysis_dataset(
            name, _of_subjects(frame, subjects, specs.adam[name].keys), specs, findings
        )
        for name, frame in frames.items()
        if name in specs.adam and frame.height
    }


def _frames(
    usable: list[History], missing: list[dict[str, Any]], spec: ExposureSpec, model: PkModel
) -> dict[str, pl.DataFrame]:
    """The records of ADPC and ADPP, in no order."""
    profiles = [pl.DataFrame(schema=_COURSES)]
    parameters = [pl.DataFrame(missing, schema=_PARAMETERS, orient="row")]
    first = spec.analyses[0].code
    for start in range(0, len(usable), _TOGETHER):
        group = usable[start : start + _TOGETHER]
        times = profile_times(group, spec)
        made = _exposures(group, spec, model, times)
        for code, exposure in made.items():
            parameters.append(parameter_records(group, code, exposure, made[first], spec))
        for analysis in spec.analyses:
            if not analysis.covariates:
                code = analysis.code
                profiles.append(course_records(group, code, made[code], times))
        profiles.append(dose_records(group, first))
    return {
        "ADPC": pl.concat(profiles, how="diagonal"),
        "ADPP": pl.concat(parameters, how="diagonal"),
    }


_COURSES: Final[Mapping[str, Any]] = {"SRCSEQ": pl.Int64, "DTYPE": pl.String, "SRCDOM": pl.String}
_PARAMETERS: Final[Mapping[str, Any]] = {
    "USUBJID": pl.String,
    "PKMODEL": pl.String,
    "PARAMCD": pl.String,
    "PARAM": pl.String,
    "AVAL": pl.Float64,
    "AVALU": pl.String,
    "DOSNO": pl.Int64,
    "PPSTAT": pl.String,
    "PPREASND": pl.String,
    "WEIGHT": pl.Float64,
}


def _of_subjects(
    frame: pl.DataFrame, subjects: pl.DataFrame, keys: tuple[str, ...]
) -> pl.DataFrame:
    """Records with the variables of their subjects, sorted by the keys."""
    joined = frame.join(subjects, on="USUBJID", how="left", maintain_order="left")
    return joined.sort(keys, nulls_last=False, maintain_order=True)


def _exposures(
    group: list[History], spec: ExposureSpec, model: PkModel, times: Array
) -> dict[str, Exposure]:
    """The exposure of some subjects by code of each analysis; all analyses are followed together."""
    size, many = len(group), len(spec.analyses)
    every = np.tile(np.arange(size), many)
    system = System.joined([_system(group, analysis, spec, model) for analysis in spec.analyses])
    starts = [sorted({dose.time for dose in history.doses}) for history in group]
    edges = np.empty((max(map(len, starts)) + 1, size))
    for n, own in enumerate(starts):
        edges[: len(own), n] = own
        edges[len(own) :, n] = own[-1] + spec.last_interval
    made = expose(
        system,
        doses_of(group).take(every),
        threshold=spec.limit,
        grid=times if times.ndim == 1 else times[:, every],
        intervals=edges[:, every],
    )
    return {
        analysis.code: made.take(slice(n * size, (n + 1) * size))
        for n, analysis in enumerate(spec.analyses)
    }


def _system(group: list[History], analysis: Analysis, spec: ExposureSpec, model: PkModel) -> System:
    """The model of a group of subjects with their weights and the covariates of the analysis."""
    levels = {**spec.covariates, **analysis.covariates}
    covariates: dict[str, Any] = {name: [level] * len(group) for name, level in levels.items()}
    if model.weight:
        covariates[model.weight] = np.array([h.weight for h in group], dtype=float)
    return individual_system(model, covariates, without=analysis.without)
