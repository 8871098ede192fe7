"""A long sheet is asked once whether it holds anything odd; what is odd must never be missed."""

from __future__ import annotations

import pytest

from tecdata.intake import xlsx_scan
from tecdata.intake.xlsx_scan import _nothing_odd

PLAIN = (
    '<row r="1"><c r="A1" s="1"><v>4.5</v></c><c r="B1" t="inlineStr"><is><t>x</t></is></c></row>'
)


@pytest.fixture(autouse=True)
def long_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_scan, "LARGE_PART", 0)


@pytest.mark.parametrize(
    ("prefix", "odd"),
    [
        ("", '<c r="C1"><f>A1+1</f><v>5</v></c>'),
        ("", '<c r="C1"><f t="shared" si="0"/><v>5</v></c>'),
        ("x:", '<x:c r="C1"><x:f>A1</x:f></x:c>'),
        ("", '<c r="C1" t="e"><v>#REF!</v></c>'),
        ("", "<c r='C1' t = 'e'><v>#REF!</v></c>"),
        ("", '<c r="C1"><v>-4</v></c>'),
        ("", '<c r="C1"><v>1234567890123456</v></c>'),
        ("", '<row r="2" hidden="1"/>'),
    ],
)
def test_an_odd_cell_is_seen(prefix: str, odd: str) -> None:
    plain = PLAIN.replace("<", "<" + prefix).replace(f"<{prefix}/", f"</{prefix}")
    assert _nothing_odd(plain.encode(), prefix.encode())
    assert not _nothing_odd((plain + odd).encode(), prefix.encode())


def test_what_is_no_utf_8_is_looked_at_closely() -> None:
    assert not _nothing_odd(PLAIN.encode() + b"\xff", b"")


def test_a_short_sheet_is_looked_at_closely(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_scan, "LARGE_PART", 1 << 20)
    assert not _nothing_odd(PLAIN.encode(), b"")
