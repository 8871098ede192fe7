"""Folded spellings and codelists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tecdata.spec import Codelist, Term, fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Männlich", "MAENNLICH"),
        ("Größe", "groesse"),
        ("hæmoglobin", "HAEMOGLOBIN"),
        ("køn", "koen"),
        ("får", "faar"),
        ("µmol/l", "μmol/L"),
        ("  Tsd/µl ", "tsd/ul"),
        ("Fuß", "FUSS"),
        ("a  b", "a b"),
        ("Ma\u0308nnlich", "männlich"),
    ],
)
def test_spellings_that_are_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_languages_add_spellings_and_english_always_counts() -> None:
    codelist = Codelist(
        codelist="SEX",
        name="Sex",
        terms=(
            Term(term="F", decode="Female", names={"de": ("w",), "en": ("woman",)}),
            Term(term="M", names={"de": ("m",)}),
        ),
    )
    assert codelist.lookup([]) == {"f": ("F",), "female": ("F",), "woman": ("F",), "m": ("M",)}
    assert codelist.lookup(["de"])["w"] == ("F",)


def test_an_ambiguous_spelling_shows_all_it_may_mean() -> None:
    terms = (Term(term="A", names={"da": ("x",)}), Term(term="B", names={"da": ("X ",)}))
    assert Codelist(codelist="C", name="C", terms=terms).lookup(["da"])["x"] == ("A", "B")


@pytest.mark.parametrize(
    "content",
    [
        {"package": "2025-03-28"},
        {"nci": "C66731"},
        {"joins": ["C66727", "C114118"]},
        {"package": "2025-03-28", "nci": "C66731", "joins": ["C66727"]},
    ],
)
def test_a_list_of_cdisc_has_its_code_or_those_of_the_lists_it_joins(
    content: dict[str, object],
) -> None:
    with pytest.raises(ValueError, match="either its nci code or joins"):
        Codelist.model_validate({"codelist": "SEX", "name": "Sex", "terms": [], **content})
