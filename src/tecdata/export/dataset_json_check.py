"""Reads Dataset-JSON 1.1 and checks what its schema leaves open: types, widths, counts, keys, lengths."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tecdata.errors import ExportError

__all__ = ["check_dataset_json", "read_dataset_json"]

_REQUIRED: Final = (
    *("datasetJSONCreationDateTime", "datasetJSONVersion", "itemGroupOID"),
    *("records", "name", "label", "columns"),
)
_PATTERNS: Final = {
    "date": re.compile(r"\d{4}-\d{2}-\d{2}\Z"),
    "datetime": re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?\Z"),
    "time": re.compile(r"\d{2}:\d{2}(:\d{2}(\.\d+)?)?\Z"),
    "decimal": re.compile(r"-?\d+(\.\d+)?\Z"),
}


def read_dataset_json(path: Path) -> tuple[dict[str, Any], list[list[Any]]]:
    """Metadata and rows of a ``.json`` or ``.ndjson`` file, values as JSON has them.

    Raises :class:`ExportError` where the file is not JSON, or not an object with columns.
    """
    import orjson

    try:
        if path.suffix == ".ndjson":
            lines = path.read_bytes().splitlines()
            metadata = orjson.loads(lines[0]) if lines else {}
            rows = [orjson.loads(line) for line in lines[1:]]
        else:
            metadata = orjson.loads(path.read_bytes())
            rows = metadata.pop("rows", []) if isinstance(metadata, dict) else []
    except orjson.JSONDecodeError as error:
        raise ExportError(
            f"the file is not JSON (line {error.lineno})",
            place=path.name,
            next_step="Write the file again",
        ) from None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("columns"), list):
        raise ExportError(
            "the file is no Dataset-JSON: it has no columns",
            place=path.name,
            next_step="Name a file of OUT/sdtm/json",
        )
    return metadata, rows


def check_dataset_json(path: Path) -> list[str]:
    r"""What is wrong with a file beyond its schema; empty where nothing is.

    Every problem names the column and the row, never a value.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "dm.ndjson"
    >>> _ = path.write_text('{"columns": []}\n')
    >>> check_dataset_json(path)[0]
    'datasetJSONCreationDateTime is missing'
    """
    metadata, rows = read_dataset_json(path)
    return [*_of_metadata(metadata, path), *_of_rows(metadata, rows)]


def _of_metadata(metadata: Mapping[str, Any], path: Path) -> Iterator[str]:
    """What is wrong with the attributes and the list of columns."""
    for key in _REQUIRED:
        if key not in metadata:
            yield f"{key} is missing"
    if not str(metadata.get("datasetJSONVersion", "1.1")).startswith("1.1"):
        yield "datasetJSONVersion is not 1.1"
    name = str(metadata.get("name", ""))
    if name and name.lower() != path.stem.lower():
        yield f"the dataset is called {name}, the file {path.name}"
    columns = metadata["columns"]
    for key in ("name", "itemOID"):
        found = [column.get(key) for column in columns]
        for twice in sorted({str(v) for v in found if found.count(v) > 1}):
            yield f"{key} {twice} stands twice"
    keys = sorted(c["keySequence"] for c in columns if "keySequence" in c)
    if keys != list(range(1, len(keys) + 1)):
        yield "keySequence does not count from 1 without gaps"


def _of_rows(metadata: Mapping[str, Any], rows: Sequence[Any]) -> Iterator[str]:
    """What is wrong with number, width, values and keys of the rows."""
    columns = metadata["columns"]
    if metadata.get("records") != len(rows):
        yield f"records says {metadata.get('records')}, the file holds {len(rows)}"
    for number, row in enumerate(rows, 1):
        if not isinstance(row, list) or len(row) != len(columns):
            yield f"row {number} does not have {len(columns)} values"
            continue
        for column, value in zip(columns, row, strict=True):
            problem = "" if value is None else _of_value(column, value)
            if problem:
                yield f"row {number}, {column.get('name')}: {problem}"
    order = sorted((c for c in columns if "keySequence" in c), key=lambda c: c["keySequence"])
    places = [columns.index(column) for column in order]
    whole = [row for row in rows if isinstance(row, list) and len(row) == len(columns)]
    keys = [tuple(row[place] for place in places) for row in whole]
    if places and len({*map(repr, keys)}) < len(keys):
        yield "the keys do not tell all records apart"


def _of_value(column: Mapping[str, Any], value: Any) -> str:
    """Why a value does not fit its column; empty where it fits."""
    kind = str(column.get("dataType"))
    if kind in ("integer", "float", "double", "boolean"):
        wanted = {"integer": (int,), "boolean": (bool,)}.get(kind, (int, float))
        fits = isinstance(value, wanted) and (kind == "boolean" or not isinstance(value, bool))
        return "" if fits else f"the value is no {kind}"
    if not isinstance(value, str):
        return "the value is no text"
    pattern = _PATTERNS.get(kind)
    if pattern is not None and not pattern.match(value):
        return f"the text is no {kind}"
    length = column.get("length")
    if isinstance(length, int) and len(value.encode()) > length:
        return f"the text has more than {length} bytes"
    return ""
