"""Every check outside the suites is failed by name in a test and passed by an export; where it cannot run: ``test_cannot_run.py``.

The expectations of the suites have cases of their own (``test_check_cases.py``).
"""

from __future__ import annotations

import ast
import csv
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

import tecdata
from tecdata.dataset import Dataset
from tecdata.derive import derive_study
from tecdata.finding import Findings
from tecdata.spec.policy import Policy, Waiver
from tecdata.validate import all_checks, apply_policy

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun
    from tecdata.spec import Specs

TESTS = Path(__file__).parents[1]

#: What the sample exports have something of, and the centre whose own export has nothing of it: every export
#: has a letter beyond ASCII, and what has none is passed in tests/export/test_text_policy.py.
FOUND_IN_THE_SAMPLE = {
    "intake.hidden_column": "tuebingen",
    "intake.comment": "tuebingen",
    "intake.formula_cell": "tuebingen",
    "derive.adjudicate": "tuebingen",
    "derive.carried_forward": "tuebingen",
    "export.transliterated": "",
    "run.sources_contradict": "heidelberg",
}


def checks_outside_the_suites(specs: Specs) -> list[str]:
    return [check.id for check in all_checks(specs) if not check.id.startswith("suite.")]


def failed(findings: Findings) -> set[str]:
    return {f.check for f in findings if f.status == "failed" and not f.check.startswith("suite.")}


def named_in_cases() -> set[str]:
    """Checks that a folder of ``tests/cases`` expects to fail, to the letter of their messages."""
    found = set()
    for path in Path(__file__).parent.glob("*/expected/findings.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            found |= {row["check"] for row in csv.DictReader(stream)}
    return found


def named_in_tests() -> set[str]:
    """Texts of tests that assert something: whole ids, and ids without their room in the room's own folder."""
    found: set[str] = set()
    # The corpus of identifiers is what tests/validate/test_identifiers.py runs through, row by row.
    for path in (*TESTS.rglob("test_*.py"), TESTS / "validate" / "identifiers_corpus.py"):
        tree = ast.parse(path.read_text("utf-8"))
        if path != Path(__file__):
            texts = set(_texts(tree))
            found |= texts | {f"{room}.{text}" for text in texts for room in _rooms(path)}
    return found


def _rooms(path: Path) -> tuple[str, ...]:
    """Rooms whose checks a test may name without the room."""
    if path.stem.startswith(("test_identifiers", "identifiers")):
        return ("identifier",)
    return (path.parent.name,)


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


#: Those that this module fails itself, below.
FAILED_HERE = {
    "derive.adjudicate",
    "derive.carried_forward",
    "derive.no_time_at_risk",
    "policy.waiver_unused",
    "run.centre_left_out",
    # Failed by their messages in tests/export.
    "export.nan_as_missing",
    "export.trailing_blanks",
}


def test_no_check_lacks_a_case_that_fails_it(sample_specs: Specs) -> None:
    failing = named_in_cases() | named_in_tests() | FAILED_HERE
    assert [c for c in checks_outside_the_suites(sample_specs) if c not in failing] == []


def test_the_sample_passes_every_other_check(sample_run: StudyRun, sample_specs: Specs) -> None:
    assert failed(sample_run.findings) == set(FOUND_IN_THE_SAMPLE)
    known = set(checks_outside_the_suites(sample_specs))
    assert set(FOUND_IN_THE_SAMPLE) <= known


@pytest.fixture(scope="module")
def alone(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The checks that the export of one centre fails, read without the others and the contradictions."""
    folder = tmp_path_factory.mktemp("alone") / "study"
    for name in ("specs", "mappings", "sample_exports"):
        shutil.copytree(repository / name, folder / name)
    return {
        centre: failed(
            tecdata.open_study(folder).run(folder / f"out-{centre}", centres=[centre]).findings
        )
        for centre in sorted(set(FOUND_IN_THE_SAMPLE.values()) - {""})
    }


@pytest.mark.parametrize(
    ("check", "centre"), [(check, where) for check, where in FOUND_IN_THE_SAMPLE.items() if where]
)
def test_what_the_sample_fails_is_passed_by_one_of_its_exports(
    check: str, centre: str, alone: dict[str, set[str]]
) -> None:
    assert check not in alone[centre]


def test_a_waiver_that_fits_nothing_is_said(sample_specs: Specs) -> None:
    waiver = Waiver(
        check="suite.lb.plausible", usubjid="TECAID-XX-099", reason="seen", by="A", on="2026-01-02"
    )
    (found,) = apply_policy(Findings(), Policy(), [waiver])
    assert found.check == "policy.waiver_unused"
    assert "TECAID-XX-099 (A, 2026-01-02) fits no finding any more" in found.message
    assert sample_specs.policy is not None


def test_what_a_person_should_decide_and_what_was_carried_is_said(sample_run: StudyRun) -> None:
    found = {
        f.check: f for f in sample_run.findings if f.check in FAILED_HERE and f.status == "failed"
    }
    assert found["derive.adjudicate"].usubjid
    assert "a person should decide" in found["derive.adjudicate"].message
    assert "carried forward" in found["derive.carried_forward"].message


def test_without_a_dose_there_is_no_time_to_response(
    sample_run: StudyRun, sample_specs: Specs
) -> None:
    doses, people = sample_run.datasets["EX"], sample_run.datasets["DM"]
    subject = people.to_polars()["USUBJID"][0]
    undated = pl.when(pl.col("USUBJID") != subject)
    frames = {
        "EX": doses.to_polars().filter(pl.col("USUBJID") != subject),
        "DM": people.to_polars().with_columns(
            undated.then(pl.col(name)).alias(name) for name in ("RFSTDTC", "RFXSTDTC", "RFXENDTC")
        ),
    }
    changed = {n: Dataset.of(f, sample_run.datasets[n].spec) for n, f in frames.items()}
    findings = Findings()
    derive_study({**sample_run.datasets, **changed}, sample_specs, findings, ["response"])
    told = [(f.check, f.usubjid) for f in findings if f.check == "derive.no_time_at_risk"]
    assert told == [("derive.no_time_at_risk", subject)]


def test_without_the_datasets_a_derivation_reads_it_makes_none(
    sample_run: StudyRun, sample_specs: Specs
) -> None:
    # Checks of derive cannot run where there is nothing to derive from: no dataset claims otherwise.
    findings = Findings()
    only = {"DM": sample_run.datasets["DM"]}
    made = derive_study(only, sample_specs, findings, ["response", "exposure"])
    assert not len(made.get("ADRS", ()))
    assert set(made["ADPP"].to_polars()["PPSTAT"]) == {"NOT DONE"}
