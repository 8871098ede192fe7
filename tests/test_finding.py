from __future__ import annotations

import string

import pytest

from tecdata.checks import CHECKS
from tecdata.finding import Finding, Findings

FIELDS = {"centre", "domain", "usubjid", "variable", "value", "file", "sheet", "cell"}


def test_every_check_id_names_its_room() -> None:
    rooms = {
        "intake", "file", "identifier", "mapping", "harmonise", "validate", "policy", "derive",
        "report", "export", "run",
    }  # fmt: skip
    assert {check.split(".")[0] for check in CHECKS} <= rooms
    assert all(CHECKS[check].id == check for check in CHECKS)


@pytest.mark.parametrize("check", sorted(CHECKS))
def test_every_template_is_a_sentence_with_named_fields_only(check: str) -> None:
    names = [name for _, name, _, _ in string.Formatter().parse(CHECKS[check].template) if name]
    assert all(name.isidentifier() for name in names)
    assert len(CHECKS[check].template) > 20


def test_findings_come_worst_first_and_in_the_same_order_whatever_came_in() -> None:
    notice = Finding(check="x", severity="notice", message="n")
    late = Finding(check="x", severity="error", message="e", file="b.csv", cell="B10")
    early = Finding(check="x", severity="error", message="e", file="b.csv", cell="B9")
    assert Findings([notice, late, early]).ordered() == [early, late, notice]
    assert Findings([early, notice, late]).ordered() == [early, late, notice]


def test_only_failed_findings_count() -> None:
    findings = Findings(
        [
            Finding(check="x", severity="error", message="m"),
            Finding(check="x", severity="error", message="m", status="not_run"),
        ]
    )
    assert findings.count("error") == 1
    assert findings.count("warning") == 0


def test_findings_become_a_frame_with_one_row_each_and_typed_columns() -> None:
    frame = Findings([Finding(check="x", severity="error", message="m", seq=3)]).to_polars()
    assert frame.select("check", "seq", "status").rows() == [("x", 3, "failed")]
    assert Findings().to_polars().columns == frame.columns
