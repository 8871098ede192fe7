"""What no centre of the series delivers: aldolase, the responder index of 2012, BILAG. Files alone, through the pipeline."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

import tecdata

if TYPE_CHECKING:
    from tecdata.dataset import Dataset

FILES = Path(__file__).parent / "rare_measures"


@pytest.fixture(scope="module")
def adam(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Dataset]:
    folder = tmp_path_factory.mktemp("study")
    shutil.copytree(repository / "specs", folder / "specs")
    shutil.copytree(FILES, folder, dirs_exist_ok=True)
    return dict(tecdata.open_study(folder).derive(["response"]))


def of(adam: dict[str, Dataset], subject: int, code: str) -> pl.DataFrame:
    who = pl.col("USUBJID") == f"TECAID-EA-{subject}"
    return adam["ADRS"].to_polars().filter(who & (pl.col("PARAMCD") == code))


def test_tiers_by_the_responder_index_of_2012(adam: dict[str, Dataset]) -> None:
    index = of(adam, 301, "IGG4RI12")
    assert index.select("ADY", "AVAL", "CHG").rows() == [
        (-2, 12.0, None), (30, 8.0, -4.0), (61, 5.0, -7.0), (123, 9.0, -3.0),
    ]  # fmt: skip
    assert index["PARAM"].unique().to_list() == ["IgG4-RD Responder Index, version of 2012"]
    tiers = of(adam, 301, "TIER").select("ADY", "AVALC").rows()
    assert tiers == [(30, "MODERATE"), (61, "MAJOR"), (123, "MINIMAL")]
    relapse = of(adam, 301, "RELAPSE").row(0, named=True)
    assert (relapse["AVALC"], relapse["ADY"]) == ("Y", 123), "4 points above the best, which is 5"


def test_versions_are_never_subtracted_from_each_other(adam: dict[str, Dataset]) -> None:
    assert of(adam, 301, "IGG4RI").is_empty(), "one version a subject"
    assert of(adam, 302, "IGG4RI12")["AVAL"].to_list() == [12.0]
    assert of(adam, 302, "IGG4RI").is_empty()
    assert of(adam, 302, "TIER").is_empty(), "the index of 2018 is no follow-up of that of 2012"
    best = of(adam, 302, "BESTTIER").row(0, named=True)
    assert (best["AVALC"], best["REASON"]) == ("NOT EVALUABLE", "no assessment after baseline")


def test_the_most_abnormal_enzyme_may_be_aldolase(adam: dict[str, Dataset]) -> None:
    enzyme = of(adam, 303, "ALDOLASE")
    assert enzyme.select("ADY", "AVAL").rows() == [(-2, 38.0), (30, pytest.approx(20.0, abs=1e-3))]
    assert of(adam, 303, "CK").is_empty()
    score = of(adam, 303, "TIS").row(0, named=True)
    # 8 to 3 of 10 is 20 points; 18 of 6 x 7.5 is 40 percent, 7.5 points; the other four are missing.
    assert (score["AVALLO"], score["AVALHI"]) == (27.5, 27.5 + 10 + 32.5 + 10 + 20)
    tier = of(adam, 303, "TIER").row(0, named=True)
    assert tier["REASON"] == "MINIMAL to MAJOR possible; missing: PTGA, MMT, HAQDI, EXMVAS"


def test_a_new_bilag_score_is_no_sri_4(adam: dict[str, Dataset]) -> None:
    told = {code: of(adam, 304, code)["AVALC"].to_list() for code in ("SRI4", "MSRI")}
    assert told == {"SRI4": ["N", "Y", "N"], "MSRI": ["Y", "Y", "Y"]}
    assert of(adam, 304, "SRI4")["REASON"].is_null().all()
