"""Read a study folder's specs and mappings into closed models, all errors of a file at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tecdata.checks import CHECKS
from tecdata.errors import SpecError, UsageError
from tecdata.spec.analysis import AnalysisSpec
from tecdata.spec.analysis_check import (
    unfit_adam,
    unfit_analysis,
    unfit_grading,
    unfit_sdtm,
    unfit_tables,
)
from tecdata.spec.design_check import unfit_design
from tecdata.spec.domain import DomainSpec, SupplementalSpec, VariableSpec
from tecdata.spec.expectation import Suite
from tecdata.spec.expectation_check import unfit_expectations, unfit_explanations, unfit_policy
from tecdata.spec.figures import FigureSpecs
from tecdata.spec.files import SpecFile, named_twice, read_file, read_files
from tecdata.spec.grading import GradingScale
from tecdata.spec.model import Model
from tecdata.spec.pharmacokinetics_load import read_pharmacokinetics, unfit_exposure
from tecdata.spec.policy import Policy
from tecdata.spec.report import ReportSpec
from tecdata.spec.report_check import unfit_figures, unfit_report
from tecdata.spec.response_load import read_response, unfit_response
from tecdata.spec.rules import DomainMapping
from tecdata.spec.source import SourceSpec
from tecdata.spec.study import StudySpec
from tecdata.spec.submission import SubmissionSpec
from tecdata.spec.tables import Table, TableFile
from tecdata.spec.terminology import Codelist, CodelistFile
from tecdata.spec.test_definition import TestDefinition, TestFile
from tecdata.spec.text_yaml import Lines, line_of

if TYPE_CHECKING:
    from tecdata.spec.pharmacokinetics import ExposureSpec, PkModel, RestartRules
    from tecdata.spec.response import ResponseSpecs

__all__ = ["CentreMapping", "Specs", "load_centre", "load_specs"]

Part = TypeVar("Part", bound=Model)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Specs:
    """Everything under ``specs/``.

    ``adam`` are the analysis datasets by name (``ADSL``), ``pk`` the population models, ``dosing`` the
    restart rules of labels, ``exposure`` how the study uses them.
    """

    study: StudySpec
    domains: Mapping[str, DomainSpec]
    codelists: Mapping[str, Codelist]
    tests: Mapping[str, TestDefinition]
    suites: Mapping[str, Suite] = dataclasses.field(default_factory=dict)
    policy: Policy = dataclasses.field(default_factory=Policy)
    adam: Mapping[str, DomainSpec] = dataclasses.field(default_factory=dict)
    analysis: AnalysisSpec = dataclasses.field(default_factory=AnalysisSpec)
    grading: Mapping[str, GradingScale] = dataclasses.field(default_factory=dict)
    tables: Mapping[str, Table] = dataclasses.field(default_factory=dict)
    response: ResponseSpecs | None = None
    pk: Mapping[str, PkModel] = dataclasses.field(default_factory=dict)
    dosing: Mapping[str, RestartRules] = dataclasses.field(default_factory=dict)
    exposure: ExposureSpec | None = None
    figures: FigureSpecs = dataclasses.field(default_factory=FigureSpecs)
    report: ReportSpec = dataclasses.field(default_factory=ReportSpec)
    submission: SubmissionSpec = dataclasses.field(default_factory=SubmissionSpec)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CentreMapping:
    """A centre's ``source.yaml`` and its domain mappings, by domain.

    ``files`` are the paths as messages name them, by domain (``source`` for ``source.yaml``);
    ``lines`` say where each of their nodes stands.
    """

    source: SourceSpec
    domains: Mapping[str, DomainMapping]
    files: Mapping[str, str] = dataclasses.field(default_factory=dict)
    lines: Mapping[str, Lines] = dataclasses.field(default_factory=dict)

    def at(self, key: str, problem: str) -> str:
        """``file:line: problem`` for a problem that begins with its path in the file of a domain."""
        name = self.files.get(key, f"mappings/{self.source.folder}/{key.lower()}.yaml")
        line = line_of(self.lines.get(key, {}), problem)
        return f"{name}:{line}: {problem}" if line else f"{name}: {problem}"


def load_specs(folder: Path) -> Specs:
    """Read ``specs/``; :class:`SpecError` names every problem of every file at once.

    Raises :class:`UsageError` where the folder is not there.
    """
    _require_study(folder)
    problems: list[str] = []
    study = read_file(folder / "study.yaml", StudySpec, problems)
    domains = read_files(folder / "sdtm", "*.yaml", DomainSpec, problems)
    adam = read_files(folder / "adam", "*.yaml", DomainSpec, problems)
    lists = read_files(folder / "terminology", "*.yaml", CodelistFile, problems)
    tests = read_files(folder, "*_tests.yaml", TestFile, problems)
    suites = read_files(folder / "expectations", "*.yaml", Suite, problems)
    policy = _optional(folder / "checks.yaml", Policy, problems)
    scales = read_files(folder / "grading", "*.yaml", GradingScale, problems)
    tables = read_files(folder / "tables", "*.yaml", TableFile, problems)
    rules = folder / "analysis.yaml"
    analysis = read_file(rules, AnalysisSpec, problems) if rules.is_file() else None
    figures = _optional(folder / "figures.yaml", FigureSpecs, problems)
    report = _optional(folder / "report.yaml", ReportSpec, problems)
    response = read_response(folder / "response", problems)
    kinetics = read_pharmacokinetics(folder, problems)
    submission = _optional(folder / "submission.yaml", SubmissionSpec, problems)
    problems += named_twice(_names([*domains, *adam], lists, tests))
    if problems or study is None:
        raise SpecError(problems)
    specs = Specs(
        study=study.model,
        domains={f.model.domain: f.model for f in domains},
        codelists={c.codelist: c for f in lists for c in f.model.codelists},
        tests={k: t for f in tests for k, t in f.model.tests.items()},
        suites={f.model.suite: f.model for f in suites},
        policy=policy.model,
        adam={f.model.domain: f.model for f in adam},
        analysis=analysis.model if analysis else AnalysisSpec(),
        tables=dict(named for f in tables for named in f.model.named()),
        grading={f"{f.model.scale} {f.model.version}": f.model for f in scales},
        response=response[0] if response else None,
        pk=kinetics.models,
        dosing=kinetics.rules,
        exposure=kinetics.exposure,
        figures=figures.model,
        report=report.model,
        submission=submission.model,
    )
    problems = [
        *_cross_check(specs, study, [*domains, *adam], tests),
        *(file.at(p) for file in domains for p in unfit_sdtm(file.model)),
        *(file.at(p) for file in adam for p in unfit_adam(file.model)),
        *(analysis.at(p) for p in unfit_analysis(specs) if analysis),
        *(figures.at(p) for p in unfit_figures(specs)),
        *(report.at(p) for p in unfit_report(specs)),
        *(file.at(p) for file in tables for p in unfit_tables(file.model, specs)),
        *(file.at(p) for file in scales for p in unfit_grading(file.model, specs)),
        *(unfit_response(response, specs) if response else ()),
        *unfit_exposure(kinetics),
    ]
    if problems:
        raise SpecError(problems)
    return specs


def _optional(path: Path, model: type[Part], problems: list[str]) -> SpecFile[Part]:
    """A file that a study may lack; without it the defaults of its model."""
    read = read_file(path, model, problems) if path.is_file() else None
    return read or SpecFile(model(), f"specs/{path.name}", {})


def _require_study(folder: Path) -> None:
    if not (folder / "study.yaml").is_file():
        raise UsageError(
            "this is not a study folder: it has no specs/study.yaml",
            place=str(folder.parent),
            next_step="Make one with: tecdata init DIR",
        )


def _names(
    domains: Sequence[SpecFile[DomainSpec]],
    lists: Sequence[SpecFile[CodelistFile]],
    tests: Sequence[SpecFile[TestFile]],
) -> Iterator[tuple[str, SpecFile[Any], str]]:
    """What may be defined once only, and where it is: file and path."""
    for domain in domains:
        yield f"domain {domain.model.domain}", domain, "domain"
    for file in lists:
        for i, codelist in enumerate(file.model.codelists):
            yield f"codelist {codelist.codelist}", file, f"codelists[{i}]"
    for tested in tests:
        for key in tested.model.tests:
            yield f"test {key}", tested, f"tests.{key}"


def load_centre(folder: Path) -> CentreMapping:
    """Read ``mappings/<centre>/``: ``source.yaml`` and one YAML a domain."""
    problems: list[str] = []
    source = read_file(folder / "source.yaml", SourceSpec, problems)
    domains: dict[str, SpecFile[DomainMapping]] = {}
    for file in read_files(folder, "*.yaml", DomainMapping, problems, besides="source.yaml"):
        code = file.model.domain
        if code in domains:
            problems.append(
                file.at(
                    f"domain: {code} is mapped in {domains[code].shown} already; "
                    "put its blocks into one file"
                )
            )
        else:
            domains[code] = file
    if problems or source is None:
        raise SpecError(problems)
    files: dict[str, SpecFile[Any]] = {"source": source, **domains}
    return CentreMapping(
        source=source.model,
        domains={code: file.model for code, file in domains.items()},
        files={key: file.shown for key, file in files.items()},
        lines={key: file.lines for key, file in files.items()},
    )


def _cross_check(
    specs: Specs,
    study: SpecFile[StudySpec],
    domains: Sequence[SpecFile[DomainSpec]],
    tests: Sequence[SpecFile[TestFile]],
) -> Iterator[str]:
    yield from (file.at(p) for file in domains for p in _unknown_codelists(file.model, specs))
    yield from (file.at(p) for file in tests for p in _unfit_tests(file.model, specs))
    yield from (study.at(p) for p in _unfit_defaults(specs))
    yield from (study.at(p) for p in unfit_design(specs.study, specs.codelists))
    yield from unfit_expectations(specs.suites, specs.domains, specs.codelists)
    yield from unfit_explanations(specs.submission.explanations, specs.domains)
    yield from unfit_policy(specs.policy, _check_ids(specs))


def _check_ids(specs: Specs) -> Iterator[str]:
    yield from CHECKS
    for suite in specs.suites.values():
        yield from (expectation.id for expectation in suite.expectations)


def _unknown_codelists(domain: DomainSpec, specs: Specs) -> Iterator[str]:
    items: dict[str, Sequence[VariableSpec | SupplementalSpec]] = {
        "variables": domain.variables,
        "supplemental": domain.supplemental,
    }
    for key, some in items.items():
        for i, item in enumerate(some):
            if item.codelist and item.codelist not in specs.codelists:
                yield (
                    f"{key}[{i}]: {item.name}: "
                    f"codelist {item.codelist} is not under specs/terminology"
                )


def _unfit_tests(file: TestFile, specs: Specs) -> Iterator[str]:
    units = specs.codelists.get("UNIT")
    for key, test in file.tests.items():
        path = f"tests.{key}"
        domain = specs.domains.get(test.domain)
        if domain is None:
            yield f"{path}: domain {test.domain} has no spec"
            continue
        if test.codelist and test.codelist not in specs.codelists:
            yield f"{path}: codelist {test.codelist} does not exist"
        for unit in (*filter(None, [test.unit]), *test.units):
            if units and unit not in units.by_term:
                yield f"{path}: unit {unit} is not a term of codelist UNIT"
        named = {
            f"{test.domain}TESTCD": test.testcd,
            f"{test.domain}TEST": test.test,
            **test.variables,
        }
        for name, value in named.items():
            if problem := _unfit(specs, domain, name, value):
                yield f"{path}: {problem}"


def _unfit_defaults(specs: Specs) -> Iterator[str]:
    for code, values in specs.study.defaults.items():
        domain = specs.domains.get(code)
        if domain is None:
            yield f"defaults.{code}: the domain has no spec"
            continue
        for name, value in values.items():
            if problem := _unfit(specs, domain, name, value):
                yield f"defaults.{code}: {problem}"


def _unfit(specs: Specs, domain: DomainSpec, name: str, value: str) -> str:
    variable = domain.by_name.get(name)
    if variable is None:
        return f"{domain.domain} has no variable {name}"
    codelist = specs.codelists.get(variable.codelist or "")
    if codelist and value not in codelist.by_term:
        return f"{name}: '{value}' is not a term of codelist {codelist.codelist}"
    return ""
