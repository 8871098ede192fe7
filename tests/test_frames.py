"""Frames in place of files: what goes in as pandas comes out as pandas, and nothing is different."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import tecdata
from tecdata.errors import UsageError
from tecdata.finding import Findings

CENTRE = "hamburg"
FILES = {
    "patients": "HH_Patienten.csv",
    "doses": "HH_Gaben.csv",
    "labs": "HH_Labor.csv",
    "events": "HH_UE.csv",
    "scores": "HH_Scores.csv",
    "medications": "HH_Medikation.csv",
}
KINDS: Mapping[str, tuple[type, Callable[[pl.DataFrame], Any]]] = {
    "pandas": (pd.DataFrame, lambda frame: frame.to_pandas()),
    "polars": (pl.DataFrame, lambda frame: frame),
    "pyarrow": (pa.Table, lambda frame: frame.to_arrow(compat_level=pl.CompatLevel.oldest())),
}
#: A record keeps the name of the file it came from, which for a frame is the table's name.
SOURCE = ("_block", "_row", "_column", "_part")


@pytest.fixture(scope="module")
def tables(repository: Path) -> dict[str, pl.DataFrame]:
    """A centre's files as any program would read them: every cell as text."""
    folder = repository / "sample_exports" / CENTRE
    return {
        name: pl.read_csv(
            (folder / file).read_text("cp1252").encode(),
            separator=";",
            skip_rows=1,
            infer_schema=False,
        )
        for name, file in FILES.items()
    }


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> tecdata.Study:
    folder = tmp_path_factory.mktemp("frames")
    shutil.copytree(repository / "specs", folder / "specs")
    shutil.copytree(repository / "mappings" / CENTRE, folder / "mappings" / CENTRE)
    shutil.copytree(repository / "sample_exports" / CENTRE, folder / "sample_exports" / CENTRE)
    return tecdata.open_study(folder)


def records(frame: Any) -> list[tuple[Any, ...]]:
    """The rows of any kind of frame, with None for a missing value."""
    if isinstance(frame, pd.DataFrame):
        frame = pl.from_pandas(frame)
    elif isinstance(frame, pa.Table):
        frame = pl.DataFrame(frame)
    return [tuple(row) for row in frame.rows()]


@pytest.mark.parametrize("kind", KINDS)
def test_mapped_frames_are_of_the_kind_that_went_in(
    kind: str, tables: dict[str, pl.DataFrame], study: tecdata.Study
) -> None:
    wanted, make = KINDS[kind]
    frames = {name: make(table) for name, table in tables.items()}
    findings = Findings()
    made = tecdata.map_frames(
        frames, study.folder / "mappings" / CENTRE, study.folder / "specs", findings
    )
    assert {type(frame) for frame in made.values()} == {wanted}
    (run,) = study.map()
    assert made.keys() == run.datasets.keys()
    for name, dataset in run.datasets.items():
        theirs = dataset.frame.to_polars()
        mine = made[name]
        kept = [column for column in theirs.columns if column not in SOURCE]
        columns = mine.column_names if isinstance(mine, pa.Table) else list(mine.columns)
        assert columns == theirs.columns
        chosen = mine.select(kept) if isinstance(mine, pl.DataFrame | pa.Table) else mine[kept]
        assert records(chosen) == records(theirs.select(kept)), name
    assert [f.message for f in findings if f.status == "failed"] == []
    # What the caller holds is as it was.
    assert all(records(frames[name]) == table.rows() for name, table in tables.items())


@pytest.mark.parametrize("kind", KINDS)
def test_harmonised_datasets_are_kept_as_the_kind_that_went_in(
    kind: str, tables: dict[str, pl.DataFrame], study: tecdata.Study
) -> None:
    wanted, make = KINDS[kind]
    made = study.harmonise(frames={CENTRE: {name: make(t) for name, t in tables.items()}})
    assert {type(dataset.to_native()) for dataset in made.values()} == {wanted}
    from_files = study.harmonise()
    assert made.keys() == from_files.keys()
    for name, dataset in from_files.items():
        assert records(made[name].to_native()) == records(dataset.to_polars()), name


def test_numbers_and_dates_may_be_typed(
    tables: dict[str, pl.DataFrame], study: tecdata.Study
) -> None:
    mapping, specs = study.folder / "mappings" / CENTRE, study.folder / "specs"
    before = tecdata.map_frames(tables, mapping, specs)["EX"]
    doses = tables["doses"].to_pandas()
    name = next(c for c in doses.columns if "mg" in c and "kg" not in c)
    doses[name] = doses[name].str.replace(",", ".").astype(float)
    frames = {n: t.to_pandas() for n, t in tables.items()} | {"doses": doses}
    after = pl.from_pandas(tecdata.map_frames(frames, mapping, specs)["EX"])
    assert after["EXDOSE"].to_list() == before["EXDOSE"].to_list()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labs": pd.DataFrame({"a": ["1"]})}, "the frames are of different kinds: pandas, polars"),
        ({"labs": 3}, "the frames are of different kinds: builtins, polars"),
        ({"lab": pl.DataFrame()}, "frames of centre HH: no table is called lab; allowed: patients"),
        ({"labs": pl.DataFrame({"a": [[1]]})}, "frame labs: column 'a' holds"),
    ],
)
def test_frames_that_cannot_be_read_are_named(
    change: dict[str, Any], message: str, tables: dict[str, pl.DataFrame], study: tecdata.Study
) -> None:
    with pytest.raises(tecdata.TecdataError) as caught:
        tecdata.map_frames(
            tables | change, study.folder / "mappings" / CENTRE, study.folder / "specs"
        )
    assert str(caught.value).startswith(message)


def test_a_table_without_a_frame_is_named(
    tables: dict[str, pl.DataFrame], study: tecdata.Study
) -> None:
    few = {name: table for name, table in tables.items() if name != "labs"}
    with pytest.raises(UsageError, match="no frame for table labs; allowed: patients, doses"):
        tecdata.map_frames(few, study.folder / "mappings" / CENTRE, study.folder / "specs")


def test_frames_for_an_unknown_centre_are_refused(
    tables: dict[str, pl.DataFrame], study: tecdata.Study
) -> None:
    with pytest.raises(UsageError, match="frames are given for 'elsewhere'"):
        study.harmonise(frames={"elsewhere": tables})
