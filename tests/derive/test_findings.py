from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.derive.made_study import Row, sdtm, shipped_specs

from tecdata.derive import derive_study
from tecdata.finding import Findings

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun

FIRST = datetime.date(2024, 3, 10)


def on(day: int) -> str:
    """The date of a study day."""
    return (FIRST + datetime.timedelta(days=day - (day > 0))).isoformat()


def derived(**domains: Sequence[Row]) -> dict[str, list[dict[str, Any]]]:
    data = sdtm(
        DM=[{"USUBJID": "1"}],
        EX=[{"USUBJID": "1", "EXDOSE": 3.0, "EXSTDTC": FIRST.isoformat()}],
        **domains,
    )
    made = derive_study(data, shipped_specs(), Findings(), ["findings", "abnormalities"])
    return {name: dataset.to_polars().to_dicts() for name, dataset in made.items()}


def lab(test: str, day: int, value: float | str, **more: object) -> dict[str, object]:
    number = None if isinstance(value, str) else value
    return {
        "USUBJID": "1",
        "LBTESTCD": test,
        "LBTEST": test.title(),
        "LBSTRESU": "g/L",
        "LBCAT": "C",
        "LBSTRESN": number,
        "LBSTRESC": f"{value}",
        "LBDTC": on(day),
        **more,
    }


def test_baseline_changes_and_shift() -> None:
    low, normal = {"LBNRIND": "LOW"}, {"LBNRIND": "NORMAL"}
    rows = derived(
        LB=[
            lab("IGG", -9, 9.0, **normal),
            lab("IGG", 1, 8.0, **normal),
            lab("IGG", 15, 4.0, **low),
            lab("IGG", 30, 12.0, **normal),
        ]
    )["ADLB"]
    assert [r["ABLFL"] for r in rows] == [None, "Y", None, None]
    assert {r["BASE"] for r in rows} == {8.0}
    assert [r["CHG"] for r in rows] == [None, None, -4.0, 4.0]
    assert [r["PCHG"] for r in rows] == [None, None, -50.0, 50.0]
    assert [r["SHIFT1"] for r in rows] == [None, None, "NORMAL to LOW", "NORMAL to NORMAL"]
    assert [r["ADY"] for r in rows] == [-9, 1, 15, 30]
    assert {r["PARAM"] for r in rows} == {"Igg (g/L)"}


def test_visits_and_the_record_that_stands_for_each() -> None:
    rows = derived(LB=[lab("IGG", d, 8.0) for d in (-10, -4, 2, 12, 16, 18, 90, 9999)])["ADLB"]
    assert [r["AVISIT"] for r in rows] == [
        *("SCREENING", "BASELINE", "DAY 1", "WEEK 2", "WEEK 2", "WEEK 2", "WEEK 12", None)
    ]
    assert [r["ANL01FL"] for r in rows] == ["Y", "Y", "Y", None, "Y", None, "Y", None]


def test_of_two_records_as_close_the_later_counts() -> None:
    rows = derived(LB=[lab("IGG", d, 8.0) for d in (13, 17)])["ADLB"]
    assert [r["ANL01FL"] for r in rows] == [None, "Y"]


def test_values_beyond_the_range_keep_their_side_and_no_value_is_no_record() -> None:
    rows = derived(
        LB=[
            lab("IGM", -1, "<0.1"),
            lab("IGM", 15, ">800"),
            lab("IGM", 20, 0.3),
            {**lab("IGM", 30, 1.0), "LBSTRESN": None, "LBSTRESC": None, "LBSTAT": "NOT DONE"},
        ]
    )["ADLB"]
    assert [(r["AVAL"], r["ACENS"], r["AVALC"]) for r in rows] == [
        (0.1, "<", "<0.1"),
        (800.0, ">", ">800"),
        (0.3, None, "0.3"),
    ]


def test_antibodies_are_told_apart_by_what_they_bind_to() -> None:
    titre = {"USUBJID": "1", "ISTESTCD": "ATAB", "ISTEST": "Autoantibody", "ISCAT": "AUTOANTIBODY"}
    rows = derived(
        IS=[
            {**titre, "ISBDAGNT": "NUCLEAR AUTOANTIGENS", "ISSTRESN": 1280.0, "ISSTRESC": "1280"},
            {**titre, "ISBDAGNT": "SCL-70", "ISSTRESN": 100.0, "ISSTRESC": "100"},
            {**titre, "ISBDAGNT": "MDA5", "ISSTRESC": "POSITIVE", "ISCAT": "AUTOANTIBODY PROFILE"},
        ]
    )["ADIS"]
    assert sorted((r["PARAMCD"], r["AVAL"]) for r in rows) == [("ANA", 1280.0), ("SCL70", 100.0)]
    (ana,) = [r for r in rows if r["PARAMCD"] == "ANA"]
    assert ana["AVALLG2"] == pytest.approx(7 + 3.3219281)


def test_grades_carry_their_version_and_the_grade_of_the_baseline() -> None:
    rows = derived(LB=[lab("HGB", -1, 115.0, LBSTNRLO=120.0), lab("HGB", 8, 79.0, LBSTNRLO=120.0)])[
        "ADLB"
    ]
    assert [(r["ATOXGRL"], r["BTOXGRL"], r["ATOXVER"]) for r in rows] == [
        ("1", "1", "CTCAE 5.0"),
        ("3", "1", "CTCAE 5.0"),
    ]
    assert {r["ATOXDSCL"] for r in rows} == {"Anemia"}


def test_an_abnormality_is_one_event_until_a_value_within_the_limit() -> None:
    rows = derived(
        LB=[lab("HGB", d, v) for d, v in [(1, 110), (5, 99), (9, 95), (12, 101), (20, 98)]]
    )["ADABN"]
    assert [(r["ASTDY"], r["AWORST"], r["AEVNUM"], r["ARESFL"]) for r in rows] == [
        (5, 95.0, 2, "Y"),
        (20, 98.0, 1, "N"),
    ]
    assert {(r["ABNCD"], r["SRCDOM"]) for r in rows} == {("HGBLOW", "LB")}
    assert [r["ABNSEQ"] for r in rows] == [1, 2]


def test_what_was_so_at_baseline_is_not_new() -> None:
    found = derived(LB=[lab("HGB", -1, 99.0), lab("HGB", 5, 90.0)])["ADABN"]
    assert found == []
    (event,) = derived(LB=[lab("HGB", -9, 99.0), lab("HGB", -1, 101.0), lab("HGB", 5, 99.0)])[
        "ADABN"
    ]
    assert event["ASTDY"] == 5


def test_limits_are_converted_and_groups_left_out() -> None:
    creatinine = [lab("CREAT", -1, 80.0), lab("CREAT", 8, 132.7), lab("ALT", 8, 151.0)]
    myositis = {"USUBJID": "1", "MHCAT": "PRIMARY DIAGNOSIS", "MHDECOD": "DERMATOMYOSITIS"}
    rows = derived(LB=creatinine, MH=[myositis])["ADABN"]
    assert [r["ABNCD"] for r in rows] == ["CREATHI"]
    rows = derived(LB=[*creatinine[:1], lab("CREAT", 8, 132.6), creatinine[2]])["ADABN"]
    assert [r["ABNCD"] for r in rows] == ["TRANSHI"]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from([3.0, 5.0]), min_size=1, max_size=12))
def test_events_are_the_crossings_of_the_limit(values: list[float]) -> None:
    labs = [lab("IGG", day, value) for day, value in enumerate(values, start=2)]
    rows = derived(LB=[lab("IGG", -1, 8.0), *labs])["ADABN"]
    crossings = sum(now < 4 <= before for before, now in zip([8.0, *values], values, strict=False))
    assert len(rows) == crossings
    assert sum(r["AEVNUM"] for r in rows) == values.count(3.0)


def test_the_baseline_is_the_last_observation_before_exposure(sample_run: StudyRun) -> None:
    for domain, name in (("LB", "ADLB"), ("CP", "ADLB"), ("QS", "ADQS")):
        flagged = sample_run.datasets[domain].to_polars()
        flagged = flagged.filter(pl.col(f"{domain}LOBXFL") == "Y")
        base = sample_run.adam[name].to_polars()
        base = base.filter((pl.col("ABLFL") == "Y") & (pl.col("SRCDOM") == domain))
        ours = set(base.select("USUBJID", "SRCSEQ").iter_rows())
        assert ours == set(flagged.select("USUBJID", f"{domain}SEQ").iter_rows())
        assert ours


def test_the_dose_before_onset_is_what_the_centres_wrote(sample_run: StudyRun) -> None:
    events = sample_run.adam["ADAE"].to_polars()
    written = sample_run.datasets["SUPPAE"].to_polars().filter(pl.col("QNAM") == "AEDOSENO")
    both = events.join(
        written.select("USUBJID", "QVAL", AESEQ=pl.col("IDVARVAL").cast(pl.Int64)),
        on=["USUBJID", "AESEQ"],
    )
    assert both.height == events.height
    assert (both["DOSENO"] == both["QVAL"].cast(pl.Int64)).all()


def b_cells(*values: tuple[int, float | str]) -> list[dict[str, object]]:
    return [
        {
            "USUBJID": "1",
            "CPTESTCD": "BLYCE",
            "CPTEST": "B-Lymphocytes",
            "CPSTRESU": "10^6/L",
            "CPSTRESN": None if isinstance(value, str) else value,
            "CPSTRESC": f"{value}",
            "CPDTC": on(day),
        }
        for day, value in values
    ]


def times(*values: tuple[int, float | str]) -> dict[str, tuple[int, float]]:
    data = sdtm(
        DM=[{"USUBJID": "1"}],
        EX=[{"USUBJID": "1", "EXDOSE": 3.0, "EXSTDTC": FIRST.isoformat()}],
        CP=b_cells(*values),
    )
    made = derive_study(data, shipped_specs(), Findings(), ["findings", "lab_times"])
    rows = made["ADTTL"].to_polars().to_dicts()
    return {r["PARAMCD"]: (r["CNSR"], round(7 * r["AVAL"])) for r in rows}


def test_times_to_a_limit_and_censored_ones() -> None:
    found = times((-3, 200.0), (8, "<10"), (15, "<10"), (71, 20.0), (141, 100.0), (155, 110.0))
    assert found == {"BDEPL": (0, 7), "BREC": (0, 70), "BNORM": (0, 154)}
    assert times((-3, 200.0), (8, "<10"), (15, 10.0))["BREC"] == (1, 14)


def test_recovery_is_after_depletion() -> None:
    assert times((-3, 200.0), (8, 150.0), (15, "<10"), (71, 20.0))["BREC"] == (0, 70)
    assert times((-3, 200.0), (8, 150.0))["BREC"] == (1, 7)
    assert times((-3, 200.0)) == {}


def test_the_last_result_is_flagged() -> None:
    rows = derived(LB=[lab("IGG", d, 8.0) for d in (-3, 10, 20)])["ADLB"]
    assert [r["LASTFL"] for r in rows] == [None, None, "Y"]
    assert derived(LB=[lab("IGG", -3, 8.0)])["ADLB"][0]["LASTFL"] is None
