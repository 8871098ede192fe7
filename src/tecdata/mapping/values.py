"""What fills a variable, and the frame of all variables of a block."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import narwhals as nw

from tecdata.engine import is_small, pick

__all__ = ["Value", "assemble"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What fills a variable: a frame column, an expression over them, or else a constant.

    The three are told apart because a column or a constant costs next to nothing. Of a column only
    the records count for which the column ``unless`` is empty.
    """

    column: str = ""
    unless: str = ""
    expression: nw.Expr | None = None
    constant: str | float | int | None = None
    dtype: Any = nw.String

    def as_expression(self) -> nw.Expr:
        """The value as an expression, whichever it is."""
        if self.expression is not None:
            return self.expression
        if self.unless:
            return nw.when(nw.col(self.unless).is_null()).then(nw.col(self.column))
        return nw.col(self.column) if self.column else nw.lit(self.constant, dtype=self.dtype)


def assemble(frame: nw.DataFrame[Any], values: Mapping[str, Value]) -> nw.DataFrame[Any]:
    """The frame that has these columns and no others."""
    height = len(frame)
    small = is_small(frame)
    ruled_out = {
        name
        for name in {v.unless for v in values.values() if v.unless}
        if frame.get_column(name).null_count() < height
    }
    computed = {
        name: value
        for name, value in values.items()
        if value.expression is not None or value.unless in ruled_out or not (small or value.column)
    }
    if computed:
        frame = frame.with_columns(
            *[v.as_expression().alias(f"~out:{name}") for name, v in computed.items()]
        )
    columns: dict[str, str | list[Any]] = {
        name: f"~out:{name}" if name in computed else v.column or [v.constant] * height
        for name, v in values.items()
    }
    return pick(frame, columns, {name: v.dtype for name, v in values.items()})
