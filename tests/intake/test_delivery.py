from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from tests.intake.conftest import make_source

from tecdata.errors import IntakeError
from tecdata.finding import Findings
from tecdata.intake import Unread, opener, read_centre

if TYPE_CHECKING:
    from pathlib import Path

Read = Callable[..., Any]

PLAIN = {"encoding": "utf-8", "delimiter": ";"}


def book(path: Path, *sheets: str) -> None:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name in sheets:
        workbook.create_sheet(name).append(("Pat", "IgG"))
        workbook[name].append((name, 1))
    workbook.save(path)


def refusal(read: Read, settings: dict[str, Any] | None = None, /, **tables: Any) -> str:
    with pytest.raises(IntakeError) as caught:
        read(settings, **tables)
    return str(caught.value)


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(IntakeError) as caught:
        read_centre(make_source({"t": {"file": "b.csv"}}), tmp_path / "xx", Findings())
    assert str(caught.value) == (
        f"{tmp_path}/xx: the folder of centre XX does not exist. "
        "Put the centre's files there, or correct 'folder' in source.yaml"
    )


def test_a_missing_file(folder: Path, read: Read) -> None:
    for name in ("Labor_2024.csv", "Scores.csv", "Stamm.csv"):
        (folder / name).write_text("a\n")
    assert refusal(read, t={"file": "Labor.csv"}) == (
        "xx: there is no file 'Labor.csv'; allowed: Labor_2024.csv, Scores.csv, Stamm.csv. "
        "Ask the centre for it, or correct 'file' in source.yaml"
    )


def test_a_missing_file_in_an_empty_folder(folder: Path, read: Read) -> None:
    assert refusal(read, t={"file": "*.csv"}) == (
        "xx: there is no file '*.csv'. Ask the centre for it, or correct 'file' in source.yaml"
    )


def test_a_pattern_that_fits_several_files(folder: Path, read: Read) -> None:
    for name in ("Labor_2.csv", "Labor_1.csv", "x.csv"):
        (folder / name).write_text("a\n")
    assert refusal(read, t={"file": "Labor*.csv"}) == (
        "xx: the pattern 'Labor*.csv' fits 2 files, it must fit exactly one; "
        "allowed: Labor_1.csv, Labor_2.csv. "
        "Write the file's full name in source.yaml, or move the others away"
    )


def test_a_missing_sheet(folder: Path, read: Read) -> None:
    book(folder / "b.xlsx", "Stammdaten", "Laborwerte", "Scores")
    assert refusal(read, t={"file": "b.xlsx", "sheet": "Labor"}) == (
        "xx/b.xlsx: there is no sheet 'Labor'; allowed: Laborwerte, Scores, Stammdaten. "
        "Ask the centre for it, or correct 'sheet' in source.yaml"
    )


def test_a_sheet_that_is_not_named(folder: Path, read: Read) -> None:
    book(folder / "b.xlsx", "Stammdaten", "Labor")
    assert refusal(read, t={"file": "b.xlsx"}) == (
        "xx/b.xlsx: the workbook has 2 sheets, and source.yaml does not say which; "
        "allowed: Stammdaten, Labor. Name one as 'sheet' in source.yaml"
    )


def test_a_missing_column_of_skip_rows(folder: Path, read: Read) -> None:
    book(folder / "b.xlsx", "Labor")
    rule = {"column": "Pat-ID", "matches": "^Summe", "reason": "sum"}
    assert refusal(read, t={"file": "b.xlsx", "skip_rows": [rule]}) == (
        "xx/b.xlsx, sheet 'Labor': there is no column 'Pat-ID', which 'skip_rows' names; "
        "allowed: Pat. Correct 'skip_rows' in source.yaml, or 'header_rows' if the header stands "
        "elsewhere: see 'tecdata profile FILE'"
    )


def test_a_missing_column_of_columns(folder: Path, read: Read) -> None:
    book(folder / "b.xlsx", "Labor")
    table = {"file": "b.xlsx", "columns": {"IGG": {"decimal": "comma"}}}
    assert refusal(read, t=table) == (
        "xx/b.xlsx, sheet 'Labor': there is no column 'IGG', which 'columns' names; "
        "allowed: IgG. Correct 'columns' in source.yaml, or 'header_rows' if the header stands "
        "elsewhere: see 'tecdata profile FILE'"
    )


def test_names_with_umlauts_match_however_they_are_composed(folder: Path, read: Read) -> None:
    book(folder / "U\u0308bersicht.xlsx", "A\u0308rzte")
    delivery, findings = read(t={"file": "\u00dcbersicht.xlsx", "sheet": "\u00c4rzte"})
    assert delivery.tables["t"].frame.height == 1
    assert findings == []


def test_each_file_is_opened_once(
    folder: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    book(folder / "b.xlsx", "Stammdaten", "Labor")
    opened = []
    real = opener._read

    def counting(path: Path, shown: str) -> bytes:
        opened.append(path.name)
        return real(path, shown)

    monkeypatch.setattr(opener, "_read", counting)
    read(a={"file": "b.xlsx", "sheet": "Labor"}, b={"file": "*.xlsx", "sheet": "Stammdaten"})
    assert opened == ["b.xlsx"]


def test_a_delivery_lists_its_files_with_their_hash(folder: Path, read: Read) -> None:
    (folder / "b.csv").write_text("a\n1\n")
    (folder / "a.csv").write_text("a\n1\n")
    delivery, _ = read(x={"file": "b.csv", **PLAIN}, y={"file": "a.csv", **PLAIN})
    digest = hashlib.sha256(b"a\n1\n").hexdigest()
    assert [(f.path, f.sha256, f.bytes, f.format) for f in delivery.files] == [
        ("a.csv", digest, 4, "csv"),
        ("b.csv", digest, 4, "csv"),
    ]
    assert list(delivery.tables) == ["x", "y"]
    assert delivery.centre == "XX"


def test_ignored_files_and_sheets_are_listed_with_their_reason(folder: Path, read: Read) -> None:
    book(folder / "b.xlsx", "Labor", "Notizen")
    (folder / "liesmich.txt").write_text("x")
    (folder / "alt").mkdir()
    settings = {
        "ignore_files": {"*.txt": "explanations"},
        "ignore_sheets": {"Notizen": "notes"},
    }
    delivery, findings = read(settings, t={"file": "b.xlsx", "sheet": "Labor"})
    assert delivery.unread == (
        Unread(file="b.xlsx", sheet="Notizen", reason="notes"),
        Unread(file="alt/"),
        Unread(file="liesmich.txt", reason="explanations"),
    )
    assert [(f.check, f.file) for f in findings] == [("intake.unknown_file", "alt/")]


def test_the_account_adds_up(folder: Path, read: Read) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in (
        ("Titel",),
        ("Pat", "IgG"),
        ("TEC-1", 1),
        (None, None),
        ("TEC-2", "=1+1"),
        ("Summe", 3),
    ):
        sheet.append(row)
    sheet["C3"].value, sheet["C3"].data_type = "#REF!", "e"
    workbook.save(folder / "b.xlsx")
    rule = {"column": "Pat", "matches": "^Summe", "reason": "sum row"}
    delivery, _ = read(t={"file": "b.xlsx", "header_rows": ("2",), "skip_rows": [rule]})
    account, frame = delivery.accounts["t"], delivery.tables["t"].frame
    assert (account.rows_read, account.rows_skipped, frame.height) == (3, 1, 2)
    assert account.cells_read == 7
    assert account.cells_skipped == {
        "error value": 1,
        "formula without a stored value": 1,
        "sum row": 2,
    }
    kept = sum(frame.height - frame[name].null_count() for name in frame.columns[1:])
    assert account.cells_kept == kept == 3


def test_the_same_files_give_the_same_delivery(folder: Path, read: Read) -> None:
    book(folder / "b.xlsx", "Stammdaten", "Labor", "Rest")
    (folder / "z.csv").write_bytes("Größe;b\n1;2\n".encode("cp1252"))
    tables = {"a": {"file": "b.xlsx", "sheet": "Labor"}, "b": {"file": "z.csv"}}
    first, first_findings = read(**tables)
    again, again_findings = read(**dict(reversed(tables.items())))
    assert first_findings == again_findings
    assert first.files == again.files
    for key in tables:
        assert first.tables[key].frame.equals(again.tables[key].frame)
        assert first.accounts[key] == again.accounts[key]


def test_columns_are_never_typed_by_sampling(folder: Path, read: Read) -> None:
    values = ["1"] * 1200 + ["<0.5", "00123", "1E5"]
    (folder / "b.csv").write_text("a;b\n" + "".join(f"{v};x\n" for v in values))
    workbook = openpyxl.Workbook()
    workbook.active.append(("a",))
    for value in [*[1] * 1200, "<0.5", "00123", "1E5"]:
        workbook.active.append((value,))
    workbook.save(folder / "b.xlsx")
    delivery, _ = read(c={"file": "b.csv", **PLAIN}, x={"file": "b.xlsx"})
    assert delivery.tables["c"].frame["a"].to_list() == values
    assert delivery.tables["x"].frame["a"].to_list() == values


def test_an_empty_table_is_a_table(folder: Path, read: Read) -> None:
    (folder / "b.csv").write_text("a;b\n")
    book(folder / "b.xlsx", "Labor")
    delivery, _ = read(t={"file": "b.csv", **PLAIN}, x={"file": "b.xlsx", "header_rows": ("2",)})
    assert delivery.tables["t"].frame.columns == ["_row", "a", "b"]
    assert delivery.tables["t"].frame.height == 0
    assert delivery.tables["x"].frame.height == 0
