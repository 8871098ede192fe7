"""Validate: the structure of every dataset against its spec, each failure with its source cell."""

from __future__ import annotations

from tecdata.validate.drift import drift, snapshot
from tecdata.validate.identifiers import Identifiers, mask_values, scan_identifiers
from tecdata.validate.structure import check_structure

__all__ = [
    "Identifiers",
    "check_structure",
    "drift",
    "mask_values",
    "scan_identifiers",
    "snapshot",
]
