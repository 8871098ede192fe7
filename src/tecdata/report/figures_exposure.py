"""Figures of the simulated exposure: each subject's course, and exposure by what happened."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from tecdata.errors import UsageError
from tecdata.report.association import mann_whitney
from tecdata.report.figure_style import (
    BLACK,
    GREY,
    LIGHT_GREY,
    PALETTE,
    group_styles,
    new_figure,
)
from tecdata.spec.association import AssociationTable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tecdata.dataset import Dataset
    from tecdata.report.figure_style import GroupStyle
    from tecdata.spec import Specs
    from tecdata.spec.association import Outcome
    from tecdata.spec.pharmacokinetics import ExposureSpec

__all__ = ["courses", "exposure_by_outcome"]

_COLUMNS = 6


def courses(datasets: Mapping[str, Dataset], specs: Specs) -> Figure:
    """The simulated concentration of every subject in a panel, with doses, threshold and both main analyses.

    Reads ADPC. Filled triangles are doses of the subject's highest level, open ones lower doses.
    """
    spec = _spec(specs)
    records = datasets["ADPC"].to_polars()
    subjects = records["USUBJID"].unique().sort().to_list()
    subjects.sort(key=lambda name: (_number(name), name))
    styles = group_styles([str(d) for d in records["DISEASE"].unique().drop_nulls().sort()])
    rows = max(math.ceil(len(subjects) / _COLUMNS), 1)
    figure, grid = new_figure(
        "page", 1.0 + 1.35 * rows, rows=rows, columns=_COLUMNS, share_x=True, share_y=True
    )
    shown = [a for a in spec.analyses if not a.covariates][:2]
    high = records.filter(pl.col("PARAMCD") == "CONC")["AVAL"].to_numpy().max()
    for axes, subject in zip(grid, subjects, strict=False):
        own = records.filter(pl.col("USUBJID") == subject)
        disease = own["DISEASE"].drop_nulls()
        style = styles.get(str(disease[0]) if len(disease) else "")
        _course(axes, own, [a.code for a in shown], style, spec.limit)
        name = f"{_number(subject)}" + (f"  {disease[0]}" if len(disease) else "")
        axes.set_title(name, color=style.color if style else BLACK)
        axes.set_ylim(-0.12 * high, 1.05 * high)
    for axes in grid[len(subjects) :]:
        axes.set_visible(False)
    _outer_labels(grid, len(subjects))
    what = f"Dashed: {shown[1].label[0].lower()}{shown[1].label[1:]}." if len(shown) > 1 else ""
    figure.suptitle(
        f"Simulated concentration by subject. {what}\nGrey line: {spec.threshold_name} {spec.threshold:g} µg/mL, "
        "shaded at or above it. Triangles: doses, filled at the highest level.",
        x=0.01, ha="left", fontsize=8.5,
    )  # fmt: skip
    return figure


def exposure_by_outcome(datasets: Mapping[str, Dataset], specs: Specs) -> Figure:
    """AUC and time at or above the threshold by event yes or no, one dot a subject, with the effect size.

    The groups are those of the first table of associations under ``specs/tables``.
    """
    spec = _spec(specs)
    table = next((t for t in specs.tables.values() if isinstance(t, AssociationTable)), None)
    if table is None:
        raise UsageError(
            "there is no table of associations, which names the groups",
            place="specs/tables",
            next_step="Add one of kind associations",
        )
    frames = {name: dataset.to_polars() for name, dataset in datasets.items()}
    groups = [o for o in table.outcomes if o.kind == "group" and o.dataset in frames]
    main = spec.analyses[0].code
    shown = (
        ("AUCIFO", "AUC(0-∞) (µg·day/mL)"),
        ("TGEEC90", f"Time at or above {spec.threshold_name} (days)"),
    )
    figure, grid = new_figure("page", 5.4, rows=len(shown), columns=max(len(groups), 1))
    diseases = [str(d) for d in frames["ADPP"]["DISEASE"].unique().drop_nulls().sort()]
    found = group_styles(diseases)
    styles = {
        name: found[name] for name in sorted(found, key=lambda n: PALETTE.index(found[n].color))
    }
    for row, (paramcd, label) in enumerate(shown):
        values = frames["ADPP"].filter(
            pl.col("PARAMCD") == paramcd, pl.col("PKMODEL") == main, pl.col("AVAL").is_not_null()
        )
        for column, outcome in enumerate(groups):
            axes = grid[row * len(groups) + column]
            having = _having(frames[outcome.dataset], outcome)
            _dots(axes, values, having, styles, float(table.confidence))
            if row == 0:
                axes.set_title(outcome.label, pad=28)
            if column == 0:
                axes.set_ylabel(label)
    handles = [
        grid[0].plot([], [], ls="", marker=s.marker, color=s.color, label=name)[0]
        for name, s in styles.items()
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
    return figure


def _spec(specs: Specs) -> ExposureSpec:
    """How the study simulates exposure; :class:`UsageError` where it does not say."""
    if specs.exposure is None:
        raise UsageError(
            "the study does not say how exposure is simulated",
            place="specs/exposure.yaml",
            next_step="Take the file of a new study folder: tecdata init DIR",
        )
    return specs.exposure


def _number(subject: str) -> int:
    """The number of a subject within its centre, 0 where it has none."""
    digits = subject.rsplit("-", 1)[-1]
    return int(digits) if digits.isdigit() else 0


def _course(
    axes: Axes, own: pl.DataFrame, codes: list[str], style: GroupStyle | None, limit: float
) -> None:
    """Draw the simulated concentrations of a subject."""
    color = style.color if style else BLACK
    axes.axhline(limit, color=GREY, lw=0.7)
    for code, dash, width in zip(codes, ("-", "--"), (1.3, 0.8), strict=False):
        line = own.filter(pl.col("PARAMCD") == "CONC", pl.col("PKMODEL") == code).sort("AFRLT")
        day, value = line["AFRLT"].to_numpy(), line["AVAL"].to_numpy()
        axes.plot(day, value, color=color, ls=dash, lw=width)
        if code == codes[0]:
            axes.fill_between(
                day,
                limit,
                value,
                where=(value >= limit).tolist(),
                interpolate=True,
                color=color,
                alpha=0.25,
                lw=0,
            )
    doses = own.filter(pl.col("PARAMCD") == "DOSE")
    highest = doses["AVAL"].to_numpy().max() if doses.height else 0.0
    place = axes.get_xaxis_transform()
    for day, amount in doses.select("AFRLT", "AVAL").iter_rows():
        # The weight may change a little between doses of one level.
        full = amount >= 0.9 * highest
        axes.plot(
            day,
            0.045,
            "^",
            ms=3.6,
            mfc=BLACK if full else "white",
            mec=BLACK,
            mew=0.6,
            transform=place,
        )
    axes.set_xlim(-3, 120)
    axes.set_xticks([0, 40, 80, 120])


def _outer_labels(grid: list[Axes], shown: int) -> None:
    """Label the axes at the edge of the grid only."""
    for number, axes in enumerate(grid[:shown]):
        if number % _COLUMNS == 0:
            axes.set_ylabel("µg/mL")
        if number + _COLUMNS >= shown:
            axes.set_xlabel("Days")
            axes.tick_params(labelbottom=True)


def _having(records: pl.DataFrame, outcome: Outcome) -> set[str]:
    """The subjects that have an outcome."""
    from tecdata.report.ard import condition

    return set(records.filter(condition(outcome.where, records.schema, outcome.id))["USUBJID"])


def _dots(
    axes: Axes,
    values: pl.DataFrame,
    having: set[str],
    styles: dict[str, GroupStyle],
    confidence: float,
) -> None:
    """Draw the values of those with and without an outcome side by side."""
    groups: dict[bool, list[float]] = {True: [], False: []}
    ordered = values.sort("AVAL", "USUBJID").select("USUBJID", "DISEASE", "AVAL")
    for number, (subject, disease, value) in enumerate(ordered.iter_rows()):
        yes = subject in having
        groups[yes].append(value)
        style = styles.get(str(disease))
        # Neighbours in rank stand side by side, so that no dot hides another.
        shift = 0.12 * (number % 5 - 2)
        axes.plot(
            (1 if yes else 0) + shift, value, marker=style.marker if style else "o",
            color=style.color if style else BLACK, mec="white", mew=0.4, ls="", ms=5,
        )  # fmt: skip
    for yes, found in groups.items():
        if found:
            middle = float(pl.Series(found).median() or 0.0)  # type: ignore[arg-type]
            axes.plot([yes - 0.33, yes + 0.33], [middle, middle], color=BLACK, lw=1.4)
    axes.set_xticks([0, 1], [f"no (n={len(groups[False])})", f"yes (n={len(groups[True])})"])
    axes.set_xlim(-0.6, 1.6)
    axes.set_ylim(bottom=0)
    axes.yaxis.grid(visible=True, color=LIGHT_GREY, lw=0.5)
    made = mann_whitney(groups[True], groups[False], confidence)
    if made.effect is not None and made.p is not None:
        text = f"effect size {made.effect:.2f}, p = {made.p:.2f}\n{100 * confidence:g} % {made.lower:.2f} to {made.upper:.2f}"
        axes.text(0, 1.02, text.replace("-", "−"), transform=axes.transAxes, fontsize=8, color=GREY)
