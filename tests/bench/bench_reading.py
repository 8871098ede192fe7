"""What guarding costs: a workbook of 10^5 x 20 cells by tecdata, python-calamine and openpyxl, in one run.

Run it by hand: ``python tests/bench/bench_reading.py [rows] [--openpyxl]``. Seconds of the wall clock and of
the processor (tecdata's parser, a process of its own, included), each the best of the rounds.
On an idle machine of two cores the scan runs while the parser is at it; on a busy one, or on one core, the
ratio of the clock comes near that of the processor. It prints a table and is no test.
"""

# ruff: noqa: T201 - a script that prints what it measured

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import python_calamine
import xlsxwriter

from tecdata.intake.opener import open_input
from tecdata.intake.spreadsheet import Spreadsheet
from tecdata.sandbox import parsers

ROUNDS = 5
COLUMNS = 20


def make(path: Path, rows: int) -> None:
    """A quarter identifiers, a quarter units, half numbers."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Labor")
        sheet.write_row(0, 0, [f"c{i}" for i in range(COLUMNS)])
        for r in range(1, rows + 1):
            kinds = (f"S{r:06}", "mmol/L")
            sheet.write_row(
                r, 0, [kinds[i % 4] if i % 4 < 2 else r / 7 + i for i in range(COLUMNS)]
            )


def with_tecdata(path: Path) -> Any:
    """Opened, guarded, scanned for oddities, parsed in a child."""
    return Spreadsheet(open_input(path)).grid("Labor").rows


def with_calamine(path: Path) -> Any:
    """Bare python-calamine."""
    return (
        python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Labor").to_python()
    )


def with_openpyxl(path: Path) -> Any:
    """openpyxl in its read-only mode."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    return [list(row) for row in book["Labor"].iter_rows(values_only=True)]


def processor_seconds() -> float:
    """Of this process, and of the parser's where the system tells."""
    own = time.process_time()
    child = parsers()._process
    stat = Path(f"/proc/{child.pid}/stat") if child is not None else Path()
    if not stat.is_file():
        return own
    fields = stat.read_text().rpartition(")")[2].split()
    return own + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(rows: int, *, openpyxl: bool, rounds: int = ROUNDS) -> dict[str, tuple[float, float]]:
    """Print the best seconds of each reader; return wall clock and processor as ratios to calamine."""
    readers: dict[str, Callable[[Path], Any]] = {"calamine": with_calamine, "tecdata": with_tecdata}
    parsers().start(["python_calamine"])
    best: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "labs.xlsx"
        make(path, rows)
        for number in range(rounds):
            late = {"openpyxl": with_openpyxl} if openpyxl and not number else {}
            for name, read in (readers | late).items():
                wall, cpu = time.perf_counter(), processor_seconds()
                cells = read(path)
                assert len(cells) == rows + 1
                took = [time.perf_counter() - wall, processor_seconds() - cpu]
                best[name] = list(map(min, best.get(name, took), took))
                del cells
    print(f"{rows} x {COLUMNS} cells: best seconds, and ratios to bare python-calamine")
    ratios = {}
    for name, (wall, cpu) in best.items():
        ratios[name] = (wall / best["calamine"][0], cpu / best["calamine"][1])
        print(
            f"{name:9} {wall:7.2f} s  x{ratios[name][0]:5.2f}   processor {cpu:7.2f} s  x{ratios[name][1]:5.2f}"
        )
    return ratios


def main() -> None:
    """Measure what the command line asks for."""
    sizes = [int(a) for a in sys.argv[1:] if a.isdigit()]
    measure(sizes[0] if sizes else 100_000, openpyxl="--openpyxl" in sys.argv)


if __name__ == "__main__":
    main()
