"""Read a study folder's specs and mappings into closed models, all errors of a file at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from tecdata.checks import CHECKS
from tecdata.errors import SpecError, UsageError
from tecdata.spec.domain import DomainSpec, SupplementalSpec, VariableSpec
from tecdata.spec.expectation import Suite
from tecdata.spec.expectation_check import unfit_expectations, unfit_policy
from tecdata.spec.policy import Policy
from tecdata.spec.rules import DomainMapping
from tecdata.spec.source import SourceSpec
from tecdata.spec.study import StudySpec
from tecdata.spec.terminology import Codelist, CodelistFile
from tecdata.spec.test_definition import TestDefinition, TestFile
from tecdata.spec.text_yaml import load_model

__all__ = ["CentreMapping", "Specs", "load_centre", "load_specs"]

M = TypeVar("M", bound=BaseModel)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Specs:
    """Everything under ``specs/`` that intake to export need."""

    study: StudySpec
    domains: Mapping[str, DomainSpec]
    codelists: Mapping[str, Codelist]
    tests: Mapping[str, TestDefinition]
    suites: Mapping[str, Suite] = dataclasses.field(default_factory=dict)
    policy: Policy = dataclasses.field(default_factory=Policy)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CentreMapping:
    """A centre's ``source.yaml`` and its domain mappings, by domain.

    ``files`` are the paths as messages name them, by domain (``source`` for ``source.yaml``).
    """

    source: SourceSpec
    domains: Mapping[str, DomainMapping]
    files: Mapping[str, str] = dataclasses.field(default_factory=dict)


def load_specs(folder: Path) -> Specs:
    """Read ``specs/``.

    Raises :class:`UsageError` where the folder is not there and :class:`SpecError` for every
    problem of every file at once.
    """
    if not (folder / "study.yaml").is_file():
        raise UsageError(
            "this is not a study folder: it has no specs/study.yaml",
            place=str(folder.parent),
            next_step="Make one with: tecdata init DIR",
        )
    problems: list[str] = []
    study = _try(folder / "study.yaml", StudySpec, problems)
    domains = [_try(p, DomainSpec, problems) for p in sorted((folder / "sdtm").glob("*.yaml"))]
    lists = [
        _try(p, CodelistFile, problems) for p in sorted((folder / "terminology").glob("*.yaml"))
    ]
    tests = [_try(p, TestFile, problems) for p in sorted(folder.glob("*_tests.yaml"))]
    suites = [_try(p, Suite, problems) for p in sorted((folder / "expectations").glob("*.yaml"))]
    settings = folder / "checks.yaml"
    policy = _try(settings, Policy, problems) if settings.is_file() else Policy()
    if problems or study is None or policy is None:
        raise SpecError(problems)
    specs = Specs(
        study=study,
        domains={d.domain: d for d in domains if d},
        codelists={c.codelist: c for f in lists if f for c in f.codelists},
        tests={k: t for f in tests if f for k, t in f.tests.items()},
        suites={s.suite: s for s in suites if s},
        policy=policy,
    )
    _cross_check(specs)
    return specs


def load_centre(folder: Path) -> CentreMapping:
    """Read ``mappings/<centre>/``: ``source.yaml`` and one YAML a domain."""
    problems: list[str] = []
    source = _try(folder / "source.yaml", SourceSpec, problems)
    paths = sorted(p for p in folder.glob("*.yaml") if p.name != "source.yaml")
    files = {"source": _shown(folder / "source.yaml")}
    domains: dict[str, DomainMapping] = {}
    for path in paths:
        mapping = _try(path, DomainMapping, problems)
        if mapping is None:
            continue
        if mapping.domain in domains:
            problems.append(
                f"{_shown(path)}: domain: {mapping.domain} is mapped in "
                f"{files[mapping.domain]} already; put its blocks into one file"
            )
            continue
        domains[mapping.domain] = mapping
        files[mapping.domain] = _shown(path)
    if problems or source is None:
        raise SpecError(problems)
    return CentreMapping(source=source, domains=domains, files=files)


def _try(path: Path, model: type[M], problems: list[str]) -> M | None:
    try:
        return load_model(path, model, shown=_shown(path))
    except SpecError as error:
        problems.extend(error.problems)
        return None


def _shown(path: Path) -> str:
    parts = path.parts
    for root in ("specs", "mappings"):
        if root in parts:
            return "/".join(parts[len(parts) - 1 - parts[::-1].index(root) :])
    return str(path)


def _cross_check(specs: Specs) -> None:
    problems = [
        *_unknown_codelists(specs),
        *_unfit_tests(specs),
        *_unfit_defaults(specs),
        *unfit_expectations(specs.suites, specs.domains, specs.codelists),
        *unfit_policy(specs.policy, _check_ids(specs)),
    ]
    if problems:
        raise SpecError(problems)


def _check_ids(specs: Specs) -> Iterator[str]:
    yield from CHECKS
    for suite in specs.suites.values():
        yield from (expectation.id for expectation in suite.expectations)


def _unknown_codelists(specs: Specs) -> Iterator[str]:
    for domain in specs.domains.values():
        items: list[VariableSpec | SupplementalSpec] = [*domain.variables, *domain.supplemental]
        for item in items:
            if item.codelist and item.codelist not in specs.codelists:
                yield (
                    f"specs/sdtm/{domain.domain.lower()}.yaml: {item.name}: "
                    f"codelist {item.codelist} is not under specs/terminology"
                )


def _unfit_tests(specs: Specs) -> Iterator[str]:
    units = specs.codelists.get("UNIT")
    for key, test in specs.tests.items():
        domain = specs.domains.get(test.domain)
        if domain is None:
            yield f"specs: test {key}: domain {test.domain} has no spec"
            continue
        if test.codelist and test.codelist not in specs.codelists:
            yield f"specs: test {key}: codelist {test.codelist} does not exist"
        for unit in (*filter(None, [test.unit]), *test.units):
            if units and unit not in units.by_term:
                yield f"specs: test {key}: unit {unit} is not a term of codelist UNIT"
        named = {
            f"{test.domain}TESTCD": test.testcd,
            f"{test.domain}TEST": test.test,
            **test.variables,
        }
        for name, value in named.items():
            if problem := _unfit(specs, domain, name, value):
                yield f"specs: test {key}: {problem}"


def _unfit_defaults(specs: Specs) -> Iterator[str]:
    for code, values in specs.study.defaults.items():
        domain = specs.domains.get(code)
        if domain is None:
            yield f"specs/study.yaml: defaults.{code}: the domain has no spec"
            continue
        for name, value in values.items():
            if problem := _unfit(specs, domain, name, value):
                yield f"specs/study.yaml: defaults.{code}: {problem}"


def _unfit(specs: Specs, domain: DomainSpec, name: str, value: str) -> str:
    variable = domain.by_name.get(name)
    if variable is None:
        return f"{domain.domain} has no variable {name}"
    codelist = specs.codelists.get(variable.codelist or "")
    if codelist and value not in codelist.by_term:
        return f"{name}: '{value}' is not a term of codelist {codelist.codelist}"
    return ""
