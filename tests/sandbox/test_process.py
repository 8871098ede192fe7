"""A parser that dies, hangs or eats memory takes its own process with it and nothing else."""

from __future__ import annotations

import io
import os
import sys
import threading
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from tests.hostile.test_refused_files import spread, xlsx

from tecdata.sandbox import Limits, ParserError, Parsers, parsers


@pytest.fixture
def child() -> Iterator[Parsers]:
    made = Parsers(Limits(memory=2 * 1024**3, seconds=20))
    yield made
    made.close()


def read(child: Parsers, content: bytes) -> list[list[Any]]:
    (name, hidden), *_ = child.ask("workbook", content)[0]["sheets"]
    assert not hidden
    return child.columns(*child.ask("sheet", name=name))


def test_a_workbook_is_read(child: Parsers) -> None:
    columns = read(child, xlsx())
    assert columns[0][:2] == ["Pat", "Kanarienvogel 0"]
    assert columns[1][:3] == ["IgG", 0.0, 0.1428571428571428]


def test_two_cells_a_world_apart_end_the_child_only(child: Parsers) -> None:
    """A file of 2 KB for which the parser asks for 549 GB and aborts; no guard stands before it here."""
    assert len(spread()) < 8_000
    with pytest.raises(ParserError) as caught:
        read(child, spread())
    assert caught.value.reason in ("crash", "memory")
    if caught.value.reason == "crash":
        assert caught.value.signal == "SIGABRT"
    assert read(child, xlsx())[0][0] == "Pat"


def test_what_takes_too_long_is_ended() -> None:
    child = Parsers(Limits(seconds=0.001))
    try:
        with pytest.raises(ParserError, match="time"):
            read(child, big())
    finally:
        child.close()


def big() -> bytes:
    workbook = openpyxl.Workbook()
    for i in range(3000):
        workbook.active.append([f"{i}-{k}" for k in range(30)])
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit on address space")
def test_what_takes_too_much_memory_is_ended() -> None:
    child = Parsers(Limits(memory=120 * 1024**2))
    try:
        with pytest.raises(ParserError, match=r"memory|crash"):
            child.ask("workbook", big() + bytes(200 * 1024**2))
    finally:
        child.close()


@pytest.mark.parametrize(
    ("request_", "head"),
    [
        ("workbook", {}),
        ("statistics", {"kind": "sav", "options": {}}),
        ("statistics", {"kind": "dta", "options": {}}),
        ("statistics", {"kind": "xpt", "options": {}}),
        ("statistics", {"kind": "sas7bdat", "options": {}}),
        ("parquet", {}),
    ],
)
def test_rubbish_is_damaged(request_: str, head: dict[str, Any], child: Parsers) -> None:
    with pytest.raises(ParserError, match="damaged"):
        child.ask(request_, b"PAR1" + b"rubbish" * 99 + b"PAR1", **head)


def test_work_that_fails_meanwhile_ends_the_child(child: Parsers) -> None:
    class RefusedError(Exception):
        pass

    with pytest.raises(RefusedError), child.asking("workbook", xlsx()):
        raise RefusedError
    assert read(child, xlsx())[0][0] == "Pat"


def test_a_child_made_ready_answers_what_it_is_asked(child: Parsers) -> None:
    child.start(warm=["python_calamine"])
    child.start(warm=["python_calamine"])
    assert read(child, xlsx())[0][0] == "Pat"
    child.start(warm=["python_calamine"])
    assert read(child, xlsx())[0][0] == "Pat"


def test_several_threads_may_ask(child: Parsers) -> None:
    answers: list[list[str]] = []

    def ask() -> None:
        with child.lock:
            answers.append(read(child, xlsx())[0])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [answers[0]] * 4


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_starts_its_own_child() -> None:
    mine = parsers()
    first = read(mine, xlsx())
    pid = os.fork()
    if pid == 0:
        try:
            own = mine._process is None and read(mine, xlsx()) == first
            mine.close()
        finally:
            os._exit(0 if own else 1)
    assert os.waitpid(pid, 0)[1] == 0
    assert read(mine, xlsx()) == first


def test_the_child_keeps_no_core_and_prints_nothing(child: Parsers, capfd: Any) -> None:
    with pytest.raises(ParserError):
        read(child, spread())
    assert capfd.readouterr() == ("", "")
