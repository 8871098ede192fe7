"""--LOBXFL and --BLFL: the last result before the first dose."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import narwhals as nw

from tecdata.harmonise.columns import BEFORE_DOSE

if TYPE_CHECKING:
    from tecdata.dataset import Dataset

__all__ = ["derive_baseline"]

#: Qualifiers that make results of one --TESTCD different tests (SDTMIG 3.4, --LOBXFL).
DISTINGUISHING = ("CAT", "SCAT", "SPEC", "METHOD", "LOC", "LAT", "BDAGNT", "MRKSTR")


def derive_baseline(dataset: Dataset) -> Dataset:
    """Flag with Y the last non-missing result on or before the first dose.

    One per subject, --TESTCD and distinguishing qualifiers; a result counts if it has --STRESC
    and --ORRES and its record's ``_before_dose`` is true. Of results with the same date the last
    by --SEQ counts, a timed one before an untimed one. The frame must have its --SEQ.
    """
    domain, frame = dataset.domain, dataset.frame
    flags = [f"{domain}{s}" for s in ("LOBXFL", "BLFL") if f"{domain}{s}" in dataset.spec.by_name]
    results = [f"{domain}{s}" for s in ("STRESC", "ORRES") if f"{domain}{s}" in frame.columns]
    if not flags or not results or BEFORE_DOSE not in frame.columns:
        return dataset
    counts = nw.col(BEFORE_DOSE)
    for name in results:
        counts = counts & ~nw.col(name).is_null()
    group = ["USUBJID", f"{domain}TESTCD"]
    group += [f"{domain}{s}" for s in DISTINGUISHING if f"{domain}{s}" in frame.columns]
    # One whole number orders by date text first and --SEQ second; --SEQ stays far below 10^7.
    moment = nw.col(f"{domain}DTC").rank("dense").cast(nw.Float64)
    order = moment * 10_000_000 + nw.col(f"{domain}SEQ")
    frame = frame.with_columns(nw.when(counts).then(order).alias("_order"))
    last = nw.col("_order") == nw.col("_order").max().over(*group)
    flag = nw.when(last.fill_null(value=False)).then(nw.lit("Y"))
    frame = frame.with_columns(flag.alias(name) for name in flags)
    return dataclasses.replace(dataset, frame=frame)
