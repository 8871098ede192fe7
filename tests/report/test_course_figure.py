"""Figures of courses: what of the records is drawn, and where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tecdata.dataset import Dataset
from tecdata.report.course_data import (
    course_median,
    course_records,
    dose_records,
    followed_up,
    replacement_records,
    subjects_of,
    weeks_of,
)
from tecdata.report.course_figure import scale_axis
from tecdata.report.figure_style import figure_style, new_figure, svg_bytes
from tecdata.report.figures import draw_figure, figure_entries, write_figures
from tecdata.spec import load_specs
from tecdata.spec.figures import Course, Replacement

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun
    from tecdata.spec import Specs


@pytest.fixture(scope="module")
def specs(repository: Path) -> Specs:
    return load_specs(repository / "specs")


def adlb(specs: Specs, **columns: list[Any]) -> dict[str, Dataset]:
    return {"ADLB": Dataset.of(pl.DataFrame(columns), specs.adam["ADLB"])}


@given(st.integers(-700, 700).filter(bool))
def test_a_day_is_a_seventh_of_a_week_and_day_one_is_week_zero(day: int) -> None:
    weeks = pl.DataFrame({"ADY": [day]}).select(weeks_of("ADY")).item()
    assert round(weeks * 7) == (day - 1 if day > 0 else day)


def test_records_come_in_the_unit_of_the_course_with_their_side_of_the_range(specs: Specs) -> None:
    datasets = adlb(
        specs,
        USUBJID=["S-2", "S-1", "S-1", "S-1"],
        PARAMCD=["HGB", "HGB", "HGB", "CRP"],
        ADY=[1, 8, None, 1],
        AVAL=[120.0, 80.0, 90.0, 5.0],
        ACENS=["<", None, None, None],
        ANRLO=[115.0, 120.0, 120.0, None],
    )
    records = course_records(Course(param="HGB", label="Hb", factor="1/10"), datasets)
    assert records.select("USUBJID", "WEEK", "VALUE", "BEYOND", "LOWER").rows() == [
        ("S-1", 1.0, 8.0, None, 12.0),
        ("S-2", 0.0, 12.0, "<", 11.5),
    ]
    assert course_records(Course(param="HGB", label="Hb"), {}).is_empty()


def test_a_median_needs_enough_subjects_and_one_record_of_each() -> None:
    records = pl.DataFrame(
        {
            "USUBJID": ["1", "1", "2", "3", "1", "2", "3"],
            "AVISITN": [0, 1, 0, 0, 4, 4, 5],
            "ANL01FL": ["Y", "Y", "Y", "Y", "Y", None, "Y"],
            "WEEK": [-1.0, -2.0, -1.0, 0.0, 4.0, 4.0, 8.0],
            "VALUE": [1.0, 9.0, 2.0, 9.0, 5.0, 5.0, 7.0],
        }
    )
    # The visit before the baseline (1) does not count, visit 4 has one record that is used.
    assert course_median(records, 2).rows() == [(-1.0, 2.0, 3)]
    assert course_median(records, 1).rows() == [(-1.0, 2.0, 3), (4.0, 5.0, 1), (8.0, 7.0, 1)]


def test_immunoglobulins_are_those_of_the_category_after_the_first_dose(
    sample_run: StudyRun, specs: Specs
) -> None:
    datasets = {**sample_run.datasets, **sample_run.adam}
    given_ = replacement_records(specs.figures.replacement, datasets)
    medications = sample_run.datasets["CM"].to_polars()
    category = medications.filter(pl.col("CMCAT") == "IMMUNOGLOBULIN REPLACEMENT")
    assert given_.height == category.height
    assert given_["DOSE"].sum() == category["CMDOSE"].cast(pl.Float64).sum()
    assert replacement_records(None, datasets).is_empty()
    other = Replacement(category="NONE SUCH", label="x", unit="g")
    assert replacement_records(other, datasets).is_empty()
    assert dose_records(datasets).height == len(sample_run.adam["ADEX"])


def test_the_number_followed_up_falls_with_time(sample_run: StudyRun) -> None:
    subjects = subjects_of(sample_run.adam)
    numbers = [followed_up(subjects, week) for week in range(0, 120, 4)]
    assert numbers[0] == subjects.height
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[-1] == 0


@pytest.mark.parametrize(
    ("scale", "values", "ticks"),
    [
        ("log2", [80.0, 2560.0], [80, 160, 320, 640, 1280, 2560]),
        ("linear", [80.0, 100.0], []),
        ("log", [0.01, 0.2], []),
    ],
)
def test_axes_of_titres_are_marked_by_doublings(
    scale: str, values: list[float], ticks: list[float]
) -> None:
    with figure_style():
        _, (axes,) = new_figure("column", 2.0)
        scale_axis(axes, scale, values)
    low, high = axes.get_ylim()
    assert low < min(values)
    assert high > max(values) or scale == "linear"
    if ticks:
        assert list(axes.get_yticks()) == ticks


def test_figure_1_draws_every_record_and_every_dose_of_immunoglobulin(
    sample_run: StudyRun, specs: Specs
) -> None:
    datasets = {**sample_run.datasets, **sample_run.adam}
    figure = draw_figure("figure1", datasets, specs)
    labs = sample_run.adam["ADLB"].to_polars()
    for panel, param in zip(figure.axes, ("BLYCE", "IGG", "IGA", "IGM"), strict=False):
        lines = [line for line in panel.lines if str(line.get_gid()).startswith(f"{param}-")]
        own = labs.filter((pl.col("PARAMCD") == param) & pl.col("ADY").is_not_null())
        assert len(lines) == own["USUBJID"].n_unique()
        drawn = sorted(y for line in lines for y in np.asarray(line.get_ydata()).tolist())
        factor = 1 / 1000 if param == "BLYCE" else 1
        assert drawn == pytest.approx(sorted(own["AVAL"] * factor))
    strip = figure.axes[-1]
    marks = sum(np.asarray(c.get_offsets()).shape[0] for c in strip.collections)
    assert marks == replacement_records(specs.figures.replacement, datasets).height


def test_no_text_of_a_figure_is_small_or_leaves_it(sample_run: StudyRun, specs: Specs) -> None:
    from matplotlib.text import Text

    datasets = {**sample_run.datasets, **sample_run.adam}
    for name in ("figure2", "patient_reported"):
        figure = draw_figure(name, datasets, specs)
        figure.canvas.draw()
        inside = figure.bbox
        for text in figure.findobj(Text):
            assert isinstance(text, Text)
            if not text.get_text() or not text.get_visible():
                continue
            assert float(text.get_fontsize()) >= 8
            box = text.get_window_extent()
            assert box.x0 >= inside.x0 - 1, text.get_text()
            assert box.x1 <= inside.x1 + 1, text.get_text()


def test_the_same_datasets_give_the_same_bytes(
    sample_run: StudyRun, specs: Specs, tmp_path: Path
) -> None:
    datasets = {**sample_run.datasets, **sample_run.adam}
    again = svg_bytes(draw_figure("patient_reported", datasets, specs))
    written = write_figures(datasets, specs, tmp_path, ["patient_reported"])
    assert written[0].read_bytes() == again


def test_declared_figures_come_first_and_need_their_datasets(specs: Specs) -> None:
    entries = figure_entries(specs)
    assert list(entries)[: len(specs.figures.figures)] == list(specs.figures.figures)
    assert entries["figure2"].needs == ("ADSL", "ADIS")
