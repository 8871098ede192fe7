"""What SDTM holds of a disease's measures: one table of values, each with the record it stands in."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tecdata.dataset import Dataset
    from tecdata.spec import TestDefinition
    from tecdata.spec.response import ItemMeasure, Measure

__all__ = ["VALUES", "Sdtm", "collect_values", "findings_of"]

#: Columns of the table of values. ``form`` numbers the form of a measure (-1: summed from items), ``top`` is the
#: upper limit of normal that stands with it, ``before`` says whether it lies before the first dose.
VALUES: dict[str, pl.DataType] = {
    "usubjid": pl.String(),
    "day": pl.Int64(),
    "dtc": pl.String(),
    "visit": pl.String(),
    "measure": pl.String(),
    "form": pl.Int64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "top": pl.Float64(),
    "before": pl.Boolean(),
    "domain": pl.String(),
    "testcd": pl.String(),
    "seq": pl.Int64(),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Sdtm:
    """Harmonised domains as Polars frames, and the study's tests by id."""

    frames: Mapping[str, pl.DataFrame]
    tests: Mapping[str, TestDefinition]

    @classmethod
    def of(cls, datasets: Mapping[str, Dataset], tests: Mapping[str, TestDefinition]) -> Sdtm:
        """Frames of the datasets that are there."""
        return cls({name: d.frame.to_polars() for name, d in datasets.items()}, tests)


def findings_of(sdtm: Sdtm, test: str) -> pl.DataFrame:
    """The results of one study test that have a number and a study day.

    ``day`` is days since the first dose (study day 1 is day 0); ``before`` marks what was taken before
    the first dose.
    """
    wanted = sdtm.tests[test]
    code = wanted.domain
    frame = sdtm.frames.get(code)
    if frame is None:
        return pl.DataFrame(schema={**VALUES, "before": pl.Boolean()})
    chosen = pl.col(f"{code}TESTCD") == wanted.testcd
    for name, value in wanted.variables.items():
        if name in frame.columns:
            chosen &= pl.col(name) == value
    day, number = pl.col(f"{code}DY"), pl.col(f"{code}STRESN")
    flag = pl.col(f"{code}LOBXFL").fill_null("") == "Y"
    top = f"{code}STNRHI"
    return (
        frame.filter(chosen & day.is_not_null() & number.is_not_null())
        .with_columns(
            usubjid=pl.col("USUBJID"),
            day=pl.when(day > 0).then(day - 1).otherwise(day).cast(pl.Int64),
            dtc=pl.col(f"{code}DTC"),
            visit=pl.col("VISIT") if "VISIT" in frame.columns else pl.lit(None, pl.String),
            low=number.cast(pl.Float64),
            high=number.cast(pl.Float64),
            top=pl.col(top).cast(pl.Float64) if top in frame.columns else pl.lit(None, pl.Float64),
            before=(day < 1) | flag,
            domain=pl.lit(code),
            testcd=pl.lit(wanted.testcd),
            seq=pl.col(f"{code}SEQ").cast(pl.Int64),
            form=pl.lit(0, pl.Int64),
            measure=pl.lit("", pl.String),
        )
        .select(list(VALUES))
    )


def collect_values(
    sdtm: Sdtm, measures: Mapping[str, Measure], highest: Mapping[str, Mapping[str, int]]
) -> pl.DataFrame:
    """All collected values of the measures, totals and sums of items, sorted by subject and day.

    Parameters
    ----------
    sdtm
        Harmonised domains.
    measures
        Of one disease, by name. Doses, events and scores are not collected and left out.
    highest
        The most each item a measure sums can count, by measure and item: what a missing item may add.

    Notes
    -----
    Several results of one test on one day count once, the last of them by --SEQ. A day with a
    total takes it; the sum of the items stands in where there is none.
    """
    parts = [pl.DataFrame(schema=VALUES)]
    for name, measure in measures.items():
        own = [
            findings_of(sdtm, form.test).with_columns(
                form=pl.lit(number, pl.Int64), measure=pl.lit(name)
            )
            for number, form in enumerate(measure.forms)
        ]
        if measure.items is not None:
            summed = _sum_items(sdtm, name, measure.items, highest[name])
            if own:
                days = pl.concat(own).select("usubjid", "day")
                summed = summed.join(days, on=["usubjid", "day"], how="anti")
                # A total that had to be summed is the same scale as the first form's.
                summed = summed.with_columns(form=pl.lit(0, pl.Int64))
            own.append(summed)
        parts += own
    order = ["usubjid", "measure", "form", "day", "seq"]
    return (
        pl.concat(parts)
        .sort(order)
        .unique(["usubjid", "measure", "form", "day"], keep="last", maintain_order=True)
    )


def _sum_items(
    sdtm: Sdtm, name: str, wanted: ItemMeasure, highest: Mapping[str, int]
) -> pl.DataFrame:
    each = [
        findings_of(sdtm, f"{wanted.prefix}{item}").with_columns(measure=pl.lit(item))
        for item in highest
        if f"{wanted.prefix}{item}" in sdtm.tests
    ]
    if not each:
        return pl.DataFrame(schema=VALUES)
    items = (
        pl.concat(each)
        .sort("usubjid", "measure", "day", "seq")
        .unique(["usubjid", "measure", "day"], keep="last", maintain_order=True)
    )
    limit = pl.col("measure").replace_strict(
        {item: float(most) for item, most in highest.items()}, return_dtype=pl.Float64
    )
    if wanted.newly:
        earlier = pl.col("low").shift(1).over("usubjid", "measure", order_by="day")
        new = ((pl.col("low") > 0) & (earlier == 0)).fill_null(value=False)
        items = items.with_columns(low=new.cast(pl.Float64), high=new.cast(pl.Float64))
        limit = pl.lit(1.0)
    total = float(len(highest)) if wanted.newly else float(sum(highest.values()))
    return (
        items.with_columns(limit=limit)
        .group_by("usubjid", "day", maintain_order=True)
        .agg(
            pl.col("dtc", "visit", "before", "domain", "seq").first(),
            low=pl.col("low").sum(),
            # What is missing may be anything up to its most.
            high=pl.col("low").sum() + total - pl.col("limit").sum(),
        )
        .with_columns(
            measure=pl.lit(name),
            form=pl.lit(-1, pl.Int64),
            top=pl.lit(None, pl.Float64),
            testcd=pl.lit(f"{wanted.prefix}*"),
        )
        .select(list(VALUES))
    )
