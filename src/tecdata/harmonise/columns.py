"""Names of the columns that harmonising adds and takes away again, and how they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.dataset import (
    CENTRE,
    LOCAL,
    NUMBER,
    PART,
    PROVENANCE,
    RELATES,
    RELATES_DOMAIN,
    RELATES_VARIABLE,
    ROW,
    SOURCE_TEXT,
    SUBJECT,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tecdata.spec import VariableSpec

__all__ = [
    "BEFORE_DOSE",
    "CENTRE",
    "DEATH",
    "INTERNAL",
    "LATE",
    "NUMBER",
    "RELATES",
    "RELATES_DOMAIN",
    "RELATES_VARIABLE",
    "SOURCE_TEXT",
    "SUBJECT",
    "dtype_of",
    "end_variable",
    "internal_dtype",
    "start_variable",
    "whole_number",
    "with_texts",
]

#: Everything a mapped record carries beside its variables.
INTERNAL = (*LOCAL, *PROVENANCE)

#: What the timeline says of a record, 1 or 0: on or before the first dose; dated after the
#: death, and when that was.
BEFORE_DOSE = "_before_dose"
LATE = "_late"
DEATH = "_death"


def whole_number(frame: nw.DataFrame[Any]) -> nw.dtypes.DType:
    """The type of a whole number that may be missing: a plain pandas integer cannot be."""
    return nw.Float64() if frame.implementation.is_pandas() else nw.Int64()


def dtype_of(variable: VariableSpec) -> nw.dtypes.DType:
    """The type of a variable while it is harmonised: text or Float64."""
    return nw.Float64() if variable.is_numeric else nw.String()


def with_texts(frame: nw.DataFrame[Any], names: Sequence[str]) -> nw.DataFrame[Any]:
    """Add those of ``names`` that are lacking, as empty text.

    An expression can then take every one of them for granted. (Leaving a column out of a
    ``coalesce`` by means of a literal is no way: on pandas that cuts the result to one row.)
    """
    lacking = [n for n in names if n not in frame.columns]
    empty = [nw.lit(None, dtype=nw.String()).alias(n) for n in lacking]
    return frame.with_columns(empty) if empty else frame


def internal_dtype(name: str, frame: nw.DataFrame[Any]) -> nw.dtypes.DType:
    """The type of an internal column."""
    return whole_number(frame) if name in (ROW, PART) else nw.String()


def start_variable(domain: str, columns: list[str]) -> str | None:
    """The date a record stands at: --STDTC, else --DTC."""
    return next((v for v in (f"{domain}STDTC", f"{domain}DTC") if v in columns), None)


def end_variable(domain: str, columns: list[str]) -> str | None:
    """The date a record ends at: --ENDTC."""
    return f"{domain}ENDTC" if f"{domain}ENDTC" in columns else None
