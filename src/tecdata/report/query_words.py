"""The words a centre knows things by: tests by their names, records without the codes of SDTM."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from tecdata.report.wording import wordings

if TYPE_CHECKING:
    from tecdata.finding import Finding

__all__ = ["Names", "event_words", "in_words_of_the_centre"]

#: Names of tests and terms by their code, then by language.
Names = Mapping[str, Mapping[str, str]]

#: Parts of a record's name that say nothing to those who wrote the record.
_OF_THE_STANDARD: Final = re.compile(r"[A-Z]{2}(S?CAT|SPEC|MRKSTR|METHOD)")
_CODED: Final = re.compile(r"[A-Z]{2}DECOD")
_VERBATIM: Final = re.compile(r"[A-Z]{2}(TRT|TERM)")
#: Variables whose codes have names.
_NAMED: Final = re.compile(r"[A-Z]{2}(TESTCD|DECOD|OUT|CAT)|SEX")
_GROUP: Final = re.compile(r"\(\?P<\w+>[^()]*\)")
_ANSWERS: Final = {"Y": "yes", "N": "no"}


def event_words(record: str, language: str, tests: Names) -> str:
    """What a record is about: its own text, test, date and number.

    >>> event_words("LBTESTCD=WBC; LBSPEC=BLOOD; LBDTC=2024-10-29", "de", {"WBC": {"de": "Leukozyten"}})
    'Leukozyten, 2024-10-29'
    """
    pairs = [part.partition("=") for part in record.split("; ")]
    verbatim = any(_VERBATIM.fullmatch(name) and value for name, _, value in pairs)
    told = []
    for name, _, value in pairs:
        coded = verbatim and _CODED.fullmatch(name)
        if value and not coded and not _OF_THE_STANDARD.fullmatch(name):
            told.append(_named(name, value, language, tests))
    return ", ".join(told)


def in_words_of_the_centre(finding: Finding, event: str, language: str, tests: Names) -> Finding:
    """The finding with the details a centre cannot know put in words; ``event`` as its row has it."""
    details = tuple(
        (name, _detail(finding, name, text, event, language, tests))
        for name, text in finding.details
    )
    return dataclasses.replace(finding, details=details)


def _detail(finding: Finding, name: str, text: str, event: str, language: str, tests: Names) -> str:
    """A detail in words of the centre."""
    words = wordings(language)
    if name == "what" and event and finding.check.startswith("suite."):
        return event
    if name == "pattern":
        return _GROUP.sub("…", text).replace("\\", "")
    if name == "target":
        return words.domains.get(text, text)
    if text in _ANSWERS and name.isupper():
        return words.labels[_ANSWERS[text]]
    return _named(name, text, language, tests)


def _named(name: str, text: str, language: str, tests: Names) -> str:
    """The name of a code, where the detail holds one that has a name."""
    return tests.get(text, {}).get(language, text) if _NAMED.fullmatch(name) else text
