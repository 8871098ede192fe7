"""A release of CDISC controlled terminology, as NCI EVS publishes it: text, workbook or ODM."""

from __future__ import annotations

import csv
import dataclasses
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from tecdata.errors import UsageError
from tecdata.exchange.sheets import outline

__all__ = ["PublishedList", "Release", "read_release"]

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_ODM: Final = "{http://www.cdisc.org/ns/odm/v1.3}"
_NCI: Final = "{http://ncicb.nci.nih.gov/xml/odm/EVS/CDISC}"
_NEXT: Final = (
    "Take 'SDTM Terminology' of NCI EVS as .txt, .xls or .odm.xml; --release names its date "
    "where neither the file nor its name does"
)


@dataclasses.dataclass(frozen=True, slots=True)
class PublishedList:
    """A codelist of a release: code, submission value, name, and its terms by NCI code."""

    code: str
    value: str
    name: str
    extensible: bool
    terms: Mapping[str, str]


@dataclasses.dataclass(frozen=True, slots=True)
class Release:
    """A release: its date and its codelists by NCI code."""

    date: str
    codelists: Mapping[str, PublishedList]


def read_release(path: Path, date: str = "") -> Release:
    """Read a release from a ``.txt``, ``.xls``, ``.xlsx`` or ``.xml`` file of NCI EVS.

    ``date`` is that of the release where neither the file nor its name holds it. Raises
    :class:`UsageError` where the file cannot be read, is no terminology, or has no date.
    """
    readers = {".txt": _text, ".xls": _workbook, ".xlsx": _workbook, ".xml": _odm}
    reader = readers.get(path.suffix.lower())
    if reader is None or not path.is_file():
        raise UsageError(
            "there is no such file" if reader else "the file is of another kind",
            place=str(path),
            choices=sorted(readers),
            next_step=_NEXT,
        )
    found, codelists = reader(path)
    dated = date or found or "".join(_DATE.findall(path.name)[:1])
    if not codelists or not _DATE.fullmatch(dated):
        raise UsageError(
            "the date of the release is not known" if codelists else "the file has no codelists",
            place=str(path),
            next_step=_NEXT,
        )
    return Release(dated, codelists)


def _text(path: Path) -> tuple[str, dict[str, PublishedList]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return "", _lists(rows)


def _workbook(path: Path) -> tuple[str, dict[str, PublishedList]]:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python()
            codelists = _lists([str(value) for value in row] for row in rows)
            if codelists:
                return "".join(_DATE.findall(name)[:1]), codelists
    except python_calamine.CalamineError:
        raise UsageError("the workbook cannot be read", place=str(path), next_step=_NEXT) from None
    return "", {}


def _lists(rows: Iterable[list[str]]) -> dict[str, PublishedList]:
    """Codelists of a table: a row without codelist code begins one, those with it are its terms."""
    iterator = iter(rows)
    headers = [outline(text) for text in next(iterator, [])]
    wanted = ("code", "codelistcode", "codelistextensibleyesno", "codelistname")
    if any(name not in headers for name in (*wanted, "cdiscsubmissionvalue")):
        return {}
    place = {name: headers.index(name) for name in (*wanted, "cdiscsubmissionvalue")}
    heads: dict[str, tuple[str, str, bool]] = {}
    terms: dict[str, dict[str, str]] = {}
    for row in iterator:
        if len(row) <= max(place.values()):
            continue
        code, parent, extensible, name, value = (row[i].strip() for i in place.values())
        if parent:
            terms.setdefault(parent, {})[code] = value
        elif code:
            heads[code] = (value, name, extensible.casefold() == "yes")
    return {c: PublishedList(c, *head, terms.get(c, {})) for c, head in heads.items()}


def _odm(path: Path) -> tuple[str, dict[str, PublishedList]]:
    from lxml import etree

    try:
        root = etree.parse(
            str(path), etree.XMLParser(resolve_entities=False, no_network=True)
        ).getroot()
    except etree.XMLSyntaxError as error:
        raise UsageError(
            f"the file is not XML (line {error.lineno})", place=str(path), next_step=_NEXT
        ) from None
    codelists = {}
    for element in root.iter(f"{_ODM}CodeList"):
        code = element.get(f"{_NCI}ExtCodeID", "")
        codelists[code] = PublishedList(
            code,
            element.findtext(f"{_NCI}CDISCSubmissionValue", "").strip(),
            element.get("Name", ""),
            element.get(f"{_NCI}CodeListExtensible", "No").casefold() == "yes",
            {
                item.get(f"{_NCI}ExtCodeID", ""): item.get("CodedValue", "")
                for item in element.iter(f"{_ODM}EnumeratedItem")
            },
        )
    return "".join(_DATE.findall(root.get("SourceSystemVersion", ""))[:1]), codelists
