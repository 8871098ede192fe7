from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pyreadstat
import pytest
from tests.derive.made_study import sdtm, shipped_specs

from tecdata.derive import derive_study
from tecdata.errors import ExportError
from tecdata.export import XptVariable, write_adam, write_xpt
from tecdata.finding import Findings

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun


def test_dates_are_days_since_1960_with_a_format_and_dates_in_parquet(tmp_path: Path) -> None:
    data = sdtm(
        DM=[{"USUBJID": "1"}, {"USUBJID": "2"}],
        EX=[{"USUBJID": "1", "EXDOSE": 3.0, "EXSTDTC": "2024-02-29"}],
    )
    adam = derive_study(data, shipped_specs(), Findings(), ["adsl"])
    assert write_adam(adam, shipped_specs(), tmp_path) == []
    files = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file())
    files = [name for name in files if not name.startswith("define/") and "/json/" not in name]
    assert files == ["adam/parquet/adsl.parquet", "adam/xpt/adsl.xpt"]
    first = pl.read_parquet(tmp_path / files[0])["TRTSDT"].to_list()
    assert first == [datetime.date(2024, 2, 29), None]
    path = str(tmp_path / files[1])
    raw, meta = pyreadstat.read_xport(
        path, output_format="dict", encoding="UTF-8", disable_datetime_conversion=True
    )
    days = (datetime.date(2024, 2, 29) - datetime.date(1960, 1, 1)).days
    assert raw["TRTSDT"] == [days, None]
    assert meta.original_variable_types["TRTSDT"] == "DATE9"
    assert meta.original_variable_types["AGE"] is None
    shown, _ = pyreadstat.read_xport(path, output_format="dict", encoding="UTF-8")
    assert shown["TRTSDT"] == first


def test_the_main_job_writes_them(sample_run: StudyRun, sample_out: Path) -> None:
    assert next(iter(sample_run.adam)) == "ADSL"
    for name, dataset in sample_run.adam.items():
        table = pl.read_parquet(sample_out / "adam" / "parquet" / f"{name.lower()}.parquet")
        assert table.height == len(dataset)
        assert (sample_out / "adam" / "xpt" / f"{name.lower()}.xpt").is_file()
    manifest = (sample_out / "manifest.json").read_text("utf-8")
    assert '"adam/xpt/adsl.xpt"' in manifest


@pytest.mark.parametrize("text", ["DATE", "date9.", "DATE999.", "DATE9.99"])
def test_a_format_sas_does_not_know_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="the display format is"):
        write_xpt(
            tmp_path / "a.xpt",
            pl.DataFrame({"A": [1]}),
            [XptVariable("A", numeric=True, format=text)],
            "",
            datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
        )
