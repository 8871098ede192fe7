"""What is read from SDTM: which results, on which day, once a day, summed from items where there is no total."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.derive.made_study import sdtm, shipped_specs
from tests.derive.response.made_panel import disease, response

from tecdata.derive.response.records import VALUES, Sdtm, collect_values, findings_of
from tecdata.spec.instrument import ItemScore

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

PEOPLE = ("S-1", "S-2")


def study(**domains: Sequence[Mapping[str, Any]]) -> Sdtm:
    return Sdtm.of(sdtm(**domains), shipped_specs().tests)


def score(
    test: str, day: int | None, value: float | None, seq: int = 1, who: str = "S-1", **more: Any
) -> dict[str, Any]:
    """A record of RS or QS."""
    wanted = shipped_specs().tests[test]
    code = wanted.domain
    return {
        "USUBJID": who,
        f"{code}TESTCD": wanted.testcd,
        f"{code}SEQ": seq,
        f"{code}DY": day,
        f"{code}STRESN": value,
        f"{code}DTC": f"on day {day}",
        f"{code}LOBXFL": None,
        **more,
    }


def told(frame: pl.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return frame.sort("subject", "measure", "day", "seq").select(columns).rows()


def test_days_count_from_the_first_dose() -> None:
    records = [score("MDGA", day, float(day), seq=n) for n, day in enumerate((-3, -1, 1, 2, 9), 1)]
    found = findings_of(study(RS=records), {"MDGA": "global"}, PEOPLE)
    assert found.schema == VALUES
    assert told(found, "day", "low", "before") == [
        (-3, -3.0, True), (-1, -1.0, True), (0, 1.0, False), (1, 2.0, False), (8, 9.0, False),
    ]  # fmt: skip
    assert found["high"].equals(found["low"].alias("high"))
    assert found.select("measure", "domain", "testcd", "form").unique().rows() == [
        ("global", "RS", "MDGA", 0)
    ]
    assert found["dtc"].to_list() == [f"on day {day}" for day in (-3, -1, 1, 2, 9)]
    assert found["seq"].to_list() == [1, 2, 3, 4, 5]
    assert found["top"].is_null().all()


def test_the_baseline_flag_marks_what_was_taken_before_the_dose_of_its_day() -> None:
    records = [score("MDGA", 1, 5.0, RSLOBXFL="Y"), score("MDGA", 1, 6.0, seq=2)]
    found = findings_of(study(RS=records), {"MDGA": ""}, PEOPLE)
    assert told(found, "day", "low", "before") == [(0, 5.0, True), (0, 6.0, False)]


def test_only_numbers_with_a_day_of_the_subjects_asked_for() -> None:
    records = [
        score("MDGA", None, 5.0),
        score("MDGA", 3, None),
        score("MDGA", 3, 1.0, who="S-3"),
        score("MDGA", 3, 2.0, who="S-2"),
        score("PTGA", 3, 4.0) if shipped_specs().tests["PTGA"].domain == "RS" else
        score("MRSSTOT", 3, 4.0),
    ]  # fmt: skip
    found = findings_of(study(RS=records), {"MDGA": ""}, PEOPLE)
    assert told(found, "subject", "low") == [(1, 2.0)]
    assert findings_of(study(RS=records), {"HAQDI": ""}, PEOPLE).is_empty()
    assert findings_of(study(QS=[score("HAQDI", 3, 1.0)]), {"MDGA": ""}, PEOPLE).schema == VALUES


def test_qualifiers_of_a_test_tell_it_from_others_of_its_code() -> None:
    wanted = shipped_specs().tests["CK"]
    assert wanted.variables["LBSPEC"] == "SERUM"
    row = {
        "USUBJID": "S-1", "LBTESTCD": "CK", "LBSTRESN": 500.0, "LBDY": 3, "LBDTC": "2024-01-03",
        "LBLOBXFL": None, "LBSTNRHI": 170.0, **wanted.variables,
    }  # fmt: skip
    other = {**row, "LBSPEC": "URINE", "LBSTRESN": 9.0}
    found = findings_of(study(LB=[other, row]), {"CK": "enzyme"}, PEOPLE)
    assert told(found, "low", "top", "domain", "seq") == [(500.0, 170.0, "LB", 2)]
    del row["LBSPEC"]
    loose = findings_of(study(LB=[row]), {"CK": "enzyme"}, PEOPLE)
    assert loose["low"].to_list() == [500.0], (
        "a qualifier that nobody delivered tells nothing apart"
    )


def collected(code: str, names: Sequence[str], source: Sdtm) -> dict[str, pl.DataFrame]:
    measures = {name: disease(code).measures[name] for name in names}
    highest = {}
    for name, measure in measures.items():
        if measure.items is not None:
            instrument = response().instruments[measure.items.instrument]
            assert isinstance(instrument, ItemScore)
            subset = measure.items.subset
            chosen = instrument.subsets[subset] if subset else tuple(instrument.form())
            highest[name] = {item: instrument.form()[item].high for item in chosen}
    return collect_values(source, measures, highest, PEOPLE)


@pytest.mark.parametrize("turned", [False, True])
def test_of_several_results_on_one_day_the_last_counts(turned: bool) -> None:
    records = [
        score("MDGA", 3, 4.0, seq=7), score("MDGA", 3, 5.0, seq=8), score("MDGA", 4, 6.0, seq=9),
        score("MDGA", 3, 1.0, seq=2, who="S-2"),
    ]  # fmt: skip
    found = collected("SSC", ["MDGA"], study(RS=records[::-1] if turned else records))["MDGA"]
    assert found.select("subject", "day", "low", "seq", "measure").rows() == [
        (0, 2, 5.0, 8, "MDGA"), (0, 3, 6.0, 9, "MDGA"), (1, 2, 1.0, 2, "MDGA"),
    ]  # fmt: skip


def test_forms_are_numbered_in_the_order_of_the_spec() -> None:
    records = [score("MMT8B", 3, 120.0, seq=1), score("MMT8", 3, 60.0, seq=2),
               score("MMT8B", -3, 90.0, seq=3)]  # fmt: skip
    found = collected("IIM", ["MMT"], study(RS=records))["MMT"]
    assert found.select("form", "day", "low").rows() == [(0, 2, 60.0), (1, -3, 90.0), (1, 2, 120.0)]


def sites(day: int, value: float, count: int = 17, first: int = 1) -> list[dict[str, Any]]:
    return [
        score(f"MRSS{n:02}", day, value, seq=100 * abs(day) + n)
        for n in range(first, first + count)
    ]


def test_a_total_is_taken_before_the_sum_of_its_items() -> None:
    records = [*sites(3, 1.0), *sites(9, 2.0, 15), score("MRSSTOT", 3, 20.0, seq=1)]
    found = collected("SSC", ["MRSS"], study(RS=records))["MRSS"]
    assert found.select("day", "form", "low", "high", "testcd", "seq", "dtc").rows() == [
        (2, 0, 20.0, 20.0, "MRSSTOT", 1, "on day 3"),
        (8, 0, 30.0, 36.0, "MRSS*", 901, "on day 9"),
    ]
    assert found.schema == VALUES
    assert found.select("domain", "before", "top", "measure").unique().rows() == [
        ("RS", False, None, "MRSS")
    ]
    only = collected("SSC", ["MRSS"], study(RS=[score("MRSSTOT", 3, 20.0)]))["MRSS"]
    assert only["low"].to_list() == [20.0]


def descriptor(item: int, day: int, value: float) -> dict[str, Any]:
    return score(f"SLEDAI{item:02}", day, value, seq=1000 * (day > 0) + 40 * abs(day) + item)


def test_sums_of_a_part_of_the_items_and_of_new_ones() -> None:
    before = [descriptor(n, -5, 0.0) for n in range(1, 25) if n != 15]
    now = [descriptor(n, 31, 2.0 if n in (15, 16, 20) else 0.0) for n in range(1, 25)]
    again = [descriptor(n, 61, 2.0 if n in (16, 17) else 0.0) for n in range(1, 25) if n != 1]
    found = collected(
        "SLE", ["SLEDAI", "CSLEDAI", "NEWITEMS", "NEWMILD"], study(RS=[*before, *now, *again])
    )

    def rows(name: str) -> list[tuple[Any, ...]]:
        return found[name].select("day", "low", "high").rows()

    assert rows("SLEDAI") == [(-5, 0.0, 2.0), (30, 6.0, 6.0), (60, 4.0, 12.0)]
    assert rows("CSLEDAI") == [(-5, 0.0, 2.0), (30, 4.0, 4.0), (60, 4.0, 12.0)]
    # Item 15 was not known before, so it is not new; an item that is missing may be new.
    assert rows("NEWITEMS") == [(-5, 0.0, 1.0), (30, 2.0, 2.0), (60, 1.0, 2.0)]
    assert found["NEWITEMS"]["form"].to_list() == [-1, -1, -1]
    mild = found["NEWMILD"].select("day", "low", "seq").rows()
    assert [row[:2] for row in mild] == [(-5, 0.0), (30, 0.0), (60, 1.0)]


def test_an_item_is_new_beside_earlier_visits_of_the_same_subject_only() -> None:
    none = [score(f"SLEDAI{n:02}", -5, 0.0, n) for n in range(1, 25)]
    all_there = [score(f"SLEDAI{n:02}", 31, 1.0, n, who="S-2") for n in range(1, 25)]
    found = collected("SLE", ["NEWITEMS"], study(RS=[*none, *all_there]))["NEWITEMS"]
    assert found.select("subject", "low").rows() == [(0, 0.0), (1, 0.0)]


def test_items_that_the_study_does_not_have_leave_nothing() -> None:
    source = study(RS=sites(3, 1.0))
    bare = Sdtm(source.frames, {k: t for k, t in source.tests.items() if k == "MRSSTOT"})
    assert collected("SSC", ["MRSS"], bare)["MRSS"].is_empty()
