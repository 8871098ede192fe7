"""The SDTM datasets of a study that no one machine holds, written by Spark; then findings and manifest.

What needs all records at once on one machine is not made here: the checks of structure and the
expectations, the analysis datasets, tables and reports, Dataset-JSON and Define-XML.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from tecdata.clustered import mapped_records, share_study
from tecdata.dataset import BLOCK, Dataset
from tecdata.datasets import judge
from tecdata.finding import Finding, Findings
from tecdata.pipeline import StudyRun
from tecdata.publishing import inputs_of
from tecdata.shares import RECORDS, TRACE, TRANSPORT
from tecdata.spark.files import columns_of, whole, write_parquet_parts, write_xpt_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tecdata.clustered import Shared
    from tecdata.spec import DomainSpec, Specs

__all__ = ["Written", "write_sdtm"]

#: Its keys do not begin with the subject, so shares do not follow each other; it is slim, and sorted here.
_HELD = "RELREC"


@dataclasses.dataclass(frozen=True, slots=True)
class Written:
    """The run, with no records of its own, and by dataset how many records and transport files it has."""

    run: StudyRun
    records: Mapping[str, int]
    files: Mapping[str, int]


def write_sdtm(folder: Path, specs: Specs, out: Path, **options: Any) -> Written:
    """Map, harmonise and write the SDTM datasets on Spark; ``out`` changes all at once.

    ``options`` are those of :func:`tecdata.clustered.share_study`. Writes, for each dataset,
    ``sdtm/parquet/<name>.parquet`` and ``trace/<name>.parquet`` as folders of Parquet files that follow each
    other, and ``sdtm/xpt/<name>.xpt``, in parts where it would be larger than ``xpt_limit``.
    """
    from tecdata.export import (
        build_manifest,
        output_lock,
        staged_output,
        write_findings,
        write_manifest,
    )
    from tecdata.validate import apply_policy

    findings: Findings = options["findings"]
    with output_lock(out), share_study(folder, specs, files=True, cells=False, **options) as shared:
        findings.extend(shared.findings)
        with staged_output(out) as staging:
            records, files, own = _write(shared, specs, staging, findings)
            _drop_recorded(shared, findings)
            judge(findings, folder, specs)
            findings.extend(apply_policy(own, specs.policy))
            run = StudyRun(centres=shared.runs, datasets={}, findings=findings)
            write_findings(findings, staging)
            inputs = inputs_of(run)
            manifest = build_manifest(inputs=inputs, specs=specs, out=staging, findings=findings)
            write_manifest(manifest, staging)
    return Written(run, records, files)


def _write(
    shared: Shared, specs: Specs, out: Path, findings: Findings
) -> tuple[dict[str, int], dict[str, int], list[Finding]]:
    from tecdata.export import counted_once, shared_lengths, text_lengths, write_xpt_files

    told = shared.pieces.merged.files
    folders = [out / "sdtm" / "parquet", out / "sdtm" / "xpt", out / "trace"]
    for made in folders:
        made.mkdir(mode=0o700, parents=True)
    held = _design(shared, specs, findings)
    own = counted_once(
        (Finding.of_record(record) for share in told for record in share["findings"]),
        (share["spelled"] for share in told),
    )
    tables = {name: _prepared(name, dataset, specs, out) for name, dataset in held.items()}
    tables |= _related(shared, specs, out)
    held_lengths = {name: text_lengths(table) for name, (_, table) in tables.items()}
    lengths = shared_lengths([*(share["lengths"] for share in told), held_lengths])
    own.extend(write_xpt_files(tables, lengths, specs, out / "sdtm" / "xpt"))
    records = {name: table.height for name, (_, table) in tables.items()}
    files = dict.fromkeys(tables, 1)
    for piece in shared.pieces.counts:
        name = piece.removesuffix(TRANSPORT)
        if name != piece and name not in tables:
            records[name], files[name] = _by_spark(shared, name, lengths[name], specs, out, own)
    return records, files, own


def _drop_recorded(shared: Shared, findings: Findings) -> None:
    """A comment that became a record needs no finding: COREF and the trace name its cell."""
    pieces = shared.pieces
    if f"CO{RECORDS}" not in pieces.counts:
        return
    told = set()
    frames = zip(pieces.frames(f"CO{RECORDS}"), pieces.frames(f"CO{TRACE}"), strict=True)
    for records, trace in frames:
        places = trace.select("centre", "file", "sheet").iter_rows()
        for place, reference in zip(places, records.get_column("COREF"), strict=True):
            told.add((*place, reference.partition(" ")[2]))
    kept = [
        f
        for f in findings
        if f.check != "intake.comment" or (f.centre, f.file, f.sheet, f.cell) not in told
    ]
    findings.clear()
    findings.extend(kept)


def _by_spark(
    shared: Shared,
    name: str,
    lengths: Mapping[str, int],
    specs: Specs,
    out: Path,
    findings: list[Finding],
) -> tuple[int, int]:
    """Write one dataset; its records, and how many transport files they take."""
    from tecdata.export import xpt_parts
    from tecdata.harmonise import spec_named

    spec, pieces = spec_named(name, specs), shared.pieces
    file = f"{name.lower()}.parquet"
    if name + RECORDS in pieces.counts:
        order = [v.name for v in spec.variables]
        path = out / "sdtm" / "parquet" / file
        write_parquet_parts(shared.spark, pieces, name + RECORDS, order, path)
        trace = name + TRACE
        order = list(columns_of(pieces, trace))
        write_parquet_parts(shared.spark, pieces, trace, order, out / "trace" / file)
    columns = columns_of(pieces, name + TRANSPORT)
    records = sum(pieces.counts[name + TRANSPORT].values())
    parts, notices = xpt_parts(
        name, spec, list(columns), records, lengths, specs.study.xpt_limit, out / "sdtm" / "xpt"
    )
    findings += notices
    for variable, count in sorted(
        write_xpt_parts(shared.spark, pieces, name + TRANSPORT, parts, specs).items()
    ):
        findings.append(
            Finding.of("export.nan_as_missing", domain=name, variable=variable, records=count)
        )
    return records, len(parts)


def _design(shared: Shared, specs: Specs, findings: Findings) -> dict[str, Dataset]:
    """The trial design, which counts subjects: DM alone is gathered for it."""
    from tecdata.harmonise import complete_study, stack_shares

    frames = shared.pieces.frames(f"DM{RECORDS}") if f"DM{RECORDS}" in shared.pieces.counts else []
    known = {"DM": stack_shares(specs.domains["DM"], frames, {})} if frames else {}
    made = complete_study(known, mapped_records(shared), specs, findings)
    return {name: dataset for name, dataset in made.items() if name != "DM"}


def _prepared(
    name: str, dataset: Dataset, specs: Specs, out: Path
) -> tuple[DomainSpec, pl.DataFrame]:
    """Write the Parquet file of a dataset that is held here; its records as the transport file has them."""
    from tecdata.export import prepared, trace_table, write_dataset, write_table

    table, transport, _ = prepared(name, dataset, specs.study)
    records = table.select(n for n in table.columns if n[0] != "_")
    file = f"{name.lower()}.parquet"
    write_dataset(out / "sdtm" / "parquet" / file, records, dataset.spec, specs.study)
    if BLOCK in table.columns:
        write_table(out / "trace" / file, trace_table(name, table, dataset.origins))
    return dataset.spec, transport


def _related(shared: Shared, specs: Specs, out: Path) -> dict[str, tuple[DomainSpec, pl.DataFrame]]:
    from tecdata.export import file_order, write_table

    if _HELD + RECORDS not in shared.pieces.counts:
        return {}
    records, trace = (
        whole(
            pl.concat(shared.pieces.frames(name), how="diagonal_relaxed"),
            columns_of(shared.pieces, name),
        )
        for name in (_HELD + RECORDS, _HELD + TRACE)
    )
    spec = specs.domains[_HELD]
    order = file_order(records, _HELD, spec)
    write_table(out / "trace" / f"{_HELD.lower()}.parquet", trace[order])
    dataset = Dataset(spec=spec, frame=nw.from_native(records, eager_only=True))
    return {_HELD: _prepared(_HELD, dataset, specs, out)}
