from __future__ import annotations

from typing import Literal

import pytest
from tests.harmonise.small_study import Row, run

Engine = Literal["polars", "pandas"]
COLUMNS = ("RELID", "RDOMAIN", "IDVAR", "IDVARVAL")


def event(key: str, **more: object) -> Row:
    return {"AETERM": key, "AEDECOD": key, "AESPID": key, **more}


def drug(name: str, relates: str | None, **more: object) -> Row:
    return {"CMTRT": name, "relates": relates, **more}


@pytest.mark.parametrize("engine", ["polars", "pandas"])
def test_a_named_record_and_those_that_name_it_are_one_group(engine: Engine) -> None:
    cm = [drug("a", "E2"), drug("b", "E1; E2,"), drug("c", None)]
    out = run({"AE": [event("E1"), event("E2"), event("E3")], "CM": cm}, engine=engine)
    assert out.rows("RELREC", *COLUMNS) == [
        ("AE1", "AE", "AESEQ", "1"),
        ("AE1", "CM", "CMSEQ", "2"),
        ("AE2", "AE", "AESEQ", "2"),
        ("AE2", "CM", "CMSEQ", "1"),
        ("AE2", "CM", "CMSEQ", "2"),
    ]
    assert out.column("RELREC", "RELTYPE") == [None] * 5
    assert out.column("RELREC", "_block") == [
        "BE/AE/block",
        "BE/CM/block",
        "BE/AE/block",
        "BE/CM/block",
        "BE/CM/block",
    ]
    assert not out.findings or {f.check for f in out.findings} == {"harmonise.no_last_contact"}


def test_a_value_that_names_no_record_is_reported_with_its_cell() -> None:
    out = run({"AE": [event("E1")], "CM": [drug("a", "E1, E9", row=14)]})
    assert len(out.rows("RELREC", "RELID")) == 2
    (finding,) = out.found("unknown_relation")
    assert (finding.severity, finding.value, finding.cell) == ("error", "E9", "B14")
    assert finding.message == (
        "CM: 'E9' names no record of TEST-BE-001 by AE.AESPID, so no relation was made. "
        "Correct the reference or deliver the record."
    )


def test_records_of_other_subjects_are_not_meant() -> None:
    dm: list[Row] = [{"SEX": "F"}, {"SEX": "M", "subject": 2}]
    out = run({"DM": dm, "AE": [event("E1", subject=2)], "CM": [drug("a", "E1")]})
    assert "RELREC" not in out.datasets
    assert len(out.found("unknown_relation")) == 1


def test_a_relation_to_a_domain_that_is_not_there_is_reported() -> None:
    out = run({"CM": [drug("a", "E1")]})
    assert "RELREC" not in out.datasets
    assert [f.value for f in out.found("unknown_relation")] == ["E1"]


def test_a_value_that_names_several_records_relates_all_and_is_reported_once() -> None:
    ae = [event("E1"), event("E1") | {"AETERM": "again"}]
    out = run({"AE": ae, "CM": [drug("a", "E1")]})
    assert [row[0] for row in out.rows("RELREC", *COLUMNS)] == ["AE1", "AE1", "AE2", "AE2"]
    (finding,) = out.found("ambiguous_relation")
    assert "'E1' names 2 records of TEST-BE-001 by AE.AESPID; all are related" in finding.message
