"""A sixth disease joins by files alone: rheumatoid arthritis with ACR20/50/70 and DAS28."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

import tecdata

if TYPE_CHECKING:
    from tecdata.dataset import Dataset

FILES = Path(__file__).parent / "sixth_disease"

#: Terms the study's lists take in, each behind one that is there.
NEW_TERMS = (
    ("cdisc.yaml", "{term: MRSSTOT}", "{term: TJC28}", "{term: SJC28}", "{term: DAS28}"),
    (
        "cdisc.yaml", "{term: MRSS-Total Score}", "{term: DAS28-Tender Joint Count}",
        "{term: DAS28-Swollen Joint Count}", "{term: DAS28-Score}",
    ),
    ("cdisc.yaml", "{term: MODIFIED RODNAN SKIN SCORE}", "{term: DAS28}"),
    (
        "study_events.yaml", "{term: SYSTEMIC SCLEROSIS,",
        "{term: RHEUMATOID ARTHRITIS, names: {en: [Rheumatoid arthritis]}}",
    ),
    (
        "study_diseases.yaml", "{term: SSc,",
        "{term: RA, decode: Rheumatoid arthritis, names: {en: [Rheumatoid arthritis]}}",
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def adam(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Dataset]:
    folder = tmp_path_factory.mktemp("study")
    shutil.copytree(repository / "specs", folder / "specs")
    shutil.copytree(FILES, folder, dirs_exist_ok=True)
    for name, behind, *terms in NEW_TERMS:
        path = folder / "specs" / "terminology" / name
        lines = path.read_text("utf-8").splitlines()
        (at,) = [i for i, line in enumerate(lines) if line.strip().startswith(f"- {behind}")]
        indent = lines[at][: lines[at].index("-")]
        lines[at:at] = [f"{indent}- {term}" for term in terms]
        path.write_text("\n".join(lines), "utf-8")
    return dict(tecdata.open_study(folder).derive(["response"]))


def test_tiers_of_acr_20_50_70(adam: dict[str, Dataset]) -> None:
    tiers = adam["ADRS"].to_polars().filter(pl.col("PARAMCD") == "TIER")
    told = {u: list(d["AVALC"]) for (u,), d in tiers.group_by("USUBJID", maintain_order=True)}
    assert told == {
        "TECAID-NO-201": ["MINIMAL", "MODERATE", "MAJOR", "MAJOR", "MINIMAL"],
        "TECAID-NO-202": ["NOT EVALUABLE", "MINIMAL"],
    }
    (open_,) = tiers.filter(pl.col("AVALC") == "NOT EVALUABLE").to_dicts()
    assert open_["REASON"] == "NONE to MINIMAL possible; missing: CRP"


def test_relapse_by_das28_and_the_time_to_it(adam: dict[str, Dataset]) -> None:
    times = adam["ADTTE"].to_polars().filter(pl.col("USUBJID") == "TECAID-NO-201")
    weeks = {r["PARAMCD"]: (r["ADY"], r["CNSR"]) for r in times.to_dicts()}
    assert weeks == {"TTMIN": (32, 0), "TTMOD": (64, 0), "TTMAJ": (92, 0), "TTREL": (183, 0)}
    remission = adam["ADRS"].to_polars().filter(pl.col("PARAMCD") == "REMISS")
    assert remission.filter(pl.col("AVALC") == "Y")["ADY"].to_list() == [92]


def test_the_engine_knows_nothing_of_it(repository: Path) -> None:
    sources = (repository / "src" / "tecdata" / "derive").rglob("*.py")
    text = "\n".join(path.read_text("utf-8") for path in sources).casefold()
    for word in ("rheumatoid", "das28", "acr20", "tjc28"):
        assert word not in text
