"""A strict XPT version 5 writer: rows are appended, nothing is altered in silence.

What the format cannot hold is an :class:`~tecdata.errors.ExportError`, with three exceptions that
every XPT file has and that no reader can undo: trailing blanks go, empty text and missing text
are one, and -0.0 is 0.0. NaN is missing, and counted.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Literal

import narwhals as nw
import numpy as np
import numpy.typing as npt
import polars as pl

from tecdata.errors import ExportError
from tecdata.export.atomic import atomic_file
from tecdata.export.ibm import in_range, to_ibm
from tecdata.export.xpt_records import RECORD, XptVariable, check_member, header

__all__ = ["XptWriter", "text_lengths", "write_xpt"]

#: Rows turned into bytes at once: bounds the memory, whatever the frame.
_CHUNK: Final = 65_536
#: Whole numbers beyond this are not all doubles.
_EXACT_INTEGER: Final = 2**53

Encoding = Literal["ascii", "utf-8"]


class XptWriter:
    """Write one dataset, chunk by chunk, in memory that does not grow with the rows.

    Parameters
    ----------
    path
        The file; it appears, complete and with permissions 0600, when the block ends.
    variables
        In file order. Text lengths are given beforehand, see :func:`text_lengths`.
    label
        Dataset label, at most 40 ASCII characters.
    created
        The moment the file states (UTC where it has a zone): pass a fixed one, and the same
        data give the same bytes.
    name
        Dataset name; the file name in capitals where not given.
    encoding
        ``ascii`` refuses any other character; ``utf-8`` writes UTF-8, which nothing in the
        file says, so that every reader has to be told.

    Raises
    ------
    ExportError
        For names, labels and lengths the format cannot hold, and while appending for a
        text that is too long or holds a control character, an infinity, a number outside
        ±5.4e-79 … ±7.2e75, a whole number beyond 2**53, and a last record that is blank
        (readers take it for padding). The file is then not written.

    Notes
    -----
    Layout: SAS technical note TS-140.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "dm.xpt"
    >>> variables = [XptVariable("USUBJID", "Subject", length=5), XptVariable("AGE", numeric=True)]
    >>> with XptWriter(path, variables, "Demographics", datetime(2026, 3, 1)) as writer:
    ...     writer.append(pl.DataFrame({"USUBJID": ["S-001"], "AGE": [44]}))
    ...     writer.append(pl.DataFrame({"USUBJID": ["S-002"], "AGE": [None]}))
    >>> path.stat().st_size % 80, writer.rows
    (0, 2)
    """

    def __init__(
        self,
        path: Path,
        variables: Sequence[XptVariable],
        label: str,
        created: datetime,
        *,
        name: str | None = None,
        encoding: Encoding = "ascii",
    ) -> None:
        self.path = path
        self.name = path.stem.upper() if name is None else name
        self.variables = tuple(variables)
        self.encoding = encoding
        check_member(self.name, label, self.variables)
        self._header = header(self.name, label, self.variables, created)
        #: Records appended so far.
        self.rows = 0
        #: NaN values written as missing, by variable.
        self.nan_counts: dict[str, int] = {}
        self._width = sum(v.length for v in self.variables)
        self._last = b""
        self._stack = contextlib.ExitStack()
        self._stream: IO[bytes] | None = None

    def __enter__(self) -> XptWriter:
        self._stream = self._stack.enter_context(atomic_file(self.path))
        self._stream.write(self._header)
        return self

    def append(self, frame: nw.DataFrame[Any] | pl.DataFrame | Any) -> None:
        """Append the records of a frame (Polars, pandas, Arrow or Narwhals).

        It must have every variable of the file; others are not written. Text variables want
        text, numeric ones numbers; a column without any value fits both.
        """
        if self._stream is None:
            raise ExportError(
                "the writer is not open", place=str(self.path), next_step="Use it in a with block"
            )
        table = nw.from_native(frame, eager_only=True, pass_through=False).to_polars()
        absent = [v.name for v in self.variables if v.name not in table.columns]
        if absent:
            raise ExportError(f"the frame has no {', '.join(absent)}", place=self.name)
        for start in range(0, len(table), _CHUNK):
            block = self._block(table.slice(start, _CHUNK))
            self._stream.write(block.data)
            self.rows += len(block)
            self._last = block[-1].tobytes()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._finish()
        except BaseException as own:
            self._stack.__exit__(type(own), own, own.__traceback__)
            raise
        else:
            self._stack.__exit__(kind, error, trace)
        finally:
            self._stream = None

    def _finish(self) -> None:
        assert self._stream is not None  # noqa: S101 - only called between enter and exit
        if self._last and not self._last.strip(b" "):
            raise ExportError(
                f"record {self.rows}, the last, is blank in every variable: readers take it for padding",
                place=self.name,
                next_step="Leave out the record, or give it an identifier",
            )
        self._stream.write(b" " * (-self._width * self.rows % RECORD))

    def _block(self, table: pl.DataFrame) -> npt.NDArray[np.uint8]:
        block = np.empty((len(table), self._width), dtype=np.uint8)
        texts = self._joined_texts(table)
        position = 0
        for variable in self.variables:
            column = table.get_column(variable.name)
            end = position + variable.length
            if variable.numeric:
                words = to_ibm(self._numbers(column, variable))
                block[:, position:end] = words.astype(">u8").view(np.uint8).reshape(-1, 8)
            else:
                raw = np.frombuffer(texts[variable.name], dtype=np.uint8)
                if raw.size != block.shape[0] * variable.length or _has_odd_byte(raw):
                    raw = self._careful_text(column, variable)
                block[:, position:end] = raw.reshape(-1, variable.length)
            position = end
        return block

    def _joined_texts(self, table: pl.DataFrame) -> dict[str, bytes]:
        wanted = [v for v in self.variables if not v.numeric]
        for variable in wanted:
            dtype = table.schema[variable.name]
            if dtype not in (pl.String, pl.Null, pl.Categorical, pl.Enum):
                raise ExportError(
                    f"a text variable cannot take a column of type {dtype}",
                    place=f"{self.name}.{variable.name}",
                    next_step="Turn it into text first",
                )
        padded = table.select(
            _plain(v.name).str.pad_end(v.length).str.join("").alias(v.name) for v in wanted
        )
        return {name: (padded.item(0, name) or "").encode() for name in padded.columns}

    def _careful_text(self, column: pl.Series, variable: XptVariable) -> npt.NDArray[np.uint8]:
        """One value after the other, to write UTF-8 or to say which value does not fit."""
        values = column.to_frame().select(_plain(column.name)).to_series().to_list()
        width = variable.length
        encoded = []
        for number, text in enumerate(values, start=self.rows + 1):
            odd = next((c for c in text if self._refused(c)), None)
            if odd is not None:
                raise ExportError(
                    f"record {number} holds U+{ord(odd):04X}, {self._why(odd)}",
                    place=f"{self.name}.{variable.name}",
                    next_step="Replace it in the mapping, or set non_ascii in specs/study.yaml",
                )
            data = text.encode()
            if len(data) > width:
                raise ExportError(
                    f"record {number} has {len(data)} bytes, the variable holds {width}",
                    place=f"{self.name}.{variable.name}",
                    next_step="Give the variable a longer length, or split the text",
                )
            encoded.append(data.ljust(width))
        return np.frombuffer(b"".join(encoded), dtype=np.uint8)

    def _refused(self, character: str) -> bool:
        code = ord(character)
        if code < 0x20 or 0x7F <= code < 0xA0:
            return True
        return code > 0x7F and self.encoding == "ascii"

    @staticmethod
    def _why(character: str) -> str:
        return "not an ASCII character" if ord(character) >= 0xA0 else "a control character"

    def _numbers(self, column: pl.Series, variable: XptVariable) -> npt.NDArray[np.float64]:
        place = f"{self.name}.{variable.name}"
        if not (column.dtype.is_integer() or column.dtype.is_float() or column.dtype == pl.Null):
            raise ExportError(
                f"a numeric variable cannot take a column of type {column.dtype}", place=place
            )
        if column.dtype.is_integer():
            beyond = (column > _EXACT_INTEGER) | (column < -_EXACT_INTEGER)
            if beyond.any():
                number = self.rows + 1 + int(beyond.fill_null(value=False).arg_max() or 0)
                raise ExportError(
                    f"record {number} holds a whole number beyond 2**53, which no double holds exactly",
                    place=place,
                    next_step="Make the variable text",
                )
        values = column.cast(pl.Float64).fill_null(float("nan")).to_numpy()
        nans = int(np.isnan(values).sum()) - column.null_count()
        if nans:
            self.nan_counts[variable.name] = self.nan_counts.get(variable.name, 0) + nans
        fits = in_range(values)
        if not fits.all():
            row = int(np.argmin(fits))
            what = "an infinity" if np.isinf(values[row]) else "a number out of range"
            raise ExportError(
                f"record {self.rows + 1 + row} holds {what}",
                place=place,
                choices=["0 and ±5.4e-79 to ±7.2e75"],
                next_step="Correct the value, or leave it empty with a reason",
            )
        return np.ascontiguousarray(values)


def text_lengths(frame: nw.DataFrame[Any] | pl.DataFrame | Any) -> dict[str, int]:
    """Bytes of the longest value of each text column, trailing blanks left out, at least 1.

    >>> text_lengths(pl.DataFrame({"A": ["x", "Größe "], "B": [None, None], "N": [1, 2]}))
    {'A': 7, 'B': 1}
    """
    table = nw.from_native(frame, eager_only=True, pass_through=False).to_polars()
    names = [n for n, dtype in table.schema.items() if dtype in (pl.String, pl.Null)]
    if not names:
        return {}
    longest = table.select(_plain(n).str.len_bytes().max().alias(n) for n in names)
    return {n: max(1, longest.item(0, n) or 1) for n in names}


def write_xpt(
    path: Path,
    frame: nw.DataFrame[Any] | pl.DataFrame | Any,
    variables: Sequence[XptVariable],
    label: str,
    created: datetime,
    *,
    name: str | None = None,
    encoding: Encoding = "ascii",
) -> XptWriter:
    """Write a whole frame as one XPT file; see :class:`XptWriter`, which is returned closed."""
    with XptWriter(path, variables, label, created, name=name, encoding=encoding) as writer:
        writer.append(frame)
    return writer


def _plain(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String).fill_null("").str.strip_chars_end(" ")


def _has_odd_byte(raw: npt.NDArray[np.uint8]) -> bool:
    if raw.size == 0:
        return False
    # 0x7F is DEL; adding one moves it beyond the ASCII half, as it does 0xFF, which UTF-8 never has.
    return bool(raw.min() < 0x20 or raw.max() >= 0x7F)
