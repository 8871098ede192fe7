"""The child: reads requests from its standard input, parses, answers. Run by :mod:`tecdata.sandbox.process`.

It imports a parser when a file needs it, and nothing of tecdata beside the wire format.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Callable
from typing import Any

from tecdata.sandbox.wire import pack_column, receive, send

Answer = tuple[dict[str, Any], list[bytes]]

#: What parsers raise on damaged files beside exceptions of their own.
_DAMAGE = (ValueError, OverflowError, IndexError, KeyError, TypeError, OSError, AssertionError)


class _RefusedError(Exception):
    """Something the parser says about the file: ``password``, ``damaged``, ``encoding``."""


class _Child:
    """The requests by name; a workbook stays open until the next file is sent."""

    def __init__(self) -> None:
        self._book: Any = None
        self._next = ""
        self._done: dict[str, Answer] = {}
        self._spent: Any = None

    def workbook(self, head: dict[str, Any], content: bytes) -> Answer:
        """Open a workbook: its worksheets and which of them are hidden."""
        import python_calamine as calamine

        self._book, self._next, self._done = None, "", {}
        try:
            self._book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        except calamine.PasswordError:
            raise _RefusedError("password") from None
        except calamine.CalamineError:
            raise _RefusedError("damaged") from None
        sheets = [
            (sheet.name, sheet.visible != calamine.SheetVisibleEnum.Visible)
            for sheet in self._book.sheets_metadata
            if sheet.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        self._next = sheets[0][0] if len(sheets) == 1 else ""
        return {"sheets": sheets}, []

    def sheet(self, head: dict[str, Any], content: bytes) -> Answer:
        """The cells of one sheet of the open workbook, column by column."""
        if (done := self._done.pop(head["name"], None)) is not None:
            return done
        return self._sheet(head["name"])

    def idle(self) -> None:
        """Give back what is no longer needed, while nobody waits."""
        self._spent = None

    def ahead(self) -> None:
        """Read the only sheet of a workbook before it is asked for, which it nearly always is."""
        if self._next:
            name, self._next = self._next, ""
            self._done[name] = _answer(self.sheet, {"name": name}, b"")

    def _sheet(self, name: str) -> Answer:
        import python_calamine as calamine

        try:
            sheet = self._book.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=True)
        except calamine.CalamineError:
            raise _RefusedError("damaged") from None
        cells = list(zip(*rows, strict=True))
        columns = [pack_column(column) for column in cells]
        # Giving back millions of cells takes time, which there is once the answer is sent.
        self._spent = rows, cells
        answer = {
            "start": sheet.start or (0, 0),
            "rows": len(rows),
            "merged": sheet.merged_cell_ranges or (),
            "parts": [len(parts) for parts in columns],
        }
        return answer, [part for parts in columns for part in parts]

    def statistics(self, head: dict[str, Any], content: bytes) -> Answer:
        """A file of SPSS, Stata or SAS: its columns, and what is said about them."""
        import pyreadstat

        readers: dict[str, Any] = {
            "sav": pyreadstat.read_sav,
            "dta": pyreadstat.read_dta,
            "sas7bdat": pyreadstat.read_sas7bdat,
            "xpt": pyreadstat.read_xport,
        }
        try:
            data, meta = readers[head["kind"]](
                io.BytesIO(content),
                output_format="dict",
                disable_datetime_conversion=True,
                **head["options"],
            )
        except UnicodeDecodeError:
            raise _RefusedError("encoding") from None
        except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
            spelled = "Unable to convert string" in str(error)
            raise _RefusedError("encoding" if spelled else "damaged") from None
        columns = [pack_column(list(values)) for values in data.values()]
        labels = meta.variable_value_labels.items()
        answer = {
            "names": list(data),
            "column_names": meta.column_names,
            "types": meta.readstat_variable_types,
            "formats": {k: str(v or "") for k, v in meta.original_variable_types.items()},
            "widths": meta.variable_storage_width,
            "labels": meta.column_names_to_labels,
            "value_labels": {name: list(codes.items()) for name, codes in labels},
            "missing_codes": {k: list(v) for k, v in meta.missing_user_values.items()},
            "missing_ranges": meta.missing_ranges,
            "parts": [len(parts) for parts in columns],
        }
        return answer, [part for parts in columns for part in parts]

    def parquet(self, head: dict[str, Any], content: bytes) -> Answer:
        """A Parquet file as an Arrow stream."""
        import polars as pl

        try:
            frame = pl.read_parquet(io.BytesIO(content), use_pyarrow=False)
            stream = io.BytesIO()
            frame.write_ipc_stream(stream)
        except pl.exceptions.PolarsError:
            raise _RefusedError("damaged") from None
        return {}, [stream.getvalue()]

    def warm(self, head: dict[str, Any], content: bytes) -> Answer:
        """Import parsers before they are needed."""
        for module in head["modules"]:
            __import__(module)
        return {}, []


def _answer(work: Callable[[dict[str, Any], bytes], Answer], head: Any, content: bytes) -> Answer:
    try:
        return work(head, content)
    except _RefusedError as refused:
        return {"error": str(refused)}, []
    except MemoryError:
        return {"error": "memory"}, []
    except _DAMAGE:
        return {"error": "damaged"}, []
    except BaseException as error:
        # A panic of a parser in Rust: it derives from BaseException and cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        return {"error": "damaged"}, []


def _bound(memory: int) -> None:
    """At most so much memory, no core dump: it would hold patients' values."""
    try:
        import resource
    except ImportError:  # Windows knows no such limits
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = memory if most == resource.RLIM_INFINITY else min(memory, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))


def main() -> None:
    """Answer one request after the other until the parent is gone."""
    _bound(int(sys.argv[1]))
    gc.disable()  # nothing here makes circles, and looking for them takes a third of the time
    # Whatever a library prints must not get among the answers.
    answers = os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device
        os.dup2(nowhere.fileno(), 1)
    requests = sys.stdin.buffer
    child = _Child()
    while (message := receive(requests.read)) is not None:
        head, blobs = message
        content = blobs[0] if blobs else b""
        answer, parts = _answer(getattr(child, head["request"]), head, content)
        send(answers, answer, *parts)
        child.idle()
        child.ahead()


if __name__ == "__main__":
    main()
