"""A simulation on paper: tables as CSV, and the population band as a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tecdata.report.figure_style import (
    BLACK,
    PALETTE,
    figure_style,
    new_figure,
    png_bytes,
    svg_bytes,
)
from tecdata.report.files import write_new

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_population_band", "write_simulation"]


def write_simulation(
    frames: Mapping[str, pl.DataFrame],
    out: Path,
    *,
    doses: Sequence[tuple[float, float]],
    threshold: float,
    threshold_name: str,
    title: str,
) -> list[Path]:
    """Write ``<name>.csv`` of every frame and the band as ``population_band.svg`` and ``.png``.

    Parameters
    ----------
    frames
        By name; ``bands`` is drawn (columns as :meth:`tecdata.derive.exposure.collect.Simulation.bands` has them).
    out
        The folder; made where it is missing.
    doses
        Day and level of each dose.
    threshold, threshold_name
        In µg/mL, and what it is called.
    """
    written = []
    for name, frame in frames.items():
        path = out / f"{name}.csv"
        write_new(path, frame.write_csv().encode())
        written.append(path)
    figure = draw_population_band(
        frames["bands"],
        doses=doses,
        threshold=threshold,
        threshold_name=threshold_name,
        title=title,
    )
    for suffix, render in (("svg", svg_bytes), ("png", png_bytes)):
        path = out / f"population_band.{suffix}"
        write_new(path, render(figure))
        written.append(path)
    return written


def draw_population_band(
    bands: pl.DataFrame,
    *,
    doses: Sequence[tuple[float, float]],
    threshold: float,
    threshold_name: str,
    title: str,
) -> Figure:
    """Median, 50 % and 90 % of the subjects over time, and the share above the threshold below."""
    with figure_style():
        figure, (top, bottom) = new_figure("page", 5.2, rows=2, share_x=True)
        figure.suptitle(title, x=0.01, ha="left")
        day = bands["DAY"].to_numpy()
        blue, orange = PALETTE[0], PALETTE[1]
        wide: dict[str, Any] = {"alpha": 0.18, "label": "90 % of subjects"}
        half: dict[str, Any] = {"alpha": 0.30, "label": "50 % of subjects"}
        if "P5MEAS" in bands.columns:
            for name, label in (("P5MEAS", "90 % of measured concentrations"), ("P95MEAS", None)):
                top.plot(day, bands[name], color=blue, lw=0.7, ls="--", label=label)
        top.fill_between(day, bands["P5"], bands["P95"], color=blue, lw=0, **wide)
        top.fill_between(day, bands["P25"], bands["P75"], color=blue, lw=0, **half)
        top.plot(day, bands["P50"], color=blue, label="median")
        top.axhline(threshold, color=BLACK, lw=0.8, ls="--")
        top.annotate(
            f"{threshold_name} {threshold:g} µg/mL", (1, threshold), (0, 2), va="bottom", ha="right",
            xycoords=("axes fraction", "data"), textcoords="offset points", fontsize=8,
        )  # fmt: skip
        _mark_doses(top, doses)
        top.set_ylabel("Concentration (µg/mL)")
        top.set_ylim(bottom=0)
        bottom.plot(day, 100 * bands["PTA"].to_numpy(), color=orange)
        if "PTALOW" in bands.columns:
            low, high = 100 * bands["PTALOW"].to_numpy(), 100 * bands["PTAHIGH"].to_numpy()
            bottom.fill_between(day, low, high, color=orange, alpha=0.25, lw=0)
            top.plot(day, bands["P50LOW"], color=blue, lw=0.7, ls=":")
            errors = "median, 90 % of parameter draws"
            top.plot(day, bands["P50HIGH"], color=blue, lw=0.7, ls=":", label=errors)
        top.legend(loc="upper right")
        bottom.set_ylabel(f"Subjects at or above\n{threshold_name} (%)")
        bottom.set_ylim(0, 102)
        bottom.set_xlabel("Time since first dose (days)")
        bottom.set_xlim(0, float(day[-1]))
    return figure


def _mark_doses(axes: Axes, doses: Sequence[tuple[float, float]]) -> None:
    """Mark the doses below the axis, the highest ones filled."""
    highest = max(level for _, level in doses)
    for day, level in doses:
        axes.plot(
            day, -0.02, marker="^", ms=5, color=BLACK if level == highest else "white", mec=BLACK,
            mew=0.8, transform=axes.get_xaxis_transform(), clip_on=False, zorder=5,
        )  # fmt: skip
