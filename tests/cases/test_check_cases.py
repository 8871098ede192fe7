"""Every expectation has a case that fails it, one that passes it, and one where it cannot run."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.suite_cases import Case, load_cases, make_datasets, without

from tecdata.spec import Specs, load_specs
from tecdata.validate import all_checks, run_suites

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.finding import Finding

CASES = load_cases()


@pytest.fixture(scope="module")
def specs(repository: Path) -> Specs:
    return load_specs(repository / "specs")


def found(case: Case, datasets: dict[str, Dataset], specs: Specs) -> list[Finding]:
    return [
        f for f in run_suites(datasets, specs) if f.check == case.check and f.domain == case.dataset
    ]


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.check)
def test_the_rows_that_break_it_are_found(case: Case, specs: Specs) -> None:
    findings = found(case, make_datasets(case.fails, specs), specs)
    assert [f.status for f in findings] == ["failed"] * len(case.finds)
    # Rows begin below the header, so the first is row 2 of its sheet.
    rows = [int("".join(c for c in f.cell if c.isdigit())) - 1 for f in findings]
    assert sorted(rows) == list(case.finds)
    for finding in findings:
        assert finding.centre == "XX"
        assert finding.file.endswith(".xlsx")
        assert "None" not in finding.message
        assert "{" not in finding.message


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.check)
def test_the_rows_that_keep_it_pass(case: Case, specs: Specs) -> None:
    findings = found(case, make_datasets(case.passes, specs), specs)
    assert [f.status for f in findings] == [case.passes_as]


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.check)
def test_where_it_cannot_run_it_says_so(case: Case, specs: Specs) -> None:
    datasets = make_datasets(case.passes, specs)
    kind, _, codelist = case.cannot_run.partition("codelist ")
    if codelist:
        kept = {k: v for k, v in specs.codelists.items() if k != codelist}
        specs = dataclasses.replace(specs, codelists=kept)
    else:
        datasets = without(datasets, kind)
    (finding,) = found(case, datasets, specs)
    assert finding.status == "not_run"
    assert (codelist or kind.split(".")[-1]) in finding.message


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.check)
def test_its_messages_can_be_read_in_three_languages(case: Case, specs: Specs) -> None:
    check = {c.id: c for c in all_checks(specs)}[case.check]
    for finding in found(case, make_datasets(case.fails, specs), specs):
        assert set(check.wordings) == {"de", "da"}
        for wording in check.wordings.values():
            text = finding.message_in(wording)
            assert "None" not in text
            assert text.endswith(".")
        assert finding.message.endswith(".")


def test_no_expectation_lacks_a_case(specs: Specs) -> None:
    ids = {e.id for suite in specs.suites.values() for e in suite.expectations}
    assert set(CASES) == ids
