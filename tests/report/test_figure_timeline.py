"""The timeline of adverse events: every event once, in lanes that do not touch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tecdata.report.figure_style import svg_bytes
from tecdata.report.figure_timeline import lanes_of
from tecdata.report.figures import draw_figure
from tecdata.spec import load_specs

if TYPE_CHECKING:
    from tecdata.pipeline import StudyRun


@given(st.lists(st.tuples(st.floats(0, 90), st.floats(0, 20)), max_size=30))
def test_events_of_a_lane_do_not_overlap(drawn: list[tuple[float, float]]) -> None:
    events = sorted((start, start + length) for start, length in drawn)
    lanes = lanes_of(events)
    assert len(lanes) == len(events)
    for i, (_, end) in enumerate(events):
        for j in range(i + 1, len(events)):
            assert lanes[i] != lanes[j] or events[j][0] >= end
    assert set(lanes) == set(range(max(lanes, default=-1) + 1))


def test_every_emergent_event_is_drawn_in_both_parts_and_counted(
    sample_run: StudyRun, repository: Path
) -> None:
    specs = load_specs(repository / "specs")
    datasets = {**sample_run.datasets, **sample_run.adam}
    figure = draw_figure("ae_timeline", datasets, specs)
    events = sample_run.adam["ADAE"].to_polars()
    emergent = events.filter((pl.col("TRTEMFL") == "Y") & pl.col("ASTDY").is_not_null())
    for panel in figure.axes:
        assert len(panel.texts) == emergent.height
    (legend,) = figure.legends
    told = [text.get_text() for text in legend.get_texts()]
    numbers = [int(t.rsplit("(", 1)[1].rstrip(")")) for t in told if t.endswith(")")]
    assert sum(numbers) == emergent.height
    assert not any(t.startswith("Other") for t in told)
    again = draw_figure("ae_timeline", datasets, specs)
    assert svg_bytes(again) == svg_bytes(figure)
