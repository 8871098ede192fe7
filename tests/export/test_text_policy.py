from __future__ import annotations

from pathlib import Path

import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.made_specs import events, small_specs

from tecdata.errors import ExportError
from tecdata.export import write_study
from tecdata.export.text_policy import to_ascii


@pytest.mark.parametrize(
    ("text", "ascii_text"),
    [
        ("Übelkeit, mäßig, größer", "Uebelkeit, maessig, groesser"),
        ("Århus, rødt øje, bæger", "Aarhus, roedt oeje, baeger"),
        ("U\u0308belkeit", "Uebelkeit"),  # a decomposed umlaut
        ("10 µl", "10 ul"),
        ("10 \u03bcl", "10 ul"),
        ("α-Blocker, TNF-β", "alpha-Blocker, TNF-beta"),
        ("≥ 38 °C", ">= 38 degC"),
        ("a – b — c … ‚d‘ „e“", "a - b - c ... 'd' \"e\""),
        ("x\u00a0y", "x y"),
        ("x\u200by", "xy"),  # a zero-width space is nothing to spell
        ("10×10", "10x10"),
        ("5 ‰", "5 0/00"),
        ("Łódź", "Lodz"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_spelling(text: str, ascii_text: str) -> None:
    assert to_ascii(text) == ascii_text


@given(st.text())
def test_the_outcome_is_always_ascii(text: str) -> None:
    assert to_ascii(text).isascii()


def read(path: Path, encoding: str = "UTF-8") -> dict[str, list[str]]:
    values, _ = pyreadstat.read_xport(str(path), output_format="dict", encoding=encoding)
    return dict(values)


def test_transliterate_counts_per_variable(tmp_path: Path) -> None:
    study = events({"AETERM": "Übelkeit"}, {"AETERM": "Übelkeit"}, {"AETERM": "Diarrhö"}, {})
    findings = write_study({"AE": study}, small_specs(), tmp_path)
    assert [f.message for f in findings] == [
        (
            "AE.AETERM: 2 distinct texts in 3 records were rewritten in ASCII for the XPT file; the "
            "Parquet file keeps them as they are. Nothing is to be done unless readers of the XPT "
            "file need the letters themselves: then say non_ascii: keep in specs/study.yaml."
        )
    ]
    assert [(f.check, f.severity, f.value) for f in findings] == [
        ("export.transliterated", "notice", "")
    ]
    values = read(tmp_path / "sdtm" / "xpt" / "ae.xpt", "ASCII")
    assert values["AETERM"] == ["Uebelkeit", "Uebelkeit", "Diarrhoe", "Fever"]


def test_keep_writes_utf8_and_warns(tmp_path: Path) -> None:
    study = events({"AETERM": "Übelkeit"}, {})
    findings = write_study({"AE": study}, small_specs("keep"), tmp_path)
    assert [(f.check, f.severity) for f in findings] == [("export.kept_non_ascii", "warning")]
    assert read(tmp_path / "sdtm" / "xpt" / "ae.xpt")["AETERM"] == ["Übelkeit", "Fever"]


def test_refuse_names_dataset_variable_and_record(tmp_path: Path) -> None:
    study = events({}, {"AETERM": "Übelkeit"})
    with pytest.raises(ExportError) as caught:
        write_study({"AE": study}, small_specs("refuse"), tmp_path)
    assert str(caught.value) == (
        "AE.AETERM: record 2 (subject S1-XX-002) holds U+00DC, which is not ASCII, and "
        "specs/study.yaml says non_ascii: refuse; allowed: transliterate, keep. "
        "Change the policy, or replace the character in the mapping"
    )


@pytest.mark.parametrize("policy", ["transliterate", "keep", "refuse"])
def test_plain_text_passes_every_policy(tmp_path: Path, policy: str) -> None:
    assert write_study({"AE": events({})}, small_specs(policy), tmp_path) == []  # type: ignore[arg-type]


def test_a_character_without_a_spelling_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExportError) as caught:
        write_study({"AE": events({}, {"AETERM": "x\ue000"})}, small_specs(), tmp_path)
    assert str(caught.value) == (
        "AE.AETERM: record 2 holds U+E000, which has no ASCII spelling; allowed: "
        "non_ascii: keep in specs/study.yaml, a replace rule in the mapping. Choose one of them, or correct the cell"
    )


def test_trailing_blanks_are_counted(tmp_path: Path) -> None:
    findings = write_study(
        {"AE": events({"AETERM": "a "}, {"AETERM": "b  "})}, small_specs(), tmp_path
    )
    assert [f.message for f in findings] == [
        "AE.AETERM: 2 records end in blanks, which an XPT file cannot hold; the Parquet file keeps them. Nothing is to be done unless the blanks mean something; then take the text from there."
    ]
