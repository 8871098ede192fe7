"""The report as a file: what is in it, and what must not be."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import re
import stat
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from tests.report.made_runs import CENTRES, DATASETS, DOSES, FINDINGS, LABS, RUN, STUDY, table

from tecdata.finding import Findings
from tecdata.report import CentreFacts, RunFacts, mask_findings, render_html, write_html
from tecdata.report.completeness import completeness
from tecdata.report.html_rows import collect_rows, parse_address


@pytest.fixture(scope="module")
def page() -> str:
    return render_html(RUN).decode()


def island(page: str, identity: str) -> dict[str, Any]:
    found = re.search(
        rf'<script type="application/json" id="{identity}">(.*?)</script>', page, re.S
    )
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def column(data: dict[str, Any], name: str) -> list[str]:
    own = data["columns"][name]
    return [own["texts"][n] for n in own["of"]]


class Tags(HTMLParser):
    """Collects elements with their attributes, and checks that what is opened is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.stack: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "input", "wbr"):
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag


def tags(page: str) -> Tags:
    parser = Tags()
    parser.feed(page)
    assert parser.stack == []
    return parser


def test_the_same_run_gives_the_same_bytes_in_a_file_of_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "validation" / "report.html"
    write_html(RUN, path)
    shuffled = dataclasses.replace(RUN, findings=Findings(reversed(FINDINGS)))
    assert path.read_bytes() == render_html(shuffled)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    write_html(RUN, path)
    assert [p.name for p in path.parent.iterdir()] == ["report.html"]


def test_nothing_comes_from_outside_and_only_our_own_scripts_run(page: str) -> None:
    found = tags(page)
    policy = next(a["content"] for t, a in found.all if a.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    style = re.search(r"<style>(.*?)</style>", page, re.S)
    script = re.search(r"<script>(.*?)</script>", page, re.S)
    assert style is not None
    assert script is not None
    for kind, text in (("style-src", style[1]), ("script-src", script[1])):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    for tag, attributes in found.all:
        for name, value in attributes.items():
            assert name not in ("src", "srcset", "style"), tag
            assert not name.startswith("on"), tag
            if name == "href":
                assert (value or "").startswith(("#", "data:,"))
    assert "http://" not in style[1] + script[1].replace("http://www.w3.org/2000/svg", "")
    assert "url(" not in style[1]


def test_texts_are_texts(page: str) -> None:
    assert "A study &lt;of&gt; nobody &amp; nothing" in page
    assert "<b>Befund" not in page
    data = island(page, "findings-data")
    assert "siehe <b>Befund</b>" in column(data, "value")


def test_the_parts_and_headings_are_there_for_a_screen_reader(page: str) -> None:
    found = tags(page)
    identities = [a["id"] for _, a in found.all if a.get("id")]
    assert len(identities) == len(set(identities))
    for part in ("where", "checks", "flow", "findings", "completeness", "ran", "files", "not-run"):
        assert part in identities
    for _, attributes in found.all:
        if label := attributes.get("aria-labelledby"):
            assert label in identities
    assert [t for t, _ in found.all].count("h1") == 1
    assert all(a.get("scope") for t, a in found.all if t == "th")
    assert ("html", {"lang": "en"}) in found.all
    assert any(a.get("class") == "skip" for t, a in found.all if t == "a")


def test_what_did_not_run_stands_above_what_was_found(page: str) -> None:
    assert page.index("What did not run") < page.index('id="where"')
    assert "LB: LBSTRESN is absent" in page
    assert "Centre YY" in page
    assert "south.xlsx: the file is not a workbook" in page
    assert "1 rejection and 2 errors to mend at XX." in page


def test_a_clean_run_says_so() -> None:
    fine = RunFacts(study=STUDY, findings=Findings([FINDINGS[6]]), datasets=DATASETS)
    page = render_html(fine).decode()
    assert "No errors and no warnings." in page
    assert "What did not run" not in page
    assert "No check failed." in page


def test_errors_without_centres_and_runs_without_anything_still_make_a_page() -> None:
    empty = render_html(RunFacts(study=STUDY, findings=Findings())).decode()
    assert "No dataset has results by visit." in empty
    assert "No account of cells was kept." in empty
    idle = RunFacts(study=STUDY, findings=Findings([FINDINGS[4]]))
    assert "No error was found, but not everything was checked." in render_html(idle).decode()
    tags(empty)


def test_findings_carry_their_source_row_with_the_cell(page: str) -> None:
    data = island(page, "findings-data")
    at = column(data, "check").index("mapping.not_a_number")
    table_number, row, position = data["places"][at]
    head = data["tables"][table_number]
    assert (head["file"], head["sheet"], row) == ("labs.xlsx", "Labs", 2)
    positions, texts = data["rows"][str(table_number)]["2"]
    assert texts[positions.index(position)] == "siehe <b>Befund</b>"
    assert head["columns"][str(position)][:2] == ["D", "IgG"]
    further = data["more"][str(at)][0]
    assert further[:5] == ["doses.csv", "", "line 2, column 'Dose'", "EXDOSE", "3"]
    assert data["rows"][str(further[5])]["2"][1] == ["T-1", "3"]
    assert data["seq"][str(at)] == 2


def test_an_identifier_is_shown_nowhere(page: str) -> None:
    assert "03.04.1980" not in page
    # Nor the other values of the column, which nobody asked for.
    assert "01.02.1970" not in page
    data = island(page, "findings-data")
    at = column(data, "check").index("mapping.not_a_date")
    assert column(data, "value")[at] == "0•.••.••••"
    assert column(data, "message")[at].endswith("'0•.••.••••' is not a date")


def test_what_the_caller_hides_is_hidden_in_rows_and_names() -> None:
    hidden = dataclasses.replace(
        RUN, hide=lambda text: text.replace("T-1", "•••").replace("labs", "l•••")
    )
    data = island(render_html(hidden).decode(), "findings-data")
    assert "T-1" not in json.dumps(data["rows"])
    assert "labs" not in json.dumps(data["tables"])
    assert "labs.xlsx</td>" not in render_html(hidden).decode()


def test_a_query_is_named_by_the_finding_before_it_is_masked() -> None:
    named = dataclasses.replace(RUN, query_id=lambda f: f"Q-{len(f.message)}", states={})
    at = next(f for f in FINDINGS if f.check == "mapping.not_a_date")
    data = island(render_html(named).decode(), "findings-data")
    shown = column(data, "query")[column(data, "check").index("mapping.not_a_date")]
    assert shown == f"Q-{len(at.message)}"


def test_masking_leaves_other_findings_alone() -> None:
    masked = mask_findings(FINDINGS)
    assert [f for f in masked if f.check != "mapping.not_a_date"] == [
        f for f in FINDINGS if f.check != "mapping.not_a_date"
    ]
    date = next(f for f in masked if f.check == "mapping.not_a_date")
    assert dict(date.details) == {"text": "0•.••.••••"}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("D2", (2, 3)),
        ("D", (None, 3)),
        ("12", (12, None)),
        ("Z9", (9, None)),
        ("B2:C4", (2, 1)),
        ("?", (None, None)),
    ],
)
def test_addresses_of_sheets(address: str, expected: tuple[int | None, int | None]) -> None:
    assert parse_address(LABS, address) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("line 2, column 'Dose'", (2, 1)),
        ("line 3", (3, None)),
        ("column 'Dose'", (None, 1)),
        ("line 2, column 'none'", (2, None)),
        ("somewhere", (None, None)),
    ],
)
def test_addresses_of_text_files(address: str, expected: tuple[int | None, int | None]) -> None:
    assert parse_address(DOSES, address) == expected


def test_every_address_a_table_gives_is_found_again() -> None:
    for own in (LABS, DOSES):
        for number, source in enumerate(own.columns):
            assert parse_address(own, own.address(3, source.name)) == (3, number)


def test_a_wide_row_is_cut_to_the_neighbours_of_its_cell() -> None:
    header = [f"c{n}" for n in range(500)]
    wide = table("labs", header, [str(n) for n in range(500)])
    finding = dataclasses.replace(FINDINGS[0], cell=wide.address(2, "c250"), cells=())
    facts = dataclasses.replace(RUN, tables={"XX": {"labs": wide}})
    positions, texts = collect_rows(facts, [finding]).rows["0"]["2"]
    assert len(positions) < 40
    assert positions[:4] == [0, 1, 2, 3]
    assert texts[positions.index(250)] == "250"


def test_a_cell_outside_the_data_has_no_row() -> None:
    finding = dataclasses.replace(FINDINGS[0], cell="D999", cells=())
    assert collect_rows(RUN, [finding]).places == {}


def test_completeness_counts_what_a_subject_has_elsewhere() -> None:
    found = completeness(DATASETS)
    assert found.visits == ((1, "DAY 1"), (2, "WEEK 1"), (3, "WEEK 2"), (4, "WEEK 5"))
    cells = {key: (c.present, c.expected, c.missing, c.not_done) for key, c in found.cells.items()}
    # S-1 has both tests at two of three visits, and was seen until day 36, that is visit 4.
    assert cells["S-1", 1] == (2, 2, (), ())
    assert cells["S-1", 2] == (1, 2, ("LB CRP",), ())
    assert cells["S-1", 3] == (1, 2, ("LB IGG",), ())
    assert cells["S-1", 4] == (0, 2, ("LB CRP", "LB IGG"), ())
    assert cells["S-2", 1] == (1, 1, (), ())
    assert ("S-2", 2) not in cells
    assert found.of_subject("S-1") == (4, 8)


def test_a_test_declared_as_not_done_is_told_apart(page: str) -> None:
    only = {name: d for name, d in DATASETS.items() if name == "LB"}
    frame = only["LB"].frame.to_polars().filter(LBSEQ=4)
    rest = only["LB"].frame.to_polars().filter(LBSEQ=1)
    both = type(only["LB"]).of(rest.vstack(frame), only["LB"].spec)
    cell = completeness({"LB": both}).cells["S-1", 2]
    assert (cell.missing, cell.not_done, cell.share) == ((), ("LB IGG",), 0.0)
    assert 'data-cell="S-1|2"' in page


def test_counts_by_place_are_buttons_that_name_what_they_show(page: str) -> None:
    labels = [a.get("aria-label") or "" for t, a in tags(page).all if t == "button"]
    assert "XX, LB: 1 error. Show them" in labels
    assert "XX, files: 1 reject, 1 notice. Show them" in labels
    assert "XX, all domains: 1 reject, 2 errors, 1 notice. Show them" in labels


def test_the_flow_of_cells_is_told_in_numbers_and_reasons(page: str) -> None:
    assert "Source cells: 20 read; 15 mapped, 3 ignored on purpose, 2 unmapped." in page
    assert "labs.Birth" in page
    assert "not needed" in page


def test_a_centre_is_read_from_its_entry_in_a_manifest() -> None:
    entry = {"centre": "YY", "name": "south", "error": "no"}
    assert CentreFacts.of(entry) == CentreFacts(centre="YY", name="south", error="no")
    assert CentreFacts(centre="", name="south").label == "south"
    assert CENTRES[1].label == "YY"
