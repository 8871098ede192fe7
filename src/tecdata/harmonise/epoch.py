"""EPOCH: in which period of the study a date lies, from the epochs of the study's spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

if TYPE_CHECKING:
    from tecdata.spec import StudySpec

__all__ = ["epoch_expression", "first_contact"]


def first_contact(
    subjects: nw.DataFrame[Any], visits: nw.DataFrame[Any], study: StudySpec
) -> nw.DataFrame[Any]:
    """Add ``_contact_day``: the informed consent, or a planned visit before it if there is one."""
    first = min((v.first_day for v in study.visits), default=None)
    if first is None:
        return subjects.with_columns(nw.col("_consent_day").alias("_contact_day"))
    earliest = (
        visits.filter(nw.col("_day") >= first)
        .group_by("USUBJID")
        .agg(nw.col("_number").min().alias("_visit_day"))
    )
    return subjects.join(earliest, on="USUBJID", how="left").with_columns(
        nw.min_horizontal("_consent_day", "_visit_day").alias("_contact_day")
    )


def epoch_expression(study: StudySpec) -> nw.Expr:
    """EPOCH of a timeline row; empty before the first epoch and where the date does not decide.

    A date is in the last epoch that has started by then. Within the day of the first dose the
    times decide where both are known; without them the day belongs to treatment. What follows the last dose
    starts ``lag_days`` after it, on the next day at the earliest. A partial date has an epoch
    only if each day it can mean lies in the same one.
    """
    low, high = _epoch_at(study, "_low"), _epoch_at(study, "_high")
    return nw.when(low == high).then(low)


def _epoch_at(study: StudySpec, number: str) -> nw.Expr:
    """The last element that has started, as nested conditions from the last to the first."""
    chosen: Any = nw.lit(None, dtype=nw.String())
    for element in study.epochs:
        begun = _begun(element.starts, element.lag_days, nw.col(number)).fill_null(value=False)
        chosen = nw.when(begun).then(nw.lit(element.epoch)).otherwise(chosen)
    return chosen  # type: ignore[no-any-return]


def _begun(starts: str, lag_days: int, day: nw.Expr) -> nw.Expr:
    if starts == "first_contact":
        return day >= nw.col("_contact_day") + lag_days
    if starts == "after_last_dose":
        return day >= nw.col("_last_day") + max(lag_days, 1)
    dose, text, given = nw.col("_dose_day") + lag_days, nw.col("_dtc"), nw.col("_dose")
    timed = text.str.contains("T").fill_null(value=False) & given.str.contains("T").fill_null(
        value=False
    )
    earlier = timed & (text.str.slice(0, 16) < given.str.slice(0, 16)).fill_null(value=False)
    if lag_days:
        return day >= dose
    return (day > dose) | ((day == dose) & ~earlier)
