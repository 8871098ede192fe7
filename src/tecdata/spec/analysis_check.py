"""What the specs of the analysis datasets must hold beyond their models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tecdata.spec.tables import EventTable, SummaryTable

if TYPE_CHECKING:
    from tecdata.spec.analysis import SubjectCount, SubjectFlag
    from tecdata.spec.domain import DomainSpec
    from tecdata.spec.grading import GradingScale
    from tecdata.spec.load import Specs
    from tecdata.spec.tables import TableFile

__all__ = ["unfit_adam", "unfit_analysis", "unfit_grading", "unfit_sdtm", "unfit_tables"]


def unfit_sdtm(domain: DomainSpec) -> Iterator[str]:
    """Problems of a domain under specs/sdtm: a variable without its role, or of an ADaM type."""
    for i, variable in enumerate(domain.variables):
        path = f"variables[{i}]: {variable.name}"
        if not variable.role:
            yield f"{path}: an SDTM variable has a role; add role"
        if variable.type == "date":
            yield f"{path}: type date is for specs/adam; write datetime"
        if variable.core == "Cond":
            yield f"{path}: core Cond is for specs/adam; write Req, Exp or Perm"


def unfit_adam(dataset: DomainSpec) -> Iterator[str]:
    """Problems of a dataset under specs/adam: a variable that does not say where it comes from."""
    for i, variable in enumerate(dataset.variables):
        path = f"variables[{i}]: {variable.name}"
        if variable.origin == "Derived" and not variable.method:
            yield f"{path}: origin Derived wants the method, in words"
        if variable.origin == "Predecessor" and not variable.predecessor:
            yield f"{path}: origin Predecessor wants the predecessor, for instance DM.AGE"
        if variable.type == "date" and not variable.format:
            yield f"{path}: type date wants a format, for instance DATE9."


def unfit_grading(scale: GradingScale, specs: Specs) -> Iterator[str]:
    """Problems of a grading scale: tests that do not exist, amounts in another unit than the test's."""
    units = {t.testcd: t.unit for t in specs.tests.values()}
    for i, term in enumerate(scale.terms):
        for test in term.tests:
            if test not in units:
                yield f"terms[{i}]: {term.term}: test {test} is not under specs"
            elif term.unit and term.unit != units[test]:
                yield f"terms[{i}]: {term.term}: {test} is kept in {units[test]}, not in {term.unit}"


def unfit_tables(file: TableFile, specs: Specs) -> Iterator[str]:
    """Problems of a file of tables: terms, abnormalities and datasets that do not exist."""
    terms = specs.codelists["AETERMS"].by_term if "AETERMS" in specs.codelists else {}
    abnormalities = {a.id for a in specs.analysis.abnormalities}
    for i, table in enumerate(file.tables):
        if isinstance(table, EventTable):
            for row in (row for section in table.sections for row in section.rows):
                for term in row.terms:
                    if term not in terms:
                        yield f"tables[{i}]: {row.label}: '{term}' is no term of codelist AETERMS"
                if row.abnormality and row.abnormality not in abnormalities:
                    yield f"tables[{i}]: {row.label}: {row.abnormality} is not in analysis.yaml"
        if isinstance(table, SummaryTable):
            for summary in (row for section in table.sections for row in section.rows):
                if summary.dataset not in specs.adam and summary.dataset not in specs.domains:
                    yield f"tables[{i}]: {summary.id}: dataset {summary.dataset} has no spec"


def unfit_analysis(specs: Specs) -> Iterator[str]:
    """Problems of specs/analysis.yaml: domains, variables and codelists that do not exist."""
    analysis = specs.analysis
    if analysis.diagnosis and analysis.diagnosis.codelist not in specs.codelists:
        yield f"diagnosis: codelist {analysis.diagnosis.codelist} is not under specs/terminology"
    read: dict[str, tuple[SubjectFlag | SubjectCount, ...]] = {
        "flags": analysis.flags,
        "counts": analysis.counts,
    }
    for key, items in read.items():
        for i, item in enumerate(items):
            domain = specs.domains.get(item.domain)
            if domain is None:
                yield f"{key}[{i}]: domain {item.domain} has no spec"
            elif item.column not in domain.by_name:
                yield f"{key}[{i}]: {item.domain} has no variable {item.column}"
    for i, findings in enumerate(analysis.findings):
        for name in findings.domains:
            if name not in specs.domains:
                yield f"findings[{i}]: domain {name} has no spec"
        if findings.grading and findings.grading not in specs.grading:
            known = ", ".join(specs.grading)
            yield f"findings[{i}]: grading '{findings.grading}' is not under specs/grading; {known}"
    for i, abnormality in enumerate(analysis.abnormalities):
        named = f"abnormalities[{i}]: {abnormality.id}"
        yield from _unfit_limit(named, abnormality.tests, abnormality.unit, specs)
    for i, first in enumerate(analysis.first_times):
        yield from _unfit_limit(f"first_times[{i}]: {first.id}", (first.test,), first.unit, specs)


def _unfit_limit(named: str, tests: Sequence[str], unit: str, specs: Specs) -> Iterator[str]:
    by_code = {t.testcd: t for t in specs.tests.values()}
    for test in tests:
        if test not in by_code:
            yield f"{named}: test {test} is not under specs"
        elif unit not in (by_code[test].unit, *by_code[test].units):
            yield f"{named}: {test} has no conversion from {unit}"
