from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

import tecdata
from tecdata.errors import ExportError
from tecdata.export import self_test, write_mapped

if TYPE_CHECKING:
    from pathlib import Path


def test_a_sound_installation_passes_its_own_test(tmp_path: Path) -> None:
    self_test(tmp_path)
    assert (tmp_path / "lb.xpt").stat().st_size % 80 == 0


def test_a_writer_that_loses_a_value_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tecdata.export import installation, write_xpt

    def lossy(path: Path, table: pl.DataFrame, *rest: object) -> None:
        write_xpt(path, table.with_columns(LBSTRESN=pl.lit(7.0)), *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(installation, "write_xpt", lossy)
    with pytest.raises(ExportError, match="LBSTRESN"):
        self_test(tmp_path)


def test_mapped_records_are_written_with_their_provenance(repository: Path, tmp_path: Path) -> None:
    (run,) = tecdata.open_study(repository).map(centres=["tuebingen"])
    paths = write_mapped(run.datasets, tmp_path / "mapped")
    assert (tmp_path / "mapped" / "ex.parquet") in paths
    frame = pl.read_parquet(tmp_path / "mapped" / "ex.parquet")
    assert {"EXDOSE", "_block", "_row", "_subject"} <= set(frame.columns)
    assert len(frame) == len(run.datasets["EX"])
