"""The second process: takes a function and its arguments, answers with what it returns.

Run by :mod:`tecdata.aside.process`. Where a function raises, the answer says only that: the first
process then runs it itself, and has the error where it belongs.
"""

from __future__ import annotations

import contextlib
import enum
import gc
import importlib
import os
import pickle
import signal
import struct
import sys
from typing import Final

__all__ = ["KEPT", "SIZE", "keep", "preload", "serve"]

#: What comes before a request: its length in bytes.
SIZE: Final = struct.Struct("<Q")


class _Kept(enum.Enum):
    IT = "it"


#: Stands for the argument that was sent before and kept.
KEPT: Final = _Kept.IT
_kept: list[object] = []


def keep(value: object) -> None:
    """Keep an argument of work to come, in place of the one kept before."""
    _kept[:] = [value]


def preload(*modules: str) -> None:
    """Import modules that work to come will need."""
    for module in modules:
        importlib.import_module(module)


def serve() -> None:
    """Answer one request after the other until the first process is gone."""
    # Ctrl-C goes to both processes; this one ends with the other.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # what it makes is small and soon gone; looking for circles takes a tenth of the time
    # Whatever a library prints must not get among the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests = sys.stdin.buffer
    with contextlib.suppress(BrokenPipeError):
        while len(size := requests.read(SIZE.size)) == SIZE.size:
            payload = requests.read(*SIZE.unpack(size))
            try:
                function, args = pickle.loads(payload)  # noqa: S301 - from the process that started this one
                result = function(*(_kept[0] if arg is KEPT else arg for arg in args))
                answer = pickle.dumps((True, result), pickle.HIGHEST_PROTOCOL)
            except BaseException:  # noqa: BLE001 - a panic of Polars is one; the first process tells what it may
                answer = pickle.dumps((False, None))
            answers.write(answer)
            answers.flush()
