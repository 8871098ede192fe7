"""The specs as a workbook in the layout of Pinnacle 21 and metacore, with a few columns of our own at the end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tecdata.exchange.sheets import write_sheets

if TYPE_CHECKING:
    from tecdata.spec import DomainSpec, Specs
    from tecdata.spec.condition import Conditions

__all__ = ["HEADERS", "export_spec"]

#: Headers by sheet: first those that others know, after them what makes the way back lossless.
HEADERS: Final[Mapping[str, Sequence[str]]] = {
    "Define": ("Attribute", "Value"),
    "Datasets": (
        *("Dataset", "Label", "Class", "Structure", "Purpose", "Key Variables", "Repeating"),
        *("Reference Data", "Comment"),
    ),
    "Variables": (
        *("Order", "Dataset", "Variable", "Label", "Data Type", "Length", "Format", "Mandatory"),
        *("Codelist", "Origin", "Method", "Predecessor", "Role", "Comment", "Core", "Kind"),
    ),
    "ValueLevel": (
        *("Order", "Dataset", "Variable", "Where Clause", "Description", "Codelist", "Origin"),
        *("Comment",),
    ),
    "WhereClauses": ("ID", "Dataset", "Variable", "Comparator", "Value"),
    "Codelists": (
        *("ID", "Name", "NCI Codelist Code", "Data Type", "Order", "Term", "NCI Term Code"),
        *("Decoded Value", "UCUM", "Names", "Package", "Extensible", "Dictionary"),
        "Joined Codelists",
    ),
    "Methods": ("ID", "Name", "Type", "Description"),
    "Comments": ("ID", "Description"),
    "Decisions": ("Order", "Decision"),
    "Explanations": ("ID", "Engine", "Reason", "Holds"),
}

#: Data types as the workbook names them, by the type of a variable's spec.
_TYPES: Final = {"duration": "durationDatetime", "date": "integer"}


def export_spec(specs: Specs, path: Path) -> None:
    """Write datasets, variables, codelists, methods and comments of SDTM and ADaM.

    Supplemental qualifiers are value-level rows of ``SUPP--.QVAL``. ``tecdata spec import`` makes the same
    specs again: :func:`tecdata.exchange.spec_import.import_spec`. Raises ``OSError`` where the disk refuses.
    """
    domains = [("Tabulation", d) for d in specs.domains.values()]
    domains += [("Analysis", d) for d in specs.adam.values()]
    study = specs.study
    rows: dict[str, Iterator[Sequence[str]]] = {
        "Define": iter(
            [
                ("StudyName", study.study),
                ("StudyDescription", study.title),
                ("ProtocolName", study.study),
                ("StandardName", "SDTM-IG"),
                ("StandardVersion", study.sdtmig),
                ("ADaMVersion", specs.submission.adamig),
                ("LOINCVersion", specs.submission.loinc),
                ("Language", "en"),
            ]
        ),
        "Datasets": _datasets(domains, specs),
        "Variables": _variables(domains),
        "ValueLevel": _value_level(domains),
        "WhereClauses": (
            (f"{q.name}", f"SUPP{d.domain}", "QNAM", "EQ", q.name)
            for _, d in domains
            for q in d.supplemental
        ),
        "Codelists": _codelists(specs),
        "Methods": (
            (key, f"Derivation of {key}", "Computation", text)
            for key, text in specs.submission.methods.items()
        ),
        "Comments": ((f"COM.{name}", text) for name, text in specs.submission.comments.items()),
        "Decisions": (
            (str(order), text) for order, text in enumerate(specs.submission.decisions, 1)
        ),
        "Explanations": (
            (rule, told.engine, told.reason, _plain(told.holds))
            for rule, told in specs.submission.explanations.items()
        ),
    }
    write_sheets(path, {name: (HEADERS[name], rows[name]) for name in HEADERS})


def _plain(holds: Mapping[str, Conditions]) -> str:
    """Conditions as JSON; empty where there are none."""
    plain = {
        name: [c.model_dump(by_alias=True, exclude_none=True) for c in conditions]
        for name, conditions in holds.items()
    }
    return json.dumps(plain, default=str) if plain else ""


def _datasets(domains: Sequence[tuple[str, DomainSpec]], specs: Specs) -> Iterator[Sequence[str]]:
    single = ("DM", "ADSL")
    for purpose, domain in domains:
        design = domain.class_ == "Trial Design"
        name = domain.domain
        comment = f"COM.{name}" if name in specs.submission.comments else ""
        repeating = "No" if name in single or design else "Yes"
        yield (
            *(name, domain.label, domain.class_, domain.structure, purpose),
            *(", ".join(domain.keys), repeating, "Yes" if design else "No", comment),
        )


def _variables(domains: Sequence[tuple[str, DomainSpec]]) -> Iterator[Sequence[str]]:
    for _, domain in domains:
        for order, v in enumerate(domain.variables, 1):
            yield (
                *(str(order), domain.domain, v.name, v.label, _TYPES.get(v.type, v.type)),
                *(str(v.length), v.format, "Yes" if v.core == "Req" else "No", v.codelist or ""),
                *(v.origin, v.method, v.predecessor, v.role, "", v.core, v.type),
            )


def _value_level(domains: Sequence[tuple[str, DomainSpec]]) -> Iterator[Sequence[str]]:
    for _, domain in domains:
        for order, q in enumerate(domain.supplemental, 1):
            yield (
                *(str(order), f"SUPP{domain.domain}", "QVAL", q.name, q.label),
                *(q.codelist or "", q.origin, q.evaluator),
            )


def _codelists(specs: Specs) -> Iterator[Sequence[str]]:
    for codelist in specs.codelists.values():
        for order, term in enumerate(codelist.terms, 1):
            names = {language: list(texts) for language, texts in term.names.items()}
            yield (
                *(codelist.codelist, codelist.name, codelist.nci, "text", str(order)),
                *(term.term, term.nci, term.decode, term.ucum),
                json.dumps(names, ensure_ascii=False) if names else "",
                *(codelist.package, "Yes" if codelist.extensible else "No", codelist.dictionary),
                ", ".join(codelist.joins),
            )
