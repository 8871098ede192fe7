from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from openpyxl.comments import Comment

import tecdata
import tecdata.pipeline
from tecdata.errors import ExportError, IntakeError, SpecError, UsageError
from tecdata.study_folder import init_study


@pytest.fixture
def study(tmp_path: Path, repository: Path) -> Path:
    folder = tmp_path / "study"
    for name in ("specs", "mappings", "sample_exports"):
        shutil.copytree(repository / name, folder / name)
    shutil.copy(repository / "contradictions.yaml", folder)
    return folder


def test_all_mappings_are_checked_before_any_file_is_read(study: Path) -> None:
    for name in ("aarhus", "berlin"):
        path = study / "mappings" / name / "ex.yaml"
        path.write_text(path.read_text("utf-8").replace("EXDOSE:", "EXDOSIS:"), "utf-8")
    shutil.rmtree(study / "sample_exports")
    with pytest.raises(SpecError) as caught:
        tecdata.open_study(study).map()
    assert len(caught.value.problems) == 2
    assert all("EXDOSIS" in problem for problem in caught.value.problems)


def test_two_centres_cannot_share_a_code(study: Path) -> None:
    shutil.copytree(study / "mappings/hamburg", study / "mappings/second")
    with pytest.raises(SpecError) as caught:
        tecdata.open_study(study).map()
    assert caught.value.problems == (
        (
            "mappings/hamburg/source.yaml: centre: 'HH' is the code of another centre too; "
            "each centre needs its own"
        ),
        (
            "mappings/second/source.yaml: centre: 'HH' is the code of another centre too; "
            "each centre needs its own"
        ),
    )


def test_without_mappings_the_next_step_is_said(study: Path) -> None:
    shutil.rmtree(study / "mappings")
    with pytest.raises(UsageError, match=r"no centre is mapped.*tecdata init DIR"):
        tecdata.open_study(study).map()


def test_when_no_centre_can_be_read_the_reason_is_raised(study: Path) -> None:
    shutil.rmtree(study / "sample_exports")
    with pytest.raises(IntakeError):
        tecdata.open_study(study).harmonise(keep_going=True)


def test_one_centre_gives_the_same_records_alone_as_with_the_others(
    study: Path, sample_run: tecdata.pipeline.StudyRun
) -> None:
    alone = tecdata.open_study(study).harmonise(centres=["hamburg"])
    together = sample_run.datasets["LB"].to_polars()
    own = together.filter(pl.col("USUBJID").str.starts_with("TECAID-HH"))
    assert alone["LB"].to_polars().equals(own)


def test_what_a_centre_left_out_says_of_a_person_is_hidden_all_the_same(study: Path) -> None:
    # Its mapping does not fit, but its file was read, and what is odd about it is told.
    (path,) = (study / "sample_exports" / "berlin").glob("*.xlsx")
    book = openpyxl.load_workbook(path)
    book["Labor"]["D10"].comment = Comment("Tel. 030 450 123456, e.muster@example.org", "x")
    (header,) = (c for row in book["Labor"].iter_rows(max_row=4) for c in row if c.value == "Datum")
    header.value = "Datumm"
    book.save(path)
    made = tecdata.open_study(study).run(
        study / "out", centres=["berlin", "tuebingen"], keep_going=True
    )
    told = {f.check for f in made.findings if f.centre == "BE" and f.status == "failed"}
    assert {"identifier.email", "identifier.phone", "intake.comment", "run.centre_left_out"} <= told
    for written in (study / "out").rglob("*.*"):
        content = written.read_bytes() if written.is_file() else b""
        assert b"e.muster" not in content, written
        assert b"450 123456" not in content, written


def test_a_refused_export_keeps_the_old_output_and_hands_over_the_findings(
    study: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    tecdata.open_study(study).run(out)
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    path = study / "specs" / "study.yaml"
    text = path.read_text("utf-8").replace("non_ascii: transliterate", "non_ascii: refuse")
    path.write_text(text, "utf-8")
    with pytest.raises(ExportError, match="failed-run"):
        tecdata.open_study(study).run(out)
    assert (out / "failed-run/validation/findings.csv").is_file()
    assert {p: p.read_bytes() for p in before} == before
    path.write_text(text.replace("non_ascii: refuse", "non_ascii: transliterate"), "utf-8")
    tecdata.open_study(study).run(out)
    assert not (out / "failed-run").exists()


def test_a_second_run_gives_the_same_bytes(
    study: Path, tmp_path: Path, sample_out: Path, sample_run: tecdata.pipeline.StudyRun
) -> None:
    assert sample_run.exit_code == 0
    tecdata.open_study(study).run(tmp_path / "again")
    first = {p.relative_to(sample_out): p.read_bytes() for p in sample_out.rglob("*.*")}
    again = {
        p.relative_to(tmp_path / "again"): p.read_bytes() for p in (tmp_path / "again").rglob("*.*")
    }
    assert first == again


def test_frames_come_out_as_the_caller_wants_them(
    sample_run: tecdata.pipeline.StudyRun,
) -> None:
    lb = sample_run.datasets["LB"]
    assert len(lb) == len(lb.to_pandas()) == len(lb.to_polars()) == lb.to_arrow().num_rows
    assert type(lb.to_native()) is pl.DataFrame
    assert list(lb.to_pandas().columns) == lb.to_polars().columns
    assert not any(name.startswith("_") for name in lb.to_polars().columns)


def test_a_study_folder_without_samples_has_specs_only(tmp_path: Path) -> None:
    folder = init_study(tmp_path / "own", sample=False)
    assert sorted(p.name for p in folder.iterdir()) == ["mappings", "raw", "specs"]
    with pytest.raises(UsageError, match="no centre is mapped"):
        tecdata.open_study(folder).map()


def test_a_file_is_no_study_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the study folder does not exist"):
        tecdata.open_study(tmp_path / "none")
