from __future__ import annotations

from pathlib import Path

import pytest

import tecdata
from tecdata.demo import write_contradictions
from tecdata.demo.contradictions import CONTRADICTIONS
from tecdata.errors import SpecError
from tecdata.spec.policy import load_contradictions


def test_the_study_folder_declares_what_the_cohort_was_built_on(
    tmp_path: Path, repository: Path
) -> None:
    written = write_contradictions(tmp_path)
    assert written.read_bytes() == (repository / "contradictions.yaml").read_bytes()
    declared = load_contradictions(tmp_path)
    assert [d.id for d in declared] == [c.id for c in CONTRADICTIONS]
    for known, found in zip(CONTRADICTIONS, declared, strict=True):
        assert [(s.place, s.value) for s in found.stated] == list(known.printed)
        assert found.followed == known.here


def test_a_run_reports_each_as_a_notice_with_both_values(repository: Path) -> None:
    study = tecdata.open_study(repository)
    study.harmonise(centres=["tuebingen"])
    told = {f.record: f for f in study.findings if f.check == "run.sources_contradict"}
    assert set(told) == {c.id for c in CONTRADICTIONS}
    for known in CONTRADICTIONS:
        finding = told[known.id]
        assert (finding.severity, finding.status) == ("notice", "failed")
        for place, value in known.printed:
            assert f"{place}: {value}" in finding.message
        assert known.here in finding.message


def test_a_study_without_the_file_has_none_and_mistakes_are_named(tmp_path: Path) -> None:
    assert load_contradictions(tmp_path) == ()
    file = tmp_path / "contradictions.yaml"
    file.write_text(
        "contradictions:\n  - id: X\n    about: y\n    stated: [{place: A, value: B}]\n"
        "    followed: B\n",
        encoding="utf-8",
    )
    with pytest.raises(SpecError, match="stated"):
        load_contradictions(tmp_path)
