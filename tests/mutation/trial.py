"""Mutants tried one by one: each in a fork, by the tests that call its function, the most particular first.

Reads a JSON object from the standard input: ``mutants`` by name, ``processes`` at a time. Runs in the folder mutmut
has made, whose modules hold all mutants and choose by name. Nothing is collected or imported twice, and no fork is made of a
process in which Polars has started its threads: the parent runs no test.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from mutmut.mutation.trampoline import set_mutant_under_test
from tests.derive.made_study import shipped_specs

#: Seconds of processor time after which no further test is begun (the mutant then counts as one that survived) and after
#: which the fork is stopped, and seconds on the clock.
ENOUGH, CPU_SECONDS, CLOCK_SECONDS = 15, 60, 300
SURVIVED, KILLED, NO_TESTS, TIMEOUT = 0, 1, 33, 36


class Trials:
    """A pytest plugin that runs the collected tests once for every mutant."""

    def __init__(self, names: list[str], processes: int) -> None:
        stats = json.loads(Path("mutmut-stats.json").read_text("utf-8"))
        self.tests: dict[str, list[str]] = stats["tests_by_mangled_function_name"]
        self.touched = Counter(test for tests in self.tests.values() for test in tests)
        self.names, self.processes = names, processes
        self.results: dict[str, int] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        running: dict[int, tuple[str, float]] = {}
        waiting = list(reversed(self.names))
        while waiting or running:
            while waiting and len(running) < self.processes:
                name = waiting.pop()
                chosen = [items[test] for test in self._tests_of(name, items) if test in items]
                if not chosen:
                    self.results[name] = NO_TESTS
                    continue
                sys.stdout.flush()
                pid = os.fork()
                if pid == 0:
                    self._try(name, chosen)
                running[pid] = (name, time.monotonic())
            self._collect(running)
        return True

    def _tests_of(self, name: str, items: Iterable[str]) -> list[str]:
        """Tests newer than mutmut's notes, which may call anything, and those that call the function."""
        newer = [test for test in items if test not in self.touched]
        tests = self.tests.get(name.rpartition("__mutmut_")[0], ())
        return [*newer, *sorted(tests, key=lambda test: (self.touched[test], test))]

    def _try(self, name: str, items: list[pytest.Item]) -> None:
        """In the fork: leave with 1 at the first test that fails, else with 0."""
        code = KILLED
        try:
            with Path(os.devnull).open("w") as nowhere:
                os.dup2(nowhere.fileno(), 1)
                os.dup2(nowhere.fileno(), 2)
            resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
            set_mutant_under_test(name)
            code = SURVIVED
            for item, following in zip(items, [*items[1:], None], strict=True):
                reports = runtestprotocol(item, nextitem=following, log=False)
                if any(report.failed for report in reports):
                    code = KILLED
                if code == KILLED or time.process_time() > ENOUGH:
                    break
        finally:
            os._exit(code)

    def _collect(self, running: dict[int, tuple[str, float]]) -> None:
        time.sleep(0.01)
        for pid, (name, since) in list(running.items()):
            done, status = os.waitpid(pid, os.WNOHANG)
            if not done and time.monotonic() - since > CLOCK_SECONDS:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                done, status = pid, TIMEOUT << 8
            if done:
                self.results[name] = os.waitstatus_to_exitcode(status)
                del running[pid]
                told = "survived" if self.results[name] == SURVIVED else "killed"
                sys.stderr.write(f"{len(self.results)} of {len(self.names)}: {told} {name}\n")


def _keep(results: dict[str, int]) -> None:
    """Exit codes go to where mutmut keeps them."""
    by_module: dict[str, dict[str, int]] = defaultdict(dict)
    for name, code in results.items():
        by_module[name.rpartition(".")[0]][name] = code
    for module, codes in by_module.items():
        path = Path("src", *module.split(".")).with_suffix(".py.meta")
        told: dict[str, Any] = json.loads(path.read_text("utf-8"))
        told["exit_code_by_key"] |= codes
        path.write_text(json.dumps(told, indent=4), "utf-8")


def main() -> int:
    told = json.load(sys.stdin)
    shipped_specs()
    trials = Trials(told["mutants"], told["processes"])
    # Those run the whole pipeline, which takes longer than all others together.
    slow = ("test_sixth_disease.py", "test_rare_measures.py")
    wanted = ["tests/derive/response", *(f"--ignore=tests/derive/response/{name}" for name in slow)]
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    code = pytest.main([*wanted, *options, "--hypothesis-profile=mutation"], plugins=[trials])
    _keep(trials.results)
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
