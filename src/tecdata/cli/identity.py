"""Who runs this, and when: the only place that asks the clock and the system."""

from __future__ import annotations

__all__ = ["when_and_who"]


def when_and_who() -> tuple[str, str]:
    """The moment (ISO 8601, UTC; SOURCE_DATE_EPOCH where it is set) and the user's name."""
    import datetime as dt
    import getpass
    import os

    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = (
        dt.datetime.fromtimestamp(int(epoch), dt.UTC)
        if epoch.isdigit()
        else dt.datetime.now(dt.UTC)
    )
    try:
        person = getpass.getuser()
    except (KeyError, OSError, ImportError):
        # A container without a user database: the number is all there is, and Windows has none.
        person = f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown"
    return now.strftime("%Y-%m-%dT%H:%M:%SZ"), person
