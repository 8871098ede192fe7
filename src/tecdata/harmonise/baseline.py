"""--LOBXFL and --BLFL: the last result before the first dose."""

from __future__ import annotations

import narwhals as nw

from tecdata.dataset import Dataset
from tecdata.harmonise.columns import BEFORE_DOSE

__all__ = ["derive_baseline"]

#: Qualifiers that make results of one --TESTCD different tests (SDTMIG 3.4, --LOBXFL).
DISTINGUISHING = (
    "CAT",
    "SCAT",
    "SPEC",
    "METHOD",
    "LOC",
    "LAT",
    "BDAGNT",
    "MRKSTR",
)


def derive_baseline(dataset: Dataset) -> Dataset:
    """Flag with Y the last non-missing result on or before the first dose.

    One per subject, --TESTCD and distinguishing qualifiers; a result counts if it has --STRESC
    and --ORRES and its record's ``_before_dose`` is true. Of results with the same date the last by
    --SEQ counts, a timed one before an untimed one. The frame must have its --SEQ.
    """
    domain, frame = dataset.domain, dataset.frame
    flags = [f"{domain}{s}" for s in ("LOBXFL", "BLFL") if f"{domain}{s}" in dataset.spec.by_name]
    results = [f"{domain}{s}" for s in ("STRESC", "ORRES") if f"{domain}{s}" in frame.columns]
    if not flags or not results or BEFORE_DOSE not in frame.columns:
        return dataset
    counts = (nw.col(BEFORE_DOSE) == 1).fill_null(value=False)
    for name in results:
        counts = counts & ~nw.col(name).is_null()
    group = ["USUBJID", f"{domain}TESTCD"]
    group += [f"{domain}{s}" for s in DISTINGUISHING if f"{domain}{s}" in frame.columns]
    ordered = frame.sort(f"{domain}DTC", f"{domain}SEQ", nulls_last=True).with_row_index("_order")
    last = nw.when(counts).then(nw.col("_order").cast(nw.Int64)).otherwise(nw.lit(-1))
    ordered = ordered.with_columns(last.alias("_last"))
    best = nw.col("_last").max().over(*group)
    flag = nw.when((nw.col("_last") == best) & (nw.col("_last") >= 0)).then(nw.lit("Y"))
    made = [flag.alias(name) for name in flags]
    return Dataset(
        spec=dataset.spec,
        frame=ordered.with_columns(made).drop("_order", "_last"),
        origins=dataset.origins,
    )
