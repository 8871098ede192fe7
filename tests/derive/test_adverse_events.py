from __future__ import annotations

import datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.derive.made_study import Row, sdtm, shipped_specs

from tecdata.derive import derive_study
from tecdata.derive.adverse_events import derive_treatment_emergent
from tecdata.finding import Findings

DOSES = [
    {"USUBJID": "1", "EXDOSE": 3.0, "EXSTDTC": "2024-03-10"},
    {"USUBJID": "1", "EXDOSE": 90.0, "EXSTDTC": "2024-03-20"},
]


def adae(events: list[Row], **domains: list[Row]) -> list[dict[str, Any]]:
    data = sdtm(
        DM=[{"USUBJID": "1", "RFPENDTC": "2024-06-10"}],
        EX=DOSES,
        AE=[{"USUBJID": "1", **event} for event in events],
        **domains,
    )
    made = derive_study(data, shipped_specs(), Findings(), ["adex", "adae"])
    return made["ADAE"].to_polars().sort("AESEQ").to_dicts()


def test_dates_days_and_duration() -> None:
    (event,) = adae([{"AESTDTC": "2024-03-12", "AEENDTC": "2024-03-14"}])
    assert (event["ASTDY"], event["AENDY"], event["ADURN"], event["ADURU"]) == (3, 5, 3, "DAYS")
    assert event["ASTDTF"] is event["AENDTF"] is None


@pytest.mark.parametrize(
    ("text", "start", "flag", "emergent"),
    [
        ("2024-04", "2024-04-01", "D", "Y"),
        ("2024-03", "2024-03-10", "D", "Y"),
        ("2024", "2024-03-10", "M", "Y"),
        ("2024-02", "2024-02-01", "D", None),
        ("2023", "2023-01-01", "M", None),
        ("2024-03-09", "2024-03-09", None, None),
        (None, None, None, "Y"),
    ],
)
def test_partial_starts(
    text: str | None, start: str | None, flag: str | None, emergent: str | None
) -> None:
    (event,) = adae([{"AESTDTC": text, "AEENDTC": None}])
    wanted = start and datetime.date.fromisoformat(start)
    assert (event["ASTDT"], event["ASTDTF"], event["TRTEMFL"]) == (wanted, flag, emergent)


def test_partial_ends_do_not_pass_the_end_of_follow_up() -> None:
    may, june, july = adae(
        [{"AESTDTC": "2024-04-01", "AEENDTC": text} for text in ("2024-05", "2024", "2024-07")]
    )
    assert (may["AENDT"].isoformat(), may["AENDTF"]) == ("2024-05-31", "D")
    assert (june["AENDT"].isoformat(), june["AENDTF"]) == ("2024-06-10", "M")
    # A month after the end of follow-up contradicts it; the date stays in its month.
    assert july["AENDT"].isoformat() == "2024-07-01"


def test_an_event_over_before_treatment_is_not_emergent() -> None:
    (event,) = adae([{"AESTDTC": None, "AEENDTC": "2024-03-01"}])
    assert event["TRTEMFL"] is None


def test_a_window_ends_treatment_emergence() -> None:
    dates = {"TRTSDT": "2024-03-10", "TRTEDT": "2024-03-20", "ASTDT": "2024-04-20", "AENDT": None}
    frame = pl.DataFrame({n: [d and datetime.date.fromisoformat(d)] for n, d in dates.items()})
    frame = frame.with_columns(pl.col("AENDT").cast(pl.Date))
    assert derive_treatment_emergent(frame, None)["TRTEMFL"].to_list() == ["Y"]
    assert derive_treatment_emergent(frame, 31)["TRTEMFL"].to_list() == ["Y"]
    assert derive_treatment_emergent(frame, 30)["TRTEMFL"].to_list() == [None]


def test_occurrence_flags() -> None:
    crs, cold = {"AEDECOD": "CRS"}, {"AEDECOD": "COLD"}
    events = adae(
        [
            {**crs, "AESTDTC": "2024-03-01", "AETOXGR": "3"},
            {**crs, "AESTDTC": "2024-03-21", "AETOXGR": "1"},
            {**crs, "AESTDTC": "2024-03-12", "AETOXGR": "2"},
            {**cold, "AESTDTC": "2024-03-12", "AETOXGR": "2", "AEBODSYS": "INFECTIONS"},
            {**crs, "AESTDTC": "2024-04-12", "AETOXGR": "2"},
        ]
    )

    def flagged(name: str) -> list[int]:
        return [event["AESEQ"] for event in events if event[name] == "Y"]

    assert flagged("TRTEMFL") == [2, 3, 4, 5]
    assert flagged("AOCCFL") == [3]
    assert flagged("AOCCPFL") == [3, 4]
    assert flagged("AOCCSFL") == [4]
    assert flagged("AOCCIFL") == [3]
    assert flagged("AOCCPIFL") == [3, 4]


def test_last_dose_before_onset_counts_the_day_itself() -> None:
    events = adae([{"AESTDTC": d} for d in ("2024-03-09", "2024-03-19", "2024-03-20", "2024-03")])
    found = [(e["DOSENO"], e["LDOSEDY"]) for e in events]
    assert found == [(None, None), (1, 9), (2, 0), (1, 0)]


def test_treatments_are_those_related_to_the_event() -> None:
    link = {"USUBJID": "1", "RELID": "AE1"}
    first, second = adae(
        [{"AESTDTC": "2024-03-11"}, {"AESTDTC": "2024-03-21"}],
        CM=[
            {"USUBJID": "1", "CMTRT": "a", "CMDECOD": "TOCILIZUMAB", "CMROUTE": "INTRAVENOUS"},
            {"USUBJID": "1", "CMTRT": "b", "CMDECOD": "DOXYCYCLINE", "CMROUTE": "ORAL"},
            {"USUBJID": "1", "CMTRT": "c", "CMDECOD": "DEXAMETHASONE"},
        ],
        RELREC=[
            {**link, "RDOMAIN": "AE", "IDVAR": "AESEQ", "IDVARVAL": "1"},
            {**link, "RDOMAIN": "CM", "IDVAR": "CMSEQ", "IDVARVAL": "1"},
            {**link, "RDOMAIN": "CM", "IDVAR": "CMSEQ", "IDVARVAL": "2"},
        ],
    )
    assert (first["TOCIFL"], first["GLUCOFL"], first["IVABFL"]) == ("Y", None, None)
    assert second["TOCIFL"] is None


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from("AB")), min_size=1, max_size=15))
def test_each_flag_is_set_once_a_group(drawn: list[tuple[int, str]]) -> None:
    start = datetime.date(2024, 3, 10)
    events = adae(
        [
            {
                "AESTDTC": (start + datetime.timedelta(days=day)).isoformat(),
                "AEDECOD": term,
                "AETOXGR": str(day % 4),
            }
            for day, term in drawn
        ]
    )
    terms = {term for _, term in drawn}
    assert sum(e["AOCCFL"] == "Y" for e in events) == 1
    assert sum(e["AOCCIFL"] == "Y" for e in events) == 1
    for term in terms:
        mine = [e for e in events if e["AEDECOD"] == term]
        assert sum(e["AOCCPFL"] == "Y" for e in mine) == 1
        (worst,) = [e for e in mine if e["AOCCPIFL"] == "Y"]
        assert worst["ATOXGRN"] == max(e["ATOXGRN"] for e in mine)


def test_without_organ_classes_there_is_no_flag_of_theirs() -> None:
    (event,) = adae([{"AESTDTC": "2024-03-12", "AEDECOD": "CRS"}])
    assert "AOCCSFL" not in event
    assert event["AOCCPFL"] == "Y"
