"""A run from what was landed is, file by file, the run from the centres' files."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import tecdata
from tecdata.errors import UsageError

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun


def files(folder: Path) -> dict[str, bytes]:
    """The content of every file below a folder."""
    found = (p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def test_a_run_from_a_landing_writes_the_same_files(
    repository: Path, tmp_path: Path, sample_run: StudyRun, sample_out: Path
) -> None:
    landing = tmp_path / "landing"
    read = tecdata.open_study(repository, landing=landing).map()
    study = tmp_path / "study"
    for name in ("specs", "mappings"):
        shutil.copytree(repository / name, study / name)
    shutil.copy(repository / "contradictions.yaml", study)
    made = tecdata.open_study(study, from_landing=landing).run(tmp_path / "out")
    expected, found = files(sample_out), files(tmp_path / "out")
    assert len(found) > 150
    assert found.keys() == expected.keys()
    assert [name for name in expected if found[name] != expected[name]] == []
    assert made.findings.ordered() == sample_run.findings.ordered()
    assert [c.account for c in made.centres] == [c.account for c in read]


def test_a_landing_is_written_or_read(repository: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a landing is written or read, not both"):
        tecdata.open_study(repository, landing=tmp_path, from_landing=tmp_path)
