from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.made_tables import centre, raw_table

from tecdata.finding import Finding, Findings
from tecdata.intake import read_centre
from tecdata.spec import load_centre
from tecdata.validate import drift, snapshot

if TYPE_CHECKING:
    from tecdata.spec.source import SourceSpec
    from tecdata.table import RawTable

SOURCE: SourceSpec = centre("LB", reading={"dates": ["dd.mm.yyyy"], "decimal": "comma"}).source
IDS = ["P1", "P2", "P3", "P4", "P5"]
COLUMNS: dict[str, Sequence[str | None]] = {
    "id": IDS,
    "Datum": ["01.02.2025", "02.02.2025", "03.02.2025", "04.02.2025", "25.12.2025"],
    "Kreatinin": ["0,8", "1,1", "0,9", "1,25", "2,0"],
    "Ereignis": ["Fieber", "Husten", None, "CRS", None],
}
FACTS = {"Kreatinin": {"unit": "mg/dl"}}


def table(
    columns: dict[str, Sequence[str | None]] | None = None, facts: dict[str, Any] | None = None
) -> RawTable:
    return raw_table(columns or COLUMNS, facts=FACTS if facts is None else facts)


def changes(
    now: RawTable, before: RawTable | None = None, expected: dict[str, str] | None = None
) -> list[Finding]:
    kept = json.loads(json.dumps(snapshot({"t": before or table()}, SOURCE)))
    return drift(kept, {"t": now}, SOURCE, expected={"t": expected or {}})


def failed(found: list[Finding]) -> list[tuple[str, str, str]]:
    return [(f.check, f.cell, f.value) for f in found if f.status == "failed"]


def renamed(old: str, new: str) -> dict[str, Sequence[str | None]]:
    return {new if name == old else name: cells for name, cells in COLUMNS.items()}


def test_nothing_changed_is_passed_and_no_earlier_delivery_is_not_applicable() -> None:
    same = changes(table())
    assert {f.status for f in same} == {"passed"}
    first = drift(None, {"t": table()}, SOURCE)
    assert {f.status for f in first} == {"not_applicable"}
    assert "no earlier delivery" in first[0].message
    other_version = drift({"version": 0, "tables": {}}, {"t": table()}, SOURCE)
    assert {f.status for f in other_version} == {"not_applicable"}


def test_a_renamed_column_is_named_with_its_likely_new_name_and_place() -> None:
    found = changes(table(renamed("Kreatinin", "Krea.")), expected={"Kreatinin": "LB block 'a'"})
    assert failed(found) == [("file.column_renamed", "C", "Krea.")]
    message = found[0].message
    for part in ("t.xlsx, sheet 't', column C", "'Kreatinin' is missing", "needed by LB block 'a'"):
        assert part in message
    assert "rename it back" in message


def test_a_column_under_quite_another_name_in_the_same_place_is_recognised() -> None:
    assert failed(changes(table(renamed("Datum", "Tag")))) == [("file.column_renamed", "B", "Tag")]


def test_without_an_earlier_delivery_the_name_alone_decides() -> None:
    now = table(renamed("Kreatinin", "Kreatinin (neu)"))
    found = drift(None, {"t": now}, SOURCE, expected={"t": {"Kreatinin": "LB block 'a'"}})
    assert failed(found) == [("file.column_renamed", "C", "Kreatinin (neu)")]
    found = drift(None, {"t": now}, SOURCE, expected={"t": {"Ferritin": "LB block 'a'"}})
    assert failed(found) == [("file.column_missing", "", "")]
    assert "column 'Ferritin' is missing (needed by LB block 'a')" in found[0].message


def test_missing_new_and_moved_columns() -> None:
    columns: dict[str, Sequence[str | None]] = {
        "Ereignis": COLUMNS["Ereignis"],
        "id": IDS,
        "Datum": COLUMNS["Datum"],
        "Grad": ["1", "2", "3", None, None],
    }
    found = failed(changes(table(columns)))
    assert found == [
        ("file.column_missing", "", ""),
        ("file.column_new", "D", "Grad"),
        ("file.column_moved", "", "'Ereignis'"),
    ]


def test_a_further_repetition_of_numbered_columns_is_not_new() -> None:
    before = table({"id": IDS, "v1_igg": ["1"] * 5})
    now = table({"id": IDS, "v1_igg": ["1"] * 5, "v2_igg": ["1"] * 5})
    assert failed(changes(now, before)) == []


def test_many_missing_columns_are_counted() -> None:
    before = table({"id": IDS, **{f"Messwert {chr(97 + n)}x": ["1"] * 5 for n in range(26)}})
    found = failed(changes(table({"id": IDS}), before))
    assert len(found) == 21


def test_a_changed_unit_of_the_header_also_under_a_new_name() -> None:
    now = table(facts={"Kreatinin": {"unit": "µmol/l"}})
    assert failed(changes(now)) == [("file.unit_changed", "column C", "µmol/l")]
    now = table(renamed("Kreatinin", "Krea"), facts={"Krea": {"unit": "µmol/l"}})
    assert ("file.unit_changed", "column C", "µmol/l") in failed(changes(now))
    assert failed(changes(table(facts={"Kreatinin": {"unit": "mg/dL"}}))) == []


def test_units_beside_results_are_compared_test_by_test() -> None:
    def long(units: list[str | None]) -> RawTable:
        tests = ["IgG", "IgG", "CRP", "CRP", "CRP"]
        return table({"id": IDS, "Analyt": tests, "Wert": ["1"] * 5, "Einheit": units}, {})

    before = long(["g/l", "g/l", "mg/l", "mg/l", "mg/l"])
    wholly = long(["mg/dl", "mg/dl", "mg/l", "mg/l", "mg/l"])
    found = changes(wholly, before)
    assert failed(found) == [("file.unit_changed", "D2", "mg/dl")]
    assert "the unit of test 'IgG' was 'g/l'" in found[0].message
    partly = long(["g/l", "g/l", "mg/l", "mg/dl", "mg/dl"])
    found = changes(partly, before)
    assert failed(found) == [("file.unit_new", "D5", "mg/dl")]
    assert "(2 rows)" in found[0].message


def test_a_changed_decimal_sign() -> None:
    now = table({**COLUMNS, "Kreatinin": ["0.8", "1.1", "0.9", "1.25", "2.0"]})
    found = changes(now)
    assert failed(found) == [("file.decimal_changed", "C", "point (4.5)")]
    assert "with a comma (4,5) in the last delivery" in found[0].message
    # 1.280 may be either: it decides nothing; nor do typed numbers.
    open_ = table({**COLUMNS, "Kreatinin": ["1.280", "2.100", "3.000", "7", "8"]})
    assert failed(changes(open_)) == []
    typed = dataclasses.replace(
        raw_table(
            {**COLUMNS, "Kreatinin": ["0.8", "1.1", "0.9", "1.25", "2,0"]},
            facts={"Kreatinin": {"unit": "mg/dl", "kinds": frozenset({"number", "text"})}},
            numbers={"Kreatinin": [True, True, True, True, False]},
        )
    )
    assert failed(changes(typed)) == []


def test_a_changed_notation_of_dates_unless_it_is_declared() -> None:
    now = table(
        {**COLUMNS, "Datum": ["02/01/2025", "02/02/2025", "02/03/2025", "02/04/2025", "12/25/2025"]}
    )
    found = changes(now)
    assert [f[:2] for f in failed(found)] == [("file.date_notation_changed", "B")]
    assert "dates as dd.mm.yyyy in the last delivery" in found[0].message
    assert "mm/dd/yyyy" in found[0].message
    iso = table({**COLUMNS, "Datum": [f"2025-02-0{n}" for n in range(1, 6)]})
    assert failed(changes(iso)) == []


def test_codes_that_have_changed_their_meaning() -> None:
    before = table(facts={"Ereignis": {"value_labels": {"1": "männlich", "2": "weiblich"}}})
    now = table(facts={"Ereignis": {"value_labels": {"1": "weiblich", "2": "männlich"}}})
    found = changes(now, before)
    assert failed(found) == [("file.codes_changed", "D", "1"), ("file.codes_changed", "D", "2")]
    assert "code 1 meant 'männlich' in the last delivery and means 'weiblich' now" in str(found)


def test_rows_lost_and_doubled() -> None:
    long = table({"id": IDS * 40, "x": ["1"] * 200})
    short = table({"id": IDS * 30, "x": ["1"] * 150})
    assert failed(changes(short, long)) == [("file.rows_changed", "", "150")]
    assert failed(changes(table({"id": IDS * 80, "x": ["1"] * 400}), long))[0][0] == (
        "file.rows_changed"
    )
    assert failed(changes(table({"id": IDS * 39, "x": ["1"] * 195}), long)) == []


def test_subjects_that_are_gone_from_all_tables_or_from_one() -> None:
    visits = dataclasses.replace(table(), name="v", sheet="v")
    fewer = table({name: cells[:4] for name, cells in COLUMNS.items()})
    other = dataclasses.replace(fewer, name="v", sheet="v")
    source = SOURCE.model_copy(update={"tables": {**SOURCE.tables, "v": SOURCE.tables["t"]}})
    before = snapshot({"t": table(), "v": visits}, source)
    gone = drift(before, {"t": fewer, "v": other}, source)
    assert failed(gone) == [("file.subject_vanished", "", "5")]
    assert "none of these tables now (t, v)" in gone[0].message
    assert gone[0].record == "subject 5"
    partly = drift(before, {"t": fewer, "v": visits}, source)
    assert failed(partly) == [("file.records_vanished", "", "5")]


def test_a_table_that_was_not_delivered_is_not_compared() -> None:
    before = snapshot({"t": table(), "v": dataclasses.replace(table(), name="v")}, SOURCE)
    assert failed(drift(before, {"t": table()}, SOURCE)) == []


@pytest.mark.parametrize("name", ["aarhus", "berlin", "hamburg", "heidelberg", "tuebingen"])
def test_a_sample_export_is_as_it_was_and_its_snapshot_holds_no_value(
    repository: Path, name: str
) -> None:
    mapping = load_centre(repository / "mappings" / name)
    source = mapping.source
    delivery = read_centre(source, repository / source.folder, Findings())
    kept = json.dumps(snapshot(delivery.tables, source), ensure_ascii=False)
    assert failed(drift(json.loads(kept), delivery.tables, source)) == []
    assert "Prednisolon" not in kept
    shapes = json.loads(kept)["tables"].values()
    assert all(shape["subjects"] for shape in shapes if "Referenz" not in shape["sheet"])
