"""Across centres: USUBJID, --SEQ, --DY, EPOCH, VISIT, flags, SV, SUPP-- and RELREC."""

from __future__ import annotations

from tecdata.harmonise.finish import in_polars
from tecdata.harmonise.harmonise import harmonise
from tecdata.harmonise.share import complete_study, harmonise_share, stack_shares
from tecdata.harmonise.subject import add_usubjid
from tecdata.harmonise.supplemental import spec_named

__all__ = [
    "add_usubjid",
    "complete_study",
    "harmonise",
    "harmonise_share",
    "in_polars",
    "spec_named",
    "stack_shares",
]
