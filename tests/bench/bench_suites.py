"""The checks of laboratory records on many rows, beside one Polars pass written by hand.

Run it: ``python -m tests.bench.bench_suites [ROWS]`` (10^6 by default). The records are those of the
sample exports, repeated for as many subjects as are needed. The pass by hand asks the same kinds of
questions (own medians, neighbours in time, doubles, limits and units by test, flags, order of ranges)
and only counts; tecdata also knows source cells and words. Great Expectations is timed apart.
"""

from __future__ import annotations

import dataclasses
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

import tecdata
from tecdata.dataset import Dataset
from tecdata.validate import check_structure, run_suites

if TYPE_CHECKING:
    from tecdata.spec import Specs

REPOSITORY = Path(__file__).parents[2]
ROUNDS = 3


def laboratory(rows: int) -> tuple[dict[str, Dataset], Specs]:
    """LB of the sample exports repeated under new subjects, and the specs with the suite of LB alone."""
    study = tecdata.open_study(REPOSITORY)
    lb = study.harmonise()["LB"]
    frame = lb.frame.to_polars()
    times = -(-rows // len(frame))
    copies = pl.DataFrame({"copy": [f"-{n:05}" for n in range(times)]})
    repeated = (
        frame.join(copies, how="cross")
        .with_columns(pl.col("USUBJID") + pl.col("copy"))
        .drop("copy")
        .head(rows)
    )
    data = Dataset(lb.spec, nw.from_native(repeated, eager_only=True), lb.origins)
    specs = dataclasses.replace(study.specs, suites={"lb": study.specs.suites["lb"]})
    return {"LB": data}, specs


def by_hand(frame: pl.DataFrame, specs: Specs) -> dict[str, int]:
    """Counts of one fused pass."""
    limits = {n: t.plausible for n, t in specs.tests.items() if t.plausible}
    lows = {n: float(ends[0]) for n, ends in limits.items() if ends[0] is not None}
    highs = {n: float(ends[1]) for n, ends in limits.items() if ends[1] is not None}
    value, own = pl.col("LBSTRESN"), ["USUBJID", "LBTESTCD"]
    median = value.median().over(own)
    before = value.shift(1).over(own, order_by="LBDTC")
    double = ["USUBJID", "LBTESTCD", "LBSPEC", "LBDTC"]
    test = pl.col("LBTESTCD")
    low = test.replace_strict(lows, default=None)
    high = test.replace_strict(highs, default=None)
    factor = value / median

    def slips(*factors: float) -> pl.Expr:
        return pl.any_horizontal((factor / f).is_between(1 / 1.9, 1.9) for f in factors)

    asked = {
        "count_scale": test.is_in(["WBC", "LYM", "NEUT", "PLAT"]) & slips(1000, 0.001),
        "igg_unit": (test == "IGG") & slips(6.67, 0.15, 100, 0.01),
        "unit_slip": test.is_in(["CREAT", "CK", "LDH", "ALT", "AST", "HGB"]) & slips(60, 10, 0.1),
        "swapped": (test == "CK") & (median / value > 20),
        "plausible": (value < low) | (value > high),
        "unit": pl.col("LBORRESU").is_null() & pl.col("LBORRES").is_not_null(),
        "result": pl.col("LBSTAT").is_null() & pl.col("LBSTRESC").is_null(),
        "contradicting": pl.col("LBSTRESC").n_unique().over(double) > 1,
        "duplicate": pl.len().over(double) > 1,
        "jump": (value / before > 20) | (before / value > 20),
        "range_flag": (pl.col("LBNRIND") == "HIGH") & (value <= pl.col("LBSTNRHI")),
        "range_order": pl.col("LBSTNRLO") > pl.col("LBSTNRHI"),
        "differential": (pl.len().over("USUBJID", "LBDTC") > 1) & (test == "LYM") & (value > 100),
    }
    return frame.select(e.sum().alias(n) for n, e in asked.items()).row(0, named=True)


def timed(call: Callable[[], Any]) -> float:
    """Wall-clock seconds of one call."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def main() -> None:
    """Print the best seconds of each and their ratios."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    datasets, specs = laboratory(rows)
    frame = datasets["LB"].frame.to_polars()
    jobs: dict[str, Callable[[], Any]] = {
        "one pass by hand": lambda: by_hand(frame, specs),
        "expectations": lambda: run_suites(datasets, specs, by="native"),
        "structure (pandera)": lambda: check_structure(datasets, specs),
    }
    best = dict.fromkeys(jobs, float("inf"))
    for _ in range(ROUNDS):
        for name, job in jobs.items():
            best[name] = min(best[name], timed(job))
    best["Great Expectations"] = timed(lambda: run_suites(datasets, specs, by="gx"))
    for name, took in best.items():
        ratio = took / best["one pass by hand"]
        sys.stdout.write(f"{took:7.2f} s  {ratio:5.1f} x  {name}\n")


if __name__ == "__main__":
    main()
