"""Mutants tried one after the other by the tests that call their function, the likeliest to fail first.

Reads a JSON object from the standard input: ``mutants`` by name, ``processes`` at a time. Runs in the folder mutmut
has made, whose modules hold all mutants and choose by name. Nothing is collected or imported twice, and no fork is made of a
process in which Polars has started its threads: the parent runs no test. A first fork runs all tests without a mutant: they
must pass, and it tells which functions each of them calls, how long it takes and what they import. A fork tries some mutants,
since the first test in a fork takes several times as long as the next. The tests that failed there must pass
at its end, without a mutant; where they do not, a mutant has left something behind, and all of that fork are tried again,
each in a fork of its own. Results are kept every few seconds, so that a run that was stopped can be taken up again.
"""

from __future__ import annotations

import contextlib
import dataclasses
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
#: Mutants a fork tries, and how it ends where one of them has left something behind.
TOGETHER, STAINED = 20, 3


@dataclasses.dataclass
class Fork:
    """A process that tries some mutants, and what it has told so far."""

    names: list[str]
    told: int
    since: float = dataclasses.field(default_factory=time.monotonic)

    def results(self) -> list[list[str]]:
        """Name, exit code and the test that failed of each mutant that was tried to the end."""
        with os.fdopen(self.told) as lines:
            return [line.rstrip("\n").split("\t") for line in lines]


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
        running: dict[int, Fork] = {}
        waiting = [self.names[at : at + TOGETHER] for at in range(0, len(self.names), TOGETHER)]
        waiting.reverse()
        kept = time.monotonic()
        while waiting or running:
            while waiting and len(running) < self.processes:
                pid, fork = self._forked(waiting.pop(), items)
                running[pid] = fork
            waiting += self._collect(running)
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

    def _forked(self, names: list[str], items: dict[str, pytest.Item]) -> tuple[int, Fork]:
        batch = [(name, [items[test] for test in self._tests_of(name)]) for name in names]
        told, tell = os.pipe()
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            _try(batch, tell)
        os.close(tell)
        return pid, Fork(names, told)

    def _collect(self, running: dict[int, Fork]) -> list[list[str]]:
        """Takes the results of forks that ended; what has to be tried again."""
        time.sleep(0.01)
        again: list[list[str]] = []
        for pid, fork in list(running.items()):
            done, status = os.waitpid(pid, os.WNOHANG)
            if not done and time.monotonic() - fork.since > CLOCK_SECONDS:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                done, status = pid, TIMEOUT << 8
            if done:
                del running[pid]
                again += self._take(fork, os.waitstatus_to_exitcode(status))
        return again

    def _take(self, fork: Fork, code: int) -> list[list[str]]:
        results, left = fork.results(), list(fork.names)
        if code == STAINED and len(fork.names) > 1:
            return [[name] for name in fork.names]
        for name, told, test in results:
            left.remove(name)
            self._result(name, int(told))
            if test:
                self.killers[name.rpartition("__mutmut_")[0]][test] += 1
        if left:  # The first of them has ended the process.
            self._result(left.pop(0), code)
        return [left] if left else []

    def _result(self, name: str, code: int) -> None:
        self.results[name] = code
        self.done += 1
        told = "survived" if code in {SURVIVED, NO_TESTS} else "killed"
        sys.stderr.write(f"{self.done} of {len(self.names)}: {told} {name}\n")

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


def _try(batch: list[tuple[str, list[pytest.Item]]], tell: int) -> NoReturn:
    """In a fork: tells of each mutant its name, 1 and the test that failed, or 0 where none has."""
    code = STAINED
    try:
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
        killers: dict[str, pytest.Item] = {}
        for name, items in batch:
            killer = _killer(name, items)
            found = NO_TESTS if not items else SURVIVED if killer is None else KILLED
            if killer is not None:
                killers[killer.nodeid] = killer
            told = f"{name}\t{found}\t{killer.nodeid if killer else ''}\n"
            os.write(tell, told.encode())
        set_mutant_under_test("")
        code = STAINED if any(_fails(item) for item in killers.values()) else 0
    finally:
        os._exit(code)


def _killer(name: str, items: list[pytest.Item]) -> pytest.Item | None:
    """The first test that fails with a mutant."""
    set_mutant_under_test(name)
    began = time.process_time()
    resource.setrlimit(resource.RLIMIT_CPU, (int(began) + CPU_SECONDS, resource.RLIM_INFINITY))
    for item in items:
        if _fails(item):
            return item
        if time.process_time() - began > ENOUGH:
            break
    return None


def _fails(item: pytest.Item) -> bool:
    """Runs a test, perhaps not for the first time."""
    if isinstance(item, pytest.Function):
        item._initrequest()
    return any(report.failed for report in runtestprotocol(item, nextitem=None, log=False))


def _rehearsed(items: list[pytest.Item]) -> dict[str, Any]:
    """Tests by name: seconds of the processor and mangled names of functions called; which failed; modules imported."""
    hits: set[str] = set()

    def note(name: str, caller: str | None = None) -> None:
        hits.add(name)

    trampoline.record_trampoline_hit = note  # type: ignore[attr-defined]
    set_mutant_under_test("stats")
    seconds, calls, failed = {}, {}, []
    for item in items:
        hits.clear()
        began = time.process_time()
        if _fails(item):
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
