"""What an expectation is compiled to, and what compiling needs to know of the study."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from tecdata.spec import Specs
    from tecdata.spec.expectation import Expectation
    from tecdata.validate.suites_frames import Frames
    from tecdata.validate.suites_native import Native
    from tecdata.validate.suites_view import View

__all__ = ["CannotRun", "Compiled", "Setting", "shown"]

#: From a failing record (with the columns prepared) to what its message says beside its variables.
Details = Callable[[Mapping[str, Any]], dict[str, object]]


def _nothing(_row: Mapping[str, Any]) -> dict[str, object]:
    """No details."""
    return {}


class CannotRun(Exception):  # noqa: N818 (it is an outcome, not a mistake)
    """The expectation cannot be run on these data; the text says why.

    ``missing`` names the dataset that would be needed, where that is the reason.
    """

    def __init__(self, reason: str, *, missing: str = "") -> None:
        super().__init__(reason)
        self.missing = missing


@dataclasses.dataclass(frozen=True, slots=True)
class Setting:
    """What compiling may look at: the view, all datasets, the study's specs, a free column prefix.

    ``test_columns`` are the variables that tell tests of one code apart in this dataset;
    ``tables`` collect what :meth:`shared` made; ``doubles`` says of keys whether any stands twice.
    """

    view: View
    frames: Frames
    specs: Specs
    prefix: str
    test_columns: tuple[str, ...]
    tables: dict[tuple[object, ...], tuple[str, pl.LazyFrame]]
    doubles: Mapping[tuple[str, ...], bool]

    @property
    def schema(self) -> Mapping[str, pl.DataType]:
        """Types of the view's columns."""
        return self.view.schema

    def name(self, what: str) -> str:
        """A column name of the expectation's own."""
        return f"{self.prefix}{what}"

    def shared(self, key: tuple[object, ...], make: Callable[[pl.LazyFrame, str], Any]) -> str:
        """The prefix of columns that need other records, made once for all that ask by this key.

        ``make`` gets the view and the prefix and gives, for the records it concerns, the record's
        row and the columns.
        """
        known = self.tables.get(key)
        if known is None:
            prefix = f"_s{len(self.tables)}_"
            known = self.tables[key] = (prefix, make(self.view.frame.lazy(), prefix))
        return known[0]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """An expectation on one dataset.

    ``columns`` are further columns it needs, made of the view and what is shared, ``group_columns``
    such made of these; ``applies`` says which records it looks at (None: all), ``broken``
    which of them break it (null counts as no). ``records`` are prepared columns with the rows of
    further records of the same dataset (a row, or a list of rows) whose ``variables`` take part.
    ``native`` are the expectations of Great Expectations that together say the same of the
    records looked at; without any, it is given the flags.
    """

    expectation: Expectation
    applies: pl.Expr | None
    broken: pl.Expr
    columns: tuple[pl.Expr, ...] = ()
    group_columns: tuple[pl.Expr, ...] = ()
    details: Details = _nothing
    records: tuple[str, ...] = ()
    record_variables: tuple[str, ...] = ()
    native: tuple[Native, ...] = ()


def shown(value: object) -> str:
    """A value as messages write it: whole numbers without a point, nothing as a dash."""
    if value is None or value == "":
        return "–"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(value, ".10g")
    return str(value)
