"""The printed statistics of response come out of ADRS and ADTTE as response_results gives them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import polars as pl
import pytest
from tests.published.targets import rounded, rows

from tecdata.report.response_results import response_results, response_subjects

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun
    from tecdata.spec import Specs

SECTIONS = ("response", "pro")
PRINTED = {r["id"]: r["published"] for r in rows("text_targets") if r["section"] in SECTIONS}
Lookup = Callable[[str, str], float]


def _frames(run: StudyRun) -> dict[str, pl.DataFrame]:
    return {name: run.adam[name].to_polars() for name in ("ADSL", "ADRS", "ADTTE")}


@pytest.fixture(scope="module")
def numbers(sample_run: StudyRun, sample_specs: Specs) -> Lookup:
    table = response_results(_frames(sample_run), sample_specs).filter(pl.col("group") == "All")
    found = {(r["id"], r["statistic"]): r["value"] for r in table.to_dicts()}
    return lambda name, statistic: float(found[name, statistic])


def _percent(numbers: Lookup, name: str) -> str:
    return f"{numbers(name, 'n'):.0f} ({rounded(numbers(name, 'percent'))})"


def _of(numbers: Lookup, name: str, *, percent: bool = True) -> str:
    share = f" ({rounded(numbers(name, 'percent'))})" if percent else ""
    return f"{numbers(name, 'n'):.0f} of {numbers(name, 'N'):.0f}{share}"


def _weeks(numbers: Lookup, name: str) -> str:
    median, low, high = (rounded(numbers(name, s), 1) for s in ("median", "min", "max"))
    return f"{median} ({low}-{high})"


def _plain(value: float) -> str:
    return f"{value:g}"


def _reported(numbers: Lookup, code: str) -> str:
    told = []
    for when in ("BASE", "W24"):
        median, low, high = (_plain(numbers(f"{code}_{when}", s)) for s in ("median", "min", "max"))
        told.append(f"{median} ({low}-{high})")
    return " / ".join(told)


STATISTICS: dict[str, Callable[[Lookup], str]] = {
    "R_MAJOR": lambda n: _percent(n, "BEST_MAJOR"),
    "R_MINMOD": lambda n: _percent(n, "BEST_MINMOD"),
    "R_T_MOD": lambda n: _weeks(n, "TTMOD"),
    "R_T_MAJ": lambda n: _weeks(n, "TTMAJ"),
    "R_W12": lambda n: _of(n, "MAJOR_W12"),
    "R_W12_ANY": lambda n: _of(n, "MINIMAL_W12", percent=False),
    "R_W24": lambda n: _of(n, "MAJOR_W24"),
    "R_W52": lambda n: _of(n, "MAJOR_KEPT_W52"),
    "R_RELAPSE": lambda n: (
        f"{n('RELAPSE', 'n'):.0f} subject (SLE) at {rounded(n('TTREL', 'median'))} weeks"
    ),
    "R_RELAPSE_8M": lambda n: _of(n, "RELAPSE_MONTHS"),
    "PTGA": lambda n: _reported(n, "PTGA"),
    "FACIT": lambda n: _reported(n, "FACITF"),
}


def test_every_row_of_the_section_is_computed() -> None:
    assert set(STATISTICS) == set(PRINTED)


@pytest.mark.parametrize("name", PRINTED)
def test_statistic(name: str, numbers: Lookup) -> None:
    assert STATISTICS[name](numbers) == PRINTED[name]


def test_the_one_relapse_is_that_of_the_subject_with_lupus(
    sample_run: StudyRun, sample_specs: Specs
) -> None:
    table = response_subjects(_frames(sample_run), sample_specs)
    relapsed = table.filter(pl.col("weeks_to_relapse").is_not_null()).to_dicts()
    assert [(r["subject"][-3:], r["disease"], r["weeks_to_relapse"]) for r in relapsed] == [
        ("001", "SLE", 31.0)
    ]
    dead = table.filter(pl.col("died"))
    assert dead["best_tier"].to_list() == ["NOT EVALUABLE", "NOT EVALUABLE"]
