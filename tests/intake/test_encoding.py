from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tecdata.errors import IntakeError
from tecdata.intake.encoding import decode

GERMAN = "Größe;Müller;µg/l;37,5 °C;weiß;Ödem;Überweisung"
DANISH = "Køn;Ålborg;lægemiddel;bivirkning;før;på;Ærø"


@pytest.mark.parametrize("text", [GERMAN, DANISH])
@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "mac_roman"])
def test_a_legacy_encoding_is_found_by_its_letters(text: str, encoding: str) -> None:
    content = text.replace("°", "ø" if encoding == "mac_roman" else "°").encode(encoding)
    found = decode(content, "f.csv")
    assert (found.text.encode(encoding), found.how) == (content, "likely")
    assert found.encoding == encoding


@pytest.mark.parametrize(
    ("content", "encoding", "how"),
    [
        (b"a;b\n", "ascii", "ascii"),
        (GERMAN.encode(), "utf-8", "strict"),
        (codecs.BOM_UTF8 + GERMAN.encode(), "utf-8-sig", "mark"),
        (GERMAN.encode("utf-16"), "utf-16", "mark"),
        (codecs.BOM_UTF16_BE + GERMAN.encode("utf-16-be"), "utf-16", "mark"),
    ],
)
def test_marks_and_utf8_are_recognised(content: bytes, encoding: str, how: str) -> None:
    found = decode(content, "f.csv")
    assert (found.encoding, found.how) == (encoding, how)
    assert not found.text.startswith("\ufeff")


def test_the_declared_encoding_wins_over_detection() -> None:
    found = decode("Größe".encode("cp1252"), "f.csv", "latin-1")
    assert (found.text, found.encoding, found.how) == ("Größe", "iso8859-1", "declared")


def test_a_mark_is_not_text_under_a_declared_utf8() -> None:
    assert decode(codecs.BOM_UTF8 + b"a", "f.csv", "UTF-8").text == "a"


@pytest.mark.parametrize(
    ("content", "declared", "message"),
    [
        (
            b"a\nGr\xf6\xdfe",
            "utf-8",
            (
                "f.csv, line 2: the text is not utf-8: byte 0xf6 cannot stand there. "
                "Correct 'encoding' in source.yaml (leave it out to have it detected)"
            ),
        ),
        (
            b"a",
            "cp125",
            (
                "f.csv: there is no encoding 'cp125'; allowed: utf-8, utf-16, cp1252, cp850, "
                "mac_roman, iso8859-1, iso8859-15. Correct 'encoding' in source.yaml"
            ),
        ),
        (
            b"a\nb\x00",
            "cp1252",
            (
                "f.csv, line 2: the text holds a NUL character; allowed: utf-16-le, utf-16-be. "
                "Declare 'encoding' in source.yaml if the file is UTF-16, else export it anew"
            ),
        ),
        (
            codecs.BOM_UTF8 + b"a\n\xff",
            None,
            (
                "f.csv, line 2: the text is not utf-8-sig: byte 0xff cannot stand there. "
                "Correct 'encoding' in source.yaml (leave it out to have it detected)"
            ),
        ),
    ],
)
def test_text_that_does_not_decode_is_refused(
    content: bytes, declared: str | None, message: str
) -> None:
    with pytest.raises(IntakeError) as caught:
        decode(content, "f.csv", declared)
    assert str(caught.value) == message


@given(st.binary(max_size=200))
def test_no_replacement_character_is_ever_made(content: bytes) -> None:
    try:
        found = decode(content, "f.csv")
    except IntakeError:
        return
    assert "\ufffd" not in found.text or "\ufffd".encode(found.encoding) in content
