"""Files that are not what they should be: each is refused with one sentence that says what it is."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import polars as pl
import pyreadstat
import pytest
from tests.intake.conftest import make_source
from tests.made_workbooks import compound, ods, ods_sheet, xls, xlsb

from tecdata.errors import IntakeError
from tecdata.finding import Findings
from tecdata.intake import archive, opener, read_centre

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


#: Stands in every cell: no message may hold it.
CANARY = "Kanarienvogel"
READABLE = "xlsx, xlsm, xls, xlsb, ods, csv, tsv, sav, zsav, dta, sas7bdat, xpt, parquet"
EXPORT = "Export the table in one of these formats and replace the file"
AGAIN = (
    "Open the file in the program it came from, save it again and replace it, "
    "or ask the centre to send it again"
)
ANEW = "Ask the centre for a file saved anew by its spreadsheet program"
UNLOCK = "Open it with the password, save it without one, and replace it"


def xlsx() -> bytes:
    workbook = openpyxl.Workbook()
    workbook.active.title = "Labor"
    workbook.active.append(("Pat", "IgG"))
    for i in range(40):
        workbook.active.append((f"{CANARY} {i}", i / 7))
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def remade(content: bytes, change: Mapping[str, bytes | None]) -> bytes:
    """A container with parts replaced, added or (None) left out."""
    source = zipfile.ZipFile(io.BytesIO(content))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as parts:
        for name in [*source.namelist(), *(n for n in change if n not in source.namelist())]:
            part = change.get(name, source.read(name) if name in source.namelist() else None)
            if part is not None:
                parts.writestr(name, part)
    return target.getvalue()


def zipped(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/").replace("_DOT_", "."), part)
    return target.getvalue()


def sheet_xml(cells: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'.encode()


def with_sheet(cells: str) -> bytes:
    return remade(xlsx(), {"xl/worksheets/sheet1.xml": sheet_xml(cells)})


def sav() -> bytes:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        pyreadstat.write_sav(pl.DataFrame({"a": [CANARY]}), Path(name) / "d.sav")
        return (Path(name) / "d.sav").read_bytes()


def locked_zip() -> bytes:
    content = bytearray(xlsx())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(mark)
        while start >= 0:
            content[start + offset] |= 1
            start = content.find(mark, start + 4)
    return bytes(content)


def doubled() -> bytes:
    target = io.BytesIO(xlsx())
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(target, "a") as parts:
        parts.writestr("xl/workbook.xml", b"<workbook/>")
    return target.getvalue()


def far_cell(first: str, second: str) -> bytes:
    row = second.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return with_sheet(
        f'<row r="1"><c r="{first}"><v>1</v></c></row><row r="{row}"><c r="{second}"><v>1</v></c></row>'
    )


def spread(prefix: str = "") -> bytes:
    cells = (
        f'<{prefix}row r="1"><{prefix}c r="A1"><{prefix}v>1</{prefix}v></{prefix}c></{prefix}row>'
    )
    return with_sheet(cells + '<row r="1048576"><c s="0" r="XFD1048576"><v>1</v></c></row>')


def doctype(part: str) -> bytes:
    source = zipfile.ZipFile(io.BytesIO(xlsx())).read(part)
    head = b'<!DOCTYPE x [<!ENTITY a "b">]>'
    return remade(
        xlsx(), {part: head + source.removeprefix(b"<?xml version='1.0' encoding='UTF-8'?>")}
    )


def ods_bomb() -> bytes:
    cell = (
        '<table:table-cell office:value-type="string" table:number-columns-repeated="16384">'
        "<text:p>x</text:p></table:table-cell>"
    )
    sheet = ods_sheet("Labor", [("a",), (cell,)])
    return ods(
        sheet.replace(
            '<table:table-row><table:table-cell office:value-type="string" table',
            '<table:table-row table:number-rows-repeated="1048575">'
            '<table:table-cell office:value-type="string" table',
        )
    )


CASES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": (
        "b.xlsx",
        lambda: b"",
        "the file is empty (0 bytes). Ask the centre to send it again",
    ),
    "html": (
        "b.xls",
        lambda: f"\n<html><table><tr><td>{CANARY}</td></tr></table></html>".encode(),
        f"the file is an HTML page, not a table that can be read; allowed: {READABLE}. {EXPORT}",
    ),
    "html with a doctype": (
        "b.xlsx",
        lambda: b"\xef\xbb\xbf<!DOCTYPE html><p>x",
        f"the file is an HTML page, not a table that can be read; allowed: {READABLE}. {EXPORT}",
    ),
    "text named xlsx": (
        "b.xlsx",
        lambda: f"Pat;IgG\n{CANARY};7,5\n".encode(),
        (
            "the name says xlsx, the content is csv. Save the file again as .xlsx, or correct its "
            "name to .csv there and in source.yaml"
        ),
    ),
    "text named sav": (
        "b.sav",
        lambda: b"Pat;IgG\n1;7,5\n",
        (
            "the name says sav, the content is csv. Save the file again as .sav, or correct its "
            "name to .csv there and in source.yaml"
        ),
    ),
    "xlsx named xls": (
        "b.xls",
        xlsx,
        (
            "the name says xls, the content is xlsx. Save the file again as .xls, or correct its "
            "name to .xlsx there and in source.yaml"
        ),
    ),
    "xls named xlsx": (
        "b.xlsx",
        lambda: xls({"Labor": [(CANARY,)]}),
        (
            "the name says xlsx, the content is xls. Save the file again as .xlsx, or correct its "
            "name to .xls there and in source.yaml"
        ),
    ),
    "sav named csv": (
        "b.csv",
        sav,
        (
            "the name says csv, the content is sav. Save the file again as .csv, or correct its "
            "name to .sav there and in source.yaml"
        ),
    ),
    "pdf": (
        "b.xlsx",
        lambda: b"%PDF-1.7\n",
        f"the file is a PDF document, not a table that can be read; allowed: {READABLE}. {EXPORT}",
    ),
    "word": (
        "b.xlsx",
        lambda: zipped(word__document_DOT_xml=b"<w/>"),
        f"the file is a Word document, not a table that can be read; allowed: {READABLE}. {EXPORT}",
    ),
    "old word": (
        "b.xls",
        lambda: compound("WordDocument", b"x"),
        f"the file is a Word document, not a table that can be read; allowed: {READABLE}. {EXPORT}",
    ),
    "slides": (
        "b.xlsx",
        lambda: zipped(ppt__presentation_DOT_xml=b"<p/>"),
        (
            "the file is a PowerPoint presentation, not a table that can be read; "
            f"allowed: {READABLE}. {EXPORT}"
        ),
    ),
    "zip": (
        "b.xlsx",
        lambda: zipped(labor_DOT_csv=CANARY.encode()),
        (
            "the file is a ZIP archive without a workbook in it, not a table that can be read; "
            f"allowed: {READABLE}. {EXPORT}"
        ),
    ),
    "ole2 of another kind": (
        "b.xls",
        lambda: compound("Contents", b"x"),
        (
            "the file is an OLE2 container without a workbook in it, not a table that can be read; "
            f"allowed: {READABLE}. {EXPORT}"
        ),
    ),
    "open document text": (
        "b.ods",
        lambda: zipped(
            mimetype=b"application/vnd.oasis.opendocument.text", content_DOT_xml=b"<x/>"
        ),
        (
            "the file is an OpenDocument file, but not a spreadsheet, not a table that can be read; "
            f"allowed: {READABLE}. {EXPORT}"
        ),
    ),
    "xml of excel 2003": (
        "b.xls",
        lambda: (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
        ),
        (
            "the file is an XML spreadsheet of Excel 2003, not a table that can be read; "
            f"allowed: {READABLE}. {EXPORT}"
        ),
    ),
    "gzip": (
        "b.csv",
        lambda: b"\x1f\x8b\x08rest",
        f"the file is a gzip archive, not a table that can be read; allowed: {READABLE}. {EXPORT}",
    ),
    "binary": (
        "b.csv",
        lambda: b"\x01\x02\x03\x00\xff\xfe" * 9,
        (
            "the file is a binary file of no known kind, not a table that can be read; "
            f"allowed: {READABLE}. {EXPORT}"
        ),
    ),
    "zeroes named dta": (
        "b.dta",
        lambda: bytes(5000),
        (
            "the content is not dta: it begins with none of the bytes such a file begins with. "
            "The file is damaged or carries a wrong name: ask the centre to send it again"
        ),
    ),
    "password": (
        "b.xlsx",
        lambda: compound("EncryptedPackage", b"x"),
        f"the file is protected by a password and cannot be read. {UNLOCK}",
    ),
    "password on the zip": (
        "b.xlsx",
        locked_zip,
        f"the file is protected by a password and cannot be read. {UNLOCK}",
    ),
    "password on an ods": (
        "b.ods",
        lambda: ods(ods_sheet("Labor", [("a",)]), manifest="<manifest:encryption-data/>"),
        f"the file is protected by a password and cannot be read. {UNLOCK}",
    ),
    "truncated xlsx": (
        "b.xlsx",
        lambda: xlsx()[:-100],
        (
            "the file is damaged or truncated: it cannot be read as a ZIP container "
            f"(xlsx, xlsm, xlsb, ods). {AGAIN}"
        ),
    ),
    "truncated xls": (
        "b.xls",
        lambda: xls({"Labor": [(CANARY,)]})[:1000],
        f"the file is damaged or truncated: it cannot be read as xls. {AGAIN}",
    ),
    "workbook part that is no xml": (
        "b.xlsx",
        lambda: remade(xlsx(), {"xl/workbook.xml": b"<workbook><"}),
        "the file is damaged or truncated: it cannot be read as XML inside its container. " + AGAIN,
    ),
    "sheet part left out": (
        "b.xlsx",
        lambda: remade(xlsx(), {"xl/worksheets/sheet1.xml": None}),
        "the file is damaged or truncated: it cannot be read as xlsx (its part "
        "xl/worksheets/sheet1.xml is missing). " + AGAIN,
    ),
    "ods content that is no xml": (
        "b.ods",
        lambda: ods("<table:table>"),
        "the file is damaged or truncated: it cannot be read as an ods spreadsheet. " + AGAIN,
    ),
    "xlsb that is none": (
        "b.xlsb",
        lambda: remade(xlsb({"Labor": [(CANARY,)]}), {"xl/workbook.bin": b"\x83\x01"}),
        f"the file is damaged or truncated: it cannot be read as xlsb. {AGAIN}",
    ),
    "two cells a world apart": (
        "b.xlsx",
        spread,
        (
            "sheet 'Labor': refused: 2 cells are spread over 1048576 rows and 16384 columns. "
            "Delete the stray cells (select the empty area and delete it), save the file anew"
        ),
    ),
    "the same with a namespace prefix": (
        "b.xlsx",
        lambda: spread("x:"),
        (
            "sheet 'Labor': refused: 2 cells are spread over 1048576 rows and 16384 columns. "
            "Delete the stray cells (select the empty area and delete it), save the file anew"
        ),
    ),
    "a far row and a far column": (
        "b.xlsx",
        lambda: far_cell("AAA1", "A900000"),
        (
            "sheet 'Labor': refused: 2 cells are spread over 900000 rows and 703 columns. "
            "Delete the stray cells (select the empty area and delete it), save the file anew"
        ),
    ),
    "a cell beyond any sheet": (
        "b.xlsx",
        lambda: far_cell("A1", "ZZZZ9999999"),
        (
            "sheet 'Labor': refused: a cell lies outside any possible sheet. "
            "Delete the stray cells (select the empty area and delete it), save the file anew"
        ),
    ),
    "a reference hidden in an entity": (
        "b.xlsx",
        lambda: far_cell("A1", "&#88;FD1048576"),
        (
            "sheet 'Labor': refused: a cell lies outside any possible sheet. "
            "Delete the stray cells (select the empty area and delete it), save the file anew"
        ),
    ),
    "an ods cell repeated over the sheet": (
        "b.ods",
        ods_bomb,
        (
            "refused: one filled cell is repeated 1048575 times. "
            "Delete the stray cells and save the file anew"
        ),
    ),
    "entities in a sheet": (
        "b.xlsx",
        lambda: doctype("xl/worksheets/sheet1.xml"),
        f"refused: part xl/worksheets/sheet1.xml declares a document type. {ANEW}",
    ),
    "entities in the workbook": (
        "b.xlsx",
        lambda: doctype("xl/workbook.xml"),
        f"refused: part xl/workbook.xml declares a document type. {ANEW}",
    ),
    "a part in utf-16": (
        "b.xlsx",
        lambda: remade(
            xlsx(), {"xl/worksheets/sheet1.xml": sheet_xml("").decode().encode("utf-16")}
        ),
        f"refused: part xl/worksheets/sheet1.xml is not in UTF-8. {ANEW}",
    ),
    "a part that unpacks to 1000 times its size": (
        "b.xlsx",
        lambda: remade(xlsx(), {"xl/media/x.xml": b" " * 20_000_000}),
        (
            "refused: part xl/media/x.xml unpacks to 20000000 bytes, more than 200 times its packed "
            f"size. {ANEW}"
        ),
    ),
    "two parts of one name": (
        "b.xlsx",
        doubled,
        f"refused: two parts of the container have the same name. {ANEW}",
    ),
    "a part that leads outside": (
        "b.xlsx",
        lambda: remade(xlsx(), {"../../etc/passwd": b"x"}),
        f"refused: a part's name leads out of the container. {ANEW}",
    ),
}


def refusal(folder: Path, name: str, content: bytes) -> str:
    (folder / name).write_bytes(content)
    with pytest.raises(IntakeError) as caught:
        read_centre(make_source({"t": {"file": name}}), folder, Findings())
    assert caught.value.__cause__ is None
    return str(caught.value)


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("case", sorted(CASES))
def test_a_strange_file_is_refused_with_one_sentence(
    case: str, large: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if large:
        # Sheets are looked through piece by piece while the parser is at work.
        monkeypatch.setattr(archive, "LARGE_PART", 0)
    name, make, message = CASES[case]
    shown = refusal(tmp_path, name, make())
    place = f"{tmp_path.name}/{name}"
    joint = ", " if message.startswith("sheet") else ": "
    assert shown == f"{place}{joint}{message}"
    assert CANARY not in shown


def test_too_many_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_PARTS", 3)
    assert "refused: the container has 9 parts, more than 3" in refusal(tmp_path, "b.xlsx", xlsx())


def test_too_much_to_unpack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED", 1000)
    assert ": refused: its parts unpack to " in refusal(tmp_path, "b.xlsx", xlsx())


def test_too_large_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opener, "MAX_BYTES", 10)
    assert refusal(tmp_path, "b.csv", b"a;b\n" * 5).endswith(
        "b.csv: the file has 20 bytes, more than the 10 that are read. "
        "Split the delivery into smaller files"
    )


def test_a_folder_named_like_a_file(tmp_path: Path) -> None:
    (tmp_path / "b.csv").mkdir()
    with pytest.raises(IntakeError, match=r"there is no file 'b.csv'"):
        read_centre(make_source({"t": {"file": "b.csv"}}), tmp_path, Findings())
