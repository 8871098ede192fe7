"""The subject profile: what it draws, and that every record leads to its source cell."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import tecdata
from tecdata.errors import UsageError
from tecdata.publishing import facts_of
from tecdata.report.evidence import collect_evidence
from tecdata.report.profile_figure import draw_profile, medication_lanes
from tecdata.reporting import find_subject, traces_of, write_profile

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun
    from tecdata.spec import Specs

SUBJECT = "TECAID-BE-006"


@pytest.fixture(scope="module")
def specs(repository: Path) -> Specs:
    return tecdata.open_study(repository).specs


@pytest.fixture(scope="module")
def written(
    sample_run: StudyRun, specs: Specs, tmp_path_factory: pytest.TempPathFactory
) -> list[Path]:
    return write_profile(SUBJECT.lower(), sample_run, specs, tmp_path_factory.mktemp("profile"))


def island(page: str) -> dict[str, Any]:
    found = re.search(r'id="evidence-data">(.*?)</script>', page, re.S)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_every_record_of_the_subject_is_there_with_the_text_of_its_cell(
    written: list[Path], sample_run: StudyRun
) -> None:
    data = island(written[0].read_text("utf-8"))
    columns = data["columns"]
    domains = [columns["domain"]["texts"][k] for k in columns["domain"]["of"]]
    for domain in ("EX", "AE", "CM", "LB", "RS", "QS"):
        own = sample_run.datasets[domain].to_polars().filter(pl.col("USUBJID") == SUBJECT)
        assert domains.count(domain) == own.height
    assert {columns["subject"]["texts"][k] for k in columns["subject"]["of"]} == {SUBJECT}
    labs = sample_run.datasets["LB"]
    # Where the centre wrote the result as it stands in LBORRES, the marked cell holds that very text.
    checked = 0
    for number, domain in enumerate(domains):
        if domain != "LB" or not data["places"][number]:
            continue
        table, row, column = data["places"][number]
        positions, texts = data["rows"][str(table)][str(row)]
        text = texts[positions.index(column)]
        record = labs.to_polars().row(
            by_predicate=(pl.col("USUBJID") == SUBJECT) & (pl.col("LBSEQ") == data["seq"][number]),
            named=True,
        )
        assert text.replace(",", ".").split()[0].strip("<>") in str(record["LBORRES"])
        checked += 1
    assert checked > 50


def test_the_page_asks_for_nothing_outside(written: list[Path]) -> None:
    page = written[0].read_text("utf-8")
    bare = re.sub(r"base64,[A-Za-z0-9+/=]+", "", page)
    assert not re.findall(r'(?:src|href)="(?!#|data:)', bare)
    assert "default-src &#x27;none&#x27;" in page
    assert 'alt="Doses' in page


def test_reruns_are_byte_identical(
    written: list[Path], sample_run: StudyRun, specs: Specs, tmp_path: Path
) -> None:
    again = write_profile(SUBJECT, sample_run, specs, tmp_path)
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in written]
    assert [p.name for p in again] == [f"{SUBJECT}.{end}" for end in ("html", "svg", "png")]


def test_doses_and_medications_of_the_profile_are_those_of_the_subject(
    sample_run: StudyRun, specs: Specs
) -> None:
    datasets = {**sample_run.datasets, **sample_run.adam}
    lanes = medication_lanes(SUBJECT, datasets, specs)
    doses = sample_run.adam["ADEX"].to_polars().filter(pl.col("USUBJID") == SUBJECT)
    drawn = sum(len(bars) for name, bars in lanes.items() if name.startswith("Teclistamab"))
    assert drawn == doses.height
    tocilizumab = (
        sample_run.datasets["CM"]
        .to_polars()
        .filter(
            (pl.col("USUBJID") == SUBJECT)
            & (pl.col("CMDECOD") == "TOCILIZUMAB")
            & (pl.col("CMSTDY") > 0)
        )
    )
    assert len(lanes["Tocilizumab"]) == tocilizumab.height
    # Prior therapies end before the first dose.
    assert all(end is None or end >= 0 for bars in lanes.values() for _, end, _, _ in bars)


def test_panels_without_a_record_are_left_out(sample_run: StudyRun, specs: Specs) -> None:
    datasets = {**sample_run.datasets, **sample_run.adam}
    titles = {axes.get_title("left") for axes in draw_profile(SUBJECT, datasets, specs).axes}
    assert {"Immunoglobulins", "mRSS", "Doses and medications"} <= titles
    assert "Complement" not in titles
    assert "SLEDAI-2K" not in titles


def test_a_subject_nobody_knows_names_the_others(sample_run: StudyRun) -> None:
    assert find_subject("tecaid-be-006", sample_run.adam) == SUBJECT
    with pytest.raises(UsageError, match="neither a file nor a subject 'X-1'") as caught:
        find_subject("X-1", sample_run.adam)
    assert SUBJECT in str(caught.value)


def test_records_that_are_nowhere_are_left_out(sample_run: StudyRun, specs: Specs) -> None:
    facts = facts_of(sample_run, sample_run.findings, specs, {})
    refs = [("AE", SUBJECT, 1), ("AE", SUBJECT, 9999), ("ZZ", SUBJECT, 1), ("DM", SUBJECT, None)]
    evidence = collect_evidence(refs, facts, traces_of(sample_run))
    assert evidence.of(refs) == [0, 1]
    assert evidence.data["seq"] == [1, None]
