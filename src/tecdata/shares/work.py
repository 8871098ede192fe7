"""One share from rows to records: what runs in an executor."""

from __future__ import annotations

import dataclasses
import io
import json
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tecdata.finding import Findings
from tecdata.shares.rows import tables_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tecdata.dataset import Dataset
    from tecdata.mapping import MappedCentre
    from tecdata.shares.job import CentreShare, Job

__all__ = [
    "FACTS",
    "RECORDS",
    "TRACE",
    "TRANSPORT",
    "Piece",
    "do_share",
    "frame_of",
    "stream_of",
]

#: The name of the piece that holds all that is no record.
FACTS: Final = "-facts"

#: What follows a dataset's name in the pieces of its files.
RECORDS: Final = ".records"
TRACE: Final = ".trace"
TRANSPORT: Final = ".xpt"


@dataclasses.dataclass(frozen=True, slots=True)
class Piece:
    """What a share gives of one dataset: its records as an Arrow stream (facts: JSON)."""

    name: str
    records: int
    content: bytes


def do_share(job: Job, rows: pl.DataFrame, *, all_centres: bool = False) -> list[Piece]:
    """Map and harmonise the rows of one share.

    Parameters
    ----------
    job
        The whole job.
    rows
        All rows of the share's subjects, see :data:`tecdata.shares.rows.ROW_SCHEMA`.
    all_centres
        Map the centres too of which there is no row.
    """
    from tecdata.harmonise import harmonise_share

    present = set(rows.get_column("centre").to_list())
    facts: dict[str, Any] = {"centres": {}, "findings": [], "origins": {}}
    mapped: list[Mapping[str, Dataset]] = []
    datasets: dict[str, Dataset] = {}
    for centre in job.centres:
        if centre.name not in present and not all_centres:
            continue
        made, facts["centres"][centre.name] = _map(centre, rows, job)
        mapped.append(made.datasets)
        if not job.harmonised:
            datasets |= {f"{centre.name}.{n}": d for n, d in made.datasets.items() if len(d)}
    if job.harmonised:
        own = Findings()
        datasets = harmonise_share(mapped, job.specs, own, job.comments)
        facts["findings"] = [finding.to_record() for finding in own]
    facts["origins"] = {name: _origins(dataset) for name, dataset in datasets.items()}
    if job.files:
        frames, facts["files"] = _files(datasets, job)
    else:
        frames = {name: dataset.frame.to_polars() for name, dataset in datasets.items()}
    pieces = [Piece(name, frame.height, stream_of(frame)) for name, frame in frames.items()]
    content = json.dumps(facts, ensure_ascii=False).encode()
    return [*pieces, Piece(FACTS, 0, content)]


def _map(centre: CentreShare, rows: pl.DataFrame, job: Job) -> tuple[MappedCentre, dict[str, Any]]:
    from tecdata.mapping import map_share

    findings = Findings()
    tables = tables_of(centre, rows)
    made = map_share(centre.mapping, tables, job.specs, findings, centre.formats)
    return made, {
        "findings": [finding.to_record() for finding in findings],
        "tables": [dataclasses.asdict(table) for table in made.account.tables],
        "declared": [dataclasses.asdict(declared) for declared in made.account.declared],
        "unread": {
            table: {column: [left.count, left.rows] for column, left in columns.items()}
            for table, columns in made.unread.items()
        },
        "records": {name: len(dataset) for name, dataset in made.datasets.items()},
    }


def _files(
    datasets: Mapping[str, Dataset], job: Job
) -> tuple[dict[str, pl.DataFrame], dict[str, Any]]:
    """The share of every file, and what the files as wholes depend on."""
    from tecdata.export import share_files, text_lengths

    made = share_files(datasets, job.specs)
    transport = {name: table for name, (_, table) in made.transport.items()}
    transport = {n: t.select(c for c in t.columns if c[0] != "_") for n, t in transport.items()}
    frames = {f"{name}{RECORDS}": frame for name, frame in made.records.items()}
    frames |= {f"{name}{TRACE}": frame for name, frame in made.traces.items()}
    frames |= {f"{name}{TRANSPORT}": frame for name, frame in transport.items()}
    return frames, {
        "lengths": {name: text_lengths(table) for name, table in transport.items()},
        "columns": {
            name: {column: str(dtype) for column, dtype in frame.schema.items()}
            for name, frame in frames.items()
        },
        "findings": [finding.to_record() for finding in made.findings],
        "spelled": made.spelled,
    }


def _origins(dataset: Dataset) -> dict[str, Any]:
    """Origins without the positions of the columns, which are those of the table."""
    return {
        block: {**dataclasses.asdict(dataclasses.replace(o, positions={})), "positions": None}
        for block, o in dataset.origins.items()
    }


def stream_of(frame: pl.DataFrame) -> bytes:
    """A frame as an Arrow stream."""
    sink = io.BytesIO()
    frame.write_ipc_stream(sink, compression="zstd")
    return sink.getvalue()


def frame_of(content: bytes) -> pl.DataFrame:
    """The frame of an Arrow stream."""
    return pl.read_ipc_stream(io.BytesIO(content))
