"""Define-XML 2.1 of a package of datasets, from the same specs and tables as the datasets themselves."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tecdata._version import __version__
from tecdata.export.atomic import write_bytes_atomic
from tecdata.export.define_codelists import (
    CODELIST_STANDARD,
    LOINC,
    add_codelists,
    is_loinc_variable,
)
from tecdata.export.define_values import add_value_lists, add_where_clauses, value_item_oid
from tecdata.export.define_xml import DEF, XLINK, add, add_text, render, root_element, serialise
from tecdata.export.package import DatasetFacts, ItemFacts, OriginFacts, oid

if TYPE_CHECKING:
    from datetime import datetime

    from lxml.etree import _Element

    from tecdata.export.value_level import ValueFacts
    from tecdata.spec import Specs

__all__ = ["STYLESHEET", "DefinePlan", "Document", "write_define"]

STYLESHEET: Final = "define2-1.xsl"
_STANDARD: Final = "STD.IG"
_CLASSES: Final = {"Special-Purpose": "SPECIAL PURPOSE", "Trial Design": "TRIAL DESIGN"}


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """A document of the package: id of its leaf, path from the define, title."""

    id: str
    href: str
    title: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DefinePlan:
    """Which define it is.

    ``standard`` is ``SDTMIG`` or ``ADaMIG`` with its ``version``; ``folder`` is where the
    transport files lie, seen from the define; ``documents`` are the guides beside the datasets.
    """

    standard: str
    version: str
    folder: str
    created: datetime
    documents: tuple[Document, ...] = ()


def write_define(
    path: Path, datasets: Sequence[DatasetFacts], specs: Specs, plan: DefinePlan
) -> None:
    """Write a Define-XML 2.1 file and, beside it, the stylesheet that shows it in a browser.

    Browsers refuse stylesheets of local files, so the page it makes is written too (``.html``).

    Parameters
    ----------
    path
        ``OUT/define/define.xml``; it appears whole or not at all.
    datasets
        What is described, see :func:`tecdata.export.package.describe`.
    specs
        Study, codelists, comments.
    plan
        Standard, place of the datasets, moment the file states.

    Notes
    -----
    Origins of collected variables name the columns of the centres' files; derived ones carry
    their method. Codelists hold the terms in use: those of CDISC with their NCI code, those that
    extend a CDISC list marked as extended, lists of the study marked as non-standard.
    The same input gives the same bytes.
    """
    root = _document(datasets, specs, plan)
    write_bytes_atomic(path, serialise(root, STYLESHEET))
    sheet = files("tecdata.export").joinpath(STYLESHEET).read_bytes()
    write_bytes_atomic(path.with_name(STYLESHEET), sheet)
    write_bytes_atomic(path.with_suffix(".html"), render(root, sheet))


def _document(datasets: Sequence[DatasetFacts], specs: Specs, plan: DefinePlan) -> _Element:
    """The whole ODM document, its parts in the order that the schema wants."""
    study = specs.study
    moment = plan.created.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    root = root_element(
        FileOID=f"{study.study}.{plan.standard}.Define-XML.2.1.0",
        FileType="Snapshot",
        CreationDateTime=moment,
        AsOfDateTime=f"{study.data_cut}T00:00:00+00:00",
        Originator="tecdata",
        SourceSystem="tecdata",
        SourceSystemVersion=__version__,
        ODMVersion="1.3.2",
    )
    root.set(f"{{{DEF}}}Context", "Submission")
    element = add(root, "Study", OID=f"ST.{study.study}")
    names = add(element, "GlobalVariables")
    add(names, "StudyName").text = study.study
    add(names, "StudyDescription").text = study.title
    add(names, "ProtocolName").text = study.study
    version = add(
        element,
        "MetaDataVersion",
        OID=f"MDV.{study.study}.{plan.standard}.{plan.version}",
        Name=f"Study {study.study}, data definitions",
        Description=f"Data definitions of the {plan.standard} {plan.version} datasets",
    )
    version.set(f"{{{DEF}}}DefineVersion", "2.1.0")
    _standards(version, specs, plan)
    if plan.documents:
        listed = add(version, "def:SupplementalDoc")
        for document in plan.documents:
            add(listed, "def:DocumentRef", leafID=document.id)
    add_value_lists(version, datasets)
    add_where_clauses(version, datasets)
    for dataset in datasets:
        _item_group(version, dataset, plan)
    for dataset in datasets:
        for item in dataset.items:
            _item(version, dataset, item)
    add_codelists(version, datasets, specs)
    _methods(version, datasets)
    for dataset in (d for d in datasets if d.comment):
        comment = add(version, "def:CommentDef", OID=oid("COM", dataset.name))
        add_text(comment, "Description", dataset.comment)
    for document in plan.documents:
        _leaf(version, document)
    return root


def _standards(version: _Element, specs: Specs, plan: DefinePlan) -> None:
    """The implementation guide and the release of controlled terminology."""
    standards = add(version, "def:Standards")
    add(
        standards,
        "def:Standard",
        OID=_STANDARD,
        Name=plan.standard,
        Type="IG",
        Version=plan.version,
        Status="Final",
    )
    add(
        standards,
        "def:Standard",
        OID=CODELIST_STANDARD,
        Name="CDISC/NCI",
        Type="CT",
        PublishingSet="SDTM",
        Version=specs.study.ct,
        Status="Final",
    )


def _item_group(version: _Element, dataset: DatasetFacts, plan: DefinePlan) -> None:
    """One dataset: attributes, variables in order with keys, methods and roles, class, file."""
    tabulation = plan.standard == "SDTMIG"
    leaf = Document(
        oid("LF", dataset.name),
        f"{plan.folder}/{dataset.name.lower()}.xpt",
        f"{dataset.name.lower()}.xpt",
    )
    group = add(
        version,
        "ItemGroupDef",
        OID=dataset.oid,
        Name=dataset.name,
        Domain=dataset.parent if tabulation else dataset.name,
        Repeating="Yes" if dataset.repeating else "No",
        IsReferenceData="Yes" if dataset.reference else "No",
        SASDatasetName=dataset.name,
        Purpose="Tabulation" if tabulation else "Analysis",
    )
    group.set(f"{{{DEF}}}Structure", dataset.spec.structure)
    group.set(f"{{{DEF}}}ArchiveLocationID", leaf.id)
    group.set(f"{{{DEF}}}StandardOID", _STANDARD)
    if dataset.comment:
        group.set(f"{{{DEF}}}CommentOID", oid("COM", dataset.name))
    add_text(group, "Description", dataset.spec.label)
    for order, item in enumerate(dataset.items, 1):
        ref = add(
            group,
            "ItemRef",
            ItemOID=item.oid,
            OrderNumber=str(order),
            Mandatory="Yes" if item.spec.core == "Req" else "No",
        )
        if item.key:
            ref.set("KeySequence", str(item.key))
        if item.method[0]:
            ref.set("MethodOID", oid("MT", item.method[0]))
        if item.spec.role:
            ref.set("Role", item.spec.role)
    kind = dataset.spec.class_
    add(group, "def:Class", Name=_CLASSES.get(kind, kind.upper()))
    _leaf(group, leaf)


def _item(version: _Element, dataset: DatasetFacts, item: ItemFacts) -> None:
    """One variable with its codelist and origin, and the definitions of its value level."""
    definition = _typed(version, item.oid, item.spec.name, item)
    if item.spec.format:
        definition.set(f"{{{DEF}}}DisplayFormat", item.spec.format)
    add_text(definition, "Description", item.spec.label)
    if item.spec.codelist and not item.spec.is_numeric:
        add(definition, "CodeListRef", CodeListOID=oid("CL", item.spec.codelist))
    elif is_loinc_variable(item.spec.name):
        add(definition, "CodeListRef", CodeListOID=LOINC)
    _origin(definition, item.origin)
    if item.values:
        add(definition, "def:ValueListRef", ValueListOID=oid("VL", dataset.name, item.spec.name))
    for entry in item.values:
        _value(version, dataset, item, value_item_oid(dataset, item, entry), entry)


def _value(
    version: _Element, dataset: DatasetFacts, item: ItemFacts, identity: str, entry: ValueFacts
) -> None:
    """One definition of the value level: type, label, codelist and origin of one test or qualifier."""
    told = dataclasses.replace(item, type=entry.type)
    definition = _typed(version, identity, item.spec.name, told)
    add_text(definition, "Description", entry.label)
    if entry.codelist:
        add(definition, "CodeListRef", CodeListOID=oid("CL", entry.codelist))
    origin = item.origin
    if entry.origin:
        source = "Investigator" if entry.origin == "Collected" else "Sponsor"
        origin = OriginFacts(entry.origin, source)
    _origin(definition, origin)


def _typed(version: _Element, identity: str, name: str, item: ItemFacts) -> _Element:
    """An ItemDef with name, type, length and digits."""
    kind = item.type
    definition = add(version, "ItemDef", OID=identity, Name=name, DataType=kind.name)
    if kind.length:
        definition.set("Length", str(kind.length))
    if kind.name == "float":
        definition.set("SignificantDigits", str(kind.digits))
        definition.set(f"{{{DEF}}}DisplayFormat", kind.display_format)
    definition.set("SASFieldName", name)
    return definition


def _origin(definition: _Element, origin: OriginFacts) -> None:
    """Where values come from, with the source and what is said about it."""
    made = add(definition, "def:Origin", Type=origin.type)
    if origin.source:
        made.set("Source", origin.source)
    if origin.text:
        add_text(made, "Description", origin.text)


def _methods(version: _Element, datasets: Sequence[DatasetFacts]) -> None:
    """Each method once, however many variables share it."""
    found: dict[str, tuple[str, str]] = {}
    for dataset in datasets:
        for item in dataset.items:
            if item.method[0]:
                found.setdefault(oid("MT", item.method[0]), item.method)
    for identity in sorted(found):
        part, text = found[identity]
        method = add(
            version, "MethodDef", OID=identity, Name=f"Derivation of {part}", Type="Computation"
        )
        add_text(method, "Description", text)


def _leaf(parent: _Element, document: Document) -> None:
    """A link to a file, with its title."""
    leaf = add(parent, "def:leaf", ID=document.id)
    leaf.set(f"{{{XLINK}}}href", document.href)
    add(leaf, "def:title").text = document.title
