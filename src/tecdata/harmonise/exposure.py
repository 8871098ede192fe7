"""First and last dose of each subject, from EX."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.harmonise.report import report
from tecdata.harmonise.study_day import WHOLE_DATE

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.finding import Findings

__all__ = ["FIRST_DOSE", "LAST_DOSE", "derive_exposure_dates"]

FIRST_DOSE = "_first_dose"
LAST_DOSE = "_last_dose"


def derive_exposure_dates(
    ex: Dataset | None, dm: nw.DataFrame[Any], findings: Findings
) -> nw.DataFrame[Any]:
    """USUBJID, ``_first_dose`` and ``_last_dose`` of every subject with a dated dose.

    A record with EXOCCUR N, or a dose of 0 of anything but a placebo, is no exposure. Whole dates
    come before partial ones; a partial date that may be the first dose is reported. The last dose
    is the latest EXENDTC, or EXSTDTC where that is empty.
    """
    if ex is None or "EXSTDTC" not in ex.frame.columns:
        nothing = [nw.lit(None, dtype=nw.String()).alias(n) for n in (FIRST_DOSE, LAST_DOSE)]
        return dm.select(nw.col("USUBJID"), *nothing)
    given = _exposed(ex.frame)
    start = nw.col("EXSTDTC")
    end = nw.coalesce("EXENDTC", "EXSTDTC") if "EXENDTC" in given.columns else start
    given = given.with_columns(end.alias("_end")).with_columns(
        (~start.str.contains(WHOLE_DATE).fill_null(value=False)).alias("_start_partial"),
        (~nw.col("_end").str.contains(WHOLE_DATE).fill_null(value=False)).alias("_end_partial"),
    )
    partial, end_partial = nw.col("_start_partial"), nw.col("_end_partial")
    dates = (
        given.with_columns(
            nw.when(~partial).then(start).alias("_whole_start"),
            nw.when(partial).then(start).alias("_part_start"),
            nw.when(~end_partial).then(nw.col("_end")).alias("_whole_end"),
        )
        .group_by("USUBJID")
        .agg(
            nw.col("_whole_start").min(),
            nw.col("_part_start").min(),
            nw.col("_whole_end").max(),
            nw.col("_end").max(),
        )
    )
    _report_partial(ex, given, dates, findings)
    return dates.select(
        nw.col("USUBJID"),
        nw.coalesce("_whole_start", "_part_start").alias(FIRST_DOSE),
        nw.coalesce("_whole_end", "_end").alias(LAST_DOSE),
    )


def _exposed(frame: nw.DataFrame[Any]) -> nw.DataFrame[Any]:
    if "EXOCCUR" in frame.columns:
        frame = frame.filter(nw.col("EXOCCUR").fill_null("Y") != "N")
    if "EXDOSE" in frame.columns:
        dose = nw.col("EXDOSE").fill_null(1.0) > 0
        if "EXTRT" in frame.columns:
            dose = dose | nw.col("EXTRT").fill_null("").str.contains("PLACEBO")
        frame = frame.filter(dose)
    return frame


def _report_partial(
    ex: Dataset, given: nw.DataFrame[Any], dates: nw.DataFrame[Any], findings: Findings
) -> None:
    doubtful = given.filter(nw.col("_start_partial") & ~nw.col("EXSTDTC").is_null())
    if not len(doubtful):
        return
    # "2024-04" sorts before "2024-04-10": the day may be any of that month.
    doubtful = doubtful.join(
        dates.select("USUBJID", nw.col("_whole_start").alias("_first")), on="USUBJID", how="left"
    ).filter((nw.col("EXSTDTC") < nw.col("_first")).fill_null(value=False))
    report(findings, "harmonise.partial_first_dose", ex, doubtful, "EXSTDTC", ("_first",))
