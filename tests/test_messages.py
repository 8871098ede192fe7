"""Every message says where it is and what to do next: of checks, of their wordings, of errors."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import pytest
from tests.conftest import REPOSITORY

from tecdata.checks import CHECKS, Check
from tecdata.report.wording import wordings
from tecdata.validate import all_checks

if TYPE_CHECKING:
    from tecdata.spec import Specs

#: What names a place: a file with its cell, a record, a subject, a dataset, a centre, a file of the study.
PLACE: Final = re.compile(
    r"\{(where|file|cell|domain|usubjid|centre|name|problem|stated)\}|\b[a-z_]+\.yaml\b"
)
#: What a request begins with, in the language of those who are asked.
REQUESTS: Final = {
    "en": re.compile(
        r"\b(nothing is to be done|add|ask|check|compare|complete|confirm|correct|declare|deliver|"
        r"divide|enter|give|have|if|keep|leave|look|make|map|mend|name|open|put|read|remove|rename|"
        r"report|save|say|set|shorten|take|tell|treat|widen)\b",
        re.IGNORECASE,
    ),
    "de": re.compile(r"\?|\bbitte\b|nichts zu tun", re.IGNORECASE),
    "da": re.compile(
        r"\?|venligst|ikke gøre|(^|[.;,] |så |og )"
        r"(åbn|angiv|behold|bekræft|byt|del|eksportér|fjern|formatér|gem|giv|indtast|kontrollér|"
        r"meddel|meld|oplys|ret|sammenlign|se|send|skriv|sæt|tilføj|udelad|udfyld)\b",
        re.IGNORECASE,
    ),
}
ERRORS: Final = {
    "ExportError", "HarmoniseError", "IntakeError", "MappingError", "TecdataError", "UsageError"
}  # fmt: skip


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: str(check.id))
def test_a_check_says_where_and_what_to_do(check: Check) -> None:
    assert PLACE.search(check.what), check.what
    assert REQUESTS["en"].search(check.next_step), check.next_step
    assert check.next_step.endswith(".")
    assert check.next_step[0].isupper()
    assert not check.what.endswith((".", ";", ":"))


@pytest.mark.parametrize("language", ["de", "da"])
@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: str(check.id))
def test_its_wording_asks_for_something(check: Check, language: str) -> None:
    worded = wordings(language).checks.get(check.id) or check.wordings[language]
    assert REQUESTS[language].search(worded), worded
    assert worded.endswith((".", "?")), worded


def test_expectations_say_where_and_what_to_do(sample_specs: Specs) -> None:
    own = [check for check in all_checks(sample_specs) if check.id.startswith("suite.")]
    assert own
    for check in own:
        assert PLACE.search(check.what), check.what
        assert REQUESTS["en"].search(check.next_step), check.next_step
        for language in ("de", "da"):
            asked = check.wordings[language]
            assert REQUESTS[language].search(asked), asked


def raised() -> Iterator[tuple[str, ast.Call]]:
    """Every error that is made under src, with its place."""
    for path in sorted((REPOSITORY / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.IfExp):
                names = {n.id for n in ast.walk(node.func) if isinstance(n, ast.Name)}
                if names & ERRORS:
                    yield f"{path.relative_to(REPOSITORY)}:{node.lineno}", node


def test_every_error_says_what_to_do() -> None:
    told = {where: {k.arg for k in call.keywords} for where, call in raised()}
    assert len(told) > 100
    assert [where for where, given in told.items() if "next_step" not in given] == []


def test_every_error_of_a_file_says_which() -> None:
    # Of UsageError the place is what was typed, and its message quotes it.
    lacking = [
        where
        for where, call in raised()
        if isinstance(call.func, ast.Name)
        and call.func.id in ("IntakeError", "ExportError")
        and "place" not in {k.arg for k in call.keywords}
    ]
    assert lacking == []


def test_texts_of_errors_end_without_a_stop() -> None:
    # The error puts its parts together itself.
    steps = [
        (where, k.value.value)
        for where, call in raised()
        for k in call.keywords
        if k.arg == "next_step" and isinstance(k.value, ast.Constant)
    ]
    assert [(where, step) for where, step in steps if str(step).endswith(".")] == []
