"""Tables for Word: they fill the page, and the rows of groups stand out on every page."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from tecdata.report.table_layout import Laid
from tecdata.report.table_rtf import column_widths, render_rtf

TEXTS = st.text("abcdefg -", min_size=1, max_size=60)


@given(st.integers(1, 8).flatmap(lambda n: st.lists(st.tuples(*[TEXTS] * n), min_size=1)))
def test_columns_fill_the_page_and_no_word_is_broken_where_words_fit(
    rows: list[tuple[str, ...]],
) -> None:
    heads, *body = rows
    widths = column_widths(heads, body, 10)
    assert abs(sum(widths) - 10) < 1e-9
    longest = [
        max((len(word) for row in rows for word in row[i].split()), default=1)
        for i in range(len(heads))
    ]
    words = [n * 0.078 + 0.22 for n in longest]
    if sum(words) <= 10:
        assert all(width >= word - 1e-9 for width, word in zip(widths, words, strict=True))


def laid(groups: int, rows: int, columns: int = 2) -> Laid:
    made = [(f"Row {i}", *["1"] * (columns - 1)) for _ in range(groups) for i in range(rows)]
    return Laid(
        name="t",
        title="T",
        headings=tuple(f"H{i}" for i in range(columns)),
        rows=tuple(made),
        groups=tuple(f"Group {g}" for g in range(groups) for _ in range(rows)),
        bold=frozenset(range(0, groups * rows, rows)),
        source="s",
    )


def test_every_group_stands_out_on_whatever_page_it_is() -> None:
    rtf = render_rtf(laid(groups=30, rows=5))
    assert rtf.count("\\page") >= 2
    assert re.findall(r"\{\\b (Group \d+)\}", rtf) == [f"Group {i}" for i in range(30)]
    assert "Row 0" not in rtf  # the row of the whole group has its name
    assert rtf.count("Row 4") == 30
    assert rtf.count("{\\b 1}") == 30


def test_a_table_of_many_columns_lies_across_an_a4_page() -> None:
    for columns, wide in ((8, True), (3, False)):
        found = re.search(r"\\paperw(\d+)\\paperh(\d+)", render_rtf(laid(1, 3, columns=columns)))
        assert found
        width, height = (int(n) / 1440 for n in found.groups())
        assert (round(max(width, height), 1), round(min(width, height), 1)) == (11.7, 8.3)
        assert (width > height) is wide
