"""The expectation suites over all datasets: native, by Great Expectations, or both."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from tecdata.validate.suites_frames import Frames
from tecdata.validate.suites_report import findings_of_outcome, status_finding
from tecdata.validate.suites_run import Outcome, Planned, Unrun, outcomes_of, plan_dataset, plan_of

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.finding import Finding
    from tecdata.spec import Specs

__all__ = ["Suites", "evaluate", "run_suites"]

#: ``native`` gives every failing record; ``gx`` is Great Expectations, which gives counts; ``both``
#: gives the native findings, and one more wherever the two do not agree.
Suites = Literal["native", "gx", "both"]


def run_suites(
    datasets: Mapping[str, Dataset],
    specs: Specs,
    *,
    by: Suites | None = None,
    expected: Collection[str] | None = None,
) -> list[Finding]:
    """Check every dataset against the expectations of ``specs.suites``.

    Parameters
    ----------
    datasets
        By dataset name, harmonised. They are not changed.
    specs
        Suites, tests, codelists, and the study's policy (what is switched off; thresholds).
    by
        See :data:`Suites`; by default that of specs/checks.yaml. Great Expectations takes seconds
        to import.
    expected
        Datasets there should be, for instance those a single centre's mapping makes. What is
        about another dataset is then not applicable. By default all are expected.

    Returns
    -------
    list of Finding
        For each expectation and each of its datasets the records that break it (status
        ``failed``, or ``passed_with_violations`` up to the threshold), or one finding of status
        ``passed``, ``not_applicable`` (no record it is about, or switched off) or ``not_run``
        (a dataset, variable or codelist it needs is absent).

    Examples
    --------
    >>> import tecdata
    >>> study = tecdata.open_study(".")  # doctest: +SKIP
    >>> run_suites(study.harmonise(), study.specs)  # doctest: +SKIP
    """
    outcomes, unrun = evaluate(datasets, specs, expected=expected)
    findings = [status_finding(u) for u in unrun]
    by = by or specs.policy.suites
    if by != "native":
        # Imported here alone: it takes seconds.
        from tecdata.validate.suites_gx import counts_by_great_expectations, disagreements

        counts = counts_by_great_expectations(outcomes)
        if by == "gx":
            from tecdata.validate.suites_report import counted_finding

            found = [counted_finding(o, n, specs) for o, n in zip(outcomes, counts, strict=True)]
            return [*findings, *found]
        findings.extend(disagreements(outcomes, counts))
    for outcome in outcomes:
        findings.extend(findings_of_outcome(outcome, datasets, specs))
    return findings


def evaluate(
    datasets: Mapping[str, Dataset], specs: Specs, *, expected: Collection[str] | None = None
) -> tuple[list[Outcome], list[Unrun]]:
    """Run all expectations natively: what came out, and what could not be run."""
    frames = Frames(datasets)
    planned: list[Planned] = []
    unrun: list[Unrun] = []
    for name, wanted in plan_of(specs.suites).items():
        kept = []
        for suite, expectation in wanted:
            settings = specs.policy.checks.get(expectation.id)
            if settings is not None and settings.run == "no":
                reason = f"switched off in specs/checks.yaml: {settings.reason}"
                unrun.append(Unrun(expectation, name, reason, applicable=False))
            else:
                kept.append((suite, expectation))
        if name in datasets:
            plan, idle = plan_dataset(name, kept, frames, specs)
            planned.extend([plan] if plan else [])
            unrun.extend(idle)
        else:
            reason = f"dataset {name} is absent"
            unrun.extend(Unrun(e, name, reason, missing=name) for _, e in kept)
    if expected is not None:
        unrun = list(_judged(unrun, expected))
    return outcomes_of(planned), unrun


def _judged(unrun: list[Unrun], expected: Collection[str]) -> Iterator[Unrun]:
    """What lacks a dataset that nobody expected does not apply."""
    for one in unrun:
        unexpected = bool(one.missing) and one.missing not in expected
        yield dataclasses.replace(one, applicable=False) if unexpected else one
