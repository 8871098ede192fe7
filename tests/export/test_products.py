from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tecdata.cli.errors import guarded
from tecdata.cli.main import cli
from tecdata.export import drop_stale, record_products, verify_output
from tecdata.export.products import PRODUCTS, product_differences


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    (folder / "tables").mkdir(parents=True)
    (folder / "tables" / "one.csv").write_text("1\n")
    (folder / "tables" / "two.csv").write_text("2\n")
    run_is("first", folder)
    record_products(folder, sorted((folder / "tables").iterdir()))
    return folder


def run_is(name: str, folder: Path) -> None:
    (folder / "manifest.json").write_text(json.dumps({"manifest_sha256": name}))


def test_products_of_the_run_stay(out: Path) -> None:
    assert drop_stale(out) == ()
    assert list(product_differences(out)) == []
    assert len(list((out / "tables").iterdir())) == 2


def test_products_of_another_run_go_and_take_their_folder_with_them(out: Path) -> None:
    run_is("second", out)
    assert [what for _, what in product_differences(out)] == [
        "it was made from another run; make it again: tecdata report"
    ] * 2
    assert drop_stale(out) == ("tables/one.csv", "tables/two.csv")
    assert not (out / "tables").exists()
    assert not (out / PRODUCTS).exists()


def test_a_file_that_was_edited_is_never_removed(out: Path) -> None:
    (out / "tables" / "one.csv").write_text("1 and a remark\n")
    run_is("second", out)
    assert drop_stale(out) == ("tables/two.csv",)
    assert (out / "tables" / "one.csv").read_text() == "1 and a remark\n"
    assert list(product_differences(out)) == [
        ("tables/one.csv", "its bytes differ from what was written (SHA-256)")
    ]


def test_making_one_again_forgets_those_that_are_gone(out: Path) -> None:
    (out / "tables" / "one.csv").unlink()
    assert list(product_differences(out)) == [("tables/one.csv", "it is missing")]
    record_products(out, [out / "tables" / "two.csv"])
    assert list(product_differences(out)) == []


@pytest.mark.parametrize(
    "text", ["", "[]", '{"files": []}', '{"files": {"../../secret": {"sha256": "x"}}}']
)
def test_a_damaged_list_removes_nothing(out: Path, text: str) -> None:
    (out / PRODUCTS).write_text(text)
    run_is("second", out)
    assert drop_stale(out) == ()
    assert (out / "tables" / "one.csv").exists()


def test_a_run_over_other_data_takes_the_old_tables_away(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = tmp_path / "study"
    for part in ("specs", "mappings/heidelberg", "sample_exports/heidelberg"):
        shutil.copytree(repository / part, study / part)
    arguments = [str(study), "--out", str(tmp_path / "out")]
    guarded(cli, ["run", *arguments, "--no-history"])
    assert guarded(cli, ["tables", *arguments]) == 0
    assert verify_output(tmp_path / "out") == ()
    capsys.readouterr()
    guarded(cli, ["run", *arguments, "--no-history", "--json"])
    assert json.loads(capsys.readouterr().out)["dropped"] == []
    (study / "specs" / "study.yaml").write_text(
        (study / "specs" / "study.yaml").read_text("utf-8").replace("study: ", "study: X", 1)
    )
    guarded(cli, ["run", *arguments, "--no-history"])
    assert "made from the run before (tables). Make them again: tecdata report" in (
        capsys.readouterr().out
    )
    assert not (tmp_path / "out" / "tables").exists()
