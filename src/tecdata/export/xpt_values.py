"""Columns of a frame as the fixed-width bytes of an XPT file, or an error that names the record."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from tecdata.errors import ExportError
from tecdata.export.ibm import in_range, to_ibm

if TYPE_CHECKING:
    from tecdata.export.xpt_records import XptVariable

__all__ = ["Encoding", "ValueEncoder", "as_written"]

Encoding = Literal["ascii", "utf-8"]

#: Whole numbers beyond this are not all doubles.
_EXACT_INTEGER: Final = 2**53


def as_written(names: Sequence[str]) -> pl.Expr:
    """Texts as an XPT file holds them: missing is empty, trailing blanks are gone."""
    return pl.col(*names).cast(pl.String).fill_null("").str.strip_chars_end(" ")


@dataclasses.dataclass(slots=True)
class ValueEncoder:
    """Turns blocks of records into bytes; keeps count of the records for its messages.

    ``rows`` are the records encoded so far, ``nan_counts`` the NaN made missing, by variable.
    """

    dataset: str
    variables: tuple[XptVariable, ...]
    encoding: Encoding
    rows: int = 0
    nan_counts: dict[str, int] = dataclasses.field(default_factory=dict)

    def block(self, table: pl.DataFrame) -> npt.NDArray[np.uint8]:
        """The records of a frame, shape (records, bytes of a record).

        Raises :class:`ExportError` for a value the file cannot hold.
        """
        width = sum(v.length for v in self.variables)
        block = np.empty((len(table), width), dtype=np.uint8)
        texts = self._padded(table)
        numbers = self._numbers(table)
        position = 0
        for variable in self.variables:
            end = position + variable.length
            if variable.numeric:
                words = to_ibm(numbers[variable.name])
                block[:, position:end] = words.astype(">u8").view(np.uint8).reshape(-1, 8)
            else:
                raw = np.frombuffer(texts[variable.name], dtype=np.uint8)
                if raw.size != len(block) * variable.length or _has_odd_byte(raw):
                    raw = self._one_by_one(table, variable)
                block[:, position:end] = raw.reshape(-1, variable.length)
            position = end
        self.rows += len(table)
        return block

    def _padded(self, table: pl.DataFrame) -> dict[str, bytes]:
        """Every text column, padded and joined; of the wrong size where a value is not ASCII or too long."""
        wanted = [v for v in self.variables if not v.numeric]
        schema = table.schema
        for variable in wanted:
            if schema[variable.name] not in (pl.String, pl.Null, pl.Categorical, pl.Enum):
                raise ExportError(
                    f"a text variable cannot take a column of type {schema[variable.name]}",
                    place=f"{self.dataset}.{variable.name}",
                    next_step="Turn it into text first",
                )
        by_length: dict[int, list[str]] = {}
        for variable in wanted:
            by_length.setdefault(variable.length, []).append(variable.name)
        padded = table.select(
            as_written(names).str.pad_end(length).str.join("")
            for length, names in by_length.items()
        ).rows(named=True)
        return {name: text.encode() for name, text in padded[0].items()} if padded else {}

    def _one_by_one(self, table: pl.DataFrame, variable: XptVariable) -> npt.NDArray[np.uint8]:
        """One value after the other, to write UTF-8 or to say which value does not fit."""
        values = table.select(as_written([variable.name])).to_series().to_list()
        encoded = []
        for record, text in enumerate(values, start=self.rows + 1):
            odd = next((c for c in text if self._refused(c)), None)
            if odd is not None:
                what = "a control character" if ord(odd) < 0xA0 else "not an ASCII character"
                raise ExportError(
                    f"record {record} holds U+{ord(odd):04X}, {what}",
                    place=f"{self.dataset}.{variable.name}",
                    next_step="Replace it in the mapping, or set non_ascii in specs/study.yaml",
                )
            data = text.encode()
            if len(data) > variable.length:
                raise ExportError(
                    f"record {record} has {len(data)} bytes, the variable holds {variable.length}",
                    place=f"{self.dataset}.{variable.name}",
                    next_step="Give the variable a longer length, or split the text",
                )
            encoded.append(data.ljust(variable.length))
        return np.frombuffer(b"".join(encoded), dtype=np.uint8)

    def _refused(self, character: str) -> bool:
        """Whether a character cannot be written: control characters, and by encoding all beyond ASCII."""
        code = ord(character)
        control = code < 0x20 or 0x7F <= code < 0xA0
        return control or (code > 0x7F and self.encoding == "ascii")

    def _numbers(self, table: pl.DataFrame) -> dict[str, npt.NDArray[np.float64]]:
        """Every numeric variable as doubles, missing as NaN; each checked to be held exactly."""
        names = [v.name for v in self.variables if v.numeric]
        self._check_types(table, names)
        doubles = table.select(pl.col(n).cast(pl.Float64).fill_null(float("nan")) for n in names)
        numbers = {n: np.ascontiguousarray(doubles.get_column(n).to_numpy()) for n in names}
        for name, values in numbers.items():
            nans = int(np.isnan(values).sum()) - table.get_column(name).null_count()
            if nans:
                self.nan_counts[name] = self.nan_counts.get(name, 0) + nans
            fits = in_range(values)
            if not fits.all():
                row = int(np.argmin(fits))
                what = "an infinity" if np.isinf(values[row]) else "a number out of range"
                raise ExportError(
                    f"record {self.rows + 1 + row} holds {what}",
                    place=f"{self.dataset}.{name}",
                    choices=["0 and ±5.4e-79 to ±7.2e75"],
                    next_step="Correct the value, or leave it empty with a reason",
                )
        return numbers

    def _check_types(self, table: pl.DataFrame, names: Sequence[str]) -> None:
        """Refuse columns that are no numbers, and whole numbers that no double holds."""
        schema = table.schema
        for name in names:
            dtype = schema[name]
            if not (dtype.is_integer() or dtype.is_float() or dtype == pl.Null):
                raise ExportError(
                    f"a numeric variable cannot take a column of type {dtype}",
                    place=f"{self.dataset}.{name}",
                    next_step="Cast the column to a number, or declare the variable as text",
                )
        whole = [n for n in names if schema[n].is_integer()]
        beyond = table.select(
            (pl.col(n).min() < -_EXACT_INTEGER) | (pl.col(n).max() > _EXACT_INTEGER) for n in whole
        )
        for name in (n for n in whole if beyond.item(0, n)):
            values = table.get_column(name).to_list()
            row = next(i for i, v in enumerate(values) if v is not None and abs(v) > _EXACT_INTEGER)
            raise ExportError(
                f"record {self.rows + 1 + row} holds a whole number beyond 2**53, "
                "which no double holds exactly",
                place=f"{self.dataset}.{name}",
                next_step="Make the variable text",
            )


def _has_odd_byte(raw: npt.NDArray[np.uint8]) -> bool:
    """Whether a control character, DEL or a byte beyond ASCII is among them."""
    return bool(raw.size and (raw.min() < 0x20 or raw.max() >= 0x7F))
