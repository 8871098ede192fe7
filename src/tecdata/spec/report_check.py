"""What ``specs/figures.yaml`` and ``specs/report.yaml`` name must be there."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tecdata.spec.figures import DRAWN_FIGURES

if TYPE_CHECKING:
    from tecdata.spec.load import Specs

__all__ = ["unfit_figures", "unfit_report"]

#: How many names of a long list a message shows.
_SHOWN = 6


def unfit_figures(specs: Specs) -> Iterator[str]:
    """Problems of specs/figures.yaml: courses, parameters and datasets that do not exist."""
    rules = specs.figures
    parameters = _parameters(specs)
    for name, course in rules.courses.items():
        path = f"courses.{name}"
        if course.dataset not in specs.adam:
            yield f"{path}.dataset: {course.dataset} has no spec; {_choices(course.dataset, specs.adam)}"
        known = parameters.get(course.dataset, ())
        if known and course.param not in known:
            yield f"{path}.param: no such parameter as '{course.param}'; {_choices(course.param, known)}"
    for name, figure in rules.figures.items():
        path = f"figures.{name}"
        yield from _unknown(f"{path}.courses", "course", figure.courses, rules.courses)
        if name in DRAWN_FIGURES:
            yield f"{path}: a figure of the program has this name; choose another"
    for i, panel in enumerate(rules.profile.panels):
        path = f"profile.panels[{i}].courses"
        yield from _unknown(path, "course", panel.courses, rules.courses)


def _parameters(specs: Specs) -> dict[str, set[str]]:
    """PARAMCD that a dataset may have."""
    diseases = specs.response.diseases.values() if specs.response else ()
    known = {"ADRS": {measure for disease in diseases for measure in disease.measures}}
    for findings in specs.analysis.findings:
        # A test of a domain that does not exist is reported as such.
        unknown = {t.domain for t in specs.tests.values()} - specs.domains.keys()
        domains = {*findings.domains, *unknown}
        tests = (t.testcd for t in specs.tests.values() if t.domain in domains)
        named = {parameter.paramcd for parameter in findings.parameters.values()}
        known[findings.dataset] = named or set(tests)
    return known


def unfit_report(specs: Specs) -> Iterator[str]:
    """Problems of specs/report.yaml: tables and figures that do not exist, or stand in two places."""
    report = specs.report
    figures = [*specs.figures.figures, *DRAWN_FIGURES]
    places: dict[tuple[str, str], str] = {}
    for i, section in enumerate(report.sections):
        path = f"sections[{i}]"
        yield from _unknown(f"{path}.tables", "table", section.tables, specs.tables)
        yield from _unknown(f"{path}.figures", "figure", section.figures, figures)
        for kind, names in (("table", section.tables), ("figure", section.figures)):
            for name in names:
                first = places.setdefault((kind, name), section.section)
                if first != section.section or names.count(name) > 1:
                    yield f"{path}.{kind}s: {kind} '{name}' stands in section {first} already; keep one"
    yield from _unknown("figures", "figure", report.figures, DRAWN_FIGURES, keys=True)


def _unknown(
    path: str, kind: str, names: Iterable[str], known: Iterable[str], *, keys: bool = False
) -> Iterator[str]:
    for i, name in enumerate(names):
        if name not in known:
            place = f"{path}.{name}" if keys else f"{path}[{i}]"
            yield f"{place}: no such {kind} as '{name}'; {_choices(name, known)}"


def _choices(name: str, known: Iterable[str]) -> str:
    """The permitted names, of many the most similar ones."""
    names = sorted(known)
    if len(names) > _SHOWN:
        near = difflib.get_close_matches(name.casefold(), [n.casefold() for n in names], _SHOWN)
        names = [n for n in names if n.casefold() in near] or [*names[:_SHOWN], "..."]
    return f"choose among {', '.join(names)}" if names else "there is none"
