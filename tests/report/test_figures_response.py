"""Figures of response over the sample: what is drawn, and that the bytes are the same every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from tecdata.report.figure_style import svg_bytes
from tecdata.report.figures import draw_figure

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun
    from tecdata.spec import Specs

NAMES = ("response_swimmer", "response_courses", "response_waterfall", "response_times")


@pytest.mark.parametrize("name", NAMES)
def test_the_same_bytes_every_time(name: str, sample_run: StudyRun, sample_specs: Specs) -> None:
    first = svg_bytes(draw_figure(name, sample_run.adam, sample_specs))
    assert first == svg_bytes(draw_figure(name, sample_run.adam, sample_specs))


def test_swimmer_marks_every_first_response(sample_run: StudyRun, sample_specs: Specs) -> None:
    (axes,) = draw_figure("response_swimmer", sample_run.adam, sample_specs).axes
    adtte = sample_run.adam["ADTTE"].to_polars()
    subjects = adtte["USUBJID"].n_unique()
    assert len(axes.get_yticklabels()) == subjects
    assert len(axes.patches) == subjects
    events = adtte.filter(pl.col("CNSR") == 0)
    tiers = events.filter(pl.col("PARAMCD") != "TTREL").unique(["USUBJID", "AVAL"])
    relapses = events.filter(pl.col("PARAMCD") == "TTREL")
    alive = subjects - 2
    assert len(axes.collections) == len(tiers) + len(relapses) + alive
    assert [t.get_text() for t in axes.texts] == ["†", "†"]


def test_courses_draw_a_line_a_subject(sample_run: StudyRun, sample_specs: Specs) -> None:
    figure = draw_figure("response_courses", sample_run.adam, sample_specs)
    assert len(figure.axes) == 8
    assert [a.get_title(loc="left") for a in figure.axes][2] == "MMT-8 (% of the maximum)"
    drawn = [np.asarray(line.get_ydata(), dtype=float) for line in figure.axes[2].lines]
    courses = [values for values in drawn if len(values) > 2]
    assert len(courses) == 4
    assert all(50 < value <= 100 for values in courses for value in values)
    assert all("LOCF" not in t.get_text() for t in figure.texts)


def test_waterfall_falls(sample_run: StudyRun, sample_specs: Specs) -> None:
    (axes,) = draw_figure("response_waterfall", sample_run.adam, sample_specs).axes
    heights = [p.get_height() for p in axes.patches]  # type: ignore[attr-defined]
    assert heights == sorted(heights, reverse=True)
    assert len(heights) == 16


def test_times_tell_the_numbers_at_risk(sample_run: StudyRun, sample_specs: Specs) -> None:
    (axes,) = draw_figure("response_times", sample_run.adam, sample_specs).axes
    texts = [t.get_text() for t in axes.texts]
    at = texts.index("Major")
    assert texts[at + 1 : at + 4] == ["18", "6", "1"]
