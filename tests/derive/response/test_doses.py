"""Daily doses and events from CM and AE: first and last days, partial dates, weights, admissions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.derive.made_study import sdtm, shipped_specs
from tests.derive.response.made_panel import disease

from tecdata.derive.response.amounts import UNIT
from tecdata.derive.response.doses import (
    DoseSpan,
    compute_daily_dose,
    dose_spans,
    event_days,
    review_records,
    weights,
)
from tecdata.derive.response.records import Sdtm
from tecdata.spec.response import DoseMeasure, EventMeasure

FAR = 10**6


def study(**domains: list[dict[str, Any]]) -> Sdtm:
    start = [{"USUBJID": "S-1", "RFSTDTC": "2024-03-01"}]
    made = sdtm(
        DM=start, **{n: [{"USUBJID": "S-1", **r} for r in rows] for n, rows in domains.items()}
    )
    return Sdtm.of(made, shipped_specs().tests)


def prednisolone() -> DoseMeasure:
    found = disease("SLE").measures["PRED"].dose
    assert found is not None
    return found


def test_the_first_and_the_last_day_count() -> None:
    spans = [DoseSpan(-5, 9, Fraction(10), 1), DoseSpan(10, 20, Fraction(5), 2)]
    found = compute_daily_dose(spans, [-6, -5, 9, 10, 20, 21])
    assert (found // UNIT).tolist() == [0, 10, 10, 5, 5, 0]
    both = compute_daily_dose([*spans, DoseSpan(9, 9, Fraction(1, 2), 3)], [9])
    assert both.tolist() == [10 * UNIT + UNIT // 2]


def test_the_last_weight_before_or_on_the_day_divides() -> None:
    spans = [DoseSpan(-FAR, FAR, Fraction(30), 1)]
    weight = {0: Fraction(60), 10: Fraction(50)}
    found = compute_daily_dose(spans, [-3, 9, 10], weight)
    assert found.tolist() == [UNIT // 2, UNIT // 2, 6 * UNIT // 10]


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("2024-02-20", "2024-03-05", -10, 4),
        ("2024-02", "2024-03", -29, 30),
        ("2023", "2024", -425, 305),
        (None, None, -FAR, FAR),
        ("2024-03-02T08:00", "2024-12", 1, 305),
    ],
)
def test_partial_dates(start: str | None, end: str | None, first: int, last: int) -> None:
    row = {"CMCAT": "GLUCOCORTICOID", "CMDECOD": "PREDNISONE", "CMDOSE": 7.5, "CMDOSFRQ": "BID"}
    (span,) = dose_spans(study(CM=[{**row, "CMSTDTC": start, "CMENDTC": end}]), prednisolone())[
        "S-1"
    ]
    assert (span.first, span.last, span.seq) == (first, last, 1)
    assert span.dose == Fraction(15)


def test_what_has_no_factor_or_dose_is_left_out() -> None:
    row = {"CMCAT": "GLUCOCORTICOID", "CMDECOD": "PREDNISOLONE", "CMDOSE": 5.0, "CMDOSFRQ": "QD"}
    left_out = [
        {**row, "CMDOSE": None},
        {**row, "CMDECOD": "FLUDROCORTISONE"},
        {**row, "CMDOSFRQ": "WHEN NEEDED"},
        {**row, "CMCAT": "PREMEDICATION"},
    ]
    assert dose_spans(study(CM=left_out), prednisolone()) == {}
    (kept,) = dose_spans(study(CM=[*left_out, row]), prednisolone())["S-1"]
    assert (kept.dose, kept.seq) == (Fraction(5), 5), "what is left out does not end the list"
    assert dose_spans(study(), prednisolone()) == {}


def event(**words: Any) -> EventMeasure:
    return EventMeasure.model_validate({"domain": "AE", "terms": ["FLARE"], **words})


def test_events_count_after_the_first_day_and_in_order() -> None:
    rows = [{"AEDECOD": "FLARE", "AESTDY": day} for day in (31, 1, -4, 2, None)]
    rows.append({"AEDECOD": "HEADACHE", "AESTDY": 9})
    assert event_days(study(AE=rows), event()) == {"S-1": [(1, 4), (30, 1)]}
    assert event_days(study(), event()) == {}


def test_admissions_and_categories_narrow_events() -> None:
    rows = [{"AEDECOD": "FLARE", "AESTDY": 5, "AESHOSP": flag} for flag in ("Y", "N", None)]
    assert event_days(study(AE=rows), event(hospital="true")) == {"S-1": [(4, 1)]}
    drugs = [
        {"CMDECOD": "FLARE", "CMSTDY": 5, "CMCAT": c} for c in ("PROPHYLAXIS", "AE TREATMENT", None)
    ]
    wanted = event(domain="CM", categories_not=["AE TREATMENT"])
    assert event_days(study(CM=drugs), wanted) == {"S-1": [(4, 1), (4, 3)]}


def test_variables_that_nobody_delivered_are_empty() -> None:
    assert dose_spans(study(CM=[{"CMSTDTC": "2024-03-02"}]), prednisolone()) == {}
    row = {"CMCAT": "GLUCOCORTICOID"}
    assert dose_spans(study(CM=[row]), prednisolone()) == {}
    flare = {"AEDECOD": "FLARE", "AESTDY": 5}
    assert event_days(study(AE=[flare]), event(hospital="true")) == {}
    assert event_days(study(AE=[flare]), event(categories_not=["X"])) == {"S-1": [(4, 1)]}
    assert event_days(study(AE=[{"AESTDY": 5}]), event()) == {}
    assert event_days(study(AE=[{"AEDECOD": "FLARE"}]), event()) == {}


def test_weights_by_subject_and_day() -> None:
    rows = [
        {"VSTESTCD": "WEIGHT", "VSSTRESN": kg, "VSDY": day, "VSDTC": "2024", "VSLOBXFL": None}
        for kg, day in ((70.5, -4), (69.0, 29), (68.0, 29))
    ]
    for seq, row in zip((9, 8, 7), rows, strict=True):
        row["VSSEQ"] = seq
    other = {**rows[0], "USUBJID": "S-9"}
    source = study(VS=[*rows, other])
    assert weights(source, ("S-0", "S-1")) == {1: {-4: Fraction("70.5"), 28: Fraction(69)}}
    assert weights(Sdtm(source.frames, {}), ("S-1",)) == {}


def test_what_may_be_the_event_is_for_a_person_to_see() -> None:
    rows = [{"AEDECOD": "HEART FAILURE", "AESTDY": 5}, {"AEDECOD": "FLARE", "AESTDY": 6}]
    found = review_records(study(AE=rows), event(review=["HEART FAILURE"]))
    assert [record["AESEQ"] for record in found] == [1]
    assert review_records(study(AE=rows), event()) == []
