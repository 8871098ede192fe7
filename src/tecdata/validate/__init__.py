"""Validate: structure, expectation suites, identifiers and drift, each failure with its source cell."""

from __future__ import annotations

from tecdata.validate.catalogue import Labels, all_checks, labels
from tecdata.validate.drift import drift, snapshot
from tecdata.validate.identifiers import Identifiers, mask_values, scan_identifiers
from tecdata.validate.identifiers_mask import hiding
from tecdata.validate.policy import apply_policy
from tecdata.validate.structure import check_structure
from tecdata.validate.suites import run_suites
from tecdata.validate.suites_conditions import holds

__all__ = [
    "Identifiers",
    "Labels",
    "all_checks",
    "apply_policy",
    "check_structure",
    "drift",
    "hiding",
    "holds",
    "labels",
    "mask_values",
    "run_suites",
    "scan_identifiers",
    "snapshot",
]
