from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.derive.made_study import Row, sdtm, shipped_specs

from tecdata.derive import derive_study
from tecdata.derive.dates import date_of, imputed_date, imputed_flag
from tecdata.errors import UsageError
from tecdata.finding import Findings


def adsl(**domains: list[Row]) -> list[dict[str, Any]]:
    made = derive_study(sdtm(**domains), shipped_specs(), Findings(), ["adsl"])
    return made["ADSL"].to_polars().to_dicts()


def test_treatment_dates_duration_and_follow_up() -> None:
    (subject,) = adsl(
        DM=[{"USUBJID": "1", "RFPENDTC": "2024-06-01", "AGE": 40, "SEX": "F"}],
        EX=[
            {"USUBJID": "1", "EXDOSE": 90.0, "EXSTDTC": "2024-01-08T10:00", "EXENDTC": None},
            {"USUBJID": "1", "EXDOSE": 3.0, "EXSTDTC": "2024-01-01", "EXENDTC": "2024-01-01"},
            {"USUBJID": "1", "EXDOSE": 0.0, "EXSTDTC": "2024-02-01", "EXENDTC": "2024-02-01"},
            {"USUBJID": "1", "EXDOSE": 90.0, "EXSTDTC": "2024-03", "EXENDTC": "2024-03"},
        ],
    )
    assert subject["TRTSDT"] == datetime.date(2024, 1, 1)
    assert subject["TRTEDT"] == datetime.date(2024, 1, 8)
    assert (subject["TRTDURD"], subject["TRTSPAN"], subject["SAFFL"]) == (8, 7, "Y")
    assert (subject["FUPD"], subject["FUPW"]) == (152, pytest.approx(152 / 7))
    assert subject["FUPM"] == pytest.approx(152 / 30.4375)


def test_placebo_of_no_amount_is_treatment() -> None:
    (subject,) = adsl(
        DM=[{"USUBJID": "1"}],
        EX=[{"USUBJID": "1", "EXTRT": "Placebo", "EXDOSE": 0.0, "EXSTDTC": "2024-01-01"}],
    )
    assert subject["SAFFL"] == "Y"


def test_follow_up_ends_with_death() -> None:
    (subject,) = adsl(
        DM=[{"USUBJID": "1", "RFPENDTC": "2024-06-01", "DTHDTC": "2024-05-01", "DTHFL": "Y"}],
        EX=[{"USUBJID": "1", "EXDOSE": 3.0, "EXSTDTC": "2024-01-01"}],
        AE=[
            {"USUBJID": "1", "AEDECOD": "PNEUMONIA", "AESDTH": "N", "AESTDTC": "2024-04-30"},
            {"USUBJID": "1", "AEDECOD": "SYNCOPE", "AESDTH": "Y", "AESTDTC": "2024-05-01"},
        ],
    )
    assert subject["EOSDT"] == subject["DTHDT"] == datetime.date(2024, 5, 1)
    assert subject["DTHCAUS"] == "SYNCOPE"


def test_a_subject_who_was_never_treated_is_in_no_safety_population() -> None:
    treated, untreated = adsl(
        DM=[{"USUBJID": "1"}, {"USUBJID": "2", "RFPENDTC": "2024-06-01"}],
        EX=[{"USUBJID": "1", "EXDOSE": 3.0, "EXSTDTC": "2024-01-01"}],
    )
    assert (treated["SAFFL"], untreated["SAFFL"]) == ("Y", "N")
    assert untreated["TRTSDT"] is untreated["FUPD"] is None


def test_disease_group_flags_and_counts_of_history() -> None:
    diagnosis = {"USUBJID": "1", "MHCAT": "PRIMARY DIAGNOSIS", "MHDECOD": "DERMATOMYOSITIS"}
    organ = {"USUBJID": "1", "MHCAT": "ORGAN MANIFESTATION", "MHDECOD": "SKIN INVOLVEMENT"}
    prior = {"USUBJID": "1", "CMCAT": "PRIOR THERAPY", "CMTRT": "x"}
    (subject,) = adsl(
        DM=[{"USUBJID": "1"}],
        MH=[organ, diagnosis, {**organ, "MHCAT": "OTHER", "MHDECOD": "HEART INVOLVEMENT"}],
        SUPPMH=[
            {"USUBJID": "1", "RDOMAIN": "MH", "IDVARVAL": "2", "QNAM": "MHDURY", "QVAL": "0.5"}
        ],
        CM=[
            {**prior, "CMDECOD": "RITUXIMAB"},
            {**prior, "CMDECOD": "RITUXIMAB"},
            {**prior, "CMDECOD": "METHOTREXATE"},
            {**prior, "CMDECOD": "CYCLOPHOSPHAMIDE", "CMCAT": "PREMEDICATION"},
        ],
    )
    assert (subject["DISEASE"], subject["DISEASEN"], subject["DISDURY"]) == ("IIM", 2, 0.5)
    assert (subject["SKINFL"], subject["HEARTFL"]) == ("Y", "N")
    assert (subject["NPRIOR"], subject["PRIORRTX"], subject["PRIORCYC"]) == (2, "Y", "N")


def test_a_diagnosis_of_no_group_is_reported() -> None:
    findings = Findings()
    data = sdtm(
        DM=[{"USUBJID": "1"}],
        MH=[{"USUBJID": "1", "MHCAT": "PRIMARY DIAGNOSIS", "MHDECOD": "OSTEOPOROSIS"}],
    )
    made = derive_study(data, shipped_specs(), findings, ["adsl"])
    assert made["ADSL"].to_polars()["DISEASE"].to_list() == [None]
    assert [(f.check, f.value) for f in findings] == [("derive.no_disease_group", "OSTEOPOROSIS")]


def test_baseline_weight_is_the_flagged_one() -> None:
    weight = {"USUBJID": "1", "VSTESTCD": "WEIGHT"}
    (subject,) = adsl(
        DM=[{"USUBJID": "1"}],
        VS=[
            {**weight, "VSSTRESN": 70.0},
            {**weight, "VSSTRESN": 71.5, "VSLOBXFL": "Y"},
            {**weight, "VSTESTCD": "HEIGHT", "VSSTRESN": 170.0, "VSLOBXFL": "Y"},
        ],
    )
    assert subject["WEIGHTBL"] == 71.5


def test_every_declared_variable_is_made() -> None:
    findings = Findings()
    made = derive_study(sdtm(DM=[{"USUBJID": "1"}]), shipped_specs(), findings)
    for name, spec in shipped_specs().adam.items():
        if name in made:
            assert made[name].to_polars().columns == [v.name for v in spec.variables]
    assert not [f for f in findings if f.check == "derive.unknown_variable"]


def test_a_variable_nobody_makes_and_a_dataset_nobody_declares_are_reported() -> None:
    specs = shipped_specs()
    spec = specs.adam["ADSL"]
    odd = spec.variables[0].model_copy(update={"name": "WEIGTHBL"})
    changed = spec.model_copy(update={"variables": (*spec.variables, odd)})
    findings = Findings()
    data = sdtm(DM=[{"USUBJID": "1"}])
    derive_study(data, dataclasses.replace(specs, adam={"ADSL": changed}), findings, ["adsl"])
    assert [(f.check, f.variable) for f in findings] == [("derive.unknown_variable", "WEIGTHBL")]
    findings = Findings()
    assert derive_study(data, dataclasses.replace(specs, adam={}), findings, ["adsl"]) == {}
    assert [(f.check, f.domain) for f in findings] == [("derive.no_spec", "ADSL")]


def test_a_part_nobody_knows_is_wrong_use() -> None:
    with pytest.raises(UsageError, match="there is no derivation 'adxx'; allowed: adsl"):
        derive_study({}, shipped_specs(), Findings(), ["adxx"])


@settings(deadline=None, max_examples=40)
@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1)), st.sampled_from([4, 7, 10]))
def test_an_imputed_date_lies_in_the_partial_one(day: datetime.date, length: int) -> None:
    text = day.isoformat()[:length]
    frame = pl.select(
        whole=date_of(pl.lit(text)),
        first=imputed_date(pl.lit(text)),
        last=imputed_date(pl.lit(text), last=True),
        flag=imputed_flag(pl.lit(text)),
    )
    (found,) = frame.to_dicts()
    assert found["first"] <= day <= found["last"]
    assert found["first"].isoformat()[:length] == found["last"].isoformat()[:length] == text
    assert found["whole"] == (day if length == 10 else None)
    assert found["flag"] == {4: "M", 7: "D", 10: None}[length]
