"""The exposure that the case series prints, against what the pipeline makes of the sample exports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from tests.published.exposure import simulate
from tests.published.reading import subjects
from tests.published.targets import median, rounded, rows

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun

PRINTED = {row["id"]: row["published"] for row in rows("text_targets")}


def values(run: StudyRun, paramcd: str, model: str = "FULL") -> dict[int, float]:
    """Of the whole course, by subject number."""
    chosen = (
        run.adam["ADPP"]
        .to_polars()
        .filter(pl.col("PARAMCD") == paramcd, pl.col("PKMODEL") == model, pl.col("DOSNO").is_null())
    )
    pairs = chosen.select(pl.col("USUBJID").str.slice(-3).cast(pl.Int64), "AVAL").rows()
    return dict(pairs)


def printed_range(found: dict[int, float]) -> str:
    return f"{rounded(min(found.values()))}-{rounded(max(found.values()))}"


def test_the_ranges_are_the_printed_ones(sample_run: StudyRun) -> None:
    assert len(values(sample_run, "AUCIFO")) == 18
    assert printed_range(values(sample_run, "AUCIFO")) == PRINTED["PK_AUC"]
    assert printed_range(values(sample_run, "TGEEC90")) == PRINTED["PK_TEC90"]
    assert printed_range(values(sample_run, "AUCGEC90")) == PRINTED["PK_AUCEC90"]


def test_the_relative_difference_is_the_printed_one(sample_run: StudyRun) -> None:
    found = values(sample_run, "RELDAUC", "NOTDCL")
    mean = sum(found.values()) / len(found)
    assert f"{rounded(median(found.values()), 1)} / {rounded(mean, 1)}" == PRINTED["PK_NOTMDD"]


def test_the_fatal_cases_and_the_relapse_are_the_lowest(sample_run: StudyRun) -> None:
    assert PRINTED["PK_LOW_DEATH"] == PRINTED["PK_LOW_RELAPSE"] == "true"
    for paramcd in ("AUCIFO", "TGEEC90"):
        found = values(sample_run, paramcd)
        lowest = sorted(found, key=lambda number: found[number])
        assert set(lowest[:2]) == {6, 18}
        assert lowest[2] == 1


def test_an_independent_integration_agrees_subject_by_subject(sample_run: StudyRun) -> None:
    # It counts whole days and stops after 260, so it may be off by hours of dosing and by the tail.
    auc, days = values(sample_run, "AUCIFO"), values(sample_run, "TGEEC90")
    for number, subject in subjects().items():
        other = simulate(subject)
        assert abs(auc[number] / other.auc - 1) < 0.005
        assert abs(days[number] - other.days_above) < 0.3


def test_there_is_no_clear_association_as_the_series_says(sample_run: StudyRun) -> None:
    from tecdata.report.table_association import association_cells
    from tecdata.report.table_data import TableData
    from tecdata.spec import load_specs
    from tecdata.spec.association import AssociationTable

    specs = load_specs(Path(__file__).parents[2] / "specs")
    table = specs.tables["exposure_associations"]
    assert isinstance(table, AssociationTable)
    frames = {name: dataset.to_polars() for name, dataset in sample_run.adam.items()}
    cells = association_cells(table, TableData(frames))
    numbers = {(c.row, c.column): c.statistics.get(c.column) for c in cells}
    for outcome in ("CRS", "INF", "BDUR", "IGGDUR", "IGMDUR"):
        for exposure in ("AUC", "TEC90", "AUCEC90"):
            p = numbers[f"{outcome}.{exposure}", "p"]
            assert p is not None
            assert p > 0.05
    assert numbers["CRS.AUC", "split"] == int(PRINTED["CRS_SUBJ"].split()[0])
    assert numbers["INF.AUC", "split"] == int(PRINTED["INF_SUBJ"].split()[0])
    methods = {c.row: c.text for c in cells if c.column == "method"}
    assert methods["CRS.AUC"] == "Mann-Whitney U, exact"
