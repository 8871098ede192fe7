from __future__ import annotations

import pytest

from tecdata.finding import Finding
from tecdata.report.query_words import event_words, in_words_of_the_centre
from tecdata.report.wording import question

NAMES = {
    "WBC": {"de": "Leukozyten", "da": "Leukocytter"},
    "FATAL": {"de": "verstorben"},
    "PAIN": {"de": "Schmerz"},
}


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ("LBTESTCD=WBC; LBSPEC=BLOOD; LBDTC=2025-03-01", "Leukozyten, 2025-03-01"),
        ("CMCAT=X; CMDECOD=IRON; CMTRT=Eisen i.v.; CMSPID=M1", "Eisen i.v., M1"),
        ("AEDECOD=PAIN; AESTDTC=2025-03-01; AESPID=2", "Schmerz, 2025-03-01, 2"),
        ("AEDECOD=FLU; AESTDTC=", "FLU"),
        ("", ""),
    ],
)
def test_a_record_is_told_without_the_codes_of_the_standard(record: str, told: str) -> None:
    assert event_words(record, "de", NAMES) == told


def test_a_code_without_a_name_stays_a_code() -> None:
    assert event_words("LBTESTCD=CRP; LBDTC=2025", "de", NAMES) == "CRP, 2025"
    assert event_words("LBTESTCD=WBC", "en", NAMES) == "WBC"


def test_patterns_references_and_answers_are_put_in_words() -> None:
    wrong = Finding.of(
        "mapping.subject_id", where="x", text="P-1?", pattern=r"P-(?P<number>\d+)", file="a.csv"
    )
    asked = question(in_words_of_the_centre(wrong, "", "de", {}), "de")
    assert "(P-…)" in asked
    lost = Finding.of(
        "harmonise.unknown_relation",
        domain="CM",
        usubjid="S1",
        value="7",
        target="AE",
        key="AESPID",
    )
    asked = question(in_words_of_the_centre(lost, "", "de", {}), "de")
    assert "unter Ereignisse" in asked
    assert "AESPID" not in asked
