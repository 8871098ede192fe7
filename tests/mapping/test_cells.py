"""What rules see of a cell: blanks, labels, missing tokens and codes, typed numbers and dates."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest
from tests.made_tables import SPECS, centre, column, raw_table, run

EVENT: Mapping[str, Any] = {"variables": {"AETERM": {"assign_no_ct": "x"}}}
DOSE: Mapping[str, Any] = {
    "variables": {"EXTRT": {"hardcode_no_ct": "X"}, "EXDOSE": {"assign_no_ct": "x"}}
}


@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0", "\u202f", "\ufeff", "\u200b", "\r\n"])
def test_outer_blanks_do_not_count(blank: str) -> None:
    table = raw_table({"id": [f"P1{blank}"], "x": [f"{blank}Fever  and chills{blank}"]})
    mapped, found = run(centre("AE", EVENT), table)
    assert column(mapped, "AE", "AETERM") == ["Fever  and chills"]
    assert column(mapped, "AE", "_subject") == ["P1"]
    assert not found


def test_a_blank_cell_is_empty_but_accounted_for() -> None:
    mapped, found = run(centre("AE", EVENT), raw_table({"id": ["P1"], "x": [" "]}))
    assert column(mapped, "AE", "AETERM") == [None]
    assert (mapped.account.cells_read, mapped.account.mapped) == (2, 2)
    assert not found


def test_a_row_without_any_cell_is_no_record_and_no_problem() -> None:
    table = raw_table({"id": ["P1", None, "P2"], "x": ["a", None, "b"]})
    mapped, found = run(centre("AE", EVENT), table)
    assert column(mapped, "AE", "_row") == [2, 4]
    assert not found


LABELLED = {"x": {"value_labels": {"1": "mild ", "2": "severe", "-99": "k.A."}}}


def test_rules_see_labels() -> None:
    table = raw_table({"id": ["P1"] * 4, "x": ["1", "2", "-99", "7"]}, facts=LABELLED)
    mapped, _ = run(centre("AE", EVENT, reading={"missing": "k.A."}), table)
    assert column(mapped, "AE", "AETERM") == ["mild", "severe", None, "7"]
    assert mapped.account.unmapped == 0


def test_rules_see_codes_where_the_centre_says_so() -> None:
    table = raw_table({"id": ["P1", "P1"], "x": ["1", "-99"]}, facts=LABELLED)
    mapped, _ = run(centre("AE", EVENT, reading={"value_labels": "code", "missing": "-99"}), table)
    assert column(mapped, "AE", "AETERM") == ["1", None]


def test_user_missing_codes_are_empty_and_mapped() -> None:
    table = raw_table(
        {"id": ["P1", "P1"], "x": ["5", "-99"]}, facts={"x": {"missing_codes": ("-99",)}}
    )
    mapped, found = run(centre("EX", DOSE), table)
    assert column(mapped, "EX", "EXDOSE") == [5.0, None]
    assert mapped.account.mapped == 4
    assert not found


def test_a_finding_shows_the_cell_as_the_source_holds_it() -> None:
    table = raw_table({"id": ["P1"], "x": ["3"]}, facts={"x": {"value_labels": {"3": " drei"}}})
    _, found = run(centre("EX", DOSE), table)
    assert [(f.value, f.cell, f.sheet, f.file) for f in found] == [("3", "B2", "t", "t.xlsx")]
    assert found[0].message.startswith("t.xlsx, sheet 't', cell B2: 'drei' is not a number")


def test_column_settings_go_before_table_settings_and_these_before_the_centres() -> None:
    mapping = centre(
        "EX",
        {"variables": {**DOSE["variables"], "EXSTDTC": {"assign_datetime": "y"}}},
        tables={
            "t": {
                "file": "t.xlsx",
                "reading": {"missing": ["-"], "dates": "mm/yyyy"},
                "columns": {"x": {"decimal": "comma"}},
            }
        },
        reading={"decimal": "point", "missing": ["?"], "dates": "dd.mm.yyyy"},
    )
    table = raw_table({"id": ["P1"] * 3, "x": ["1,5", "-", "?"], "y": ["04/2024", "-", None]})
    mapped, found = run(mapping, table)
    assert column(mapped, "EX", "EXDOSE") == [1.5, None, None]
    assert column(mapped, "EX", "EXSTDTC") == ["2024-04", None, None]
    assert [(f.check, f.value) for f in found] == [("mapping.not_a_number", "?")]


def test_typed_numbers_among_text_are_in_point_notation() -> None:
    table = raw_table(
        {"id": ["P1"] * 3, "x": ["1.280", "1.28", "1,5"]}, numbers={"x": [False, True, False]}
    )
    reading = {"decimal": "comma", "thousands": "point"}
    mapped, found = run(centre("EX", DOSE, reading=reading), table)
    assert column(mapped, "EX", "EXDOSE") == [1280.0, 1.28, 1.5]
    assert not found


def test_typed_numbers_are_no_evidence_for_the_text_beside_them() -> None:
    table = raw_table({"id": ["P1"] * 2, "x": ["1.280", "1.28"]}, numbers={"x": [False, True]})
    mapped, found = run(centre("EX", DOSE, reading={"decimal": "detect"}), table)
    assert column(mapped, "EX", "EXDOSE") == [None, 1.28]
    assert [(f.check, f.cell) for f in found] == [("mapping.ambiguous_number", "B2")]


def test_a_column_of_typed_numbers_needs_no_declaration() -> None:
    table = raw_table(
        {"id": ["P1"] * 2, "x": ["1.5", "20"]}, facts={"x": {"kinds": frozenset({"number"})}}
    )
    reading = {"decimal": "comma", "thousands": "point"}
    mapped, found = run(centre("EX", DOSE, reading=reading), table)
    assert column(mapped, "EX", "EXDOSE") == [1.5, 20.0]
    assert not found


WIDE: Mapping[str, Any] = {
    "unpivot": {
        "columns": {"a": {"test": "IGG", "unit": "g/L"}, "b": {"test": "HGB", "unit": "g/L"}}
    },
    "test": "$test",
    "convert_unit": {"value": "$value", "unit": "$unit"},
}


def test_unpivoted_columns_keep_their_own_conventions() -> None:
    mapping = centre(
        "LB",
        WIDE,
        tables={
            "t": {
                "file": "t.xlsx",
                "columns": {"a": {"decimal": "comma", "thousands": "point"}},
            }
        },
    )
    table = raw_table(
        {"id": ["P1"] * 2, "a": ["1.280", "7.5"], "b": ["1.280", "120"]},
        numbers={"a": [False, True]},
    )
    mapped, found = run(mapping, table)
    assert column(mapped, "LB", "LBORRES") == ["1280", "1.280", "7.5", "120"]
    assert column(mapped, "LB", "_source_text") == ["1.280", "1.280", "7.5", "120"]
    assert not found


def test_repeated_columns_keep_their_own_conventions() -> None:
    block = {
        "repeat": {"columns": {"mg": "d{n}"}},
        "variables": {"EXTRT": {"hardcode_no_ct": "X"}, "EXDOSE": {"assign_no_ct": "$mg"}},
    }
    columns = {"d1": {"decimal": "comma", "thousands": "point"}}
    mapping = centre("EX", block, tables={"t": {"file": "t.xlsx", "columns": columns}})
    table = raw_table(
        {"id": ["P1"] * 2, "d1": ["1.280", "1.28"], "d2": ["1.280", None]},
        numbers={"d1": [False, True]},
    )
    mapped, found = run(mapping, table)
    assert column(mapped, "EX", "EXDOSE") == [1280.0, 1.28, 1.28]
    assert column(mapped, "EX", "_block") == ["XX/EX/block 0#1"] * 2 + ["XX/EX/block 0#2"]
    assert not found


def test_seconds_of_typed_cells_are_dropped_where_they_are_zero() -> None:
    block = {"variables": {"EXTRT": {"hardcode_no_ct": "X"}, "EXSTDTC": {"assign_datetime": "x"}}}
    cells = {"id": ["P1"] * 2, "x": ["2024-04-03T09:30:00", "2024-04-03T09:30:15"]}
    typed, _ = run(
        centre("EX", block), raw_table(cells, facts={"x": {"kinds": frozenset({"datetime"})}})
    )
    text, _ = run(centre("EX", block), raw_table(cells))
    assert column(typed, "EX", "EXSTDTC") == ["2024-04-03T09:30", "2024-04-03T09:30:15"]
    assert column(text, "EX", "EXSTDTC") == cells["x"]


def test_results_may_stay_verbatim() -> None:

    study = SPECS.study.model_copy(update={"original_results": "verbatim"})
    specs = dataclasses.replace(SPECS, study=study)
    block = {
        "fixed_test": "IGG",
        "convert_unit": {"value": "x", "fixed_unit": "g/L", "range": "y"},
    }
    table = raw_table({"id": ["P1"], "x": ["<0,50"], "y": ["7,0 - 16,0"]})
    mapped, _ = run(centre("LB", block, reading={"decimal": "comma"}), table, specs=specs)
    row = mapped.datasets["LB"].frame.row(0)
    values = dict(zip(mapped.datasets["LB"].frame.columns, row, strict=True))
    assert values["LBORRES"] == "<0,50"
    assert (values["LBORNRLO"], values["LBORNRHI"]) == ("7,0", "16,0")
    assert values["LBSTRESC"] == "<0.5"
