"""ADCM: one record per medication (ADaM OCCDS 1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from tecdata.derive.dates import imputed_date, imputed_flag
from tecdata.derive.frames import analysis_dataset, records_of, with_subject

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.finding import Findings
    from tecdata.spec import Specs

__all__ = ["derive_adcm"]

#: What --STRTPT says of a start that is not dated but known to lie before the first dose.
_BEFORE = "BEFORE"


def derive_adcm(
    sdtm: Mapping[str, Dataset],
    specs: Specs,
    findings: Findings,
    adam: Mapping[str, Dataset],
) -> dict[str, Dataset]:
    """ADCM of CM: dates, days, and whether it was taken before or after the first dose.

    Partial dates are imputed as in ADAE: a start to its first day, an end to its last. PREFL marks what began before
    the first dose (by date, or by CMSTRTPT), ONTRTFL what was taken on or after it; both may hold. A medication that began before
    the first dose and has neither an end nor a word that it goes on (CMENRTPT) is not taken to go on.
    """
    if "CM" not in sdtm:
        return {}
    taken = records_of(sdtm, "CM", specs).with_columns(
        ASTDT=imputed_date("CMSTDTC"),
        ASTDTF=imputed_flag("CMSTDTC"),
        AENDT=imputed_date("CMENDTC", last=True),
        AENDTF=imputed_flag("CMENDTC"),
    )
    taken = with_subject(taken, adam["ADSL"], "ASTDT", "ASTDY")
    days = (pl.col("AENDT") - pl.col("TRTSDT")).dt.total_days()
    before = (pl.col("ASTDT") < pl.col("TRTSDT")) | (pl.col("CMSTRTPT") == _BEFORE)
    ongoing = (pl.col("CMENRTPT") == "ONGOING").fill_null(value=False)
    later = (pl.col("AENDT") >= pl.col("TRTSDT")).fill_null(ongoing)
    on_treatment = (pl.col("ASTDT") >= pl.col("TRTSDT")) | later
    taken = taken.with_columns(
        AENDY=days + (days >= 0).cast(pl.Int64),
        PREFL=pl.when(before.fill_null(value=False)).then(pl.lit("Y")),
        ONTRTFL=pl.when(on_treatment.fill_null(value=False)).then(pl.lit("Y")),
    )
    return {"ADCM": analysis_dataset("ADCM", taken, specs, findings)}
