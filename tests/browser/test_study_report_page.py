"""The study report and the subject profile in a real Chromium: a number opens its records, a record its source row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.browser.chromium import CHROMIUM, Page, chromium_page
from tests.browser.test_report_page import CONTRAST

import tecdata
from tecdata.reporting import write_profile, write_study_report

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed (Debian: apt-get install chromium)"
)

PNEUMONIA = "button[data-title='Infections, Pneumonia, Number of events']"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium_page(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture(scope="module")
def pages(
    repository: Path, sample_run: StudyRun, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("pages")
    specs = tecdata.open_study(repository).specs
    report = write_study_report(sample_run, specs, folder / "study-report.html")
    return report, write_profile("TECAID-BE-001", sample_run, specs, folder)[0]


def watched(browser: Page, path: Path) -> Iterator[Page]:
    """The page; whatever a test did, nothing may have left it or gone wrong."""
    browser.media(prefers_reduced_motion="reduce")
    browser.resize(1440, 1000)
    browser.requests.clear()
    browser.complaints.clear()
    browser.open(path)
    yield browser
    assert browser.complaints == []
    outside = {r.split(",")[0] for r in browser.requests} - {"data:image/svg+xml;base64"}
    assert outside == {path.as_uri()}


@pytest.fixture
def report(browser: Page, pages: tuple[Path, Path]) -> Iterator[Page]:
    yield from watched(browser, pages[0])


@pytest.fixture
def profile(browser: Page, pages: tuple[Path, Path]) -> Iterator[Page]:
    yield from watched(browser, pages[1])


def test_a_number_opens_its_records_and_a_record_its_source_row(report: Page) -> None:
    assert report.js("document.getElementById('drawer').hidden")
    report.click(PNEUMONIA)
    assert report.text("#drawer h2") == "Infections, Pneumonia, Number of events"
    records = int(report.text(PNEUMONIA))
    assert report.count("#drawer tbody tr") == records
    assert report.text("#drawer .said").startswith(f"{records} records of")
    assert report.js("document.activeElement.id") == "drawer-title"
    # The number that was chosen is still in sight.
    seen = f'document.querySelector("{PNEUMONIA}").getBoundingClientRect().bottom'
    assert report.js(f"{seen} <= document.getElementById('drawer').getBoundingClientRect().top")
    report.click("#drawer button.source")
    assert report.count("#drawer .sheet td.hit") == 1
    assert report.text("#drawer .sheet td.hit") != ""
    report.click("#drawer button.source")
    assert report.count("#drawer .sheet") == 0
    report.press("Escape")
    assert report.js("document.getElementById('drawer').hidden")
    assert report.js("document.activeElement.dataset.title").startswith("Infections, Pneumonia")


def test_many_records_are_shown_in_part_and_then_all(report: Page) -> None:
    longest = report.js(
        "(() => { const lists = JSON.parse(document.getElementById('evidence-data').textContent).numbers;"
        "const most = Math.max(...lists.map((l) => l.length));"
        "document.querySelectorAll('button.number').forEach((b) => { b.dataset.size = lists[b.dataset.number].length; });"
        "return most; })()"
    )
    assert longest > 100
    report.click(f"button.number[data-size='{longest}']")
    assert report.count("#drawer tbody tr") == 100
    report.click("#drawer .more")
    assert report.count("#drawer tbody tr") == longest
    assert report.count("#drawer .more") == 0


def test_by_keyboard_the_first_number_opens_and_closes(report: Page) -> None:
    report.js("document.querySelector('button.number').focus()")
    report.press("Enter")
    assert not report.js("document.getElementById('drawer').hidden")
    report.press("Escape")
    assert report.js("document.activeElement.className") == "number"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_in_both_themes(report: Page, scheme: str) -> None:
    report.media(prefers_color_scheme=scheme, prefers_reduced_motion="reduce")
    report.click(PNEUMONIA)
    report.click("#drawer button.source")
    assert report.js(CONTRAST) == []


def test_figures_are_drawn_and_named(report: Page) -> None:
    drawn = "[...document.images].every((i) => i.complete && i.naturalWidth > 100 && i.alt)"
    assert report.js(drawn)
    assert report.js("document.images.length") >= 8


def test_every_button_and_region_has_a_name(report: Page) -> None:
    report.click(PNEUMONIA)
    tree = report.call("Accessibility.getFullAXTree")["nodes"]
    roles = {"button", "link", "table", "image", "region", "complementary"}
    named = [n for n in tree if not n.get("ignored") and n.get("role", {}).get("value") in roles]
    assert len(named) > 100
    assert [n["role"]["value"] for n in named if not n.get("name", {}).get("value")] == []


def test_a_narrow_window_scrolls_its_tables_and_not_the_page(report: Page) -> None:
    report.resize(380, 740)
    report.frame()
    assert report.js("document.documentElement.scrollWidth <= innerWidth")


def test_it_prints_without_the_drawer_on_white(report: Page) -> None:
    report.click(PNEUMONIA)
    report.media("print", prefers_color_scheme="dark")
    report.js("dispatchEvent(new Event('beforeprint'))")
    assert report.js("getComputedStyle(document.getElementById('drawer')).display") == "none"
    assert report.js("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert report.call("Page.printToPDF", printBackground=True)["data"]


def test_on_paper_the_settings_are_unfolded_and_afterwards_folded_again(report: Page) -> None:
    hidden = (
        "[...document.querySelectorAll('main details .settings')]"
        ".filter((t) => !t.checkVisibility({contentVisibilityAuto: true})).length"
    )
    settings = report.count("main details .settings")
    assert report.js(hidden) == settings > 5
    report.media("print")  # by its style alone, as where no script runs
    assert report.js(hidden) == 0
    report.media()
    report.js("dispatchEvent(new Event('beforeprint'))")
    report.frame()  # what is folded is reckoned anew with the next frame
    assert report.js(hidden) == 0
    report.js("dispatchEvent(new Event('afterprint'))")
    report.frame()
    assert report.js(hidden) == settings


def test_the_profile_shows_the_row_of_a_record(profile: Page) -> None:
    assert profile.text("h1") == "TECAID-BE-001"
    profile.click("#events button.source")
    assert profile.count("#events .sheet td.hit") == 1
    assert profile.js("document.querySelector('#events button.source').ariaExpanded") == "true"
    profile.click("#labs summary")
    assert profile.count("#labs tbody tr") > 300
    assert profile.js(CONTRAST) == []
