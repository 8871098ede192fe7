"""Across centres: USUBJID, --SEQ, --DY, EPOCH, VISIT, flags, SV, SUPP-- and RELREC."""

from __future__ import annotations

from tecdata.harmonise.finish import in_polars
from tecdata.harmonise.harmonise import harmonise

__all__ = ["harmonise", "in_polars"]
