"""Intake: a centre's files (or frames) as raw tables, every cell as text with its address."""

from __future__ import annotations

from tecdata.intake.delivery import Delivery, Unread, read_centre
from tecdata.intake.frames import read_frames
from tecdata.intake.landing import (
    landed_tables,
    read_landing,
    row_groups,
    rows_of_group,
    write_landing,
)
from tecdata.intake.opener import InputFile
from tecdata.intake.profile import ColumnProfile, FileProfile, TableProfile, profile_file
from tecdata.intake.tabulate import TableAccount

__all__ = [
    "ColumnProfile",
    "Delivery",
    "FileProfile",
    "InputFile",
    "TableAccount",
    "TableProfile",
    "Unread",
    "landed_tables",
    "profile_file",
    "read_centre",
    "read_frames",
    "read_landing",
    "row_groups",
    "rows_of_group",
    "write_landing",
]
