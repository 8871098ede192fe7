"""The findings as CORE and Pinnacle 21 workbooks, as JUnit XML and as JSON."""

from __future__ import annotations

import collections
import dataclasses
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from tests.report.made_runs import FINDINGS, RUN, many_findings

from tecdata.finding import Finding, Findings
from tecdata.report import (
    RunFacts,
    write_core_xlsx,
    write_findings_json,
    write_junit,
    write_p21_xlsx,
)
from tecdata.report.formats_p21 import rule_ids

WRITERS: tuple[Callable[[RunFacts, Path], None], ...] = (
    write_core_xlsx,
    write_p21_xlsx,
    write_junit,
    write_findings_json,
)


def sheet(path: Path, name: str) -> list[list[object]]:
    book = openpyxl.load_workbook(path)
    return [list(row) for row in book[name].iter_rows(values_only=True)]


def under(rows: list[list[object]], heading: str) -> list[dict[str, object]]:
    """Rows below the heading, found by name as readers of such reports find it."""
    start = next(i for i, row in enumerate(rows) if heading in row)
    return [dict(zip(map(str, rows[start]), row, strict=True)) for row in rows[start + 1 :]]


@pytest.mark.parametrize("write", WRITERS, ids=lambda w: w.__name__)
def test_the_same_run_gives_the_same_bytes(
    write: Callable[[RunFacts, Path], None], tmp_path: Path
) -> None:
    write(RUN, tmp_path / "a")
    write(dataclasses.replace(RUN, findings=Findings(reversed(FINDINGS))), tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("write", WRITERS, ids=lambda w: w.__name__)
def test_an_identifier_stays_masked_and_an_empty_run_is_written(
    write: Callable[[RunFacts, Path], None], tmp_path: Path
) -> None:
    write(RUN, tmp_path / "a")
    data = (tmp_path / "a").read_bytes()
    if zipfile.is_zipfile(tmp_path / "a"):
        with zipfile.ZipFile(tmp_path / "a") as archive:
            data = b"".join(archive.read(name) for name in archive.namelist())
    assert b"03.04.1980" not in data
    write(RunFacts(study=RUN.study, findings=Findings()), tmp_path / "b")
    assert (tmp_path / "b").stat().st_size


@pytest.mark.parametrize("write", [write_core_xlsx, write_p21_xlsx], ids=lambda w: w.__name__)
def test_a_workbook_holds_texts_and_numbers_and_nothing_that_is_calculated(
    write: Callable[[RunFacts, Path], None], tmp_path: Path
) -> None:
    write(RUN, tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        for name in archive.namelist():
            text = archive.read(name)
            assert b"<f>" not in text
            assert b"<hyperlink" not in text
            assert b"externalLink" not in text
    details = "Issue Details" if write is write_core_xlsx else "Details"
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    values = [c for row in book[details].iter_rows() for c in row if str(c.value).startswith("=")]
    assert values
    assert {c.data_type for c in values} == {"s"} or {c.data_type for c in values} == {"inlineStr"}


def test_core_has_its_five_sheets_and_columns(tmp_path: Path) -> None:
    path = tmp_path / "core.xlsx"
    write_core_xlsx(RUN, path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [
        "Conformance Details",
        "Dataset Details",
        "Issue Summary",
        "Issue Details",
        "Rules Report",
    ]
    details = under(sheet(path, "Issue Details"), "CORE-ID")
    first = next(d for d in details if d["CORE-ID"] == "mapping.not_a_number")
    assert list(first) == [
        "CORE-ID",
        "Message",
        "Executability",
        "Dataset",
        "USUBJID",
        "Record",
        "Sequence",
        "Variable(s)",
        "Value(s)",
    ]
    assert (first["Dataset"], first["Record"], first["Sequence"]) == ("lb.xpt", 2, 2)
    assert first["Variable(s)"] == "LBSTRESN, EXDOSE"
    summary = under(sheet(path, "Issue Summary"), "CORE-ID")
    assert sum(int(str(row["Issues"])) for row in summary) == len(details)
    assert next(r for r in summary if r["CORE-ID"] == "validate.length")["Explanation"]
    status = {r["CORE-ID"]: r["Status"] for r in under(sheet(path, "Rules Report"), "CORE-ID")}
    assert status["suite.lb.range"] == "EXECUTION ERROR"
    assert status["validate.type"] == "SUCCESS"
    assert status["validate.seq"] == "SKIPPED"
    assert status["mapping.not_a_number"] == "ISSUE REPORTED"


def test_p21_has_its_sheets_with_headings_found_by_name(tmp_path: Path) -> None:
    path = tmp_path / "p21.xlsx"
    write_p21_xlsx(RUN, path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [
        "Validation Summary",
        "Dataset Summary",
        "Issue Summary",
        "Details",
        "Rules",
    ]
    details = under(sheet(path, "Details"), "Pinnacle 21 ID")
    first = next(d for d in details if d["Publisher ID"] == "mapping.not_a_number")
    assert first["Domain"] == "LB"
    assert first["Variables"] == "USUBJID, LBSTRESN, EXDOSE"
    assert first["Severity"] == "Error"
    summary = under(sheet(path, "Issue Summary"), "Pinnacle 21 ID")
    assert list(summary[0]) == [
        "Source",
        "Pinnacle 21 ID",
        "Publisher ID",
        "Message",
        "Severity",
        "Found",
    ]
    found = {str(r["Publisher ID"]): r["Found"] for r in summary}
    assert found == collections.Counter(str(d["Publisher ID"]) for d in details)
    rules = {r["Pinnacle 21 ID"] for r in under(sheet(path, "Rules"), "Pinnacle 21 ID")}
    assert {r["Pinnacle 21 ID"] for r in summary} <= rules


def test_no_row_is_left_out_where_a_sheet_is_full(tmp_path: Path) -> None:
    path = tmp_path / "p21.xlsx"
    write_p21_xlsx(many_findings(250), path, most_rows=104)
    book = openpyxl.load_workbook(path)
    parts = [n for n in book.sheetnames if n.startswith("Details")]
    assert parts == ["Details", "Details (2)", "Details (3)"]
    rows = [row for name in parts for row in under(sheet(path, name), "Pinnacle 21 ID")]
    assert len(rows) == 250
    assert len({str(r["Message"]) for r in rows}) == 250


def test_a_text_that_no_cell_can_hold_is_cut_and_says_so(tmp_path: Path) -> None:
    long = dataclasses.replace(FINDINGS[0], value="x" * 40_000, message="a\x07b" + "y" * 40_000)
    write_core_xlsx(dataclasses.replace(RUN, findings=Findings([long])), tmp_path / "a.xlsx")
    row = under(sheet(tmp_path / "a.xlsx", "Issue Details"), "CORE-ID")[0]
    assert str(row["Message"]).endswith("y…")
    assert len(str(row["Message"])) == 32_767
    assert str(row["Message"]).startswith("a\ufffdb")


def test_rule_ids_have_the_form_and_are_kept_apart() -> None:
    ids = rule_ids(f"made.check_{n}" for n in range(3000))
    assert len(set(ids.values())) == 3000
    assert all(len(i) == 6 and i[:2].isalpha() and i[2:].isdigit() for i in ids.values())


def test_junit_fails_on_errors_and_on_what_did_not_run(tmp_path: Path) -> None:
    path = tmp_path / "junit.xml"
    write_junit(RUN, path)
    root = ET.parse(path).getroot()  # noqa: S314
    assert {k: root.get(k) for k in ("tests", "failures", "errors", "skipped")} == {
        "tests": "8",
        "failures": "3",
        "errors": "1",
        "skipped": "1",
    }
    cases = {str(c.get("name")): c for c in root.iter("testcase")}
    failure = cases["mapping.not_a_number [XX]"].find("failure")
    assert failure is not None
    assert failure.get("type") == "error"
    assert "is not a number" in (failure.text or "")
    assert cases["suite.lb.range"].find("error") is not None
    assert cases["validate.seq"].find("skipped") is not None
    told = cases["validate.length"].findtext("system-out")
    assert told == "warning, accepted: LB: too long, accepted"
    assert list(cases["validate.type"]) == []
    assert [s.get("name") for s in root] == ["DM", "LB", "files"]


def test_junit_takes_any_text(tmp_path: Path) -> None:
    odd = dataclasses.replace(FINDINGS[0], message="\x00]]>&\ud800 end")
    write_junit(dataclasses.replace(RUN, findings=Findings([odd])), tmp_path / "a.xml")
    failure = ET.parse(tmp_path / "a.xml").find(".//failure")  # noqa: S314
    assert failure is not None
    assert failure.get("message") == "\ufffd]]>&\ufffd end"


def test_json_holds_every_field_of_every_finding(tmp_path: Path) -> None:
    path = tmp_path / "findings.json"
    write_findings_json(RUN, path)
    data = json.loads(path.read_text("utf-8"))
    assert data["schema"] == "tecdata.findings/1"
    assert data["counts"]["failed"] == {"reject": 1, "error": 2, "warning": 0, "notice": 1}
    assert data["counts"]["status"]["not_run"] == 1
    assert len(data["findings"]) == len(FINDINGS)
    found = next(f for f in data["findings"] if f["check"] == "mapping.not_a_number")
    assert set(found) == {f.name for f in dataclasses.fields(Finding)} | {"query", "query_state"}
    assert found["cells"][0]["variable"] == "EXDOSE"
    assert found["details"] == {"text": "siehe"}
    assert (found["query"], found["query_state"]) == ("Q-number", "open")
    assert path.read_text("utf-8").count("\n") == len(FINDINGS) + 2
