"""--NRIND: where a result lies relative to its reference range."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.dataset import Dataset
from tecdata.engine import lookup
from tecdata.harmonise.columns import with_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["derive_range_indicator"]

_BOUND = re.compile(r"(<=|>=|<|>)\s*(\d+(?:\.\d+)?)")


def derive_range_indicator(dataset: Dataset) -> Dataset:
    """Fill --NRIND with LOW, NORMAL or HIGH (codelist NRIND) where mapping gave none.

    From --STRESN, or the bound in --STRESC (``<0.01``, ``>=500``), against --STNRLO and --STNRHI.
    A limit that is not given is open; with neither limit, or where a bound does not decide, the
    indicator is empty.

    Examples
    --------
    ``<0.01`` against 0.1 to 5 is LOW; ``<5`` against 0.1 to 10 may be either, so it is empty;
    ``<5`` against an upper limit of 10 alone is NORMAL.
    """
    domain, frame = dataset.domain, dataset.frame
    target, number = f"{domain}NRIND", f"{domain}STRESN"
    limits = [f"{domain}STNRLO", f"{domain}STNRHI"]
    ranged = any(name in frame.columns for name in limits)
    if target not in dataset.spec.by_name or number not in frame.columns or not ranged:
        return dataset
    lacking = [n for n in limits if n not in frame.columns]
    frame = with_texts(frame, (target,)).with_columns(
        nw.lit(None, dtype=nw.Float64()).alias(name) for name in lacking
    )
    low, high = (nw.col(name) for name in limits)
    frame = _with_bounds(frame, domain)
    frame = frame.with_columns(
        _below(low).alias("_low"),
        _above(high).alias("_high"),
        (_not_below(low) & _not_above(high) & (~low.is_null() | ~high.is_null())).alias("_normal"),
    )
    indicator = (
        nw.when(nw.col("_low"))
        .then(nw.lit("LOW"))
        .when(nw.col("_high"))
        .then(nw.lit("HIGH"))
        .when(nw.col("_normal"))
        .then(nw.lit("NORMAL"))
    )
    frame = frame.with_columns(nw.coalesce(target, indicator).alias(target)).drop(
        "_at_least", "_at_most", "_beyond", "_low", "_high", "_normal", *lacking
    )
    return Dataset(spec=dataset.spec, frame=frame, origins=dataset.origins)


def _with_bounds(frame: nw.DataFrame[Any], domain: str) -> nw.DataFrame[Any]:
    """``_at_least`` and ``_at_most`` enclose the result; ``_beyond``: the bound is not reached."""
    number, text = nw.col(f"{domain}STRESN"), nw.col(f"{domain}STRESC")
    bounded: Sequence[str] = []
    if f"{domain}STRESC" in frame.columns:
        marked = frame.filter(number.is_null() & text.str.contains("^[<>]"))
        bounded = sorted(marked[f"{domain}STRESC"].unique().to_list())
    if not bounded:
        return frame.with_columns(
            number.alias("_at_least"),
            number.alias("_at_most"),
            nw.lit(False, dtype=nw.Boolean()).alias("_beyond"),  # noqa: FBT003
        )
    return (
        lookup(
            frame.with_columns(
                nw.when(number.is_null())
                .then(text)
                .otherwise(nw.lit(""))
                .fill_null("")
                .alias("_bound")
            ),
            ["_bound"],
            read_bound,
            {"_at_least": nw.Float64(), "_at_most": nw.Float64(), "_beyond": nw.Boolean()},
        )
        .with_columns(
            nw.coalesce(number, "_at_least").alias("_at_least"),
            nw.coalesce(number, "_at_most").alias("_at_most"),
        )
        .drop("_bound")
    )


def read_bound(text: str) -> tuple[float | None, float | None, bool]:
    """Lowest and highest value a bounded result can have, and whether it excludes the bound.

    >>> read_bound("<0.01"), read_bound(">=500"), read_bound("POSITIVE")
    ((None, 0.01, True), (500.0, None, False), (None, None, False))
    """
    match = _BOUND.fullmatch(text.strip())
    if match is None:
        return None, None, False
    value = float(match[2])
    strict = len(match[1]) == 1
    return (None, value, strict) if match[1][0] == "<" else (value, None, strict)


def _below(low: nw.Expr) -> nw.Expr:
    most, beyond = nw.col("_at_most"), nw.col("_beyond")
    return ((most < low) | ((most == low) & beyond)).fill_null(value=False)


def _above(high: nw.Expr) -> nw.Expr:
    least, beyond = nw.col("_at_least"), nw.col("_beyond")
    return ((least > high) | ((least == high) & beyond)).fill_null(value=False)


def _not_below(low: nw.Expr) -> nw.Expr:
    known = ~nw.col("_at_least").is_null() | ~nw.col("_at_most").is_null()
    return (low.is_null() & known) | (nw.col("_at_least") >= low).fill_null(value=False)


def _not_above(high: nw.Expr) -> nw.Expr:
    known = ~nw.col("_at_least").is_null() | ~nw.col("_at_most").is_null()
    return (high.is_null() & known) | (nw.col("_at_most") <= high).fill_null(value=False)
