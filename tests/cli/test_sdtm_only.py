"""``tecdata run --sdtm-only``: the SDTM datasets of the whole job, and nothing after them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from tecdata.cli.errors import guarded
from tecdata.cli.main import cli

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.usefixtures("sample_run")
def test_it_writes_the_datasets_of_the_whole_job_and_drops_what_stood_beside_them(
    sample_out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    shutil.copytree(sample_out, out)
    assert guarded(cli, ["run", str(REPOSITORY), "--out", str(out), "--sdtm-only"]) == 0
    printed = capsys.readouterr().out
    assert "Analysis records" not in printed
    assert printed.endswith(f"Written to {out}: 25 SDTM datasets; see validation/findings.csv\n")
    written = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert {name.partition("/")[0] for name in written} >= {"sdtm", "trace", "validation"}
    assert not [n for n in written if n.startswith(("adam", "define", "guides", "sdtm/json"))]
    assert "validation/report.html" not in written
    datasets = sorted(n for n in written if n.startswith(("sdtm/", "trace/")))
    assert len(datasets) == 25 * 3
    for name in datasets:
        assert (out / name).read_bytes() == (sample_out / name).read_bytes(), name
    checks = pl.read_parquet(out / "validation/findings.parquet")["check"].unique().to_list()
    assert "validate.codelist" in checks
    assert not [check for check in checks if check.startswith(("suite.", "derive."))]
    assert guarded(cli, ["verify", str(out)]) == 0


@pytest.mark.parametrize(
    ("option", "named"),
    [(["--suites", "gx"], "--suites"), (["--format", "json"], "--format")],
)
def test_an_option_that_has_no_part_in_it_is_refused(
    option: list[str], named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["run", str(REPOSITORY), "--out", str(tmp_path / "out"), "--sdtm-only"]
    assert guarded(cli, [*command, *option]) == 2
    assert capsys.readouterr().err == (
        f"UsageError: --sdtm-only writes the SDTM datasets and no more, {named} has no part in it. "
        f"Leave out {named}, or --sdtm-only\n"
    )
    assert not (tmp_path / "out").exists()


def test_it_leaves_the_history_alone_and_tells_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = tmp_path / "study"
    for name in ("specs", "mappings", "sample_exports"):
        shutil.copytree(REPOSITORY / name, study / name)
    command = ["run", str(study), "--out", str(tmp_path / "out"), "--sdtm-only", "--json"]
    assert guarded(cli, [*command, "--centre", "tuebingen"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["datasets"]["DM"] == 1
    assert told["adam"] == {}
    assert not (study / "history.sqlite").exists()
