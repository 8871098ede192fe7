"""A finding as a question in the language of the centre it is put to.

The words are data: ``wordings/<language>.yaml`` holds the questions by check id (with the
placeholders of the check's own template), the words of the workbook, and phrases that take the place
of English words inside details. Checks of a study's own carry their wordings with them.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tecdata.checks import CHECKS

if TYPE_CHECKING:
    from tecdata.checks import Check
    from tecdata.finding import Finding

__all__ = ["LANGUAGES", "Wordings", "for_data_management", "language_of", "question", "wordings"]

#: Languages a workbook can be written in; the last one is taken where a centre has none of them.
LANGUAGES: Final = ("de", "da", "en")
#: Details that tecdata words itself; all others quote the source or the specs.
_WORDED: Final = frozenset(
    {"nearest", "format", "expected", "kind", "core", "wanted", "reason", "closest", "choices"}
    | {"delimiter", "what", "found", "instead"}
)
#: The place a message begins with.
_PLACE: Final = re.compile(
    r"^(\{where\}|\{file\}(\{at\}|, \w+ '\{sheet\}')?(, (\w+ )?\{cell\})?): (?=.)"
)
_FOLDER: Final = Path(__file__).parent / "wordings"


@dataclasses.dataclass(frozen=True, slots=True)
class Wordings:
    """Everything said in one language."""

    checks: Mapping[str, str]
    phrases: Mapping[str, str]
    labels: Mapping[str, str]
    columns: Mapping[str, str]
    states: Mapping[str, str]
    severities: Mapping[str, str]
    answers: Mapping[str, str]
    assigned: Mapping[str, str]
    types: Mapping[str, str]
    domains: Mapping[str, str]


def language_of(languages: Sequence[str] | str) -> str:
    """The first of a centre's languages a workbook can be written in.

    >>> language_of(["npu", "da", "en"]), language_of("fr")
    ('da', 'en')
    """
    given = [languages] if isinstance(languages, str) else languages
    return next((name for name in given if name in LANGUAGES), LANGUAGES[-1])


@functools.cache
def wordings(language: str) -> Wordings:
    """The words of one language (``de``, ``da`` or ``en``), read once."""
    data = _read(language)
    return Wordings(**{f.name: data[f.name] for f in dataclasses.fields(Wordings)})


@functools.cache
def _data_management() -> frozenset[str]:
    """Checks, or whole rooms, whose findings no centre can mend."""
    return frozenset(_read("en")["data_management"])


def for_data_management(check: str) -> bool:
    """Whether what a check finds is mended in the study's specs and mappings, not at a centre."""
    return check in _data_management() or f"{check.partition('.')[0]}.*" in _data_management()


def question(
    finding: Finding,
    language: str,
    checks: Mapping[str, Check] | None = None,
    *,
    placed: bool = False,
) -> str:
    """What to ask the centre, in its language; the finding's own message where nothing is worded.

    ``checks`` are those of the study's own suites, by id. With ``placed`` the place is left out at
    the beginning, for use where it is shown beside.
    """
    check = (checks or {}).get(finding.check) or CHECKS.get(finding.check)
    template = wordings(language).checks.get(finding.check, "")
    if not template and check is not None:
        template = check.wordings.get(language, "")
    if not template:
        return finding.message
    if placed:
        template = _PLACE.sub("", template)
        template = template[:1].upper() + template[1:]
    try:
        return _localised(finding, language).message_in(template)
    except (KeyError, IndexError, ValueError):
        # Made by an older version, with other details: what it said then still holds.
        return finding.message


def place_of(finding: Finding, language: str) -> str:
    """File, sheet and cell in words."""
    words = wordings(language).labels
    parts = [finding.file]
    if finding.sheet:
        parts.append(f"{words['sheet']} '{finding.sheet}'")
    if finding.cell:
        parts.append(address(finding.cell, language))
    return ", ".join(part for part in parts if part)


def address(cell: str, language: str) -> str:
    """A cell's address in words of the language.

    >>> address("line 12, column 'Wert'", "de")
    "Zeile 12, Spalte 'Wert'"
    """
    words = wordings(language).labels
    text = re.sub(r"^(line|row)(?= \d)", lambda m: words[m[1]], cell)
    return re.sub(r"(^|, )column(?= ')", lambda m: m[1] + words["column"], text, count=1)


def _localised(finding: Finding, language: str) -> Finding:
    """The finding with its details in the words of a language."""
    details = []
    for name, text in finding.details:
        match name:
            case "where":
                said = place_of(finding, language)
            case "at":
                words = wordings(language).labels
                said = f", {words['sheet']} '{finding.sheet}'" if finding.sheet else ""
            case "places":
                said = ", ".join(address(part, language) for part in text.split(", "))
            case "meaning":
                said = _pieced(text, language)
            case _ if name not in _WORDED:
                said = text
            case _:
                said = _phrased(text, language)
        details.append((name, said))
    return dataclasses.replace(
        finding, cell=address(finding.cell, language), details=tuple(details)
    )


def _phrased(text: str, language: str) -> str:
    """A detail that tecdata worded itself, in another language."""
    for said, meant in wordings(language).phrases.items():
        if text == said or (said.startswith(("; ", "(")) and text.startswith(said)):
            return meant + text[len(said) :]
    return text


def _pieced(text: str, language: str) -> str:
    """Words put together of phrases: each that occurs is replaced."""
    for said, meant in wordings(language).phrases.items():
        if len(said) > len(" or "):
            text = text.replace(said, meant)
    return text.replace(" or ", wordings(language).phrases.get(" or ", " or "))


def _read(language: str) -> dict[str, Any]:
    """The words of a language as its file has them."""
    from tecdata.spec.text_yaml import read_yaml

    data, _ = read_yaml(_FOLDER / f"{language}.yaml", shown=f"{language}.yaml")
    assert isinstance(data, dict)  # noqa: S101 - a file of this package
    return data
