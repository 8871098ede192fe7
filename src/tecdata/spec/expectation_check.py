"""Whether the expectations speak of variables, datasets, codelists and tests the study has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from tecdata.spec.expectation_groups import Exists
from tecdata.spec.expectation_rules import Allowed, Compare

if TYPE_CHECKING:
    from tecdata.spec.domain import DomainSpec
    from tecdata.spec.expectation import Expectation, Suite
    from tecdata.spec.policy import Policy
    from tecdata.spec.submission import Explanation
    from tecdata.spec.terminology import Codelist

__all__ = ["unfit_expectations", "unfit_explanations", "unfit_policy"]


def unfit_expectations(
    suites: Mapping[str, Suite],
    domains: Mapping[str, DomainSpec],
    codelists: Mapping[str, Codelist],
) -> Iterator[str]:
    """One text for each thing an expectation names and the specs do not have."""
    for name, suite in suites.items():
        place = f"specs/expectations/{name}.yaml"
        for code, columns in suite.borrow.items():
            for column, borrowed in columns.items():
                at = f"{place}: borrow.{code}.{column}"
                own = [*borrowed.own_variables()]
                yield from _unknown(at, code, own, domains, columns)
                yield from _unknown(at, borrowed.from_, borrowed.other_variables(), domains, ())
        for expectation in suite.expectations:
            at = f"{place}: {expectation.id}"
            for code in expectation.on:
                borrowed_here = suite.borrow.get(code, {})
                yield from _unfit(at, code, expectation, domains, codelists, borrowed_here)


def unfit_explanations(
    explanations: Mapping[str, Explanation], domains: Mapping[str, DomainSpec]
) -> Iterator[str]:
    """One text for each dataset or variable that the explanation of a rule names and the specs do not have."""
    for rule, told in explanations.items():
        for code, conditions in told.holds.items():
            at = f"specs/submission.yaml: explanations.{rule}.holds.{code}"
            yield from _unknown(
                at, code, (v for c in conditions for v in c.variables()), domains, ()
            )


def _unfit(
    at: str,
    code: str,
    expectation: Expectation,
    domains: Mapping[str, DomainSpec],
    codelists: Mapping[str, Codelist],
    borrowed: Iterable[str],
) -> Iterator[str]:
    bound = expectation.bound(code)
    rule = bound.expect
    yield from _unknown(at, code, bound.variables(), domains, borrowed)
    if isinstance(rule, Exists):
        yield from _unknown(at, rule.exists, rule.other_variables(), domains, ())
    if isinstance(rule, Allowed) and rule.codelist and rule.codelist not in codelists:
        yield f"{at}: codelist {rule.codelist} is not under specs/terminology"
    if isinstance(rule, Compare) and rule.as_ == "dates":
        for name in rule.variables():
            variable = domains[code].by_name.get(name) if code in domains else None
            if variable is not None and variable.type != "datetime":
                yield f"{at}: {code}.{name} is not a date"


def _unknown(
    at: str,
    code: str,
    names: Iterable[str],
    domains: Mapping[str, DomainSpec],
    borrowed: Iterable[str],
) -> Iterator[str]:
    domain = domains.get(code)
    if domain is None:
        yield f"{at}: there is no spec of dataset {code}; allowed: {', '.join(sorted(domains))}"
        return
    for name in dict.fromkeys(names):
        if not domain.has(name) and name not in borrowed:
            yield f"{at}: {code} has no variable, qualifier or borrowed column {name}"


def unfit_policy(policy: Policy, known: Iterable[str]) -> Iterator[str]:
    """One text for each setting of a check that does not exist, or that cannot be set so."""
    ids = set(known)
    for check, settings in policy.checks.items():
        if check not in ids:
            yield f"specs/checks.yaml: checks.{check}: there is no such check; see tecdata checks list"
        elif settings.threshold is not None and not check.startswith("suite."):
            yield (
                f"specs/checks.yaml: checks.{check}: threshold: only expectations (suite.…) count "
                "the records they look at"
            )
