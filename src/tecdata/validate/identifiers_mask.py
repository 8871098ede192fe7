"""Identifiers are shown masked, in their own findings and in every other that quotes them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from tecdata.finding import Finding, Findings
from tecdata.validate.identifiers_patterns import find_identifiers

__all__ = ["Identifiers", "hiding", "mask", "mask_values"]

HIDDEN: Final = "•"
#: A text shorter than this is hidden only in findings on its own cell.
_LONG_ENOUGH: Final = 4

_WORD: Final = re.compile(r"[^\W_]+")

#: File, sheet and cell of a finding.
Place = tuple[str, str, str]


def mask(text: str) -> str:
    """The first letter or figure and the punctuation; all else hidden.

    >>> mask("010203-1234"), mask("Beispiel, Berta"), mask("b@x.org")
    ('0•••••-••••', 'B•••••••, •••••', 'b@•.•••')
    """
    shown = "".join(HIDDEN if c.isalnum() else c for c in text)
    first = next((i for i, c in enumerate(text) if c.isalnum()), None)
    if first is None or sum(c.isalnum() for c in text) < 3:
        return shown
    return shown[:first] + text[first] + shown[first + 1 :]


class Identifiers(list[Finding]):
    """The findings of a scan, and, kept in memory only, the texts to hide wherever they appear.

    Attributes
    ----------
    secrets
        Texts to hide in every message and value.
    place_secrets
        Texts to hide in names of files, sheets and columns too.
    at
        Texts to hide in findings on one cell.
    """

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        super().__init__(findings)
        self.secrets: set[str] = set()
        self.place_secrets: set[str] = set()
        self.at: dict[Place, set[str]] = {}

    def hide(self, text: str, place: Place | None, *, in_names: bool = False) -> None:
        """Remember a text of an identifier and, where it has one, its cell."""
        plain = text.strip()
        if len(plain) >= _LONG_ENOUGH:
            self.secrets.update((plain, *_other_spellings(plain)))
        if in_names:
            self.place_secrets.add(plain)
        if place is not None:
            words = [word for word in re.findall(r"\w+", plain) if len(word) > 1]
            self.at.setdefault(place, set()).update((plain, *_other_spellings(plain), *words))

    def to_record(self) -> dict[str, Any]:
        """All of it as JSON has it, the texts to hide in the clear; for private files only."""
        return {
            "findings": [finding.to_record() for finding in self],
            "secrets": sorted(self.secrets),
            "place_secrets": sorted(self.place_secrets),
            "at": [[*place, sorted(texts)] for place, texts in sorted(self.at.items())],
        }

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Identifiers:
        """What :meth:`to_record` wrote."""
        found = cls(Finding.of_record(item) for item in record["findings"])
        found.secrets = set(record["secrets"])
        found.place_secrets = set(record["place_secrets"])
        found.at = {(file, sheet, cell): set(texts) for file, sheet, cell, texts in record["at"]}
        return found


def _other_spellings(text: str) -> tuple[str, ...]:
    """A date as later stages write it."""
    match = re.fullmatch(r"(\d{1,2})[./-]\s?(\d{1,2})[./-]\s?(\d{4})", text)
    if match is None:
        return ()
    return (f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}",)


class _Hider:
    """Hides whole words of a text that are secrets; the cost follows the text, not their number."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._by_word: dict[str, list[tuple[str, int]]] = {}
        for secret in sorted(secrets, key=lambda s: (-len(s), s)):
            word = _WORD.search(secret)
            if word is not None:
                entry = (secret.lower(), word.start())
                self._by_word.setdefault(word.group().lower(), []).append(entry)

    def __call__(self, text: str) -> str:
        """The text with every secret masked."""
        if not self._by_word or not text:
            return text
        lower = text.lower()
        if len(lower) != len(text):
            lower = text
        parts, done = [], 0
        for word in _WORD.finditer(lower):
            for secret, offset in self._by_word.get(word.group(), ()):
                start = word.start() - offset
                end = start + len(secret)
                open_end = end >= len(lower) or not (lower[end].isalnum() and secret[-1].isalnum())
                if start >= done and open_end and lower.startswith(secret, start):
                    parts += [text[done:start], mask(text[start:end])]
                    done = end
                    break
        return "".join(parts) + text[done:] if done else text


def hiding(*identifiers: Identifiers) -> Callable[[str], str]:
    """A function that masks the known identifiers in any text, for instance a source row shown."""
    everywhere = _Hider({s for found in identifiers for s in found.secrets})
    in_names = _Hider({s for found in identifiers for s in found.place_secrets})
    return lambda text: in_names(everywhere(text))


def mask_values(findings: Iterable[Finding], *identifiers: Identifiers) -> Findings:
    """The findings with the texts of identifiers hidden, in whatever field they are quoted.

    Parameters
    ----------
    findings
        Of any room; those of the scan itself may be among them.
    *identifiers
        What :func:`tecdata.validate.scan_identifiers` returned, one or several of them.

    Returns
    -------
    Findings
        The same findings in the same order. In findings on a cell that holds an identifier each
        word of it is hidden, in all others the whole of it; a value that shows an identifier by itself is
        hidden although no scan has seen it (a comment, for instance).
    """
    everywhere = _Hider({s for found in identifiers for s in found.secrets})
    in_names = _Hider({s for found in identifiers for s in found.place_secrets})
    at: dict[Place, set[str]] = {}
    for found in identifiers:
        for place, texts in found.at.items():
            at.setdefault(place, set()).update(texts)
    return Findings(_masked(finding, everywhere, in_names, at) for finding in findings)


def _masked(
    finding: Finding, everywhere: _Hider, in_names: _Hider, at: Mapping[Place, set[str]]
) -> Finding:
    """A finding with every identifier that it quotes masked; findings of identifiers are so already."""
    if finding.check.startswith("identifier."):
        return finding
    own = {finding.value[h.start : h.end] for h in find_identifiers(finding.value)}
    own |= at.get((finding.file, finding.sheet, finding.cell), set())
    for cell in finding.cells:
        own |= {cell.value[h.start : h.end] for h in find_identifiers(cell.value)}
        own |= at.get((cell.file, cell.sheet, cell.cell), set())
    local = _Hider(own)

    def hide(text: str) -> str:
        return in_names(everywhere(local(text)))

    texts: dict[str, Any] = {n: hide(getattr(finding, n)) for n in ("value", "message", "record")}
    names: dict[str, Any] = {n: in_names(getattr(finding, n)) for n in ("file", "sheet", "cell")}
    return dataclasses.replace(
        finding,
        **texts,
        **names,
        cells=tuple(
            dataclasses.replace(
                cell,
                value=hide(cell.value),
                file=in_names(cell.file),
                sheet=in_names(cell.sheet),
                cell=in_names(cell.cell),
            )
            for cell in finding.cells
        ),
        details=tuple((name, hide(text)) for name, text in finding.details),
    )
