"""From a centre's tables to SDTM records, by rules that are data.

The cells are read once, cleaned by the centre's declarations, and every block of
``mappings/<centre>/<domain>.yaml`` reshapes and fills its records as Narwhals expressions; whatever a
rule cannot read stays empty and becomes a finding that names the cell.
"""

from __future__ import annotations

from tecdata.mapping.account import CellAccount, Declared, TableAccount
from tecdata.mapping.centre import MappedCentre, map_centre
from tecdata.mapping.check import check_centre
from tecdata.mapping.expected import expected_columns

__all__ = [
    "CellAccount",
    "Declared",
    "MappedCentre",
    "TableAccount",
    "check_centre",
    "expected_columns",
    "map_centre",
]
