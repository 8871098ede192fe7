"""What guarding costs: a workbook of 10^5 x 20 cells by tecdata, python-calamine and openpyxl, in one run.

Run it by hand: ``python tests/bench/bench_reading.py [rows] [--openpyxl]``. Seconds of the wall clock and
ratios of one round; tecdata's parser runs in a process of its own, so that a machine of one
core shows more. It prints a table and is no test.
"""

# ruff: noqa: T201 - a script that prints what it measured

from __future__ import annotations

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


def main() -> None:
    """Print one line per round."""
    sizes = [int(a) for a in sys.argv[1:] if a.isdigit()]
    rows = sizes[0] if sizes else 100_000
    readers: dict[str, Callable[[Path], Any]] = {"calamine": with_calamine, "tecdata": with_tecdata}
    if "--openpyxl" in sys.argv:
        readers["openpyxl"] = with_openpyxl
    parsers().start()
    print(f"{rows} x {COLUMNS} cells; seconds and ratio to bare python-calamine in the round")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "labs.xlsx"
        make(path, rows)
        for number in range(1, ROUNDS + 1):
            bare = 0.0
            for name, read in readers.items():
                started = time.perf_counter()
                assert len(read(path)) == rows + 1
                took = time.perf_counter() - started
                bare = took if name == "calamine" else bare
                print(f"round {number}  {name:9} {took:7.2f} s  x{took / bare:5.2f}")


if __name__ == "__main__":
    main()
