"""Columns that records carry beside their variables while they are mapped."""

from __future__ import annotations

from tecdata.dataset import LOCAL, SOURCE_TEXT

__all__ = ["INTERNAL", "TEST"]

#: What a mapped record keeps, besides its provenance.
INTERNAL = (*LOCAL, SOURCE_TEXT)

#: Study test id of a record, while its block is mapped.
TEST = "~test"
