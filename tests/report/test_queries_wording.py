from __future__ import annotations

import dataclasses
import string

import pytest
from tests.conftest import REPOSITORY

from tecdata.checks import CHECKS
from tecdata.checks.check import Check
from tecdata.finding import Finding
from tecdata.report.queries import ANSWERS, STATES
from tecdata.report.query_workbook_seal import LOG_COLUMNS
from tecdata.report.wording import LANGUAGES, for_data_management, question, wordings
from tecdata.spec import Specs, load_specs
from tecdata.spec.text_yaml import read_yaml

WORDINGS = REPOSITORY / "src" / "tecdata" / "report" / "wordings"


def _placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("language", ["de", "da"])
@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda c: str(c.id))
def test_every_check_is_worded(check: Check, language: str) -> None:
    worded = wordings(language).checks.get(check.id, "") or check.wordings.get(language, "")
    assert worded, f"{check.id} has no wording in {language}: add it to wordings/{language}.yaml"
    assert _placeholders(worded) <= _placeholders(check.template)


@pytest.mark.parametrize("language", LANGUAGES)
def test_wordings_are_of_checks_that_exist(language: str) -> None:
    for name, template in wordings(language).checks.items():
        assert _placeholders(template) <= _placeholders(CHECKS[name].template), name
        if language != "en":
            # The variables by which a record is named mean nothing to a centre.
            wanted = _placeholders(CHECKS[name].template) - {"key", "keys"}
            assert _placeholders(template) == wanted, name


@pytest.mark.parametrize("language", ["de", "da"])
def test_the_words_of_the_workbook_are_there_in_every_language(language: str) -> None:
    own, english = wordings(language), wordings("en")
    for field in dataclasses.fields(own):
        if field.name not in ("checks", "phrases"):
            given, wanted = getattr(own, field.name), getattr(english, field.name)
            assert list(given) == list(wanted), field.name
            for name, text in wanted.items():
                assert _placeholders(given[name]) == _placeholders(text), (field.name, name)
    assert tuple(own.columns) == LOG_COLUMNS
    assert tuple(own.states) == STATES
    assert tuple(own.answers) == ANSWERS
    # Header labels and answers tell columns and kinds apart when a workbook comes back.
    assert len(set(own.columns.values())) == len(LOG_COLUMNS)
    assert len(set(own.answers.values())) == len(ANSWERS)
    # Excel takes no more in a list.
    assert len(",".join(own.answers.values())) <= 255


@pytest.fixture(scope="module")
def specs() -> Specs:
    return load_specs(REPOSITORY / "specs")


def test_suites_bring_their_wordings(specs: Specs) -> None:
    for suite in specs.suites.values():
        for expectation in suite.expectations:
            assert {"de", "da"} <= set(expectation.check.wordings)


def test_every_domain_has_a_name_for_people(specs: Specs) -> None:
    plain = {d for d in specs.domains if d not in ("RELREC", "SUPPQUAL")}
    assert plain <= set(wordings("en").domains)


def test_a_question_in_german_names_places_in_german() -> None:
    finding = Finding.of(
        "mapping.unmapped_term", centre="XX", file="f.csv", cell="line 3, column 'a'",
        where="f.csv, line 3, column 'a'", variable="AEDECOD", text="none", codelist="AETERMS",
        languages="en, de", nearest="; nearest: Fieber",
    )  # fmt: skip
    said = question(finding, "de")
    assert said.startswith("f.csv, Zeile 3, Spalte 'a': 'none' ist für AEDECOD keine bekannte")
    assert "; ähnlich: Fieber" in said
    assert question(finding, "de", placed=True).startswith("'none' ist")
    assert "'none' er ikke en kendt" in question(finding, "da")
    assert "'none' is not a known name" in question(finding, "en")


def test_what_cannot_be_worded_keeps_its_own_message() -> None:
    odd = Finding(check="gone.check", severity="error", message="as it was said")
    assert question(odd, "de") == "as it was said"
    older = Finding(check="mapping.unmapped_term", severity="error", message="as it was said")
    assert question(older, "de") == "as it was said"


def test_a_study_words_its_own_checks() -> None:
    own = Check("suite.x.y", "error", "{value} is odd", wordings={"de": "{value} ist seltsam"})
    finding = Finding.of(own, value="7")
    assert question(finding, "de", {own.id: own}) == "7 ist seltsam"
    assert question(finding, "en", {own.id: own}) == "7 is odd"
    assert question(finding, "da", {own.id: own}) == "7 is odd"


def test_checks_for_the_data_management_exist() -> None:
    rooms = {check.partition(".")[0] for check in CHECKS}
    for name in read_yaml(WORDINGS / "en.yaml")[0]["data_management"]:
        assert name in CHECKS or name.removesuffix(".*") in rooms, name
    assert for_data_management("export.text_split")
    assert for_data_management("validate.variable_missing")
    assert not for_data_management("mapping.not_a_number")
