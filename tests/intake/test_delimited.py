from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tecdata.errors import IntakeError
from tecdata.intake.delimited import detect_delimiter, read_delimited

if TYPE_CHECKING:
    from pathlib import Path

Read = Callable[..., Any]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b\n1,5;2\n", ";"),
        ("a,b\n1.5,2\n", ","),
        ("a\tb\n1,5\t2\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ("Export vom 3.4., Station 5\na;b;c\n1,5;2,5;x\n2,5;;y\n", ";"),
        ('a;b\n"x;y,z";2\n', ";"),
        ("one column\n1\n2\n", ","),
        ("", ","),
    ],
)
def test_the_delimiter_is_the_one_that_splits_evenly(text: str, delimiter: str) -> None:
    assert detect_delimiter(text) == delimiter


def test_rows_carry_the_line_they_begin_on() -> None:
    grid = read_delimited(b'a;b\n"x\ny";2\r\n\n3;4', "f.csv").grid
    assert list(zip(grid.numbers, grid.rows, strict=True)) == [
        (1, ["a", "b"]),
        (2, ["x\ny", "2"]),
        (4, []),
        (5, ["3", "4"]),
    ]


def test_cells_are_kept_as_written() -> None:
    rows = read_delimited(b'a;b\n 00123 ;NA\nT;"say ""x"" "\n1E5;5" tube\n', "f.csv").grid.rows
    assert rows[1:] == [[" 00123 ", "NA"], ["T", 'say "x" '], ["1E5", '5" tube']]


@pytest.mark.parametrize("declared", ["tab", "\\t", "\t"])
def test_a_tab_may_be_written_out(declared: str) -> None:
    assert read_delimited(b"a\tb", "f.tsv", delimiter=declared).grid.rows == [["a", "b"]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b'a;b\n1;2\n"3;4\n5;6\n',
            (
                "f.csv, line 3: a quote that is opened in this row is never closed. "
                "Correct the quotes or export the file anew"
            ),
        ),
        (
            b'a;b\n"x"y;2\n',
            (
                "f.csv, line 2: text follows the closing quote of a cell; a quote inside a cell must "
                "be doubled. Correct the quotes or export the file anew"
            ),
        ),
    ],
)
def test_broken_quotes_are_refused_with_their_line(content: bytes, message: str) -> None:
    with pytest.raises(IntakeError) as caught:
        read_delimited(content, "f.csv", delimiter=";")
    assert str(caught.value) == message


def test_a_delimiter_of_two_characters_is_refused() -> None:
    with pytest.raises(IntakeError) as caught:
        read_delimited(b"a;;b", "f.csv", delimiter=";;")
    assert str(caught.value) == (
        "f.csv: ';;' is not a delimiter: it must be one character; allowed: ',', ';', tab, '|'. "
        "Correct 'delimiter' in source.yaml"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a;b\n1;2;3\n", "xx/f.csv, line 2: the row has 3 cells, the header has 2. "),
        ("a;b;c\n1;2;3\n\n1;2\n", "xx/f.csv, line 4: the row has 2 cells, the header has 3. "),
    ],
)
def test_uneven_rows_are_refused_with_their_line(
    folder: Path, read: Read, text: str, message: str
) -> None:
    (folder / "f.csv").write_text(text)
    with pytest.raises(IntakeError) as caught:
        read(t={"file": "f.csv"})
    assert str(caught.value) == message + (
        "A delimiter inside a cell needs quotes around the cell: "
        "correct the line or export the file anew"
    )


def test_trailing_delimiters_title_lines_and_empty_lines_are_no_matter(
    folder: Path, read: Read
) -> None:
    (folder / "f.csv").write_text("Title only\n\na;b;\n1;2;\n;;\n3;;\n")
    delivery, findings = read(t={"file": "f.csv", "header_rows": ("3",), "delimiter": ";"})
    table = delivery.tables["t"]
    assert table.frame.columns == ["_row", "a", "b"]
    assert table.frame.rows() == [(4, "1", "2"), (6, "3", None)]
    assert table.address(6, "b") == "line 6, column 'b'"
    assert findings == []


def test_a_short_sum_row_may_be_skipped(folder: Path, read: Read) -> None:
    (folder / "f.csv").write_text("a;b;c\n1;2;3\nSumme;2\n")
    rule = {"column": "a", "matches": "^Summe$", "reason": "sum row"}
    delivery, _ = read(t={"file": "f.csv", "delimiter": ";", "skip_rows": [rule]})
    assert delivery.tables["t"].frame.rows() == [(2, "1", "2", "3")]
    account = delivery.accounts["t"]
    assert (account.cells_read, account.cells_skipped, account.cells_kept) == (5, {"sum row": 2}, 3)


def test_detection_is_reported_and_declaration_is_not(folder: Path, read: Read) -> None:
    (folder / "f.csv").write_bytes("Größe;b\n1;2\n".encode("cp1252"))
    _, findings = read(t={"file": "f.csv"})
    assert [f.message for f in findings] == [
        (
            "f.csv: read as cp1252 (the likeliest of the usual encodings). Nothing is to be done if "
            "letters look right; otherwise declare 'encoding' in source.yaml."
        ),
        (
            "f.csv: cells are split at each semicolon (detected). Nothing is to be done if that is "
            "right; otherwise declare 'delimiter' in source.yaml."
        ),
    ]
    delivery, findings = read(t={"file": "f.csv", "encoding": "cp1252", "delimiter": ";"})
    assert findings == []
    assert delivery.tables["t"].frame.columns == ["_row", "Größe", "b"]
