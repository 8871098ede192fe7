"""A mutation run over ``derive/response``: how many small faults in the code do its tests notice?

Run it: ``poe mutate``, or ``python -m tests.mutation judge tiers`` for some modules only. mutmut makes the mutants
(``pyproject.toml``, ``tool.mutmut``); they are then tried by
:mod:`tests.mutation.trial`, each in a fork of one process that has imported and collected everything, in random order, so
that what a stopped run has tried is a fair sample. Results stay under ``mutants/``, where ``mutmut results`` and ``mutmut
show NAME`` read them; ``--resume`` goes on with the mutants that have none, ``--report`` only tells them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
MUTANTS = REPOSITORY / "mutants"
FOLDER = Path("src/tecdata/derive/response")
KILLED = {1, 3, 24, -24, 36, -9, -11}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("modules", nargs="*", help="names of modules; without them all")
    parser.add_argument("--sample", type=int, default=0, help="at most so many mutants a module")
    parser.add_argument("--seed", type=int, default=1, help="seed of the sample")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--again", action="store_true", help="only those that survived last time")
    parser.add_argument("--resume", action="store_true", help="only those not tried yet")
    parser.add_argument("--report", action="store_true", help="nothing is tried")
    parser.add_argument("--wanted", type=float, default=90.0, help="percent that must be killed")
    chosen = parser.parse_args(arguments)
    if not chosen.report:
        _try(chosen)
    return 0 if _report(chosen.modules) >= chosen.wanted else 1


def _try(chosen: argparse.Namespace) -> None:
    if not (chosen.resume and MUTANTS.exists()):
        made = [sys.executable, "-m", "tests.mutation.make"]
        subprocess.run(made, cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)
    names = [name for module, keys in _mutants(chosen.modules)
             for name in _drawn(module, keys, chosen)]  # fmt: skip
    random.Random(chosen.seed).shuffle(names)  # noqa: S311
    told = json.dumps({"mutants": names, "processes": chosen.processes})
    paths = os.pathsep.join(str(MUTANTS / part) for part in ("src", "."))
    subprocess.run(
        [sys.executable, "-m", "tests.mutation.trial"],
        cwd=MUTANTS, input=told, text=True, check=True,
        env={**os.environ, "PYTHONPATH": paths, "POLARS_MAX_THREADS": "1"},
    )  # fmt: skip


def _mutants(modules: Sequence[str]) -> Iterator[tuple[str, dict[str, int | None]]]:
    for path in sorted((MUTANTS / FOLDER).glob("*.py.meta")):
        module = path.name.removesuffix(".py.meta")
        if not modules or module in modules:
            yield module, json.loads(path.read_text("utf-8"))["exit_code_by_key"]


def _drawn(module: str, keys: dict[str, int | None], chosen: argparse.Namespace) -> list[str]:
    names = sorted(keys)
    if chosen.again:
        return [name for name in names if keys[name] not in {None, *KILLED}]
    if chosen.resume:
        names = [name for name in names if keys[name] is None]
    if 0 < chosen.sample < len(names):
        names = random.Random(f"{module} {chosen.seed}").sample(names, chosen.sample)  # noqa: S311
    return names


def _report(modules: Sequence[str]) -> float:
    """Killed of tried by module and in all; the names of the survivors."""
    total, all_killed, survivors = 0, 0, []
    for module, keys in _mutants(modules):
        tried = {name: code for name, code in keys.items() if code is not None}
        killed = sum(code in KILLED for code in tried.values())
        survivors += [name for name, code in tried.items() if code not in KILLED]
        total, all_killed = total + len(tried), all_killed + killed
        if keys:
            sys.stdout.write(
                f"{module:18} {killed:4} of {len(tried):4} killed ({len(keys)} mutants)\n"
            )
    share = 100 * all_killed / total if total else 0.0
    sys.stdout.write("\n".join(["", *(f"survived: {name}" for name in survivors), ""]))
    sys.stdout.write(f"{all_killed} of {total} killed: {share:.1f} %\n")
    return share


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
