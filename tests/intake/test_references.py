from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tecdata.errors import IntakeError
from tecdata.intake import references, xlsx_guard
from tecdata.intake.references import parse_reference, reach
from tecdata.table import column_letter

POSITIONS = st.tuples(st.integers(1, 9_999_999), st.integers(0, 16_383))


@given(st.lists(POSITIONS, min_size=1, max_size=30), st.sampled_from([16, 40, 1 << 24]))
def test_a_sheet_reaches_as_far_as_its_farthest_references(
    positions: list[tuple[int, int]], step: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(references, "_STEP", step)
        cells = "".join(f'<c r="{column_letter(c)}{r}" s="1"/>' for r, c in positions)
        found = reach(f"<sheetData>{cells}</sheetData>".encode())
    assert found == (max(r for r, _ in positions), max(c for _, c in positions) + 1)


@pytest.mark.parametrize(
    "written", ["A&#49;", "A1B2", "1A", "", "AAAA1", "A12345678", "A 1", "A1234567890123"]
)
def test_references_that_are_not_plain_are_left_to_the_slow_way(written: str) -> None:
    assert reach(f'<c r="{written}"/><c r="B2"/>'.encode()) is None


def test_a_single_reference() -> None:
    assert parse_reference("XFD1048576") == (1_048_576, 16_383)
    assert parse_reference("B12:C13") is None


def sheet(*references: str) -> bytes:
    near = b"".join(b'<c r="A%d"/>' % row for row in range(1, 200))
    return near + b"".join(b'<c r="%s"/>' % r.encode() for r in references)


@pytest.mark.parametrize("large", [True, False])
@pytest.mark.parametrize(
    ("references", "message"),
    [
        (("AB7",), ""),
        (("A70001",), ""),
        (("XFD1048576",), "refused: 200 cells are spread over 1048576 rows and 16384 columns"),
        (("A1048577",), "refused: a cell lies outside any possible sheet"),
        (("XFE1",), "refused: a cell lies outside any possible sheet"),
    ],
)
def test_large_and_small_sheets_are_guarded_alike(
    references: tuple[str, ...], message: str, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_guard, "LARGE_PART", 0 if large else 1 << 30)
    if not message:
        xlsx_guard.check_references(sheet(*references), "b.xlsx")
        return
    with pytest.raises(IntakeError) as caught:
        xlsx_guard.check_references(sheet(*references), "b.xlsx")
    assert caught.value.message == message
