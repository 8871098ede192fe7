"""Titres: ``1:1.280`` is the dilution 1 in 1280; its number is the reciprocal, 1280."""

from __future__ import annotations

import dataclasses
import re

from tecdata.mapping.numbers import split_operator

__all__ = ["Titre", "parse_titre"]

_DILUTION = re.compile(
    r"1\s*[:/]\s*([1-9][0-9]{0,2}(?:([.,'\u2019 \u00a0\u202f])[0-9]{3}(?:\2[0-9]{3})*)|[1-9][0-9]*)"
)
_RECIPROCAL = re.compile(r"[1-9][0-9]*")


@dataclasses.dataclass(frozen=True, slots=True)
class Titre:
    """A dilution's reciprocal with its operator, or the check that failed."""

    reciprocal: int | None = None
    operator: str = ""
    problem: str | None = None

    @property
    def text(self) -> str:
        """The standard form, for instance ``<1:80``."""
        return f"{self.operator}1:{self.reciprocal}"


def parse_titre(text: str) -> Titre:
    """Read a titre: ``1:1280``, ``1:1.280``, ``1/1280``, ``< 1:80``, or the bare ``1280``.

    Behind ``1:`` a separator can only group thousands, whatever the language. ``problem`` is
    ``mapping.not_a_titre``.

    >>> parse_titre("1:1.280").text, parse_titre("<1:80").text
    ('1:1280', '<1:80')
    """
    operator, rest = split_operator(text.strip())
    match = _DILUTION.fullmatch(rest)
    if match:
        return Titre(int("".join(c for c in match.group(1) if c.isdigit())), operator)
    if _RECIPROCAL.fullmatch(rest):
        return Titre(int(rest), operator)
    return Titre(problem="mapping.not_a_titre")
