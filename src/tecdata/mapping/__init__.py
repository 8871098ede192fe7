"""From a centre's tables to SDTM records, by rules that are data.

The cells are read once, cleaned by the centre's declarations, and every block of
``mappings/<centre>/<domain>.yaml`` reshapes and fills its records as Narwhals expressions; whatever a
rule cannot read stays empty and becomes a finding that names the cell.
"""

from __future__ import annotations

from tecdata.mapping.account import CellAccount, Declared, TableAccount, Unread
from tecdata.mapping.centre import MappedCentre, map_centre
from tecdata.mapping.check import check_centre
from tecdata.mapping.expected import expected_columns
from tecdata.mapping.share import (
    Formats,
    Shown,
    check_columns,
    formats_of,
    map_share,
    report_left,
    shown_decimals,
    subjects_of,
)
from tecdata.mapping.sharing import SharePlan, share_plan

__all__ = [
    "CellAccount",
    "Declared",
    "Formats",
    "MappedCentre",
    "SharePlan",
    "Shown",
    "TableAccount",
    "Unread",
    "check_centre",
    "check_columns",
    "expected_columns",
    "formats_of",
    "map_centre",
    "map_share",
    "report_left",
    "share_plan",
    "shown_decimals",
    "subjects_of",
]
