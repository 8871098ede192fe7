"""What the expectations of a dataset see: its records with supplemental and borrowed columns.

Every column keeps where it comes from: a supplemental qualifier or borrowed value has the row
of the other dataset beside it (``_at_<column>``), so that a finding can name its source cell.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

import polars as pl

from tecdata.validate.suites_conditions import holds
from tecdata.validate.suites_dates import day

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.spec import DomainSpec
    from tecdata.spec.expectation import Borrowed

__all__ = ["INDEX", "View", "at", "build_view", "own_columns"]

#: Row of the record in its own dataset.
INDEX: Final = "_i"


def at(column: str) -> str:
    """Name of the column with the row a supplemental or borrowed value comes from."""
    return f"_at_{column}"


@dataclasses.dataclass(frozen=True, slots=True)
class View:
    """The records of a dataset as expectations see them.

    ``sources`` names the dataset a column comes from where that is another one, ``lent`` the
    variable it is there; ``lacking`` says why a wanted column is not there.
    """

    name: str
    spec: DomainSpec
    frame: pl.DataFrame
    sources: Mapping[str, str]
    lent: Mapping[str, str]
    lacking: Mapping[str, str]


def build_view(
    name: str,
    datasets: Mapping[str, Dataset],
    wanted: Iterable[str],
    borrow: Mapping[str, Borrowed],
) -> View:
    """The view of one dataset with the wanted columns, as far as they can be had."""
    columns = [c for c in dict.fromkeys(wanted) if c not in borrow]
    lent = {c: borrow[c] for c in dict.fromkeys(wanted) if c in borrow}
    for borrowed in lent.values():
        columns.extend(c for c in borrowed.own_variables() if c not in columns)
    frame, sources, lacking = own_columns(name, datasets, columns)
    for column, borrowed in lent.items():
        other = borrowed.from_
        if other not in datasets:
            lacking[column] = f"dataset {other} is absent"
            continue
        theirs, _, absent = own_columns(other, datasets, borrowed.other_variables())
        gone = [*absent.values(), *(lacking[c] for c in borrowed.own_variables() if c in lacking)]
        if gone:
            lacking[column] = gone[0]
            continue
        sources[column] = other
        frame = _lend(frame, theirs, column, borrowed)
    taken = {column: borrowed.take for column, borrowed in lent.items()}
    return View(name, datasets[name].spec, frame, sources, taken, lacking)


def own_columns(
    name: str, datasets: Mapping[str, Dataset], columns: Iterable[str]
) -> tuple[pl.DataFrame, dict[str, str], dict[str, str]]:
    """Variables and supplemental qualifiers of a dataset, beside all it has.

    Returns the frame, the dataset of each qualifier, and why a column is not there. A permissible
    variable or a qualifier that no record has is a column without values.
    """
    dataset = datasets[name]
    spec = dataset.spec
    frame = dataset.frame.to_polars().with_row_index(INDEX)
    sources: dict[str, str] = {}
    lacking: dict[str, str] = {}
    void: list[pl.Expr] = []
    qualifiers: list[str] = []
    for column in dict.fromkeys(columns):
        variable = spec.by_name.get(column)
        dtype = frame.schema.get(column)
        if dtype == pl.Null or (
            dtype is None and variable is not None and variable.core == "Perm"
        ):
            numeric = variable is not None and variable.is_numeric
            void.append(pl.lit(None, pl.Float64 if numeric else pl.String).alias(column))
        elif dtype is not None:
            if variable is not None and (dtype == pl.String) == variable.is_numeric:
                lacking[column] = f"{name}.{column} is of the wrong type"
        elif column in spec.supplemental_by_name:
            qualifiers.append(column)
        else:
            lacking[column] = f"{name}.{column} is absent"
    frame = _without_empty_texts(frame.with_columns(void), columns)
    if qualifiers:
        supplement = f"SUPP{name}"
        sources.update(dict.fromkeys(qualifiers, supplement))
        frame = _with_qualifiers(frame, name, datasets.get(supplement), qualifiers)
    return frame, sources, lacking


def _without_empty_texts(frame: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    texts = [c for c in dict.fromkeys(columns) if frame.schema.get(c) == pl.String]
    if not texts:
        return frame
    empty = frame.select((pl.col(texts) == "").any()).row(0)
    odd = [c for c, has in zip(texts, empty, strict=True) if has]
    return frame.with_columns(pl.when(pl.col(c) != "").then(pl.col(c)).alias(c) for c in odd)


def _with_qualifiers(
    frame: pl.DataFrame, name: str, supplement: Dataset | None, qualifiers: list[str]
) -> pl.DataFrame:
    if supplement is None:
        return frame.with_columns(
            *(pl.lit(None, pl.String).alias(q) for q in qualifiers),
            *(pl.lit(None, pl.UInt32).alias(at(q)) for q in qualifiers),
        )
    rows = supplement.frame.to_polars().with_row_index("_s").filter(
        pl.col("QNAM").is_in(qualifiers)
    )
    sequence = f"{name}SEQ"
    keys = ["USUBJID", sequence] if sequence in frame.columns else ["USUBJID"]
    if sequence in frame.columns:
        rows = rows.with_columns(
            pl.col("IDVARVAL").cast(frame.schema[sequence], strict=False).alias(sequence)
        )
    wide = rows.group_by(keys).agg(
        *(pl.col("QVAL").filter(pl.col("QNAM") == q).first().alias(q) for q in qualifiers),
        *(pl.col("_s").filter(pl.col("QNAM") == q).first().alias(at(q)) for q in qualifiers),
    )
    return frame.join(wide, on=keys, how="left", maintain_order="left")


def _lend(
    frame: pl.DataFrame, theirs: pl.DataFrame, column: str, borrowed: Borrowed
) -> pl.DataFrame:
    own_keys, their_keys = list(borrowed.match), list(borrowed.match.values())
    rows = theirs.filter(holds(borrowed.where, theirs.schema)).filter(
        pl.col(borrowed.take).is_not_null()
    )
    if borrowed.first_by:
        rows = rows.sort(borrowed.first_by, INDEX, nulls_last=True)
    taken = [pl.col(borrowed.take).alias(column), pl.col(INDEX).alias(at(column))]
    if borrowed.until:
        return _until(frame, rows, column, borrowed, taken)
    keys = [pl.col(k).alias(f"_k{n}") for n, k in enumerate(their_keys)]
    on_left: list[str | pl.Expr] = [*own_keys]
    if borrowed.on_day:
        own, their = borrowed.on_day
        keys.append(day(pl.col(their)).alias(f"_k{len(keys)}"))
        on_left.append(day(pl.col(own)))
    names = [f"_k{n}" for n in range(len(keys))]
    one = rows.select(*keys, *taken).unique(names, keep="first", maintain_order=True)
    return frame.join(
        one, left_on=on_left, right_on=names, how="left", coalesce=True, maintain_order="left"
    ).drop(names, strict=False)


def _until(
    frame: pl.DataFrame,
    rows: pl.DataFrame,
    column: str,
    borrowed: Borrowed,
    taken: list[pl.Expr],
) -> pl.DataFrame:
    own, their = borrowed.until or ("", "")
    keys = [pl.col(k).alias(f"_k{n}") for n, k in enumerate(borrowed.match.values())]
    names = [f"_k{n}" for n in range(len(keys))]
    pairs = (
        frame.select(INDEX, *borrowed.match, day(pl.col(own)).alias("_own"))
        .join(
            rows.select(*keys, *taken, day(pl.col(their)).alias("_day")),
            left_on=list(borrowed.match),
            right_on=names,
            how="inner",
        )
        .filter(pl.col("_day") <= pl.col("_own"))
        .sort("_day", at(column))
        .unique(INDEX, keep="last", maintain_order=True)
        .select(INDEX, column, at(column))
    )
    return frame.join(pairs, on=INDEX, how="left", maintain_order="left")
