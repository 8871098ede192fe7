"""Reviewer's guides: what a reader of the datasets has to know, from what tecdata knows of the run."""

from __future__ import annotations

import collections
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tecdata.report.files import write_new
from tecdata.report.masking import mask_findings

if TYPE_CHECKING:
    from tecdata.dataset import Dataset
    from tecdata.finding import Finding
    from tecdata.report.facts import RunFacts
    from tecdata.spec import Specs

__all__ = ["write_guides"]

_OPEN: Final = ("failed", "not_run")


def write_guides(facts: RunFacts, adam: Mapping[str, Dataset], specs: Specs, folder: Path) -> None:
    """Write ``sdrg.md`` and, where there are analysis datasets, ``adrg.md`` into a folder.

    They hold the sections of PHUSE's templates that the run can fill: standards, trial design, datasets,
    decisions, contradictions of the sources, findings that are open or accepted. What only a person knows is
    marked **To be written**. The same run gives the same bytes; no patient's value stands in them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_new(folder / "sdrg.md", _text(_tabulation(facts, specs)))
    if adam:
        write_new(folder / "adrg.md", _text(_analysis(facts, adam, specs)))


def _text(lines: Iterator[str]) -> bytes:
    """Lines as the content of a file."""
    return ("\n".join(lines) + "\n").encode()


def _tabulation(facts: RunFacts, specs: Specs) -> Iterator[str]:
    """The guide to the SDTM datasets, line by line."""
    yield from _head("Study Data Reviewer's Guide", facts, f"SDTMIG {facts.study.sdtmig}", specs)
    yield from _design(specs)
    yield "## 3. Subject data"
    yield ""
    yield from _datasets(facts.datasets, specs)
    yield "### Decisions"
    yield ""
    yield from (f"- {decision}" for decision in specs.submission.decisions)
    yield ""
    yield "### Sources"
    yield ""
    yield "| site | files | cells read | mapped | left out by rule | unmapped |"
    yield "|---|---|---|---|---|---|"
    for centre in facts.centres:
        known = centre.cells or {}
        cells = [str(known.get(key, "")) for key in ("read", "mapped", "ignored", "unmapped")]
        yield f"| {centre.label} | {len(centre.files)} | {' | '.join(cells)} |"
    yield ""
    yield from _conformance(facts, specs)


def _analysis(facts: RunFacts, adam: Mapping[str, Dataset], specs: Specs) -> Iterator[str]:
    """The guide to the analysis datasets, line by line."""
    standard = f"ADaMIG {specs.submission.adamig}"
    yield from _head("Analysis Data Reviewer's Guide", facts, standard, specs)
    yield "## 2. Analysis datasets"
    yield ""
    yield from _datasets(adam, specs)
    yield "## 3. Where the variables come from"
    yield ""
    yield "| dataset | taken over | derived | from |"
    yield "|---|---|---|---|"
    for name, dataset in adam.items():
        variables = dataset.spec.variables
        taken = [v for v in variables if v.predecessor]
        derived = sum(v.origin == "Derived" for v in variables)
        sources = sorted({v.predecessor.partition(".")[0] for v in taken})
        yield f"| {name} | {len(taken)} | {derived} | {', '.join(sources)} |"
    yield ""
    yield "The method of each derived variable stands in define-adam.xml."
    yield ""
    yield "## 4. Findings of the derivations"
    yield ""
    found = [f for f in mask_findings(facts.findings.ordered()) if f.check.startswith("derive.")]
    yield from _findings(found)


def _head(title: str, facts: RunFacts, standard: str, specs: Specs) -> Iterator[str]:
    """Title and introduction of a guide."""
    study = facts.study
    yield f"# {title}"
    yield ""
    yield f"{study.study}: {study.title}"
    yield ""
    yield "## 1. Introduction"
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield f"| Study | {study.study} |"
    yield f"| Standard | {standard} |"
    yield f"| Controlled terminology | SDTM {study.ct} |"
    yield f"| Metadata | Define-XML 2.1 ({'define.xml' if 'SDTM' in standard else 'define-adam.xml'}) |"
    yield f"| Data cut | {study.data_cut} |"
    yield f"| Written by | tecdata {study.version} |"
    own = sorted({c.dictionary for c in specs.codelists.values() if c.dictionary})
    yield f"| Dictionaries | {'; '.join(own) or 'none'} |"
    yield ""
    yield "**To be written:** purpose of the document, acronyms, contact."
    yield ""


def _design(specs: Specs) -> Iterator[str]:
    """Elements, arms and visits of the trial design."""
    design = specs.study.design
    yield "## 2. Protocol and trial design"
    yield ""
    if design is None:
        yield "The study has no trial design datasets."
        yield ""
        return
    yield "| element | epoch | starts | ends |"
    yield "|---|---|---|---|"
    for element in design.elements:
        yield f"| {element.element} | {element.epoch} | {element.start} | {element.end} |"
    yield ""
    yield f"Arms: {', '.join(arm.arm for arm in design.arms)}. Criteria: {len(design.criteria)} (TI)."
    yield ""


def _datasets(datasets: Mapping[str, Dataset], specs: Specs) -> Iterator[str]:
    """A table of datasets."""
    yield "| dataset | label | class | structure | records | keys |"
    yield "|---|---|---|---|---|---|"
    for name, dataset in datasets.items():
        spec = dataset.spec
        keys = ", ".join(key for key in spec.keys if key in dataset.frame.columns)
        yield f"| {name} | {spec.label} | {spec.class_} | {spec.structure} | {len(dataset)} | {keys} |"
    yield ""
    for name, dataset in datasets.items():
        notes = [specs.submission.comments.get(name, "")]
        if dataset.spec.supplemental:
            own = ", ".join(f"{s.name} ({s.label})" for s in dataset.spec.supplemental)
            notes.append(f"Supplemental qualifiers: {own}.")
        if any(notes):
            yield f"- **{name}**: {' '.join(filter(None, notes))}"
    yield ""


def _conformance(facts: RunFacts, specs: Specs) -> Iterator[str]:
    """How the own checks came out, and what is open."""
    findings = mask_findings(facts.findings.ordered())
    counts = collections.Counter(f.status for f in findings)
    yield "## 4. Data conformance"
    yield ""
    yield (
        f"Own checks: {counts['passed']} passed, {counts['not_applicable']} not applicable, "
        f"{counts['not_run']} not run. CDISC CORE: `tecdata conform OUT` writes conformance/conformance.md."
    )
    yield ""
    if specs.submission.explanations:
        yield "False alarms of CORE; each issue is compared with its record before it counts as explained:"
        yield ""
        yield "| rule of CORE | datasets | what the engine tests | why its issues stay |"
        yield "|---|---|---|---|"
        for rule, why in specs.submission.explanations.items():
            yield f"| {rule} | {', '.join(why.holds)} | {why.engine} | {why.reason} |"
        yield ""
    yield "### Open findings"
    yield ""
    yield from _findings([f for f in findings if f.status in _OPEN and "contradict" not in f.check])
    yield "### Accepted findings"
    yield ""
    accepted = [f for f in findings if f.status == "accepted"]
    for finding in accepted:
        told = dict(finding.details)
        yield f"- {finding.check}, {finding.domain}.{finding.variable}: {told.get('waiver_reason', '')}"
    yield "" if accepted else "None.\n"
    yield "### Contradictions of the sources"
    yield ""
    contradictions = [f.message for f in findings if f.check == "run.sources_contradict"]
    yield from (f"- {message}" for message in contradictions)
    yield "" if contradictions else "None.\n"


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    """A table of findings, counted by check and dataset."""
    counts = collections.Counter((f.severity, f.check, f.domain) for f in findings)
    if not counts:
        yield "None.\n"
        return
    yield "| severity | check | dataset | findings |"
    yield "|---|---|---|---|"
    for (severity, check, domain), number in sorted(counts.items()):
        yield f"| {severity} | {check} | {domain} | {number} |"
    yield ""
