"""The SPSS file carries no units and ranges: the mapping states those the truth was made with."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tecdata.demo.tables import rows
from tecdata.demo.words_heidelberg import VISIT_LABS
from tecdata.spec import load_centre

Facts = tuple[str, Decimal | None, Decimal | None]


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def _stated(repository: Path, *left_out: str) -> dict[str, Facts]:
    mapping = load_centre(repository / "mappings" / "heidelberg")
    found: dict[str, Facts] = {}
    for domain in ("LB", "IS", "CP"):
        for block in mapping.domains[domain].blocks:
            if block.unpivot and block.name not in left_out:
                for known in block.unpivot.columns.values():
                    assert known["test"] not in found, known["test"]
                    low, high = _number(known.get("low")), _number(known.get("high"))
                    found[known["test"]] = (known["unit"], low, high)
    return found


@pytest.mark.parametrize(("sex", "other"), [("f", "labs_men"), ("m", "labs_women")])
def test_the_mapping_states_unit_and_range_of_every_test(
    sex: str, other: str, repository: Path
) -> None:
    meant = {
        row["test"]: (
            row["unit"] or "titer",
            _number(row[f"low_{sex}"]),
            _number(row[f"high_{sex}"]),
        )
        for where in ("*", "HD")
        for row in rows("lab_units")
        if row["where"] == where and row["test"] in VISIT_LABS
    }
    assert _stated(repository, other, "labs_sex_unknown") == meant


def test_without_a_known_sex_the_units_are_the_same_and_there_is_no_range(
    repository: Path,
) -> None:
    unknown = _stated(repository, "labs_men", "labs_women")
    women = _stated(repository, "labs_men", "labs_sex_unknown")
    assert {test: unit for test, (unit, _, _) in unknown.items()} == {
        test: unit for test, (unit, _, _) in women.items()
    }
    by_sex = {"HGB", "CREAT", "ALT", "AST", "CK", "FERRITIN"}
    assert {t: facts for t, facts in unknown.items() if t not in by_sex} == {
        t: facts for t, facts in women.items() if t not in by_sex
    }
    assert all(unknown[test][1:] == (None, None) for test in by_sex)
