"""Damaged files by the thousand: each is refused in words, or read, and never differs in silence.

By hand, for longer than CI does: ``python -m tests.hostile.fuzz --mutants 10000 --seed 7 xlsx sav``
(all formats where none is named). Each format is read in a process of its own with 2 GiB of
memory and 10 seconds a file; the seed that is printed gives the same mutants again.

What must not happen: a signal, a hang, any exception other than IntakeError, a cell's text in an
error, and a cell that differs from the sound file's without a finding. Formats without
checksums (text, SPSS, Stata, SAS, xls, Parquet pages) cannot tell a changed byte of a value from
a value; of them it is asked that no row is lost or added in silence by cutting the file short.
"""

# ruff: noqa: T201 - a command that prints what it found

from __future__ import annotations

import argparse
import json
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

from tests.hostile.mutants import FORMATS, mutations, sound
from tests.intake.conftest import make_source

from tecdata.errors import IntakeError
from tecdata.finding import Findings
from tecdata.intake import archive, read_centre

__all__ = ["fuzz"]

MEMORY = 2 * 1024**3
SECONDS = 10
REPOSITORY = Path(__file__).parents[2]

#: Formats whose parts carry checksums: damage to their bytes is always noticed.
CHECKED = ("xlsx", "xlsb", "ods")
#: Damage that makes another sound file of a format: its cells are what it says.
_ANOTHER_FILE = ("member", "inside", "inside again")


class _HangError(BaseException):
    """A file took longer than it may."""


def _hang(number: int, frame: FrameType | None) -> None:
    raise _HangError


def _read(source: Any, folder: Path) -> tuple[list[tuple[Any, ...]], list[str]]:
    findings = Findings()
    delivery = read_centre(source, folder, findings)
    frame = delivery.tables["t"].frame
    return [tuple(frame.columns), *frame.rows()], [f.message for f in findings]


def _judge(kind: str, way: str, rows: list[Any], truth: list[Any]) -> str:
    """``same``, ``different`` where that is no fault, ``silent`` where it is."""
    if rows == truth:
        return "same"
    if kind in CHECKED:
        return "different" if way in _ANOTHER_FILE else "silent"
    if way == "truncate" and kind not in ("csv", "xls"):
        return "silent"
    return "different"


def _work(kind: str, mutants: int, seed: int) -> dict[str, Any]:
    """All mutants of one format, in this process."""
    signal.signal(signal.SIGALRM, _hang)
    counts: Counter[str] = Counter()
    faults: list[str] = []
    name = f"b.{kind}"
    source = make_source({"t": {"file": name}})
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        content = sound(kind, folder)
        if content is None:
            return {"counts": {}, "faults": [], "skipped": "no sound file on this machine"}
        for path in folder.iterdir():
            path.unlink()
        (folder / name).write_bytes(content)
        truth, said = _read(source, folder)
        ways = sorted(mutations(kind).items())
        large = archive.LARGE_PART
        for number in range(mutants):
            random = Random(f"{seed}-{kind}-{number}")  # noqa: S311 - damage, not secrets
            way, mutate = ways[number % len(ways)]
            (folder / name).write_bytes(mutate(content, random))
            # Every other round of the ways, sheets are looked through as large ones are.
            archive.LARGE_PART = 0 if number // len(ways) % 2 else large
            outcome = _outcome(kind, way, source, folder, (truth, said))
            counts[outcome.partition(":")[0]] += 1
            if outcome not in ("refused", "same", "told", "different"):
                faults.append(f"{kind} mutant {number} ({way}), seed {seed}: {outcome}")
            print(number, file=sys.stderr, flush=True)
    return {"counts": dict(counts), "faults": faults}


def _outcome(kind: str, way: str, source: Any, folder: Path, sound_: tuple[Any, Any]) -> str:
    truth, said = sound_
    signal.alarm(SECONDS)
    try:
        rows, messages = _read(source, folder)
    except IntakeError as error:
        told = str(error)
        return "leak: " + told if "Pat-0" in told or "negativ" in told else "refused"
    except _HangError:
        return "hang"
    except Exception as error:  # noqa: BLE001 - whatever else it is, it is a fault
        return f"traceback: {type(error).__name__}: {error}"
    finally:
        signal.alarm(0)
    judged = _judge(kind, way, rows, truth)
    return "told" if judged != "same" and messages != said else judged


def fuzz(kind: str, mutants: int, seed: int) -> dict[str, Any]:
    """Read the mutants of a format in a process of its own; what came of them.

    Returns counts by outcome (``refused``, ``told`` by a finding, ``same``, ``different`` where the
    format has no checksum) and ``faults``, each with the number and seed of its mutant.
    """
    command = [sys.executable, "-m", "tests.hostile.fuzz", "--inside", kind]
    done = subprocess.run(
        [*command, "--mutants", str(mutants), "--seed", str(seed)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = [line for line in done.stderr.splitlines() if line.isdigit()]
        after = f"after mutant {last[-1] if last else 'none'}, seed {seed}"
        return {
            "counts": {},
            "faults": [f"{kind}: exit {done.returncode} {after}: {done.stderr[-500:]}"],
        }
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> int:
    """Print what came of each format; 1 where there is a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("formats", nargs="*", metavar="FORMAT", help=", ".join(FORMATS))
    parser.add_argument("--mutants", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--inside", choices=FORMATS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        print(json.dumps(_work(given.inside, given.mutants, given.seed)))
        return 0
    print(f"seed {given.seed}, {given.mutants} mutants a format")
    faults = []
    for kind in given.formats or FORMATS:
        started = time.perf_counter()
        found = fuzz(kind, given.mutants, given.seed)
        faults += found["faults"]
        what = found.get("skipped") or ", ".join(f"{n} {k}" for k, n in found["counts"].items())
        print(f"{kind:9} {time.perf_counter() - started:6.1f} s  {what}", flush=True)
    print("\n".join(faults) or "no fault")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
