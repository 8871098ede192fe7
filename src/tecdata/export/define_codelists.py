"""Codelists of Define-XML: the terms in use, with NCI codes where CDISC has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from tecdata.export.define_xml import DEF, add, add_text
from tecdata.export.package import oid

if TYPE_CHECKING:
    from lxml.etree import _Element

    from tecdata.export.package import DatasetFacts
    from tecdata.spec import Codelist, Specs

__all__ = ["CODELIST_STANDARD", "LOINC", "add_codelists", "is_loinc_variable", "terms_in_use"]

CODELIST_STANDARD: Final = "STD.CT"
#: OID of the external codelist of --LOINC.
LOINC: Final = "CL.LOINC"
#: Codelists whose terms are those of an international standard.
_EXTERNAL: Final = {"COUNTRY": ("ISO 3166-1 alpha-3", "2020")}


def terms_in_use(datasets: Sequence[DatasetFacts]) -> dict[str, dict[str, str]]:
    """For each codelist the terms that the data hold, with the long name of a short one if it has it.

    The long name of a --TESTCD is its --TEST, of TSPARMCD TSPARM, of PARAMCD PARAM.
    """
    used: dict[str, dict[str, str]] = {}
    for dataset in datasets:
        names = set(dataset.table.columns)
        for item in dataset.items:
            codelist = item.spec.codelist
            if not codelist or item.spec.is_numeric:
                continue
            code, name = item.spec.name, item.spec.name.removesuffix("CD")
            terms = used.setdefault(codelist, {})
            if code.endswith("CD") and name in names:
                pairs = dataset.table.select(code, name).unique().drop_nulls().iter_rows()
                terms.update(dict(pairs))
            else:
                for term in dataset.table[code].drop_nulls().unique().to_list():
                    terms.setdefault(term, "")
            for entry in item.values:
                if entry.codelist:
                    used.setdefault(entry.codelist, {})
        _of_values(dataset, used)
    return used


def _of_values(dataset: DatasetFacts, used: dict[str, dict[str, str]]) -> None:
    """Add the terms that the data hold under codelists of the value level."""
    import polars as pl

    for item in dataset.items:
        for entry in (e for e in item.values if e.codelist):
            here = pl.all_horizontal(pl.col(n) == value for n, value in entry.conditions)
            found = dataset.table.filter(here)[item.spec.name].drop_nulls().unique()
            terms = used.setdefault(entry.codelist, {})
            for term in found.to_list():
                terms.setdefault(str(term), "")


def add_codelists(version: _Element, datasets: Sequence[DatasetFacts], specs: Specs) -> None:
    """One CodeList for each codelist in use; terms in the order of the terminology."""
    used = terms_in_use(datasets)
    for name in sorted(used):
        codelist = specs.codelists.get(name)
        if codelist is not None and (name in _EXTERNAL or used[name]):
            _codelist(version, codelist, used[name])
        elif codelist is not None:
            _codelist(version, codelist, dict.fromkeys(codelist.by_term, ""))
    if any(is_loinc_variable(item.spec.name) for dataset in datasets for item in dataset.items):
        element = add(version, "CodeList", OID=LOINC, Name="LOINC", DataType="text")
        release = {"Version": specs.submission.loinc} if specs.submission.loinc else {}
        add(element, "ExternalCodeList", Dictionary="LOINC", **release)


def is_loinc_variable(name: str) -> bool:
    """Whether a variable holds LOINC codes: --LOINC."""
    return name[2:] == "LOINC"


def _codelist(version: _Element, codelist: Codelist, used: Mapping[str, str]) -> None:
    """One codelist: the terms in use with decode and NCI code; terms beyond the published list are marked."""
    element = add(
        version,
        "CodeList",
        OID=oid("CL", codelist.codelist),
        Name=codelist.name or codelist.codelist,
        DataType="text",
    )
    if codelist.codelist in _EXTERNAL:
        dictionary, release = _EXTERNAL[codelist.codelist]
        add(element, "ExternalCodeList", Dictionary=dictionary, Version=release)
        return
    published = bool(codelist.package)
    if published and codelist.nci:
        element.set(f"{{{DEF}}}StandardOID", CODELIST_STANDARD)
    else:
        element.set(f"{{{DEF}}}IsNonStandard", "Yes")
    terms = [term for term in codelist.terms if term.term in used]
    decodes = [used[t.term] or t.decode or (t.names.get("en") or ("",))[0] for t in terms]
    # A list has either decodes throughout or none: the schema allows no mixture.
    decoded = all(decodes)
    for order, (term, decode) in enumerate(zip(terms, decodes, strict=True), 1):
        item = add(
            element,
            "CodeListItem" if decoded else "EnumeratedItem",
            CodedValue=term.term,
            OrderNumber=str(order),
        )
        if published and codelist.extensible and not term.nci:
            item.set(f"{{{DEF}}}ExtendedValue", "Yes")
        if decoded:
            add_text(item, "Decode", decode)
        if term.nci:
            add(item, "Alias", Context="nci:ExtCodeID", Name=term.nci)
    if codelist.nci:
        add(element, "Alias", Context="nci:ExtCodeID", Name=codelist.nci)
