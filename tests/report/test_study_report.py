"""The study report: its numbers are those of the tables, and each leads to its records."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import tecdata
from tecdata.finding import Finding
from tecdata.report.html_evidence import RecordLinks
from tecdata.report.html_results import findings_table
from tecdata.report.results import spec_tables
from tecdata.report.results_sources import DerivedSources
from tecdata.reporting import write_study_report

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.pipeline import StudyRun
    from tecdata.spec import Specs


@pytest.fixture(scope="module")
def specs(repository: Path) -> Specs:
    return tecdata.open_study(repository).specs


@pytest.fixture(scope="module")
def datasets(sample_run: StudyRun) -> dict[str, Dataset]:
    return {**sample_run.datasets, **sample_run.adam}


@pytest.fixture(scope="module")
def page(sample_run: StudyRun, specs: Specs, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "study-report.html"
    return write_study_report(sample_run, specs, path).read_text("utf-8")


@pytest.fixture(scope="module")
def data(page: str) -> dict[str, Any]:
    found = re.search(r'id="evidence-data">(.*?)</script>', page, re.S)
    assert found
    loaded: dict[str, Any] = json.loads(found[1])
    return loaded


def buttons(page: str, title: str) -> list[tuple[int, str]]:
    """List number and text of the buttons with a title."""
    asked = re.escape(html.escape(title))
    found = re.findall(rf'data-number="(\d+)" data-title="{asked}"[^>]*>([^<]*)<', page)
    return [(int(number), text) for number, text in found]


def test_an_event_of_table_2_leads_to_exactly_its_records(
    page: str, data: dict[str, Any], datasets: dict[str, Dataset]
) -> None:
    (number, text), *_ = buttons(page, "Infections, Pneumonia, Number of events")
    events = datasets["AE"].to_polars().filter(pl.col("AEDECOD") == "PNEUMONIA")
    assert text == str(events.height)
    columns = data["columns"]
    records = {
        (
            columns["domain"]["texts"][columns["domain"]["of"][i]],
            columns["subject"]["texts"][columns["subject"]["of"][i]],
            data["seq"][i],
        )
        for i in data["numbers"][number]
    }
    assert records == {("AE", s, n) for s, n in events.select("USUBJID", "AESEQ").iter_rows()}
    for i in data["numbers"][number]:
        table, row, column = data["places"][i]
        positions, texts = data["rows"][str(table)][str(row)]
        assert texts[positions.index(column)]


def test_hospitalised_events_lead_to_those_in_hospital_only(
    datasets: dict[str, Dataset], specs: Specs
) -> None:
    (table,) = (t for t in spec_tables(datasets, specs) if t.name == "table2")
    events = datasets["AE"].to_polars()
    hospital = {
        (s, n) for s, n, h in events.select("USUBJID", "AESEQ", "AESHOSP").iter_rows() if h == "Y"
    }
    seen = 0
    for row in table.rows:
        for _, subject, seq in row[2].refs:
            assert (subject, seq) in hospital
            seen += 1
    assert seen


def test_every_number_of_the_tables_is_in_the_page(
    page: str, datasets: dict[str, Dataset], specs: Specs
) -> None:
    tables = spec_tables(datasets, specs)
    assert {"table1", "table2", "response", "exposure"} <= {t.name for t in tables}
    for table in tables:
        assert f'id="table-{table.name}"' in page
        assert len(table.labels) == len(table.rows)
        for row in table.rows:
            assert len(row) == len(table.headings) - 1
            assert all(html.escape(place.text, quote=False) in page for place in row)


def test_response_rates_lead_to_the_days_on_which_the_tier_was_met(
    datasets: dict[str, Dataset], specs: Specs
) -> None:
    made = {table.name: table for table in spec_tables(datasets, specs)}
    rates = made["response"]
    # The same label stands under several headings; the first is the best response.
    best = dict(reversed(list(zip(rates.labels, rates.rows, strict=True))))
    counted = (
        datasets["ADRS"]
        .to_polars()
        .filter((pl.col("PARAMCD") == "BESTTIER") & (pl.col("AVALC") == "MAJOR"))
    )
    everyone = best["Major"][0]
    assert everyone.text.startswith(f"{counted.height} of ")
    sources = DerivedSources({name: dataset.to_polars() for name, dataset in datasets.items()})
    for refs, subjects in (
        (everyone.refs, counted),
        (sources.result("BEST_MAJOR", "SSc"), counted.filter(pl.col("DISEASE") == "SSc")),
    ):
        assert {s for _, s, _ in refs} == set(subjects["USUBJID"])
        assert {domain for domain, _, _ in refs} > {"DM"}
    listing = made["response_subjects"]
    major = listing.headings.index("Major (week)") - 1
    for subject, row in zip(listing.labels, listing.rows, strict=True):
        assert bool(row[major].text) == bool(row[major].refs)
        assert {s for _, s, _ in row[major].refs} <= {subject}


def test_exposure_leads_to_the_doses_it_was_simulated_from(
    datasets: dict[str, Dataset], specs: Specs
) -> None:
    (table,) = (t for t in spec_tables(datasets, specs) if t.name == "exposure")
    doses = datasets["EX"].to_polars().filter(pl.col("EXDOSE") > 0)
    column = next(i for i, h in enumerate(table.headings) if h.startswith("AUC(0-inf)")) - 1
    refs = {ref for row in table.rows for ref in row[column].refs}
    assert refs == {("EX", s, int(n)) for s, n in doses.select("USUBJID", "EXSEQ").iter_rows()}


def test_every_number_of_an_association_leads_to_records(
    datasets: dict[str, Dataset], specs: Specs
) -> None:
    (table,) = (t for t in spec_tables(datasets, specs) if t.name == "exposure_associations")
    method = table.headings.index("Method") - 1
    for row in table.rows:
        for column, place in enumerate(row):
            assert bool(place.refs) == (column != method and place.text not in ("", "0"))
    crs = dict(zip(table.headings[1:], table.rows[0], strict=True))
    events = datasets["AE"].to_polars().filter(pl.col("AEDECOD") == "CYTOKINE RELEASE SYNDROME")
    having = set(events["USUBJID"])
    split = crs["With event, or not ended"]
    assert {(d, s) for d, s, _ in split.refs} == {("AE", subject) for subject in having}
    assert split.text == str(len(having))
    with_event, without = crs["Median exposure with event"], crs["Median exposure without"]
    assert {(d, s) for d, s, _ in with_event.refs} == {("EX", subject) for subject in having}
    assert not {s for _, s, _ in without.refs} & having
    assert {domain for domain, _, _ in crs["p"].refs} == {"AE", "EX"}


def test_it_has_its_parts_in_order_and_asks_for_nothing_outside(page: str, specs: Specs) -> None:
    places = [page.index(f'<section id="{s.section}"') for s in specs.report.sections]
    assert places == sorted(places)
    links = set(re.findall(r'href="#([^"]+)"', page))
    anchors = set(re.findall(r'id="([^"]+)"', page))
    assert links <= anchors | {"i-reject", "i-error"}
    bare = re.sub(r"base64,[A-Za-z0-9+/=]+", "", page)
    assert not re.findall(r'(?:src|href)="(?!#|data:)', bare)
    assert page.count("<figure>") == page.count('<img src="data:image/svg+xml') >= 8
    assert not re.findall(r"<img [^>]*alt=\"\"", page)
    assert "specs/analysis.yaml" in page
    assert "data cut" in page


def test_reruns_are_byte_identical(
    page: str, sample_run: StudyRun, specs: Specs, tmp_path: Path
) -> None:
    assert write_study_report(sample_run, specs, tmp_path / "r.html").read_text("utf-8") == page


def test_a_number_without_records_is_plain_text() -> None:
    from tecdata.report.evidence import Evidence

    links = RecordLinks(Evidence({("AE", "S-1", 1): 0}, {}))
    assert links.link("7", "Events", ()) == "7"
    assert "<button" in links.link("7", "Events", [("AE", "S-1", 1)])
    assert links.link("<7>", "x", [("AE", "S-2", 1)]) == "&lt;7&gt;"


def test_findings_are_told_by_check_worst_first() -> None:
    told = findings_table(
        [
            Finding(check="b.notice", severity="notice", message="for the record"),
            Finding(check="a.error", severity="error", message="wrong <b>", centre="XX"),
            Finding(check="c.fine", severity="error", status="passed", message="fine"),
        ]
    )
    assert told.index("a.<wbr>error") < told.index("b.<wbr>notice")
    assert "wrong &lt;b&gt;" in told
    assert "fine" not in told
    assert findings_table([]) == '<p class="quiet">No check failed.</p>'
