"""Names of persons inside a text: after a title, after a word such as "Name:", by a first name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tecdata.validate.identifiers_words import FIRST_NAMES, NOT_NAMES
from tecdata.validate.lazy_pattern import LazyPattern

__all__ = ["looks_like_name", "names_in"]

_UP = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĪİŁŃŇŌŐŘŚŞŠŤŪŮŰŹŻŽ"
_LOW = "a-zß-öø-ÿāăąćčďđēęěğīıłńňōőřśşšťūůűźżž"
#: A capitalised word of two letters and more, with its hyphenated and apostrophised parts.
_CAP = rf"(?:(?:Mc|Mac|O['’]|D['’])?[{_UP}][{_LOW}{_UP}]+(?:[-'’][{_UP}][{_LOW}{_UP}]+)*)"
_PARTICLE = r"(?:(?:von|van|vom|zu|zur|de|der|den|del|da|di|la|le|al|el|bin|ter|af)[\s-]){0,3}"
_NAME = (
    rf"(?:[{_UP}]\.[\s-]?){{0,2}}{_PARTICLE}{_CAP}(?:\s(?:[{_UP}]\.\s?)?{_PARTICLE}{_CAP}){{0,3}}"
)
_DEGREE = r"(?:(?:Dr|Prof|PD|Priv\.-Doz|Dipl\.-[A-Z]\w+)\.?\s?(?:(?:med|dent|rer|nat|phil|h\.\s?c)\.\s?)*)"

_TITLED: Final = LazyPattern(
    rf"(?<![\w.-])(?:(?:[Hh]errn?|HERRN?|[Ff]rau|FRAU|Fräulein|Frl\.|Hrn?\.|Fr\.|Mr\.?|Mrs\.?|Ms\.?|"
    rf"Miss|[Ff]ru|Frk\.|[Hh]r\.)\s{{1,2}}{_DEGREE}*|{_DEGREE}+\s?)(?P<it>{_NAME})"
)
_CUED: Final = LazyPattern(
    rf"(?<!\w)(?i:(?:patienten|familien|nach|vor|eigen|for|efter|patient|sur|first\s|last\s|full\s)?"
    rf"na(?:me|vn)(?:\sde[sr]\sPatient(?:en|in)?|\sof\s(?:the\s)?patient)?)\s?[:=]\s{{0,2}}"
    rf"(?P<it>{_PARTICLE}{_CAP}(?:,?\s{_PARTICLE}{_CAP}){{0,3}})"
)
_WORD: Final = LazyPattern(_CAP)
#: A cell that is a name as lists of persons have it.
_WHOLE: Final = LazyPattern(
    rf"{_PARTICLE}{_CAP}(?:\s{_CAP})?,\s?{_CAP}(?:\s{_CAP})?|{_CAP}(?:\s{_PARTICLE}{_CAP}){{1,3}}"
)
_TITLE_HINT: Final = re.compile(
    r"(?i:herr|frau|fru)|r\.|rl\.|rk\.|rn\.|s\.|M[rs]|Miss|Prof|PD|Dr|Priv"
)
_LETTERS: Final = re.compile(r"[^\W\d_]+")


def looks_like_name(text: str) -> bool:
    """Whether a text is two or more capitalised words and nothing else.

    >>> looks_like_name("Beispiel, Berta"), looks_like_name("ABC-001"), looks_like_name("Husten")
    (True, False, False)
    """
    return _WHOLE.fullmatch(text.strip()) is not None


def names_in(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of what looks like a name.

    >>> [text[a:b] for text in ["Frau Dr. Beispiel da", "Anna Muster"] for a, b in names_in(text)]
    ['Beispiel', 'Anna Muster']
    """
    if _TITLE_HINT.search(text):
        for match in _TITLED.finditer(text):
            end = _trimmed(match["it"])
            if end:
                yield match.start("it"), match.start("it") + end
    if ":" in text or "=" in text:
        for match in _CUED.finditer(text):
            if match["it"].split()[0].casefold().strip(",") not in NOT_NAMES:
                yield match.span("it")
    yield from _by_first_name(text)


def _trimmed(name: str) -> int:
    """How much of a run of capitalised words may be a name: up to a word that never is one."""
    end = 0
    for match in re.finditer(r"[^\s]+", name):
        if match.group().casefold() in NOT_NAMES:
            break
        end = match.end()
    return end


def _by_first_name(text: str) -> Iterator[tuple[int, int]]:
    """A common first name beside another capitalised word: "Anna Muster", "Muster, Anna"."""
    if FIRST_NAMES.isdisjoint(_LETTERS.findall(text.lower())):
        return
    words = list(_WORD.finditer(text))
    first = [_is_first_name(word.group()) for word in words]
    for i, known in enumerate(first):
        if not known:
            continue
        for j, gap in ((i + 1, r" (?:[A-Z]\. ?)?(?:[a-z]{2,3} ){0,2}"), (i - 1, r",? ?")):
            if not 0 <= j < len(words) or words[j].group().casefold() in NOT_NAMES:
                continue
            a, b = (words[i], words[j]) if i < j else (words[j], words[i])
            if re.fullmatch(gap, text[a.end() : b.start()]):
                yield a.start(), b.end()
                break


def _is_first_name(word: str) -> bool:
    """Whether a word, or its part before a hyphen, is a common first name."""
    folded = word.casefold()
    return folded in FIRST_NAMES or folded.partition("-")[0] in FIRST_NAMES
