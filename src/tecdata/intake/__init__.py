"""Intake: a centre's files as raw tables, every cell as text with its address, nothing guessed."""

from __future__ import annotations

from tecdata.intake.delivery import Delivery, Unread, read_centre
from tecdata.intake.opener import InputFile
from tecdata.intake.tabulate import TableAccount

__all__ = [
    "Delivery",
    "InputFile",
    "TableAccount",
    "Unread",
    "read_centre",
]
