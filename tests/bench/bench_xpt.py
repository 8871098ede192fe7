"""How fast and in how much memory XPT files are written, beside the other writers, in one run.

Run it by hand: ``python tests/bench/bench_xpt.py [records]``, or with ``--stream`` to append the records in parts to
one file, of either version, and count them again. Each writer gets the same frame, several
rounds in turn; the ratios of one round are what counts, since machines differ and have other work.
Writers that are not installed are left out. It prints a table and is no test.
"""

# ruff: noqa: T201 - a script that prints what it measured

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from tecdata.export.xpt import Version

ROUNDS = 3
LABEL = "Laboratory Test Results"


def frame(records: int) -> pl.DataFrame:
    """20 columns as LB has them: identifiers, codes, units, dates, numbers with gaps."""
    number = pl.int_range(records, eager=True)
    text: dict[str, pl.Expr | pl.Series] = {
        "STUDYID": pl.lit("TRIAL01"),
        "DOMAIN": pl.lit("LB"),
        "USUBJID": "TRIAL01-" + (number // 500).cast(pl.String).str.zfill(6),
        "LBTESTCD": (number % 40).cast(pl.String),
        "LBTEST": "Test number " + (number % 40).cast(pl.String),
        "LBCAT": pl.lit("CHEMISTRY"),
        "LBORRES": ((number % 9973) / 10).cast(pl.String),
        "LBORRESU": pl.lit("mmol/L"),
        "LBSTRESC": ((number % 9973) / 10).cast(pl.String),
        "LBSTRESU": pl.lit("mmol/L"),
        "LBNRIND": pl.lit("NORMAL"),
        "LBDTC": pl.lit("2025-03-01T10:30"),
        "VISIT": "WEEK " + (number % 30).cast(pl.String),
    }
    numbers: dict[str, pl.Expr | pl.Series] = {
        "LBSEQ": (number % 500 + 1).cast(pl.Float64),
        "LBSTRESN": (number % 9973) / 10,
        "LBSTNRLO": pl.lit(3.5),
        "LBSTNRHI": pl.lit(5.1),
        "VISITNUM": (number % 30).cast(pl.Float64),
        "LBDY": (number % 700).cast(pl.Float64),
        "LBENDY": pl.when(number % 3 == 0).then(number % 700).cast(pl.Float64),
    }
    return number.to_frame().select(**(text | numbers))


def with_tecdata(table: pl.DataFrame, path: Path) -> None:
    """Write with this package, lengths found from the data."""
    from tecdata.export import XptVariable, text_lengths, write_xpt

    lengths = text_lengths(table)
    variables = [XptVariable(n, n, n not in lengths, lengths.get(n, 8)) for n in table.columns]
    write_xpt(path, table, variables, LABEL, datetime(2026, 3, 1, tzinfo=UTC), name="LB")


def with_pyreadstat(table: pl.DataFrame, path: Path) -> None:
    """Write with pyreadstat from Polars."""
    import pyreadstat

    pyreadstat.write_xport(
        table, str(path), file_format_version=5, table_name="LB", file_label=LABEL
    )


def with_polars_readstat(table: pl.DataFrame, path: Path) -> None:
    """Write with polars_readstat."""
    import polars_readstat

    polars_readstat.write_xpt(table, str(path), version=5)


WRITERS: dict[str, Callable[[pl.DataFrame, Path], None]] = {
    "tecdata": with_tecdata,
    "pyreadstat": with_pyreadstat,
    "polars_readstat": with_polars_readstat,
}


def measure(name: str, records: int, folder: str, answer: Any) -> None:
    """In a process of its own, so that the memory of one writer is not that of another."""
    table = frame(records)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    try:
        WRITERS[name](table, Path(folder) / f"{name}.xpt")
    except ImportError as error:
        answer.put((name, None, None, str(error)))
        return
    seconds = time.perf_counter() - start
    extra = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    answer.put((name, seconds, extra, ""))


def stream(records: int, part: int = 500_000) -> None:
    """Append parts to a file of each version; print CPU time, size, extra memory, and what is counted."""
    from tecdata.export import XptVariable, XptWriter
    from tecdata.export.xpt_shape import count_records

    table = frame(part)
    lengths = {n: 20 for n, kind in table.schema.items() if kind == pl.String}
    variables = [XptVariable(n, n, n not in lengths, lengths.get(n, 8)) for n in table.columns]
    print(f"{records} records in parts of {part}, {len(variables)} columns")
    versions: tuple[Version, ...] = (5, 8)
    with tempfile.TemporaryDirectory() as folder:
        for version in versions:
            path = Path(folder) / "lb.xpt"
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            start, wall = time.process_time(), time.perf_counter()
            moment = datetime(2026, 3, 1, tzinfo=UTC)
            with XptWriter(path, variables, LABEL, moment, version=version) as writer:
                for _ in range(records // part):
                    writer.append(table)
            cpu, wall = time.process_time() - start, time.perf_counter() - wall
            extra = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            size = path.stat().st_size / 1e9
            print(
                f"version {version}: {cpu:6.1f} s CPU, {wall:6.1f} s, {size:.2f} GB, "
                f"{extra:.0f} MB more memory, {count_records(path)} records counted"
            )


def main() -> None:
    """Print one line per round and writer."""
    if "--stream" in sys.argv:
        sys.argv.remove("--stream")
        stream(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
        return
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    context = multiprocessing.get_context("spawn")
    print(f"{records} records, 20 columns; seconds, ratio to tecdata in the round, extra MB")
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1, ROUNDS + 1):
            ours = None
            for name in WRITERS:
                answer: Any = context.Queue()
                process = context.Process(target=measure, args=(name, records, folder, answer))
                process.start()
                _, seconds, extra, error = answer.get()
                process.join()
                if seconds is None:
                    print(f"round {number}  {name:16} not measured: {error}")
                    continue
                ours = seconds if name == "tecdata" else ours
                ratio = f"{seconds / ours:5.2f}" if ours else "    -"
                print(f"round {number}  {name:16} {seconds:7.2f} s  x{ratio}  {extra:6.0f} MB")


if __name__ == "__main__":
    main()
