"""The manifest: what went in, what came out, and by which specs; enough to notice any change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tecdata._version import __version__
from tecdata.aside import aside
from tecdata.export.atomic import MANIFEST, write_bytes_atomic
from tecdata.export.digests import column_digests, file_digest, manifest_text, seal
from tecdata.export.moment import moment_of
from tecdata.export.xpt_shape import count_records
from tecdata.finding import SEVERITY_ORDER, Findings

if TYPE_CHECKING:
    from tecdata.finding import Finding
    from tecdata.spec import Specs

__all__ = ["build_manifest", "spec_digest", "write_manifest"]

#: Folders of an output that hold files of ours.
_FOLDERS: Final = ("sdtm", "adam", "define", "guides", "trace", "validation", "queries")


def build_manifest(
    *,
    inputs: Sequence[Mapping[str, Any]],
    specs: Specs,
    out: Path,
    findings: Findings | Iterable[Finding],
) -> dict[str, Any]:
    """Describe a run whose files are all written under ``out``.

    Parameters
    ----------
    inputs
        One entry a centre: code, name, files with sha256 and bytes, cell account.
    specs
        Named by study, standard and terminology versions and a sha256 over all of their content.
    out
        Every file under ``sdtm``, ``trace``, ``validation`` and ``queries`` is listed with path, sha256,
        bytes and, where it holds records, their number; Parquet files with a sha256 of each column.
    findings
        Counted by severity (those that failed) and by status.

    Returns
    -------
    dict
        JSON types only. ``created`` is the study's data cut or SOURCE_DATE_EPOCH, not the clock.
    """
    kept = list(findings)
    described = [aside().offer(_describe, out, path) for path in _files(out)]
    failed = [f for f in kept if f.status == "failed"]
    manifest = {
        "program": {"name": "tecdata", "version": __version__},
        "created": moment_of(specs.study).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "study": {
            "study": specs.study.study,
            "sdtmig": specs.study.sdtmig,
            "ct": specs.study.ct,
            "data_cut": specs.study.data_cut,
            "specs_sha256": spec_digest(specs),
        },
        "inputs": [dict(entry) for entry in inputs],
        "outputs": [entry() for entry in described],
        "findings": {
            "failed": {s: sum(f.severity == s for f in failed) for s in SEVERITY_ORDER},
            "status": {
                s: sum(f.status == s for f in kept) for s in sorted({f.status for f in kept})
            },
        },
    }
    return seal(manifest)


def write_manifest(manifest: Mapping[str, Any], out: Path) -> None:
    """Write ``OUT/manifest.json``: sorted keys, UTF-8, the same manifest gives the same bytes.

    It ends with a digest of itself, by which ``tecdata verify`` notices a change of it.
    """
    write_bytes_atomic(out / MANIFEST, manifest_text(seal(manifest)).encode())


def spec_digest(specs: Specs) -> str:
    """Hash (sha256) everything the specs say, whatever the files look like; comments do not count."""
    parts = [specs.study.model_dump_json()]
    parts.append(specs.analysis.model_dump_json())
    for group in (
        specs.domains,
        specs.adam,
        specs.grading,
        specs.tables,
        specs.codelists,
        specs.tests,
    ):
        parts.extend(f"{name}:{group[name].model_dump_json()}" for name in sorted(group))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _files(out: Path) -> list[Path]:
    """All files that a manifest lists, without hidden ones."""
    found = [p for folder in _FOLDERS for p in (out / folder).rglob("*") if p.is_file()]
    return sorted(p for p in found if not p.name.startswith("."))


def _describe(out: Path, path: Path) -> dict[str, Any]:
    """Path, digest and size of a file; records, and digests of the columns, where it has them."""
    entry: dict[str, Any] = {
        "path": path.relative_to(out).as_posix(),
        "sha256": file_digest(path),
        "bytes": path.stat().st_size,
    }
    if path.suffix == ".xpt":
        entry["records"] = count_records(path)
    elif path.suffix == ".parquet":
        frame = pl.read_parquet(path)
        entry["records"] = len(frame)
        entry["columns"] = column_digests(frame)
    return entry
