"""How ADAE, ADLB (graded) and Table 2 grow with the records, on made-up SDTM.

Run it: ``python tests/bench/bench_analysis.py [SUBJECTS ...]``, for instance ``10000 100000``. Each size runs in a process of its
own and prints seconds, microseconds a laboratory record, and peak memory; 100 laboratory records a subject.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

REPOSITORY = Path(__file__).parents[2]
RESULTS_A_SUBJECT = 100
TESTS = ("HGB", "PLAT", "NEUT", "LYM", "WBC", "CREAT", "ALT", "AST", "CK", "IGG")
LIMITS = {
    "HGB": (120.0, 160.0), "PLAT": (150.0, 400.0), "NEUT": (1.5, 7.7), "LYM": (1.0, 4.0),
    "WBC": (3.5, 10.0), "CREAT": (45.0, 84.0), "ALT": (10.0, 45.0), "AST": (10.0, 35.0),
    "CK": (30.0, 170.0), "IGG": (7.0, 16.0),
}  # fmt: skip
EVENTS_A_SUBJECT = 5


def made_up(subjects: int) -> dict[str, pl.DataFrame]:
    """DM, EX, AE and LB: a dose on 2024-03-01, results over half a year, events at random."""
    random = np.random.default_rng(7)
    names = pl.Series("USUBJID", [f"S-{n:07}" for n in range(subjects)])
    dm = pl.DataFrame({"USUBJID": names}).with_columns(
        STUDYID=pl.lit("S"), SITEID=pl.lit("X"), SEX=pl.lit("F"), RFPENDTC=pl.lit("2025-03-01")
    )
    ex = dm.select(
        "STUDYID", "USUBJID", EXSEQ=pl.lit(1), EXTRT=pl.lit("X"), EXDOSE=pl.lit(3.0),
        EXSTDTC=pl.lit("2024-03-01"),
    )  # fmt: skip
    terms = ["PNEUMONIA", "HEADACHE", "SINUSITIS", "CYTOKINE RELEASE SYNDROME", "DIARRHOEA"]
    ae = _records(names, EVENTS_A_SUBJECT, random, "AESTDTC").with_columns(
        AESEQ=pl.int_range(pl.len(), dtype=pl.Int64) % EVENTS_A_SUBJECT + 1,
        AEDECOD=pl.Series(random.choice(terms, subjects * EVENTS_A_SUBJECT)),
        AETOXGR=pl.Series(random.choice(["1", "2", "3"], subjects * EVENTS_A_SUBJECT)),
        AESHOSP=pl.Series(random.choice(["Y", "N"], subjects * EVENTS_A_SUBJECT)),
    )
    size = subjects * RESULTS_A_SUBJECT
    codes = np.tile(np.array(TESTS), size // len(TESTS))
    low = np.array([LIMITS[t][0] for t in TESTS])
    high = np.array([LIMITS[t][1] for t in TESTS])
    number = np.tile(np.arange(len(TESTS)), size // len(TESTS))
    values = np.round(
        low[number] * 0.6 + random.random(size) * (high[number] * 1.3 - low[number] * 0.6), 2
    )
    lb = _records(names, RESULTS_A_SUBJECT, random, "LBDTC").with_columns(
        LBSEQ=pl.int_range(pl.len(), dtype=pl.Int64) % RESULTS_A_SUBJECT + 1,
        LBTESTCD=pl.Series(codes),
        LBTEST=pl.Series(codes),
        LBCAT=pl.lit("LAB"),
        LBSTRESN=pl.Series(values),
        LBSTRESU=pl.lit("U"),
        LBSTNRLO=pl.Series(low[number]),
        LBSTNRHI=pl.Series(high[number]),
    )
    lb = lb.with_columns(
        LBSTRESC=pl.col("LBSTRESN").cast(pl.String),
        LBNRIND=pl.when(pl.col("LBSTRESN") < pl.col("LBSTNRLO"))
        .then(pl.lit("LOW"))
        .when(pl.col("LBSTRESN") > pl.col("LBSTNRHI"))
        .then(pl.lit("HIGH"))
        .otherwise(pl.lit("NORMAL")),
    )
    return {"DM": dm, "EX": ex, "AE": ae, "LB": lb}


def _records(names: pl.Series, each: int, random: np.random.Generator, date: str) -> pl.DataFrame:
    days = random.integers(-14, 180, len(names) * each)
    start = np.datetime64("2024-03-01")
    dates = np.datetime_as_string(start + days)
    return pl.DataFrame(
        {
            "STUDYID": "S",
            "USUBJID": names[np.repeat(np.arange(len(names)), each)],
            date: dates,
        }
    )


def measure(subjects: int) -> None:
    """Derive and count once; print one line."""
    from tecdata.dataset import Dataset
    from tecdata.derive import derive_study
    from tecdata.finding import Findings
    from tecdata.report.table_data import TableData
    from tecdata.report.table_files import compute_cells
    from tecdata.spec import load_specs

    specs = load_specs(REPOSITORY / "specs")
    frames = made_up(subjects)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    sdtm = {n: Dataset.of(f, specs.domains[n]) for n, f in frames.items()}
    del frames
    started, used = time.perf_counter(), time.process_time()
    parts = ["adsl", "adex", "adae", "findings", "abnormalities"]
    adam = derive_study(sdtm, specs, Findings(), parts)
    derived = time.perf_counter()
    data = TableData({name: dataset.to_polars() for name, dataset in adam.items()})
    cells = compute_cells(specs.tables["table2"], data, specs)
    counted = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    records = len(adam["ADLB"])
    total = counted - started
    processor = time.process_time() - used
    sys.stdout.write(
        f"{subjects:>8,} subjects {records:>11,} LB  {len(adam['ADABN']):>9,} abnormalities  "
        f"derive {derived - started:6.1f} s  table 2 {counted - derived:5.1f} s  "
        f"{1e6 * total / records:5.2f} us/record  peak {peak:5.2f} GiB (input {before:.2f})  "
        f"processor {processor:.1f} s  {len(cells)} cells\n"
    )


def main() -> None:
    """Every size in a process of its own, since peak memory is a process's."""
    sizes = [int(text) for text in sys.argv[1:]] or [1_000, 10_000]
    if len(sizes) == 1:
        measure(sizes[0])
        return
    for size in sizes:
        subprocess.run([sys.executable, __file__, str(size)], check=True, cwd=tempfile.gettempdir())


if __name__ == "__main__":
    main()
