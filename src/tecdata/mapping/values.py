"""What fills a variable, and the frame of all variables of a block."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import narwhals as nw

from tecdata.engine import SMALL

__all__ = ["Value", "assemble"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What fills a variable: a frame column, an expression over them, or else a constant.

    The three are told apart because a column or a constant costs next to nothing.
    """

    column: str = ""
    expression: nw.Expr | None = None
    constant: str | float | int | None = None
    dtype: Any = nw.String

    def as_expression(self) -> nw.Expr:
        """The value as an expression, whichever it is."""
        if self.expression is not None:
            return self.expression
        return nw.col(self.column) if self.column else nw.lit(self.constant, dtype=self.dtype)


def assemble(frame: nw.DataFrame[Any], values: Mapping[str, Value]) -> nw.DataFrame[Any]:
    """The frame that has these columns and no others."""
    small = len(frame) <= SMALL
    frame = nw.maybe_reset_index(frame)
    computed = {
        name: value
        for name, value in values.items()
        if value.expression is not None or not (small or value.column)
    }
    if computed:
        frame = frame.with_columns(
            *[v.as_expression().alias(f"~out:{name}") for name, v in computed.items()]
        )
    columns = {name: f"~out:{name}" if name in computed else v.column for name, v in values.items()}
    series = {
        name: frame.get_column(column)
        if column
        else nw.new_series(
            name,
            [values[name].constant] * len(frame),
            values[name].dtype,
            backend=frame.implementation,
        )
        for name, column in columns.items()
    }
    return nw.from_dict(series)
