"""The report in a real Chromium: what a data manager does with it, by mouse and by keyboard."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browser.chromium import CHROMIUM, Page, chromium_page
from tests.report.made_runs import RUN, many_findings

from tecdata.report import write_html
from tecdata.spec.policy import load_waivers

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed (Debian: apt-get install chromium)"
)

MANY = 12_000


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium_page(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("reports")
    write_html(RUN, folder / "small.html")
    write_html(many_findings(MANY), folder / "many.html")
    return folder / "small.html", folder / "many.html"


def quiet(browser: Page) -> None:
    """Everything off, and forget what was asked for and complained of."""
    browser.media(prefers_reduced_motion="reduce")
    browser.requests.clear()
    browser.complaints.clear()


@pytest.fixture
def small(browser: Page, reports: tuple[Path, Path]) -> Iterator[Page]:
    """The small report; whatever a test did, nothing may have left the page or gone wrong."""
    quiet(browser)
    browser.open(reports[0])
    yield browser
    assert browser.complaints == []
    assert browser.requests == [reports[0].as_uri()]


@pytest.fixture
def many(browser: Page, reports: tuple[Path, Path]) -> Iterator[Page]:
    """The report with many findings, watched in the same way."""
    quiet(browser)
    browser.open(reports[1])
    yield browser
    assert browser.complaints == []
    assert browser.requests == [reports[1].as_uri()]


def first_row(page: Page) -> str:
    return page.text("#grid tbody tr[data-place='0']")


def test_the_worst_stands_first_and_all_that_is_open_is_counted(small: Page) -> None:
    assert small.text("#shown") == "5 of 5 to be seen to"
    assert "reject" in first_row(small)
    assert small.count("#grid tbody tr[data-place]") == 5


def test_a_click_opens_the_source_row_with_the_cell_marked(small: Page, tmp_path: Path) -> None:
    small.choose("#by-check", "=mapping.not_a_number")
    small.click("#grid tbody tr[data-place='0']")
    assert small.text("#detail .said").endswith("'siehe <b>Befund</b>' is not a number")
    assert small.count("#detail .sheet") == 2
    assert small.js("document.querySelector('#detail td.hit').firstChild.data") == (
        "siehe <b>Befund</b>"
    )
    assert small.text("#detail th.hit").split() == ["D", "IgG"]
    assert small.js("document.querySelector('#detail td.also').firstChild.data") == "3"
    assert "Q-number, open" in small.text("#detail .facts")
    assert small.count("#detail b") == 0
    small.click("#detail summary")
    filled = (
        small.text("#detail pre").replace('by: ""', "by: me").replace('on: ""', "on: 2026-01-16")
    )
    (tmp_path / "waivers.yaml").write_text(filled.replace('reason: ""', "reason: seen"), "utf-8")
    (waiver,) = load_waivers(tmp_path)
    assert (waiver.centre, waiver.record) == ("XX", "LBTESTCD=IGG; LBDTC=2025-03-01")
    small.click("#detail .close")
    assert small.js("document.getElementById('detail').hidden")


def test_the_keyboard_alone_reaches_a_row_and_comes_back(small: Page) -> None:
    assert small.js("document.activeElement === document.body")
    small.press("Tab")
    assert small.text(":focus") == "Skip to the findings"
    for _ in range(60):
        if small.js("document.activeElement.id") == "grid":
            break
        small.press("Tab")
    assert small.js("document.activeElement.id") == "grid"
    small.press("ArrowDown", "ArrowDown")
    active = small.js("document.getElementById('grid').getAttribute('aria-activedescendant')")
    assert small.js(f"document.getElementById('{active}').ariaRowIndex") == "4"
    # The row that the keys are at is seen to be so.
    shown = small.js("getComputedStyle(document.querySelector('#grid tr.at')).outlineStyle")
    assert shown == "solid"
    small.press("Enter")
    assert small.js("document.activeElement.tagName") == "H3"
    assert small.count("#grid tr[aria-selected='true']") == 1
    small.press("Escape")
    assert small.js("document.activeElement.id") == "grid"
    assert small.js("document.getElementById('detail').hidden")
    small.press("End", "Enter", "Escape", "Home", " ")
    assert "reject" in small.text("#detail h3")


def test_with_the_detail_open_the_arrow_keys_go_through_the_findings(small: Page) -> None:
    small.click("#grid tbody tr[data-place='0']")
    before = small.text("#detail .said")
    small.press("ArrowDown")
    assert small.text("#detail .said") != before
    assert small.text("#grid tr[aria-selected='true']") == small.text("#grid tr.at")


def test_filters_narrow_and_reset_widens(small: Page) -> None:
    small.click("[data-chip='notice']")
    assert small.text("#shown") == "1 of 5 to be seen to"
    assert small.js("document.querySelector(\"[data-chip='notice']\").ariaPressed") == "true"
    small.click("[data-chip='error']")
    assert small.text("#shown") == "4 of 5 to be seen to"
    small.click("#reset")
    assert small.text("#shown") == "5 of 5 to be seen to"
    small.choose("#by-status", "")
    assert small.text("#shown") == "8 of 8 findings"
    small.choose("#by-status", "accepted")
    assert "accepted" in first_row(small)
    small.choose("#by-status", "open")
    small.choose("#by-domain", "=LB")
    assert small.text("#shown").startswith("2 of")
    small.choose("#by-state", "=open")
    assert small.text("#shown").startswith("1 of")
    small.click("#reset")
    small.click("#search")
    small.write("ex befund NUMBER")
    assert small.text("#shown").startswith("0 of")
    assert not small.js("document.getElementById('none').hidden")
    small.js("document.getElementById('search').select()")
    small.write("befund NUMBER")
    assert small.text("#shown").startswith("1 of")


def test_the_numbers_of_the_summary_lead_to_their_findings(small: Page) -> None:
    small.click(".place[data-centre='XX'][data-domain='LB']")
    assert small.text("#shown").startswith("1 of")
    assert small.js("document.getElementById('by-domain').value") == "=LB"
    small.click(".place[data-centre='XX']:not([data-domain])")
    assert small.text("#shown").startswith("4 of")
    small.click(".check[data-check='intake.comment']")
    assert "HYPERLINK" in first_row(small)
    small.click(".tile[data-severity='error']")
    assert small.text("#shown").startswith("2 of")
    small.click(".tile[data-severity='warning']")
    assert small.text("#shown").startswith("0 of")


def test_sorting_goes_up_down_and_back(many: Page) -> None:
    start = first_row(many)
    many.click("[data-sort='value']")
    assert many.js("document.querySelector('th.c-value').ariaSort") == "ascending"
    assert "text 0\n" in first_row(many)
    many.click("[data-sort='value']")
    assert many.js("document.querySelector('th.c-value').ariaSort") == "descending"
    assert "text 96\n" in first_row(many)
    many.click("[data-sort='value']")
    assert many.js("document.querySelector('th.c-value').ariaSort") == "none"
    assert first_row(many) == start
    many.click("[data-sort='cell']")
    assert "\nD2\n" in first_row(many).replace("\t", "\n")


def test_of_twelve_thousand_findings_only_those_in_sight_are_drawn(many: Page) -> None:
    # What does not lag is what is not there; seconds are measured in tests/bench/bench_report.py.
    assert many.count("#grid tbody tr[data-place]") < 60
    many.press("Tab")
    many.js("document.getElementById('grid').focus()")
    many.press("End")
    assert many.text("#grid tr.at") != ""
    assert many.js("document.querySelector('#grid tr.at').ariaRowIndex") == str(MANY + 1)
    many.click("[data-sort='message']")
    many.click("#search")
    many.write("text 42")
    found = int(re.sub(r"\D", "", many.text("#shown").split(" of ")[0]))
    assert found > 100
    for part in range(20):
        many.js(f"document.getElementById('scroller').scrollTop = {part} * 977")
        many.frame()
        assert many.count("#grid tbody tr[data-place]") < 60


def test_every_row_is_reached_by_scrolling(many: Page) -> None:
    many.choose("#by-check", "=made.check_7")
    whole = int(many.js("document.getElementById('grid').ariaRowCount")) - 1
    seen: set[str] = set()
    for _ in range(200):
        seen.update(
            many.js("[...document.querySelectorAll('#grid tr[data-place]')].map(r => r.id)")
        )
        scrolled = many.js(
            "(() => { const s = document.getElementById('scroller'); const b = s.scrollTop;"
            "s.scrollTop += 400; return s.scrollTop > b; })()"
        )
        many.frame()
        if not scrolled:
            break
    assert len(seen) == whole


def test_a_square_says_what_is_missing(small: Page) -> None:
    small.click("td[data-cell='S-1|1']")
    assert small.text("#heat-said") == "S-1, DAY 1: 2 of 2 expected results."
    small.press("ArrowRight")
    assert small.text("#heat-said") == "S-1, WEEK 1: 1 of 2 expected results. Missing: LB CRP."
    small.press("ArrowDown", "ArrowLeft", "ArrowDown")
    assert small.js("document.activeElement.dataset.cell") == "S-2|1"


#: Relative luminance and contrast as WCAG 2.2 defines them, of every text on what is behind it.
CONTRAST = """(() => {
  const parse = (c) => (c.match(/[\\d.]+/g) || []).map(Number);
  const channel = (v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const c = parse(getComputedStyle(at).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const bad = [];
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !e.getClientRects().length || e.closest('script, .unseen, option')) continue;
    const style = getComputedStyle(e);
    const ink = parse(e.closest('svg') ? style.fill : style.color);
    const [a, b] = [light(ink), light(behind(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) bad.push([e.tagName, e.className.baseVal ?? e.className, e.textContent.slice(0, 30), ratio]);
  }
  return bad;
})()"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_in_both_themes(small: Page, scheme: str) -> None:
    small.media(prefers_color_scheme=scheme, prefers_reduced_motion="reduce")
    dark = small.js("getComputedStyle(document.body).backgroundColor")
    assert (dark == "rgb(19, 23, 27)") is (scheme == "dark")
    small.choose("#by-status", "")
    small.click("#grid tbody tr[data-place='1']")
    small.js("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert small.js(CONTRAST) == []


def test_every_button_and_field_has_a_name(small: Page) -> None:
    small.click("#grid tbody tr[data-place='0']")
    tree = small.call("Accessibility.getFullAXTree")["nodes"]
    roles = {"button", "searchbox", "combobox", "link", "grid", "region", "table", "image"}
    named = [n for n in tree if not n.get("ignored") and n.get("role", {}).get("value") in roles]
    assert len(named) > 20
    nameless = [n["role"]["value"] for n in named if not n.get("name", {}).get("value")]
    assert nameless == []


def test_printed_it_shows_every_finding_on_white(small: Page) -> None:
    small.media("print", prefers_color_scheme="dark")
    small.js("dispatchEvent(new Event('beforeprint'))")
    assert small.js("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert small.count("#grid tbody tr[data-place]") == 5
    assert small.js("getComputedStyle(document.querySelector('.toolbar')).display") == "none"
    small.js("dispatchEvent(new Event('afterprint'))")
    assert small.call("Page.printToPDF", printBackground=True)["data"]


def test_a_narrow_window_scrolls_its_tables_and_not_the_page(small: Page) -> None:
    small.resize(360, 740)
    small.frame()
    small.click("#grid tbody tr[data-place='1']")
    assert small.js("document.documentElement.scrollWidth <= innerWidth")
    small.resize(1440, 1000)


def test_without_scripts_it_says_where_the_findings_are(small: Page) -> None:
    small.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        small.call("Page.reload")
        end = time.monotonic() + 10
        while "findings.csv" not in str(
            small.js("document.querySelector('noscript p')?.innerText")
        ):
            assert time.monotonic() < end
            time.sleep(0.05)
    finally:
        small.call("Emulation.setScriptExecutionDisabled", value=False)
    small.requests.pop()
