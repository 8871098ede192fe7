"""What a column holds, as Define-XML and Dataset-JSON say it: data type, length, significant digits."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from tecdata.spec import VariableSpec

__all__ = ["ItemType", "is_float", "type_of", "type_of_text"]

_WHOLE: Final = r"^-?\d+$"
_DECIMAL: Final = r"^-?\d+(\.\d+)?$"


@dataclasses.dataclass(frozen=True, slots=True)
class ItemType:
    """A data type of Define-XML 2.1; ``length`` 0 where the type has none, ``digits`` only of floats.

    >>> ItemType("float", 5, 2).display_format
    '5.2'
    """

    name: str
    length: int = 0
    digits: int = 0

    @property
    def display_format(self) -> str:
        """Width and decimals of a float, empty otherwise."""
        return f"{self.length}.{self.digits}" if self.name == "float" else ""


def type_of(variable: VariableSpec, column: pl.Series, length: int) -> ItemType:
    """The type of a variable by its spec and its values; ``length`` is that of its text in bytes.

    Dates are ``date`` or ``datetime`` where all of them are whole, else ``partialDate`` or
    ``partialDatetime``. The length of a number counts the characters of the longest one.

    >>> from tecdata.spec import VariableSpec
    >>> date = VariableSpec(name="LBDTC", label="Date", type="datetime")
    >>> type_of(date, pl.Series(["2024-03-01", "2024-03", None]), 10).name
    'partialDate'
    """
    if variable.type == "datetime":
        return ItemType(_date_type(column))
    if variable.type == "duration":
        return ItemType("durationDatetime")
    if variable.type == "date":
        return ItemType("integer", 8)
    if not variable.is_numeric:
        return ItemType("text", max(1, length))
    if not is_float(variable, column.dtype):
        return ItemType("integer", _longest(column.cast(pl.String)))
    return _float_type([format_number(v) for v in column.drop_nulls().unique().to_list()])


def is_float(variable: VariableSpec, dtype: pl.DataType) -> bool:
    """Whether the numbers of a variable are floats: by its spec, or since they have fractions."""
    numeric = variable.is_numeric and variable.type != "date"
    return numeric and (variable.type != "integer" or dtype.is_float())


def type_of_text(column: pl.Series) -> ItemType:
    """The type of results kept as text: integer or float where all of them are numbers.

    >>> type_of_text(pl.Series(["12", "3.25", None]))
    ItemType(name='float', length=5, digits=2)
    """
    values = column.drop_nulls().unique().sort()
    if len(values) and values.str.contains(_WHOLE).all():
        return ItemType("integer", _longest(values))
    if len(values) and values.str.contains(_DECIMAL).all():
        return _float_type(values.to_list())
    return ItemType("text", _longest(values))


def format_number(value: float) -> str:
    """The shortest decimal text of a number, without an exponent.

    >>> format_number(0.25), format_number(3.0), format_number(1e-7)
    ('0.25', '3', '0.0000001')
    """
    text = repr(value)
    if "n" in text:  # nan, inf
        return ""
    if "e" in text:
        from decimal import Decimal

        text = f"{Decimal(text):f}"
        return text.rstrip("0").removesuffix(".") if "." in text else text
    return text.removesuffix(".0")


def _float_type(texts: list[str]) -> ItemType:
    """The type of decimal numbers, from the longest whole and fractional parts."""
    parts = [(len(before), len(after)) for before, _, after in (t.partition(".") for t in texts)]
    whole, digits = map(max, zip(*parts, strict=True)) if parts else (1, 0)
    return ItemType("float", whole + 1 + digits if digits else max(1, whole), digits)


def _longest(values: pl.Series) -> int:
    """Bytes of the longest text; 1 where there is none."""
    longest = values.drop_nulls().str.len_bytes().max()
    return longest if isinstance(longest, int) and longest else 1


def _date_type(column: pl.Series) -> str:
    """The narrowest type of ISO 8601 that all the texts fit."""
    texts = column.drop_nulls().unique()
    times = texts.str.contains("T", literal=True)
    dates = texts.filter(~times)
    whole = bool((dates.str.len_bytes() == len("2024-03-01")).all())
    if not times.any():
        return "date" if whole and len(texts) else "partialDate" if len(texts) else "datetime"
    return "datetime" if not len(dates) else "partialDatetime"
