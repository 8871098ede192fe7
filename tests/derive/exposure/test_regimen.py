"""Regimens in words, delays, and what a label makes of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tecdata.derive.exposure.regimen import PlannedDose, delayed, parse_regimen, restarted
from tecdata.errors import UsageError
from tecdata.spec import load_specs

if TYPE_CHECKING:
    from tecdata.spec.pharmacokinetics import RestartRules

CLINIC = "0.06@0, 0.3@3, 1.5@7 x4 weekly"


@pytest.fixture(scope="module")
def label(repository: Path) -> RestartRules:
    return load_specs(repository / "specs").dosing["teclistamab_us_2025"]


def course(doses: list[PlannedDose]) -> list[tuple[float, float]]:
    return [(dose.day, dose.level) for dose in doses]


def test_words_become_doses() -> None:
    assert course(parse_regimen(CLINIC)) == [
        (0, 0.06),
        (3, 0.3),
        (7, 1.5),
        (14, 1.5),
        (21, 1.5),
        (28, 1.5),
    ]
    fortnights = parse_regimen("105mg@0 x3 every 2 weeks")
    assert [(d.day, d.level, d.per_kilogram) for d in fortnights] == [
        (0, 105, False),
        (14, 105, False),
        (28, 105, False),
    ]
    assert course(parse_regimen("1.5 mg/kg@2.5 x2 every 10 days")) == [(2.5, 1.5), (12.5, 1.5)]


@pytest.mark.parametrize(
    "words",
    ["", "1.5", "1.5@", "x@3", "0@3", "1.5@7 x4", "1.5@7 x4 monthly", "1.5@7, 1.5@3", "1@1, 2@1", "-1@0"],
)  # fmt: skip
def test_words_that_are_no_regimen_are_told_with_an_example(words: str) -> None:
    with pytest.raises(UsageError, match="--regimen"):
        parse_regimen(words)


def test_a_delay_moves_its_dose_and_all_later_ones() -> None:
    moved = delayed(parse_regimen(CLINIC), ["+10d before dose 5", "2 days before dose 2"])
    assert [dose.day for dose in moved] == [0, 5, 9, 16, 33, 40]


@pytest.mark.parametrize("words", ["+10d before dose 1", "+10d before dose 7", "10 before 3", ""])
def test_a_delay_of_no_dose_is_refused(words: str) -> None:
    with pytest.raises(UsageError, match="dose 2 to 6"):
        delayed(parse_regimen(CLINIC), [words])


@pytest.mark.parametrize(
    ("last", "every", "days", "given"),
    [
        ("0.06@0", "", 7, [0.3]),
        ("0.06@0", "", 8, [0.06, 0.3]),
        ("0.3@0", "", 7, [1.5]),
        ("0.3@0", "", 8, [0.3, 1.5]),
        ("0.3@0", "", 28, [0.3, 1.5]),
        ("0.3@0", "", 29, [0.06, 0.3, 1.5]),
        ("1.5@0", "", 28, [1.5]),
        ("1.5@0", "", 29, [0.3, 1.5]),
        ("1.5@0", "", 56, [0.3, 1.5]),
        ("1.5@0", "", 57, [0.06, 0.3, 1.5]),
        ("1.5@0", " x1 every 2 weeks", 63, [1.5]),
        ("1.5@0", " x1 every 2 weeks", 64, [0.3, 1.5]),
        ("1.5@0", " x1 every 2 weeks", 112, [0.3, 1.5]),
        ("1.5@0", " x1 every 2 weeks", 113, [0.06, 0.3, 1.5]),
        ("0.8@0", "", 90, [1.5]),
    ],
)
def test_every_row_of_the_label(
    label: RestartRules, last: str, every: str, days: int, given: list[float]
) -> None:
    planned = {"0.06@0": 0.3}.get(last, 1.5)
    doses = restarted(parse_regimen(f"{last}{every}, {planned}@{days}"), label)
    assert [dose.level for dose in doses[1:]] == given
    assert [dose.day for dose in doses[1:]] == [days + 3 * n for n in range(len(given))]


def test_later_doses_move_with_the_restart(label: RestartRules) -> None:
    doses = restarted(delayed(parse_regimen(CLINIC), ["+30d before dose 5"]), label)
    assert course(doses)[4:] == [(51, 0.3), (54, 1.5), (61, 1.5)]


@given(st.lists(st.integers(0, 90), min_size=5, max_size=5))
def test_a_restart_never_takes_a_dose_away_or_out_of_order(delays: list[int]) -> None:
    rules = load_specs(Path(__file__).parents[3] / "specs").dosing["teclistamab_us_2025"]
    words = [f"+{days}d before dose {n}" for n, days in enumerate(delays, start=2)]
    planned = delayed(parse_regimen(CLINIC), words)
    doses = restarted(planned, rules)
    assert [d.level for d in doses].count(1.5) == 4
    days = [dose.day for dose in doses]
    assert days == sorted(set(days))
    assert restarted(doses, rules) == doses
