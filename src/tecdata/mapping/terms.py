"""Terminology: from a centre's spelling to a codelist's submission value, a unit or a test."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from tecdata.spec import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tecdata.spec import Codelist, Specs, TestDefinition

__all__ = ["Spellings", "Terms"]

#: Centres share most of their terms: each spelling is folded once.
_folded = functools.lru_cache(maxsize=65_536)(fold)


class Spellings:
    """All spellings of some set of things, folded, with the things each may mean.

    Where a folded spelling is shared, the spelling exactly as written decides, if it can:
    ``g/L`` is not ``G/l``.
    """

    def __init__(self, named: Iterable[tuple[str, Iterable[str]]]) -> None:
        self.folded: dict[str, tuple[str, ...]] = {}
        self._exact: dict[str, tuple[str, ...]] = {}
        self.shown: dict[str, str] = {}
        for thing, names in named:
            for name in names:
                key = _folded(name)
                if not key:
                    continue
                if thing not in self.folded.get(key, ()):
                    self.folded[key] = (*self.folded.get(key, ()), thing)
                exact = name.strip()
                if thing not in self._exact.get(exact, ()):
                    self._exact[exact] = (*self._exact.get(exact, ()), thing)
                same = exact == thing
                self.shown.setdefault(key, f"{exact}" if same else f"{exact} ({thing})")

    def find(self, text: str) -> tuple[str, ...]:
        """What a text may mean: nothing, one thing, or several."""
        found = self.folded.get(_folded(text), ())
        if len(found) > 1:
            exact = self._exact.get(text.strip(), ())
            return exact or found
        return found


class Terms:
    """The codelists and tests of a study in the languages of one centre."""

    def __init__(self, specs: Specs, languages: Sequence[str]) -> None:
        self.specs = specs
        self.languages = tuple(languages)
        self._codelists: dict[tuple[str, tuple[str, ...]], Spellings] = {}
        self._tests: Spellings | None = None

    def codelist(self, name: str, languages: Sequence[str] | None = None) -> Spellings:
        """Spellings of a codelist; ``languages`` instead of the centre's where given."""
        wanted = tuple(languages) if languages is not None else self.languages
        key = (name, wanted)
        if key not in self._codelists:
            self._codelists[key] = Spellings(_term_names(self.specs.codelists[name], wanted))
        return self._codelists[key]

    @property
    def tests(self) -> Spellings:
        """Spellings of the study's tests: id, --TESTCD, --TEST, names, names in code systems."""
        if self._tests is None:
            self._tests = Spellings(_test_names(self.specs.tests, self.languages))
        return self._tests

    def shown_languages(self, languages: Sequence[str] | None = None) -> str:
        """Languages whose spellings count, for messages."""
        wanted = languages if languages is not None else self.languages
        return ", ".join(dict.fromkeys(["en", *wanted]))


def _term_names(
    codelist: Codelist, languages: Sequence[str]
) -> Iterable[tuple[str, Iterable[str]]]:
    wanted = dict.fromkeys(["en", *languages])
    for term in codelist.terms:
        yield (
            term.term,
            [term.term, term.decode, *[n for w in wanted for n in term.names.get(w, ())]],
        )


def _test_names(
    tests: Mapping[str, TestDefinition], languages: Sequence[str]
) -> Iterable[tuple[str, Iterable[str]]]:
    for key, test in tests.items():
        # Keys longer than a language code are code systems (npu), which every language uses.
        wanted = dict.fromkeys(["en", *languages, *[k for k in test.names if len(k) > 2]])
        names = [n for w in wanted for n in test.names.get(w, ())]
        yield key, [key, test.test, *names]
