"""Mutants tried one by one: each in a fork, by the tests that call its function, the likeliest to fail first.

Reads a JSON object from the standard input: ``mutants`` by name, ``processes`` at a time. Runs in the folder mutmut
has made, whose modules hold all mutants and choose by name. Nothing is collected or imported twice, and no fork is made of a
process in which Polars has started its threads: the parent runs no test. A first fork runs all tests without a mutant: they
must pass, and it tells which functions each of them calls, how long it takes and what they import. Results are kept every
few seconds, so that a run that was stopped can be taken up again.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import resource
import signal
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, NoReturn

import pytest
from _pytest.runner import runtestprotocol
from mutmut.mutation import trampoline
from mutmut.mutation.trampoline import set_mutant_under_test
from tests.derive.made_study import shipped_specs

#: Seconds of processor time after which no further test is begun (the mutant then counts as one that survived) and after
#: which the fork is stopped, and seconds on the clock (many: on a busy machine a fork may wait for long).
ENOUGH, CPU_SECONDS, CLOCK_SECONDS = 15, 40, 1800
#: Seconds between two times that results are kept.
KEPT_EVERY = 20
SURVIVED, KILLED, NO_TESTS, TIMEOUT = 0, 1, 33, 36


class Trials:
    """A pytest plugin that runs the collected tests once for every mutant."""

    def __init__(self, names: list[str], processes: int) -> None:
        self.tests: dict[str, list[str]] = defaultdict(list)
        self.touched: Counter[str] = Counter()
        self.killers: dict[str, Counter[str]] = defaultdict(Counter)
        self.seconds: dict[str, float] = {}
        self.names, self.processes = names, processes
        self.results: dict[str, int] = {}
        self.done = 0
        self.told, self.tell = os.pipe()
        os.set_blocking(self.told, False)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport:
        """Whether a test failed, without the words and lines of code that nobody reads here."""
        outcome: Any = "passed"
        when: Any = call.when
        if call.excinfo is not None:
            skipped = isinstance(call.excinfo.value, pytest.skip.Exception)
            outcome = "skipped" if skipped else "failed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, when)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        self._rehearse(list(items.values()))
        gc.collect()
        gc.freeze()
        running: dict[int, tuple[str, float]] = {}
        waiting = list(reversed(self.names))
        kept = time.monotonic()
        while waiting or running:
            while waiting and len(running) < self.processes:
                name = waiting.pop()
                chosen = [items[test] for test in self._tests_of(name)]
                if not chosen:
                    self.results[name] = NO_TESTS
                    continue
                running[self._forked(name, chosen)] = (name, time.monotonic())
            self._collect(running)
            if time.monotonic() - kept > KEPT_EVERY:
                self.keep()
                kept = time.monotonic()
        self.keep()
        return True

    def _rehearse(self, items: list[pytest.Item]) -> None:
        """All tests without a mutant, in a fork; what they import is then here for all forks."""
        said, say = os.pipe()
        sys.stdout.flush()
        if os.fork() == 0:
            with os.fdopen(say, "w") as out:
                json.dump(_rehearsed(items), out)
            os._exit(0)
        os.close(say)
        with os.fdopen(said) as heard:
            told = json.load(heard)
        os.wait()
        if told["failed"]:
            raise pytest.UsageError(f"fail without any mutant: {', '.join(told['failed'])}")
        self.seconds = told["seconds"]
        for test, functions in told["calls"].items():
            self.touched[test] = len(functions)
            for function in functions:
                self.tests[function].append(test)
        for module in told["modules"]:
            with contextlib.suppress(ImportError):
                importlib.import_module(module)

    def _tests_of(self, name: str) -> list[str]:
        """Tests that call the function, by how likely a second of them kills.

        What a test has killed of the same function counts, and that it calls few others.
        """
        function = name.rpartition("__mutmut_")[0]
        killers = self.killers[function]

        def cost(test: str) -> tuple[float, str]:
            chance = killers[test] + 1 / self.touched[test]
            return (0.005 + self.seconds[test]) / chance, test

        return sorted(self.tests.get(function, ()), key=cost)

    def _forked(self, name: str, items: list[pytest.Item]) -> int:
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            self._try(name, items)
        return pid

    def _try(self, name: str, items: list[pytest.Item]) -> NoReturn:
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
                    os.write(self.tell, f"{name}\t{item.nodeid}\n".encode())
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
                self.done += 1
                told = "survived" if self.results[name] == SURVIVED else "killed"
                sys.stderr.write(f"{self.done} of {len(self.names)}: {told} {name}\n")
        with contextlib.suppress(BlockingIOError):
            for line in os.read(self.told, 1 << 16).decode().splitlines():
                name, _, test = line.partition("\t")
                self.killers[name.rpartition("__mutmut_")[0]][test] += 1

    def keep(self) -> None:
        """Exit codes go to where mutmut keeps them."""
        by_module: dict[str, dict[str, int]] = defaultdict(dict)
        for name, code in self.results.items():
            by_module[name.rpartition(".")[0]][name] = code
        for module, codes in by_module.items():
            path = Path("src", *module.split(".")).with_suffix(".py.meta")
            told: dict[str, Any] = json.loads(path.read_text("utf-8"))
            told["exit_code_by_key"] |= codes
            beside = path.with_suffix(".new")
            beside.write_text(json.dumps(told, indent=4), "utf-8")
            beside.replace(path)
        self.results.clear()


def _rehearsed(items: list[pytest.Item]) -> dict[str, Any]:
    """Tests by name: seconds of the processor and mangled names of functions called; which failed; modules imported."""
    hits: set[str] = set()

    def note(name: str, caller: str | None = None) -> None:
        hits.add(name)

    trampoline.record_trampoline_hit = note  # type: ignore[attr-defined]
    set_mutant_under_test("stats")
    seconds, calls, failed = {}, {}, []
    for item, following in zip(items, [*items[1:], None], strict=True):
        hits.clear()
        began = time.process_time()
        if any(r.failed for r in runtestprotocol(item, nextitem=following, log=False)):
            failed.append(item.nodeid)
        seconds[item.nodeid] = time.process_time() - began
        calls[item.nodeid] = sorted(hits)
    return {"seconds": seconds, "calls": calls, "failed": failed, "modules": list(sys.modules)}


def main() -> int:
    told = json.load(sys.stdin)
    shipped_specs()
    trials = Trials(told["mutants"], told["processes"])
    # Those run the whole pipeline, which takes longer than all others together.
    slow = ("test_sixth_disease.py", "test_rare_measures.py")
    wanted = ["tests/derive/response", *(f"--ignore=tests/derive/response/{name}" for name in slow)]
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--assert=plain"]
    return int(pytest.main([*wanted, *options, "--hypothesis-profile=mutation"], plugins=[trials]))


if __name__ == "__main__":
    sys.exit(main())
