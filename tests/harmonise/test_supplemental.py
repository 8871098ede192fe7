from __future__ import annotations

import dataclasses

import pytest
from tests.harmonise.small_study import Row, run, specs

from tecdata.errors import HarmoniseError

COLUMNS = ("RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QVAL")


def test_qualifiers_become_records_of_their_own() -> None:
    ae: list[Row] = [
        {"AETERM": "b", "AEDECOD": "B", "AEDOSENO": "2", "CRSTEMP": "39.1", "row": 8},
        {"AETERM": "a", "AEDECOD": "A", "AEDOSENO": "1", "row": 9},
        {"AETERM": "c", "AEDECOD": "C"},
    ]
    out = run({"AE": ae})
    subject = "TEST-BE-001"
    assert out.rows("SUPPAE", *COLUMNS) == [
        ("AE", subject, "AESEQ", "1", "AEDOSENO", "1"),
        ("AE", subject, "AESEQ", "2", "AEDOSENO", "2"),
        ("AE", subject, "AESEQ", "2", "CRSTEMP", "39.1"),
    ]
    assert out.rows("SUPPAE", "QLABEL", "QORIG", "QEVAL", "_row")[2] == (
        "About CRSTEMP",
        "COLLECTED",
        "INVESTIGATOR",
        8,
    )
    assert out.datasets["SUPPAE"].spec.label == "Supplemental Qualifiers for AE"
    assert out.datasets["SUPPAE"].domain == "SUPPAE"
    assert not {"AEDOSENO", "CRSTEMP"} & set(out.datasets["AE"].frame.columns)
    origin = out.datasets["SUPPAE"].origins["BE/AE/block"]
    assert origin.cell("AEDOSENO", 8) == "C8"


def test_records_ten_and_above_keep_their_order() -> None:
    ae: list[Row] = [
        {"AETERM": f"{i:02}", "AEDECOD": f"{i:02}", "AEDOSENO": "x"} for i in range(12)
    ]
    found = run({"AE": ae}).column("SUPPAE", "IDVARVAL")
    assert found == [str(i) for i in range(1, 13)]


def test_qualifiers_of_a_subject_have_no_sequence() -> None:
    out = run({"DM": [{"SEX": "F", "DMNOTE": "left-handed"}]})
    assert out.rows("SUPPDM", *COLUMNS) == [
        ("DM", "TEST-BE-001", None, None, "DMNOTE", "left-handed")
    ]


def test_empty_qualifiers_make_no_dataset() -> None:
    assert "SUPPAE" not in run({"AE": [{"AETERM": "a", "CRSTEMP": None}]}).datasets


def test_a_study_without_the_spec_of_supplemental_qualifiers_is_told_so() -> None:
    small = specs()
    lacking = dataclasses.replace(
        small, domains={k: v for k, v in small.domains.items() if k != "SUPPQUAL"}
    )
    with pytest.raises(HarmoniseError, match=r"Add specs/sdtm/suppqual\.yaml"):
        run({"AE": [{"AETERM": "a", "CRSTEMP": "39"}]}, with_specs=lacking)
