"""The command line: ``tecdata``."""

from __future__ import annotations

from tecdata.cli.main import main

__all__ = ["main"]
