"""Write the datasets of a study: XPT and Parquet of each, and where each SDTM record came from."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from tecdata.aside import aside
from tecdata.codes import order_by_keys
from tecdata.engine import SMALL
from tecdata.export.dataset_json import write_dataset_json
from tecdata.export.long_text import Tables, split_long_text
from tecdata.export.metadata import write_metadata
from tecdata.export.moment import moment_of
from tecdata.export.package import describe
from tecdata.export.parquet import trace_table, write_dataset, write_table
from tecdata.export.read_back import verify_xpt
from tecdata.export.split_size import split_by_size
from tecdata.export.text_policy import apply_policy
from tecdata.export.typed import typed
from tecdata.export.xpt import Version, text_lengths, write_xpt
from tecdata.export.xpt_records import TEXT_LIMIT, XptVariable
from tecdata.finding import Finding

if TYPE_CHECKING:
    from datetime import datetime

    from tecdata.aside import Later
    from tecdata.dataset import Dataset, Origin
    from tecdata.export.xpt_values import Encoding
    from tecdata.spec import DomainSpec, Specs, StudySpec

__all__ = [
    "file_order",
    "lengths_as_written",
    "moment_of",
    "prepared",
    "write_adam",
    "write_study",
    "write_xpt_files",
    "xpt_variables",
]

#: What SAS counts days from, as days before 1970-01-01.
_SAS_EPOCH: Final = 3653


@dataclasses.dataclass(frozen=True, slots=True)
class _Folders:
    xpt: Path
    parquet: Path
    json: Path | None
    trace: Path | None

    @classmethod
    def under(cls, out: Path, room: str, *, traced: bool, json: bool = True) -> _Folders:
        """The folders of SDTM or ADaM below ``out``, made where they are missing."""
        trace = out / "trace" if traced else None
        base = out / room
        folders = cls(base / "xpt", base / "parquet", base / "json" if json else None, trace)
        for folder in (folders.xpt, folders.parquet, folders.json, folders.trace):
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
        return folders


def write_study(
    datasets: Mapping[str, Dataset], specs: Specs, out: Path, *, described: bool = True
) -> list[Finding]:
    """Write every dataset that has records.

    Parameters
    ----------
    datasets
        By dataset name (``DM``, ``LB``, ``SUPPAE``, ``RELREC``).
    specs
        ``specs.study`` gives the policy for text beyond ASCII and the moment the files state.
    out
        Gets ``sdtm/xpt/<name>.xpt`` (read back and compared cell by cell), ``sdtm/parquet/<name>.parquet``,
        ``sdtm/json/<name>.json`` and ``.ndjson``, ``trace/<name>.parquet`` (see
        :func:`tecdata.export.parquet.trace_table`), names in lower case, and ``define/define.xml``.
        Folders are made. Each file appears whole or not at all.
    described
        Without it neither Dataset-JSON nor ``define/`` is written.

    Returns
    -------
    list of Finding
        Text rewritten in ASCII, text split into SUPP--, NaN and trailing blanks, datasets without records.

    Notes
    -----
    Records are sorted by the keys of the domain, ties by --SEQ; variables stand in the order of
    the spec. A text variable that several domains share has one length in all of them, the
    longest value's, SUPP-- apart (FDA Study Data Technical Conformance Guide). A transport file larger
    than ``specs.study.xpt_limit`` is written in parts (``lb1.xpt``, ``lb2.xpt``). With ``specs.study.xpt_v8``
    ``sdtm/xpt8`` has the datasets as transport files of version 8, whole and with their text unsplit. The Parquet files
    hold the datasets as they are; the XPT files what :mod:`tecdata.export.xpt` says can be held.

    Raises
    ------
    ExportError
        For what an XPT file cannot hold, or does not give back.
    """
    folders = _Folders.under(out, "sdtm", traced=True, json=described)
    tables, findings = _write_parquet(datasets, specs, folders)
    lengths = {name: text_lengths(table) for name, (_, table) in tables.items()}
    _write_version_8(tables, lengths, specs, out / "sdtm")
    if any(length > TEXT_LIMIT for own in lengths.values() for length in own.values()):
        tables, split = split_long_text(tables, specs)
        findings.extend(split)
        for name in (n for n in tables if n.startswith("SUPP")):
            spec, table = tables[name]
            tables[name] = (spec, table[file_order(table, name, spec)])
        lengths = {name: text_lengths(table) for name, (_, table) in tables.items()}
    tables, written, parts = split_by_size(
        tables, lengths_as_written(lengths), specs.study.xpt_limit
    )
    findings.extend(parts)
    findings.extend(write_xpt_files(tables, written, specs, folders.xpt))
    if described:
        origins = {name: dataset.origins for name, dataset in datasets.items()}
        write_metadata(describe(tables, written, origins, specs), specs, out, "sdtm")
    return findings


def write_adam(datasets: Mapping[str, Dataset], specs: Specs, out: Path) -> list[Finding]:
    """Write every analysis dataset that has records: ``adam/xpt/*.xpt`` and ``adam/parquet/*.parquet``.

    As :func:`write_study`, except that dates are dates in Parquet and days since 1960-01-01 with a display format in
    XPT, and that there is no trace: analysis records name their SDTM records (--SEQ, SRCDOM, SRCSEQ).

    Raises :class:`ExportError` for what an XPT file cannot hold, text over 200 bytes among it.
    """
    folders = _Folders.under(out, "adam", traced=False)
    tables, findings = _write_parquet(datasets, specs, folders)
    lengths = {name: text_lengths(table) for name, (_, table) in tables.items()}
    _write_version_8(tables, lengths, specs, out / "adam")
    tables, written, parts = split_by_size(
        tables, lengths_as_written(lengths), specs.study.xpt_limit
    )
    findings.extend(parts)
    findings.extend(write_xpt_files(tables, written, specs, folders.xpt))
    if tables:
        write_metadata(describe(tables, written, {}, specs), specs, out, "adam")
    return findings


def _write_parquet(
    datasets: Mapping[str, Dataset], specs: Specs, folders: _Folders
) -> tuple[Tables, list[Finding]]:
    """Write the Parquet files; the tables as their XPT files may hold them."""
    findings: list[Finding] = []
    tables: Tables = {}
    written: list[Later[None]] = []
    for name in sorted(datasets):
        dataset = datasets[name]
        if not len(dataset.frame):
            findings.append(Finding.of("export.no_records", domain=name))
            continue
        table, rewritten, own = prepared(name, dataset, specs.study)
        findings.extend(own)
        tables[name] = (dataset.spec, rewritten)
        beside = (dataset.spec, dataset.origins, specs.study, folders)
        written.append(aside().offer(_write_parquet_files, name, table, *beside))
    for done in written:
        done()
    return tables, findings


def prepared(
    name: str, dataset: Dataset, study: StudySpec
) -> tuple[pl.DataFrame, pl.DataFrame, list[Finding]]:
    """The records typed and sorted, the same with their text as the XPT file may hold it."""
    table = typed(dataset.frame.to_polars(), dataset.spec)
    rewritten, findings = apply_policy(name, table, study)
    # One order for both files, by the text of the XPT file, which a reader may check for its sort.
    order = file_order(rewritten, name, dataset.spec)
    if rewritten is table:
        table = table[order]
        return table, table, findings
    return table[order], rewritten[order], findings


def _write_parquet_files(
    name: str,
    table: pl.DataFrame,
    spec: DomainSpec,
    origins: Mapping[str, Origin],
    study: StudySpec,
    folders: _Folders,
) -> None:
    """Parquet of one dataset; its Dataset-JSON and its trace where they are wanted."""
    file = f"{name.lower()}.parquet"
    records = table.select(n for n in table.columns if n[0] != "_")
    write_dataset(folders.parquet / file, records, spec, study)
    if folders.json is not None:
        write_dataset_json(folders.json, records, name, spec, study, moment_of(study))
    if folders.trace is not None:
        write_table(folders.trace / file, trace_table(name, table, origins))


def file_order(table: pl.DataFrame, name: str, spec: DomainSpec) -> pl.Series:
    """Row numbers in file order; ties beyond keys and --SEQ fall back on every variable."""
    first = [k for k in dict.fromkeys((*spec.keys, f"{name}SEQ")) if k in table.columns]
    rest = [v.name for v in spec.variables if v.name in table.columns and v.name not in first]
    if len(table) > SMALL and (order := order_by_keys(table, first)) is not None:
        return order
    by = first if table.select(first).n_unique() == len(table) else first + rest
    return table.select(pl.arg_sort_by(by, maintain_order=True)).to_series()


def lengths_as_written(lengths: Mapping[str, Mapping[str, int]]) -> dict[str, Mapping[str, int]]:
    """Lengths of text in the files: one for each variable over all datasets, SUPP-- apart."""
    shared: dict[str, int] = {}
    for name, own in lengths.items():
        if not name.startswith("SUPP"):
            for variable, length in own.items():
                shared[variable] = max(length, shared.get(variable, 1))
    return {
        n: own if n.startswith("SUPP") else {v: shared[v] for v in own}
        for n, own in lengths.items()
    }


def xpt_variables(
    spec: DomainSpec, columns: Collection[str], lengths: Mapping[str, int]
) -> list[XptVariable]:
    """The variables of a transport file whose records have these columns."""
    return [
        XptVariable(v.name, v.label, v.is_numeric, 8 if v.is_numeric else lengths[v.name], v.format)
        for v in spec.variables
        if v.name in columns
    ]


def _write_version_8(
    tables: Tables, lengths: Mapping[str, Mapping[str, int]], specs: Specs, room: Path
) -> None:
    """Where the study wants them: the datasets whole, their text unsplit, in ``xpt8/``."""
    if specs.study.xpt_v8 and tables:
        folder = room / "xpt8"
        folder.mkdir(exist_ok=True)
        # Its findings are those of version 5.
        write_xpt_files(tables, lengths_as_written(lengths), specs, folder, version=8)


def write_xpt_files(
    tables: Tables,
    lengths: Mapping[str, Mapping[str, int]],
    specs: Specs,
    folder: Path,
    *,
    version: Version = 5,
) -> list[Finding]:
    """Write a transport file for each table and read it back; NaN written as missing is told."""
    created = moment_of(specs.study)
    encoding: Encoding = "utf-8" if specs.study.non_ascii == "keep" else "ascii"
    written = {
        name: aside().offer(
            _write_xpt_file,
            folder / f"{name.lower()}.xpt",
            tables[name],
            lengths[name],
            created,
            encoding,
            version,
        )
        for name in sorted(tables)
    }
    return [
        Finding.of("export.nan_as_missing", domain=name, variable=variable, records=records)
        for name, nan_counts in written.items()
        for variable, records in sorted(nan_counts().items())
    ]


def _write_xpt_file(
    path: Path,
    described: tuple[DomainSpec, pl.DataFrame],
    lengths: Mapping[str, int],
    created: datetime,
    encoding: Encoding,
    version: Version,
) -> Mapping[str, int]:
    """Write one and read it back; how many NaN were written as missing, by variable."""
    spec, table = described
    variables = xpt_variables(spec, table.columns, lengths)
    dates = [n for n, dtype in table.schema.items() if dtype == pl.Date]
    table = table.with_columns(pl.col(dates).cast(pl.Int32).cast(pl.Int64) + _SAS_EPOCH)
    writer = write_xpt(
        path, table, variables, spec.label, created, encoding=encoding, version=version
    )
    verify_xpt(path, table, variables, spec.label)
    return writer.nan_counts
