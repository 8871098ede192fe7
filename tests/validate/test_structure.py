"""Every check of the room: a record that fails it, one that passes, a run where it cannot run."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from tests.made_specs import AE, SUPPAE, dataset, events, small_specs, with_frame

from tecdata import engine
from tecdata.checks.validate import CHECKS
from tecdata.dataset import Dataset
from tecdata.finding import Finding
from tecdata.validate import check_structure

ALL = {check.id for check in CHECKS}


@pytest.fixture(autouse=True, params=["short", "long"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records are checked one by one, or in long datasets by their distinct values."""
    if request.param == "long":
        monkeypatch.setattr(engine, "SMALL", 0)


def check(data: Dataset, name: str = "AE") -> list[Finding]:
    return check_structure({name: data}, small_specs())


def failed(data: Dataset, name: str = "AE") -> list[Finding]:
    return [f for f in check(data, name) if f.status == "failed"]


def statuses(data: Dataset, name: str = "AE") -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for finding in check(data, name):
        found.setdefault(finding.check, []).append(finding.status)
    return found


def test_a_sound_dataset_passes_every_check() -> None:
    assert statuses(events({}, {})) == {check: ["passed"] for check in ALL}
    (passed,) = [f for f in check(events({}, {})) if f.check == "validate.length"]
    assert (passed.message, passed.domain) == ("AE: 2 records checked", "AE")


def test_statuses_come_for_each_dataset_in_name_order() -> None:
    findings = check_structure({"AE2": events({}), "AE1": events({})}, small_specs())
    assert [f.domain for f in findings] == ["AE1"] * len(ALL) + ["AE2"] * len(ALL)


VALUES: list[tuple[str, dict[str, Any], str, str, str]] = [
    # check, what is wrong with the record, the value shown, the cell, the message
    (
        "required_null",
        {"AETERM": None},
        "",
        "B6",
        "AE.AETERM is empty, it must never be. Complete the cell it comes from, or map it.",
    ),
    (
        "required_null",
        {"AETERM": ""},
        "",
        "B6",
        "AE.AETERM is empty, it must never be. Complete the cell it comes from, or map it.",
    ),
    (
        "required_null",
        {"AESEQ": None},
        "",
        "6",
        "AE.AESEQ is empty, it must never be. Complete the cell it comes from, or map it.",
    ),
    (
        "number",
        {"AESEQ": 1.5},
        "1.5",
        "6",
        "AE.AESEQ holds 1.5, which is not a whole number. Correct the cell, or the rule.",
    ),
    (
        "number",
        {"AETEMP": float("inf")},
        "inf",
        "6",
        "AE.AETEMP holds inf, which is not a number. Correct the cell, or the rule.",
    ),
    (
        "number",
        {"AETEMP": float("nan")},
        "nan",
        "6",
        "AE.AETEMP holds nan, which is not a number. Correct the cell, or the rule.",
    ),
    (
        "length",
        {"AEOUT": "RECOVERED ÄÄ"},
        "RECOVERED ÄÄ",
        "6",
        "AE.AEOUT has 14 bytes, its spec allows 12. Shorten the text, or let it be longer there.",
    ),
    (
        "control_character",
        {"AETERM": "two\nlines"},
        "two\nlines",
        "B6",
        "AE.AETERM holds the control character U+000A. Take it out with a replace rule.",
    ),
    (
        "control_character",
        {"AETERM": "a\x85"},
        "a\x85",
        "B6",
        "AE.AETERM holds the control character U+0085. Take it out with a replace rule.",
    ),
    (
        "codelist",
        {"AESEV": "MODRATE"},
        "MODRATE",
        "C6",
        "AE.AESEV: 'MODRATE' is not in codelist AESEV, which is closed; closest: MODERATE. Correct the cell, or map its text to a term.",
    ),
    (
        "codelist",
        {"AESEV": "mild"},
        "mild",
        "C6",
        "AE.AESEV: 'mild' is not in codelist AESEV, which is closed; closest: MILD. Correct the cell, or map its text to a term.",
    ),
    (
        "codelist_extended",
        {"AEOUT": "UNKNOWN"},
        "UNKNOWN",
        "6",
        (
            "AE.AEOUT: 'UNKNOWN' is not in codelist OUT, which may be extended; closest: none. Map "
            "it to a term, or add it to specs/terminology."
        ),
    ),
    (
        "iso8601",
        {"AESTDTC": "2025-02-29"},
        "2025-02-29",
        "D6",
        "AE.AESTDTC: '2025-02-29' is not a whole or partial ISO 8601 date that exists. Correct the cell, or the date patterns of source.yaml.",
    ),
    (
        "iso8601",
        {"AESTDTC": "01.03.2025"},
        "01.03.2025",
        "D6",
        "AE.AESTDTC: '01.03.2025' is not a whole or partial ISO 8601 date that exists. Correct the cell, or the date patterns of source.yaml.",
    ),
    (
        "iso8601",
        {"AEDUR": "2 days"},
        "2 days",
        "6",
        "AE.AEDUR: '2 days' is not a whole or partial ISO 8601 duration that exists. Correct the cell, or the date patterns of source.yaml.",
    ),
]


@pytest.mark.parametrize(("check_id", "change", "value", "cell", "message"), VALUES)
def test_a_wrong_value_is_named_with_its_source_cell(
    check_id: str, change: dict[str, Any], value: str, cell: str, message: str
) -> None:
    (variable,) = change
    findings = failed(events({}, change))
    named = {"AETERM": "Fever", "AESTDTC": "2025-03-01"} | change
    record = "; ".join(f"{n}={named[n]}" for n in ("AETERM", "AESTDTC") if named[n])
    wanted = [f for f in findings if f.check == f"validate.{check_id}"]
    (finding,) = wanted
    assert finding == Finding(
        check=f"validate.{check_id}",
        severity="warning" if check_id == "codelist_extended" else "error",
        message=message,
        centre="XX",
        domain="AE",
        usubjid="S1-XX-002",
        seq=None if variable == "AESEQ" else 1,
        variable=variable,
        value=value,
        file="events.xlsx",
        sheet="AE",
        cell=cell,
        record=record,
    )
    # Nothing else is wrong with it, and the check does not say that it passed as well.
    extra = {"validate.codelist_extended"} if check_id == "length" else set()
    assert {f.check for f in findings} - extra == {f"validate.{check_id}"}
    assert statuses(events({}, change))[f"validate.{check_id}"] == ["failed"]


@pytest.mark.parametrize(
    "change",
    [
        {"AESTDTC": None},
        {"AESTDTC": ""},
        {"AESTDTC": "2025"},
        {"AESTDTC": "2025-02"},
        {"AESTDTC": "2024-02-29T23:59:59"},
        {"AESTDTC": "2025-03-01T10:30+01:00"},
        {"AESTDTC": "2025---15"},
        {"AESTDTC": "--03-15"},
        {"AESTDTC": "-----T07:15"},
        {"AESTDTC": "2025-03-01/2025-03-04"},
        {"AEDUR": None},
        {"AEDUR": "PT12H30M"},
        {"AEDUR": "P3W"},
        {"AESEV": None},
        {"AESEV": ""},
        {"AEOUT": "FATAL"},
        {"AETEMP": None},
        {"AETEMP": -40},
        {"AETERM": "Ödem " * 60},  # free text of any length goes on in SUPP-- when written
    ],
)
def test_right_values_pass(change: dict[str, Any]) -> None:
    assert failed(events({}, change)) == []


def test_several_records_of_one_rule() -> None:
    findings = failed(events({"AESEV": "X"}, {}, {"AESEV": "Y"}, {"AESEV": "X"}))
    assert [(f.usubjid, f.value, f.cell) for f in findings] == [
        ("S1-XX-001", "X", "C5"),
        ("S1-XX-003", "Y", "C7"),
        ("S1-XX-004", "X", "C8"),
    ]


def test_dates_of_the_rare_forms_do_not_hide_wrong_ones() -> None:
    findings = failed(events({"AESTDTC": "2025---15"}, {"AESTDTC": "2025-13"}))
    assert [(f.usubjid, f.value) for f in findings] == [("S1-XX-002", "2025-13")]


def test_records_with_the_same_keys() -> None:
    twin = {"USUBJID": "S1-XX-001"}
    data = events(twin | {"AESEQ": 1}, twin | {"AESEQ": 2}, {})
    findings = failed(data)
    assert [(f.check, f.seq, f.variable, f.value, f.cell) for f in findings] == [
        ("validate.key_duplicate", 1, "", "", "5"),
        ("validate.key_duplicate", 2, "", "", "6"),
    ]
    assert {f.message for f in findings} == {
        "AE: 2 records have the same STUDYID, USUBJID, AETERM, AESTDTC. Remove the repeated one, or map what tells them apart."
    }


def test_missing_dates_are_equal_keys() -> None:
    twin = {"USUBJID": "S1-XX-001", "AESTDTC": None}
    findings = failed(events(twin | {"AESEQ": 1}, twin | {"AESEQ": 2}))
    assert [f.check for f in findings] == ["validate.key_duplicate"] * 2


def test_a_sequence_number_twice_in_a_subject() -> None:
    twin = {"USUBJID": "S1-XX-001"}
    findings = failed(events(twin, twin | {"AETERM": "Cough"}, {}))
    assert [(f.check, f.variable, f.value, f.message) for f in findings] == [
        (
            "validate.seq",
            "AESEQ",
            "1",
            "AE.AESEQ: 1 stands 2 times in one subject. Map it no longer: tecdata numbers the records.",
        )
    ] * 2


def test_missing_variables_are_named_with_their_core() -> None:
    frame = events({}).frame.to_polars()
    data = with_frame(AE, frame.drop("AETERM", "AESTDTC", "AEDUR"))
    assert [(f.check, f.variable, f.message) for f in failed(data)] == [
        (
            "validate.variable_missing",
            "AETERM",
            "AE has no AETERM, which is required by its spec. Map it, or correct its core there.",
        ),
        (
            "validate.variable_missing",
            "AESTDTC",
            "AE has no AESTDTC, which is expected by its spec. Map it, or correct its core there.",
        ),
    ]


def test_unknown_variables_are_all_named() -> None:
    frame = (
        events({})
        .frame.to_polars()
        .with_columns(X=pl.lit("1"), Y=pl.lit("XX"), _z=pl.lit("internal"))
    )
    findings = failed(with_frame(AE, frame))
    assert [(f.check, f.variable) for f in findings] == [
        ("validate.variable_unknown", "X"),
        ("validate.variable_unknown", "Y"),
    ]
    assert (
        findings[0].message
        == "AE has X, which its spec does not. Declare it there, or drop it from the mapping."
    )


def test_the_order_of_variables() -> None:
    names = [v.name for v in AE.variables]
    names[0], names[4] = names[4], names[0]
    data = with_frame(AE, events({}).frame.to_polars().select(names))
    assert [f.message for f in failed(data)] == [
        "AE.AETERM stands in the wrong place: by its spec it comes after AESEQ. Correct the order there, or report this.",
        "AE.STUDYID stands in the wrong place: by its spec it comes first. Correct the order there, or report this.",
    ]


def test_order_and_unknown_variables_are_reported_together() -> None:
    frame = events({}).frame.to_polars()
    turned = frame.select(["DOMAIN", "STUDYID", *frame.columns[2:]]).with_columns(X=pl.lit("1"))
    checks = [f.check for f in failed(with_frame(AE, turned))]
    assert checks == ["validate.variable_unknown"] + ["validate.variable_order"] * 2


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (
            pl.lit("38").alias("AETEMP"),
            "AE.AETEMP is numeric by its spec, the data are String. Correct the rule that makes it, or the type.",
        ),
        (
            pl.lit(1).alias("AESEV"),
            "AE.AESEV is text by its spec, the data are Int32. Correct the rule that makes it, or the type.",
        ),
        (
            pl.lit("2025-03-01").str.to_date().alias("AESTDTC"),
            "AE.AESTDTC is text by its spec, the data are Date. Correct the rule that makes it, or the type.",
        ),
    ],
)
def test_the_type_of_a_variable(column: pl.Expr, message: str) -> None:
    data = with_frame(AE, events({}).frame.to_polars().with_columns(column))
    assert [(f.check, f.message) for f in failed(data)] == [("validate.type", message)]


@pytest.mark.parametrize("dtype", [pl.Int64, pl.Int32, pl.Float32, pl.Float64])
def test_any_number_type_is_numeric(dtype: type[pl.DataType]) -> None:
    frame = events({}).frame.to_polars().with_columns(pl.col("AESEQ").cast(dtype))
    assert failed(with_frame(AE, frame)) == []


def test_a_column_without_values_has_any_type() -> None:
    frame = events({}).frame.to_polars().with_columns(AESEV=pl.lit(None), AETEMP=pl.lit(None))
    assert failed(with_frame(AE, frame)) == []


ABSENT = {
    "validate.required_null": ("AETERM", "not checked: AETERM is absent"),
    "validate.control_character": ("AETERM", "not checked: AETERM is absent"),
    "validate.iso8601": ("AESTDTC", "not checked: AESTDTC is absent"),
    "validate.length": ("USUBJID", "not checked: USUBJID is absent"),
    "validate.key_duplicate": ("AESTDTC", "not checked: AESTDTC cannot be used"),
    "validate.seq": ("AESEQ", "not checked: AESEQ cannot be used"),
    "validate.number": ("AESEQ", "not checked: AESEQ is absent"),
}
WRONG_TYPE = {
    "validate.codelist": ("AESEV", "not checked: AESEV is of the wrong type"),
    "validate.codelist_extended": ("AEOUT", "not checked: AEOUT is of the wrong type"),
}


@pytest.mark.parametrize(("check_id", "variable", "message"), [(k, *v) for k, v in ABSENT.items()])
def test_without_its_variable_a_check_has_not_run(
    check_id: str, variable: str, message: str
) -> None:
    data = with_frame(AE, events({}).frame.to_polars().drop(variable))
    (finding,) = [f for f in check(data) if f.check == check_id]
    assert (finding.status, finding.message) == ("not_run", f"AE: {message}")


@pytest.mark.parametrize(
    ("check_id", "variable", "message"), [(k, *v) for k, v in WRONG_TYPE.items()]
)
def test_with_the_wrong_type_a_check_has_not_run(
    check_id: str, variable: str, message: str
) -> None:
    frame = events({}).frame.to_polars().with_columns(pl.lit(1).alias(variable))
    (finding,) = [f for f in check(with_frame(AE, frame)) if f.check == check_id]
    assert (finding.status, finding.message) == ("not_run", f"AE: {message}")


def test_each_value_check_has_a_run_where_it_could_not_run() -> None:
    of_columns = {c for c in ALL if c.startswith(("validate.variable_", "validate.type"))}
    assert set(ABSENT) | set(WRONG_TYPE) == ALL - of_columns


def test_a_check_that_ran_in_part_fails_and_says_what_it_left_out() -> None:
    data = events({"AETERM": None})
    data = with_frame(AE, data.frame.to_polars().drop("USUBJID"))
    assert statuses(data)["validate.required_null"] == ["failed", "not_run"]


def test_an_unknown_codelist_is_not_a_pass() -> None:
    specs = small_specs()
    kept = {k: v for k, v in specs.codelists.items() if k != "AESEV"}
    import dataclasses

    findings = check_structure({"AE": events({})}, dataclasses.replace(specs, codelists=kept))
    (finding,) = [f for f in findings if f.check == "validate.codelist"]
    assert finding.status == "not_run"
    assert finding.message == "AE: not checked: codelist AESEV is not among the specs"


def test_without_records_no_value_check_passes() -> None:
    empty = with_frame(AE, events({}).frame.to_polars().clear())
    found = statuses(empty)
    assert found["validate.length"] == ["not_run"]
    assert found["validate.key_duplicate"] == ["not_run"]
    assert found["validate.variable_missing"] == ["passed"]


def test_checks_that_a_spec_does_not_ask_for_do_not_apply() -> None:
    record = {v.name: "x" for v in SUPPAE.variables}
    found = statuses(dataset([record], SUPPAE), "SUPPAE")
    assert found["validate.seq"] == ["not_applicable"]
    assert found["validate.iso8601"] == ["not_applicable"]
    assert found["validate.required_null"] == ["passed"]


def test_a_supplemental_value_leads_to_the_cell_of_its_qualifier() -> None:
    record = {v.name: "x" for v in SUPPAE.variables} | {
        "QNAM": "CRSTEMP", "QVAL": None, "_block": "events", "_row": 9, "_column": "", "_part": 1,
    }  # fmt: skip
    (finding,) = failed(dataset([record], SUPPAE), "SUPPAE")
    assert (finding.check, finding.cell) == ("validate.required_null", "F9")


def test_records_of_an_unknown_block_have_no_source() -> None:
    (finding,) = failed(events({"AESEV": "X", "_block": "gone"}))
    assert (finding.file, finding.cell, finding.usubjid) == ("", "", "S1-XX-001")


def test_pandas_frames_are_checked_alike() -> None:
    import narwhals as nw

    data = events({"AESEV": "X"}, {"AETERM": None}, {"AESTDTC": "2025-02-30"})
    frame = nw.from_native(data.frame.to_polars().to_pandas(), eager_only=True)
    other = Dataset(spec=AE, frame=frame, origins=data.origins)
    assert check(other) == check(data)


def test_the_datasets_are_not_changed() -> None:
    data = events({"AESEV": "X"}, {"AESTDTC": "2025---15"})
    before = data.frame.to_polars().clone()
    check(data)
    assert data.frame.to_polars().equals(before)
