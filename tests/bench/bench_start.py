"""How long a cold ``tecdata --help`` takes, and that no heavy library is imported on the way.

Run it: ``python -m tests.bench.bench_start``. Wall clock and processor of a new process, best of the rounds,
beside the interpreter alone and beside ``import pandas``.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time

ROUNDS = 7
HEAVY = ("great_expectations", "pandera", "scipy", "matplotlib", "pandas", "lxml", "great_tables")

HELP = """
import runpy, sys
sys.argv = ["tecdata", "--help"]
try:
    runpy.run_module("tecdata", run_name="__main__")
except SystemExit:
    pass
print("imported:", *sorted(set(sys.modules) & set({heavy!r})), file=sys.stderr)
"""


def cold(arguments: list[str]) -> tuple[float, float, str]:
    """Wall-clock and processor seconds of a new process, and what it says beside its output."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, used, done.stderr


def imported_by_help() -> list[str]:
    """The heavy libraries that ``tecdata --help`` imports."""
    _, _, said = cold(["-c", HELP.format(heavy=HEAVY)])
    return said.partition("imported:")[2].split()


def measure(rounds: int = ROUNDS) -> dict[str, tuple[float, float]]:
    """Print the best seconds of each, and return them."""
    jobs = {
        "tecdata --help": ["-m", "tecdata", "--help"],
        "python -c pass": ["-c", "pass"],
        "import pandas": ["-c", "import pandas"],
    }
    best: dict[str, tuple[float, float]] = {}
    for _ in range(rounds):
        for name, arguments in jobs.items():
            wall, used, _ = cold(arguments)
            known = best.get(name, (wall, used))
            best[name] = (min(wall, known[0]), min(used, known[1]))
    for name, (wall, used) in best.items():
        sys.stdout.write(f"{wall:6.2f} s  processor {used:6.2f} s  {name}\n")
    found = imported_by_help()
    sys.stdout.write(f"heavy libraries imported by --help: {', '.join(found) or 'none'}\n")
    return best


if __name__ == "__main__":
    measure()
