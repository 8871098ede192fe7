from __future__ import annotations

import pytest
from tests.harmonise.small_study import Row, run, specs


def events(*starts: str | None) -> list[Row]:
    return [{"AETERM": f"{i:02}", "AEDECOD": f"{i:02}", "AESTDTC": s} for i, s in enumerate(starts)]


CONSENT: Row = {
    "DSTERM": "Consent",
    "DSDECOD": "INFORMED CONSENT OBTAINED",
    "DSCAT": "PROTOCOL MILESTONE",
    "DSSTDTC": "2024-03-01",
}


def test_study_days_around_the_first_dose() -> None:
    ae = events("2024-03-08", "2024-03-09", "2024-03-10", "2024-03-11T08:00", "2024-03", None)
    assert run({"AE": ae}).column("AE", "AESTDY") == [-2, -1, 1, 2, None, None]


def test_end_days() -> None:
    ae: list[Row] = [{"AETERM": "a", "AESTDTC": "2024-03-01", "AEENDTC": "2024-03-31"}]
    assert run({"AE": ae}).rows("AE", "AESTDY", "AEENDY") == [(-9, 22)]


@pytest.mark.parametrize(
    ("start", "epoch"),
    [
        ("2024-02-29", None),
        ("2024-03-01", "SCREENING"),
        ("2024-03-10", "TREATMENT"),
        ("2024-03-10T08:59", "SCREENING"),
        ("2024-03-10T09:00", "TREATMENT"),
        ("2024-03-10T09:00:30", "TREATMENT"),
        ("2024-03-16", "TREATMENT"),
        ("2024-03-17", "FOLLOW-UP"),
        ("2024-03", None),
        ("2024-04", "FOLLOW-UP"),
        ("2024-02", None),
        ("2023", None),
        ("2025", "FOLLOW-UP"),
        (None, None),
    ],
)
def test_epochs(start: str | None, epoch: str | None) -> None:
    out = run({"AE": events(start), "DS": [CONSENT]})
    assert out.column("AE", "EPOCH") == [epoch]


def test_a_partial_date_within_one_epoch_has_it() -> None:
    ex: list[Row] = [{"EXTRT": "X", "EXSTDTC": s} for s in ("2024-01-10", "2024-05-10")]
    out = run({"AE": events("2024-01", "2024-02", "2024-04", "2024-05"), "EX": ex, "DS": [CONSENT]})
    assert out.column("AE", "EPOCH") == [None, "TREATMENT", "TREATMENT", None]


def test_without_consent_the_first_visit_in_a_window_is_the_first_contact() -> None:
    lb: list[Row] = [
        {"LBTESTCD": "A", "LBTEST": "A", "LBDTC": d} for d in ("2024-03-02", "2023-01-01")
    ]
    out = run({"LB": lb, "AE": events("2024-03-01", "2024-03-02")})
    assert out.column("AE", "EPOCH") == [None, "SCREENING"]


def test_what_follows_the_last_dose_starts_on_the_next_day_at_the_earliest() -> None:
    epochs = [
        {"epoch": "TREATMENT", "starts": "first_dose"},
        {"epoch": "FOLLOW-UP", "starts": "after_last_dose"},
    ]
    out = run({"AE": events("2024-03-10", "2024-03-11")}, with_specs=specs(epochs=epochs))
    assert out.column("AE", "EPOCH") == ["TREATMENT", "FOLLOW-UP"]


def test_records_after_the_death_are_reported_with_their_cell() -> None:
    dm: list[Row] = [{"SEX": "F", "DTHDTC": "2024-04-01"}]
    lb: list[Row] = [
        {"LBTESTCD": "A", "LBTEST": "A", "LBDTC": d} for d in ("2024-04-01T23:00", "2024-04-02")
    ]
    out = run({"DM": dm, "LB": lb, "AE": events("2024-05")})
    (finding,) = out.found("after_death")
    assert (finding.domain, finding.variable, finding.value) == ("LB", "LBDTC", "2024-04-02")
    assert finding.cell == "C3"
    assert "is after the death on 2024-04-01" in finding.message
