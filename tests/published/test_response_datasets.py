"""Response by subject: who relapsed, who died before the first assessment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tecdata.report.response_results import response_subjects

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun
    from tecdata.spec import Specs


def _frames(run: StudyRun) -> dict[str, pl.DataFrame]:
    return {name: run.adam[name].to_polars() for name in ("ADSL", "ADRS", "ADTTE")}


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
