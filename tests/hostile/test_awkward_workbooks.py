"""Workbooks that libraries read in silence as something else: each case with what is read and said.

``HEADER`` stands in row 1 of sheet ``Labor``; a case puts cells below it, or spoils the file.
"""

from __future__ import annotations

import datetime as dt
import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from tests.hostile.test_refused_files import ANEW, refusal, remade, sheet_xml, xlsx
from tests.intake.conftest import make_source
from tests.made_workbooks import compound

from tecdata.errors import IntakeError
from tecdata.finding import Findings
from tecdata.intake import archive, read_centre

Row = tuple[Any, ...]
AT = "b.xlsx, sheet 'Labor', "


@pytest.fixture(autouse=True, params=["small", "large"])
def looked_through(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each case as a small sheet, read as a whole, and as a large one, looked through piece by piece."""
    if request.param == "large":
        monkeypatch.setattr(archive, "LARGE_PART", 0)


def read(folder: Path, content: bytes, **table: Any) -> tuple[list[Row], list[str]]:
    """The rows of table ``t`` (row number first) and the messages of all findings."""
    (folder / "b.xlsx").write_bytes(content)
    findings = Findings()
    delivery = read_centre(
        make_source({"t": {"file": "b.xlsx", "sheet": "Labor"} | table}), folder, findings
    )
    return delivery.tables["t"].frame.rows(), [f.message for f in findings]


def cells(*rows: Row, formats: dict[str, str] | None = None) -> bytes:
    """A workbook by openpyxl: ``formats`` are number formats by cell."""
    workbook = openpyxl.Workbook()
    workbook.active.title = "Labor"
    for row in rows:
        workbook.active.append(row)
    for cell, number_format in (formats or {}).items():
        workbook.active[cell].number_format = number_format
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def raw(body: str) -> bytes:
    """A workbook whose cells below the header are written as XML."""
    header = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Pat</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>IgG</t></is></c></row>'
    )
    return remade(xlsx(), {"xl/worksheets/sheet1.xml": sheet_xml(header + body)})


def text(cell: str, value: str) -> str:
    return f'<c r="{cell}" t="inlineStr"><is><t>{value}</t></is></c>'


def errors() -> bytes:
    signs = ("#REF!", "#N/A", "#DIV/0!")
    return raw(
        "".join(
            f'<row r="{r}">{text(f"A{r}", f"T{r}")}<c r="B{r}" t="e"><v>{sign}</v></c></row>'
            for r, sign in enumerate(signs, start=2)
        )
    )


def formulas() -> bytes:
    return raw(
        f'<row r="2">{text("A2", "T2")}<c r="B2"><f>1+1</f></c></row>'
        f'<row r="3">{text("A3", "T3")}<c r="B3"><f>1+1</f><v>2</v></c></row>'
        f'<row r="4">{text("A4", "T4")}<c r="B4"><f>[1]Werte!A1</f><v>7.5</v></c></row>'
    )


def wrong_dimension() -> bytes:
    content = cells(("Pat",), *((f"T{i}",) for i in range(100)))
    part = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert b'<dimension ref="A1:A101"' in part
    small = part.replace(b'<dimension ref="A1:A101"', b'<dimension ref="A1"')
    return remade(content, {"xl/worksheets/sheet1.xml": small})


def epoch_1904() -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"date_1904": True, "in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Labor")
        sheet.write(0, 0, "Tag")
        day = workbook.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_datetime(1, 0, dt.datetime(2024, 4, 3), day)  # noqa: DTZ001
    return target.getvalue()


def impossible_days() -> bytes:
    rows = (("Tag",), (45_000,), (60,), (-1,), (2_958_466,))
    return cells(*rows, formats={f"A{i}": "dd.mm.yyyy" for i in range(2, 6)})


def merged(*, fill: bool) -> tuple[bytes, dict[str, Any]]:
    workbook = openpyxl.load_workbook(io.BytesIO(cells(("Pat",), ("T1",))))
    workbook["Labor"]["A5"] = "T2"
    workbook["Labor"].merge_cells("A2:A4")
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue(), {"fill_merged": fill}


def hidden() -> bytes:
    workbook = openpyxl.load_workbook(io.BytesIO(cells(("Pat",), ("T1",), ("T2",))))
    workbook["Labor"].row_dimensions[3].hidden = True
    workbook.create_sheet("Archiv").append(("x",))
    workbook["Archiv"].sheet_state = "veryHidden"
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


NO_DAY = "which stands for no certain day; it was read as empty. Enter the date again."
EARLY = f"a day number before March 1900 or after the year 9999, {NO_DAY}"
MANY = [("IgG",), *((float(i),) for i in range(1_200)), ("<0.5",)]

#: What is made, what is read, what is said.
CASES: dict[str, tuple[Callable[[], tuple[bytes, dict[str, Any]]], list[Row], list[str]]] = {
    "a dimension of one cell over 100 rows": (
        lambda: (wrong_dimension(), {}),
        [(i + 2, f"T{i}") for i in range(100)],
        [],
    ),
    "error values": (
        lambda: (errors(), {}),
        [(2, "T2", None), (3, "T3", None), (4, "T4", None)],
        [
            f"{AT}B{row}: the cell shows the error {sign}; it was read as empty. "
            "Correct the formula or enter the value."
            for row, sign in ((2, "#REF!"), (3, "#N/A"), (4, "#DIV/0!"))
        ],
    ),
    "formulas with, without and from elsewhere": (
        lambda: (formulas(), {}),
        [(2, "T2", None), (3, "T3", "2"), (4, "T4", "7.5")],
        [
            f"{AT}B3: a formula; the value it had when the file was saved was taken. Nothing is to be done if a spreadsheet program saved the file; otherwise have it opened in one, saved and sent again.",
            (
                f"{AT}B4: a formula that reads another workbook; the value stored with it was "
                "taken and may be out of date. Ask the centre to compare it with that workbook and to enter the value itself."
            ),
            (
                f"{AT}B2: a formula whose value was not saved; the cell was read as empty. "
                "Open the file in its spreadsheet program and save it again."
            ),
        ],
    ),
    "days counted from 1904": (
        lambda: (epoch_1904(), {}),
        [(2, "2024-04-03")],
        ["b.xlsx: the workbook counts its days from 1904; its dates were read so. Nothing is to be done if they are right; if they are four years late, ask the centre to save the file anew with its days counted from 1900."],
    ),
    "days 60, -1 and 2958466": (
        lambda: (impossible_days(), {}),
        [(2, "2023-03-15")],
        [f"{AT}A3: {EARLY}", f"{AT}A4: {EARLY}", f"{AT}A5: {EARLY}"],
    ),
    "identifiers of 16 to 19 digits stored as numbers": (
        lambda: (raw(f'<row r="2">{text("A2", "T2")}<c r="B2"><v>1234567890123456789</v></c></row>'), {}),
        [(2, "T2", "1234567890123456789")],
        [
            (
                f"{AT}B2: a number of more than 15 digits, which a spreadsheet cannot hold exactly. "
                "Have the column formatted as text and the number entered again."
            )
        ],
    ),
    "00123 and 1E5 stored as text": (
        lambda: (cells(("Pat", "Code"), ("00123", "1E5"), ("0", "1e-3")), {}),
        [(2, "00123", "1E5"), (3, "0", "1e-3")],
        [],
    ),
    "<0.5 behind 1200 numbers": (
        lambda: (cells(*MANY), {}),
        [*((i + 2, str(i)) for i in range(1_200)), (1_202, "<0.5")],
        [],
    ),
    "merged cells": (
        lambda: merged(fill=False),
        [(2, "T1"), (5, "T2")],
        [
            (
                f"{AT}A2:A4: merged cells below the header; the value counts for the first of them "
                "only. Set fill_merged: true in source.yaml if it holds for all."
            )
        ],
    ),
    "merged cells that the spec fills": (
        lambda: merged(fill=True),
        [(2, "T1"), (3, "T1"), (4, "T1"), (5, "T2")],
        [f"{AT}A2:A4: merged cells below the header; the value was taken for all of them. Nothing is to be done if it holds for all; otherwise take fill_merged out of source.yaml."],
    ),
    "a hidden row and a very hidden sheet": (
        lambda: (hidden(), {}),
        [(2, "T1"), (3, "T2")],
        [
            "b.xlsx, sheet 'Labor', row 3: hidden, with data; it was read like the others. Ask the centre whether it was meant to be sent.",
            (
                "b.xlsx, sheet 'Archiv': no table of source.yaml reads this sheet (1 filled cells). Add "
                "a table for it, or name it under ignore_sheets with the reason."
            ),
        ],
    ),
    "escaped signs": (
        lambda: (raw(f'<row r="2">{text("A2", "a_x000D_b")}{text("B2", "&lt;0.5 &amp; &#228;")}</row>'), {}),
        [(2, "a\rb", "<0.5 & ä")],
        [],
    ),
    "headers that are empty or stand there twice": (
        lambda: (cells(("Pat", "IgG", "IgG", None), ("T2", 1, 2, 3)), {}),
        [(2, "T2", "1", "2", "3")],
        [
            f"{AT}C1: the header 'IgG' stands there again; rules call this column 'IgG#2'. Ask the centre which is which, and to rename one.",
            f"{AT}D1: the header is empty, and 1 cells below it are filled; rules call this column 'column D'. Ask the centre to name it.",
        ],
    ),
    "numbers that text mode rounds": (
        lambda: (raw(f'<row r="2">{text("A2", "T2")}<c r="B2"><v>0.333333333333333315</v></c></row>'
                     f'<row r="3">{text("A3", "T3")}<c r="B3"><v>4.9406564584124654E-5</v></c></row>'), {}),
        [(2, "T2", "0.3333333333333333"), (3, "T3", "0.00004940656458412465")],
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", sorted(CASES))
def test_awkward_cells_are_read_or_reported(case: str, tmp_path: Path) -> None:
    make, rows, messages = CASES[case]
    content, table = make()
    assert read(tmp_path, content, **table) == (rows, messages)


def bomb(declaration: str, inside: str) -> bytes:
    part = sheet_xml(f'<row r="1">{text("A1", inside)}</row>').decode()
    return remade(xlsx(), {"xl/worksheets/sheet1.xml": (declaration + part).encode()})


LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a billion laughs": (
        lambda: bomb(f'<!DOCTYPE w [<!ENTITY l0 "ha">{LAUGHS}]>', "&l9;"),
        f"refused: part xl/worksheets/sheet1.xml declares a document type. {ANEW}",
    ),
    "an external entity": (
        lambda: bomb('<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
        f"refused: part xl/worksheets/sheet1.xml declares a document type. {ANEW}",
    ),
    "a cell of 40 MB in a file of 50 KB": (
        lambda: raw(f'<row r="2">{text("A2", "x" * 40_000_000)}</row>'),
        (
            "refused: part xl/worksheets/sheet1.xml unpacks to 40000284 bytes, more than 200 times "
            f"its packed size. {ANEW}"
        ),
    ),
    "a cell longer than cells can be": (
        lambda: raw(f'<row r="2">{text("B2", "x" * 32_768)}</row>'),
        (
            "refused: cell B2 holds 32768 characters, more than the 32767 that a spreadsheet has room "
            "for. Shorten the cell, or ask the centre for a text file"
        ),
    ),
    "a password": (
        lambda: compound("EncryptedPackage", b"x"),
        (
            "the file is protected by a password and cannot be read. Open it with the password, save "
            "it without one, and replace it"
        ),
    ),
}


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_dangerous_workbooks_are_refused(case: str, tmp_path: Path) -> None:
    make, message = REFUSED[case]
    assert refusal(tmp_path, "b.xlsx", make()).endswith(f": {message}")


def test_every_flipped_bit_of_a_sheet_is_noticed(tmp_path: Path) -> None:
    """600 single bits inside the packed sheet: other libraries read a sixth of them as other values."""
    content = cells(("Pat", "IgG"), *((f"T{i}", i / 7) for i in range(200)))
    info = zipfile.ZipFile(io.BytesIO(content)).getinfo("xl/worksheets/sheet1.xml")
    start = info.header_offset + 30 + len(info.filename)
    generator = random.Random(20250729)  # noqa: S311 - damage, not secrets
    source = make_source({"t": {"file": "b.xlsx"}})
    truth, _ = read(tmp_path, content)
    refused = 0
    for _ in range(600):
        damaged = bytearray(content)
        place = generator.randrange(start, start + info.compress_size)
        damaged[place] ^= 1 << generator.randrange(8)
        (tmp_path / "b.xlsx").write_bytes(damaged)
        try:
            delivery = read_centre(source, tmp_path, Findings())
        except IntakeError:
            refused += 1
        else:
            # Bits that fill the last byte of the packed data mean nothing.
            assert place == start + info.compress_size - 1
            assert delivery.tables["t"].frame.rows() == truth
    assert refused > 590
