"""Work goes aside where there is a second process, and comes out the same where there is none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tecdata.aside import Aside, Shared
from tecdata.errors import IntakeError
from tecdata.intake.opener import open_input

SOURCES = Path(__file__).parents[2] / "src"


@pytest.fixture
def side() -> Iterator[Aside]:
    own = Aside()
    own.start()
    yield own
    own.close()


def test_without_a_process_the_work_is_done_when_it_is_asked_for() -> None:
    own = Aside()
    done: list[int] = []
    later = own.submit(done.append, 1)
    assert (done, own.idle, own.running) == ([], False, False)
    later()
    assert done == [1]


def test_the_work_is_done_in_the_other_process(side: Aside) -> None:
    assert side.submit(os.getpid)() not in (os.getpid(), None)
    assert side.submit(sorted, [3, 1, 2])() == [1, 2, 3]


def test_a_frame_comes_back_as_it_is(side: Aside) -> None:
    frame = pl.DataFrame({"A": ["ä", None, ""], "N": [1.5, None, float("inf")]})
    assert side.submit(pl.concat, [frame, frame])().equals(pl.concat([frame, frame]))


def test_pieces_of_work_are_done_in_order_and_may_be_asked_for_in_any(side: Aside) -> None:
    later = [side.submit(divmod, number, 7) for number in range(50)]
    assert [one() for one in reversed(later)] == [divmod(n, 7) for n in reversed(range(50))]
    assert later[3]() == (0, 3)


def test_large_arguments_and_results_do_not_block_each_other(side: Aside) -> None:
    large = bytes(5_000_000)
    later = [side.submit(bytes.join, b"", [large, large]) for _ in range(3)]
    assert [len(one()) for one in later] == [10_000_000] * 3


def test_what_is_shared_is_sent_once_until_it_is_another(side: Aside) -> None:
    one, other = list(range(1000)), list(range(5))
    sent: list[object] = []
    send = side._send

    def counted(function: Any, args: Any) -> Any:
        sent.append(args)
        return send(function, args)

    side._send = counted  # type: ignore[method-assign]
    assert [side.submit(len, Shared(one))() for _ in range(3)] == [1000] * 3
    assert side.submit(len, Shared(other))() == 5
    assert side.submit(len, Shared(one))() == 1000
    assert sum(args == [one] for args in sent) == 2
    assert Aside().submit(len, Shared(one))() == 1000


def test_an_error_is_the_one_that_the_work_raises_here(side: Aside) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        side.submit(divmod, 1, 0)()
    assert caught.traceback[-1].name == "_run"
    with pytest.raises(IntakeError, match="gone"):
        side.submit(open_input, Path("gone.csv"))()
    assert side.submit(os.getpid)() != os.getpid()


def test_what_ends_a_program_does_not_end_the_process(
    side: Aside, capfd: pytest.CaptureFixture[str]
) -> None:
    theirs = side.submit(os.getpid)()
    with pytest.raises(SystemExit):
        side.submit(sys.exit, "a patient's value")()
    assert side.submit(os.getpid)() == theirs
    assert capfd.readouterr() == ("", "")


def test_what_cannot_come_back_is_made_here(side: Aside) -> None:
    assert list(side.submit(os.scandir, SOURCES)()) != []
    assert side.submit(_unknown_there, 3)() == 6
    assert side.submit(os.getpid)() != os.getpid()


def _unknown_there(number: int) -> int:
    return number * 2


def test_what_the_work_prints_is_no_answer(side: Aside, capfd: pytest.CaptureFixture[str]) -> None:
    assert side.submit(print, "a word")() is None
    assert side.submit(len, "ab")() == 2
    assert capfd.readouterr().out == ""


def test_where_the_process_dies_the_work_is_done_here(side: Aside) -> None:
    pid = side.submit(os.getpid)()
    first = side.submit(time.sleep, 30)
    second = side.submit(os.getpid)
    os.kill(pid, signal.SIGKILL)
    assert second() == os.getpid()
    assert side.submit(len, "abc")() == 3
    assert first is not None
    side.close()
    assert (side.running, side.submit(len, "abc")()) == (False, 3)


def test_a_process_that_cannot_be_started_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", full)
    own = Aside()
    own.start("tecdata.spec")
    assert (own.running, own.submit(len, "ab")()) == (False, 2)


def test_offered_work_is_shared_between_the_two(side: Aside) -> None:
    theirs = side.submit(os.getpid)()
    assert theirs != os.getpid()
    assert side.idle
    pids = []
    for _ in range(100):
        pids.append(side.offer(os.getpid))
        time.sleep(0.001)
    assert {one() for one in pids} >= {theirs}
    slow = side.submit(time.sleep, 0.5)
    assert [side.offer(os.getpid)() for _ in range(3)] == [os.getpid()] * 3
    slow()


@pytest.mark.parametrize("there", [True, False])
def test_what_offered_work_raises_is_raised_where_it_is_asked_for(
    there: bool,
    side: Aside,
) -> None:
    own = side if there else Aside()
    later = own.offer(divmod, 1, 0)
    with pytest.raises(ZeroDivisionError):
        later()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_has_none() -> None:
    from tecdata.aside import aside

    aside().start()
    theirs = aside().submit(os.getpid)()
    pid = os.fork()
    if pid == 0:
        alone = False
        try:
            alone = not aside().running and aside().submit(os.getpid)() == os.getpid()
        finally:
            os._exit(0 if alone else 1)
    try:
        assert os.waitpid(pid, 0)[1] == 0
        assert aside().submit(os.getpid)() == theirs
    finally:
        aside().close()


ORPHAN = """
import os, sys, time
from tecdata.aside import aside
aside().start()
print(aside().submit(os.getpid)(), flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals")
@pytest.mark.parametrize("by", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_it_ends_with_the_process_that_started_it(by: str) -> None:
    main = subprocess.Popen(
        [sys.executable, "-c", ORPHAN],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(SOURCES)},
        start_new_session=True,
    )
    assert main.stdout is not None
    child = int(main.stdout.readline())
    (os.killpg if by == "SIGINT" else os.kill)(main.pid, getattr(signal, by))
    _, told = main.communicate(timeout=30)
    assert told.count("Traceback") == (by == "SIGINT")  # its own: the other ignores Ctrl-C
    for _ in range(100):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    raise AssertionError("the second process goes on alone")
