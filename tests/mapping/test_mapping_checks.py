"""Every check of this room has a case that fails it."""

from __future__ import annotations

import csv
from pathlib import Path

from tecdata.checks.mapping import CHECKS

CASES = Path(__file__).parents[1] / "cases"


def test_every_check_has_a_case() -> None:
    found = set()
    for path in CASES.glob("*/expected/findings.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            found |= {row["check"] for row in csv.DictReader(file)}
    assert {check.id for check in CHECKS} <= found
