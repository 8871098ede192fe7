from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from tests.report.made_queries import SOURCE, findings, not_a_number, publish, tables

from tecdata.finding import Finding
from tecdata.report import CentreQueries, History, publish_queries, query_id

LATER = "2025-10-01T10:00:00Z"


def test_the_ids_of_the_findings_are_those_of_the_history(tmp_path: Path) -> None:
    made = publish(tmp_path)
    ids = [query_id(finding) for finding in made.findings]
    assert len(set(ids)) == len(ids) == len(made.marks)
    assert {q.id for q in History(tmp_path / "history.sqlite").queries()} == set(ids)
    assert [f.check for f in made.findings] == [f.check for f in findings()]
    assert set(made.marks.values()) == {"new"}


def test_the_next_delivery_shows_what_was_mended_what_is_new_and_what_is_open(
    tmp_path: Path,
) -> None:
    first = publish(tmp_path)
    found = [f for f in findings() if f.value != "-viel"] + [not_a_number("C7", "+8")]
    second = publish(tmp_path, found, LATER, delivery="b")
    by_mark: dict[str, set[str]] = {}
    for name, mark in second.marks.items():
        by_mark.setdefault(mark, set()).add(name)
    assert by_mark["resolved"] == {query_id(f) for f in first.findings if f.value == "-viel"}
    assert by_mark["new"] == {query_id(f) for f in second.findings if f.value == "+8"}
    assert len(by_mark["open"]) == len(findings()) - 1
    history = History(tmp_path / "history.sqlite")
    assert history.snapshot("XX", {"book.xlsx": "b"}) == {"delivery": "a"}
    # The centre sees once that it is settled.
    assert {q.state for q in history.queries(centre="XX")} == {"Open", "Candidate", "Resolved"}


def test_a_centre_without_open_queries_gets_no_workbook(tmp_path: Path) -> None:
    assert publish(tmp_path, []).workbooks == ()
    notice = [f for f in findings() if f.severity == "notice"]
    assert publish(tmp_path, notice).workbooks == ()
    assert not (tmp_path / "out").exists()


def test_a_centre_that_was_not_read_keeps_its_queries(tmp_path: Path) -> None:
    publish(tmp_path)
    made = publish_queries(
        [], [], history=tmp_path / "history.sqlite", out=tmp_path / "out", study="S",
        when=LATER, who="kim",
    )  # fmt: skip
    assert made.marks == {}


def test_the_centre_of_a_finding_is_that_of_its_subject(tmp_path: Path) -> None:
    one = Finding(
        check="suite.cross.death", severity="error", message="m", usubjid="S-XX-001", record="r"
    )
    made = publish_queries(
        [one],
        [CentreQueries(source=SOURCE, tables=tables(), files={})],
        history=tmp_path / "history.sqlite",
        out=tmp_path / "out",
        study="S",
        when=LATER,
        who="kim",
        site_of={"S-XX-001": "XX"},
    )
    assert [f.centre for f in made.findings] == ["XX"]
    assert re.match("XX-", query_id(made.findings[0]))
    assert len(made.workbooks) == 1


def test_what_an_identifier_finding_hides_is_nowhere_in_the_history(tmp_path: Path) -> None:
    named = Finding.of(
        "mapping.not_a_date", centre="XX", file="book.xlsx", sheet="Labor", cell="D6",
        value="Frau Beispiel", where="", text="Frau Beispiel", variable="X", patterns="",
    )  # fmt: skip
    publish(tmp_path, [*findings(), named])
    for path in tmp_path.glob("history.sqlite*"):
        assert b"Beispiel" not in path.read_bytes()


def test_passed_and_not_run_checks_are_no_queries(tmp_path: Path) -> None:
    passed = [
        dataclasses.replace(f, status=status)
        for f in findings()
        for status in ("passed", "not_run", "not_applicable", "passed_with_violations")
    ]
    assert publish(tmp_path, passed).marks == {}
