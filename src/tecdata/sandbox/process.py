"""The parent's side: one child at a time, started when first needed, replaced when it dies."""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import importlib.util
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from tecdata.child_process import start_module
from tecdata.sandbox.wire import receive, send, unpack_column

__all__ = ["Limits", "ParserError", "Parsers", "memory_is_bounded", "parsers"]

#: Head and bytes of what the child says.
Answer = tuple[dict[str, Any], list[bytes]]

_GIB: Final = 1024**3
#: Seconds for which a child may go on with a file that has been refused meanwhile.
_PATIENCE: Final = 0.5


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """What a parser may use for one request: bytes of address space, seconds of wall clock."""

    memory: int = 4 * _GIB
    seconds: float = 600.0


def memory_is_bounded() -> bool:
    """Whether this system bounds the memory of a parser; Windows does not, where only its time is bounded."""
    return importlib.util.find_spec("resource") is not None


class ParserError(Exception):
    """Why a file could not be parsed.

    ``reason`` is ``password``, ``encoding`` or ``damaged`` where the parser said so, ``memory`` or
    ``time`` where it went beyond its limits, ``crash`` where it took its process down
    (``signal`` then says how, for instance ``SIGABRT``).
    """

    def __init__(self, reason: str, signal_name: str = "") -> None:
        self.reason = reason
        self.signal = signal_name
        super().__init__(reason)


class Parsers:
    """A child process that parses files, and is started anew when a file takes it down.

    May be used from several threads, one request at a time. ``sent`` changes with every file sent
    and every child started: who keeps a workbook open compares it.
    """

    def __init__(self, limits: Limits = Limits()) -> None:
        self.limits = limits
        self.lock = threading.RLock()
        self.sent = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._warm = False

    def start(self, warm: Sequence[str] = ()) -> None:
        """Start the child, so that it is ready when the first file comes.

        ``warm`` names parsers' modules to import meanwhile; a child is warmed once.
        """
        with self.lock:
            process = self._running()
            if warm and not self._warm and process.stdin is not None:
                with contextlib.suppress(OSError):
                    send(process.stdin, {"request": "warm", "modules": list(warm)})
                    self._warm = True

    def ask(self, request: str, content: bytes = b"", **head: Any) -> Answer:
        """Send one request and wait for its answer.

        Raises :class:`ParserError`.
        """
        with self.asking(request, content, **head) as answer:
            return answer()

    @contextlib.contextmanager
    def asking(
        self, request: str, content: bytes = b"", **head: Any
    ) -> Iterator[Callable[[], Answer]]:
        """Send one request, and do other work in the block while the child is at it.

        Yields a function that waits for the answer and must be called. Where the block raises
        before that, the child is ended. The function raises :class:`ParserError`.
        """
        with self.lock:
            process = self._running()
            timer = threading.Timer(self.limits.seconds, process.kill)
            timer.daemon = True
            timer.start()
            waiting = True

            def collect() -> Answer:
                nonlocal waiting
                try:
                    message = self._receive(process)
                except (OSError, ValueError):
                    raise self._died(process, timed_out=not timer.is_alive()) from None
                waiting = False
                timer.cancel()
                if "error" in message[0]:
                    raise ParserError(str(message[0]["error"]))
                return message

            try:
                self._send(process, {"request": request, **head}, content)
                yield collect
            finally:
                timer.cancel()
                if waiting:
                    self._discard(process)

    @staticmethod
    def packed(answer: dict[str, Any], blobs: Sequence[bytes]) -> list[Sequence[bytes]]:
        """The columns of cells of an answer, each as it was packed."""
        packed, start = [], 0
        for parts in answer["parts"]:
            packed.append(blobs[start : start + parts])
            start += parts
        return packed

    @staticmethod
    def columns(answer: dict[str, Any], blobs: Sequence[bytes]) -> list[list[Any]]:
        """The columns of cells of an answer."""
        return [unpack_column(column) for column in Parsers.packed(answer, blobs)]

    def close(self) -> None:
        """End the child; the next request starts another."""
        with self.lock:
            if self._process is not None:
                self._process.kill()
                self._process.wait()
            self._forget()

    def disown(self) -> None:
        """Let go of the child without a word: after a fork it is the other process' child."""
        self.lock = threading.RLock()
        if self._process is not None:
            self._process.returncode = 0
        self._forget()

    def _forget(self) -> None:
        process, self._process, self._warm = self._process, None, False
        self.sent += 1
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._forget()
            self._process = start_module(
                "tecdata.sandbox.child", str(self.limits.memory), stderr=subprocess.DEVNULL
            )
        return self._process

    def _send(self, process: subprocess.Popen[bytes], head: dict[str, Any], content: bytes) -> None:
        if content:
            self.sent += 1
        # A child that died meanwhile is noticed when its answer is missing.
        with contextlib.suppress(BrokenPipeError):
            if process.stdin is not None:
                send(process.stdin, head, content)

    def _receive(self, process: subprocess.Popen[bytes]) -> Answer:
        if process.stdout is None:
            raise ValueError("no pipe")
        if self._warm:
            # The answer to the warming up comes first.
            self._warm = False
            receive(process.stdout.read)
        message = receive(process.stdout.read)
        if message is None:
            raise ValueError("no answer")
        return message

    def _discard(self, process: subprocess.Popen[bytes]) -> None:
        """Read an answer that nobody waits for, which could not be told from the next; not for long."""
        timer = threading.Timer(_PATIENCE, process.kill)
        timer.daemon = True
        timer.start()
        try:
            self._receive(process)
        except (OSError, ValueError):
            self.close()
        finally:
            timer.cancel()

    def _died(self, process: subprocess.Popen[bytes], *, timed_out: bool) -> ParserError:
        process.kill()
        code = process.wait()
        self._forget()
        if timed_out:
            return ParserError("time")
        name = ""
        with contextlib.suppress(ValueError):
            name = signal.Signals(-code).name
        return ParserError("crash", name)


_PARSERS: Final = Parsers()
atexit.register(_PARSERS.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_PARSERS.disown)


def parsers() -> Parsers:
    """The one child of this process."""
    return _PARSERS
