"""The few verbs by which Define-XML is written: elements of the ODM and def namespaces, text, bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["DEF", "ODM", "XLINK", "add", "add_text", "render", "root_element", "serialise"]

ODM: Final = "http://www.cdisc.org/ns/odm/v1.3"
DEF: Final = "http://www.cdisc.org/ns/def/v2.1"
XLINK: Final = "http://www.w3.org/1999/xlink"
_XML: Final = "http://www.w3.org/XML/1998/namespace"


def root_element(**attributes: str) -> _Element:
    """The ODM element with its namespaces."""
    from lxml import etree

    spaces: Any = {"def": DEF, "xlink": XLINK}
    spaces[None] = ODM
    return etree.Element(f"{{{ODM}}}ODM", attributes, nsmap=spaces)


def add(parent: _Element, name: str, **attributes: str) -> _Element:
    """Append an element; ``def:`` before the name puts it into the namespace of Define-XML."""
    from lxml import etree

    space = DEF if name.startswith("def:") else ODM
    return etree.SubElement(parent, f"{{{space}}}{name.removeprefix('def:')}", attributes)


def add_text(parent: _Element, name: str, text: str) -> None:
    """Append an element that holds English text: Description, Decode."""
    translated = add(add(parent, name), "TranslatedText")
    translated.set(f"{{{_XML}}}lang", "en")
    translated.text = text


def serialise(root: _Element, stylesheet: str) -> bytes:
    """The bytes of the file: UTF-8, indented, with the processing instruction of its stylesheet."""
    from lxml import etree

    etree.indent(root, space="  ")
    body = etree.tostring(root, encoding="unicode")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<?xml-stylesheet type="text/xsl" href="{stylesheet}"?>\n'
        f"{body}\n"
    ).encode()


def render(root: _Element, stylesheet: bytes) -> bytes:
    """The HTML page that the stylesheet makes of the document."""
    from lxml import etree

    page = etree.XSLT(etree.fromstring(stylesheet))(root)
    return bytes(page)
