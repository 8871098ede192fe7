"""The figure registry and the style every figure shares."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from tecdata.dataset import Dataset
from tecdata.errors import UsageError
from tecdata.report.figure_style import (
    PALETTE,
    figure_style,
    group_style,
    group_styles,
    label_line_end,
    new_figure,
    png_bytes,
    svg_bytes,
)
from tecdata.report.figures import FIGURES, FigureEntry, draw_figure, write_figures
from tecdata.spec import load_specs

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tecdata.spec import Specs


@pytest.fixture(scope="module")
def specs(repository: Path) -> Specs:
    return load_specs(repository / "specs")


def _figure() -> Figure:
    with figure_style():
        figure, (axes,) = new_figure("column", 2.0)
        axes.plot([0, 1], [0, 1], color=PALETTE[0])
        label_line_end(axes, 1, 1, "line")
        axes.set_xlabel("Time (days)")
    return figure


def test_the_same_figure_gives_the_same_bytes() -> None:
    for render in (svg_bytes, png_bytes):
        assert render(_figure()) == render(_figure())
    assert b"<dc:date>" not in svg_bytes(_figure())


def test_no_text_is_below_eight_points() -> None:
    from matplotlib.text import Text

    figure = _figure()
    figure.canvas.draw()
    texts = [t for t in figure.findobj(Text) if isinstance(t, Text) and t.get_text()]
    assert texts
    assert all(float(t.get_fontsize()) >= 8 for t in texts)


def test_a_disease_keeps_its_colour_and_marker_whatever_else_is_drawn() -> None:
    alone = group_styles(["SLE"])["SLE"]
    among = group_styles(["placebo", "SSc", "IIM", "SLE", "UCTD", "IgG4-RD"])
    assert among["SLE"] == alone == group_styles(["SYSTEMIC LUPUS ERYTHEMATOSUS"]).popitem()[1]
    styles = list(among.values())
    assert len({s.color for s in styles}) == len({s.marker for s in styles}) == len(styles)
    assert group_style(len(PALETTE)) == group_style(0)


def _draw(datasets: dict[str, Dataset], specs: Specs) -> Figure:
    return _figure()


def test_a_registered_figure_is_written_when_its_datasets_are_there(
    specs: Specs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tecdata.report.figure_style as home

    monkeypatch.setattr(home, "draw_for_test", _draw, raising=False)
    monkeypatch.setitem(FIGURES, "made_up", FigureEntry("figure_style", "draw_for_test", ("EX",)))
    one: Any = pl.DataFrame({"USUBJID": ["1"]})
    datasets = {"EX": Dataset.of(one, specs.domains["EX"])}
    written = write_figures(datasets, specs, tmp_path, only=["made_up"])
    assert [p.name for p in written] == ["made_up.svg", "made_up.png"]
    assert (tmp_path / "figures" / "made_up.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(UsageError, match="no records of EX"):
        draw_figure("made_up", {}, specs)
    assert not [p for p in write_figures({}, specs, tmp_path / "b") if "made_up" in p.name]


def test_an_unknown_figure_names_the_choices(specs: Specs, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no figure 'nothing'"):
        write_figures({}, specs, tmp_path, only=["nothing"])
