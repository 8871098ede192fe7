"""Dose histories: units, weights carried forward, times of day, and why a history cannot be used."""

from __future__ import annotations

from typing import Any

import pytest
from tests.derive.made_study import sdtm, shipped_specs

from tecdata.derive import derive_study
from tecdata.derive.exposure.histories import doses_of, histories
from tecdata.derive.frames import records_of
from tecdata.finding import Findings

DOSE = {
    "USUBJID": "S-1",
    "EXTRT": "TECLISTAMAB",
    "EXDOSE": 4.2,
    "EXDOSU": "mg",
    "EXROUTE": "SUBCUTANEOUS",
    "EXSTDTC": "2024-04-01",
}
WEIGHT = {
    "USUBJID": "S-1",
    "VSTESTCD": "WEIGHT",
    "VSTEST": "Weight",
    "VSSTRESN": 70.0,
    "VSSTRESU": "kg",
    "VSDTC": "2024-03-28",
}
SUBJECT = {"USUBJID": "S-1", "SITEID": "A", "DOMAIN": "DM"}


def history(doses: list[dict[str, Any]], weights: list[dict[str, Any]], death: str = "") -> Any:
    specs = shipped_specs()
    made = sdtm(
        EX=[DOSE | d for d in doses] or [DOSE | {"USUBJID": "S-9"}],
        VS=[WEIGHT | w for w in weights] or [WEIGHT | {"USUBJID": "S-9"}],
    )
    assert specs.exposure is not None
    records = records_of(made, "EX", specs), records_of(made, "VS", specs)
    return histories(["S-1"], *records, {"S-1": death}, specs.exposure)[0]


def test_micrograms_and_grams_are_not_milligrams() -> None:
    doses = [{}, {"EXDOSE": 4200.0, "EXDOSU": "ug"}, {"EXDOSE": 0.0042, "EXDOSU": "g"}]
    found = history(doses, [{}])
    assert [dose.mg for dose in found.doses] == pytest.approx([4.2, 4.2, 4.2])


def test_a_dose_per_kilogram_takes_the_weight_last_measured_at_or_before_it() -> None:
    per_kilogram = {"EXDOSE": 1.5, "EXDOSU": "mg/kg"}
    doses = [per_kilogram | {"EXSTDTC": f"2024-04-{day:02}"} for day in (1, 8, 15)]
    weights = [
        {},
        {"VSSTRESN": 72.0, "VSDTC": "2024-04-08"},
        {"VSSTRESN": 99.0, "VSDTC": "2024-04"},
    ]
    found = history(doses, weights)
    assert [dose.mg for dose in found.doses] == pytest.approx([105.0, 108.0, 108.0])
    assert found.weight == 70.0
    assert [dose.time for dose in found.doses] == [0.0, 7.0, 14.0]


def test_times_of_day_count_only_where_every_dose_has_one() -> None:
    some = history([{"EXSTDTC": "2024-04-01T12:00"}, {"EXSTDTC": "2024-04-04"}], [{}])
    assert [dose.time for dose in some.doses] == [0.0, 3.0]
    every = history([{"EXSTDTC": "2024-04-01T12:00"}, {"EXSTDTC": "2024-04-04T18:00"}], [{}])
    assert [dose.time for dose in every.doses] == [0.0, 3.25]


def test_an_infusion_takes_as_long_as_it_is_recorded_to() -> None:
    times = {"EXSTDTC": "2024-04-01T12:00", "EXENDTC": "2024-04-01T18:00"}
    found = history([times | {"EXROUTE": "INTRAVENOUS"}], [{}])
    assert (found.doses[0].entry, found.doses[0].duration) == ("central", 0.25)


def test_other_treatments_and_doses_of_nothing_are_left_out() -> None:
    found = history([{}, {"EXTRT": "TOCILIZUMAB"}, {"EXDOSE": 0.0, "EXSTDTC": "2024-04-05"}], [{}])
    assert len(found.doses) == 1


@pytest.mark.parametrize(
    ("doses", "weights", "death", "reason"),
    [
        ([], [{}], "", "NO DOSE RECORDED"),
        ([{"EXSTDTC": "2024-04"}], [{}], "", "DOSE WITHOUT A WHOLE DATE"),
        ([{"EXSTDTC": None}], [{}], "", "DOSE WITHOUT A WHOLE DATE"),
        ([{"EXSTDTC": "2024-02-30"}], [{}], "", "DOSE WITHOUT A WHOLE DATE"),
        ([{"EXDOSE": None}], [{}], "", "DOSE WITHOUT AN AMOUNT"),
        ([{"EXDOSE": -1.0}], [{}], "", "DOSE BELOW 0"),
        ([{"EXDOSU": None}], [{}], "", "DOSE WITHOUT A UNIT"),
        ([{"EXDOSU": "IU"}], [{}], "", "DOSE UNIT IS NO AMOUNT: IU"),
        ([{"EXROUTE": "ORAL"}], [{}], "", "ROUTE IS NOT IN THE MODEL: ORAL"),
        ([{}], [{}], "2024-03-30", "DOSE AFTER DEATH"),
        ([{}], [], "", "NO BODY WEIGHT AT OR BEFORE THE FIRST DOSE"),
        ([{}], [{"VSDTC": "2024-04-02"}], "", "NO BODY WEIGHT AT OR BEFORE THE FIRST DOSE"),
        ([{}], [{"VSSTRESU": "LB"}], "", "NO BODY WEIGHT AT OR BEFORE THE FIRST DOSE"),
        ([{"EXDOSU": "mg/kg"}], [], "", "DOSE PER KG WITHOUT A BODY WEIGHT AT OR BEFORE IT"),
        ([{}], [{}], "2024-04-01", ""),
    ],
)
def test_every_reason(
    doses: list[dict[str, Any]], weights: list[dict[str, Any]], death: str, reason: str
) -> None:
    assert history(doses, weights, death).reason == reason


def test_each_history_keeps_the_times_of_its_own_doses() -> None:
    one = history([{}, {"EXSTDTC": "2024-04-08"}], [{}])
    other = history([{"EXDOSE": 9.0}, {"EXDOSE": 8.0, "EXSTDTC": "2024-04-05"}], [{}])
    single = history([{"EXROUTE": "INTRAVENOUS"}], [{}])
    doses = doses_of([one, other, single])
    assert doses.entry == ("central", "depot", "depot")
    assert doses.times.T.tolist() == [[0.0, 0.0, 7.0], [0.0, 0.0, 4.0], [0.0, 0.0, 0.0]]
    assert doses.amounts.T.tolist() == [[0.0, 4.2, 4.2], [0.0, 9.0, 8.0], [4.2, 0.0, 0.0]]


def test_what_cannot_be_simulated_is_not_done_with_its_reason() -> None:
    findings = Findings()
    made = sdtm(
        DM=[SUBJECT, SUBJECT | {"USUBJID": "S-2"}],
        EX=[DOSE, DOSE | {"USUBJID": "S-2"}],
        VS=[WEIGHT],
    )
    adam = derive_study(made, shipped_specs(), findings, ["exposure"])
    rows = adam["ADPP"].to_polars()
    failed = rows.filter(rows["USUBJID"] == "S-2")
    assert set(failed["PPSTAT"]) == {"NOT DONE"}
    assert set(failed["PPREASND"]) == {"NO BODY WEIGHT AT OR BEFORE THE FIRST DOSE"}
    assert failed["AVAL"].null_count() == len(failed) > 0
    done = rows.filter(rows["USUBJID"] == "S-1")
    assert done["AVAL"].null_count() == 0
    assert not done["AVAL"].is_nan().any()
    assert done["PPSTAT"].null_count() == len(done)
    assert set(adam["ADPC"].to_polars()["USUBJID"]) == {"S-1"}
    told = [f for f in findings if f.check == "derive.no_exposure"]
    assert [(f.usubjid, "no body weight" in f.message) for f in told] == [("S-2", True)]


def test_a_course_has_one_row_a_dosing_interval_and_its_doses() -> None:
    made = sdtm(
        DM=[SUBJECT],
        EX=[DOSE, DOSE | {"EXSTDTC": "2024-04-04", "EXDOSE": 21.0}],
        VS=[WEIGHT],
    )
    adam = derive_study(made, shipped_specs(), Findings(), ["exposure"])
    rows = adam["ADPP"].to_polars().filter(PKMODEL="FULL")
    troughs = rows.filter(PARAMCD="CTROUGH").sort("DOSNO")
    assert troughs["DOSNO"].to_list() == [1, 2]
    profile = adam["ADPC"].to_polars().filter(PKMODEL="FULL")
    second = profile.filter(PARAMCD="CONC", AFRLT=3.0)
    assert second["AVAL"][0] == pytest.approx(troughs["AVAL"][0], rel=1e-9)
    assert second["DTYPE"][0] == "SIMULATED"
    given = profile.filter(PARAMCD="DOSE")
    assert given.select("AVAL", "AVALU", "SRCSEQ", "ADY").rows() == [
        (4.2, "mg", 1, 1),
        (21.0, "mg", 2, 4),
    ]
    whole = rows.filter(rows["DOSNO"].is_null())
    assert set(whole["PARAMCD"]) == {"AUCIFO", "CMAX", "TMAX", "TGEEC90", "AUCGEC90"}


def test_without_the_settings_nothing_is_made_and_that_is_said() -> None:
    import dataclasses

    findings = Findings()
    specs = dataclasses.replace(shipped_specs(), exposure=None)
    made = sdtm(DM=[SUBJECT], EX=[DOSE], VS=[WEIGHT])
    assert set(derive_study(made, specs, findings, ["exposure"])) == {"ADSL"}
    assert "derive.no_exposure_spec" in {f.check for f in findings}
