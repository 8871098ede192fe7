"""What a record is called in both of two outputs: its natural keys, not the numbers that count it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import polars as pl

from tecdata.errors import UsageError

if TYPE_CHECKING:
    from tecdata.spec import DomainSpec

__all__ = ["IDENTITY", "identified", "natural_keys", "plain"]

#: The column that names a record.
IDENTITY: Final = "_identity"
_PARENT: Final = "_parent"


def identified(
    name: str, table_of: Callable[[str], pl.DataFrame], domains: Mapping[str, DomainSpec]
) -> pl.DataFrame:
    """A dataset with a column :data:`IDENTITY`, unique in a subject; an empty frame where it is not there.

    Records that agree in their keys are counted, in the order of all their values.
    """
    table = table_of(name)
    if not table.width:
        return table
    if "USUBJID" not in table.columns:  # the trial design is about nobody
        table = table.with_columns(pl.lit(None, pl.String).alias("USUBJID"))
    if "RDOMAIN" in table.columns:
        table = _with_parents(table, table_of, domains)
    if name == "RELREC":
        table = _with_partners(table)
    # A key that is empty says nothing, and permissible ones are no columns where all are empty.
    shown = [
        pl.when(pl.col(key).is_not_null()).then(
            pl.format("{}={}", pl.lit(key.lstrip("_").upper()), plain(table, key))
        )
        for key in natural_keys(name, table, domains)
        if key in table.columns and key not in ("STUDYID", "USUBJID")
    ]
    key = pl.concat_str(shown, separator="; ", ignore_nulls=True) if shown else pl.lit("")
    named = table.with_columns(key.alias(IDENTITY))
    order = [c for c in named.columns if c not in (f"{name}SEQ", "IDVARVAL", "RELID")]
    own = [c for c in order if not c.startswith("_")]
    ordered = named.sort(["USUBJID", IDENTITY, *own], nulls_last=True, maintain_order=True)
    number = pl.int_range(1, pl.len() + 1).over("USUBJID", IDENTITY)
    twice = pl.when(number > 1).then(pl.format("{}; #{}", IDENTITY, number))
    return ordered.with_columns(twice.otherwise(pl.col(IDENTITY)).alias(IDENTITY))


def plain(table: pl.DataFrame, column: str) -> pl.Expr:
    """A column as text: whole numbers without a decimal point."""
    dtype = table.schema[column]
    if dtype.is_float():
        value = pl.col(column)
        whole = value.is_finite() & (value == value.round())
        return (
            pl.when(whole)
            .then(value.cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(value.cast(pl.String))
        )
    return pl.col(column).cast(pl.String)


def natural_keys(name: str, table: pl.DataFrame, domains: Mapping[str, DomainSpec]) -> list[str]:
    """The columns that tell the records of a dataset apart, for people."""
    if name == "RELREC":
        return ["USUBJID", "RDOMAIN", _PARENT, "_partners"]
    if "QNAM" in table.columns:
        return ["USUBJID", "RDOMAIN", _PARENT, "QNAM"]
    spec = domains.get(name)
    if spec is None:
        raise UsageError(
            f"the specs have no domain {name}, so its records cannot be told apart",
            choices=tuple(sorted(domains)),
            next_step="Name the study whose outputs these are: --study DIR",
        )
    return list(spec.keys)


def _with_parents(
    table: pl.DataFrame,
    table_of: Callable[[str], pl.DataFrame],
    domains: Mapping[str, DomainSpec],
) -> pl.DataFrame:
    """A column that names the record IDVAR and IDVARVAL point at by its own keys."""
    parts = []
    for (domain, by), part in sorted(
        table.group_by("RDOMAIN", "IDVAR"), key=lambda item: str(item[0])
    ):
        own = pl.col("IDVARVAL").fill_null("")
        if by == f"{domain}SEQ":
            parent = identified(str(domain), table_of, domains)
            if parent.width:
                known = parent.select(
                    "USUBJID", plain(parent, str(by)).alias("IDVARVAL"),
                    pl.col(IDENTITY).alias(_PARENT),
                ).unique(["USUBJID", "IDVARVAL"], keep="first", maintain_order=True)  # fmt: skip
                part = part.join(known, on=["USUBJID", "IDVARVAL"], how="left")
                parts.append(part.with_columns(pl.col(_PARENT).fill_null(own)))
                continue
        parts.append(part.with_columns(own.alias(_PARENT)))
    return pl.concat(parts) if parts else table.with_columns(pl.lit("").alias(_PARENT))


def _with_partners(table: pl.DataFrame) -> pl.DataFrame:
    """Instead of RELID: the records a record is related to."""
    name = pl.format("{} {}", pl.col("RDOMAIN"), pl.col(_PARENT))
    groups = table.group_by("USUBJID", "RELID").agg(name.sort().str.join(" + ").alias("_partners"))
    return table.join(groups, on=["USUBJID", "RELID"], how="left", nulls_equal=True)
