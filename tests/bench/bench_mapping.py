"""Mapping of wide laboratory cells to LB: tecdata on Polars and on pandas beside a bare Polars script.

Run it by hand: ``python tests/bench/bench_mapping.py [cells] [--pandas]``. The script makes the same
records, which is checked: unpivot, names and codes of tests, units and standard results, --DY, --SEQ; no account
of cells, no addresses, no findings. Seconds are those of the processor, best of three, which other
work on the machine changes little; ratios of one run are what counts.
"""

# ruff: noqa: T201 - a script that prints what it measured

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl

from tecdata.dataset import Dataset
from tecdata.finding import Findings
from tecdata.harmonise import harmonise
from tecdata.harmonise.combine import combine
from tecdata.harmonise.sequence import derive_sequence
from tecdata.harmonise.spine import identify
from tecdata.harmonise.study_day import study_day, with_day_numbers
from tecdata.intake import read_frames
from tecdata.mapping import check_centre
from tecdata.mapping.centre import MappedCentre, map_views
from tecdata.mapping.tables import TableView
from tecdata.spec import Specs, load_centre, load_specs

REPOSITORY = Path(__file__).parents[2]
ROUNDS = 3

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
  people: {file: people.parquet}
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

PEOPLE = """
domain: DM
blocks:
  - name: people
    from: people
    subject: Pat
    variables:
      RFXSTDTC: {assign_datetime: Start}
"""


def frames(cells: int) -> dict[str, pl.DataFrame]:
    """Labs: one row a visit, a column a test. People: one row a subject, with its first dose."""
    rows = cells // len(TESTS)
    number = pl.int_range(rows, eager=True)
    columns = {
        name: ((number * (i + 3)) % 997 / 10).round(1).cast(pl.String)
        for i, (name, *_) in enumerate(TESTS)
    }
    day = pl.date(2024, 1, 1) + pl.duration(days=pl.col("n") % 700)
    labs = number.to_frame("n").select(
        Pat="S" + (number // 50).cast(pl.String), Tag=day.cast(pl.String), **columns
    )
    people = labs.group_by("Pat", maintain_order=True).agg(Start=pl.col("Tag").sort().slice(5, 1))
    return {"labs": labs, "people": people.with_columns(pl.col("Start").list.first())}


def facts(specs: Specs) -> pl.DataFrame:
    """What the script knows of each column: the rows of a table that a programmer would type."""
    made = []
    for column, code, unit, standard, factor in TESTS:
        test = specs.tests[code]
        constants = {n: test.variables[n] for n in ("LBCAT", "LBSPEC")}
        made.append(
            {"test": column, "LBTESTCD": test.testcd, "LBTEST": test.test, "LBORRESU": unit}
            | {"LBSTRESU": standard, "factor": factor, **constants}
        )
    return pl.DataFrame(made)


def bare(tables: dict[str, pl.DataFrame], known: pl.DataFrame) -> pl.DataFrame:
    """What a good programmer writes: one lazy plan, codelists and units as one join."""
    value = (pl.col("LBORRES").cast(pl.Float64) * pl.col("factor")).round_sig_figs(10)
    number = pl.col("Pat").str.strip_prefix("S").str.zfill(3)
    people = tables["people"].lazy().select("Pat", reference=pl.col("Start").str.to_date())
    days = (pl.col("LBDTC").str.to_date() - pl.col("reference")).dt.total_days()
    names = [name for name, *_ in TESTS]
    return (
        tables["labs"]
        .lazy()
        .unpivot(on=names, index=["Pat", "Tag"], variable_name="test", value_name="LBORRES")
        .filter(pl.col("LBORRES").is_not_null())
        .join(known.lazy(), on="test", how="left")
        .join(people, on="Pat", how="left")
        .rename({"Tag": "LBDTC"})
        .with_columns(LBSTRESN=value, USUBJID=pl.lit("TECAID-XX-") + number)
        .with_columns(
            LBSTRESC=pl.col("LBSTRESN").cast(pl.String).str.strip_suffix(".0"),
            LBDY=pl.when(days >= 0).then(days + 1).otherwise(days),
        )
        .sort("USUBJID", "LBTESTCD", "LBSPEC", "LBDTC")
        .select(
            STUDYID=pl.lit("TECAID"),
            DOMAIN=pl.lit("LB"),
            USUBJID="USUBJID",
            LBSEQ=pl.int_range(pl.len()).over("USUBJID") + 1,
            **{n: n for n in ("LBTESTCD", "LBTEST", "LBCAT", "LBORRES", "LBORRESU", "LBSTRESC")},
            **{n: n for n in ("LBSTRESN", "LBSTRESU", "LBSPEC", "LBDTC", "LBDY")},
        )
        .collect()
    )


def study(folder: Path) -> tuple[Any, Specs]:
    """The mapping files and the specs of this checkout."""
    folder.mkdir()
    (folder / "source.yaml").write_text(SOURCE)
    columns = "\n        ".join(
        f"{name}: {{test: {code}, unit: {unit}}}" for name, code, unit, *_ in TESTS
    )
    (folder / "lb.yaml").write_text(RULES.replace("COLUMNS", columns))
    (folder / "dm.yaml").write_text(PEOPLE)
    specs = load_specs(REPOSITORY / "specs")
    mapping = load_centre(folder)
    check_centre(mapping, specs)
    return mapping, specs


def numbered(mapped: MappedCentre, specs: Specs) -> Dataset:
    """LB with USUBJID, --DY and --SEQ: of harmonising only what the script does too."""
    findings = Findings()
    named, _ = identify(combine([mapped.datasets], specs, findings), specs.study, findings)
    days = with_day_numbers(named["DM"].frame, {"_first": "RFXSTDTC"}).select("USUBJID", "_first")
    frame = with_day_numbers(named["LB"].frame, {"_day": "LBDTC"}).join(days, on="USUBJID")
    frame = frame.with_columns(study_day(nw.col("_day"), nw.col("_first")).alias("LBDY"))
    data = Dataset(
        spec=named["LB"].spec, frame=frame.drop("_day", "_first"), origins=named["LB"].origins
    )
    return derive_sequence(data)


def timed(work: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """Seconds of the processor of the best of several rounds, and what the last one made."""
    best, made = float("inf"), None
    for _ in range(rounds):
        made = None
        started = time.process_time()
        made = work()
        best = min(best, time.process_time() - started)
    return best, made


def same(ours: Dataset, theirs: pl.DataFrame) -> None:
    """Stop where a record differs."""
    mine = ours.frame.to_polars().select(theirs.columns)
    mine = mine.with_columns(pl.col("LBSEQ", "LBDY").cast(pl.Int64))
    for name in theirs.columns:
        assert mine[name].equals(theirs[name]), name


def measure(cells: int, *, pandas: bool, rounds: int = ROUNDS) -> dict[str, float]:
    """Print the seconds of each and the ratio to the bare script; return the ratios."""
    tables = frames(cells)
    with tempfile.TemporaryDirectory() as made:
        mapping, specs = study(Path(made) / "xx")
    known = facts(specs)
    base, expected = timed(lambda: bare(tables, known), rounds)
    print(f"{'bare Polars':34} {base:7.2f} s  x 1.00  {len(expected)} records")
    raw = read_frames(mapping.source, tables, Findings()).tables
    ratios = {}

    def tell(job: str, took: float) -> None:
        ratios[job] = took / base
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{job:34} {took:7.2f} s  x{took / base:5.2f}  peak {peak:.0f} MB")

    for kind in ("polars", *(["pandas"] if pandas else [])):

        def mapped(kind: str = kind) -> MappedCentre:
            views = {
                name: TableView(
                    table,
                    mapping.source,
                    frame=nw.from_native(
                        table.frame if kind == "polars" else table.frame.to_pandas(),
                        eager_only=True,
                    ),
                )
                for name, table in raw.items()
            }
            return map_views(mapping, views, specs, Findings())

        times = rounds if kind == "polars" else 1
        took, made_lb = timed(lambda mapped=mapped: numbered(mapped(), specs), times)  # type: ignore[misc]
        same(made_lb, expected)
        tell(f"tecdata {kind}, --DY and --SEQ", took)
        tell("  of it rules, addresses, account", timed(mapped, times)[0])
    took, _ = timed(lambda: read_frames(mapping.source, tables, Findings()), rounds)
    tell("reading, before it", took)
    ready = mapped("polars").datasets
    tell("all of harmonise, after it", timed(lambda: harmonise([ready], specs, Findings()), 1)[0])
    return ratios


def main() -> None:
    """Measure what the command line asks for."""
    sizes = [int(a) for a in sys.argv[1:] if a.isdigit()]
    measure(sizes[0] if sizes else 1_500_000, pandas="--pandas" in sys.argv)


if __name__ == "__main__":
    main()
