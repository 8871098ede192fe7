"""Dataset-JSON 1.1, as one object (``.json``) and line by line (``.ndjson``): UTF-8, nothing cut."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tecdata._version import __version__
from tecdata.export.atomic import atomic_file
from tecdata.export.item_types import is_float, type_of
from tecdata.export.package import oid

if TYPE_CHECKING:
    from datetime import datetime

    from tecdata.spec import DomainSpec, StudySpec

__all__ = ["columns_of", "write_dataset_json"]

#: Data types of Define-XML as Dataset-JSON names them; others keep their name. A partial date is text.
_TYPES: Final = {
    "text": "string",
    "partialDate": "string",
    "partialDatetime": "string",
    "durationDatetime": "string",
}
#: Rows turned into text at once.
_CHUNK: Final = 65_536


def write_dataset_json(
    folder: Path,
    table: pl.DataFrame,
    name: str,
    spec: DomainSpec,
    study: StudySpec,
    created: datetime,
) -> None:
    """Write ``<name>.json`` and ``<name>.ndjson`` in lower case; each appears whole or not at all.

    Parameters
    ----------
    folder
        Where to; it must exist.
    table
        The records: text, whole numbers, other numbers, dates. Missing values and NaN are ``null``.
    name, spec, study
        Give the metadata; OIDs are those of the Define-XML file.
    created
        The moment the files state.

    Notes
    -----
    Dataset-JSON 1.1 (CDISC, 2024). Dates of SDTM are ``date`` or ``datetime`` where all are whole,
    else ``string``. Dates of ADaM, numbers in an XPT file, are ``date`` with target type ``integer``.
    The same records give the same bytes.
    """
    import orjson

    metadata = _metadata(table, name, spec, study, created)
    rows = table.select(column["name"] for column in metadata["columns"])
    with atomic_file(folder / f"{name.lower()}.json") as stream:
        stream.write(orjson.dumps(metadata)[:-1] + b',"rows":[')
        for number, part in enumerate(_chunks(rows)):
            stream.write((b"," if number else b"") + orjson.dumps(part)[1:-1])
        stream.write(b"]}\n")
    with atomic_file(folder / f"{name.lower()}.ndjson") as stream:
        stream.write(orjson.dumps(metadata) + b"\n")
        for part in _chunks(rows):
            stream.write(b"".join(orjson.dumps(row) + b"\n" for row in part))


def columns_of(table: pl.DataFrame, name: str, spec: DomainSpec) -> list[dict[str, Any]]:
    """The column descriptions of a dataset, in the order of its spec."""
    present = [v for v in spec.variables if v.name in table.columns]
    keys = [key for key in spec.keys if key in table.columns]
    columns = []
    for variable in present:
        values = table[variable.name]
        column: dict[str, Any] = {
            "itemOID": oid("IT", name, variable.name),
            "name": variable.name,
            "label": variable.label,
        }
        if variable.type == "date":
            column |= {"dataType": "date", "targetDataType": "integer"}
        elif is_float(variable, values.dtype):
            column["dataType"] = "float"
        else:
            text = values.dtype == pl.String
            longest = values.str.len_bytes().max() if text else None
            kind = type_of(variable, values, longest if isinstance(longest, int) else 1)
            column["dataType"] = _TYPES.get(kind.name, kind.name)
            if column["dataType"] in ("string", "integer"):
                column["length"] = kind.length or (longest if isinstance(longest, int) else 1) or 1
        if variable.format:
            column["displayFormat"] = variable.format
        if variable.name in keys:
            column["keySequence"] = keys.index(variable.name) + 1
        columns.append(column)
    return columns


def _metadata(
    table: pl.DataFrame, name: str, spec: DomainSpec, study: StudySpec, created: datetime
) -> dict[str, Any]:
    """Everything of the file but its rows, in the order of the standard."""
    moment = created.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "datasetJSONCreationDateTime": moment,
        "datasetJSONVersion": "1.1.0",
        "fileOID": f"{study.study}.{name}",
        "dbLastModifiedDateTime": f"{study.data_cut}T00:00:00Z",
        "originator": "tecdata",
        "sourceSystem": {"name": "tecdata", "version": __version__},
        "studyOID": f"ST.{study.study}",
        "itemGroupOID": f"IG.{name}",
        "records": table.height,
        "name": name,
        "label": spec.label,
        "columns": columns_of(table, name, spec),
    }


def _chunks(rows: pl.DataFrame) -> Iterator[list[tuple[Any, ...]]]:
    """Rows in portions, so that not all of them are Python objects at once."""
    for start in range(0, rows.height, _CHUNK):
        yield rows.slice(start, _CHUNK).rows()
