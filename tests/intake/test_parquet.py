from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from tecdata.errors import IntakeError
from tecdata.intake import parquet
from tecdata.intake.parquet import series_text

if TYPE_CHECKING:
    from pathlib import Path

Read = Callable[..., Any]


def test_every_type_becomes_text(folder: Path, read: Read) -> None:
    frame = pl.DataFrame(
        {
            "text": ["00123", "", None],
            "float": [4.5, 1280.0, float("nan")],
            "float32": pl.Series([0.1, 7.0, None], dtype=pl.Float32),
            "int": [1, -2, None],
            "decimal": pl.Series([Decimal("1.50"), Decimal("2.00"), None]),
            "bool": [True, False, None],
            "day": [dt.date(2024, 4, 3), None, None],
            "moment": [dt.datetime(2024, 4, 3, 9, 30), dt.datetime(2024, 4, 3), None],  # noqa: DTZ001
            "category": pl.Series(["a", "b", None], dtype=pl.Categorical),
        }
    )
    frame.write_parquet(folder / "d.parquet")
    delivery, findings = read(t={"file": "d.parquet"})
    table = delivery.tables["t"]
    assert table.frame.rows() == [
        (1, "00123", "4.5", "0.1", "1", "1.50", "TRUE", "2024-04-03", "2024-04-03T09:30", "a"),
        (2, None, "1280", "7", "-2", "2.00", "FALSE", None, "2024-04-03", "b"),
    ]
    assert table.column("moment").kinds == {"date", "datetime"}
    assert findings == []


def test_lists_are_refused(folder: Path, read: Read) -> None:
    pl.DataFrame({"a": [[1, 2]]}).write_parquet(folder / "d.parquet")
    with pytest.raises(IntakeError) as caught:
        read(t={"file": "d.parquet"})
    assert str(caught.value) == (
        "xx/d.parquet: column 'a' holds List(Int64), not single values. "
        "Ask the centre for a file with one value a cell"
    )


@pytest.mark.parametrize("share", [0.2, 0.5, 0.99])
def test_a_truncated_file_is_refused(share: float, folder: Path, read: Read) -> None:
    pl.DataFrame({"a": list(range(1000))}).write_parquet(folder / "d.parquet")
    content = (folder / "d.parquet").read_bytes()
    (folder / "d.parquet").write_bytes(content[: int(len(content) * share)])
    with pytest.raises(IntakeError, match=r"^xx/d.parquet: the file is damaged or truncated"):
        read(t={"file": "d.parquet"})


def test_a_long_column_of_text_is_read_as_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    columns: list[list[str | None]] = [
        [" ", "a", None, "\x1c", "", "a b"],
        ["a", None, "a"],
        [None, None],
        [""],
    ]
    expected = [series_text(pl.Series(values, dtype=pl.String), "here") for values in columns]
    monkeypatch.setattr(parquet, "_LONG", 0)
    for values, wanted in zip(columns, expected, strict=True):
        assert series_text(pl.Series(values, dtype=pl.String), "here") == wanted
