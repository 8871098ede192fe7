"""Bit strings over the rows of a table, a byte each: which of its cells are filled, or used.

They are Python integers: one operation joins or cuts any number of rows, and for the few rows of
most tables nothing is faster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from tecdata.engine import is_long, to_lists

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy as np
    import numpy.typing as npt
    import polars as pl

__all__ = ["RowPlaces", "bits_of_flags", "bits_of_values"]


def bits_of_flags(flags: Sequence[bool]) -> int:
    """The bit string of a flag for each row.

    >>> hex(bits_of_flags([True, False, True]))
    '0x10001'
    """
    return int.from_bytes(bytes(flags), "little")


def bits_of_values(series: pl.Series) -> int:
    """The bit string of the rows where a Polars column holds a value."""
    return int.from_bytes(series.is_not_null().to_numpy().tobytes(), "little")


class RowPlaces:
    """Where each row number of a source stands in the table, and bit strings of some of them.

    Parameters
    ----------
    rows
        The row numbers of the table, in its order; each once.
    """

    def __init__(self, rows: nw.Series[Any]) -> None:
        self._series = rows
        self._numbers: list[int] | None = None
        self._index: dict[int, int] | None = None
        self._array: npt.NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self._series)

    @property
    def numbers(self) -> list[int]:
        """The row numbers, in the order of the table."""
        if self._numbers is None:
            self._numbers = self._series.to_list()
        return self._numbers

    @property
    def index(self) -> dict[int, int]:
        """Row number -> position."""
        if self._index is None:
            self._index = {row: i for i, row in enumerate(self.numbers)}
        return self._index

    @property
    def all(self) -> int:
        """The bit string of all rows."""
        return int.from_bytes(b"\x01" * len(self), "little")

    def mask(self, rows: Iterable[int] | nw.Series[Any]) -> int:
        """The bit string of some of the rows, named by their numbers."""
        if isinstance(rows, nw.Series) and is_long(rows):
            return self._mask_long(rows)
        bits, index = bytearray(len(self)), self.index
        for row in rows:
            bits[index[row]] = 1
        return int.from_bytes(bits, "little")

    def masks_by(
        self, frame: nw.DataFrame[Any], rows: str, source: str
    ) -> Iterator[tuple[str, int]]:
        """For each value of a column of a frame the bit string of its rows."""
        if is_long(frame.get_column(rows)):
            yield from self._masks_long(frame, rows, source)
            return
        found: dict[str, set[int]] = {}
        lists = to_lists(frame, [rows, source])
        for row, value in zip(lists[rows], lists[source], strict=True):
            found.setdefault(value, set()).add(row)
        for value, numbers in found.items():
            yield value, self.mask(numbers)

    def _mask_long(self, rows: nw.Series[Any]) -> int:
        import numpy as np

        bits = np.zeros(len(self), dtype=np.uint8)
        bits[self._places(rows)] = 1
        return int.from_bytes(bits.tobytes(), "little")

    def _masks_long(
        self, frame: nw.DataFrame[Any], rows: str, source: str
    ) -> Iterator[tuple[str, int]]:
        import numpy as np

        from tecdata.codes import encode

        codes = encode(frame.get_column(source).to_native())
        bits = np.zeros((len(codes.values), len(self)), dtype=np.uint8)
        bits[codes.index, self._places(frame.get_column(rows))] = 1
        for value, line in zip(codes.values, bits, strict=True):
            yield value, int.from_bytes(line.tobytes(), "little")

    def _places(self, rows: nw.Series[Any]) -> npt.NDArray[np.intp]:
        import numpy as np

        numbers = rows.to_numpy()
        if self._array is None:
            self._array = self._series.to_numpy()
        known = self._array
        if len(known) and known[-1] - known[0] == len(known) - 1 and (known[1:] > known[:-1]).all():
            places: npt.NDArray[np.intp] = numbers - known[0]
            return places
        order = np.argsort(known, kind="stable")
        return order[np.searchsorted(known, numbers, sorter=order)]
