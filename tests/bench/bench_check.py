"""How long ``tecdata check`` takes on a workbook, cold, against importing pandas and pandera; and the scan.

Run it: ``python tests/bench/bench_check.py``. Ratios are taken in one run, alternating; the best
of several rounds counts. The search for identifiers is timed on a million cells.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import polars as pl
from tests.made_tables import centre, raw_table

from tecdata.validate import scan_identifiers

REPOSITORY = Path(__file__).parents[2]
ROUNDS = 5
WORKBOOK = "sample_exports/berlin/Teclistamab_Berlin_Export.xlsx"
COMMANDS = {
    "tecdata check": ["-m", "tecdata", "check", WORKBOOK, "--centre", "berlin"],
    "import": ["-c", "import pandas, pandera.polars"],
}


def seconds(arguments: list[str]) -> float:
    """Wall-clock seconds of one cold process."""
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments],
        cwd=REPOSITORY,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - started


def scan_seconds(rows: int) -> float:
    """Seconds to search a long laboratory table: five columns, values that repeat."""
    numbers = pl.int_range(rows, eager=True)
    columns = {
        "id": [f"P{n % 900}" for n in range(rows)],
        "Datum": [f"{n % 28 + 1:02}.{n % 12 + 1:02}.2025" for n in range(rows)],
        "Analyt": [("IgG", "IgA", "CRP", "LDH")[n % 4] for n in range(rows)],
        "Wert": (numbers % 9973 / 100)
        .cast(pl.String)
        .str.replace(".", ",", literal=True)
        .to_list(),
        "Einheit": [("g/l", "g/l", "mg/l", "U/l")[n % 4] for n in range(rows)],
    }
    table = raw_table(columns)
    started = time.perf_counter()
    found = scan_identifiers({"t": table}, centre("LB").source)
    took = time.perf_counter() - started
    assert not [f for f in found if f.status == "failed"]
    return took


def main() -> None:
    """Print the best seconds of each and their ratio."""
    best = dict.fromkeys(COMMANDS, float("inf"))
    for _ in range(ROUNDS):
        for name, arguments in COMMANDS.items():
            best[name] = min(best[name], seconds(arguments))
    for name, took in best.items():
        sys.stdout.write(f"{took:6.2f} s  {name}\n")
    ratio = best["tecdata check"] / best["import"]
    sys.stdout.write(f"{ratio:6.2f} x  check against import\n")
    sys.stdout.write(f"{scan_seconds(200_000):6.2f} s  identifiers in a million cells\n")


if __name__ == "__main__":
    main()
