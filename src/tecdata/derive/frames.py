"""SDTM datasets as Polars frames with the variables a derivation reads, and analysis datasets back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import narwhals as nw
import polars as pl

from tecdata.dataset import Dataset
from tecdata.finding import Finding, Findings

if TYPE_CHECKING:
    from tecdata.spec import DomainSpec, Specs

__all__ = [
    "analysis_dataset",
    "group_numbers",
    "records_of",
    "supplemental_of",
    "with_subject",
    "with_supplemental",
]

#: Variables of ADSL that the other analysis datasets carry.
CARRIED: Final = ("SITEID", "AGE", "SEX", "DISEASE", "TRTSDT", "TRTEDT", "SAFFL")

_TYPES: Mapping[str, type[pl.DataType]] = {
    "integer": pl.Int64,
    "float": pl.Float64,
    "date": pl.Date,
}


def records_of(sdtm: Mapping[str, Dataset], name: str, specs: Specs) -> pl.DataFrame:
    """The records of a domain with every variable of its spec; those not delivered are empty.

    Without the dataset the frame has no rows. Text is String, numbers are Float64 or Int64 as the spec says.
    """
    spec = specs.domains.get(name)
    dataset = sdtm.get(name)
    frame = pl.DataFrame() if dataset is None else dataset.to_polars()
    declared: dict[str, pl.DataType] = (
        {} if spec is None else {v.name: _dtype(v.type) for v in spec.variables}
    )
    absent = {n: t for n, t in declared.items() if n not in frame.columns}
    if not frame.width:
        return pl.DataFrame(schema=absent)
    schema = frame.schema
    # Whole numbers may come as floats, and columns without a value without a type.
    retyped = [n for n, t in declared.items() if schema.get(n, t) != t]
    return frame.with_columns(
        *(pl.col(n).cast(declared[n]) for n in retyped),
        *(pl.lit(None, dtype).alias(n) for n, dtype in absent.items()),
    )


def supplemental_of(
    sdtm: Mapping[str, Dataset], domain: str, names: tuple[str, ...]
) -> pl.DataFrame:
    """Supplemental qualifiers side by side: USUBJID, --SEQ and one text column for each of ``names``.

    The values of a qualifier that no record has are empty. The frame has one row a parent record.
    """
    sequence = f"{domain}SEQ"
    dataset = sdtm.get(f"SUPP{domain}")
    schema = {"USUBJID": pl.String(), sequence: pl.Int64(), **dict.fromkeys(names, pl.String())}
    if dataset is None or not len(dataset):
        return pl.DataFrame(schema=schema)
    frame = dataset.to_polars().filter(pl.col("QNAM").is_in(names))
    return (
        frame.group_by("USUBJID", pl.col("IDVARVAL").cast(pl.Int64).alias(sequence))
        .agg(pl.col("QVAL").filter(pl.col("QNAM") == name).first().alias(name) for name in names)
        .sort("USUBJID", sequence)
    )


def with_supplemental(
    records: pl.DataFrame, sdtm: Mapping[str, Dataset], domain: str, names: tuple[str, ...]
) -> pl.DataFrame:
    """Records of a domain with supplemental qualifiers as further text columns; order is kept."""
    sequence = f"{domain}SEQ"
    beside = supplemental_of(sdtm, domain, names).with_columns(
        pl.col(sequence).cast(records.schema[sequence])
    )
    return records.join(beside, on=["USUBJID", sequence], how="left", maintain_order="left")


def group_numbers(*names: str) -> pl.Expr:
    """A whole number for each group of records in a row with the same values; records are sorted by them.

    >>> pl.DataFrame({"a": ["x", "x", "y", "y"], "b": [1, 1, 1, 2]}).select(group_numbers("a", "b")).to_series().to_list()
    [0, 0, 1, 2]
    """
    changes = [pl.col(name).ne_missing(pl.col(name).shift(1)) for name in names]
    return (pl.any_horizontal(changes).cast(pl.Int64).cum_sum() - 1).alias("_group")


def with_subject(records: pl.DataFrame, adsl: Dataset, date: str, day: str) -> pl.DataFrame:
    """Records with the variables of ADSL that every analysis dataset carries, and the analysis day.

    ``day`` is ``date`` counted from TRTSDT: the first dose is day 1, the day before it -1. Subjects who are not in
    ADSL have neither.
    """
    subjects = adsl.to_polars()
    carried = ["USUBJID", *(name for name in CARRIED if name in subjects.columns)]
    joined = records.drop([n for n in carried if n in records.columns and n != "USUBJID"]).join(
        subjects.select(carried), on="USUBJID", how="left", maintain_order="left"
    )
    days = (pl.col(date) - pl.col("TRTSDT")).dt.total_days()
    return joined.with_columns((days + (days >= 0).cast(pl.Int64)).alias(day))


def analysis_dataset(name: str, frame: pl.DataFrame, specs: Specs, findings: Findings) -> Dataset:
    """An analysis dataset of the variables its spec declares, in its order and types.

    Columns that the spec does not declare are left out; a declared variable that the derivation does not
    make is left out too and reported, unless the spec says that it is there under a condition only (core Cond).
    """
    spec: DomainSpec = specs.adam[name]
    made = [v for v in spec.variables if v.name in frame.columns]
    for variable in spec.variables:
        if variable.name not in frame.columns and variable.core != "Cond":
            findings.add(Finding.of("derive.unknown_variable", domain=name, variable=variable.name))
    typed = frame.select(pl.col(v.name).cast(_dtype(v.type)) for v in made)
    return Dataset(spec=spec, frame=nw.from_native(typed, eager_only=True))


def _dtype(kind: str) -> pl.DataType:
    """The type of a column by the type of its variable; text where it is none of numbers and dates."""
    return _TYPES.get(kind, pl.String)()
