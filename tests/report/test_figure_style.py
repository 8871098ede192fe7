"""The bytes of a figure: the same whatever the last digits of its layout."""

from __future__ import annotations

from tecdata.report.figure_style import figure_style, mosaic_figure, svg_bytes


def drawn(jitter: float) -> bytes:
    with figure_style():
        figure, axes = mosaic_figure("page", 4.0, [["a"], ["b"]], [1.0, 2.0])
        for name, panel in axes.items():
            panel.plot([0, 1, 2], [1, 3, 2])
            panel.set_title(name)
        figure.draw_without_rendering()
        figure.set_layout_engine(None)
        for panel in axes.values():
            x, y, width, height = panel.get_position(original=True).bounds
            panel.set_position((x, y * (1 + jitter), width, height))
        return svg_bytes(figure)


def test_places_that_differ_in_their_last_digits_give_the_same_file() -> None:
    assert drawn(1e-10) == drawn(0.0)
    assert drawn(1e-3) != drawn(0.0)
