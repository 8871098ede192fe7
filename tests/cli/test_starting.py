"""The second process of a small study: when there is one, and that what is written does not tell."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tecdata.aside import aside
from tecdata.cli import starting
from tecdata.sandbox import parsers

REPOSITORY = Path(__file__).parents[2]

#: The processors there are, before a fixture says that there is one.
ALL = starting.cores()

#: Runs a command with as many processors as it says, and tells whether work went aside.
RUN = """
import json, sys
from tecdata.aside import aside
from tecdata.cli import starting
cores, told, *command = sys.argv[1:]
starting.cores = lambda: int(cores)
kinds = []
send = aside()._send
def counted(function, args):
    kinds.append(function.__name__)
    return send(function, args)
aside()._send = counted
from tecdata.cli.errors import guarded
from tecdata.cli.main import cli
code = guarded(cli, command)
open(told, "w").write(json.dumps([code, kinds]))
"""


def run(cores: int, folder: Path, *command: str) -> tuple[int, list[str], str]:
    """Exit code, the functions run aside, and what was printed."""
    told = folder / f"told-{cores}.json"
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(cores), str(told), *command],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY / "src")},
    )
    assert done.returncode == 0, done.stderr
    code, kinds = json.loads(told.read_text())
    return code, kinds, done.stdout + done.stderr


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder by their paths."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A copy of the study folder."""
    folder = tmp_path / "study"
    for name in ("specs", "mappings", "sample_exports"):
        shutil.copytree(REPOSITORY / name, folder / name)
    return folder


@pytest.mark.parametrize("only", [[], ["--sdtm-only"]])
def test_a_run_with_a_second_process_writes_what_one_without_writes(
    only: list[str], tmp_path: Path, study: Path
) -> None:
    written, printed = [], []
    for cores in (1, 2):
        out = tmp_path / "out"
        options = [*only] if only else ["--no-history"]
        code, kinds, said = run(cores, tmp_path, "run", str(study), "--out", str(out), *options)
        assert code == 0
        aside_of_one = {"_map", "_check", "_write_xpt_file", "_describe"}
        assert (set(kinds) & aside_of_one == aside_of_one) is (cores == 2), kinds
        written.append(files(out))
        printed.append(said)
        shutil.rmtree(out)
    assert written[0].keys() == written[1].keys()
    assert [name for name, content in written[0].items() if written[1][name] != content] == []
    assert printed[0] == printed[1]


def test_what_goes_wrong_is_told_alike(tmp_path: Path, study: Path) -> None:
    rules = study / "mappings" / "heidelberg" / "lb.yaml"
    # A column that is not there: the mapping does not fit; and a file cut off.
    rules.write_text(rules.read_text().replace("pat_id", "patient_no"))
    cut = study / "sample_exports" / "tuebingen" / "labor_tue.ods"
    cut.write_bytes(cut.read_bytes()[:2000])
    outcomes = []
    for cores in (1, 2):
        for option in ([], ["--keep-going"]):
            out = tmp_path / "out"
            code, _, said = run(
                cores, tmp_path, "run", str(study), "--out", str(out), "--no-history", *option
            )
            outcomes.append((cores, option, code, said, files(out)))
            shutil.rmtree(out, ignore_errors=True)
    assert [code for _, _, code, _, _ in outcomes] == [2] * 4
    for one, two in zip(outcomes[:2], outcomes[2:], strict=True):
        assert one[1:] == two[1:]
    assert "heidelberg" in outcomes[1][3]
    assert "tuebingen" in outcomes[1][3]


@pytest.mark.parametrize(
    ("cores", "size", "second"), [(1, 10, False), (2, 10, True), (2, starting.SMALL + 1, False)]
)
def test_a_small_study_on_several_cores_has_one(
    cores: int, size: int, second: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "cores", lambda: cores)
    (tmp_path / "mappings" / "north").mkdir(parents=True)
    (tmp_path / "mappings" / "north" / "source.yaml").write_text("folder: data/north\n")
    (tmp_path / "data" / "north").mkdir(parents=True)
    with (tmp_path / "data" / "north" / "labs.sav").open("wb") as stream:
        stream.truncate(size)
    warmed: list[Any] = []
    monkeypatch.setattr(parsers(), "start", lambda warm=(): warmed.append(list(warm)))
    try:
        starting.get_ready(tmp_path)
        assert aside().running is second
    finally:
        aside().close()
    assert warmed == [[], ["pyreadstat"]]


@pytest.mark.parametrize("text", ["folder: [a]\n", "folder: nowhere\n", "- 1\n", "a: b: c\n", ""])
def test_what_is_wrong_with_a_mapping_is_not_told_here(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mappings" / "north").mkdir(parents=True)
    (tmp_path / "mappings" / "north" / "source.yaml").write_text(text)
    starting.get_ready(tmp_path)
    starting.get_ready(tmp_path / "gone")
    assert capsys.readouterr() == ("", "")


def test_polars_has_one_thread_where_there_is_a_second_process(tmp_path: Path) -> None:
    ask = (
        "import sys; from pathlib import Path; from tecdata.cli import starting; "
        "starting.cores = lambda: int(sys.argv[1]); starting.get_ready(Path('.')); "
        "import polars; print(polars.thread_pool_size())"
    )
    sizes = {}
    for cores in (1, 2):
        environment = {k: v for k, v in os.environ.items() if k != "POLARS_MAX_THREADS"}
        done = subprocess.run(
            [sys.executable, "-c", ask, str(cores)],
            capture_output=True,
            text=True,
            check=True,
            cwd=tmp_path,
            env=environment | {"PYTHONPATH": str(REPOSITORY / "src")},
        )
        sizes[cores] = int(done.stdout)
    assert sizes[2] == 1
    assert sizes[1] == ALL


@pytest.mark.parametrize(
    ("opening", "may"),
    [
        ({"engine": "polars", "from_landing": None}, True),
        ({"engine": "pandas", "from_landing": None}, True),
        ({"engine": "spark", "from_landing": None}, False),
        ({"engine": "polars", "from_landing": Path("landing")}, False),
    ],
)
def test_what_is_read_from_a_landing_or_on_spark_is_not_shared(
    opening: dict[str, Any], may: bool
) -> None:
    assert starting.shared(opening) is may
