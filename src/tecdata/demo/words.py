"""How the centres spell the study's canonical terms.

``data/words.csv`` holds, for each term of the study's lists, its name in English and the
spellings used at German and Danish speaking centres, separated by `` | ``.
"""

from __future__ import annotations

import functools

from tecdata.demo.tables import rows

__all__ = ["LANGUAGES", "spellings", "term_of", "terms", "word"]

#: Language of each centre's records.
LANGUAGES = {"BE": "de", "HH": "de", "HD": "de", "TU": "de", "AH": "da"}


@functools.cache
def _table() -> dict[tuple[str, str, str], tuple[str, ...]]:
    return {
        (row["list"], row["term"], language): tuple(row[language].split(" | "))
        for row in rows("words")
        for language in ("en", "de", "da")
    }


def terms(codelist: str) -> tuple[str, ...]:
    """The canonical terms of a list, in the order of the table."""
    return tuple(row["term"] for row in rows("words") if row["list"] == codelist)


def spellings(codelist: str, term: str, language: str) -> tuple[str, ...]:
    """All spellings of a term in a language; ``KeyError`` where the table has no such term.

    Examples
    --------
    >>> spellings("AETERMS", "SYNCOPE", "de")
    ('Synkope',)
    """
    return _table()[codelist, term, language]


def word(centre: str, codelist: str, term: str, turn: int = 0) -> str:
    """One centre's spelling of a term; ``turn`` walks through the variants in use there."""
    variants = spellings(codelist, term, LANGUAGES[centre])
    return variants[turn % len(variants)]


@functools.cache
def _reverse() -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for (codelist, term, _), variants in _table().items():
        for variant in variants:
            found.setdefault((codelist, variant.casefold()), term)
    return found


def term_of(codelist: str, spelling: str) -> str:
    """The canonical term a spelling stands for; ``KeyError`` for an unknown one.

    Examples
    --------
    >>> term_of("MEDICATIONS", "CsA")
    'CICLOSPORIN'
    """
    return _reverse()[codelist, spelling.casefold()]
