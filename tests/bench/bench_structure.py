"""The structure and terminology checks of 10^6 laboratory records, beside one Polars pass by hand.

Run it: ``python -m tests.bench.bench_structure [ROWS]``. The pass asks the same of every value (required,
length, date, codelist, control characters, whole numbers, equal keys, equal --SEQ) and counts what fails;
tecdata also names the source cell of every failure. What pandera itself takes, for the columns
and their types, is shown apart. Seconds are those of the processor, best of the rounds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl
from tests.bench.bench_suites import laboratory

from tecdata.dataset import Dataset
from tecdata.validate import check_structure
from tecdata.validate.schema import judge

if TYPE_CHECKING:
    from tecdata.finding import Finding
    from tecdata.spec import DomainSpec, Specs

ROUNDS = 3
#: One record in so many breaks a rule.
WRONG = 1_000

_DATE = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?)?)?)?$"


def records(rows: int) -> tuple[Dataset, Specs]:
    """LB of the sample exports, repeated, with its twenty fullest variables and some mistakes."""
    datasets, specs = laboratory(rows)
    lb = datasets["LB"]
    frame = lb.frame.to_polars()
    names = [v.name for v in lb.spec.variables if v.name in frame.columns]
    fullest = sorted(
        names, key=lambda n: (lb.spec.by_name[n].core == "Perm", frame[n].null_count())
    )
    kept = set(fullest[:20])
    number = pl.int_range(pl.len())
    frame = frame.select(n for n in frame.columns if n in kept or n.startswith("_")).with_columns(
        LBTESTCD=pl.when(number % WRONG == 1).then(pl.lit("NOSUCH")).otherwise("LBTESTCD"),
        LBDTC=pl.when(number % WRONG == 2).then(pl.lit("2024-13-01")).otherwise("LBDTC"),
        LBTEST=pl.when(number % WRONG == 3).then(None).otherwise("LBTEST"),
    )
    return Dataset(lb.spec, nw.from_native(frame, eager_only=True), lb.origins), specs


def by_hand(frame: pl.DataFrame, spec: DomainSpec, specs: Specs) -> dict[str, int]:
    """Counts of one fused pass: every question is one expression, all are asked together."""
    asked: dict[str, pl.Expr] = {}
    for variable in spec.variables:
        name, column = variable.name, pl.col(variable.name)
        if name not in frame.columns:
            continue
        if variable.core == "Req":
            asked[f"{name} empty"] = column.is_null()
        if variable.is_numeric:
            asked[f"{name} number"] = ~column.is_finite()
            continue
        asked[f"{name} long"] = column.str.len_bytes() > variable.length
        if variable.type == "datetime":
            day = column.str.head(10).str.to_date("%Y-%m-%d", strict=False)
            exists = day.is_not_null() | (column.str.len_bytes() < 10)
            asked[f"{name} date"] = ~(column.str.contains(_DATE) & exists)
        elif variable.codelist:
            asked[f"{name} term"] = ~column.is_in(list(specs.codelists[variable.codelist].by_term))
        else:
            asked[f"{name} control"] = column.str.contains(r"[\x00-\x1f\x7f]")
    keys = [k for k in spec.keys if k in frame.columns]
    asked["keys"] = pl.struct(keys).is_duplicated()
    asked["sequence"] = pl.struct("USUBJID", "LBSEQ").is_duplicated()
    return frame.select(e.sum().alias(n) for n, e in asked.items()).row(0, named=True)


def timed(work: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """Seconds of the processor of the best round, and what came of the last."""
    best, made = float("inf"), None
    for _ in range(rounds):
        started = time.process_time()
        made = work()
        best = min(best, time.process_time() - started)
    return best, made


def measure(rows: int, rounds: int = ROUNDS) -> dict[str, float]:
    """Print the best seconds and return the ratios to the pass by hand."""
    dataset, specs = records(rows)
    spec, frame = dataset.spec, dataset.frame.to_polars()
    shown = frame.select(n for n in frame.columns if not n.startswith("_"))
    hand, counts = timed(lambda: by_hand(shown, spec, specs), rounds)
    pandera, _ = timed(lambda: judge(spec, shown, []), rounds)
    all_checks, found = timed(lambda: check_structure({"LB": dataset}, specs), rounds)
    failed: list[Finding] = [f for f in found if f.status == "failed"]
    assert sum(f.check == "validate.iso8601" for f in failed) == counts["LBDTC date"]
    assert all(
        f.cell for f in failed if f.check != "validate.key_duplicate" and f.variable != "LBTEST"
    )
    ratios = {}
    lines = {
        "one Polars pass by hand": hand,
        f"structure and terminology, {len(failed)} failures": all_checks,
        "  of it pandera, columns and types": pandera,
        "  all but that": all_checks - pandera,
    }
    sys.stdout.write(f"{len(frame)} x {len(shown.columns)}\n")
    for name, took in lines.items():
        ratios[name.strip().partition(",")[0]] = took / hand
        sys.stdout.write(f"{took:7.2f} s  x{took / hand:5.2f}  {name}\n")
    return ratios


def main() -> None:
    """Measure what the command line asks for."""
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)


if __name__ == "__main__":
    main()
