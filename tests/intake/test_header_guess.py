from __future__ import annotations

from typing import Any

import pytest

from tecdata.intake.grid import Area, Grid, Structure
from tecdata.intake.header_guess import guess_header


@pytest.mark.parametrize(
    ("rows", "guess"),
    [
        ([["Pat", "IgG"], ["1", 4.5]], ((1,), None)),
        ([["Titel", ""], ["", ""], ["Pat", "IgG"], ["1", 4.5]], ((3,), None)),
        ([["Pat", "IgG", "Hb"], ["", "g/l", "g/dl"], ["1", 4.5, 12]], ((1, 2), 2)),
        ([["Pat", "Wert"], ["TEC-1", "positiv"], ["TEC-2", "negativ"]], ((1,), None)),
        ([[1, 2], [3, 4]], ((1,), None)),
        ([], ((1,), None)),
    ],
)
def test_headers_are_guessed(rows: list[list[Any]], guess: tuple[Any, Any]) -> None:
    grid = Grid(sheet="x", addressing="sheet", numbers=range(1, len(rows) + 1), rows=rows)
    assert guess_header(grid) == guess


def test_merged_groups_above_a_header_belong_to_it() -> None:
    rows = [["", "Blutbild", "", "Klinik", ""], ["Pat", "Leuko", "Hb", "Gewicht", "Temp"]]
    merged = (Area(1, 1, 1, 2), Area(1, 3, 1, 4))
    grid = Grid(
        sheet="x",
        addressing="sheet",
        numbers=range(1, 3),
        rows=rows,
        structure=Structure(merged=merged),
    )
    assert guess_header(grid) == ((1, 2), None)
