"""The study report that may leave the house: no count below K, and nothing that shows a single subject."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from tecdata.report.results import spec_tables
from tecdata.report.table_data import TableData
from tecdata.report.table_files import compute_cells, padded_frames
from tecdata.reporting import write_study_report
from tecdata.spec.tables import ListingTable

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.pipeline import StudyRun
    from tecdata.report.ard import Cell
    from tecdata.spec import Specs

K = 5
COUNTS = {"n": "N", "events": "of", "n_patients": "N", "n_events": "", "split": "n"}


@pytest.fixture(scope="module")
def page(
    sample_run: StudyRun, sample_specs: Specs, tmp_path_factory: pytest.TempPathFactory
) -> str:
    path = tmp_path_factory.mktemp("suppressed") / "report.html"
    return write_study_report(sample_run, sample_specs, path, suppress=K).read_text("utf-8")


@pytest.fixture(scope="module")
def datasets(sample_run: StudyRun) -> dict[str, Dataset]:
    return {**sample_run.datasets, **sample_run.adam}


@pytest.fixture(scope="module")
def cells(datasets: dict[str, Dataset], sample_specs: Specs) -> dict[str, list[Cell]]:
    """The cells of the tables before anything is withheld."""
    frames = {name: dataset.to_polars() for name, dataset in datasets.items()}
    data = TableData(padded_frames(frames, sample_specs))
    return {n: compute_cells(t, data, sample_specs) for n, t in sample_specs.tables.items()}


def small(cell: Cell, line: dict[str, Cell]) -> set[float]:
    """Counts below K in a cell, or what its counts leave of their totals."""
    found = set()
    for name, value in cell.statistics.items():
        if value is not None and (name in COUNTS or name.startswith("at_risk")):
            total = cell.statistics.get(COUNTS.get(name, ""))
            if name == "split":
                total = line["n"].statistics["n"]
            found |= {value, value if total is None else total - value}
    return {value for value in found if 0 < value < K}


def test_no_count_below_k_is_in_any_table(
    page: str, cells: dict[str, list[Cell]], sample_specs: Specs
) -> None:
    document: Any = html.fromstring(page)
    withheld = 0
    for name, table in sample_specs.tables.items():
        if isinstance(table, ListingTable):
            continue
        lines: dict[str, dict[str, Cell]] = {}
        for cell in cells[name]:
            lines.setdefault(cell.row, {})[cell.column] = cell
        (drawn,) = document.xpath(f'//table[@aria-labelledby="table-{name}"]')
        rows = [[td.text_content() for td in tr.xpath("./td")] for tr in drawn.xpath(".//tr[td]")]
        assert len(rows) == len(lines)
        for line, texts in zip(lines.values(), rows, strict=True):
            shown = [c for column, c in line.items() if column != "pct"]
            for cell, text in zip(shown, texts, strict=True):
                if small(cell, line) and re.search(r"\d", cell.text):
                    withheld += 1
                    bare = re.sub(r"[^-<\d]", "", text)  # without the mark of a footnote
                    assert bare in ("-", f"<{K}"), (name, cell.row, cell.column)
                assert {"min", "max"}.isdisjoint(cell.statistics) or "(" not in text
    assert withheld > 100


def test_a_count_that_is_shown_is_the_count(
    page: str, datasets: dict[str, Dataset], sample_specs: Specs
) -> None:
    made = {t.name: t for t in spec_tables(datasets, sample_specs, K)}
    texts = dict(zip(made["characteristics"].labels, made["characteristics"].rows, strict=True))
    assert texts["Female"][0].text == "13 (72)"
    assert texts["Systemic lupus erythematosus"][0].text == f"<{K}"
    assert texts["Age (years)"][0].text == "48.5"
    assert "13 (72)" in page


def test_nothing_shows_a_single_subject(page: str, datasets: dict[str, Dataset]) -> None:
    for subject in datasets["DM"].to_polars()["USUBJID"]:
        assert subject not in page
    document: Any = html.fromstring(page)
    assert not document.xpath("//img | //svg | //button | //aside | //*[@data-number]")
    assert "evidence-data" not in page


def test_what_is_left_out_is_said_where_it_would_stand(page: str, sample_specs: Specs) -> None:
    listings = [t for t in sample_specs.tables.values() if isinstance(t, ListingTable)]
    assert len(listings) == 3
    assert page.count("Withheld: a listing by subject.") == len(listings)
    assert page.count("Withheld: the figure shows single subjects.") == 13
    assert "Counts of 1 to 4 are withheld (&lt;5)" in page
    assert "findings, the flow of data and the files read are left out" in page
    assert "keep it where the data themselves are kept" not in page
    anchors = set(re.findall(r'id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= anchors


def test_a_listing_of_too_many_subjects_says_so(
    datasets: dict[str, Dataset], sample_specs: Specs
) -> None:
    few = {
        name: t.model_copy(update={"most": 17}) if isinstance(t, ListingTable) else t
        for name, t in sample_specs.tables.items()
    }
    specs = dataclasses.replace(sample_specs, tables=few)
    made = {t.name: t for t in spec_tables(datasets, specs)}
    said = (
        "Not listed: there are 18 subjects, and no more than 17 are listed (most in specs/tables)."
    )
    assert made["table1"].withheld == said
    assert not made["table2"].withheld
