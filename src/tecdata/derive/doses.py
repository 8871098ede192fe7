"""ADEX: one record per dose, with its number, kind, interval to the dose before, and delay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from tecdata.derive.dates import date_of
from tecdata.derive.frames import analysis_dataset, records_of, with_subject, with_supplemental

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.finding import Findings
    from tecdata.spec import Specs
    from tecdata.spec.analysis import Dosing

__all__ = ["derive_doses", "derive_intervals", "dose_given"]


def derive_doses(
    sdtm: Mapping[str, Dataset],
    specs: Specs,
    findings: Findings,
    adam: Mapping[str, Dataset],
) -> dict[str, Dataset]:
    """ADEX of EX and SUPPEX: doses given, numbered within the subject by date and --SEQ.

    A dose of 0 is no dose, unless EXTRT names a placebo. One without a whole date has no number, interval or delay.
    """
    if "EX" not in sdtm:
        return {}
    rule = specs.analysis.dosing
    doses = with_supplemental(records_of(sdtm, "EX", specs), sdtm, "EX", ("EXDOSKG",))
    doses = doses.filter(dose_given()).with_columns(
        ASTDT=date_of("EXSTDTC"),
        AENDT=pl.coalesce(date_of("EXENDTC"), date_of("EXSTDTC")),
        DOSEKG=pl.col("EXDOSKG").cast(pl.Float64, strict=False),
    )
    doses = with_subject(doses, adam["ADSL"], "ASTDT", "ASTDY").sort("USUBJID", "ASTDT", "EXSEQ")
    doses = derive_intervals(doses, rule)
    return {"ADEX": analysis_dataset("ADEX", doses, specs, findings)}


def dose_given() -> pl.Expr:
    """Whether a record of EX is of something given: as admiral has it, a dose of 0 is where EXTRT names a placebo.

    >>> records = pl.DataFrame({"EXTRT": ["X", "X", "Placebo"], "EXDOSE": [3.4, 0, 0]}, strict=False)
    >>> records.filter(dose_given()).height
    2
    """
    placebo = pl.col("EXTRT").str.to_uppercase().str.contains("PLACEBO").fill_null(value=False)
    return pl.col("EXDOSE").is_null() | (pl.col("EXDOSE") > 0) | placebo


def derive_intervals(doses: pl.DataFrame, rule: Dosing) -> pl.DataFrame:
    """Adds DOSENO, TARGETNO, CUMKG, INTERVAL, PLANINT, DELAY and DELAYFL to doses in order of time.

    Parameters
    ----------
    doses
        USUBJID, EXCAT, ASTDT (null for no whole date), DOSEKG; sorted by USUBJID and ASTDT.
    rule
        Which EXCAT is a target dose, the longest planned interval by EXCAT in days, and how many days
        beyond it make a delayed dose.
    """
    dated = pl.col("ASTDT").is_not_null()
    target = (pl.col("EXCAT") == rule.target).fill_null(value=False) & dated
    interval = (pl.col("ASTDT") - pl.col("ASTDT").shift(1).over("USUBJID")).dt.total_days()
    planned = pl.col("EXCAT").replace_strict(
        rule.planned_interval_days, default=None, return_dtype=pl.Int64
    )
    numbered = doses.with_columns(
        DOSENO=pl.when(dated).then(dated.cum_sum().over("USUBJID").cast(pl.Int64)),
        TARGETNO=pl.when(target).then(target.cum_sum().over("USUBJID").cast(pl.Int64)),
        CUMKG=pl.col("DOSEKG").cum_sum().over("USUBJID").round(6),
        INTERVAL=interval,
    )
    return (
        numbered.with_columns(PLANINT=pl.when(pl.col("INTERVAL").is_not_null()).then(planned))
        .with_columns(
            DELAY=pl.max_horizontal(pl.col("INTERVAL") - pl.col("PLANINT"), 0),
        )
        .with_columns(
            DELAY=pl.when(pl.col("PLANINT").is_not_null()).then("DELAY"),
            DELAYFL=pl.when(pl.col("PLANINT").is_not_null()).then(
                pl.when(pl.col("DELAY") >= rule.delayed_after_days)
                .then(pl.lit("Y"))
                .otherwise(pl.lit("N"))
            ),
        )
    )
