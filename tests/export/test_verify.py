"""Every truncation and every flipped byte of an output is found."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.made_specs import events, small_specs

from tecdata.errors import UsageError
from tecdata.export import (
    Difference,
    build_manifest,
    output_lock,
    staged_output,
    verify_output,
    write_findings,
    write_manifest,
    write_study,
)
from tecdata.export.digests import column_digests


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("verify") / "out"
    specs = small_specs()
    data = events({"AETERM": "Headache"}, {"AETEMP": None}, {"AETEMP": 0.1}, {"AETERM": "Fever"})
    with staged_output(out) as folder:
        findings = write_study({"AE": data}, specs, folder)
        write_findings(findings, folder)
        manifest = build_manifest(inputs=[], specs=specs, out=folder, findings=findings)
        write_manifest(manifest, folder)
    return out


@pytest.fixture
def out(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "out")
    return tmp_path / "out"


def files(out: Path) -> list[Path]:
    return sorted(p for p in out.rglob("*") if p.is_file())


def test_an_output_as_it_was_written_passes(out: Path) -> None:
    assert len(files(out)) >= 6
    assert verify_output(out) == ()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.999])
def test_every_truncation_is_found(out: Path, share: float) -> None:
    for path in files(out):
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])
        assert path.relative_to(out).as_posix() in {d.path for d in verify_output(out)}
        path.write_bytes(content)
    assert verify_output(out) == ()


def test_every_flipped_byte_is_found(out: Path) -> None:
    generator = random.Random(20250728)  # noqa: S311 - damage, not secrets
    for path in files(out):
        content = path.read_bytes()
        for _ in range(40):
            damaged = bytearray(content)
            damaged[generator.randrange(len(content))] ^= 1 << generator.randrange(8)
            path.write_bytes(damaged)
            assert path.relative_to(out).as_posix() in {d.path for d in verify_output(out)}
        path.write_bytes(content)


def test_what_differs_is_named(out: Path) -> None:
    path = out / "sdtm/parquet/ae.parquet"
    frame = pl.read_parquet(path)
    frame.with_columns(AESEV=pl.lit("SEVERE")).write_parquet(path)
    told = verify_output(out)
    assert {d.path for d in told} == {"sdtm/parquet/ae.parquet"}
    assert told[-1].what == "other values in AESEV"
    xpt = out / "sdtm/xpt/ae.xpt"
    xpt.write_bytes(xpt.read_bytes() + b"x" * 160)
    whats = [d.what for d in verify_output(out) if d.path == "sdtm/xpt/ae.xpt"]
    assert whats[0].startswith("it has ")
    assert len(whats) == 2
    (out / "trace/ae.parquet").unlink()
    (out / "sdtm/own.txt").write_text("x")
    told = verify_output(out)
    assert Difference("trace/ae.parquet", "it is missing") in told
    assert Difference("sdtm/own.txt", "the manifest does not know it") in told


@pytest.mark.parametrize("text", ["", "{", "[]", '{"outputs": [1]}', '{"outputs": []}'])
def test_a_manifest_that_is_none_is_told(out: Path, text: str) -> None:
    (out / "manifest.json").write_text(text)
    assert [d.path for d in verify_output(out)] == ["manifest.json"]


def test_a_manifest_written_anew_by_hand_is_told(out: Path) -> None:
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["outputs"].pop()
    (out / "manifest.json").write_text(json.dumps(manifest, sort_keys=True, indent=2) + "\n")
    told = verify_output(out)
    assert told == (Difference("manifest.json", "it was changed after it was written"),)


def test_no_output_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the folder does not exist"):
        verify_output(tmp_path / "none")
    with pytest.raises(UsageError, match=r"there is no manifest.json"):
        verify_output(tmp_path)


@given(st.lists(st.none() | st.text(max_size=4), max_size=12), st.data())
def test_columns_of_other_values_have_other_digests(
    values: list[str | None], data: st.DataObject
) -> None:
    other = data.draw(st.lists(st.none() | st.text(max_size=4), max_size=12))
    frames = [pl.DataFrame({"A": pl.Series(v, dtype=pl.String)}) for v in (values, other)]
    one, two = (column_digests(frame)["A"] for frame in frames)
    assert (one == two) == (values == other)


WAITING = """
import sys
from pathlib import Path
from tecdata.export import output_lock
with output_lock(Path(sys.argv[1])):
    print("locked", flush=True)
    sys.stdin.read()
"""


def test_a_second_run_over_the_same_folder_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    other = subprocess.Popen(
        [sys.executable, "-c", WAITING, str(out)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        with pytest.raises(UsageError) as caught, output_lock(out):
            raise AssertionError("never")
        assert str(caught.value) == (
            f"{out}: another run is writing to this folder. Wait until it has ended, or name "
            "another folder with --out"
        )
        # A killed run keeps nobody out.
        other.kill()
    with output_lock(out):
        assert [p.name for p in out.iterdir()] == [".tecdata-lock"]
        assert out.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [tmp_path / "deep"]


def test_nested_columns_have_digests_too() -> None:
    frame = pl.DataFrame({"A": [[{"a": "x"}], None, []], "B": [[1], [2], [3]]})
    other = frame.with_columns(A=frame["A"].reverse())
    one, two = column_digests(frame), column_digests(other)
    assert one["A"] != two["A"]
    assert one["B"] == two["B"]
