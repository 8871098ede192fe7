"""A lock on a file that goes with the process that holds it: whoever is killed keeps nobody out."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Literal

__all__ = ["LockKind", "held", "hold", "lock_kind", "release", "take"]

#: What the system has: ``flock`` (Linux, macOS), ``locking`` (Windows), or nothing.
LockKind = Literal["flock", "locking", "none"]


def lock_kind() -> LockKind:
    """What this system locks files with."""
    for module, kind in (("fcntl", "flock"), ("msvcrt", "locking")):
        try:
            __import__(module)
        except ImportError:
            continue
        return "flock" if kind == "flock" else "locking"
    return "none"


def take(path: Path) -> int | None:
    """Lock a file, which is made where it is missing (permissions 0600); None where another process holds it.

    The descriptor returned is to be given to :func:`release`. Where the system has no locks the file is made and
    nothing is locked. Raises ``OSError`` where the file cannot be opened.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "lock"
    >>> held = take(path)
    >>> take(path) is None
    True
    >>> release(held)
    """
    while True:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            _lock(descriptor)
        except OSError:
            os.close(descriptor)
            return None
        # Who held it before may have taken the file away between our opening and locking it.
        if path.exists() and os.fstat(descriptor).st_ino == path.stat().st_ino:
            return descriptor
        os.close(descriptor)


def release(descriptor: int, path: Path | None = None) -> None:
    """Let go of a lock; with ``path`` the file is taken away."""
    if path is not None and sys.platform != "win32":
        path.unlink(missing_ok=True)
    os.close(descriptor)
    if path is not None and sys.platform == "win32":
        # There, a file that is open cannot be taken away; who comes first takes the lock.
        _remove(path)


def hold(descriptor: int) -> None:
    """Lock an open file that nobody else knows of yet; it is let go when it is closed.

    Windows needs no such lock: there a file that is open cannot be taken away.
    """
    if lock_kind() == "flock":
        _lock(descriptor)


def held(path: Path) -> bool:
    """Whether a process holds the file by :func:`hold`; True where that cannot be told."""
    if lock_kind() != "flock":
        return lock_kind() == "none"
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return True
    try:
        _lock(descriptor)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except PermissionError:
        return


def _lock(descriptor: int) -> None:
    """Raises ``OSError`` where another process holds it."""
    try:
        import fcntl
    except ImportError:
        pass
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return
    try:
        import msvcrt
    except ImportError:
        return
    msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
