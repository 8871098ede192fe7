"""ADABN: laboratory abnormalities as events, one record per event."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from tecdata.derive.frames import CARRIED, analysis_dataset, group_numbers

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.finding import Findings
    from tecdata.spec import Specs
    from tecdata.spec.analysis import Abnormality

__all__ = ["compute_beyond", "derive_abnormalities", "derive_episodes", "standard_amount"]


def derive_abnormalities(
    sdtm: Mapping[str, Dataset],
    specs: Specs,
    findings: Findings,
    adam: Mapping[str, Dataset],
) -> dict[str, Dataset]:
    """ADABN: the events of every abnormality that ``specs.analysis`` declares, of ADLB."""
    if "ADLB" not in adam:
        return {}
    labs = adam["ADLB"].to_polars()
    made = [
        derive_episodes(labs, rule, standard_amount(rule.limit, rule.unit, rule.tests[0], specs))
        for rule in specs.analysis.abnormalities
    ]
    if not made:
        return {}
    events = pl.concat(made).sort("USUBJID", "ABNCD", "PARAMCD", "ASTDT")
    number = pl.int_range(1, pl.len() + 1).over("USUBJID", "ABNCD")
    return {"ADABN": analysis_dataset("ADABN", events.with_columns(ABNSEQ=number), specs, findings)}


def derive_episodes(labs: pl.DataFrame, rule: Abnormality, limit: float) -> pl.DataFrame:
    """The events of one abnormality in records of ADLB; ``limit`` in their unit.

    Returns the carried variables of ADSL, ABNCD, ABNTERM, PARAMCD, ASTDT, ASTDY (first result beyond the limit), AENDT (last
    result in a row beyond it), ARESFL (Y where a result within the limit follows), AWORST (the farthest value), AEVNUM (results of
    the event) and SRCDOM, SRCSEQ of the first one.
    """
    by = ["USUBJID", "PARAMCD"]
    chosen = labs.filter(
        pl.col("PARAMCD").is_in(rule.tests)
        & pl.col("AVAL").is_not_null()
        & pl.col("ADT").is_not_null()
        & ~pl.col("DISEASE").is_in(rule.not_in).fill_null(value=False)
    ).sort(*by, "ADT", "SRCDOM", "SRCSEQ")
    below = rule.direction == "below"
    runs = chosen.with_columns(
        _beyond=compute_beyond(limit, below=below), _group=group_numbers(*by)
    ).with_columns(
        group_numbers("_group", "_beyond").alias("_run"),
        _next=pl.col("_group").shift(-1),
    )
    carried = [name for name in CARRIED if name in labs.columns]
    worst = pl.col("AVAL").min() if below else pl.col("AVAL").max()
    events = (
        runs.filter("_beyond")
        .group_by("_run", maintain_order=True)
        .agg(
            pl.col("STUDYID", *by, *carried, "SRCDOM", "SRCSEQ").first(),
            ASTDT=pl.col("ADT").first(),
            ASTDY=pl.col("ADY").first(),
            AENDT=pl.col("ADT").last(),
            # The record after the run, where it is of the same subject and test, is within the limit.
            _followed=(pl.col("_next") == pl.col("_group")).last().fill_null(value=False),
            AWORST=worst,
            AEVNUM=pl.len().cast(pl.Int64),
        )
    )
    return (
        events.filter((pl.col("ASTDT") > pl.col("TRTSDT")).fill_null(value=False))
        .with_columns(
            ARESFL=pl.when("_followed").then(pl.lit("Y")).otherwise(pl.lit("N")),
            ABNCD=pl.lit(rule.id),
            ABNTERM=pl.lit(rule.label),
        )
        .drop("_run", "_followed")
    )


def compute_beyond(limit: float, *, below: bool) -> pl.Expr:
    """Whether AVAL lies below (or above) the limit; a value beyond the measuring range (ACENS) counts as past its limit.

    >>> values = pl.DataFrame({"AVAL": [4.0, 3.9, 4.0], "ACENS": [None, None, "<"]})
    >>> values.select(compute_beyond(4, below=True).alias("low"))["low"].to_list()
    [False, True, True]
    """
    value = pl.col("AVAL")
    side = (pl.col("ACENS") == ("<" if below else ">")).fill_null(value=False)
    return (value < limit if below else value > limit) | (side & (value == limit))


def standard_amount(amount: Decimal, unit: str, testcd: str, specs: Specs) -> float:
    """An amount in the standard unit of a test, by the test's exact factor."""
    test = next(t for t in specs.tests.values() if t.testcd == testcd)
    factor = Fraction(1) if unit == test.unit else test.units[unit].factor
    return float(Fraction(amount) * factor)
