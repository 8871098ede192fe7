"""What SDTM holds of a disease's measures: one table of values, each with the record it stands in."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Literal

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tecdata.dataset import Dataset
    from tecdata.spec import TestDefinition
    from tecdata.spec.response import ItemMeasure, Measure

__all__ = ["VALUES", "Sdtm", "collect_values", "findings_of"]

#: Columns of the table of values. ``subject`` numbers the subjects asked for, ``form`` the forms of a measure (-1: summed
#: from items, null: a dose or an event), ``top`` is the upper limit of normal that stands with it, ``before`` says
#: whether it lies before the first dose.
VALUES: dict[str, pl.DataType] = {
    "subject": pl.Int64(),
    "day": pl.Int64(),
    "dtc": pl.String(),
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


def findings_of(sdtm: Sdtm, wanted: Mapping[str, str], subjects: Sequence[str]) -> pl.DataFrame:
    """The results of study tests that have a number and a study day, of some subjects.

    Parameters
    ----------
    sdtm
        Harmonised domains.
    wanted
        The tests by id, and what ``measure`` is to say for each.
    subjects
        USUBJIDs; ``subject`` is the place in them.

    Returns
    -------
    pl.DataFrame
        Of :data:`VALUES`, in no order. ``day`` is days since the first dose (study day 1 is day 0);
        ``before`` marks what was taken before the first dose.
    """
    groups: dict[tuple[str, tuple[tuple[str, str], ...]], dict[str, str]] = {}
    for test, name in wanted.items():
        found = sdtm.tests[test]
        alike = groups.setdefault((found.domain, tuple(sorted(found.variables.items()))), {})
        alike[found.testcd] = name
    people = pl.Enum(subjects)
    parts = [
        _results(sdtm.frames[code], code, dict(variables), names, people)
        for (code, variables), names in groups.items()
        if code in sdtm.frames
    ]
    return pl.concat(parts) if parts else pl.DataFrame(schema=VALUES)


def _results(
    frame: pl.DataFrame,
    code: str,
    variables: Mapping[str, str],
    names: Mapping[str, str],
    people: pl.Enum,
) -> pl.DataFrame:
    """Results of one domain that belong to tests with the same qualifiers."""
    test, day, number = pl.col(f"{code}TESTCD"), pl.col(f"{code}DY"), pl.col(f"{code}STRESN")
    chosen = test.is_in(list(names)) & day.is_not_null() & number.is_not_null()
    for name, value in variables.items():
        if name in frame.columns:
            chosen &= pl.col(name) == value
    top = f"{code}STNRHI"
    found = frame.lazy().filter(chosen)
    return (
        found.select(
            subject=pl.col("USUBJID").cast(people, strict=False).to_physical().cast(pl.Int64),
            day=pl.when(day > 0).then(day - 1).otherwise(day).cast(pl.Int64),
            dtc=pl.col(f"{code}DTC"),
            measure=test.replace_strict(names, return_dtype=pl.String),
            form=pl.lit(0, pl.Int64),
            low=number.cast(pl.Float64),
            high=number.cast(pl.Float64),
            top=pl.col(top).cast(pl.Float64) if top in frame.columns else pl.lit(None, pl.Float64),
            before=(day < 1) | (pl.col(f"{code}LOBXFL").fill_null("") == "Y"),
            domain=pl.lit(code),
            testcd=test,
            seq=pl.col(f"{code}SEQ").cast(pl.Int64),
        )
        .filter(pl.col("subject").is_not_null())
        .collect()
    )


def collect_values(
    sdtm: Sdtm,
    measures: Mapping[str, Measure],
    highest: Mapping[str, Mapping[str, int]],
    subjects: Sequence[str],
) -> dict[str, pl.DataFrame]:
    """All collected values by measure, totals and sums of items, sorted by subject, form and day.

    Parameters
    ----------
    sdtm
        Harmonised domains.
    measures
        Of one disease, by name. Doses, events and scores are not collected and left out.
    highest
        The most each item a measure sums can count, by measure and item: what a missing item may add.
    subjects
        USUBJIDs.

    Notes
    -----
    Several results of one test on one day count once, the last of them by --SEQ. A day with a
    total takes it; the sum of the items stands in where there is none.
    """
    found = {}
    for name, measure in measures.items():
        forms = {form.test: str(number) for number, form in enumerate(measure.forms)}
        values = findings_of(sdtm, forms, subjects).with_columns(
            form=pl.col("measure").cast(pl.Int64), measure=pl.lit(name)
        )
        if measure.items is not None:
            summed = _sum_items(sdtm, name, measure.items, highest[name], subjects)
            if forms:
                # A total that had to be summed is the same scale as the first form's.
                summed = summed.join(values, on=["subject", "day"], how="anti").with_columns(
                    form=pl.lit(0, pl.Int64)
                )
            values = pl.concat([values, summed])
        found[name] = _once_a_day(values, "form")
    return found


def _once_a_day(values: pl.DataFrame, kind: Literal["form", "measure"]) -> pl.DataFrame:
    """Of several results of a kind on one day the last by --SEQ; sorted by subject, kind and day."""
    same = ("subject", kind, "day")
    last = pl.any_horizontal(pl.col(c).ne_missing(pl.col(c).shift(-1)) for c in same)
    return values.sort(*same, "seq").filter(last)


def _sum_items(
    sdtm: Sdtm,
    name: str,
    wanted: ItemMeasure,
    highest: Mapping[str, int],
    subjects: Sequence[str],
) -> pl.DataFrame:
    """The sum of the items of each day, between the bounds that missing items leave."""
    tests = {f"{wanted.prefix}{item}": item for item in highest}
    each = {test: item for test, item in tests.items() if test in sdtm.tests}
    items = _once_a_day(findings_of(sdtm, each, subjects), "measure")
    limit = pl.col("measure").replace_strict(highest, return_dtype=pl.Float64)
    if wanted.newly:
        earlier = pl.col("low").shift(1).over("subject", "measure")
        new = ((pl.col("low") > 0) & (earlier == 0)).fill_null(value=False)
        items = items.with_columns(low=new.cast(pl.Float64))
        limit = pl.lit(1.0)
    total = float(len(highest) if wanted.newly else sum(highest.values()))
    return (
        items.with_columns(limit=limit)
        .group_by("subject", "day")
        .agg(
            pl.col("dtc", "before", "domain", "seq").sort_by("measure").first(),
            low=pl.col("low").sum(),
            # What is missing may be anything up to its most.
            high=pl.col("low").sum() + total - pl.col("limit").sum(),
        )
        .select(
            "subject",
            "day",
            "dtc",
            pl.lit(name).alias("measure"),
            pl.lit(-1, pl.Int64).alias("form"),
            "low",
            "high",
            pl.lit(None, pl.Float64).alias("top"),
            "before",
            "domain",
            pl.lit(f"{wanted.prefix}*").alias("testcd"),
            "seq",
        )
    )
