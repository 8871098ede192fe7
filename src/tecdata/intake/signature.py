"""What a file is, by its content: the first bytes, and for ZIP containers the parts inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tecdata.errors import IntakeError
from tecdata.intake.problems import locked, unreadable

if TYPE_CHECKING:
    from tecdata.intake.archive import Archive

__all__ = ["EXTENSIONS", "FileFormat", "recognise"]

FileFormat = Literal[
    "xlsx", "xlsm", "xls", "xlsb", "ods", "csv", "sav", "dta", "sas7bdat", "xpt", "parquet"
]

#: The format each file-name extension promises. ``csv`` stands for all delimited text.
EXTENSIONS: dict[str, FileFormat] = {
    ".xlsx": "xlsx",
    ".xlsm": "xlsm",
    ".xls": "xls",
    ".xlsb": "xlsb",
    ".ods": "ods",
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".txt": "csv",
    ".sav": "sav",
    ".zsav": "sav",
    ".dta": "dta",
    ".sas7bdat": "sas7bdat",
    ".xpt": "xpt",
    ".parquet": "parquet",
}

READABLE = (
    "xlsx", "xlsm", "xls", "xlsb", "ods", "csv", "tsv",
    "sav", "zsav", "dta", "sas7bdat", "xpt", "parquet",
)  # fmt: skip

_OLE2 = bytes.fromhex("d0cf11e0a1b11ae1")
_SAS7BDAT = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")

#: First bytes that decide, beside the containers handled on their own.
_PLAIN: tuple[tuple[bytes, FileFormat], ...] = (
    (b"$FL2", "sav"),
    (b"$FL3", "sav"),
    (_SAS7BDAT, "sas7bdat"),
    (b"<stata_dta>", "dta"),
    (b"HEADER RECORD*******LIB", "xpt"),
    (b"PAR1", "parquet"),
)

#: Things that are sent by mistake and deserve to be called by their name.
_STRANGERS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"SQLite format 3", "an SQLite database"),
    (b"PARE", "an encrypted Parquet file"),
)

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def recognise(content: bytes, archive: Archive | None, place: str, suffix: str) -> FileFormat:
    """The format the content has; :class:`IntakeError` where it is none that can be read."""
    if archive is not None:
        return _container(archive, place)
    if content.startswith(_OLE2):
        return _compound(content, place)
    for magic, name in _PLAIN:
        if content.startswith(magic):
            return name
    # Stata 4 to 12: release number, byte order, file type 1, unused.
    if content[:1] in b"lnoqrs" and content[1:2] in b"\x01\x02" and content[2:3] == b"\x01":
        return "dta"
    for magic, stranger in _STRANGERS:
        if content.startswith(magic):
            raise _stranger(stranger, place)
    return _text(content, place, suffix)


def _container(archive: Archive, place: str) -> FileFormat:
    names = archive.names
    if "xl/workbook.xml" in names:
        types = archive.read("[Content_Types].xml") if "[Content_Types].xml" in names else b""
        return "xlsm" if b"macroEnabled" in types else "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "content.xml" in names and "mimetype" in names:
        kind = archive.read("mimetype")
        if b"opendocument.spreadsheet" not in kind:
            raise _stranger("an OpenDocument file, but not a spreadsheet", place)
        manifest = "META-INF/manifest.xml"
        if manifest in names and b"encryption-data" in archive.read(manifest):
            raise locked(place)
        return "ods"
    if "word/document.xml" in names:
        raise _stranger("a Word document", place)
    if "ppt/presentation.xml" in names:
        raise _stranger("a PowerPoint presentation", place)
    raise _stranger("a ZIP archive without a workbook in it", place)


def _compound(content: bytes, place: str) -> FileFormat:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if holds("EncryptedPackage"):
        raise locked(place)
    if holds("Workbook") or holds("Book\x00"):
        return "xls"
    if holds("WordDocument"):
        raise _stranger("a Word document", place)
    if len(content) < 2048:
        raise unreadable(place, "xls")
    raise _stranger("an OLE2 container without a workbook in it", place)


def _text(content: bytes, place: str, suffix: str) -> FileFormat:
    head = content[:4096]
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<body")):
        raise _stranger("an HTML page", place)
    if start.startswith(b"<?xml") and b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        raise _stranger("an XML spreadsheet of Excel 2003", place)
    if start.startswith(b"<?xml"):
        raise _stranger("an XML file", place)
    named = EXTENSIONS.get(suffix)
    binary = b"\x00" in content and not content.startswith(_UTF16)
    if binary and named not in (None, "csv"):
        raise IntakeError(
            f"the content is not {named}: it begins with none of the bytes such a file begins with",
            place=place,
            next_step="The file is damaged or carries a wrong name: ask the centre to send it again",
        )
    if binary and content.count(0) * 3 < len(content):
        raise _stranger("a binary file of no known kind", place)
    return "csv"


def _stranger(what: str, place: str) -> IntakeError:
    return IntakeError(
        f"the file is {what}, not a table that can be read",
        place=place,
        choices=READABLE,
        next_step="Export the table in one of these formats and replace the file",
    )
