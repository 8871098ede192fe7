"""A subject's tiers opened: verdicts by visit, the records they read, and the source cells of those."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pytest
from tests.derive.made_study import sdtm, shipped_specs
from tests.derive.response.test_assemble import SKIN, START, dose, made_adsl, settings_with
from tests.derive.response.test_assemble import result as record

from tecdata.dataset import BLOCK, COLUMN, ROW, SOURCE_TEXT, Dataset, Origin
from tecdata.derive.response.datasets import judge_study
from tecdata.derive.response.explain import (
    Explanation,
    Source,
    explain_response,
    explain_subject,
)
from tecdata.errors import UsageError
from tecdata.finding import Findings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tecdata.derive.response.wording import Verdict
    from tecdata.spec import Specs

Results = tuple[str, int, float]


def made(results: Sequence[Results], **more: Sequence[Mapping[str, Any]]) -> dict[str, Dataset]:
    """Datasets of one subject whose RS records know the cell they come from."""
    domains: dict[str, list[Mapping[str, Any]]] = {
        "DM": [{"USUBJID": "S-1", "RFSTDTC": "2024-01-01"}],
        **{name: list(rows) for name, rows in more.items()},
    }
    for test, day, *rest in results:
        wanted = shipped_specs().tests[test].domain
        domains.setdefault(wanted, []).append(record(test, day, *rest))
    study = sdtm(**domains)
    origin = Origin(
        centre="X", file="scores.xlsx", sheet="Visits", table="t", addressing="sheet",
        columns={"RSORRES": "Score"}, positions={"Score": 3},
    )  # fmt: skip
    rows = study["RS"].frame.with_columns(
        nw.lit("block").alias(BLOCK),
        (nw.col("RSSEQ") + 10).alias(ROW),
        nw.lit("").alias(COLUMN),
        nw.lit("as written").alias(SOURCE_TEXT),
    )
    return {**study, "RS": dataclasses.replace(study["RS"], frame=rows, origins={"block": origin})}


def explained(
    study: dict[str, Dataset], disease: str, specs: Specs | None = None, follow_up: int = 400
) -> Explanation:
    specs = specs or shipped_specs()
    adsl = made_adsl(disease, follow_up).to_polars()
    ((judged, found),) = judge_study(study, specs, adsl, Findings())
    assert specs.response is not None
    return explain_subject(judged, found.row(0, named=True), specs.response, study, START)


def leaves(verdict: Verdict) -> list[Verdict]:
    if not verdict.parts:
        return [verdict]
    return [leaf for part in verdict.parts for leaf in leaves(part)]


BETTER: list[Results] = [(test, 30, value / 2) for test, _, value in SKIN]


def test_every_assessment_and_every_worsening_is_opened() -> None:
    worse: list[Results] = [("MRSSTOT", 60, 18.0)]
    found = explained(made([*SKIN, *BETTER, *worse]), "SSc")
    assert (found.usubjid, found.best, found.relapse) == ("S-1", "MAJOR", "day 60, RELAPSE")
    assert found.disease == "Systemic sclerosis"
    assert found.mode == "paper"
    assert found.source.startswith("Albach 2026")
    first, second = found.visits
    assert (first.day, first.date, first.tier) == (30, "2024-01-31", "MAJOR")
    assert list(first.tiers) == ["MINIMAL", "MODERATE", "MAJOR"]
    assert {tier: v.outcome for tier, v in first.tiers.items()} == dict.fromkeys(first.tiers, "met")
    assert first.worsening["RELAPSE"].outcome == "undecided", "lung function is not known"
    assert second.tier == "NOT EVALUABLE (NONE to MAJOR)"
    skin = next(leaf for leaf in leaves(second.worsening["RELAPSE"]) if leaf.outcome == "met")
    assert skin.found == "MRSS 10 -> 18: worse by 8 = 80 %"
    now, reference = (found.sources[number] for number in skin.records)
    assert [(s.domain, s.test, s.date, s.value) for s in (*now, *reference)] == [
        ("RS", "MRSSTOT", "2024-03-01", "18"),
        ("RS", "MRSSTOT", "2024-01-31", "10"),
    ]


def test_a_day_that_is_no_assessment_is_opened_only_if_it_got_worse() -> None:
    alone: list[Results] = [("FVCPP", 45, 80.0), ("MRSSTOT", 60, 18.0)]
    found = explained(made([*SKIN, ("FVCPP", -5, 80.0), *BETTER, *alone]), "SSc")
    assert [visit.day for visit in found.visits] == [30, 60]


def test_a_source_names_its_cell_and_what_stands_there() -> None:
    found = explained(made([*SKIN, *BETTER]), "SSc")
    skin = next(leaf for leaf in leaves(found.visits[0].tiers["MAJOR"]) if "MRSS" in leaf.asked)
    (source,) = found.sources[skin.records[0]]
    assert (source.file, source.sheet, source.text) == ("scores.xlsx", "Visits", "as written")
    assert source.seq == 3, "the third record of RS is that of the visit"
    assert source.cell == "D13"
    disability = next(
        leaf for leaf in leaves(found.visits[0].tiers["MAJOR"]) if "HAQDI" in leaf.asked
    )
    (source,) = found.sources[disability.records[0]]
    assert (source.file, source.sheet, source.cell, source.text) == ("", "", "", "")
    assert (source.domain, source.value) == ("QS", "1")


def test_a_sum_names_all_its_items() -> None:
    sites: list[Results] = [
        (f"MRSS{n:02}", day, value) for day, value in ((-5, 2.0), (30, 1.0)) for n in range(1, 18)
    ]
    rest = [told for told in (*SKIN, *BETTER) if told[0] != "MRSSTOT"]
    found = explained(made([*sites, *rest, ("RSX", 30, 1.0)][:-1]), "SSc")
    skin = next(leaf for leaf in leaves(found.visits[0].tiers["MAJOR"]) if "MRSS" in leaf.asked)
    now, before = (found.sources[number] for number in skin.records)
    assert [s.test for s in now] == [f"MRSS{n:02}" for n in range(1, 18)]
    assert {s.value for s in now} == {"1"}
    assert {s.date for s in now} == {"2024-01-31"}
    assert {s.value for s in before} == {"2"}


def test_a_dose_and_an_event_are_told_in_words() -> None:
    lupus: list[Results] = [("SLEDAITOT", -5, 12.0), ("PGA", -5, 2.0)]
    visits: list[Results] = [("SLEDAITOT", 30, 2.0), ("PGA", 30, 0.2)]
    medication = {**dose(-60, 10, 5.0), "CMDOSU": "mg"}
    drug = {
        "USUBJID": "S-1", "CMCAT": "IMMUNOSUPPRESSANT", "CMDECOD": "METHOTREXATE", "CMSTDY": 51,
        "CMSTDTC": "2024-02-20",
    }  # fmt: skip
    admitted = {
        "USUBJID": "S-1", "AEDECOD": "LUPUS NEPHRITIS", "AETERM": "kidneys", "AEHOSP": "Y",
        "AESTDY": 71, "AESTDTC": "2024-03-11",
    }  # fmt: skip
    del admitted["AEHOSP"]
    admitted["AESHOSP"] = "Y"
    study = made([*lupus, *visits], CM=[medication, dose(11, 60, 7.5), drug], AE=[admitted])
    found = explained(study, "SLE")
    told = {
        (source.domain, source.seq): source
        for sources in found.sources.values()
        for source in sources
    }
    steroid = told["CM", 1]
    assert (steroid.test, steroid.value, steroid.date) == (
        "PREDNISOLONE", "5.0 mg QD", "2023-11-02/2024-01-11",
    )  # fmt: skip
    assert (steroid.text, steroid.file) == ("5.0", "")
    assert (told["CM", 3].test, told["CM", 3].date) == ("METHOTREXATE", "2024-02-20/")
    hospital = told["AE", 1]
    assert hospital == Source(
        domain="AE", seq=1, test="AEDECOD", date="2024-03-11/", value="LUPUS NEPHRITIS",
        text="kidneys",
    )  # fmt: skip
    days = {visit.day: visit.tier for visit in found.visits}
    assert days[70] == "no assessment"
    assert days[30] == "MODERATE", "a dose above 5 mg is no remission, whatever the items are"


def test_points_are_opened_into_components() -> None:
    muscle: list[Results] = [("MDGA", -5, 8.0), ("MDGA", 30, 3.0), ("PTGA", -5, 6.0)]
    found = explained(made(muscle), "IIM")
    parts = found.visits[0].tiers["MINIMAL"].parts
    assert [part.outcome for part in parts][:2] == ["20 points", "0 to 10 points"]
    assert parts[0].found == "MDGA 8 -> 3: better by 50 % of its range of 10"
    assert len(parts) == 6
    assert [found.sources[n][0].value for n in parts[0].records] == ["3", "8"]


def test_the_mode_is_that_of_the_settings() -> None:
    study = made([*SKIN, *BETTER])
    assert explained(study, "SSc", settings_with(mode="literature")).mode == "literature"


def test_nothing_after_follow_up_and_no_assessment_at_all() -> None:
    found = explained(made([*SKIN, *BETTER]), "SSc", follow_up=20)
    assert (found.visits, found.best, found.relapse) == ((), "NOT EVALUABLE", "none")


def test_from_harmonised_datasets_on_and_an_unknown_subject() -> None:
    both = ("S-1", "S-2")
    dates = {"RFSTDTC": "2024-01-01", "RFPENDTC": "2024-12-31"}
    study = made([*SKIN, *BETTER]) | sdtm(
        DM=[{"USUBJID": who, **dates} for who in both],
        EX=[{"USUBJID": who, "EXSTDTC": "2024-01-01", "EXENDTC": "2024-01-01"} for who in both],
        MH=[
            {"USUBJID": who, "MHCAT": "PRIMARY DIAGNOSIS", "MHDECOD": "SYSTEMIC SCLEROSIS"}
            for who in both
        ],
    )
    found = explain_response(study, shipped_specs(), Findings(), "S-1")
    assert (found.usubjid, found.best) == ("S-1", "MAJOR")
    assert found.visits[0].date == "2024-01-31"
    other = explain_response(study, shipped_specs(), Findings(), "S-2")
    assert (other.usubjid, other.best, other.visits) == ("S-2", "NOT EVALUABLE", ())
    with pytest.raises(UsageError, match="no subject 'S-3' is followed for response") as caught:
        explain_response(study, shipped_specs(), Findings(), "S-3")
    assert caught.value.choices == both
    assert caught.value.next_step == "Name the subject by its USUBJID"
