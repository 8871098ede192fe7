from __future__ import annotations

from pathlib import Path

import polars as pl
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.made_specs import AE, SUPPAE, dataset, events, small_specs

from tecdata.errors import ExportError
from tecdata.export import write_study
from tecdata.export.long_text import cut_text

WORDS = " ".join(f"word{number:03}" for number in range(60))  # 479 bytes


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("", 8, [""]),
        ("short", 8, ["short"]),
        ("exactly8", 8, ["exactly8"]),
        ("exactly8 more", 8, ["exactly8", "more"]),
        ("one two three", 8, ["one two", "three"]),
        ("averylongword tail", 8, ["averylon", "gword", "tail"]),
        ("ääää", 3, ["ä", "ä", "ä", "ä"]),
        ("aä", 2, ["a", "ä"]),
        ("€uro", 3, ["€", "uro"]),
        ("aa   b", 4, ["aa", "  b"]),
        (" leading", 4, [" lea", "ding"]),
    ],
)
def test_cuts(text: str, limit: int, parts: list[str]) -> None:
    assert cut_text(text, limit) == parts


@given(st.text(alphabet="ab ä€", max_size=80), st.integers(4, 20))
def test_parts_fit_and_nothing_but_a_blank_a_cut_is_lost(text: str, limit: int) -> None:
    parts = cut_text(text, limit)
    assert all(len(part.encode()) <= limit for part in parts)
    assert "".join(parts).replace(" ", "") == text.replace(" ", "")
    assert 0 <= len(text) - sum(map(len, parts)) < len(parts)


def read(path: Path) -> dict[str, list[object]]:
    values, _ = pyreadstat.read_xport(str(path), output_format="dict", encoding="UTF-8")
    return dict(values)


def test_the_rest_goes_to_supplemental_qualifiers(tmp_path: Path) -> None:
    findings = write_study({"AE": events({}, {"AETERM": WORDS})}, small_specs(), tmp_path)
    assert [(f.check, f.severity, f.usubjid, f.seq, f.message) for f in findings] == [
        (
            "export.text_split",
            "notice",
            "S1-XX-002",
            1,
            "AE.AETERM has 479 bytes, an XPT text holds 200: it goes on in SUPPAE as AETERM1, AETERM2. Nothing is to be done; who reads the XPT file puts the parts together.",
        )
    ]
    parent = read(tmp_path / "sdtm" / "xpt" / "ae.xpt")["AETERM"]
    assert parent == ["Fever", WORDS[:199]]
    supplement = read(tmp_path / "sdtm" / "xpt" / "suppae.xpt")
    assert supplement == {
        "STUDYID": ["S1", "S1"],
        "RDOMAIN": ["AE", "AE"],
        "USUBJID": ["S1-XX-002"] * 2,
        "IDVAR": ["AESEQ"] * 2,
        "IDVARVAL": ["1", "1"],
        "QNAM": ["AETERM1", "AETERM2"],
        "QLABEL": ["Reported Term"] * 2,
        "QVAL": [WORDS[200:399], WORDS[400:]],
        "QORIG": ["COLLECTED"] * 2,
        "QEVAL": ["", ""],
    }
    assert " ".join([str(parent[1]), *map(str, supplement["QVAL"])]) == WORDS
    # The Parquet file has no such limit.
    frame = pl.read_parquet(tmp_path / "sdtm" / "parquet" / "ae.parquet")
    assert frame["AETERM"].to_list() == ["Fever", WORDS]
    assert not (tmp_path / "sdtm" / "parquet" / "suppae.parquet").exists()


def supplement(value: str, seq: str = "1") -> dict[str, object]:
    return {
        "STUDYID": "S1", "RDOMAIN": "AE", "USUBJID": "S1-XX-001", "IDVAR": "AESEQ", "IDVARVAL": seq,
        "QNAM": "CRSTEMP", "QLABEL": "Temperature", "QVAL": value, "QORIG": "COLLECTED", "QEVAL": None,
        "_block": "events", "_row": 5, "_column": "", "_part": 1,
    }  # fmt: skip


def test_existing_supplemental_qualifiers_stay_and_sort_with_the_new(tmp_path: Path) -> None:
    datasets = {
        "AE": events({"AETERM": WORDS}),
        "SUPPAE": dataset([supplement("38.9")], SUPPAE),
    }
    write_study(datasets, small_specs(), tmp_path)
    assert read(tmp_path / "sdtm" / "xpt" / "suppae.xpt")["QNAM"] == [
        "AETERM1",
        "AETERM2",
        "CRSTEMP",
    ]


def test_a_long_supplemental_value_goes_on_in_further_records(tmp_path: Path) -> None:
    datasets = {"AE": events({}), "SUPPAE": dataset([supplement(WORDS)], SUPPAE)}
    findings = write_study(datasets, small_specs(), tmp_path)
    assert [f.check for f in findings] == ["export.text_split"]
    values = read(tmp_path / "sdtm" / "xpt" / "suppae.xpt")
    assert values["QNAM"] == ["CRSTEMP", "CRSTEMP1", "CRSTEMP2"]
    assert values["QVAL"] == [WORDS[:199], WORDS[200:399], WORDS[400:]]


def test_a_name_of_eight_characters_gives_its_last_one_to_the_number(tmp_path: Path) -> None:
    long_name = AE.variables[4].model_copy(update={"name": "AETERMXX"})
    spec = AE.model_copy(
        update={
            "variables": (*AE.variables[:4], long_name, *AE.variables[5:]),
            "keys": ("USUBJID",),
        }
    )
    data = events({"AETERMXX": WORDS}, spec=spec)
    write_study({"AE": data}, small_specs(), tmp_path)
    assert read(tmp_path / "sdtm" / "xpt" / "suppae.xpt")["QNAM"] == ["AETERMX1", "AETERMX2"]


def test_no_character_is_cut_in_two(tmp_path: Path) -> None:
    text = "x" + "ä" * 150
    write_study({"AE": events({"AETERM": text})}, small_specs("keep"), tmp_path)
    parent = read(tmp_path / "sdtm" / "xpt" / "ae.xpt")["AETERM"]
    rest = read(tmp_path / "sdtm" / "xpt" / "suppae.xpt")["QVAL"]
    assert parent == ["x" + "ä" * 99]
    assert rest == ["ä" * 51]


def test_transliteration_that_makes_a_text_too_long_is_split_too(tmp_path: Path) -> None:
    text = "ä" * 101
    write_study({"AE": events({"AETERM": text})}, small_specs(), tmp_path)
    assert read(tmp_path / "sdtm" / "xpt" / "suppae.xpt")["QVAL"] == ["ae"]


def test_two_hundred_bytes_stay_whole(tmp_path: Path) -> None:
    assert write_study({"AE": events({"AETERM": "x" * 200})}, small_specs(), tmp_path) == []


@pytest.mark.parametrize("variable", ["USUBJID", "AESEV"])
def test_identifiers_and_terms_are_not_cut(tmp_path: Path, variable: str) -> None:
    data = events({}, {variable: "y" * 201})
    with pytest.raises(ExportError) as caught:
        write_study({"AE": data}, small_specs(), tmp_path)
    assert str(caught.value) == (
        f"AE.{variable}: record 2 has more than 200 bytes. "
        "This variable cannot go on in SUPP--: shorten it in the mapping"
    )


def test_without_a_spec_for_supplements_there_is_nowhere_to_go(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"needs SUPPAE.*Add specs/sdtm/suppqual.yaml"):
        write_study({"AE": events({"AETERM": WORDS})}, small_specs(domains=(AE,)), tmp_path)
