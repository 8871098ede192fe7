"""The timeline: what each date of each subject means, worked out once for all domains.

One row for every distinct date text of a subject, with its study day, epoch, visit, and whether
it is on or before the first dose or after the death. Domains take it by a join.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.dataset import Dataset
from tecdata.harmonise.columns import (
    BEFORE_DOSE,
    DEATH,
    LATE,
    end_variable,
    start_variable,
)
from tecdata.harmonise.epoch import epoch_expression, first_contact
from tecdata.harmonise.exposure import LAST_DOSE
from tecdata.harmonise.report import report
from tecdata.harmonise.study_day import day_number, study_day
from tecdata.harmonise.visits import derive_visits, visit_dates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tecdata.finding import Findings
    from tecdata.spec import StudySpec

__all__ = ["Timeline", "attach_timeline", "build_timeline"]


@dataclasses.dataclass(frozen=True, slots=True)
class Timeline:
    """``dates``: one row a subject and date text. ``visits``: one row a subject and visit day."""

    dates: nw.DataFrame[Any]
    visits: nw.DataFrame[Any]


def build_timeline(
    datasets: Mapping[str, Dataset], dm: nw.DataFrame[Any], study: StudySpec
) -> Timeline:
    """Work out the timeline of all subjects.

    Parameters
    ----------
    datasets
        The domains with USUBJID. Those whose spec has VISITNUM say when visits took place.
    dm
        DM with RFSTDTC, RFXSTDTC, RFICDTC, DTHDTC and ``_last_dose``.
    study
        Epochs, visits and baseline window.
    """
    subjects = dm.select(
        nw.col("USUBJID"),
        nw.col("RFXSTDTC").alias("_dose"),
        day_number(nw.col("RFSTDTC")).alias("_ref_day"),
        day_number(nw.col("RFXSTDTC")).alias("_dose_day"),
        day_number(nw.col(LAST_DOSE)).alias("_last_day"),
        day_number(nw.col("RFICDTC")).alias("_consent_day"),
        day_number(nw.col("DTHDTC")).alias("_death_day"),
        nw.col("DTHDTC").alias(DEATH),
    )
    visits = derive_visits(visit_dates(datasets, subjects), study)
    subjects = first_contact(subjects, visits, study)
    dates = _dates(datasets, visits).join(subjects, on="USUBJID", how="left")
    dates = _resolved(dates).with_columns(
        study_day(nw.col("_number"), nw.col("_ref_day")).alias("_day"),
        epoch_expression(study).alias("EPOCH"),
        # 0 and 1, not truth values: a join leaves gaps, which not every engine has in Booleans.
        _before_dose(study).cast(nw.Int64).alias(BEFORE_DOSE),
        (nw.col("_number") > nw.col("_death_day"))
        .fill_null(value=False)
        .cast(nw.Int64)
        .alias(LATE),
        nw.col("_dtc").str.slice(0, 10).alias("_date"),
    )
    names = ("VISITNUM", "VISIT", "VISITDY")
    dates = dates.join(
        visits.select("USUBJID", "_date", *names), on=["USUBJID", "_date"], how="left"
    ).select("USUBJID", "_dtc", "_day", "EPOCH", BEFORE_DOSE, LATE, DEATH, *names)
    return Timeline(dates=dates, visits=visits)


def _dates(datasets: Mapping[str, Dataset], visits: nw.DataFrame[Any]) -> nw.DataFrame[Any]:
    """Every distinct (USUBJID, date text)."""
    parts = [visits.select("USUBJID", nw.col("_date").alias("_dtc"))]
    for domain, dataset in datasets.items():
        columns = dataset.frame.columns
        for variable in (start_variable(domain, columns), end_variable(domain, columns)):
            if variable is not None and domain != "DM":
                parts.append(dataset.frame.select("USUBJID", nw.col(variable).alias("_dtc")))
    return nw.concat(parts, how="vertical").filter(~nw.col("_dtc").is_null()).unique()


def _resolved(dates: nw.DataFrame[Any]) -> nw.DataFrame[Any]:
    """Day numbers of a date text: ``_number`` if whole, ``_low`` to ``_high`` if partial."""
    text = nw.col("_dtc")
    month = text.str.contains(r"^\d{4}-\d{2}$")
    year = text.str.contains(r"^\d{4}$")
    filled = (
        nw.when(month)
        .then(nw.concat_str([text, nw.lit("-01")], separator=""))
        .when(year)
        .then(nw.concat_str([text, nw.lit("-01-01")], separator=""))
        .otherwise(text)
    )
    number = text.str.slice(5, 2)
    # February counts 29 days and a year 366: an epoch is given only where every day agrees.
    spare = (
        nw.when(year)
        .then(nw.lit(365))
        .when(month & number.is_in(["04", "06", "09", "11"]))
        .then(nw.lit(29))
        .when(month & (number == "02"))
        .then(nw.lit(28))
        .when(month)
        .then(nw.lit(30))
        .otherwise(nw.lit(0))
    )
    dates = dates.with_columns(
        day_number(filled).alias("_low"), spare.alias("_spare"), (month | year).alias("_partial")
    )
    return dates.with_columns(
        nw.when(~nw.col("_partial")).then(nw.col("_low")).alias("_number"),
        (nw.col("_low") + nw.col("_spare")).alias("_high"),
    )


def _before_dose(study: StudySpec) -> nw.Expr:
    """On or before the first dose; on its day unless both times are known and say otherwise."""
    dose, high = nw.col("_dose_day"), nw.col("_high")
    text, given = nw.col("_dtc"), nw.col("_dose")
    timed = text.str.contains("T").fill_null(value=False) & given.str.contains("T").fill_null(
        value=False
    )
    later = timed & (text.str.slice(0, 16) > given.str.slice(0, 16)).fill_null(value=False)
    before = (high < dose) | ((high == dose) & ~later)
    if study.baseline_window_days:
        before = before & (nw.col("_low") >= dose - study.baseline_window_days)
    return before.fill_null(value=False)


def attach_timeline(dataset: Dataset, timeline: Timeline, findings: Findings) -> Dataset:
    """Add --DY or --STDY, --ENDY, EPOCH, VISITNUM, VISIT and VISITDY as the spec has them.

    The frame also gets ``_before_dose``. Records dated after the death are reported.
    """
    domain, spec = dataset.domain, dataset.spec
    start = start_variable(domain, dataset.frame.columns)
    end = end_variable(domain, dataset.frame.columns)
    if start is None:
        return dataset
    day = f"{domain}STDY" if start.endswith("STDTC") else f"{domain}DY"
    made = ("EPOCH", "VISITNUM", "VISIT", "VISITDY")
    names = [n for n in made if n in spec.by_name]
    stale = [n for n in (*made, day, f"{domain}ENDY") if n in dataset.frame.columns]
    dates = timeline.dates.select(
        "USUBJID",
        nw.col("_dtc").alias(start),
        nw.col("_day").alias(day),
        *[nw.col(n) for n in (*names, BEFORE_DOSE, LATE, DEATH)],
    )
    frame = dataset.frame.drop(stale).join(dates, on=["USUBJID", start], how="left")
    if end is not None:
        ends = timeline.dates.select(
            "USUBJID", nw.col("_dtc").alias(end), nw.col("_day").alias(f"{domain}ENDY")
        )
        frame = frame.join(ends, on=["USUBJID", end], how="left")
    placed = Dataset(spec=spec, frame=frame.drop(LATE, DEATH), origins=dataset.origins)
    late = frame.filter((nw.col(LATE) == 1).fill_null(value=False))
    report(findings, "harmonise.after_death", placed, late, start, (DEATH,))
    return placed
