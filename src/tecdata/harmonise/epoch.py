"""EPOCH: in which period of the study a date lies, from the epochs of the study's spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

if TYPE_CHECKING:
    from tecdata.spec import StudySpec

__all__ = ["add_epoch", "first_contact"]


def first_contact(
    subjects: nw.DataFrame[Any], visits: nw.DataFrame[Any], study: StudySpec
) -> nw.DataFrame[Any]:
    """USUBJID and ``_contact_day``: the informed consent, or a visit in a window before it."""
    first = min((v.first_day for v in study.visits), default=None)
    if first is None or not len(visits):
        return subjects.select(nw.col("USUBJID"), nw.col("_consent_day").alias("_contact_day"))
    earliest = (
        visits.filter(nw.col("_start_day") >= first)
        .group_by("USUBJID")
        .agg(nw.col("_number").min().alias("_visit_day"))
    )
    return subjects.join(earliest, on="USUBJID", how="left").select(
        nw.col("USUBJID"), nw.min_horizontal("_consent_day", "_visit_day").alias("_contact_day")
    )


def add_epoch(frame: nw.DataFrame[Any], study: StudySpec) -> nw.DataFrame[Any]:
    """Add EPOCH; empty before the first epoch and where the date does not decide.

    ``frame`` has the date text ``_start``, its first and last possible day ``_low`` and
    ``_high``, and of the subject ``_dose`` (text), ``_dose_day``, ``_last_day`` and
    ``_contact_day``.

    A date is in the last epoch that has started by then. Within the day of the first dose the
    times decide where both are known; without them the day belongs to treatment. What follows
    the last dose starts ``lag_days`` after it, on the next day at the earliest. A partial date
    has an epoch only if every day it can mean lies in the same one.
    """
    text, given = nw.col("_start"), nw.col("_dose")
    earlier = (
        (text.str.slice(10, 1) == "T")
        & (given.str.slice(10, 1) == "T")
        & (text.str.slice(0, 16) < given.str.slice(0, 16))
    )
    frame = frame.with_columns(earlier.fill_null(value=False).alias("_earlier"))
    frame = frame.with_columns(
        _epoch_at(study, "_low").alias("_epoch_low"), _epoch_at(study, "_high").alias("EPOCH")
    )
    epoch = nw.col("EPOCH")
    return frame.with_columns(nw.when(nw.col("_epoch_low") == epoch).then(epoch).alias("EPOCH"))


def _epoch_at(study: StudySpec, number: str) -> nw.Expr:
    """The last element that has started, as nested conditions from the last to the first."""
    chosen: Any = nw.lit(None, dtype=nw.String())
    for element in study.epochs:
        begun = _begun(element.starts, element.lag_days, nw.col(number)).fill_null(value=False)
        chosen = nw.when(begun).then(nw.lit(element.epoch)).otherwise(chosen)
    epoch: nw.Expr = chosen
    return epoch


def _begun(starts: str, lag_days: int, day: nw.Expr) -> nw.Expr:
    if starts == "first_contact":
        return day >= nw.col("_contact_day") + lag_days
    if starts == "after_last_dose":
        return day >= nw.col("_last_day") + max(lag_days, 1)
    if lag_days:
        return day >= nw.col("_dose_day") + lag_days
    dose = nw.col("_dose_day")
    return (day > dose) | ((day == dose) & ~nw.col("_earlier"))
