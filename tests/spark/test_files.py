"""What Spark writes of a study, piece by piece, is what one machine writes of it at one go."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pyreadstat
import pytest

import tecdata
from tecdata.export import verify_output, write_study

if TYPE_CHECKING:
    from tecdata.finding import Finding

LIMIT = 40_000


def table(path: Path) -> pl.DataFrame:
    """A Parquet file, or a folder of files that follow each other."""
    return pl.read_parquet(sorted(path.glob("*.parquet")) if path.is_dir() else path)


def records(files: list[Path]) -> list[tuple[Any, ...]]:
    """The records of transport files, one file after the other."""
    rows: list[tuple[Any, ...]] = []
    for path in files:
        data, _ = pyreadstat.read_xport(str(path), output_format="dict", encoding="UTF-8")
        rows += zip(*data.values(), strict=True)
    return [tuple(None if v != v else v for v in row) for row in rows]


def about_files(findings: Any) -> list[Finding]:
    return sorted((f for f in findings if f.check.startswith("export.")), key=repr)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("session")
def test_what_spark_writes_is_what_one_machine_writes(repository: Path, tmp_path: Path) -> None:
    from tecdata.clustered_files import write_sdtm

    one = tecdata.open_study(repository, landing=tmp_path / "landing")
    study = one.specs.study.model_copy(update={"xpt_limit": LIMIT})
    specs = dataclasses.replace(one.specs, study=study)
    datasets = one.harmonise(centres=["hamburg", "tuebingen"])
    reported = write_study(datasets, specs, tmp_path / "one")
    many = tecdata.open_study(repository, engine="spark", from_landing=tmp_path / "landing")
    out = tmp_path / "many"
    made = write_sdtm(
        many.folder,
        specs,
        out,
        names=["hamburg", "tuebingen"],
        findings=many.findings,
        landing=many.landing,
    )
    assert made.records == {name: len(dataset) for name, dataset in datasets.items()}
    assert made.files["LB"] > 1
    for name in datasets:
        for room in ("sdtm/parquet", "trace"):
            file = f"{room}/{name.lower()}.parquet"
            assert table(out / file).equals(table(tmp_path / "one" / file)), file
        stem = name.lower()
        parts = (
            [stem]
            if made.files[name] == 1
            else [f"{stem}{number}" for number in range(1, made.files[name] + 1)]
        )
        mine = [out / "sdtm" / "xpt" / f"{part}.xpt" for part in parts]
        theirs = [tmp_path / "one" / "sdtm" / "xpt" / f"{part}.xpt" for part in parts]
        assert records(mine) == records(theirs)
        assert [p.read_bytes() for p in mine] == [p.read_bytes() for p in theirs], name
        assert all(path.stat().st_size <= LIMIT for path in mine)
    assert about_files(made.run.findings) == about_files(reported)
    assert verify_output(out) == ()
    assert {path.name for path in out.iterdir()} == {"manifest.json", "sdtm", "trace", "validation"}


def test_shares_of_a_transport_file_are_cut_where_it_ends(
    sample_specs: Any, tmp_path: Path
) -> None:
    from tecdata.export import xpt_parts

    spec = sample_specs.domains["VS"]
    lengths = {"USUBJID": 10, "VSTESTCD": 6}
    parts, notices = xpt_parts("VS", spec, list(lengths), 250, lengths, 2900, tmp_path)
    assert [(part.start, part.stop) for part in parts] == [(0, 101), (101, 202), (202, 250)]
    assert [part.path.name for part in parts] == ["vs1.xpt", "vs2.xpt", "vs3.xpt"]
    assert [finding.check for finding in notices] == ["export.in_parts"]
    assert [part.within(90, 120) for part in parts] == [(0, 11), (11, 101), (112, 8)]
    assert [part.within(0, 50) for part in parts] == [(0, 50), (101, 0), (202, 0)]
