from __future__ import annotations

import pytest
from tests.harmonise.small_study import Row, run, specs

from tecdata.errors import HarmoniseError


def test_usubjid_is_made_from_the_template() -> None:
    out = run({"DM": [{"SEX": "F", "subject": 7}, {"SEX": "M", "subject": 1234}]}, dose=None)
    assert out.rows("DM", "STUDYID", "DOMAIN", "USUBJID", "SUBJID", "SITEID") == [
        ("TEST", "DM", "TEST-BE-007", "P-7", "BE"),
        ("TEST", "DM", "TEST-BE-1234", "P-1234", "BE"),
    ]


def test_leading_zeros_of_the_local_number_do_not_count() -> None:
    out = run({"DM": [{"SEX": "F", "subject": "0007", "local": "X-0007"}]}, dose=None)
    assert out.rows("DM", "USUBJID", "SUBJID") == [("TEST-BE-007", "X-0007")]


def test_the_local_id_can_be_used_instead_of_the_number() -> None:
    with_specs = specs(usubjid="{study}/{subject}")
    out = run(
        {"DM": [{"SEX": "F", "local": "A 1", "subject": None}]}, dose=None, with_specs=with_specs
    )
    assert out.column("DM", "USUBJID") == ["TEST/A 1"]


@pytest.mark.parametrize("template", ["{site}", "{number:x}", "{centre:03}", "{centre.__class__}"])
def test_a_template_with_other_fields_is_refused(template: str) -> None:
    with pytest.raises(HarmoniseError, match=r"study\.yaml: usubjid: the USUBJID template has"):
        run({}, with_specs=specs(usubjid=template))


def test_records_of_nobody_are_reported_once_a_centre_and_left_out() -> None:
    ae: list[Row] = [
        {"AETERM": "a", "subject": None, "local": "??", "row": 9},
        {"AETERM": "b", "subject": None, "local": "?", "row": 5},
        {"AETERM": "c"},
    ]
    out = run({"AE": ae})
    assert out.column("AE", "AETERM") == ["c"]
    (finding,) = out.found("no_subject")
    assert (finding.domain, finding.value, finding.cell) == ("AE", "?", "5")
    assert finding.message.startswith("AE: 2 records have no usable subject number")


def test_subjects_without_demographics_are_reported_once_a_domain_and_kept() -> None:
    ae = [{"AETERM": "a", "subject": 2, "row": 7}, {"AETERM": "b", "subject": 2, "row": 4}]
    out = run({"AE": ae})
    assert out.column("AE", "USUBJID") == ["TEST-BE-002"] * 2
    (finding,) = out.found("subject_not_in_dm")
    assert (finding.usubjid, finding.domain, finding.cell) == ("TEST-BE-002", "AE", "4")
    assert finding.message.startswith("TEST-BE-002 has 2 records in AE but none in DM.")


def test_two_local_ids_of_one_subject_are_reported_with_the_place() -> None:
    ae: list[Row] = [{"AETERM": "a", "local": "Q-1", "row": 6}, {"AETERM": "b"}]
    out = run({"AE": ae})
    (finding,) = out.found("several_local_ids")
    assert (finding.domain, finding.value, finding.cell) == ("AE", "Q-1", "6")
    assert finding.message.startswith("TEST-BE-001 is 'P-1' and also 'Q-1' (AE).")


def test_other_spellings_of_a_local_id_are_no_other_id() -> None:
    ae = [{"AETERM": "a", "local": local} for local in ("p-1", "P 01", "P1", "P_001")]
    assert not run({"AE": ae}).found("several_local_ids")


def test_without_demographics_there_is_nothing_to_harmonise() -> None:
    with pytest.raises(HarmoniseError, match="no centre delivered demographics"):
        run({"DM": []})
