"""The panel of immunoglobulins: a line a subject, a mark a dose whose area is the dose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import polars as pl

from tecdata.report.figure_style import BLACK, LIGHT_GREY

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tecdata.report.figure_style import GroupStyle
    from tecdata.spec.figures import Replacement

__all__ = ["draw_replacement", "short_subject"]

#: Area of a mark, in square points, a unit of the dose.
_AREA: Final = 0.9
#: Doses explained in the legend of areas at most.
_SHOWN: Final = 3


def short_subject(subject: str) -> str:
    """A subject without the study's name, which all share.

    >>> short_subject("TECAID-BE-001")
    'BE-001'
    """
    return subject.split("-", 1)[-1]


def draw_replacement(
    axes: Axes,
    given: pl.DataFrame,
    subjects: pl.DataFrame,
    styles: Mapping[str, GroupStyle],
    rule: Replacement,
) -> None:
    """Subjects down (longest follow-up first), weeks across; grey lines are the follow-up."""
    rows = {subject: i for i, subject in enumerate(subjects["USUBJID"])}
    for subject, disease, days in subjects.select("USUBJID", "DISEASE", "FUPD").iter_rows():
        row = rows[subject]
        axes.plot([0, (days or 0) / 7], [row, row], color=LIGHT_GREY, linewidth=1.0, zorder=1)
        own = given.filter(pl.col("USUBJID") == subject)
        style = styles[disease or ""]
        axes.scatter(
            own["WEEK"].to_numpy(), [row] * own.height, s=_AREA * own["DOSE"].to_numpy(), marker=style.marker,
            color=style.color, edgecolors=BLACK, linewidths=0.4, zorder=3,
        )  # fmt: skip
    axes.set_yticks(range(len(rows)), [short_subject(subject) for subject in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_ylabel("Subject")
    found = given["DOSE"].drop_nulls().unique().sort().to_list()
    picked = sorted({found[0], found[len(found) // 2], found[-1]})[:_SHOWN] if found else []
    marks = [
        axes.scatter([], [], s=_AREA * dose, color="white", edgecolors=BLACK, linewidths=0.6)
        for dose in picked
    ]
    if marks:
        labels = [f"{dose:g} {rule.unit}" for dose in picked]
        axes.legend(marks, labels, title=f"{rule.label}, area = dose", loc="lower right")
