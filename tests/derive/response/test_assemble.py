"""From SDTM to visits: forms, baselines, windows, values carried forward, doses and events."""

from __future__ import annotations

import dataclasses
import datetime
import random
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from tests.derive.made_study import sdtm, shipped_specs

from tecdata.dataset import Dataset
from tecdata.derive.response.datasets import derive_response
from tecdata.finding import Findings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tecdata.spec import Specs
    from tecdata.spec.response import ResponseSpecs

START = datetime.date(2024, 1, 1)


def made_adsl(disease: str, follow_up: int = 400, died: bool = False) -> Dataset:
    spec = shipped_specs().adam["ADSL"]
    row = {
        "STUDYID": "S",
        "USUBJID": "S-1",
        "SITEID": "X",
        "DISEASE": disease,
        "TRTSDT": START,
        "FUPD": follow_up,
        "DTHFL": "Y" if died else None,
    }
    schema = {"TRTSDT": pl.Date, "FUPD": pl.Int64, "DTHFL": pl.String}
    return Dataset.of(pl.DataFrame([row], schema_overrides=schema), spec)


def result(test: str, day: int, value: float, top: float | None = None) -> dict[str, Any]:
    """One record of the test's domain, ``day`` days after the first dose."""
    wanted = shipped_specs().tests[test]
    code = wanted.domain
    date = START + datetime.timedelta(days=day)
    row = {
        "USUBJID": "S-1",
        f"{code}TESTCD": wanted.testcd,
        f"{code}STRESN": float(value),
        f"{code}DTC": date.isoformat(),
        f"{code}DY": day + 1 if day >= 0 else day,
        f"{code}LOBXFL": None,
        **{k: v for k, v in wanted.variables.items() if k != "RSMETHOD"},
    }
    if code == "LB":
        row["LBSTNRHI"] = top
    return row


def derived(
    disease: str,
    results: Sequence[tuple[str, int, float]],
    *,
    specs: Specs | None = None,
    follow_up: int = 400,
    **more: Sequence[Mapping[str, Any]],
) -> pl.DataFrame:
    domains: dict[str, list[Mapping[str, Any]]] = {
        "DM": [{"USUBJID": "S-1", "RFSTDTC": "2024-01-01"}]
    }
    for test, day, *rest in results:
        row = result(test, day, *rest)
        code = shipped_specs().tests[test].domain
        domains.setdefault(code, []).append(row)
    for name, rows in more.items():
        domains.setdefault(name, []).extend(rows)
    made = derive_response(
        sdtm(**domains),
        specs or shipped_specs(),
        Findings(),
        {"ADSL": made_adsl(disease, follow_up)},
    )
    return made["ADRS"].to_polars()


def of(frame: pl.DataFrame, code: str) -> list[tuple[Any, ...]]:
    return frame.filter(pl.col("PARAMCD") == code).select("ADY", "AVAL", "AVALC", "DTYPE").rows()


SKIN = [("MRSSTOT", -5, 20.0), ("HAQDI", -5, 2.0), ("PTGA", -5, 8.0), ("MDGA", -5, 8.0)]


def settings_with(**changes: Any) -> Specs:
    specs = shipped_specs()
    assert specs.response is not None
    settings = specs.response.settings.model_copy(update=changes)
    changed: ResponseSpecs = specs.response.model_copy(update={"settings": settings})
    return dataclasses.replace(specs, response=changed)


def test_the_last_value_before_the_first_dose_is_baseline() -> None:
    visits = [("MRSSTOT", 30, 10.0), ("HAQDI", 30, 1.0), ("PTGA", 30, 4.0), ("MDGA", 30, 8.0)]
    frame = derived("SSc", [*SKIN, ("MRSSTOT", -40, 5.0), *visits])
    assert of(frame, "TIER") == [(31, 3.0, "MAJOR", None)]
    base = frame.filter((pl.col("PARAMCD") == "MRSS") & (pl.col("ABLFL") == "Y"))
    assert base.select("ADY", "AVAL", "AVISIT").row(0) == (-5, 20.0, "BASELINE")
    first = derived("SSc", [*SKIN, ("MRSSTOT", -40, 5.0), *visits],
                    specs=settings_with(baseline="first_before_first_dose"))  # fmt: skip
    assert of(first, "TIER") == [(31, None, "NOT EVALUABLE", None)]
    old = derived("SSc", [*SKIN, *visits], specs=settings_with(baseline_within_days=4))
    assert of(old, "TIER") == [(31, None, "NOT EVALUABLE", None)]


def test_a_component_of_a_day_near_by_belongs_to_the_visit() -> None:
    near = [("MRSSTOT", 30, 10.0), ("HAQDI", 37, 1.0), ("PTGA", 23, 4.0), ("MDGA", 30, 8.0)]
    assert of(derived("SSc", [*SKIN, *near]), "TIER") == [(31, 3.0, "MAJOR", None)]
    far = [("MRSSTOT", 30, 10.0), ("HAQDI", 38, 1.0), ("PTGA", 30, 4.0), ("MDGA", 30, 8.0)]
    frame = derived("SSc", [*SKIN, *far])
    assert of(frame, "TIER") == [(31, None, "NOT EVALUABLE", None)]
    row = frame.filter(pl.col("PARAMCD") == "TIER").row(0, named=True)
    assert (row["AVALLO"], row["AVALHI"]) == (0.0, 3.0)
    assert row["REASON"] == "NONE to MAJOR possible; missing: FVC, HAQDI"
    wide = derived("SSc", [*SKIN, *far], specs=settings_with(window_days=8))
    assert of(wide, "TIER") == [(31, 3.0, "MAJOR", None)]


def test_of_two_days_equally_near_the_earlier_counts() -> None:
    near = [("MRSSTOT", 30, 10.0), ("PTGA", 30, 4.0), ("MDGA", 30, 8.0)]
    both = [("HAQDI", 27, 1.0), ("HAQDI", 33, 2.0)]
    assert of(derived("SSc", [*SKIN, *near, *both]), "TIER") == [(31, 3.0, "MAJOR", None)]
    closer = [("HAQDI", 27, 1.0), ("HAQDI", 32, 2.0)]
    assert of(derived("SSc", [*SKIN, *near, *closer]), "TIER")[0][2] == "NOT EVALUABLE"


def lungs(*values: tuple[int, float]) -> list[tuple[str, int, float]]:
    return [("FVCPP", day, value) for day, value in values]


def test_slow_measures_are_carried_forward_but_never_from_baseline() -> None:
    visit = [("MRSSTOT", 100, 10.0), ("HAQDI", 100, 1.0), ("PTGA", 100, 8.0), ("MDGA", 100, 8.0)]
    after = derived("SSc", [*SKIN, *visit, *lungs((-5, 80), (60, 84))])
    assert of(after, "TIER") == [(101, 3.0, "MAJOR", None)]
    assert of(after, "FVC") == [(-5, 80.0, None, None), (61, 84.0, None, None),
                                (101, 84.0, None, "LOCF")]  # fmt: skip
    only_base = derived("SSc", [*SKIN, *visit, *lungs((-5, 80))])
    assert of(only_base, "TIER")[0][2] == "NOT EVALUABLE"
    assert of(only_base, "FVC") == [(-5, 80.0, None, None)]
    off = derived("SSc", [*SKIN, *visit, *lungs((-5, 80), (60, 84))],
                  specs=settings_with(carry_forward=False))  # fmt: skip
    assert of(off, "TIER")[0][2] == "NOT EVALUABLE"
    late = [(t, day + 200 if day > 0 else day, v) for t, day, v in visit]
    too_old = derived("SSc", [*SKIN, *late, *lungs((-5, 80), (117, 84))])
    assert of(too_old, "TIER")[0][2] == "NOT EVALUABLE"
    just = derived("SSc", [*SKIN, *late, *lungs((-5, 80), (118, 84))])
    assert of(just, "TIER") == [(301, 3.0, "MAJOR", None)]


MUSCLE = [("MDGA", -5, 8.0), ("PTGA", -5, 8.0), ("HAQDI", -5, 2.0), ("EXMVAS", -5, 5.0)]


def test_one_form_of_a_measure_is_followed() -> None:
    visits = [("MDGA", 30, 2.0), ("PTGA", 30, 8.0), ("HAQDI", 30, 2.0), ("EXMVAS", 30, 5.0)]
    two = [("MMT8", -5, 60.0), ("MMT8B", -5, 120.0), ("MMT8B", 30, 150.0), ("MMT8B", 60, 150.0)]
    frame = derived("IIM", [*MUSCLE, *visits, *two])
    assert [row[:2] for row in of(frame, "MMT8B")] == [(-5, 120.0), (31, 150.0), (61, 150.0)]
    assert not of(frame, "MMT8")
    tis = frame.filter(pl.col("PARAMCD") == "TIS").row(0, named=True)
    assert (tis["AVALLO"], tis["AVALHI"]) == (40.0, 47.5)
    other = [("MMT8", -5, 60.0), ("MMT8B", 30, 150.0)]
    frame = derived("IIM", [*MUSCLE, *visits, *other])
    assert [row[:2] for row in of(frame, "MMT8")] == [(-5, 60.0)], "never subtracted across forms"


def test_the_most_abnormal_enzyme_is_the_highest_multiple_of_its_limit() -> None:
    labs = [("LDH", -5, 600.0, 250.0), ("CK", -5, 500.0, 170.0), ("CK", 30, 100.0, 170.0)]
    frame = derived("IIM", [*MUSCLE, ("MDGA", 30, 8.0), *labs])  # type: ignore[list-item]
    assert [row[:2] for row in of(frame, "CK")] == [(-5, 500.0), (31, 100.0)]


def test_a_total_is_summed_where_only_items_are_there() -> None:
    sites = [(f"MRSS{n:02}", -5, 2.0) for n in range(1, 18)]
    later = [(f"MRSS{n:02}", 30, 1.0) for n in range(1, 18)]
    frame = derived("SSc", [*sites, *later])
    assert [row[:2] for row in of(frame, "MRSS")] == [(-5, 34.0), (31, 17.0)]
    some = derived("SSc", [*sites, *later[:-1]])
    row = some.filter((pl.col("PARAMCD") == "MRSS") & (pl.col("ADY") == 31)).row(0, named=True)
    assert (row["AVAL"], row["AVALLO"], row["AVALHI"]) == (None, 16.0, 19.0)
    assert (row["BASE"], row["CHG"], row["PCHG"]) == (None, None, None), "bounds have no change"


def test_the_day_after_the_first_dose_is_an_assessment() -> None:
    frame = derived("SSc", [*SKIN, *[(test, 1, value / 2) for test, _, value in SKIN]])
    assert of(frame, "TIER") == [(2, 3.0, "MAJOR", None)]


def test_only_instruments_with_items_can_be_summed() -> None:
    specs = shipped_specs()
    assert specs.response is not None
    skin = specs.response.diseases["SSC"]
    score = skin.measures["MRSS"]
    assert score.items is not None
    wrong = score.model_copy(update={"items": score.items.model_copy(update={"instrument": "tis"})})
    changed = skin.model_copy(update={"measures": {**skin.measures, "MRSS": wrong}})
    response = specs.response.model_copy(update={"diseases": {"SSC": changed}})
    with pytest.raises(TypeError, match="tis has no items"):
        derived("SSc", SKIN, specs=dataclasses.replace(specs, response=response))


LUPUS = [("SLEDAITOT", -5, 12.0), ("PGA", -5, 2.0)]


def dose(day: int, last: int | None, mg: float, **more: Any) -> dict[str, Any]:
    dates = [START + datetime.timedelta(days=d) for d in (day, last if last is not None else 0)]
    return {
        "USUBJID": "S-1",
        "CMCAT": "GLUCOCORTICOID",
        "CMDECOD": "PREDNISOLONE",
        "CMDOSE": mg,
        "CMDOSFRQ": "QD",
        "CMSTDTC": dates[0].isoformat(),
        "CMENDTC": dates[1].isoformat() if last is not None else None,
        "CMSTDY": day + 1 if day >= 0 else day,
        **more,
    }


def items_absent(day: int) -> list[tuple[str, int, float]]:
    return [(f"SLEDAI{n:02}", day, 0.0) for n in range(1, 25)]


def test_daily_doses_count_towards_remission() -> None:
    visit = [("SLEDAITOT", 30, 0.0), ("PGA", 30, 0.2), *items_absent(-5), *items_absent(30)]
    for mg, expected in ((5.0, "MAJOR"), (5.5, "MODERATE")):
        frame = derived("SLE", [*LUPUS, *visit], CM=[dose(-60, None, mg)])
        assert of(frame, "TIER") == [(31, 3.0 if expected == "MAJOR" else 2.0, expected, None)]
    ended = derived("SLE", [*LUPUS, *visit], CM=[dose(-60, 29, 50.0)])
    assert of(ended, "TIER")[0][2] == "MAJOR"
    twice = derived("SLE", [*LUPUS, *visit], CM=[dose(-60, None, 4.0, CMDOSFRQ="BID")])
    assert of(twice, "TIER")[0][2] == "MODERATE"
    other = dose(-60, None, 1.0, CMDECOD="DEXAMETHASONE")
    assert of(derived("SLE", [*LUPUS, *visit], CM=[other]), "TIER")[0][2] == "MODERATE"
    pre = dose(-60, None, 20.0, CMCAT="PREMEDICATION")
    assert of(derived("SLE", [*LUPUS, *visit], CM=[pre]), "TIER")[0][2] == "MAJOR"


def test_a_dose_raised_between_visits_is_a_flare_after_a_response() -> None:
    visits = [("SLEDAITOT", d, 2.0) for d in (30, 120)] + [("PGA", d, 0.2) for d in (30, 120)]
    frame = derived("SLE", [*LUPUS, *visits], CM=[dose(-60, 50, 5.0), dose(51, 80, 7.5)])
    row = frame.filter(pl.col("PARAMCD") == "RELAPSE").row(0, named=True)
    assert (row["ADY"], row["AVALC"]) == (52, "Y")
    assert row["REASON"].startswith("MILD-MODERATE: PRED 5 -> 7.5: worse by 2.5")
    early = derived("SLE", [*LUPUS, *visits], CM=[dose(-60, 10, 5.0), dose(11, 80, 7.5)])
    told = early.filter(pl.col("PARAMCD") == "RELAPSE").row(0, named=True)
    assert told["AVALC"] == "N", "before any response it is no relapse"
    loose = derived("SLE", [*LUPUS, *visits], CM=[dose(-60, 10, 5.0), dose(11, 80, 7.5)],
                    specs=settings_with(relapse_needs_response=False))  # fmt: skip
    assert of(loose, "RELAPSE")[0][0] == 12


def test_an_event_excludes_a_response_from_its_day_on() -> None:
    visits = [(t, d, v / 4) for d in (30, 60, 90) for t, _, v in SKIN]
    event = {"USUBJID": "S-1", "AEDECOD": "SCLERODERMA RENAL CRISIS", "AESTDY": 61}
    frame = derived("SSc", [*SKIN, *visits], AE=[event])
    assert [row[2] for row in of(frame, "TIER")] == ["MAJOR", "NONE", "NONE"]
    before = {**event, "AESTDY": -3}
    frame = derived("SSc", [*SKIN, *visits], AE=[before])
    assert [row[2] for row in of(frame, "TIER")] == ["MAJOR"] * 3


def test_nothing_counts_after_the_end_of_follow_up() -> None:
    visits = [(t, d, v / 4) for d in (30, 60) for t, _, v in SKIN]
    frame = derived("SSc", [*SKIN, *visits], follow_up=50)
    assert len(of(frame, "TIER")) == 1


def test_the_order_of_the_records_makes_no_difference() -> None:
    visits = [(t, d, v / (2 + d / 50)) for d in (30, 60, 90) for t, _, v in SKIN]
    results = [*SKIN, *visits, *lungs((-5, 80), (31, 84), (92, 70))]
    expected = derived("SSc", results).drop("SRCSEQ")
    for seed in range(5):
        shuffled = random.Random(seed).sample(results, len(results))  # noqa: S311
        assert derived("SSc", shuffled).drop("SRCSEQ").equals(expected)


def test_a_component_says_where_it_comes_from() -> None:
    frame = derived("SSc", [*SKIN, ("MRSSTOT", 30, 10.0)])
    row = frame.filter((pl.col("PARAMCD") == "MRSS") & (pl.col("ADY") == 31)).row(0, named=True)
    assert (row["SRCDOM"], row["SRCVAR"], row["SRCSEQ"]) == ("RS", "RSSTRESN", 3)
    assert (row["BASE"], row["CHG"], row["PCHG"]) == (20.0, -10.0, -50.0)


def test_the_dose_of_the_first_day_is_the_baseline_of_a_dose() -> None:
    visit = [("SLEDAITOT", 30, 2.0), ("PGA", 30, 0.2), ("WEIGHT", -5, 50.0)]
    frame = derived("SLE", [*LUPUS, *visit], CM=[dose(-60, 10, 20.0), dose(11, 60, 5.0)])
    rows = frame.filter(pl.col("PARAMCD") == "PRED").select("ADY", "AVAL", "BASE", "ABLFL").rows()
    assert rows == [(1, 20.0, 20.0, "Y"), (12, 5.0, 20.0, None), (31, 5.0, 20.0, None)]
    by_weight = frame.filter(pl.col("PARAMCD") == "PREDKG")
    assert by_weight["AVAL"].to_list() == [0.4, 0.1, 0.1]
    assert by_weight["SRCVAR"].unique().to_list() == ["CMDOSE"]


def test_a_criterion_says_what_was_not_observed() -> None:
    visit = [("SLEDAITOT", 30, 2.0), ("PGA", 30, 0.2)]
    frame = derived("SLE", [*LUPUS, *visit]).filter(pl.col("PARAMCD") == "SRI4")
    told = frame.select("AVALC", "REASON").row(0)
    assert told == ("Y", "not observed, taken as not met: BILAG worsening")
    with_bilag = [*visit, ("BILAGNA", 30, 0.0), ("BILAGNB", 30, 2.0)]
    frame = derived("SLE", [*LUPUS, *with_bilag]).filter(pl.col("PARAMCD") == "SRI4")
    assert frame.select("AVALC", "REASON").row(0) == ("N", None)


def test_of_forms_alike_the_first_of_the_spec_is_followed() -> None:
    two = [("MMT8", -5, 60.0), ("MMT8B", -5, 120.0), ("MMT8", 30, 70.0), ("MMT8B", 30, 150.0)]
    frame = derived("IIM", [("MDGA", -5, 8.0), ("MDGA", 30, 8.0), *two])
    assert not of(frame, "MMT8B")
    assert [row[:2] for row in of(frame, "MMT8")] == [(-5, 60.0), (31, 70.0)]


def test_the_enzyme_is_chosen_by_its_last_value_before_the_dose() -> None:
    labs = [
        ("CK", -30, 900.0, 170.0), ("CK", -5, 200.0, 170.0), ("LDH", -5, 600.0, 250.0),
        ("LDH", 30, 260.0, 250.0), ("CK", 30, 170.0, 170.0), ("CK", 60, 170.0, 170.0),
    ]  # fmt: skip
    frame = derived("IIM", [*MUSCLE, ("MDGA", 30, 8.0), *labs])  # type: ignore[list-item]
    assert [row[:2] for row in of(frame, "LDH")] == [(-5, 600.0), (31, 260.0)]
    assert not of(frame, "CK")
    (label,) = frame.filter(pl.col("PARAMCD") == "LDH")["PARAM"].unique()
    assert label == "Most Abnormal Muscle Enzyme, lactate dehydrogenase (U/L)"
    late = [told for told in labs if told[0] == "LDH" or told[1] > 0]
    assert not of(derived("IIM", [*MUSCLE, *late]), "CK"), "only one with a baseline is followed"  # type: ignore[list-item]


def test_an_enzyme_without_a_limit_is_not_the_most_abnormal() -> None:
    labs = [("CK", -5, 150.0, 170.0), ("CK", 30, 140.0, 170.0)]
    bare = [("LDH", -5, 600.0), ("LDH", 30, 260.0)]
    frame = derived("IIM", [*MUSCLE, ("MDGA", 30, 8.0), *labs, *bare])  # type: ignore[list-item]
    assert [row[:2] for row in of(frame, "CK")] == [(-5, 150.0), (31, 140.0)]
    assert not of(frame, "LDH")


def test_doses_that_change_on_the_first_day_or_after_the_last_value_make_no_row() -> None:
    visit = [("SLEDAITOT", 30, 2.0), ("PGA", 30, 0.2)]
    doses = [dose(0, 20, 10.0), dose(31, 90, 5.0)]
    frame = derived("SLE", [*LUPUS, *visit], CM=doses).filter(pl.col("PARAMCD") == "PRED")
    assert frame.select("ADY", "AVAL", "ABLFL").rows() == [
        (1, 10.0, "Y"), (22, 0.0, None), (31, 0.0, None),
    ]  # fmt: skip
