from __future__ import annotations

import dataclasses
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report.made_queries import SOURCE, findings, not_a_number, table, tables

from tecdata.finding import Finding
from tecdata.report import query_id
from tecdata.report.queries_address import Place
from tecdata.report.queries_source import SourceRows, name_rows
from tecdata.report.query_identity import distinguish, query_key
from tecdata.report.query_workbook import subject_test

_WORDS = st.text(st.sampled_from("ab;='\"#é"), max_size=4)


def test_an_id_can_be_read_out() -> None:
    for finding in findings():
        assert re.fullmatch(r"(XX|STUDY)-[0-9A-HJKMNP-TV-Z]{6}", query_id(finding))


def test_place_number_value_and_wording_are_not_part_of_a_subjects_query() -> None:
    one = Finding(
        check="a.b", severity="error", message="m", centre="XX", usubjid="S-XX-001",
        variable="LBORRES", record="LBTESTCD=IGG; LBDTC=2025-03-01", value="4",
    )  # fmt: skip
    later = dataclasses.replace(
        one,
        seq=9,
        value="5",
        file="other.xlsx",
        sheet="s",
        cell="C9",
        message="n",
        severity="notice",
    )
    assert query_id(one) == query_id(later)
    for other in (
        dataclasses.replace(one, usubjid="S-XX-002"),
        dataclasses.replace(one, variable="LBORRESU"),
        dataclasses.replace(one, record="x"),
        dataclasses.replace(one, check="a.c"),
    ):
        assert query_id(one) != query_id(other)


def test_without_a_subject_file_column_and_value_stand_in() -> None:
    one = not_a_number("C5", "x")
    assert query_id(one) == query_id(not_a_number("C9", "x"))
    assert query_id(one) != query_id(not_a_number("C5", "y"))
    assert query_id(one) != query_id(not_a_number("D5", "x"))
    dated = dataclasses.replace(one, file="Labor_2025-03.csv")
    assert query_id(dated) == query_id(dataclasses.replace(one, file="labor_2025-06.csv"))


@given(st.lists(st.tuples(_WORDS, _WORDS, _WORDS, _WORDS), max_size=12))
def test_every_finding_gets_an_id_of_its_own_whatever_their_order(
    parts: list[tuple[str, str, str, str]],
) -> None:
    made = [
        Finding(
            check="a.b", severity="error", message="", centre="XX",
            usubjid=subject, record=record, variable=variable, value=value, cell=f"A{i}",
        )
        for i, (subject, record, variable, value) in enumerate(parts)
    ]  # fmt: skip
    told = distinguish(made)
    assert [f.cell for f in told] == [f.cell for f in made]
    assert len({query_id(f) for f in told}) == len(made)
    other = distinguish(reversed(made))
    assert {f.cell: query_id(f) for f in told} == {f.cell: query_id(f) for f in other}
    assert distinguish(told) == told


def test_two_keys_behind_one_id_are_told_apart_and_stay_so() -> None:
    one, other = not_a_number("C5", "x"), not_a_number("C5", "y")
    known = {query_id(one): query_key(other)}
    (told,) = distinguish([one], known)
    assert query_id(told) != query_id(one)
    assert told.record.endswith("#2")
    (again,) = distinguish([one], {**known, query_id(told): query_key(told)})
    assert again == told


def test_a_source_row_is_named_by_subject_date_and_what_else_tells_it_apart() -> None:
    long = table(
        "labs", "l.csv", "", "lines", 2,
        {
            "id": ["P-1", "P-1", "P-1", "P-2"],
            "day": ["1.3.2025", "1.3.2025", "2.3.2025", None],
            "test": ["IgG", "CRP", "IgG", "IgG"],
            "value": ["7", "8", "x", "9"],
        },
    )  # fmt: skip
    rows = SourceRows(long, subject_test(SOURCE))
    assert rows.record(Place(2, "value")) == "labs.value: id=P-1; day=1.3.2025; test=IgG"
    assert rows.record(Place(4, "value")) == "labs.value: id=P-1; day=2.3.2025"
    # A cell in question does not name its own row.
    assert rows.record(Place(4, "day")) == "labs.day: id=P-1; test=IgG; value=x"
    assert rows.record(Place(5, "value")) == "labs.value: id=P-2"
    assert rows.record(Place(None, "value")) == "labs.value"


def test_rows_inserted_above_do_not_change_an_id() -> None:
    def ids(first: int, cell: str) -> list[str]:
        labs = tables()["labs"]
        moved = dataclasses.replace(
            labs, frame=labs.frame.with_columns(_row=labs.frame["_row"] + first - 4)
        )
        rows = {("XX", "book.xlsx", "Labor"): [SourceRows(moved, subject_test(SOURCE))]}
        return [query_id(f) for f in name_rows([not_a_number(cell, "=1+1")], rows)]

    assert ids(4, "C5") == ids(14, "C15")


@pytest.mark.parametrize("subject", [None, "nobody"])
def test_a_row_without_a_subject_is_not_named(subject: str | None) -> None:
    odd = table("t", "t.csv", "", "lines", 2, {"id": ["P-1"] * 9 + [subject], "x": ["1"] * 10})
    assert SourceRows(odd, subject_test(SOURCE)).record(Place(11, "x")) == ""
