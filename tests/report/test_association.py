"""Rank statistics against scipy and by hand, durations, and the table and figures they go into."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tecdata.errors import UsageError
from tecdata.report.association import mann_whitney, spearman
from tecdata.report.figures import draw_figure
from tecdata.report.table_association import durations
from tecdata.spec import load_specs
from tecdata.spec.association import Outcome

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun

values = st.lists(st.integers(0, 30), min_size=4, max_size=20)


@given(values, values)
@settings(deadline=None, max_examples=40)
def test_effects_and_limits_are_in_order(one: list[int], other: list[int]) -> None:
    found = mann_whitney([float(v) for v in one], [float(v) for v in other], 0.95)
    assert found.effect is not None
    assert found.lower is not None
    assert found.upper is not None
    assert -1 <= found.lower <= found.effect <= found.upper <= 1
    back = mann_whitney([float(v) for v in other], [float(v) for v in one], 0.95)
    assert back.effect == pytest.approx(-found.effect)
    assert back.lower == pytest.approx(-found.upper, abs=1e-9)
    assert back.p == pytest.approx(found.p)


def test_mann_whitney_by_counting() -> None:
    yes, no = [1.5, 4.0, 6.0], [1.0, 2.0, 3.0, 5.0]
    above = sum(a > b for a, b in itertools.product(yes, no))
    found = mann_whitney(yes, no, 0.95)
    assert found.effect == pytest.approx(2 * above / 12 - 1)
    # Every way to choose which three of the seven values are the first group.
    pooled = sorted([*yes, *no])
    extreme = total = 0
    for chosen in itertools.combinations(pooled, 3):
        rest = [v for v in pooled if v not in chosen]
        wins = sum(a > b for a, b in itertools.product(chosen, rest))
        extreme += abs(wins - 6) >= abs(above - 6)
        total += 1
    assert found.p == pytest.approx(extreme / total)
    assert found.method == "Mann-Whitney U, exact"
    tied = mann_whitney([1.0, 2.0, 2.0], [2.0, 3.0, 4.0], 0.95)
    assert tied.method == "Mann-Whitney U, normal approximation"


def test_an_empty_group_is_told_and_not_guessed() -> None:
    found = mann_whitney([1.0], [], 0.95)
    assert found.p is found.effect is None
    assert found.method.startswith("not computed")
    assert spearman([1, 1, 1, 1], [1, 2, 3, 4], 0.95).method.startswith("not computed")
    assert spearman([1, 2, 3], [1, 2, 3], 0.95).effect is None


def test_spearman_is_exact_where_all_orders_can_be_tried() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=7).tolist(), rng.normal(size=7).tolist()
    found = spearman(x, y, 0.95)
    rho = stats.spearmanr(x, y).statistic
    orders = [stats.spearmanr(x, order).statistic for order in itertools.permutations(y)]
    assert found.effect == pytest.approx(rho)
    assert found.p == pytest.approx(float(np.mean(np.abs(orders) >= abs(rho) - 1e-9)))
    assert found.method == "Spearman, exact"
    more = spearman(rng.normal(size=18).tolist(), rng.normal(size=18).tolist(), 0.95)
    assert more.method == "Spearman, t distribution"
    assert more.lower is not None
    assert more.upper is not None
    assert more.lower < (more.effect or 0.0) < more.upper


def test_limits_keep_their_promise_in_a_simulation() -> None:
    # True P(yes > no) of two normal groups one standard deviation apart.
    truth = float(stats.norm.cdf(1 / np.sqrt(2)))
    rng = np.random.default_rng(11)
    hits = 0
    for _ in range(400):
        found = mann_whitney(rng.normal(1, 1, 8).tolist(), rng.normal(0, 1, 10).tolist(), 0.95)
        assert found.lower is not None
        assert found.upper is not None
        hits += found.lower <= 2 * truth - 1 <= found.upper
    assert 0.92 <= hits / 400 <= 0.99


def records(*rows: tuple[str, int, float, str | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["USUBJID", "ADY", "AVAL", "ACENS"], orient="row")


def test_a_duration_runs_from_the_first_value_below_to_the_next_that_is_not() -> None:
    outcome = Outcome(id="B", label="B", kind="duration", dataset="ADLB", below=10)
    found = durations(
        records(
            ("1", -5, 3.0, None),
            ("1", 8, 10.0, "<"),
            ("1", 22, 4.0, None),
            ("1", 36, 10.0, None),
            ("1", 50, 2.0, None),
            ("2", 8, 5.0, None),
            ("2", 29, 6.0, None),
            ("3", 8, 20.0, None),
        ),
        outcome,
    )
    assert found == {"1": (4.0, True), "2": (3.0, False)}


def test_a_duration_needs_its_limit() -> None:
    with pytest.raises(ValueError, match="below or below_variable"):
        Outcome(id="B", label="B", kind="duration", dataset="ADLB")
    with pytest.raises(ValueError, match="a group neither"):
        Outcome(id="B", label="B", kind="group", dataset="ADAE", below=1)


@pytest.mark.parametrize("name", ["exposure_courses", "exposure_by_outcome"])
def test_the_figures_are_drawn_from_the_sample_exports(sample_run: StudyRun, name: str) -> None:
    from matplotlib.text import Text

    specs = load_specs(Path(__file__).parents[2] / "specs")
    figure = draw_figure(name, {**sample_run.datasets, **sample_run.adam}, specs)
    figure.canvas.draw()
    texts = [t for t in figure.findobj(Text) if isinstance(t, Text) and t.get_text()]
    assert all(float(t.get_fontsize()) >= 8 for t in texts)
    told = " ".join(t.get_text() for t in texts)
    assert "EC90" in told
    assert "18  SSc" in told or "yes (n=12)" in told


def test_a_figure_without_settings_says_so(sample_run: StudyRun) -> None:
    import dataclasses

    specs = dataclasses.replace(load_specs(Path(__file__).parents[2] / "specs"), exposure=None)
    with pytest.raises(UsageError, match=r"specs/exposure\.yaml"):
        draw_figure("exposure_courses", {**sample_run.datasets, **sample_run.adam}, specs)
