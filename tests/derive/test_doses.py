from __future__ import annotations

import datetime
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.derive.made_study import Row, sdtm, shipped_specs

from tecdata.derive import derive_study
from tecdata.derive.doses import derive_intervals
from tecdata.finding import Findings
from tecdata.spec.analysis import Dosing


def adex(doses: list[Row], levels: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    data = sdtm(
        DM=[{"USUBJID": "1"}],
        EX=[{"USUBJID": "1", "EXDOSE": 90.0, **dose} for dose in doses],
        SUPPEX=[
            {"USUBJID": "1", "RDOMAIN": "EX", "IDVARVAL": str(i), "QNAM": "EXDOSKG", "QVAL": text}
            for i, text in enumerate(levels, start=1)
        ],
    )
    return derive_study(data, shipped_specs(), Findings(), ["adex"])["ADEX"].to_polars().to_dicts()


def test_numbers_kinds_intervals_and_delays() -> None:
    step, target = {"EXCAT": "STEP-UP DOSE"}, {"EXCAT": "TARGET DOSE"}
    found = adex(
        [
            {**target, "EXSTDTC": "2024-02-01"},
            {**step, "EXSTDTC": "2024-01-01"},
            {**step, "EXSTDTC": "2024-01-04T08:00"},
            {**target, "EXSTDTC": "2024-01-11"},
        ],
        ("1.5", "0.06", "0.3", "1.5"),
    )
    assert [d["ASTDY"] for d in found] == [1, 4, 11, 32]
    assert [d["DOSENO"] for d in found] == [1, 2, 3, 4]
    assert [d["TARGETNO"] for d in found] == [None, None, 1, 2]
    assert [d["CUMKG"] for d in found] == [0.06, 0.36, 1.86, 3.36]
    assert [d["INTERVAL"] for d in found] == [None, 3, 7, 21]
    assert [d["DELAY"] for d in found] == [None, 0, 0, 14]
    assert [d["DELAYFL"] for d in found] == [None, "N", "N", "Y"]


def test_a_dose_of_nothing_is_none_and_a_partial_date_has_no_number() -> None:
    found = adex(
        [
            {"EXSTDTC": "2024-01-01", "EXCAT": "TARGET DOSE"},
            {"EXSTDTC": "2024-01-05", "EXDOSE": 0.0},
            {"EXSTDTC": "2024-02", "EXCAT": "TARGET DOSE"},
        ]
    )
    assert sorted((d["DOSENO"] or 0, d["TARGETNO"] or 0) for d in found) == [(0, 0), (1, 1)]


def test_without_doses_there_is_no_dataset() -> None:
    made = derive_study(sdtm(DM=[{"USUBJID": "1"}]), shipped_specs(), Findings())
    assert not {"ADEX", "ADAE", "ADLB", "ADCM", "ADABN", "ADTTL"} & made.keys()


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=12, unique=True))
def test_intervals_add_up_to_the_span(days: list[int]) -> None:
    start = datetime.date(2024, 1, 1)
    dates = [start + datetime.timedelta(days=day) for day in sorted(days)]
    doses = pl.DataFrame({"USUBJID": "1", "ASTDT": dates, "EXCAT": "TARGET DOSE", "DOSEKG": 1.5})
    rule = Dosing(target="TARGET DOSE", planned_interval_days={"TARGET DOSE": 7})
    found = derive_intervals(doses, rule)
    assert found["INTERVAL"].sum() == max(days) - min(days)
    assert found["DOSENO"].to_list() == list(range(1, len(days) + 1))
    late = found.filter(pl.col("DELAYFL") == "Y")
    assert late["INTERVAL"].to_list() == [n for n in found["INTERVAL"].drop_nulls() if n > 7]
