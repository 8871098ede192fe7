"""What a mapping must be like to be mapped subject by subject, and what is said where it is not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import tecdata
from tecdata.errors import SpecError
from tecdata.mapping.sharing import share_plan
from tecdata.spec import load_centre


@pytest.fixture
def study(tmp_path: Path, repository: Path) -> Path:
    for name in ("specs", "mappings", "sample_exports"):
        shutil.copytree(repository / name, tmp_path / name)
    return tmp_path


def test_the_five_centres_can_be_shared_out(repository: Path) -> None:
    for path in sorted((repository / "mappings").iterdir()):
        mapping = load_centre(path)
        plan = share_plan(mapping)
        assert plan.problems == []
        assert {*plan.subjects, *plan.copied} == set(mapping.source.tables)
    assert share_plan(load_centre(repository / "mappings" / "berlin")).copied == ("ranges",)


def test_a_table_with_two_subject_columns_is_named_with_its_line(study: Path) -> None:
    path = study / "mappings" / "hamburg" / "lb.yaml"
    text = path.read_text()
    first = text.split("blocks:\n", 1)[1].replace("subject: ", "subject: other ", 1)
    first = first.replace("- name: ", "- name: again ", 1)
    path.write_text(text + first)
    line = (
        1
        + text.count("\n")
        + next(i for i, row in enumerate(first.splitlines()) if "subject:" in row)
    )
    with pytest.raises(SpecError, match="subject: other blocks find the subjects") as caught:
        tecdata.open_study(study, engine="spark").map(centres=["hamburg"])
    assert f"lb.yaml:{line}: blocks[" in str(caught.value)
    assert str(caught.value).endswith("or choose --engine polars or pandas")


def test_a_join_to_other_subjects_rows_is_refused_for_spark_alone(study: Path) -> None:
    path = study / "mappings" / "tuebingen" / "mh.yaml"
    path.write_text(path.read_text().replace("on: {pat_id: pat_id}", "on: {diagnose: diagnose}"))
    line = next(i for i, row in enumerate(path.read_text().splitlines(), 1) if "join:" in row)
    with pytest.raises(SpecError, match="may be another subject's; engine spark") as caught:
        tecdata.open_study(study, engine="spark").map(centres=["tuebingen"])
    assert f"mh.yaml:{line}: blocks[0].join[0]: table 'baseline'" in str(caught.value)


def test_a_list_that_belongs_to_nobody_says_so(study: Path) -> None:
    path = study / "mappings" / "berlin" / "lb.yaml"
    path.write_text(path.read_text().replace("        reference: true\n", "", 1))
    with pytest.raises(SpecError, match=r"lb.yaml:\d+: .*say reference: true of a list"):
        tecdata.open_study(study, engine="spark").map(centres=["berlin"])


def test_an_unknown_engine_is_refused(repository: Path) -> None:
    with pytest.raises(
        tecdata.UsageError, match="no engine 'dask'; allowed: polars, pandas, spark"
    ):
        tecdata.open_study(repository, engine="dask")  # type: ignore[arg-type]
