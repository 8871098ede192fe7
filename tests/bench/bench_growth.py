"""The cost of a record as the records grow: map, harmonise, check and write LB, a share of the subjects at a time.

Run it: ``python -m tests.bench.bench_growth [records ...]`` (10^5, 10^6 and 10^7 by default). A share is what is in
memory: wide laboratory cells in, LB and DM out, appended to Parquet files with their trace; when all
lengths are known the transport file is written from there. Each size runs in a process of its own.
Seconds are those of the processor; making up the cells is not counted. Figures for ten times the largest size are
extrapolated, and said to be.
"""

from __future__ import annotations

import contextlib
import dataclasses
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow.parquet as pq
from tests.bench.bench_mapping import TESTS, study

from tecdata.export import share_files, shared_lengths, text_lengths, xpt_parts
from tecdata.export.parquet_stream import parquet_stream
from tecdata.finding import Findings
from tecdata.harmonise import harmonise_share
from tecdata.intake import read_frames
from tecdata.mapping import map_share
from tecdata.validate import check_structure

if TYPE_CHECKING:
    from tecdata.spec import Specs

SIZES = (100_000, 1_000_000, 10_000_000)
#: Records of a share, and of a subject.
SHARE, SUBJECT = 250_000, 250


def share_of(start: int, stop: int) -> dict[str, pl.DataFrame]:
    """Wide cells of the records from ``start`` on: fifty visits a subject, a column a test."""
    visits = pl.int_range(start // len(TESTS), stop // len(TESTS), eager=True).alias("n")
    columns = {
        name: ((visits * (i + 3)) % 997 / 10).round(1).cast(pl.String)
        for i, (name, *_) in enumerate(TESTS)
    }
    day = pl.date(2024, 1, 1) + pl.duration(days=pl.col("n") % 50 * 7)
    # Numbers of one width: shares of the subjects then follow each other in the files.
    subject = 100_000 + visits * len(TESTS) // SUBJECT
    labs = visits.to_frame().select(
        Pat="S" + subject.cast(pl.String), Tag=day.cast(pl.String), **columns
    )
    people = labs.select("Pat").unique(maintain_order=True).with_columns(Start=pl.lit("2024-01-15"))
    return {"labs": labs, "people": people}


@dataclasses.dataclass(slots=True)
class Clock:
    """Processor seconds by stage."""

    seconds: dict[str, float] = dataclasses.field(default_factory=dict)

    @contextlib.contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Add what the block takes to the stage."""
        started = time.process_time()
        yield
        took = time.process_time() - started
        self.seconds[stage] = self.seconds.get(stage, 0.0) + took


def stream(records: int, folder: Path, clock: Clock) -> int:
    """Map, harmonise, check and write so many records; return how many LB has."""
    mapping, specs = study(folder / "mapping")
    source = mapping.source
    lengths: list[Any] = []
    count = 0
    with contextlib.ExitStack() as stack:
        names = ("records", "trace", "transport")
        files = {n: stack.enter_context(parquet_stream(folder / f"{n}.parquet")) for n in names}
        for start in range(0, records, SHARE):
            brought = share_of(start, min(records, start + SHARE))
            findings = Findings()
            with clock("map"):
                tables = read_frames(source, brought, findings).tables
                mapped = map_share(mapping, tables, specs, findings, {})
            with clock("harmonise"):
                datasets = harmonise_share([mapped.datasets], specs, findings)
            with clock("check"):
                check_structure(datasets, specs)
            with clock("write"):
                made = share_files({"LB": datasets["LB"]}, specs)
                transport = made.transport["LB"][1]
                transport = transport.select(n for n in transport.columns if n[0] != "_")
                lengths.append({"LB": text_lengths(transport)})
                files["records"](made.records["LB"])
                files["trace"](made.traces["LB"])
                files["transport"](transport)
                count += transport.height
    with clock("write"):
        _transport_file(folder, count, shared_lengths(lengths)["LB"], specs)
    return count


def _transport_file(folder: Path, count: int, lengths: Any, specs: Specs) -> None:
    spec = specs.domains["LB"]
    held = pq.ParquetFile(folder / "transport.parquet")
    names = held.schema_arrow.names
    limit = specs.study.xpt_limit
    parts, _ = xpt_parts("LB", spec, names, count, lengths, limit, folder)
    for part in parts:
        with part.writer(specs) as writer:
            begin = 0
            for batch in held.iter_batches(batch_size=100_000):
                frame = pl.DataFrame(batch)
                first, rows = part.within(begin, frame.height)
                if rows > 0:
                    writer.append(frame.slice(first, rows))
                begin += frame.height


def one(records: int, answer: Any) -> None:
    """Measure one size: records, seconds by stage, peak memory in MB."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        # Imports and first calls are paid once, whatever the size.
        stream(min(records, 10_000), Path(folder), Clock())
    with tempfile.TemporaryDirectory() as folder:
        made = stream(records, Path(folder), clock)
        size = sum(p.stat().st_size for p in Path(folder).rglob("*.xpt"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer.put((made, clock.seconds, peak, size))


def measure(sizes: tuple[int, ...]) -> dict[int, float]:
    """Print a line a size; return microseconds of the processor a record."""
    context = multiprocessing.get_context("spawn")
    costs: dict[int, float] = {}
    largest: tuple[int, float, float, int] = (0, 0.0, 0.0, 0)
    for records in sizes:
        answer: Any = context.Queue()
        process = context.Process(target=one, args=(records, answer))
        process.start()
        made, seconds, peak, size = answer.get()
        process.join()
        assert made == records
        total = sum(seconds.values())
        costs[records] = total / made * 1e6
        growth = costs[records] / costs[sizes[0]]
        stages = "  ".join(f"{stage} {took / made * 1e6:.2f}" for stage, took in seconds.items())
        sys.stdout.write(
            f"{made:>11} records {total:8.1f} s  {costs[records]:6.2f} us a record  x{growth:5.2f}"
            f"  peak {peak:5.0f} MB  ({stages})\n"
        )
        sys.stdout.flush()
        largest = (made, total, peak, size)
    made, total, peak, size = largest
    sys.stdout.write(
        f"{made * 10:>11} records, extrapolated: {total * 10 / 60:.0f} minutes of one processor, "
        f"peak {peak:.0f} MB, {size * 10 / 1e9:.1f} GB of transport files\n"
    )
    return costs


def main() -> None:
    """Measure the sizes of the command line."""
    measure(tuple(int(a) for a in sys.argv[1:]) or SIZES)


if __name__ == "__main__":
    main()
