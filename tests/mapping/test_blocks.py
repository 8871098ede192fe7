"""Blocks together: origins, links to other domains, several blocks of a domain, the account."""

from __future__ import annotations

import pytest
from tests.made_tables import SPECS, centre, column, raw_table, run

from tecdata.errors import MappingError
from tecdata.finding import Findings
from tecdata.mapping import Declared, map_centre

TERM = {"AETERM": {"assign_no_ct": "x"}}


def test_a_link_carries_where_it_leads() -> None:
    block = {
        "variables": {"CMTRT": {"assign_no_ct": "x"}},
        "relates": {"domain": "AE", "variable": "AESPID", "column": "ae"},
    }
    table = raw_table({"id": ["P1", "P1"], "x": ["a", "b"], "ae": ["1, 2", None]})
    mapped, found = run(centre("CM", block), table)
    assert column(mapped, "CM", "_relates") == ["1, 2", None]
    assert column(mapped, "CM", "_relates_domain") == ["AE", "AE"]
    assert column(mapped, "CM", "_relates_variable") == ["AESPID", "AESPID"]
    assert not found


def test_an_origin_names_the_cell_of_each_variable() -> None:
    block = {
        "split": {"column": "x"},
        "variables": {
            "AETERM": {"assign_no_ct": "$part"},
            "AESTDTC": {"assign_datetime": ["d", "t"], "dates": "dd.mm.yyyy"},
            "AETOXGR": [
                {"when": {"column": "g", "matches": "^[1-5]$"}, "assign_no_ct": "g"},
                {"assign_no_ct": "h"},
            ],
        },
    }
    cells = {
        "id": ["P1"],
        "x": ["a, b"],
        "d": ["03.04.2024"],
        "t": ["09:30"],
        "g": ["1"],
        "h": ["2"],
    }
    mapped, _ = run(centre("AE", block), raw_table(cells))
    origin = mapped.datasets["AE"].origins["XX/AE/block 0"]
    assert origin.cell("AETERM", 2) == "B2"
    assert origin.cell("AESTDTC", 2) == "C2"
    assert origin.cell("USUBJID", 2) == "A2"
    assert origin.cell("AETOXGR", 2) == "2"
    assert column(mapped, "AE", "_part") == [1, 2]


def test_an_origin_of_a_repetition_names_its_own_columns() -> None:
    block = {
        "repeat": {"columns": {"date": "v{n}_date", "igg": "v{n}_igg"}},
        "unpivot": {"columns": {"$igg": {"test": "IGG", "unit": "g/L"}}},
        "test": "$test",
        "convert_unit": {"value": "$value", "unit": "$unit"},
        "variables": {"LBDTC": {"assign_datetime": "$date"}},
    }
    cells = {
        "id": ["P1"],
        "v1_date": ["2024-04-03"],
        "v1_igg": ["7"],
        "v2_date": ["2024-04-10"],
        "v2_igg": ["8"],
    }
    mapped, _ = run(centre("LB", block), raw_table(cells))
    dataset = mapped.datasets["LB"]
    second = dataset.frame.rows(named=True)[1]
    origin = dataset.origins[second["_block"]]
    assert second["LBDTC"] == "2024-04-10"
    assert origin.cell("LBDTC", 2, second["_column"]) == "D2"
    assert origin.cell("LBORRES", 2, second["_column"]) == "E2"


def test_blocks_of_a_domain_stand_together() -> None:
    doses = {"EXTRT": {"hardcode_no_ct": "X"}, "EXDOSE": {"assign_no_ct": "mg"}}
    times = {"EXTRT": {"hardcode_no_ct": "X"}, "EXSTDTC": {"assign_datetime": "d"}}
    table = raw_table({"id": ["P1", "P2"], "mg": ["5", "6"], "d": ["2024", None]})
    mapping = centre(
        "EX",
        {"name": "b", "variables": doses},
        {"name": "a", "variables": times},
        reading={"dates": "yyyy"},
    )
    mapped, _ = run(mapping, table)
    assert column(mapped, "EX", "_block") == ["XX/EX/a", "XX/EX/a", "XX/EX/b", "XX/EX/b"]
    assert column(mapped, "EX", "EXSTDTC") == ["2024", None, None, None]
    assert column(mapped, "EX", "EXDOSE") == [None, None, 5.0, 6.0]


def test_a_block_without_rows_leaves_an_empty_dataset() -> None:
    block = {"where": {"column": "x", "equals": "never"}, "variables": TERM}
    mapped, _ = run(centre("AE", block), raw_table({"id": ["P1"], "x": ["a"]}))
    dataset = mapped.datasets["AE"]
    assert len(dataset) == 0
    assert "AETERM" in dataset.frame.columns


def test_the_same_problem_of_a_cell_is_reported_once() -> None:
    decode = {"AETERM": {"assign_no_ct": "x"}, "AEDECOD": {"assign_ct": "x"}}
    table = raw_table({"id": ["P1"], "x": ["Sturz"]})
    _, found = run(centre("AE", {"variables": decode}, {"variables": decode}), table)
    assert [(f.check, f.cell, f.variable) for f in found] == [
        ("mapping.unmapped_term", "B2", "AEDECOD")
    ]


def test_a_test_of_another_domain_is_left_to_it_and_else_reported() -> None:
    block = {"test": "x", "convert_unit": {"value": "y"}}
    table = raw_table({"id": ["P1"], "x": ["Scl-70"], "y": ["positiv"]})
    mapped, found = run(centre("LB", block), table)
    assert len(mapped.datasets["LB"]) == 0
    assert [(f.check, f.cell) for f in found] == [("mapping.unmapped_row", "2")]


def test_rules_of_the_block_go_before_what_the_test_says() -> None:
    block = {
        "fixed_test": "IGG",
        "convert_unit": {"value": "y", "fixed_unit": "g/L"},
        "variables": {"LBSPEC": {"hardcode_no_ct": "PLASMA"}},
    }
    mapped, _ = run(centre("LB", block), raw_table({"id": ["P1"], "y": ["7"]}))
    assert column(mapped, "LB", "LBSPEC") == ["PLASMA"]


def test_declared_cells_join_the_account() -> None:
    mapped, _ = run(centre("AE", {"variables": TERM}), raw_table({"id": ["P1"], "x": ["a"]}))
    more = Declared(table="t", column="", reason="sum row", cells=3)
    account = mapped.account.with_declared([more])
    assert (account.cells_read, account.mapped, account.ignored, account.unmapped) == (5, 2, 3, 0)
    assert account.declared == (more,)


def test_a_table_that_was_not_read_is_named() -> None:
    mapping = centre("AE", {"variables": TERM})
    with pytest.raises(MappingError) as caught:
        map_centre(mapping, {}, SPECS, Findings())
    assert str(caught.value) == (
        "table 't' of centre XX was not read. Read the delivery again with the same source.yaml"
    )
