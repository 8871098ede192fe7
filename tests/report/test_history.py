from __future__ import annotations

import dataclasses
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tecdata.errors import UsageError
from tecdata.finding import Finding, Severity
from tecdata.report import Answer, History, query_id

MARCH, APRIL, MAY, JUNE, JULY = (f"2025-0{month}-01T08:00:00Z" for month in range(3, 8))


def finding(record: str = "r", value: str = "4", **changes: object) -> Finding:
    one = Finding(
        check="a.b", severity="error", message="m", centre="XX", usubjid="S-XX-001",
        variable="LBORRES", record=record, value=value,
    )  # fmt: skip
    return dataclasses.replace(one, **changes)  # type: ignore[arg-type]


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "study" / "history.sqlite")


def _run(history: History, *found: Finding, when: str = MARCH, read: str = "XX") -> list[str]:
    marks = history.record({read: {"f.xlsx": when}}, found, when=when, who="kim")
    return list(marks.values())


def test_a_query_lives_and_comes_back(history: History) -> None:
    assert _run(history, finding()) == ["new"]
    assert _run(history, finding(seq=7, cell="C9"), when=APRIL) == ["open"]
    assert _run(history, when=MAY) == ["resolved"]
    assert _run(history, finding(), when=MAY) == ["reopened"]
    (query,) = history.queries()
    assert query.state == "Open"
    assert [(t.old, t.new, t.who, t.at) for t in query.transitions] == [
        ("", "Open", "kim", MARCH),
        ("Open", "Resolved", "kim", MAY),
        ("Resolved", "Open", "kim", MAY),
    ]
    assert query.opened.at == MAY
    assert query.days_open("2025-05-11") == 10


def test_the_same_files_read_once_more_give_the_same_marks(history: History) -> None:
    assert _run(history, finding()) == _run(history, finding()) == ["new"]
    assert _run(history, finding(), when=APRIL) == _run(history, finding(), when=APRIL) == ["open"]
    assert _run(history, when=MAY) == _run(history, when=MAY) == ["resolved"]
    assert (
        _run(history, finding(), when=JUNE) == _run(history, finding(), when=JUNE) == ["reopened"]
    )
    assert _run(history, finding(), when=JULY) == ["open"]
    assert len(history.queries()[0].transitions) == 3


def test_notices_are_candidates_until_they_are_graver(history: History) -> None:
    assert _run(history, finding(severity="notice")) == ["new"]
    assert history.queries()[0].state == "Candidate"
    assert _run(history, finding(severity="error"), when=APRIL) == ["open"]
    assert history.queries()[0].state == "Open"


def test_only_what_was_looked_for_can_be_resolved(history: History) -> None:
    other = finding("o", centre="YY", usubjid="S-YY-001")
    general = finding("g", centre="", usubjid="")
    history.record({"XX": {}, "YY": {}}, [finding(), other, general], when=MARCH, who="kim")
    missed = finding(status="not_run", centre="XX", usubjid="", record="")
    assert _run(history, missed) == []
    assert _run(history) == ["resolved"]
    assert {q.finding.centre: q.state for q in history.queries()} == {
        "": "Open", "XX": "Resolved", "YY": "Open",
    }  # fmt: skip
    marks = history.record({"XX": {}, "YY": {}}, [], when=APRIL, who="kim")
    assert sorted(marks.values()) == ["resolved", "resolved"]


def test_an_answer_is_taken_once_and_a_closed_query_stays_closed(history: History) -> None:
    _run(history, finding())
    name = query_id(finding())
    answer = Answer(query=name, answer="confirmed", response="as in the chart", by="Dr. A")
    assert history.answer([answer], when=APRIL, who="kim") == {name: True}
    assert history.answer([answer], when=MAY, who="kim") == {name: False}
    assert _run(history, finding()) == ["answered"]
    (query,) = history.queries()
    assert query.answered is not None
    assert (query.state, query.answered.response) == ("Answered", "as in the chart")
    assert history.move([name], "Closed", when=MAY, who="lee", reason="confirmed") == [name]
    assert history.move([name], "Closed", when=MAY, who="lee", reason="confirmed") == []
    assert _run(history, finding(), when=MAY) == ["closed"]
    # Another value than the one that was confirmed is another matter.
    assert _run(history, finding(value="44"), when=MAY) == ["reopened"]
    (query,) = history.queries()
    assert query.transitions[-1].reason == "the value has changed since it was closed"


def test_a_waiver_closes_and_its_withdrawal_reopens(history: History) -> None:
    assert _run(history, finding()) == ["new"]
    assert _run(history, finding(status="accepted")) == ["closed"]
    assert _run(history, finding(status="accepted")) == ["closed"]
    assert history.queries()[0].state == "Closed"
    assert _run(history, finding()) == ["reopened"]


def test_an_answer_to_an_unknown_query_changes_nothing(history: History) -> None:
    _run(history, finding())
    known = Answer(query=query_id(finding()), response="yes")
    with pytest.raises(UsageError, match="knows no query XX-000000"):
        history.answer([known, Answer(query="XX-000000", response="?")], when=MAY, who="kim")
    assert history.queries()[0].state == "Open"
    with pytest.raises(UsageError, match=f"allowed: {query_id(finding())}"):
        history.move([query_id(finding())[:-1]], "Closed", when=MAY, who="kim", reason="x")
    with pytest.raises(UsageError, match="without a reason"):
        history.move([query_id(finding())], "Closed", when=MAY, who="kim", reason=" ")


def test_deliveries_and_snapshots(history: History) -> None:
    files = {"f.xlsx": "1"}
    assert history.snapshot("XX", files) is None
    history.record({"XX": files}, [], when=MARCH, who="kim", snapshots={"XX": {"n": 1}})
    history.record({"XX": files}, [], when=APRIL, who="kim", snapshots={"XX": {"n": 9}})
    # The same files again are no delivery to compare with.
    assert history.snapshot("XX", files) is None
    assert history.snapshot("XX", {"f.xlsx": "2"}) == {"n": 1}
    history.record({"XX": {"f.xlsx": "2"}}, [], when=MAY, who="kim", snapshots={"XX": {"n": 2}})
    assert history.snapshot("XX", {"f.xlsx": "2"}) == {"n": 1}
    assert [when for when, _ in history.deliveries("XX")] == [MARCH, MAY]


def test_an_unchanged_run_adds_one_row(history: History) -> None:
    _run(history, finding())
    before = history.verify()
    _run(history, finding())
    assert history.verify() == before + 1


def test_nothing_can_be_changed_and_a_change_by_force_is_named(history: History) -> None:
    _run(history, finding(), finding("s"))
    rows = history.verify()
    assert rows == history.head()[0] == 6
    with sqlite3.connect(history.path) as database:
        for statement in (
            "UPDATE journal SET who = 'x' WHERE entry = 3",
            "DELETE FROM journal WHERE entry = 3",
            "INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE entry = 3",
            "INSERT INTO journal SELECT 99, kind, query, at, who, body, previous, digest FROM journal",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                database.execute(statement)
        triggers = dict(
            database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        )
        for name in triggers:
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE journal SET who = 'x' WHERE entry = 4")
        database.execute("UPDATE journal SET who = 'x' WHERE entry = 5")
    database.close()
    with pytest.raises(UsageError, match=r"row 4 \(transition of XX-\w+, .*\) is not as it was"):
        history.verify()
    with sqlite3.connect(history.path) as database:
        database.execute("UPDATE journal SET who = 'kim'")
    database.close()
    with pytest.raises(UsageError, match="triggers"):
        history.verify()
    with sqlite3.connect(history.path) as database:
        database.execute("DELETE FROM journal WHERE entry = 2")
        for text in triggers.values():
            database.execute(text)
    database.close()
    with pytest.raises(UsageError, match="row 2 is missing"):
        history.verify()


def test_only_the_owner_can_read_it(history: History) -> None:
    _run(history, finding())
    assert stat.S_IMODE(history.path.stat().st_mode) == 0o600


def test_reading_makes_no_file(history: History) -> None:
    assert history.queries() == []
    assert history.keys() == {}
    assert history.verify() == 0
    assert not history.path.exists()


@pytest.mark.parametrize("content", [b"this is no database at all, only text", None])
def test_another_file_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "history.sqlite"
    if content is None:
        database = sqlite3.connect(path)
        database.execute("CREATE TABLE t (x)")
        database.commit()
        database.close()
    else:
        path.write_bytes(content)
    for use in (
        lambda: History(path).queries(),
        lambda: History(path).record({}, [], when=MARCH, who="kim"),
    ):
        with pytest.raises(UsageError, match=r"history\.sqlite: "):
            use()


def test_an_error_while_writing_leaves_it_as_it_was(history: History) -> None:
    _run(history, finding())
    before = history.head()
    broken = finding("t", details=(("a", object()),))
    with pytest.raises(TypeError):
        _run(history, finding("s"), broken)
    assert history.head() == before
    assert history.verify() == before[0]


@pytest.mark.parametrize("severity", ["reject", "error", "warning", "notice"])
def test_json_of_a_query_speaks_odm(history: History, severity: Severity) -> None:
    _run(history, finding(severity=severity))
    (query,) = history.queries()
    told = query.to_dict()
    assert told["State"] in ("Candidate", "Open")
    assert (told["OID"], told["Type"], told["Source"]) == (query.id, "System", "System")
    assert told["LastUpdateDate"] == MARCH


def test_several_processes_write_at_once(tmp_path: Path) -> None:
    program = """
import sys
from tecdata.finding import Finding
from tecdata.report import History

history = History(sys.argv[1])
for number in range(8):
    found = [
        Finding(check="a.b", severity="error", message="m", centre="XX", usubjid="S", record=r)
        for r in ("shared", f"own {sys.argv[2]}")
    ]
    history.record({"XX": {"f": sys.argv[2]}}, found, when="2025-03-01T08:00:00Z", who=sys.argv[2])
"""
    path = tmp_path / "history.sqlite"
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(path), str(i)]) for i in range(4)
    ]
    assert [process.wait(timeout=120) for process in running] == [0] * 4
    history = History(path)
    assert history.verify() > 32
    threads: dict[str, list[str]] = {}
    for step in history.transitions():
        threads.setdefault(step.query, []).append(f"{step.old}>{step.new}")
    assert len(threads) == 5
    for steps in threads.values():
        # Every step begins where the one before ended: nobody wrote over anybody.
        assert steps[0] == ">Open"
        ends = [step.split(">")[1] for step in steps]
        assert [step.split(">")[0] for step in steps[1:]] == ends[:-1]
    assert len(threads[query_id(finding("shared", centre="XX", usubjid="S", variable=""))]) == 1


def test_a_file_that_another_run_is_just_making_reads_as_empty(history: History) -> None:
    history.path.parent.mkdir(parents=True)
    history.path.touch()
    assert history.queries() == []
    assert history.verify() == 0
    assert _run(history, finding()) == ["new"]
