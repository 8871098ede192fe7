"""A sixth centre joins a study by files under mappings/ (and its export) alone."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

import tecdata

if TYPE_CHECKING:
    from tecdata.study import Study

FILES = Path(__file__).parent / "sixth_centre"


@pytest.fixture(scope="module")
def study(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The repository's specs and five centres, and beside them the files of a sixth."""
    folder = tmp_path_factory.mktemp("study")
    for name in ("specs", "mappings", "sample_exports"):
        shutil.copytree(repository / name, folder / name)
    shutil.copytree(FILES, folder, dirs_exist_ok=True)
    return tecdata.open_study(folder)


def test_its_subjects_stand_beside_those_of_the_five(study: Study) -> None:
    subjects = study.harmonise()["DM"].to_polars()
    assert subjects.height == 18 + 3
    new = subjects.filter(pl.col("SITEID") == "LY").sort("USUBJID")
    columns = ["USUBJID", "SUBJID", "AGE", "SEX", "COUNTRY", "RFSTDTC", "DTHFL"]
    assert new.select(columns).rows() == [
        ("TECAID-LY-101", "LYO/101", 44, "F", "FRA", "2025-05-06T09:30", None),
        ("TECAID-LY-102", "LYO/102", 61, "M", "FRA", "2025-06-16T09:15", None),
        ("TECAID-LY-103", "LYO/103", 37, "F", "FRA", "2025-06-24T11:00", "Y"),
    ]


def test_its_records_are_harmonised_like_all_others(study: Study) -> None:
    made = study.harmonise(centres=["lyon"])
    labs = made["LB"].to_polars().filter(pl.col("USUBJID") == "TECAID-LY-101").sort("LBSEQ")
    columns = ["LBTESTCD", "LBORRES", "LBSTRESN", "LBSTRESU", "LBNRIND", "LBLOBXFL", "LBDY"]
    assert labs.select(columns).rows() == [
        ("HGB", "12.4", 124.0, "g/L", None, "Y", -1),
        ("HGB", "11.9", 119.0, "g/L", None, None, 36),
        ("IGG", "11.2", 11.2, "g/L", "NORMAL", "Y", -1),
        ("IGG", "5.8", 5.8, "g/L", "LOW", None, 36),
    ]
    cells = made["CP"].to_polars().filter(pl.col("CPSTRESC") == "<10")
    assert cells.select("USUBJID", "CPMRKSTR", "CPSTRESN").rows() == [
        ("TECAID-LY-101", "CD19+", None)
    ]
    not_done = made["LB"].to_polars().filter(pl.col("LBSTAT") == "NOT DONE")
    assert not_done.select("USUBJID", "LBTESTCD", "LBORRES").rows() == [
        ("TECAID-LY-102", "HGB", None)
    ]
    events = made["AE"].to_polars().sort("USUBJID")
    assert events.select("AEDECOD", "AESTDTC", "AESER", "AEENRTPT", "AESTDY").rows() == [
        ("CYTOKINE RELEASE SYNDROME", "2025-05-07", "Y", None, 2),
        ("HEADACHE", "2025-07", "N", "ONGOING", None),
    ]


def test_every_cell_of_it_is_accounted_for(study: Study) -> None:
    (run,) = study.map(centres=["lyon"])
    assert run.account is not None
    assert (run.account.unmapped, run.account.cells_read) == (0, run.account.mapped)
    assert [f.message for f in study.findings if f.status == "failed"] == []


def test_the_program_knows_nothing_of_it(repository: Path) -> None:
    sources = "\n".join(
        p.read_text(encoding="utf-8").casefold() for p in (repository / "src").rglob("*.py")
    )
    assert "lyon" not in sources
    assert "lyo/" not in sources
