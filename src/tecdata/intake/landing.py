"""What intake read, laid down as Parquet, so that another machine (or a cluster) can go on from there.

Nothing is interpreted: ``<table>.parquet`` holds the text of every cell and the number of its row; what
gives a cell its address, and all that intake found and counted, stands in ``delivery.json``. Both are
raw values of patients: the folder is private to its owner and is written on demand only.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tecdata.errors import IntakeError
from tecdata.finding import Finding
from tecdata.intake.delivery import Delivery, Unread
from tecdata.intake.opener import InputFile
from tecdata.intake.tabulate import TableAccount
from tecdata.table import ROW, RawTable, SourceColumn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tecdata.finding import Findings
    from tecdata.spec.source import SourceSpec

__all__ = ["landed_tables", "read_landing", "row_groups", "rows_of_group", "write_landing"]

#: Begins the name of the column that says which cells of a mixed column are typed numbers.
_NUMBER_CELL: Final = "~number:"
_DELIVERY: Final = "delivery.json"
#: Rows that a reader on a cluster takes at a time.
_GROUP: Final = 50_000
_AGAIN: Final = "Land the centre's files again: tecdata map --landing DIR"


def write_landing(
    delivery: Delivery,
    source: SourceSpec,
    findings: Iterable[Finding],
    folder: Path,
    *,
    beside: Mapping[str, object] | None = None,
) -> None:
    """Write a delivery to ``folder``, which takes the place of an older one as a whole.

    Parameters
    ----------
    delivery, source
        What :func:`~tecdata.intake.read_centre` read by which ``source.yaml``.
    findings
        What it found.
    folder
        Gets ``<table>.parquet`` for each table and ``delivery.json``, for the owner's eyes only.
    beside
        Further JSON files, by name.
    """
    new = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700, parents=True)
    tables = []
    for name, table in delivery.tables.items():
        path = new / f"{name}.parquet"
        flags = table.number_cells.rename(lambda column: _NUMBER_CELL + column)
        table.frame.hstack(flags.get_columns()).write_parquet(path, row_group_size=_GROUP)
        path.chmod(0o600)
        tables.append({**_described(table), "sha256": _digest(path)})
    content = {
        "centre": delivery.centre,
        "source": source_digest(source),
        "tables": tables,
        "accounts": {n: dataclasses.asdict(a) for n, a in delivery.accounts.items()},
        "files": [dataclasses.asdict(file) for file in delivery.files],
        "unread": [dataclasses.asdict(unread) for unread in delivery.unread],
        "findings": [finding.to_record() for finding in findings],
    }
    for name, held in {**(beside or {}), _DELIVERY: content}.items():
        (new / name).touch(mode=0o600)
        (new / name).write_text(json.dumps(held, ensure_ascii=False), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)


def read_landing(
    source: SourceSpec, folder: Path, findings: Findings, *, only: Iterable[str] | None = None
) -> Delivery:
    """Take a centre's tables from where :func:`write_landing` laid them.

    The delivery and the findings are those of the reading; ``only`` limits the tables that are read. Raises
    :class:`~tecdata.errors.IntakeError` where nothing was landed, ``source.yaml`` has changed
    since, or a file is not what was written.
    """
    content = _content(source, folder)
    wanted = {entry["name"] for entry in content["tables"]} if only is None else set(only)
    entries = [entry for entry in content["tables"] if entry["name"] in wanted]
    tables = {entry["name"]: _read_table(folder, entry) for entry in entries}
    return _delivery(content, tables, findings)


def landed_tables(source: SourceSpec, folder: Path, findings: Findings) -> Delivery:
    """The same with tables that have no row: all about them, for who reads their cells elsewhere."""
    content = _content(source, folder)
    tables = {entry["name"]: _raw_table(entry, None) for entry in content["tables"]}
    return _delivery(content, tables, findings)


def row_groups(folder: Path, table: str) -> int:
    """How many parts a landed table can be read in, see :func:`rows_of_group`."""
    import pyarrow.parquet as pq

    return int(pq.ParquetFile(folder / f"{table}.parquet").num_row_groups)


def rows_of_group(folder: Path, table: RawTable, group: int) -> RawTable:
    """One part of a landed table, of which :func:`landed_tables` gave all but the rows."""
    import pyarrow.parquet as pq

    part = pq.ParquetFile(folder / f"{table.name}.parquet").read_row_group(group)
    return _filled(table, pl.DataFrame(part), table.number_cells.columns)


def source_digest(source: SourceSpec) -> str:
    """What a landing was read by: a change of ``source.yaml`` may change what is read."""
    return hashlib.sha256(source.model_dump_json().encode()).hexdigest()


def _content(source: SourceSpec, folder: Path) -> dict[str, Any]:
    path = folder / _DELIVERY
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise IntakeError("nothing was landed here", place=str(folder), next_step=_AGAIN) from None
    except ValueError:
        raise IntakeError("the file is damaged", place=str(path), next_step=_AGAIN) from None
    if content.get("source") != source_digest(source):
        raise IntakeError(
            f"source.yaml of centre {source.centre} is not the one by which this was read",
            place=str(folder),
            next_step=_AGAIN,
        )
    return content


def _delivery(
    content: Mapping[str, Any], tables: Mapping[str, RawTable], findings: Findings
) -> Delivery:
    findings.extend(Finding.of_record(record) for record in content["findings"])
    return Delivery(
        centre=content["centre"],
        tables=tables,
        accounts={n: TableAccount(**account) for n, account in content["accounts"].items()},
        files=tuple(InputFile(**file) for file in content["files"]),
        unread=tuple(Unread(**unread) for unread in content["unread"]),
    )


def _described(table: RawTable) -> dict[str, Any]:
    """All about a table but its cells."""
    columns = [{**dataclasses.asdict(c), "kinds": sorted(c.kinds)} for c in table.columns]
    return {
        "name": table.name,
        "centre": table.centre,
        "file": table.file,
        "sheet": table.sheet,
        "addressing": table.addressing,
        "columns": columns,
        "mixed": table.number_cells.columns,
    }


def _read_table(folder: Path, entry: Mapping[str, Any]) -> RawTable:
    path = folder / f"{entry['name']}.parquet"
    if not path.is_file() or _digest(path) != entry["sha256"]:
        raise IntakeError("the file is not what was landed", place=str(path), next_step=_AGAIN)
    return _raw_table(entry, pl.read_parquet(path))


def _raw_table(entry: Mapping[str, Any], cells: pl.DataFrame | None) -> RawTable:
    columns = tuple(
        SourceColumn(
            **{
                **column,
                "kinds": frozenset(column["kinds"]),
                "missing_codes": tuple(column["missing_codes"]),
            }
        )
        for column in entry["columns"]
    )
    names, mixed = [c.name for c in columns], entry["mixed"]
    if cells is None:
        schema = {ROW: pl.Int64, **dict.fromkeys(names, pl.String)}
        cells = pl.DataFrame(
            schema=schema | dict.fromkeys((_NUMBER_CELL + m for m in mixed), pl.Boolean)
        )
    table = RawTable(
        name=entry["name"],
        centre=entry["centre"],
        file=entry["file"],
        sheet=entry["sheet"],
        addressing=entry["addressing"],
        frame=cells,
        columns=columns,
    )
    return _filled(table, cells, mixed)


def _filled(table: RawTable, cells: pl.DataFrame, mixed: Iterable[str]) -> RawTable:
    """The table with these cells, as they are landed."""
    numbers = cells.select(pl.col(_NUMBER_CELL + m).alias(m) for m in mixed)
    frame = cells.select(ROW, *(column.name for column in table.columns))
    return dataclasses.replace(table, frame=frame, number_cells=numbers)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
