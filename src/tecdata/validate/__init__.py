"""Validate: the structure of every dataset against its spec, each failure with its source cell."""

from __future__ import annotations

from tecdata.validate.structure import check_structure

__all__ = ["check_structure"]
