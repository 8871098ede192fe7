"""A Python process of this package beside the running one: the same interpreter, the same tecdata, one thread."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

__all__ = ["start_module"]


def start_module(
    module: str, *arguments: str, stderr: int | None = None
) -> subprocess.Popen[bytes]:
    """Start ``python -m module``, its standard input and output as pipes.

    Numeric libraries have one thread each: it costs less address space, and the other processors
    are for the process that starts it. Raises ``OSError`` where the system has no room for it.
    """
    package = Path(__file__).parents[1]
    paths = [str(package), *filter(None, [os.environ.get("PYTHONPATH")])]
    threads = dict.fromkeys(("POLARS_MAX_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    return subprocess.Popen(  # noqa: S603 - this interpreter, a module of this package
        [sys.executable, "-P", "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)} | threads,
    )
