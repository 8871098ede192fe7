"""The smallest workbooks of formats no Python library writes: xls, xlsb, ods.

Layouts from [MS-CFB] and [MS-XLS] (xls), [MS-XLSB], and OpenDocument 1.3 part 3.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

__all__ = [
    "biff",
    "compound",
    "ods",
    "ods_sheet",
    "record",
    "small_compound",
    "xls",
    "xlsb",
]

Rows = Sequence[Sequence[Any]]

_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_SECTOR = 512


def compound(name: str, stream: bytes) -> bytes:
    """An OLE2 container with one stream."""
    stream = stream.ljust(4096, b"\0")
    count = -(-len(stream) // _SECTOR)
    chain = [_FAT, _END, *range(3, count + 2), _END]
    fat = struct.pack(f"<{_SECTOR // 4}I", *chain, *[_FREE] * (_SECTOR // 4 - len(chain)))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _END, 0, _END, 0
    )
    header += struct.pack("<109I", 0, *[_FREE] * 108)

    def entry(title: str, kind: int, child: int, start: int, size: int) -> bytes:
        encoded = (title + "\0").encode("utf-16-le") if title else b""
        return encoded.ljust(64, b"\0") + struct.pack(
            "<HBBIII36xIQ", len(encoded), kind, 1, _NONE, _NONE, child, start, size
        )

    directory = entry("Root Entry", 5, 1, _END, 0) + entry(name, 2, _NONE, 2, len(stream))
    directory += entry("", 0, _NONE, 0, 0) * 2
    return header + fat + directory + stream.ljust(count * _SECTOR, b"\0")


def small_compound(name: str, stream: bytes) -> bytes:
    """An OLE2 container whose stream is short enough to lie in the small sectors."""
    count = -(-len(stream) // 64)
    table = struct.pack(f"<{_SECTOR // 4}I", _FAT, _END, _END, _END, *[_FREE] * (_SECTOR // 4 - 4))
    chain = [*range(1, count), _END]
    small = struct.pack(f"<{_SECTOR // 4}I", *chain, *[_FREE] * (_SECTOR // 4 - count))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 2, 1, _END, 0
    )
    header += struct.pack("<109I", 0, *[_FREE] * 108)

    def entry(title: str, kind: int, start: int, size: int) -> bytes:
        encoded = (title + "\0").encode("utf-16-le")
        return encoded.ljust(64, b"\0") + struct.pack(
            "<HBBIII36xIQ", len(encoded), kind, 1, _NONE, _NONE, _NONE, start, size
        )

    directory = entry("Root Entry", 5, 3, count * 64) + entry(name, 2, 0, len(stream))
    return header + table + directory.ljust(_SECTOR, b"\0") + small + stream.ljust(_SECTOR, b"\0")


def biff(kind: int, body: bytes = b"") -> bytes:
    """One record of an xls stream."""
    return struct.pack("<HH", kind, len(body)) + body


def xls(
    sheets: Mapping[str, Rows], hidden: Sequence[str] = (), records: bytes = b"", book: bytes = b""
) -> bytes:
    """A BIFF8 workbook of texts and numbers.

    ``records`` are added to each sheet, ``book`` to the records of the workbook.
    """
    bodies = []
    for rows in sheets.values():
        body = biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 1997, 0, 0))
        width = max(map(len, rows), default=0)
        body += biff(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, str):
                    text = value.encode("utf-16-le")
                    body += biff(0x0204, struct.pack("<HHHHB", r, c, 0, len(value), 1) + text)
                elif value is not None:
                    body += biff(0x0203, struct.pack("<HHHd", r, c, 0, value))
        bodies.append(body + records + biff(0x000A))
    start = biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 1997, 0, 0))
    start += book + biff(0x0042, struct.pack("<H", 1200))
    names = [name.encode("utf-16-le") for name in sheets]
    offset = len(start) + sum(4 + 8 + len(name) for name in names) + 4
    for title, name, body in zip(sheets, names, bodies, strict=True):
        state = int(title in hidden)
        start += biff(0x0085, struct.pack("<IBBBB", offset, state, 0, len(title), 1) + name)
        offset += len(body)
    return compound("Workbook", start + biff(0x000A) + b"".join(bodies))


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def record(kind: int, body: bytes = b"") -> bytes:
    """One record of an xlsb part."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(body)
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return head + size + body


def xlsb(sheets: Mapping[str, Rows], cells: bytes = b"", head: bytes = b"") -> bytes:
    """A binary workbook of texts and numbers.

    ``cells`` are records added behind each sheet's cells, ``head`` before them.
    """
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as parts:
        parts.writestr("[Content_Types].xml", f'<Types xmlns="{package}/content-types"/>')
        relations = "".join(
            f'<Relationship Id="rId{i}" Type="{office}/worksheet" Target="worksheets/sheet{i}.bin"/>'
            for i in range(1, len(sheets) + 1)
        )
        parts.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{package}/relationships">{relations}</Relationships>',
        )
        book = record(131) + record(143)
        for i, name in enumerate(sheets, start=1):
            book += record(156, struct.pack("<II", 0, i) + _wide(f"rId{i}") + _wide(name))
        parts.writestr("xl/workbook.bin", book + record(144) + record(132))
        for i, rows in enumerate(sheets.values(), start=1):
            width = max(map(len, rows), default=1)
            body = record(129) + record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1))
            body += head + record(145)
            for r, row in enumerate(rows):
                body += record(0, struct.pack("<IIHBBBI", r, 0, 300, 0, 0, 0, 0))
                for c, value in enumerate(row):
                    if isinstance(value, str):
                        body += record(6, struct.pack("<II", c, 0) + _wide(value))
                    elif value is not None:
                        body += record(5, struct.pack("<IId", c, 0, value))
            parts.writestr(f"xl/worksheets/sheet{i}.bin", body + cells + record(146) + record(130))
    return target.getvalue()


def ods_sheet(name: str, rows: Rows) -> str:
    """One ods table; a cell may be text, a number, or ready XML beginning with ``<``."""
    lines = []
    for row in rows:
        cells = []
        for value in row:
            if value is None:
                cells.append("<table:table-cell/>")
            elif isinstance(value, str) and value.startswith("<table:"):
                cells.append(value)
            elif isinstance(value, str):
                cells.append(
                    '<table:table-cell office:value-type="string">'
                    f"<text:p>{escape(value)}</text:p></table:table-cell>"
                )
            else:
                cells.append(
                    f'<table:table-cell office:value-type="float" office:value="{value}">'
                    f"<text:p>{value}</text:p></table:table-cell>"
                )
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    return f"<table:table table:name={quoteattr(name)}>{''.join(lines)}</table:table>"


def ods(*sheets: str, manifest: str = "") -> bytes:
    """An ods container around ready tables (see :func:`ods_sheet`)."""
    space = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        f'xmlns:office="{space}:office:1.0" xmlns:table="{space}:table:1.0" '
        f'xmlns:text="{space}:text:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        f"<office:body><office:spreadsheet>{''.join(sheets)}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("content.xml", content)
        parts.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
    return target.getvalue()
