"""The reviewer's guides of the sample run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun


def test_the_guide_of_the_tabulations_names_every_dataset_and_decision(
    sample_run: StudyRun, sample_out: Path
) -> None:
    text = (sample_out / "guides" / "sdrg.md").read_text("utf-8")
    for name, dataset in sample_run.datasets.items():
        assert f"| {name} | {dataset.spec.label} |" in text
        assert f"| {len(dataset)} |" in text
    for heading in ("Decisions", "Open findings", "Accepted findings", "Contradictions"):
        assert f"### {heading}" in text
    assert "SDTMIG 3.4" in text
    assert "not MedDRA" in text
    assert "tecdata conform" in text


def test_the_guide_of_the_analysis_datasets_says_where_variables_come_from(
    sample_run: StudyRun, sample_out: Path
) -> None:
    text = (sample_out / "guides" / "adrg.md").read_text("utf-8")
    for name in sample_run.adam:
        assert f"| {name} |" in text
    assert "ADaMIG 1.3" in text


def test_no_subject_stands_in_the_guides(sample_run: StudyRun, sample_out: Path) -> None:
    subjects = sample_run.datasets["DM"].to_polars()["USUBJID"].to_list()
    for path in (sample_out / "guides").glob("*.md"):
        text = path.read_text("utf-8")
        assert not [subject for subject in subjects if subject in text]
