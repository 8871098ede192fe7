"""A strict writer of XPT version 5 and 8: rows are appended, nothing is altered in silence.

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
import polars as pl

from tecdata.errors import ExportError
from tecdata.export.atomic import atomic_file
from tecdata.export.xpt8_records import header8, observations8
from tecdata.export.xpt_records import RECORD, V5, V8, XptVariable, check_member, header
from tecdata.export.xpt_values import Encoding, ValueEncoder, as_written

__all__ = ["Version", "XptWriter", "text_lengths", "write_xpt"]

Version = Literal[5, 8]

#: Rows turned into bytes at once: bounds the memory, whatever the frame.
_CHUNK: Final = 65_536


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
    version
        5, which authorities take, or 8: names of 32 bytes, labels of 256, text of 32,767.

    Raises
    ------
    ExportError
        For names, labels and lengths the format cannot hold, and while appending for a
        text that is too long or holds a control character, an infinity, a number outside
        ±5.4e-79 … ±7.2e75, a whole number beyond 2**53, and a last record that is blank
        (readers take it for padding). The file is then not written.

    Notes
    -----
    Layout: SAS technical note TS-140, and SAS' record layout of version 8 and 9 transport files.

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
        version: Version = 5,
    ) -> None:
        """Check names, labels and lengths, and make the header; nothing is written yet."""
        self.path = path
        self.name = path.stem.upper() if name is None else name
        self.variables = tuple(variables)
        check_member(self.name, label, self.variables, V8 if version == 8 else V5)
        made = header8 if version == 8 else header
        self._header = made(self.name, label, self.variables, created)
        self._encoder = ValueEncoder(self.name, self.variables, encoding)
        self._version = version
        self._width = sum(v.length for v in self.variables)
        self._last = b""
        self._stack = contextlib.ExitStack()
        self._stream: IO[bytes] | None = None

    @property
    def rows(self) -> int:
        """Records appended so far."""
        return self._encoder.rows

    @property
    def nan_counts(self) -> dict[str, int]:
        """NaN values written as missing, by variable."""
        return self._encoder.nan_counts

    def __enter__(self) -> XptWriter:
        """Open the file beside its place and write the header."""
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
            raise ExportError(
                f"the frame has no {', '.join(absent)}",
                place=self.name,
                next_step="Add the columns, or leave the variables out",
            )
        for start in range(0, len(table), _CHUNK):
            block = self._encoder.block(table.slice(start, _CHUNK))
            self._stream.write(block.data)
            self._last = block[-1].tobytes()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish the file and move it into place; after an error nothing is left of it."""
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
        """Pad the last record; version 8 learns the number of records."""
        assert self._stream is not None  # noqa: S101 - only called between enter and exit
        if self._last and not self._last.strip(b" "):
            raise ExportError(
                f"record {self.rows}, the last, is blank in every variable: readers take it for padding",
                place=self.name,
                next_step="Leave out the record, or give it an identifier",
            )
        self._stream.write(b" " * (-self._width * self.rows % RECORD))
        if self._version == 8:
            self._stream.seek(len(self._header) - RECORD)
            self._stream.write(observations8(self.rows))


def text_lengths(frame: nw.DataFrame[Any] | pl.DataFrame | Any) -> dict[str, int]:
    """Bytes of the longest value of each text column, trailing blanks left out, at least 1.

    >>> text_lengths(pl.DataFrame({"A": ["x", "Größe "], "B": [None, None], "N": [1, 2]}))
    {'A': 7, 'B': 1}
    """
    table = nw.from_native(frame, eager_only=True, pass_through=False).to_polars()
    names = [n for n, dtype in table.schema.items() if dtype in (pl.String, pl.Null)]
    if not names:
        return {}
    longest = table.select(as_written(names).str.len_bytes().max()).row(0)
    return {n: max(1, length or 1) for n, length in zip(names, longest, strict=True)}


def write_xpt(
    path: Path,
    frame: nw.DataFrame[Any] | pl.DataFrame | Any,
    variables: Sequence[XptVariable],
    label: str,
    created: datetime,
    *,
    name: str | None = None,
    encoding: Encoding = "ascii",
    version: Version = 5,
) -> XptWriter:
    """Write a whole frame as one XPT file; see :class:`XptWriter`, which is returned closed."""
    with XptWriter(
        path, variables, label, created, name=name, encoding=encoding, version=version
    ) as writer:
        writer.append(frame)
    return writer
