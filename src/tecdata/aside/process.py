"""The first process' side: work is handed over in order, and its results are asked for when needed."""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import os
import pickle
import queue
import subprocess
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import IO, Any, Final, Generic, TypeVar

from tecdata.aside.child import KEPT, SIZE, keep, preload
from tecdata.child_process import start_module

__all__ = ["Aside", "Later", "Shared", "aside"]

T = TypeVar("T")

#: Waits for a result and returns it.
Later = Callable[[], T]
_Task = tuple[bytes, "Future[Any]"]


@dataclasses.dataclass(frozen=True, slots=True)
class Shared(Generic[T]):
    """An argument that one piece of work after the other uses, one in each: it is sent once, and must not change."""

    value: T


class Aside:
    """A second process that runs functions of tecdata; none until :meth:`start`.

    Functions must be importable, their arguments and results must be such as pickle carries, and
    they must not depend on anything but their arguments. To be used from one thread.

    >>> side = Aside()
    >>> side.submit(max, 1, 2)()
    2
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._last: Future[Any] | None = None
        self._shared: object = None

    @property
    def running(self) -> bool:
        """Whether the process has been started, and not been closed."""
        return self._process is not None

    @property
    def idle(self) -> bool:
        """Whether the process is there and has done all it was given."""
        return self._process is not None and (self._last is None or self._last.done())

    def start(self, *modules: str) -> None:
        """Start the process, and let it import these modules.

        Nothing happens where it runs already, and where the system has no room for it.
        """
        if self._process is not None:
            return
        with contextlib.suppress(OSError):
            self._process = start_module("tecdata.aside")
        if self._process is None:
            return
        threading.Thread(
            target=_exchange,
            args=(self._process.stdin, self._process.stdout, self._tasks),
            daemon=True,
        ).start()
        self.submit(preload, *modules)

    def submit(self, function: Callable[..., T], *args: Any) -> Later[T]:
        """Hand over a piece of work; what is returned waits for its result.

        The arguments are taken as they are now, those that are :class:`Shared` as they were when
        first sent. Without a process, and where it dies or the function raises there, the function
        runs here when its result is asked for.
        """
        if self._process is None:
            return lambda: _run(function, args)
        future = self._send(function, [self._sent(arg) for arg in args])

        def result() -> T:
            done, value = future.result()
            return value if done else _run(function, args)

        return result

    def offer(self, function: Callable[..., T], *args: Any) -> Later[T]:
        """Hand over a piece of work where the process has nothing else to do; else it is done at once.

        For many pieces of like work, which the two processes then share. What it raises is raised
        where its result is asked for, whoever does it.
        """
        if self.idle:
            return self.submit(function, *args)
        done: Future[T] = Future()
        try:
            done.set_result(_run(function, args))
        except Exception as error:  # noqa: BLE001 - raised where the result is asked for
            done.set_exception(error)
        return done.result

    def _sent(self, arg: Any) -> Any:
        """What stands for an argument; one that is shared is sent before, if it was not the last one."""
        if not isinstance(arg, Shared):
            return arg
        if arg.value is not self._shared:
            self._shared = arg.value
            self._send(keep, [arg.value])
        return KEPT

    def _send(self, function: Callable[..., Any], args: Sequence[object]) -> Future[Any]:
        future: Future[Any] = Future()
        self._tasks.put((pickle.dumps((function, args), pickle.HIGHEST_PROTOCOL), future))
        self._last = future
        return future

    def close(self) -> None:
        """End the process; work it was given is then done here."""
        process = self._process
        if process is not None:
            self._forget()
            process.kill()
            process.wait()

    def disown(self) -> None:
        """Let go of the process without a word: after a fork it is the other process' child."""
        if self._process is not None:
            self._process.returncode = 0
        self._forget()

    def _forget(self) -> None:
        self._tasks.put(None)
        self._process, self._last, self._shared = None, None, None
        self._tasks = queue.SimpleQueue()


def _run(function: Callable[..., T], args: Sequence[Any]) -> T:
    return function(*(arg.value if isinstance(arg, Shared) else arg for arg in args))


def _exchange(
    requests: IO[bytes], answers: IO[bytes], tasks: queue.SimpleQueue[_Task | None]
) -> None:
    """Send one task after the other and pass its answer on, until there is to be no more."""
    with contextlib.suppress(OSError), requests, answers:
        for payload, future in iter(tasks.get, None):
            try:
                requests.write(SIZE.pack(len(payload)) + payload)
                requests.flush()
                future.set_result(pickle.load(answers))  # noqa: S301 - from a process of our own
            except Exception:  # noqa: BLE001 - the process died; whatever it was, the work is done here
                future.set_result((False, None))


_ASIDE: Final = Aside()
atexit.register(_ASIDE.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_ASIDE.disown)


def aside() -> Aside:
    """The one second process of this process."""
    return _ASIDE
