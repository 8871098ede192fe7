from __future__ import annotations

from typing import Literal

import pytest
from tests.harmonise.small_study import Row, run

LOW, HIGH, NORMAL = "LOW", "HIGH", "NORMAL"


@pytest.mark.parametrize("engine", ["polars", "pandas"])
def test_range_indicator(engine: Literal["polars", "pandas"]) -> None:
    cases: list[tuple[str | None, float | None, float | None, str | None]] = [
        ("0.05", 0.1, 5.0, LOW),
        ("0.1", 0.1, 5.0, NORMAL),
        ("5", 0.1, 5.0, NORMAL),
        ("5.1", 0.1, 5.0, HIGH),
        ("5.1", 0.1, None, NORMAL),
        ("0.05", None, 5.0, NORMAL),
        ("6", None, 5.0, HIGH),
        ("5", None, None, None),
        (None, 0.1, 5.0, None),
        ("<0.01", 0.1, 5.0, LOW),
        ("<0.1", 0.1, 5.0, LOW),
        ("<=0.1", 0.1, 5.0, None),
        ("<5", 0.1, 10.0, None),
        ("<5", None, 10.0, NORMAL),
        ("<5", None, 3.0, None),
        (">100", 0.1, 10.0, HIGH),
        (">10", 0.1, 10.0, HIGH),
        (">=10", 0.1, 10.0, None),
        (">5", 4.0, None, NORMAL),
        (">5", 4.0, 10.0, None),
        ("POSITIVE", 0.1, 5.0, None),
        ("<low", 0.1, 5.0, None),
    ]
    rows: list[Row] = []
    for i, (text, low, high, _) in enumerate(cases):
        numeric = text is not None and text.replace(".", "").isdigit()
        rows.append(
            {
                "LBTESTCD": f"T{i:02}",
                "LBTEST": "T",
                "LBSTRESC": text,
                "LBSTRESN": float(str(text)) if numeric else None,
                "LBSTNRLO": low,
                "LBSTNRHI": high,
            }
        )
    out = run({"LB": rows}, engine=engine)
    assert out.column("LB", "LBNRIND") == [c[3] for c in cases]


def test_a_delivered_indicator_stays() -> None:
    row: Row = {
        "LBTESTCD": "A",
        "LBTEST": "A",
        "LBSTRESN": 1.0,
        "LBSTNRLO": 2.0,
        "LBNRIND": "NORMAL",
    }
    assert run({"LB": [row]}).column("LB", "LBNRIND") == ["NORMAL"]
