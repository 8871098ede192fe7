"""ADTTL: when a laboratory value first passes a limit after the first dose (ADaM BDS for time to event)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from tecdata.derive.abnormalities import compute_beyond, standard_amount
from tecdata.derive.frames import CARRIED, analysis_dataset

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.finding import Findings
    from tecdata.spec import Specs
    from tecdata.spec.analysis import FirstTime

__all__ = ["derive_first_times", "derive_lab_times"]


def derive_lab_times(
    sdtm: Mapping[str, Dataset],
    specs: Specs,
    findings: Findings,
    adam: Mapping[str, Dataset],
) -> dict[str, Dataset]:
    """ADTTL: for every subject with a value after the first dose the times that ``specs.analysis`` declares."""
    if "ADLB" not in adam or not specs.analysis.first_times:
        return {}
    labs = adam["ADLB"].to_polars()
    made = []
    for rule in specs.analysis.first_times:
        limit = standard_amount(rule.limit, rule.unit, rule.test, specs)
        first = rule.after_below
        below = None if first is None else standard_amount(first, rule.unit, rule.test, specs)
        made.append(derive_first_times(labs, rule, limit, below))
    times = pl.concat(made).sort("USUBJID", "PARAMCD")
    return {"ADTTL": analysis_dataset("ADTTL", times, specs, findings)}


def derive_first_times(
    labs: pl.DataFrame, rule: FirstTime, limit: float, after_below: float | None
) -> pl.DataFrame:
    """One record a subject with a dated value of the test after the first dose.

    AVAL is the time from TRTSDT in weeks: to the first value beyond the limit (CNSR 0), else to the last value
    (CNSR 1). SRCDOM and SRCSEQ name the result.
    """
    after = labs.filter(
        (pl.col("PARAMCD") == rule.test)
        & pl.col("AVAL").is_not_null()
        & (pl.col("ADT") > pl.col("TRTSDT"))
    ).sort("USUBJID", "ADT", "SRCDOM", "SRCSEQ")
    counted = compute_beyond(limit, below=rule.direction == "below")
    if after_below is not None:
        low = compute_beyond(after_below, below=True)
        counted &= low.cum_max().over("USUBJID")
    carried = [name for name in CARRIED if name in labs.columns]
    events = after.with_columns(_counted=counted)
    rows = events.group_by("STUDYID", "USUBJID", maintain_order=True).agg(
        pl.col(carried).first(),
        CNSR=1 - pl.col("_counted").any().cast(pl.Int64),
        _row=pl.when(pl.col("_counted").any())
        .then(pl.col("_counted").arg_max())
        .otherwise(pl.len() - 1),
        **{f"_{n}": pl.col(n) for n in ("ADT", "SRCDOM", "SRCSEQ")},
    )
    picked = rows.with_columns(
        pl.col(f"_{name}").list.get(pl.col("_row")).alias(name)
        for name in ("ADT", "SRCDOM", "SRCSEQ")
    )
    days = (pl.col("ADT") - pl.col("TRTSDT")).dt.total_days()
    return picked.with_columns(
        PARAMCD=pl.lit(rule.id),
        PARAM=pl.lit(f"Weeks to {rule.label}"),
        STARTDT=pl.col("TRTSDT"),
        ADY=days + 1,
        AVAL=days / 7,
        AVALU=pl.lit("WEEKS"),
    ).drop("_row", "_ADT", "_SRCDOM", "_SRCSEQ")
