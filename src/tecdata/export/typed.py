"""The records of a dataset with the types that its spec gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import polars as pl

from tecdata.dataset import PROVENANCE, SOURCE_TEXT
from tecdata.errors import ExportError

if TYPE_CHECKING:
    from tecdata.spec import DomainSpec, VariableSpec

__all__ = ["typed"]


def typed(table: pl.DataFrame, spec: DomainSpec) -> pl.DataFrame:
    """The variables of the spec in its order, typed, and the provenance columns."""
    schema = table.schema
    present = [v for v in spec.variables if v.name in schema]
    fractions = _fractional(table, [v.name for v in present if v.type == "integer"], schema)
    wanted = []
    for variable in present:
        found = schema[variable.name]
        if (found == pl.String) == variable.is_numeric and found != pl.Null:
            raise ExportError(
                f"the variable is {variable.type} by its spec, the data are {found}",
                place=f"{spec.domain}.{variable.name}",
                next_step="Correct the type in specs/sdtm, or the rule that makes the variable",
            )
        whole = variable.type == "integer" and variable.name not in fractions
        dtype = _column_type(variable, whole=whole)
        column = pl.col(variable.name)
        wanted.append(column if found == dtype else column.cast(dtype))
    wanted.extend(pl.col(name) for name in (*PROVENANCE, SOURCE_TEXT) if name in schema)
    return table.select(wanted)


def _column_type(variable: VariableSpec, *, whole: bool) -> type[pl.DataType]:
    """The type of a column of Parquet: date, whole number, number or text."""
    if variable.type == "date":
        return pl.Date
    if variable.is_numeric:
        return pl.Int64 if whole else pl.Float64
    return pl.String


def _fractional(
    table: pl.DataFrame, names: Iterable[str], schema: Mapping[str, pl.DataType]
) -> set[str]:
    """Integer variables that hold a fraction, NaN or an infinity all the same: they stay Float64."""
    floats = [name for name in names if schema[name].is_float()]
    if not floats:
        return set()
    odd = table.select(
        (~pl.col(n).is_finite() | (pl.col(n) != pl.col(n).floor())).any() for n in floats
    )
    return {name for name in floats if odd.item(0, name)}
