from __future__ import annotations

from tests.harmonise.small_study import Row, run, specs

DATES = ("RFSTDTC", "RFXSTDTC", "RFXENDTC", "RFENDTC")


def doses(*starts: str) -> list[Row]:
    return [{"EXTRT": "X", "EXSTDTC": s} for s in starts]


def test_reference_dates_come_from_the_first_and_last_dose() -> None:
    out = run({"EX": doses("2024-03-17", "2024-03-10T09:00", "2024-03-24T10:00")})
    first, last = "2024-03-10T09:00", "2024-03-24T10:00"
    assert out.rows("DM", *DATES) == [(first, first, last, last)]


def test_the_last_dose_ends_where_its_end_is_known() -> None:
    out = run({"EX": [{"EXTRT": "X", "EXSTDTC": "2024-03-10", "EXENDTC": "2024-03-12"}]})
    assert out.column("DM", "RFXENDTC") == ["2024-03-12"]


def test_doses_not_given_and_doses_of_nothing_do_not_count() -> None:
    ex: list[Row] = [
        {"EXTRT": "X", "EXSTDTC": "2024-03-01", "EXOCCUR": "N"},
        {"EXTRT": "X", "EXSTDTC": "2024-03-02", "EXDOSE": 0.0},
        {"EXTRT": "PLACEBO", "EXSTDTC": "2024-03-03", "EXDOSE": 0.0},
        {"EXTRT": "X", "EXSTDTC": "2024-03-04"},
    ]
    assert run({"EX": ex}).column("DM", "RFSTDTC") == ["2024-03-03"]


def test_a_partial_dose_that_may_be_the_first_is_reported() -> None:
    out = run({"EX": doses("2024-03", "2024-03-10", "2024-04")})
    assert out.column("DM", "RFSTDTC") == ["2024-03-10"]
    (finding,) = out.found("partial_first_dose")
    assert (finding.value, finding.cell, finding.file) == ("2024-03", "B2", "ex.xlsx")
    assert "may lie before the first whole date 2024-03-10" in finding.message


def test_a_subject_without_a_dated_dose_has_no_study_days() -> None:
    for ex in (None, doses("2024-03")):
        given = {"AE": [{"AETERM": "a", "AESTDTC": "2024-03-10"}]}
        out = run(given | ({"EX": ex} if ex else {}), dose=None)
        assert out.column("AE", "AESTDY") == [None]
        (finding,) = out.found("no_first_dose")
        assert (finding.usubjid, finding.domain) == ("TEST-BE-001", "DM")


def test_a_delivered_reference_start_stays_and_a_difference_is_reported() -> None:
    dm: list[Row] = [{"SEX": "F", "RFSTDTC": "2024-03-09"}]
    out = run({"DM": dm, "AE": [{"AETERM": "a", "AESTDTC": "2024-03-10"}]})
    assert out.rows("DM", *DATES[:2]) == [("2024-03-09", "2024-03-10T09:00")]
    assert out.column("AE", "AESTDY") == [2]
    (finding,) = out.found("reference_start_differs")
    assert finding.value == "2024-03-09"
    assert "the first dose in EX is 2024-03-10T09:00" in finding.message


def test_disposition_gives_consent_last_contact_and_death() -> None:
    ds: list[Row] = [
        {
            "DSTERM": "Consent",
            "DSDECOD": "INFORMED CONSENT OBTAINED",
            "DSCAT": "PROTOCOL MILESTONE",
            "DSSTDTC": "2024-03-01",
        },
        {
            "DSTERM": "Died",
            "DSDECOD": "DEATH",
            "DSCAT": "DISPOSITION EVENT",
            "DSSTDTC": "2024-06-01",
        },
    ]
    out = run({"DS": ds})
    assert out.rows("DM", "RFICDTC", "RFPENDTC", "DTHDTC", "DTHFL") == [
        ("2024-03-01", "2024-06-01", "2024-06-01", "Y")
    ]
    assert not out.found("no_last_contact")


def test_death_without_a_date_is_still_a_death() -> None:
    ds: list[Row] = [{"DSTERM": "Died", "DSDECOD": "DEATH", "DSCAT": "DISPOSITION EVENT"}]
    out = run({"DS": ds})
    assert out.rows("DM", "DTHDTC", "DTHFL", "RFPENDTC") == [(None, "Y", None)]
    (finding,) = out.found("no_last_contact")
    assert finding.variable == "RFPENDTC"


def test_the_death_date_of_dm_sets_the_flag_and_the_last_contact() -> None:
    out = run({"DM": [{"SEX": "F", "DTHDTC": "2024-05"}]})
    assert out.rows("DM", "DTHFL", "RFPENDTC") == [("Y", "2024-05")]


def test_reference_end_may_be_the_last_contact() -> None:
    dm: list[Row] = [{"SEX": "F", "DTHDTC": "2024-05-01"}]
    assert run({"DM": dm}).column("DM", "RFENDTC") == ["2024-03-10T09:00"]
    out = run({"DM": dm}, with_specs=specs(reference_end="last_contact"))
    assert out.column("DM", "RFENDTC") == ["2024-05-01"]


def test_the_untreated_have_no_actual_arm_but_a_reason() -> None:
    dm: list[Row] = [{"SEX": "F", "AGE": 40.0}, {"SEX": "M", "subject": 2}]
    defaults = {
        "DM": {"ARM": "Xen", "ARMCD": "X", "ACTARM": "Xen", "ACTARMCD": "X", "AGEU": "YEARS"}
    }
    out = run({"DM": dm}, with_specs=specs(defaults=defaults))
    assert out.rows("DM", "ARM", "ARMCD", "ACTARM", "ACTARMCD", "ARMNRS", "AGEU") == [
        ("Xen", "X", "Xen", "X", None, "YEARS"),
        ("Xen", "X", None, None, "ASSIGNED, NOT TREATED", None),
    ]


def test_the_same_demographics_twice_are_kept_once() -> None:
    out = run({"DM": [{"SEX": "F", "AGE": 40.0, "row": 2}, {"SEX": "F", "AGE": 40.0, "row": 3}]})
    assert out.rows("DM", "USUBJID", "AGE") == [("TEST-BE-001", 40)]
    (finding,) = out.found("repeated_subject")
    assert (finding.severity, finding.cell) == ("notice", "3")
    assert not out.found("contradictory_subject")


def test_contradictory_demographics_are_reported_variable_by_variable() -> None:
    dm: list[Row] = [{"SEX": "M", "AGE": 41.0, "row": 2}, {"SEX": "F", "AGE": 41.0, "row": 3}]
    for rows in (dm, dm[::-1]):
        out = run({"DM": rows})
        assert out.rows("DM", "SEX", "AGE") == [("F", 41)]
        (finding,) = out.found("contradictory_subject")
        assert (finding.severity, finding.variable, finding.value) == ("error", "SEX", "F")
        assert finding.cell == "B3"
        assert "2 demographics records give SEX as 'F', 'M'; 'F' is kept" in finding.message
