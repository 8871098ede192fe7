"""Mapping of wide laboratory cells to LB: tecdata on Polars and on pandas beside a bare Polars script.

Run it by hand: ``python tests/bench/bench_mapping.py [cells] [--pandas]``. The script does what the
rules do and no more: unpivot, test names to codes, unit factors, sequence numbers, study days, and no account
of cells, no addresses, no findings. Seconds are those of the processor, which other work on the machine
changes little; ratios of one run are what counts.
"""

# ruff: noqa: T201 - a script that prints what it measured

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl

from tecdata.finding import Findings
from tecdata.intake import read_frames
from tecdata.mapping import check_centre
from tecdata.mapping.centre import map_views
from tecdata.mapping.tables import TableView
from tecdata.spec import load_centre, load_specs

REPOSITORY = Path(__file__).parents[2]

#: Column, test code, its unit, the standard unit, the factor between them.
TESTS = (
    ("leuko", "WBC", "10^9/L", "10^9/L", 1.0),
    ("lympho", "LYM", "10^9/L", "10^9/L", 1.0),
    ("ldh", "LDH", "U/L", "U/L", 1.0),
    ("igg", "IGG", "mg/dL", "g/L", 0.01),
    ("crp", "CRP", "mg/dL", "mg/L", 10.0),
)

SOURCE = """
centre: XX
name: Bench
country: DEU
language: [de]
folder: none
subject: {pattern: 'S(?P<number>\\d+)'}
reading: {decimal: point, dates: [yyyy-mm-dd]}
tables:
  labs: {file: labs.parquet}
"""

RULES = """
domain: LB
blocks:
  - name: wide labs
    from: labs
    subject: Pat
    unpivot:
      columns:
        COLUMNS
    test: $test
    convert_unit: {value: $value, unit: $unit}
    variables:
      LBDTC: {assign_datetime: Tag}
"""


def frame(cells: int) -> pl.DataFrame:
    """One row a visit, a column a test."""
    rows = cells // len(TESTS)
    number = pl.int_range(rows, eager=True)
    columns = {
        name: ((number * (i + 3)) % 997 / 10).cast(pl.String) for i, (name, *_) in enumerate(TESTS)
    }
    day = pl.date(2024, 1, 1) + pl.duration(days=pl.col("n") % 700)
    return number.to_frame("n").select(
        Pat="S" + (number // 50).cast(pl.String), Tag=day.cast(pl.String), **columns
    )


def bare(table: pl.DataFrame) -> pl.DataFrame:
    """What a programmer in a hurry writes."""
    names = [name for name, *_ in TESTS]
    codes = {name: code for name, code, *_ in TESTS}
    factors = {name: factor for name, *_, factor in TESTS}
    units = {name: unit for name, *_, unit, _ in TESTS}
    return (
        table.unpivot(on=names, index=["Pat", "Tag"], variable_name="test", value_name="LBORRES")
        .filter(pl.col("LBORRES").is_not_null())
        .with_columns(
            LBTESTCD=pl.col("test").replace_strict(codes),
            LBSTRESU=pl.col("test").replace_strict(units),
            LBSTRESN=pl.col("LBORRES").cast(pl.Float64)
            * pl.col("test").replace_strict(factors, return_dtype=pl.Float64),
            day=pl.col("Tag").str.to_date(),
        )
        .with_columns(LBDY=(pl.col("day") - pl.col("day").min().over("Pat")).dt.total_days() + 1)
        .sort("Pat", "Tag", "LBTESTCD")
        .with_columns(LBSEQ=pl.int_range(pl.len()).over("Pat") + 1)
    )


def study(folder: Path) -> tuple[Any, Any]:
    """The mapping files and the specs of this checkout."""
    folder.mkdir()
    (folder / "source.yaml").write_text(SOURCE)
    columns = "\n        ".join(
        f"{name}: {{test: {code}, unit: {unit}}}" for name, code, unit, *_ in TESTS
    )
    (folder / "lb.yaml").write_text(RULES.replace("COLUMNS", columns))
    specs = load_specs(REPOSITORY / "specs")
    mapping = load_centre(folder)
    check_centre(mapping, specs)
    return mapping, specs


def main() -> None:
    """Print the seconds of each and their ratio to the bare script."""
    sizes = [int(a) for a in sys.argv[1:] if a.isdigit()]
    table = frame(sizes[0] if sizes else 1_500_000)
    with tempfile.TemporaryDirectory() as made:
        mapping, specs = study(Path(made) / "xx")
    started = time.process_time()
    expected = bare(table)
    base = time.process_time() - started
    print(f"{'bare Polars':16} {base:7.2f} s  x 1.00  {len(expected)} records")
    kinds = ["polars", *(["pandas"] if "--pandas" in sys.argv else [])]
    for kind in kinds:
        findings = Findings()
        started = time.process_time()
        raw = read_frames(mapping.source, {"labs": table}, findings).tables["labs"]
        read = time.process_time() - started
        native = raw.frame if kind == "polars" else raw.frame.to_pandas()
        started = time.process_time()
        view = TableView(raw, mapping.source, frame=nw.from_native(native, eager_only=True))
        mapped = map_views(mapping, {"labs": view}, specs, findings)
        took = time.process_time() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{'tecdata ' + kind:16} {took:7.2f} s  x{took / base:5.2f}  {len(mapped.datasets['LB'])} "
            f"records, {len(list(findings))} findings; reading {read:.2f} s; peak {peak:.0f} MB"
        )


if __name__ == "__main__":
    main()
