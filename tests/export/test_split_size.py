"""Transport files above the size limit are written in parts, and the define names them."""

from __future__ import annotations

import dataclasses
import datetime
import functools
from pathlib import Path

import polars as pl
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from tests.conftest import REPOSITORY

from tecdata.dataset import Dataset
from tecdata.errors import ExportError
from tecdata.export import XptVariable, XptWriter, write_study
from tecdata.export.split_size import split_by_size
from tecdata.export.xpt_shape import count_records
from tecdata.spec import DomainSpec, Specs, load_specs


@pytest.fixture(scope="module")
def specs() -> Specs:
    return load_specs(REPOSITORY / "specs")


def limited(specs: Specs, limit: int) -> Specs:
    return dataclasses.replace(specs, study=specs.study.model_copy(update={"xpt_limit": limit}))


def visits(specs: Specs, records: int) -> Dataset:
    table = pl.DataFrame(
        {
            "STUDYID": ["T"] * records,
            "DOMAIN": ["VS"] * records,
            "USUBJID": [f"T-{n:06}" for n in range(records)],
            "VSSEQ": [1] * records,
            "VSTESTCD": ["WEIGHT"] * records,
            "VSTEST": ["Weight"] * records,
            "VSORRES": [str(50 + n % 40) for n in range(records)],
            "VSSTRESN": [50.0 + n % 40 for n in range(records)],
            "VSDTC": ["2024-03-01"] * records,
        }
    )
    return Dataset.of(table, specs.domains["VS"])


def test_parts_make_up_the_whole_and_are_described(specs: Specs, tmp_path: Path) -> None:
    findings = write_study({"VS": visits(specs, 500)}, limited(specs, 12_000), tmp_path)
    notice = next(f for f in findings if f.check == "export.in_parts")
    files = sorted((tmp_path / "sdtm" / "xpt").glob("*.xpt"), key=lambda p: int(p.stem[2:]))
    assert len(files) > 2
    assert f"in {len(files)} parts, VS1, VS2" in notice.message
    assert max(p.stat().st_size for p in files) <= 12_000
    parts = [pyreadstat.read_xport(str(p), output_format="dict")[0] for p in files]
    subjects = [v for part in parts for v in part["USUBJID"]]
    whole = pl.read_parquet(tmp_path / "sdtm" / "parquet" / "vs.parquet")
    assert subjects == whole["USUBJID"].to_list()
    assert {v for part in parts for v in part["DOMAIN"]} == {"VS"}
    root = etree.parse(str(tmp_path / "define" / "define.xml")).getroot()
    groups = root.findall(".//{*}ItemGroupDef")
    assert sorted(g.get("Name", "") for g in groups) == sorted(p.stem.upper() for p in files)
    assert {g.get("Domain") for g in groups} == {"VS"}


def test_nothing_is_split_below_the_limit(specs: Specs, tmp_path: Path) -> None:
    findings = write_study({"VS": visits(specs, 50)}, specs, tmp_path)
    assert [p.name for p in (tmp_path / "sdtm" / "xpt").iterdir()] == ["vs.xpt"]
    assert not [f for f in findings if f.check == "export.in_parts"]


@functools.cache
def vital_signs() -> DomainSpec:
    return load_specs(REPOSITORY / "specs").domains["VS"]


@given(records=st.integers(1, 400), limit=st.integers(3000, 40_000))
def test_every_record_is_in_one_part_and_in_order(records: int, limit: int) -> None:
    spec = vital_signs()
    table = pl.DataFrame({"USUBJID": [f"{n:09}" for n in range(records)]})
    tables, lengths, findings = split_by_size({"VS": (spec, table)}, {"VS": {"USUBJID": 9}}, limit)
    joined = pl.concat(part for _, part in tables.values())
    assert joined.equals(table)
    assert tables.keys() == lengths.keys()
    assert len(findings) == (len(tables) > 1)


def test_ten_million_records_are_appended_in_parts_and_counted(tmp_path: Path) -> None:
    part = pl.DataFrame({"KEY": ["abcdefgh"] * 500_000, "N": pl.int_range(500_000, eager=True)})
    variables = [XptVariable("KEY", length=8), XptVariable("N", numeric=True)]
    path = tmp_path / "lb.xpt"
    moment = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
    with XptWriter(path, variables, "Laboratory", moment) as writer:
        for _ in range(20):
            writer.append(part)
    assert writer.rows == count_records(path) == 10_000_000
    # The end of it, behind its own header: a reader takes long for the whole.
    with path.open("rb") as stream:
        head = stream.read(path.stat().st_size - 16 * 10_000_000)
        stream.seek(-80, 2)
        (tmp_path / "end.xpt").write_bytes(head + stream.read())
    last, _ = pyreadstat.read_xport(str(tmp_path / "end.xpt"), output_format="dict")
    assert last == {"KEY": ["abcdefgh"] * 5, "N": [499_995.0 + n for n in range(5)]}
    spec = vital_signs()
    table = pl.DataFrame({"USUBJID": pl.int_range(10_000_000, eager=True).cast(pl.String)})
    # 5,000 bytes for each of the records, as FDA's limit of 5 GB has them in full size.
    tables, _, _ = split_by_size({"VS": (spec, table)}, {"VS": {"USUBJID": 5000}}, 5_000_000_000)
    assert len(tables) == 11
    assert sum(part.height for _, part in tables.values()) == 10_000_000


def test_a_limit_that_holds_nothing_is_refused(specs: Specs) -> None:
    table = pl.DataFrame({"USUBJID": ["x" * 100] * 200})
    with pytest.raises(ExportError, match="not one record"):
        split_by_size({"VS": (specs.domains["VS"], table)}, {"VS": {"USUBJID": 100}}, 1100)
    with pytest.raises(ExportError, match="would take 200 files"):
        split_by_size({"VS": (specs.domains["VS"], table)}, {"VS": {"USUBJID": 100}}, 1250)
