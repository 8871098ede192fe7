"""Runs that are killed, or whose disk fills or fails, at any moment; started by test_kills.

One process imports everything and is forked for each run: ``python -m tests.export.kills OUT COUNT
SEED WAY``, where WAY is ``kill``, ``full`` or ``eio``. It prints what came of the runs as JSON. By hand:
``python -m tests.export.kills /tmp/somewhere 1000 7 kill``.
"""

# ruff: noqa: T201 - a command that prints what it found

from __future__ import annotations

import contextlib
import errno
import importlib
import json
import os
import resource
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from tests.made_specs import events, small_specs

from tecdata.export import (
    build_manifest,
    output_lock,
    recover,
    staged_output,
    verify_output,
    write_findings,
    write_manifest,
    write_study,
)

#: Texts of the two versions that take each other's place.
VERSIONS = ("Headache", "Fever" * 30)
RECORDS = 300


def write(out: Path, version: int) -> None:
    """One whole output: XPT, Parquet, traces, findings, manifest."""
    specs = small_specs()
    data = events(*({"AETERM": f"{VERSIONS[version]} {i}"} for i in range(RECORDS)))
    with output_lock(out), staged_output(out) as folder:
        findings = write_study({"AE": data}, specs, folder)
        write_findings(findings, folder)
        manifest = build_manifest(inputs=[], specs=specs, out=folder, findings=findings)
        write_manifest(manifest, folder)


def version_of(out: Path) -> int:
    """Which of the two stands there, whole; -1 where it is neither."""
    if verify_output(out):
        return -1
    content = (out / "sdtm/xpt/ae.xpt").read_bytes()
    held = [text.encode() in content for text in VERSIONS]
    return held.index(True) if sum(held) == 1 else -1


def _fail(way: str, random: Random) -> None:
    """From here on, in this process, files cannot grow beyond some size, or syncing fails."""
    if way == "full":
        size = random.choice((0, 100, 1_000, 5_000, 20_000, 60_000, 1_000_000))
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    if way == "eio":
        calls = random.randrange(16)

        def failing(descriptor: int) -> None:
            nonlocal calls
            calls -= 1
            if calls < 0:
                raise OSError(errno.EIO, "Input/output error")

        os.fsync = failing  # type: ignore[assignment]


def _child(out: Path, version: int, way: str, random: Random) -> None:
    code = 0
    try:
        _fail(way, random)
        write(out, version)
    except OSError:
        code = 3
    except BaseException:  # noqa: BLE001 - the parent counts it
        code = 4
    finally:
        os._exit(code)


def one(out: Path, before: int, way: str, random: Random, longest: float) -> tuple[str, int]:
    """One run that ends badly, and the version that is there afterwards."""
    after = 1 - before
    pid = os.fork()
    if pid == 0:
        _child(out, after, way, random)
    if way == "kill":
        time.sleep(random.uniform(0, longest))
        os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 4:
        return "another exception", before
    recover(out)
    found = version_of(out)
    rest = [p.name for p in out.rglob("*") if p.name.endswith(".part") or "tecdata-new" in p.name]
    if found < 0 or rest:
        return f"half: {rest}", before
    return ("new" if found == after else "old"), found


def _time_of_a_run(out: Path) -> float:
    """Seconds of a run that nobody disturbs, once this process has loaded what runs load."""
    seconds = 0.0
    names = out.parent / "modules"
    for _ in range(2):
        started = time.perf_counter()
        pid = os.fork()
        if pid == 0:
            write(out, 0)
            names.write_text("\n".join(sys.modules))
            os._exit(0)
        os.waitpid(pid, 0)
        seconds = time.perf_counter() - started
        for name in names.read_text().splitlines():
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    names.unlink()
    return seconds


def main() -> None:
    """Print how many runs left the old output, how many the new; anything else is a fault."""
    out, count, seed, way = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    longest = _time_of_a_run(out)
    counts: Counter[str] = Counter()
    version = 0
    for number in range(count):
        random = Random(f"{seed}-{number}")  # noqa: S311 - moments, not secrets
        outcome, version = one(out, version, way, random, longest)
        counts[outcome] += 1
    found: dict[str, Any] = dict(counts)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
