"""Text files that libraries read in silence as something else: each case with what is read and said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.hostile.test_refused_files import refusal
from tests.intake.conftest import make_source

from tecdata.finding import Findings
from tecdata.intake import read_centre

Row = tuple[Any, ...]
UTF8 = {"encoding": "utf-8", "delimiter": ";"}
CLEAN: list[str] = []


def read(folder: Path, content: bytes, **table: Any) -> tuple[list[Row], list[str]]:
    (folder / "b.csv").write_bytes(content)
    findings = Findings()
    delivery = read_centre(make_source({"t": {"file": "b.csv"} | table}), folder, findings)
    return delivery.tables["t"].frame.rows(), [f.message for f in findings]


DETECTED = (
    "Nothing is to be done if letters look right; otherwise declare 'encoding' in source.yaml."
)
SPLIT = "b.csv: cells are split at each semicolon (detected). Nothing is to be done if that is right; otherwise declare 'delimiter' in source.yaml."
#: Content, declarations, what is read, what is said.
CASES: dict[str, tuple[bytes, dict[str, str], list[Row], list[str]]] = {
    "a byte order mark": (b"\xef\xbb\xbfPat;IgG\n1;2\n", UTF8, [(2, "1", "2")], CLEAN),
    "windows-1252, declared": (
        "Pat;Größe\nMüller €;2\n".encode("cp1252"),
        {"encoding": "cp1252", "delimiter": ";"},
        [(2, "Müller €", "2")],
        CLEAN,
    ),
    "windows-1252, detected": (
        "Pat;Größe\nMüller;2\n".encode("cp1252"),
        {},
        [(2, "Müller", "2")],
        [f"b.csv: read as cp1252 (the likeliest of the usual encodings). {DETECTED}", SPLIT],
    ),
    "utf-16": (
        "Pat;Größe\nMüller;2\n".encode("utf-16"),
        {},
        [(2, "Müller", "2")],
        [f"b.csv: read as utf-16 (it begins with a byte order mark). {DETECTED}", SPLIT],
    ),
    "decimal commas and thousands": (
        b"Pat;IgG\n1;1,5\n2;1.234,5\n", UTF8, [(2, "1", "1,5"), (3, "2", "1.234,5")], CLEAN,
    ),
    "leading zeros": (b"Pat;Code\n00123;1E5\n", UTF8, [(2, "00123", "1E5")], CLEAN),
    "<0.5 on row 3001": (
        b"IgG;x\n" + b"1;2\n" * 3_000 + b"<0.5;2\n",
        UTF8,
        [*((i, "1", "2") for i in range(2, 3_002)), (3_002, "<0.5", "2")],
        CLEAN,
    ),
    "words for nothing": (
        b"Pat;x\nNA;None\nNaN;null\n", UTF8, [(2, "NA", "None"), (3, "NaN", "null")], CLEAN,
    ),
    "words for truth": (b"Pat;x\ntrue;T\nFALSE;f\n", UTF8, [(2, "true", "T"), (3, "FALSE", "f")], CLEAN),
    "cells that begin like formulas": (b"Pat;x\n=1+1;-5.3\n", UTF8, [(2, "=1+1", "-5.3")], CLEAN),
}  # fmt: skip


@pytest.mark.parametrize("case", sorted(CASES))
def test_every_cell_is_the_text_that_stands_there(case: str, tmp_path: Path) -> None:
    content, table, rows, messages = CASES[case]
    assert read(tmp_path, content, **table) == (rows, messages)


QUOTES = "A delimiter inside a cell needs quotes around the cell: correct the line or export the file anew"
REFUSED = {
    "a row too long": (
        b"Pat;IgG\n1;2\n1;2;3\n",
        f", line 3: the row has 3 cells, the header has 2. {QUOTES}",
    ),
    "a row too short": (
        b"Pat;IgG;CRP\n1;2;3\n1;2\n",
        f", line 3: the row has 2 cells, the header has 3. {QUOTES}",
    ),
    "a quote that is never closed": (
        b'Pat;IgG\n1;2\n"1;2\n3;4\n',
        (
            ", line 3: a quote that is opened in this row is never closed. "
            "Correct the quotes or export the file anew"
        ),
    ),
    "windows-1252 in utf-16": (
        b"\xff\xfeP\x00a",
        (
            ", line 1: the text is not utf-16: byte 0x61 cannot stand there. Correct 'encoding' in "
            "source.yaml (leave it out to have it detected)"
        ),
    ),
}


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_rows_that_cannot_be_told_are_refused_with_their_line(case: str, tmp_path: Path) -> None:
    content, message = REFUSED[case]
    assert refusal(tmp_path, "b.csv", content).endswith(f"/b.csv{message}")


def test_text_in_another_encoding_than_declared_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_bytes("Pat;x\nMüller;1\n".encode("cp1252"))
    source = make_source({"t": {"file": "b.csv", "encoding": "utf-8"}})
    with pytest.raises(Exception, match="line 2: the text is not utf-8: byte 0xfc") as caught:
        read_centre(source, tmp_path, Findings())
    assert "Correct 'encoding' in source.yaml" in str(caught.value)
