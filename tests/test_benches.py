"""The benches of the README run: few records, one round, and what they compare is equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from tests.bench import (
    bench_growth,
    bench_mapping,
    bench_reading,
    bench_start,
    bench_structure,
    bench_xpt,
)

from tecdata.export.xpt_shape import count_records

if TYPE_CHECKING:
    from pathlib import Path


def test_mapping_beside_a_bare_script(capsys: pytest.CaptureFixture[str]) -> None:
    ratios = bench_mapping.measure(2_500, pandas=True, rounds=1)
    assert {"tecdata polars, --DY and --SEQ", "tecdata pandas, --DY and --SEQ"} <= ratios.keys()
    assert "2500 records" in capsys.readouterr().out


def test_guarded_reading_beside_bare_parsers(capsys: pytest.CaptureFixture[str]) -> None:
    ratios = bench_reading.measure(40, openpyxl=True, rounds=1)
    assert list(ratios) == ["calamine", "tecdata", "openpyxl"]
    assert "40 x 20 cells" in capsys.readouterr().out


def test_structure_beside_a_pass_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    ratios = bench_structure.measure(3_000, rounds=1)
    assert ratios["one Polars pass by hand"] == 1
    assert "3000 x 20" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["tecdata", "pyreadstat"])
def test_transport_files(name: str, tmp_path: Path) -> None:
    path = tmp_path / "lb.xpt"
    bench_xpt.WRITERS[name](bench_xpt.frame(600), path)
    assert count_records(path) == 600


def test_growth_share_by_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_growth, "SHARE", 1_000)
    clock = bench_growth.Clock()
    assert bench_growth.stream(2_500, tmp_path, clock) == 2_500
    assert list(clock.seconds) == ["map", "harmonise", "check", "write"]
    assert count_records(tmp_path / "lb.xpt") == 2_500
    written = pl.read_parquet(tmp_path / "records.parquet")
    assert written.equals(written.sort("USUBJID", "LBTESTCD", "LBSPEC", "LBDTC", "LBSEQ"))
    assert written.group_by("USUBJID").agg(pl.col("LBSEQ").max())["LBSEQ"].to_list() == [250] * 10


def test_help_imports_nothing_heavy() -> None:
    assert bench_start.imported_by_help() == []
