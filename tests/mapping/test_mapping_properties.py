"""What holds for any cells: order does not matter, nothing is lost, engines agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.made_tables import SPECS, centre, raw_table

from tecdata.finding import Findings
from tecdata.mapping.centre import MappedCentre, map_views
from tecdata.mapping.tables import TableView

if TYPE_CHECKING:
    from tecdata.spec import CentreMapping

MAPPING: CentreMapping = centre(
    "LB",
    {
        "where": {"column": "test", "missing": False},
        "test": "test",
        "convert_unit": {"value": "value", "unit": "unit", "range": "range"},
        "variables": {
            "LBDTC": {"assign_datetime": "date"},
            "LBSPEC": [
                {"when": {"column": "unit", "matches": "^g"}, "hardcode_no_ct": "SERUM"},
                {"when": {"column": "range", "missing": False}, "template": "{range}[ {unit}]"},
            ],
        },
    },
    reading={
        "decimal": "detect",
        "dates": ["dd.mm.yyyy", "mm/yyyy"],
        "missing": "?",
        "not_done": "n.b.",
    },
)

ROW = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["P1", "P2 ", "X", None]),
        "test": st.sampled_from(["IgG", "Leukozyten", "ANA", "IgQ", None]),
        "value": st.sampled_from(["7,5", "1.280", "<0,01", "n.b.", "?", "hoch", None]),
        "unit": st.sampled_from(["g/l", "G/l", "mg/dl", "Pfund", None]),
        "range": st.sampled_from(["7,0 - 16,0", "bis 16", "16 - 7", "?", None]),
        "date": st.sampled_from(["03.04.2024", "04/2024", "31.02.2024", "3.4.24", None]),
    }
)


def run(rows: list[dict[str, Any]], order: list[int], *, pandas: bool = False) -> Any:
    """Map these rows in some order; each keeps its row number."""
    table = raw_table({name: [row[name] for row in rows] for name in rows[0]})
    frame: Any = table.frame[order]
    if pandas:
        frame = frame.to_pandas()
    view = TableView(table, MAPPING.source, frame=nw.from_native(frame, eager_only=True))
    findings = Findings()
    mapped = map_views(MAPPING, {"t": view}, SPECS, findings)
    return records(mapped), findings.ordered(), mapped.account


def records(mapped: MappedCentre) -> list[tuple[Any, ...]]:
    rows = mapped.datasets["LB"].frame.iter_rows()
    return [tuple(None if v is None or v != v else v for v in row) for row in rows]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(ROW, min_size=1, max_size=12).flatmap(
        lambda rows: st.tuples(st.just(rows), st.permutations(range(len(rows))))
    )
)
def test_the_order_of_rows_does_not_matter(
    given_rows: tuple[list[dict[str, Any]], list[int]],
) -> None:
    rows, order = given_rows
    assert run(rows, order) == run(rows, list(range(len(rows))))


@settings(deadline=None, max_examples=30)
@given(st.lists(ROW, min_size=1, max_size=8))
def test_pandas_and_polars_agree(rows: list[dict[str, Any]]) -> None:
    order = list(range(len(rows)))
    assert run(rows, order, pandas=True) == run(rows, order)


@settings(deadline=None, max_examples=60)
@given(st.lists(ROW, min_size=1, max_size=8))
def test_every_filled_cell_is_mapped_or_covered_by_a_finding(rows: list[dict[str, Any]]) -> None:
    made, findings, account = run(rows, list(range(len(rows))))
    filled = sum(value is not None for row in rows for value in row.values())
    assert account.cells_read == filled == account.mapped + account.unmapped
    reported = {int("".join(c for c in f.cell if c.isdigit()) or 0) for f in findings}
    kept = {row for record in made for row in [record[_ROW]]}
    for number, row in enumerate(rows, start=2):
        if any(value is not None for value in row.values()) and number not in kept:
            silent = row["value"] == "?" and row["id"] in ("P1", "P2 ")
            assert silent or number in reported


_ROW = [
    "_centre",
    "_subject",
    "_number",
    "_relates",
    "_relates_domain",
    "_relates_variable",
    "_source_text",
    "_block",
    "_row",
].index("_row")


def test_inputs_are_not_changed() -> None:
    table = raw_table(
        {
            "id": ["P1 "],
            "test": ["IgG"],
            "value": ["7,5"],
            "unit": ["g/l"],
            "range": [None],
            "date": [None],
        }
    )
    before = table.frame.clone()
    view = TableView(table, MAPPING.source)
    map_views(MAPPING, {"t": view}, SPECS, Findings())
    assert isinstance(table.frame, pl.DataFrame)
    assert table.frame.equals(before)
