"""A minimal OpenDocument spreadsheet: typed cells, one or more sheets, the same bytes on every run.

The zip members are stored, not deflated: compressors differ between builds of zlib, and the
bytes of the sample exports must not.
"""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

__all__ = ["Cell", "write_ods"]

#: A number, a date, a text, or an empty cell.
Cell = Decimal | int | datetime.date | str | None

_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" '
    'office:version="1.2"'
)
_DATE_STYLE = (
    "<office:automatic-styles>"
    '<number:date-style style:name="N36">'
    '<number:day number:style="long"/><number:text>.</number:text>'
    '<number:month number:style="long"/><number:text>.</number:text>'
    '<number:year number:style="long"/></number:date-style>'
    '<style:style style:name="date" style:family="table-cell" style:data-style-name="N36"/>'
    "</office:automatic-styles>"
)
_MANIFEST = (
    _HEAD
    + '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
    'manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_MIMETYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def write_ods(path: Path, sheets: Sequence[tuple[str, Sequence[Sequence[Cell]]]]) -> Path:
    """Write sheets (name, rows of cells) as an .ods file."""
    body = "".join(_table(name, rows) for name, rows in sheets)
    content = (
        f"{_HEAD}<office:document-content {_NAMESPACES}>{_DATE_STYLE}"
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        # The format wants the mimetype first, so that the first bytes of the file tell what it is.
        for member, text in (
            ("mimetype", _MIMETYPE),
            ("content.xml", content),
            ("META-INF/manifest.xml", _MANIFEST),
        ):
            info = zipfile.ZipInfo(member, date_time=(1980, 1, 1, 0, 0, 0))
            info.create_system = 3
            archive.writestr(info, text.encode("utf-8"))
    return path


def _table(name: str, rows: Sequence[Sequence[Cell]]) -> str:
    lines = "".join(
        f"<table:table-row>{''.join(_cell(cell) for cell in row)}</table:table-row>" for row in rows
    )
    return f"<table:table table:name={quoteattr(name)}>{lines}</table:table>"


def _cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, datetime.date):
        shown = cell.strftime("%d.%m.%Y")
        return (
            f'<table:table-cell table:style-name="date" office:value-type="date" '
            f'office:date-value="{cell.isoformat()}"><text:p>{shown}</text:p></table:table-cell>'
        )
    if isinstance(cell, str):
        paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in cell.split("\n"))
        return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'
    shown = str(cell).replace(".", ",")
    return (
        f'<table:table-cell office:value-type="float" office:value="{cell}">'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )
