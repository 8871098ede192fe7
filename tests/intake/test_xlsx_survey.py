"""A large sheet is looked through piece by piece; what is odd in it must never be missed."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tecdata.intake import archive
from tecdata.intake.opener import open_input
from tecdata.intake.spreadsheet import Spreadsheet
from tecdata.intake.xlsx_survey import SheetSurvey
from tecdata.table import column_letter

SAMPLES = Path(__file__).parents[2] / "sample_exports"
PLAIN = (
    '<row r="1"><c r="A1" s="1"><v>4.5</v></c><c r="B1" t="inlineStr"><is><t>x:c</t></is></c></row>'
)


def surveyed(body: str, size: int = 1 << 20, root: str = "<worksheet>") -> SheetSurvey:
    """A sheet, given in pieces of at most so many bytes behind its head."""
    survey = SheetSurvey()
    survey.add(f"{root}<sheetData>".encode())
    elements = f"{body}</sheetData></worksheet>".encode().split(b"<")[1:]
    piece = b""
    for element in elements:
        if piece and len(piece) + len(element) > size:
            survey.add(piece)
            piece = b""
        piece += b"<" + element
    survey.add(piece)
    return survey


def test_nothing_odd_is_seen_in_a_plain_sheet() -> None:
    survey = surveyed(PLAIN)
    assert survey.fits
    assert not any((survey.formulas, survey.errors, survey.hidden, survey.negative))
    assert (survey.cells, survey.rows) == (2, 1)


@pytest.mark.parametrize("before", range(8))
@pytest.mark.parametrize(
    ("kind", "odd"),
    [
        ("formulas", '<c r="C1"><f>A1+1</f><v>5</v></c>'),
        ("formulas", '<c r="C1"><f t="shared" si="0"/><v>5</v></c>'),
        ("errors", '<c r="C1" t="e"><v>#REF!</v></c>'),
        ("errors", "<c r=\"C1\" t = 'e'><v>#REF!</v></c>"),
        ("negative", '<c r="C1"><v>-4</v></c>'),
        ("hidden", '<row r="2" hidden="1"/>'),
    ],
)
def test_an_odd_cell_is_seen_wherever_it_stands(kind: str, odd: str, before: int) -> None:
    survey = surveyed(PLAIN + "<!-- " + "." * before + " -->" + odd)
    assert survey.plain
    assert getattr(survey, kind)


@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize(
    "odd",
    [
        "<c r='C1'><v>5</v></c>",
        '<c s="1" r="C1"><v>5</v></c>',
        '<c\nr="C1"><v>5</v></c>',
        '<c r ="C1"><v>5</v></c>',
        '<c  r="C1"><v>5</v></c>',
        "<c><v>5</v></c>",
        "<c/>",
        '<x:c r="C1"><v>5</v></x:c>',
        '<c r="C1"><x:f>A1</x:f></c>',
        '<c r="AAA1"/>',
        '<c r="a1"/>',
        '<c r="A"/>',
        '<c r="AB"/>',
        '<c r=""/>',
        '<c r="A1B2"/>',
        '<c r="1A"/>',
        '<c r="A 1"/>',
        '<c r="A&#49;"/>',
        '<c r="A1\xe9"/>',
        '<c r="AB1234567"/>',
        '<c r="A123456789"/>',
    ],
)
def test_what_is_not_written_plainly_is_left_to_the_close_look(odd: str, before: int) -> None:
    assert not surveyed(PLAIN + "<!-- " + "." * before + " -->" + odd).plain


@pytest.mark.parametrize("root", ["<x:worksheet>", "<other>"])
def test_a_root_that_is_not_plain(root: str) -> None:
    assert not surveyed(PLAIN, root=root).plain


def test_a_stretch_cut_in_the_middle_is_not_plain() -> None:
    survey = SheetSurvey()
    survey.add(b"<worksheet><sheetData>")
    survey.add(b' r="XFD1048576"/>')
    assert not survey.plain


POSITIONS = st.tuples(st.integers(1, 999_999), st.integers(0, 701))


@given(st.lists(POSITIONS, min_size=1, max_size=40), st.integers(20, 200))
def test_cells_rows_and_columns_are_counted(positions: list[tuple[int, int]], size: int) -> None:
    cells = "".join(f'<c r="{column_letter(c)}{r}" s="1"/>' for r, c in positions)
    survey = surveyed(f'<cols><col min="1"/></cols>{cells}', size)
    assert survey.plain
    assert survey.cells == len(positions)
    assert survey.rows == max(r for r, _ in positions)
    assert survey.columns == max(26, *(c + 1 for _, c in positions))


@pytest.mark.parametrize(
    ("reference", "fits"),
    [("ZZ2000", True), ("A9999999", False), ("A1048577", False), ("ZZ90000", False)],
)
def test_far_cells_do_not_fit(reference: str, fits: bool) -> None:
    assert surveyed(f'{PLAIN}<c r="{reference}"/>').fits is fits


WORKBOOKS = sorted(p for p in SAMPLES.rglob("*.xls[xm]"))


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.name)
def test_a_large_sheet_is_read_as_a_small_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = Spreadsheet(open_input(path))
    grids = [small.grid(name) for name in small.names]
    monkeypatch.setattr(archive, "LARGE_PART", 0)
    large = Spreadsheet(open_input(path))
    assert large.names == small.names
    for name, grid in zip(large.names, grids, strict=True):
        again = large.grid(name)
        assert again.rows == grid.rows
        # Numbers below zero are only looked for where there are days.
        assert again.structure.negative <= grid.structure.negative
        for kind in ("formulas", "errors", "exact", "hidden_rows", "hidden_columns", "comments"):
            assert getattr(again.structure, kind) == getattr(grid.structure, kind)


def test_there_are_workbooks_with_something_odd_among_them() -> None:
    books = [Spreadsheet(open_input(path)) for path in WORKBOOKS]
    grids = itertools.chain.from_iterable((b.grid(n) for n in b.names) for b in books)
    assert any(grid.structure.comments or grid.structure.formulas for grid in grids)
