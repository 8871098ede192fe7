"""What a date means for its subject: study day, epoch, visit, before the dose, after death."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.harmonise.columns import BEFORE_DOSE, DEATH, LATE
from tecdata.harmonise.demographics import SUBJECT_DAYS
from tecdata.harmonise.epoch import add_epoch, first_contact
from tecdata.harmonise.study_day import study_day, with_day_numbers
from tecdata.harmonise.visits import derive_visits, visit_days

if TYPE_CHECKING:
    from tecdata.harmonise.spine import Spine
    from tecdata.spec import StudySpec

__all__ = ["work_out_timing"]


def work_out_timing(
    spine: Spine, dm: nw.DataFrame[Any], study: StudySpec
) -> tuple[Spine, nw.DataFrame[Any]]:
    """Add to the spine all that follows from a record's dates; also return the visits.

    New columns: ``_start_day``, ``_end_day`` (study days), EPOCH, VISITNUM, VISIT, VISITDY,
    ``_before_dose``, ``_late`` (after the death) and ``_death``. The visits have one row per
    subject and day on which a record of a visit domain was made, with its EPOCH.
    """
    subjects = dm.select("USUBJID", "RFXSTDTC", "DTHDTC", *SUBJECT_DAYS)
    subjects = subjects.rename({"RFXSTDTC": "_dose", "DTHDTC": DEATH})
    frame = _resolved(spine.frame.with_row_index("_i").join(subjects, on="USUBJID", how="left"))
    frame = frame.with_columns(
        study_day(nw.col("_number"), nw.col("_ref_day")).alias("_start_day"),
        study_day(nw.col("_end_number"), nw.col("_ref_day")).alias("_end_day"),
        _before_dose(study).alias(BEFORE_DOSE),
        (nw.col("_number") > nw.col("_death_day")).fill_null(value=False).alias(LATE),
    )
    visits = derive_visits(visit_days(frame), study)
    contact = first_contact(subjects, visits, study)
    frame = add_epoch(frame.join(contact, on="USUBJID", how="left"), study)
    names = ["VISITNUM", "VISIT", "VISITDY"]
    frame = frame.join(
        visits.select("USUBJID", "_number", *names), on=["USUBJID", "_number"], how="left"
    )
    if len(visits):
        visits = visits.with_columns(
            nw.col("_date").alias("_start"),
            nw.col("_number").alias("_low"),
            nw.col("_number").alias("_high"),
        )
        visits = visits.join(subjects, on="USUBJID", how="left")
        visits = add_epoch(visits.join(contact, on="USUBJID", how="left"), study)
    return spine.with_frame(frame.sort("_i")), visits


def _resolved(frame: nw.DataFrame[Any]) -> nw.DataFrame[Any]:
    """Day numbers of the start: ``_number`` if whole, ``_low`` to ``_high`` also if partial."""
    text = nw.col("_start")
    frame = frame.with_columns(
        text.str.contains(r"^\d{4}-(?:0[1-9]|1[0-2])$").fill_null(value=False).alias("_is_month"),
        text.str.contains(r"^\d{4}$").fill_null(value=False).alias("_is_year"),
    )
    month, year = nw.col("_is_month"), nw.col("_is_year")
    if not (frame["_is_month"].any() or frame["_is_year"].any()):
        frame = with_day_numbers(frame, {"_number": "_start", "_end_number": "_end"})
        number = nw.col("_number")
        return frame.with_columns(number.alias("_low"), number.alias("_high"))
    filled = (
        nw.when(month)
        .then(nw.concat_str([text, nw.lit("-01")], separator=""))
        .when(year)
        .then(nw.concat_str([text, nw.lit("-01-01")], separator=""))
        .otherwise(text)
    )
    # February counts 29 days and a year 366: an epoch is given only where every day agrees.
    part = text.str.slice(5, 2)
    last = (
        nw.when(year)
        .then(nw.lit(365))
        .when(month & part.is_in(["04", "06", "09", "11"]))
        .then(nw.lit(29))
        .when(month & (part == "02"))
        .then(nw.lit(28))
        .when(month)
        .then(nw.lit(30))
        .otherwise(nw.lit(0))
    )
    frame = frame.with_columns(filled.alias("_filled"), last.alias("_last_of"))
    frame = with_day_numbers(frame, {"_low": "_filled", "_end_number": "_end"})
    return frame.with_columns(
        nw.when(~(month | year)).then(nw.col("_low")).alias("_number"),
        (nw.col("_low") + nw.col("_last_of")).alias("_high"),
    )


def _before_dose(study: StudySpec) -> nw.Expr:
    """On or before the first dose; on its day unless both times are known and say otherwise."""
    dose, high = nw.col("_dose_day"), nw.col("_high")
    text, given = nw.col("_start"), nw.col("_dose")
    # Both texts are cut to minutes; the T stands in the same place in both.
    later = (
        (text.str.slice(10, 1) == "T")
        & (given.str.slice(10, 1) == "T")
        & (text.str.slice(0, 16) > given.str.slice(0, 16))
    ).fill_null(value=False)
    before = (high < dose) | ((high == dose) & ~later)
    if study.baseline_window_days:
        before = before & (nw.col("_low") >= dose - study.baseline_window_days)
    return before.fill_null(value=False)
