"""Codelists: the pinned subset of CDISC controlled terminology, and the study's own terms."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cached_property

from pydantic import Field, model_validator

from tecdata.spec.model import Flag, Model

__all__ = ["Codelist", "CodelistFile", "Term", "fold", "names_by_term"]

_VARIANTS = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ß": "ss",
        "æ": "ae",
        "ø": "oe",
        "å": "aa",
        "µ": "u",
        "μ": "u",
    }
)


def fold(text: str) -> str:
    """The form in which terms are compared: case, white space and umlaut spellings do not count.

    >>> fold("  Männlich "), fold("MAENNLICH"), fold("hæmoglobin")
    ('maennlich', 'maennlich', 'haemoglobin')
    """
    text = unicodedata.normalize("NFC", text).casefold().translate(_VARIANTS)
    return " ".join(text.split())


class Term(Model):
    """One permitted value. ``names`` are its spellings by language (``en``, ``de``, ``da``).

    ``nci`` is the NCI C-code; empty for terms of the study's own that extend the codelist or
    belong to a study codelist. ``ucum`` is the code of a unit in UCUM. ``decode`` is the readable
    meaning where the value is a code.
    """

    term: str
    nci: str = ""
    ucum: str = ""
    decode: str = ""
    names: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Codelist(Model):
    """A codelist. ``package`` is the CDISC CT release date, or empty for study terms.

    A ``dictionary`` names what the terms are not: study term lists say they are not MedDRA or
    WHODrug. A list that joins several of CDISC has no code of its own: ``joins`` has theirs.
    """

    codelist: str
    name: str
    nci: str = ""
    joins: tuple[str, ...] = ()
    package: str = ""
    extensible: Flag = False
    dictionary: str = ""
    terms: tuple[Term, ...]

    @model_validator(mode="after")
    def _known_to_cdisc(self) -> Codelist:
        if bool(self.package) != bool(self.nci or self.joins) or (self.nci and self.joins):
            raise ValueError(
                "a list of CDISC (package) has either its nci code or joins, others neither"
            )
        return self

    @cached_property
    def by_term(self) -> dict[str, Term]:
        """Terms by submission value."""
        return {t.term: t for t in self.terms}

    def lookup(self, languages: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Folded spelling -> submission values (more than one where a spelling is ambiguous).

        The submission value itself and its English names always count; ``languages`` add theirs.
        """
        table: dict[str, tuple[str, ...]] = {}
        wanted = ["en", *[lang for lang in languages if lang != "en"]]
        for term in self.terms:
            names = [term.term, term.decode] + [n for w in wanted for n in term.names.get(w, ())]
            for name in names:
                key = fold(name)
                if key and term.term not in table.get(key, ()):
                    table[key] = (*table.get(key, ()), term.term)
        return table


class CodelistFile(Model):
    """A file under ``specs/terminology``: one or more codelists."""

    codelists: tuple[Codelist, ...]


def names_by_term(codelists: Mapping[str, Codelist]) -> dict[str, dict[str, str]]:
    """By term and language its first name, where a codelist gives it any.

    >>> sex = Codelist(codelist="SEX", name="Sex", terms=(Term(term="F", names={"de": ("weiblich",)}),))
    >>> names_by_term({"SEX": sex})
    {'F': {'de': 'weiblich'}}
    """
    found: dict[str, dict[str, str]] = {}
    for codelist in codelists.values():
        for term in codelist.terms:
            if term.names:
                names = {language: names[0] for language, names in term.names.items()}
                found.setdefault(term.term, names)
    return found
