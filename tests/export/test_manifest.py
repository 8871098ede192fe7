from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from tests.made_specs import AE, events, small_specs

from tecdata import __version__
from tecdata.export import build_manifest, write_findings, write_manifest, write_study
from tecdata.export.manifest import spec_digest
from tecdata.finding import Finding, Findings


@pytest.fixture(autouse=True)
def _no_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


def test_everything_that_went_in_and_came_out(tmp_path: Path) -> None:
    specs = small_specs()
    findings = Findings(write_study({"AE": events({}, {})}, specs, tmp_path))
    findings.add(Finding.of("export.no_records", domain="CM"))
    findings.add(Finding.of("export.no_records", domain="EX", status="passed"))
    write_findings(findings, tmp_path)
    (tmp_path / "notes.txt").write_text("not ours")
    inputs = [{"centre": "XX", "name": "north", "files": [{"path": "a.xlsx", "sha256": "0"}]}]
    manifest = build_manifest(inputs=inputs, specs=specs, out=tmp_path, findings=findings)
    write_manifest(manifest, tmp_path)
    text = (tmp_path / "manifest.json").read_text(encoding="utf-8")
    assert json.loads(text) == manifest
    assert manifest["program"] == {"name": "tecdata", "version": __version__}
    assert manifest["created"] == "2026-03-01T00:00:00Z"
    assert manifest["study"] == {
        "study": "S1",
        "sdtmig": "3.4",
        "ct": "2025-03-28",
        "data_cut": "2026-03-01",
        "specs_sha256": spec_digest(specs),
    }
    assert manifest["inputs"] == inputs
    assert manifest["findings"] == {
        "failed": {"reject": 0, "error": 0, "warning": 0, "notice": 1},
        "status": {"failed": 1, "passed": 1},
    }
    records = {entry["path"]: entry.get("records") for entry in manifest["outputs"]}
    assert records == {
        "define/define.html": None,
        "define/define.xml": None,
        "define/define2-1.xsl": None,
        "sdtm/json/ae.json": None,
        "sdtm/json/ae.ndjson": None,
        "sdtm/parquet/ae.parquet": 2,
        "sdtm/xpt/ae.xpt": 2,
        "trace/ae.parquet": 2,
        "validation/findings.csv": None,
        "validation/findings.parquet": 2,
    }
    for entry in manifest["outputs"]:
        data = (tmp_path / entry["path"]).read_bytes()
        assert entry["bytes"] == len(data)
        assert entry["sha256"] == hashlib.sha256(data).hexdigest()


def test_the_digest_changes_with_any_spec() -> None:
    digest = spec_digest(small_specs())
    assert digest == spec_digest(small_specs())
    assert digest != spec_digest(small_specs("keep"))
    assert digest != spec_digest(small_specs(domains=(AE,)))
