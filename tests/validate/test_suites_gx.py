"""Great Expectations counts what tecdata's own engine finds, expectation by expectation."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.suite_cases import load_cases, make_datasets

from tecdata.spec import Specs, load_specs
from tecdata.validate import run_suites
from tecdata.validate.suites import evaluate
from tecdata.validate.suites_gx import counts_by_great_expectations, disagreements

if TYPE_CHECKING:
    from tecdata.validate.suites_run import Outcome


@pytest.fixture(scope="module")
def specs(repository: Path) -> Specs:
    return load_specs(repository / "specs")


@pytest.fixture(scope="module")
def outcomes(specs: Specs) -> list[Outcome]:
    """Of every case the expectation it is about, over the records that break it."""
    found: list[Outcome] = []
    for case in load_cases().values():
        outcomes, _ = evaluate(make_datasets(case.fails, specs), specs)
        found += [
            o
            for o in outcomes
            if (o.compiled.expectation.id, o.view.name) == (case.check, case.dataset)
        ]
    return found


def test_both_engines_count_the_same_failing_records(outcomes: list[Outcome]) -> None:
    assert len(outcomes) == len(load_cases())
    assert all(outcome.broken for outcome in outcomes)
    counts = counts_by_great_expectations(outcomes)
    assert {o.compiled.expectation.id: n for o, n in zip(outcomes, counts, strict=True)} == {
        o.compiled.expectation.id: o.broken for o in outcomes
    }
    assert list(disagreements(outcomes, counts)) == []


def test_half_of_the_expectations_are_great_expectations_own(outcomes: list[Outcome]) -> None:
    own = [o for o in outcomes if o.compiled.native]
    kinds = {native.kind for o in own for native in o.compiled.native}
    assert len(own) * 3 >= len(outcomes)
    assert {
        "ExpectColumnValuesToNotBeNull",
        "ExpectColumnValuesToBeInSet",
        "ExpectColumnValuesToBeBetween",
        "ExpectColumnPairValuesAToBeGreaterThanB",
        "ExpectColumnPairValuesToBeEqual",
    } <= kinds


def test_a_disagreement_is_a_finding_that_names_both_counts(outcomes: list[Outcome]) -> None:
    outcome = outcomes[0]
    (finding,) = disagreements([outcome], [outcome.broken + 2])
    assert finding.check == "policy.engines_disagree"
    assert f"broken by {outcome.broken} records" in finding.message
    assert f"by {outcome.broken + 2} by Great Expectations" in finding.message
    (stopped,) = disagreements([outcome], [-1])
    assert "none (it stopped)" in stopped.message


def test_its_engine_gives_one_counted_finding_an_expectation(specs: Specs) -> None:
    case = load_cases()["suite.ae.dates"]
    datasets = make_datasets(case.fails, specs)
    counted = run_suites(datasets, specs, by="gx")
    (finding,) = [f for f in counted if f.check == case.check]
    assert finding.status == "failed"
    assert finding.message.endswith("(Great Expectations)")
    both = run_suites(datasets, specs, by="both")
    assert both == run_suites(datasets, specs, by="native")


def test_nothing_else_waits_for_great_expectations() -> None:
    code = (
        "import sys; import tecdata, tecdata.validate, tecdata.cli, tecdata.validate.suites; "
        "sys.exit('great_expectations' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
