"""Small readings of XML parts: flat lists of elements, never a tree, never an entity."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from xml.parsers import expat

from tecdata.errors import IntakeError
from tecdata.intake.problems import SAVE_AGAIN, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

if TYPE_CHECKING:
    from tecdata.intake.archive import Archive

__all__ = ["elements", "integer", "relations", "texts_by_attribute"]

Attributes = dict[str, str]


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def elements(part: bytes, *wanted: str, place: str) -> Iterator[tuple[str, Attributes]]:
    """Elements of the wanted local names in document order, attribute prefixes removed.

    Raises :class:`IntakeError` where the part is not well-formed.
    """
    found: list[tuple[str, Attributes]] = []

    def start(name: str, attributes: Attributes) -> None:
        if _local(name) in wanted:
            found.append((_local(name), {_local(k): v for k, v in attributes.items()}))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    _parse(parser, part, place)
    yield from found


def texts_by_attribute(part: bytes, element: str, attribute: str, *, place: str) -> dict[str, str]:
    """The text inside each ``element`` (only of its ``t`` descendants), by one attribute of it.

    Elements of the same attribute are lines of one text.
    """
    texts: dict[str, str] = {}
    state = {"key": "", "depth": ""}

    def start(name: str, attributes: Attributes) -> None:
        if _local(name) == element:
            state["key"] = attributes.get(attribute, "")
            texts[state["key"]] = f"{texts[state['key']]}\n" if state["key"] in texts else ""
        state["depth"] = _local(name)

    def data(text: str) -> None:
        if state["key"] and state["depth"] == "t":
            texts[state["key"]] += text

    def end(name: str) -> None:
        state["depth"] = ""
        if _local(name) == element:
            state["key"] = ""

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.CharacterDataHandler = data
    parser.EndElementHandler = end
    _parse(parser, part, place)
    return texts


def relations(archive: Archive, part: str, place: str) -> dict[str, tuple[str, str]]:
    """Kind and target part of each relation of a part, by relation id."""
    folder, name = posixpath.split(part)
    path = f"{folder}/_rels/{name}.rels"
    if path not in archive.names:
        return {}
    found = {}
    for _, attributes in elements(archive.read(path), "Relationship", place=place):
        target = attributes.get("Target", "")
        whole = target[1:] if target.startswith("/") else posixpath.join(folder, target)
        kind = attributes.get("Type", "").rpartition("/")[2]
        found[attributes.get("Id", "")] = (kind, posixpath.normpath(whole))
    return found


def _parse(parser: expat.XMLParserType, part: bytes, place: str) -> None:
    try:
        parser.Parse(part, True)  # noqa: FBT003 - the signature is expat's
    except (expat.ExpatError, LookupError, ValueError):
        raise unreadable(place, "XML inside its container") from None


def integer(text: str | None, place: str, default: int = 0) -> int:
    """An XML attribute that must be a whole number."""
    if text is None:
        return default
    try:
        return int(text)
    except ValueError:
        raise IntakeError(
            "the file is damaged: a number inside it is none", place=place, next_step=SAVE_AGAIN
        ) from None
