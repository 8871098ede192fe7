"""How long the main job takes, cold, against importing the libraries it stands on.

Run it: ``python tests/bench/bench_main_job.py``. It prints ratios taken in one run, alternating, so
that a busy machine slows both sides alike; the best of several rounds counts.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
ROUNDS = 5

#: From the centres' files to structure-checked SDTM datasets as XPT and Parquet.
SDTM = "tecdata run --sdtm-only"
IMPORTS = "import pandas, pandera.polars, pyreadstat"
READ = """
from pathlib import Path
import time
from tecdata.finding import Findings
from tecdata.intake import read_centre
from tecdata.spec import load_centre
import pyreadstat, polars
sources = [load_centre(p.parent).source for p in Path("mappings").glob("*/source.yaml")]
started = time.perf_counter()
for source in sources:
    read_centre(source, Path(source.folder), Findings())
print(time.perf_counter() - started)
"""


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


def reading() -> float:
    """Seconds spent reading the sample exports, imports done beforehand."""
    done = subprocess.run(
        [sys.executable, "-c", READ], cwd=REPOSITORY, check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def main() -> None:
    """Print the best seconds of each and their ratios."""
    with tempfile.TemporaryDirectory() as folder:
        commands = {
            "tecdata run": ["-m", "tecdata", "run", "--out", str(Path(folder) / "out")],
            SDTM: ["-m", *SDTM.split(), "--out", str(Path(folder) / "sdtm")],
            IMPORTS: ["-c", IMPORTS],
            "tecdata --help": ["-m", "tecdata", "--help"],
            "import pandas": ["-c", "import pandas"],
        }
        for arguments in commands.values():
            seconds(arguments)
        best = dict.fromkeys(commands, float("inf"))
        read = float("inf")
        for _ in range(ROUNDS):
            for name, arguments in commands.items():
                best[name] = min(best[name], seconds(arguments))
            read = min(read, reading())
    for name, took in best.items():
        sys.stdout.write(f"{took:6.2f} s  {name}\n")
    sys.stdout.write(f"{read:6.2f} s  reading the files\n")
    for name in (SDTM, "tecdata run"):
        job = (best[name] - read) / best[IMPORTS]
        sys.stdout.write(f"{name} without reading / imports: {job:.2f} (wanted: at most 2)\n")
    share = best["tecdata --help"] / best["import pandas"]
    sys.stdout.write(f"--help / import pandas: {share:.2f} (wanted: at most 0.5)\n")


if __name__ == "__main__":
    main()
