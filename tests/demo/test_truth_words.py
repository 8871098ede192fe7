"""The table of spellings: no spelling stands for two terms of one list."""

from __future__ import annotations

import pytest

from tecdata.demo.tables import noise, rows
from tecdata.demo.words import spellings, term_of, terms, word

LISTS = sorted({row["list"] for row in rows("words")})


@pytest.mark.parametrize("codelist", LISTS)
def test_a_spelling_has_one_term(codelist: str) -> None:
    for language in ("en", "de", "da"):
        seen: dict[str, str] = {}
        for term in terms(codelist):
            for spelling in spellings(codelist, term, language):
                assert spelling
                assert spelling == spelling.strip()
                assert seen.setdefault(spelling.casefold(), term) == term


@pytest.mark.parametrize("codelist", LISTS)
def test_terms_are_upper_case_and_unique(codelist: str) -> None:
    found = terms(codelist)
    assert len(set(found)) == len(found)
    assert all(term == term.upper() for term in found)


def test_unknown_spelling() -> None:
    with pytest.raises(KeyError):
        term_of("MEDICATIONS", "Wundermittel")


def test_turns_walk_through_the_variants() -> None:
    variants = spellings("MEDICATIONS", "PREDNISOLONE", "de")
    assert {word("BE", "MEDICATIONS", "PREDNISOLONE", turn) for turn in range(9)} == set(variants)


def test_noise_is_pinned() -> None:
    """The exports' bytes hang on these numbers."""
    assert noise("IGG", 1, 13) == noise("IGG", 1, 13)
    assert -1 <= noise("a") < 1
    assert round(noise("pinned"), 6) == PINNED


PINNED = 0.691701
